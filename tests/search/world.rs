//! A world: pages, sockets, a server, and what may happen next.

use crate::budget::{Budget, May};
use crate::hash::hash;
use crate::host::Host;
use crate::ledger::Ledger;
use crate::page::Page;
use crate::part::Part;
use crate::setup::Setup;
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
        let budget = self.budget;
        let mut may = |possible: bool, step: Step| {
            if possible {
                steps.push(step);
            }
        };
        let opening = socket.page_end == PageEnd::Opening;
        let open = socket.page_end == PageEnd::Open;
        let served = socket.host_end != HostEnd::Left;
        may(opening, Step::Accept(at));
        may(opening && budget.has(May::Refuse), Step::Refuse(at));
        may(!socket.up.is_empty() && served, Step::Up(at));
        may(!socket.down.is_empty() && !opening, Step::Down(at));
        let may_cut = budget.has(May::Cut) || socket.is_cut();
        if self.setup.half {
            may(may_cut && !opening && !socket.up_cut && served, Step::CutUp(at));
            may(may_cut && open && !socket.down_cut, Step::CutDown(at));
        } else {
            may(
                may_cut && !opening && !socket.is_cut() && (served || open),
                Step::Cut(at),
            );
        }
        may(socket.up_cut && served, Step::TellHost(at));
        may(socket.down_cut && open, Step::TellPage(at));
    }

    fn page_steps(&self, at: u8, page: &Page, steps: &mut Vec<Step>) {
        let budget = self.budget;
        let mut may = |possible: bool, step: Step| {
            if possible {
                steps.push(step);
            }
        };
        let state = page.client.state();
        let over = matches!(state, State::Closed | State::Superseded);
        let timer = page.client.next_timeout().is_some();
        may(
            timer && (page.is_due_anyway() || budget.has(May::PageTimer)),
            Step::PageTimer(at),
        );
        may(timer && budget.has(May::Sleep), Step::Sleep(at));
        may(!over && budget.has(May::Key), Step::Type(at));
        may(page.unprocessed > 0, Step::Process(at));
        may(!page.hidden && budget.has(May::Hide) && !over, Step::Hide(at));
        may(!page.frozen && budget.has(May::Freeze) && !over, Step::Freeze(at));
        may(page.hidden || page.frozen, Step::Wake(at));
        may(budget.has(May::Reload), Step::Reload(at));
        let wish = if over {
            budget.has(May::TakeOver)
        } else {
            budget.has(May::Reconnect)
        };
        may(wish, Step::Reconnect(at));
        may(!over && budget.has(May::Close), Step::End(at));
        may(!over && budget.has(May::Close), Step::Leave(at));
        may(budget.has(May::NewSession), Step::NewSession(at));
        may(!over && budget.has(May::Resize), Step::Resize(at));
    }

    fn host_steps(&self, steps: &mut Vec<Step>) {
        let budget = self.budget;
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
            may(
                runs && more && budget.has(May::Print) && session.may_read(),
                Step::Print(at),
            );
            may(runs && session.input_waiting() > 0, Step::Take(at));
            may(self.host.has_taken(key), Step::Wrote(at));
            may(budget.has(May::Restart), Step::Restart(at));
            may(runs && budget.has(May::Exit), Step::Exit(at));
            may(budget.has(May::Intrude), Step::Intrude(at));
        }
        if let Some(asked) = self.host.asked.first() {
            let head = self.host.get(&asked.key).map(|session| session.head());
            let last = asked.last.or(head).unwrap_or_default();
            (asked.from..=last).for_each(|out| may(true, Step::Paint(out as u8)));
            may(budget.has(May::NoScreen), Step::NoScreen);
        }
        may(
            budget.has(May::HostTimer) && self.host.due_in().is_some(),
            Step::HostTimer,
        );
        may(budget.has(May::ForgetAll), Step::ForgetAll);
        may(budget.has(May::OpenPage), Step::OpenPage);
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
        let paid = match step {
            Step::Refuse(_) => May::Refuse,
            Step::Cut(_) => May::Cut,
            Step::CutUp(at) | Step::CutDown(at) if !self.sockets[usize::from(at)].is_cut() => May::Cut,
            Step::PageTimer(at) if !self.pages[usize::from(at)].is_due_anyway() => May::PageTimer,
            Step::HostTimer => May::HostTimer,
            Step::Sleep(_) => May::Sleep,
            Step::Type(_) => May::Key,
            Step::Print(_) => May::Print,
            Step::Hide(_) => May::Hide,
            Step::Freeze(_) => May::Freeze,
            Step::Reload(_) => May::Reload,
            Step::OpenPage => May::OpenPage,
            Step::Reconnect(at) => {
                let state = self.pages[usize::from(at)].client.state();
                if matches!(state, State::Closed | State::Superseded) {
                    May::TakeOver
                } else {
                    May::Reconnect
                }
            }
            Step::End(_) | Step::Leave(_) => May::Close,
            Step::NewSession(_) => May::NewSession,
            Step::Resize(_) => May::Resize,
            Step::Restart(_) => May::Restart,
            Step::ForgetAll => May::ForgetAll,
            Step::Exit(_) => May::Exit,
            Step::Intrude(_) => May::Intrude,
            Step::NoScreen => May::NoScreen,
            _ => return,
        };
        self.budget.pay(paid);
    }

    fn happen(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Accept(at) => self.accept(at.into()),
            Step::Refuse(at) | Step::TellPage(at) => self.page_loses(at.into(), 1006),
            Step::Up(at) => self.up(at.into()),
            Step::Down(at) => self.down(at.into()),
            Step::Cut(at) => {
                self.sockets[usize::from(at)].change(Socket::cut_up);
                self.sockets[usize::from(at)].change(Socket::cut_down);
                self.refill()
            }
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
            Step::Paint(out) => self.paint(Some(out.into())),
            Step::NoScreen => self.paint(None),
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
                    cols: 81 + self.budget.left(May::Resize),
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
