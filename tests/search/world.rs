//! A world: pages, sockets, a server, and what may happen next.

use crate::hash::hash;
use crate::host::Host;
use crate::ledger::Ledger;
use crate::page::Page;
use crate::part::Part;
use crate::setup::{Budget, Setup};
use crate::socket::{HostEnd, PageEnd, Socket};
use crate::step::Step;
use relatch::client::{Input, State};
use relatch::wire::{Exit, Size};
use std::rc::Rc;

#[derive(Clone)]
pub struct World {
    pub setup: Rc<Setup>,
    pub budget: Budget,
    pub pages: Vec<Part<Page>>,
    pub host: Part<Host>,
    pub sockets: Vec<Part<Socket>>,
    pub ledger: Part<Ledger>,
    /// How many sessions, processes and page loads there have been.
    pub sessions: u8,
    pub epochs: u8,
    pub loads: u8,
    /// The highest `try` with which each life of a page was attached.
    pub tries: Vec<(String, u64)>,
    /// The page that attached last was gone by then: what it had said came late. It costs another page its line, and its user a click.
    pub ghost: bool,
    /// The processes that have exited, and how much they had printed.
    pub exits: Vec<(u64, u64)>,
}

/// More sockets than these are not alive at once: the oldest that its page has left is gone then.
const MOST_SOCKETS: usize = 3;

impl World {
    /// One page, which is about to connect.
    pub fn new(setup: Setup) -> Self {
        let mut world = Self {
            budget: setup.budget,
            pages: Vec::new(),
            host: Part::new(Host::new(setup.directory())),
            sockets: Vec::new(),
            ledger: Part::new(Ledger::default()),
            sessions: 0,
            epochs: 0,
            loads: 0,
            tries: Vec::new(),
            ghost: false,
            exits: Vec::new(),
            setup: Rc::new(setup),
        };
        let session = world.new_session();
        world.open_page(session, false).unwrap();
        if world.setup.connected {
            for step in [Step::Accept(0), Step::Up(0), Step::Down(0), Step::Up(0)] {
                if world.steps().contains(&step) {
                    world.apply(step).unwrap();
                }
            }
        }
        world
    }

    /// What the world is, but for what may still happen to it.
    pub fn core(&self) -> u64 {
        let Self {
            pages,
            host,
            sockets,
            ledger,
            sessions,
            epochs,
            loads,
            tries,
            ghost,
            exits,
            ..
        } = self;
        hash(&(
            pages,
            host,
            sockets,
            ledger,
            (sessions, epochs, loads),
            tries,
            ghost,
            exits,
        ))
    }

    /// Everything that can happen next.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (at, socket) in self.sockets.iter().enumerate() {
            self.socket_steps(at as u8, socket, &mut steps);
        }
        for (at, page) in self.pages.iter().enumerate() {
            self.page_steps(at as u8, page, &mut steps);
        }
        self.host_steps(&mut steps);
        steps
    }

    fn socket_steps(&self, at: u8, socket: &Socket, steps: &mut Vec<Step>) {
        let budget = &self.budget;
        let mut may = |possible: bool, step: Step| {
            if possible {
                steps.push(step);
            }
        };
        let opening = socket.page_end == PageEnd::Opening;
        let open = socket.page_end == PageEnd::Open;
        let served = socket.host_end != HostEnd::Left;
        may(opening, Step::Accept(at));
        may(opening && budget.refusals > 0, Step::Refuse(at));
        may(!socket.up.is_empty() && served, Step::Up(at));
        may(!socket.down.is_empty() && !opening, Step::Down(at));
        let may_cut = budget.cuts > 0 || socket.is_cut();
        may(may_cut && !opening && !socket.up_cut && served, Step::CutUp(at));
        may(may_cut && open && !socket.down_cut, Step::CutDown(at));
        may(socket.up_cut && served, Step::TellHost(at));
        may(socket.down_cut && open, Step::TellPage(at));
    }

    fn page_steps(&self, at: u8, page: &Page, steps: &mut Vec<Step>) {
        let budget = &self.budget;
        let mut may = |possible: bool, step: Step| {
            if possible {
                steps.push(step);
            }
        };
        let state = page.client.state();
        let over = matches!(state, State::Closed | State::Superseded);
        let timer = page.client.next_timeout().is_some();
        may(
            timer && (page.is_due_anyway() || budget.page_timers > 0),
            Step::PageTimer(at),
        );
        may(timer && budget.sleeps > 0, Step::Sleep(at));
        may(!over && budget.keys > 0, Step::Type(at));
        may(page.unprocessed > 0, Step::Process(at));
        may(!page.hidden && budget.hides > 0 && !over, Step::Hide(at));
        may(!page.frozen && budget.freezes > 0 && !over, Step::Freeze(at));
        may(page.hidden || page.frozen, Step::Wake(at));
        may(budget.reloads > 0, Step::Reload(at));
        let wish = if over { budget.takes > 0 } else { budget.reconnects > 0 };
        may(wish, Step::Reconnect(at));
        may(!over && budget.closes > 0, Step::End(at));
        may(!over && budget.closes > 0, Step::Leave(at));
        may(budget.sessions > 0, Step::NewSession(at));
        may(!over && budget.resizes > 0, Step::Resize(at));
    }

    fn host_steps(&self, steps: &mut Vec<Step>) {
        let budget = &self.budget;
        let mut may = |possible: bool, step: Step| {
            if possible {
                steps.push(step);
            }
        };
        for (at, key) in self.host.keys().iter().enumerate() {
            let at = at as u8;
            let session = self.host.get(key).unwrap();
            let runs = session.exit().is_none();
            let more = session.head() < self.setup.content.most();
            may(runs && more && budget.prints > 0 && session.may_read(), Step::Print(at));
            may(runs && session.input_waiting() > 0, Step::Take(at));
            may(self.host.has_taken(key), Step::Wrote(at));
            may(budget.restarts > 0, Step::Restart(at));
            may(runs && budget.exits > 0, Step::Exit(at));
            may(budget.intruders > 0, Step::Intrude(at));
        }
        may(budget.host_timers > 0 && self.host.due_in().is_some(), Step::HostTimer);
        may(budget.forgets > 0, Step::ForgetAll);
        may(budget.pages > 0, Step::OpenPage);
    }

    /// Lets it happen.
    ///
    /// # Errors
    /// What is wrong with the machines, if it shows.
    pub fn apply(&mut self, step: Step) -> Result<(), String> {
        self.pay(step);
        self.happen(step)?;
        self.sockets.retain(|socket| !socket.is_over());
        self.limit_sockets()?;
        self.check()
    }

    /// Notes that it happens once less from now on.
    fn pay(&mut self, step: Step) {
        let budget = &mut self.budget;
        let paid = match step {
            Step::Refuse(_) => &mut budget.refusals,
            Step::CutUp(at) | Step::CutDown(at) if !self.sockets[usize::from(at)].is_cut() => &mut budget.cuts,
            Step::PageTimer(at) if !self.pages[usize::from(at)].is_due_anyway() => &mut budget.page_timers,
            Step::HostTimer => &mut budget.host_timers,
            Step::Sleep(_) => &mut budget.sleeps,
            Step::Type(_) => &mut budget.keys,
            Step::Print(_) => &mut budget.prints,
            Step::Hide(_) => &mut budget.hides,
            Step::Freeze(_) => &mut budget.freezes,
            Step::Reload(_) => &mut budget.reloads,
            Step::OpenPage => &mut budget.pages,
            Step::Reconnect(at) => {
                let state = self.pages[usize::from(at)].client.state();
                if matches!(state, State::Closed | State::Superseded) {
                    &mut budget.takes
                } else {
                    &mut budget.reconnects
                }
            }
            Step::End(_) | Step::Leave(_) => &mut budget.closes,
            Step::NewSession(_) => &mut budget.sessions,
            Step::Resize(_) => &mut budget.resizes,
            Step::Restart(_) => &mut budget.restarts,
            Step::ForgetAll => &mut budget.forgets,
            Step::Exit(_) => &mut budget.exits,
            Step::Intrude(_) => &mut budget.intruders,
            _ => return,
        };
        // A run to the end needs what the search may not spend any more.
        *paid = paid.saturating_sub(1);
    }

    fn happen(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Accept(at) => self.accept(at.into()),
            Step::Refuse(at) | Step::TellPage(at) => self.page_loses(at.into(), 1006),
            Step::Up(at) => self.up(at.into()),
            Step::Down(at) => self.down(at.into()),
            Step::CutUp(at) => {
                self.sockets[usize::from(at)].change(Socket::cut_up);
                Ok(())
            }
            Step::CutDown(at) => {
                self.sockets[usize::from(at)].change(Socket::cut_down);
                self.refill()
            }
            Step::TellHost(at) => self.host_loses(at.into()),
            Step::PageTimer(at) => {
                let page = &mut self.pages[usize::from(at)];
                page.change(|page| page.now += page.due_in().unwrap_or_default());
                self.tell(at.into(), Input::Timeout)
            }
            Step::HostTimer => {
                let due = self.host.due_in().unwrap_or_default();
                self.host_timer(due)
            }
            Step::Sleep(at) => {
                self.pages[usize::from(at)].change(|page| page.pass(61_000));
                Ok(())
            }
            Step::Type(at) => self.type_some(at.into()),
            Step::Print(at) => self.print(at.into()),
            Step::Take(at) => self.take(at.into()),
            Step::Wrote(at) => self.wrote(at.into()),
            Step::Process(at) => {
                self.pages[usize::from(at)].change(|page| page.unprocessed -= 1);
                self.tell(at.into(), Input::Processed(1))
            }
            Step::Hide(at) => {
                self.pages[usize::from(at)].change(|page| page.hidden = true);
                self.tell(at.into(), Input::Hide)
            }
            Step::Freeze(at) => {
                self.pages[usize::from(at)].change(|page| page.frozen = true);
                self.tell(at.into(), Input::Freeze)
            }
            Step::Wake(at) => {
                self.pages[usize::from(at)].change(|page| {
                    page.hidden = false;
                    page.frozen = false;
                });
                self.tell(at.into(), Input::Wake)
            }
            Step::Reload(at) => self.reload(at.into()),
            Step::OpenPage => {
                let (session, stored) = (self.pages[0].session, self.pages[0].stored);
                self.open_page(session, stored)
            }
            Step::Reconnect(at) => self.tell(at.into(), Input::Reconnect),
            Step::End(at) => self.close(at.into(), 1000),
            Step::Leave(at) => self.close(at.into(), 4999),
            Step::NewSession(at) => self.tell(at.into(), Input::NewSession),
            Step::Resize(at) => {
                let size = Size {
                    cols: 81 + u16::from(self.budget.resizes),
                    rows: 24,
                };
                self.pages[usize::from(at)].change(|page| page.size = size);
                self.tell(at.into(), Input::Resize(size))
            }
            Step::Restart(at) => self.restart(at.into()),
            Step::ForgetAll => self.forget_all(),
            Step::Exit(at) => {
                let key = self.host.keys()[usize::from(at)].clone();
                let exit = self.host.change(|host| {
                    let now = host.now;
                    host.forget_taken(&key);
                    let session = host.get_mut(&key).unwrap();
                    session.exited(now, Exit::Code(0));
                    (session.epoch(), session.head())
                });
                self.exits.push(exit);
                self.pump()
            }
            Step::Intrude(at) => self.intrude(at.into()),
        }
    }

    fn close(&mut self, page: usize, code: u16) -> Result<(), String> {
        let reason = String::new();
        self.tell(page, Input::Close { code, reason })
    }

    pub fn new_session(&mut self) -> u8 {
        self.sessions += 1;
        self.sessions - 1
    }

    fn limit_sockets(&mut self) -> Result<(), String> {
        while self.sockets.len() > MOST_SOCKETS {
            let left = self.sockets.iter().position(|socket| socket.page_end == PageEnd::Left);
            let at = left.ok_or("C1: a page has more than one socket")?;
            if self.sockets[at].host_end != HostEnd::Left {
                self.host_loses(at)?;
            }
            self.sockets.remove(at);
        }
        Ok(())
    }
}
