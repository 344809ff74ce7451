//! The world: pages, a server and the lines between them, in virtual time.

mod check;
mod driver;
mod heal;
mod lines;
mod serve;
mod steps;

use crate::chance::{Chance, mix};
use crate::page::{Credentials, Page, Weather};
use crate::scenario::{Scenario, Setup};
use crate::server::{Asked, Server};
use crate::wire::Wire;
use relatch::client::{Failure, Input, SocketId};
use relatch::time::Millis;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// So many things at one instant are no progress.
const MOST_AT_ONCE: u32 = 50_000;

/// What has happened, a line each, where it is wanted.
pub type Trace = Rc<RefCell<Vec<String>>>;

pub struct World {
    now: Millis,
    setup: Setup,
    seed: u64,
    chance: Chance,
    agenda: BinaryHeap<Reverse<(Millis, u64, Happening)>>,
    scheduled: u64,
    pages: Vec<Page>,
    /// The page in each tab.
    tabs: Vec<usize>,
    storage: Vec<Option<Credentials>>,
    credentials: u64,
    wires: Vec<Wire>,
    weather: Weather,
    server: Server,
    /// All snapshots that were asked for.
    asked: Vec<Asked>,
    broken: Option<relatch::client::Rule>,
    trace: Option<Trace>,
}

/// Something that comes to pass at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// The front frame of a wire arrives at the server, or at the page.
    Up(usize),
    Down(usize),
    /// An end hears that the wire is broken.
    PageHears(usize),
    ServerHears(usize),
    /// The page's URL function fails.
    NoAddress(usize, SocketId),
    /// The socket has had its time to say hello.
    Door(usize),
    /// A page's terminal looks at its writes.
    Terminal(usize, u64),
    /// The program of a process looks for something to do.
    Program(u64),
    /// A snapshot that was asked for is there.
    Drawn(usize),
    /// A frozen page comes back.
    Thaw(usize),
}

impl World {
    pub fn new(scenario: &Scenario, trace: Option<Trace>) -> Self {
        let Scenario { seed, setup, .. } = scenario;
        let mut world = Self {
            now: 0,
            setup: setup.clone(),
            seed: *seed,
            chance: Chance::new(mix(*seed, 3)),
            agenda: BinaryHeap::new(),
            scheduled: 0,
            pages: Vec::new(),
            tabs: Vec::new(),
            storage: Vec::new(),
            credentials: 0,
            wires: Vec::new(),
            weather: Weather {
                outage: None,
                latency: setup.latency,
            },
            server: Server::new(setup, *seed),
            asked: Vec::new(),
            broken: None,
            trace,
        };
        for tab in 0..setup.tabs {
            if tab == 0 || !setup.shared {
                world.storage.push(None);
            }
            world.tabs.push(0);
        }
        world
    }

    /// The machines break this rule, to see whether it is noticed.
    pub fn without(mut self, broken: crate::mutants::Broken) -> Self {
        match broken {
            crate::mutants::Broken::Client(rule) => self.broken = Some(rule),
            crate::mutants::Broken::Host(rule) => {
                self.server.broken = Some(rule);
                self.server.directory = self.server.directory.without(rule);
            }
        }
        self
    }

    /// Plays it: the steps, and then a network that heals.
    pub fn play(mut self, scenario: &Scenario) {
        for tab in 0..self.tabs.len() {
            let storage = if self.setup.shared { 0 } else { tab };
            self.load(tab, storage);
        }
        for &(pause, step) in &scenario.steps {
            self.run_until(self.now + pause);
            self.log(|| format!("* {step:?}"));
            self.step(step);
            self.check();
        }
        self.heal();
    }

    fn run_until(&mut self, until: Millis) {
        let mut at_this_instant = 0;
        while let Some((at, next)) = self.next().filter(|&(at, _)| at <= until) {
            at_this_instant = if at > self.now { 0 } else { at_this_instant + 1 };
            assert!(at_this_instant < MOST_AT_ONCE, "time stands still");
            self.now = self.now.max(at);
            match next {
                Next::Agenda => {
                    if let Some(Reverse((_, _, happening))) = self.agenda.pop() {
                        self.happen(happening);
                    }
                }
                Next::Page(page) => {
                    self.feed(page, Input::Timeout);
                }
                Next::Server => self.server_timeout(),
            }
            self.check();
        }
        self.now = self.now.max(until);
    }

    fn next(&mut self) -> Option<(Millis, Next)> {
        let mut next = self.agenda.peek().map(|Reverse((at, _, _))| (*at, Next::Agenda));
        let mut offer = |at: Millis, what: Next, first: bool| {
            if next.is_none_or(|(best, _)| at < best || (at == best && first)) {
                next = Some((at, what));
            }
        };
        if let Some(at) = self.server.next_timeout() {
            offer(at.max(self.now), Next::Server, true);
        }
        for (index, page) in self.pages.iter().enumerate().filter(|(_, page)| !page.gone) {
            if let Some(at) = page.client.next_timeout() {
                let at = at.max(page.asleep_until).max(page.timers_late_until).max(self.now);
                // Timers come before what has arrived meanwhile, or after it.
                offer(at, Next::Page(index), self.chance.percent(50));
            }
        }
        next
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Up(wire) => self.arrive_up(wire),
            Happening::Down(wire) => {
                if !self.defer(self.wires[wire].page, happening) {
                    self.arrive_down(wire);
                }
            }
            Happening::PageHears(wire) => {
                if !self.defer(self.wires[wire].page, happening) {
                    self.page_hears(wire);
                }
            }
            Happening::ServerHears(wire) => self.server_hears(wire),
            Happening::NoAddress(page, socket) => {
                if !self.defer(Some(page), happening) {
                    let it = &mut self.pages[page];
                    it.wire = it.wire.filter(|&(current, _)| current != socket);
                    self.feed(
                        page,
                        Input::Failed {
                            socket,
                            what: Failure::Url,
                        },
                    );
                }
            }
            Happening::Door(socket) => self.close_door(socket),
            Happening::Terminal(page, number) => {
                if !self.defer(Some(page), happening) {
                    self.process(page, number);
                }
            }
            Happening::Program(epoch) => self.program(epoch),
            Happening::Drawn(number) => self.drawn(number),
            Happening::Thaw(page) => {
                self.pages[page].hidden = false;
                self.feed(page, Input::Wake);
            }
        }
    }

    /// A page that sleeps has it later.
    fn defer(&mut self, page: Option<usize>, happening: Happening) -> bool {
        let until = page.map_or(0, |page| self.pages[page].asleep_until);
        let asleep = until > self.now;
        if asleep {
            self.schedule(until, happening);
        }
        asleep
    }

    fn schedule(&mut self, at: Millis, happening: Happening) {
        self.scheduled += 1;
        self.agenda.push(Reverse((at.max(self.now), self.scheduled, happening)));
    }

    fn log(&self, line: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            trace.borrow_mut().push(format!("{:>7} {}", self.now, line()));
        }
    }

    fn latency(&mut self) -> Millis {
        let (least, most) = self.weather.latency;
        self.chance.between(least, most)
    }
}

/// Whose turn it is.
#[derive(Clone, Copy)]
enum Next {
    Agenda,
    Page(usize),
    Server,
}
