//! Liveness: once the network heals and nobody does anything, every world comes to rest, with its pages served or at a known end.

use crate::explore::Seen;
use crate::hash::NOON;
use crate::page::Closed;
use crate::socket::{HostEnd, PageEnd};
use crate::step::Step;
use crate::world::World;
use relatch::client::{Input, State};
use relatch::host::{Session, SocketId};

/// So many steps a run may take.
const PATIENCE: usize = 600;

/// Why a run did not end well, and the steps of it; `None` is time that passes.
pub struct Stuck {
    pub what: String,
    pub steps: Vec<Option<Step>>,
}

/// Runs a world until it rests. `healthy` knows the worlds from which that was shown before, and learns those on the way.
pub fn heal(world: &World, healthy: &mut Seen) -> Result<(), Stuck> {
    let mut world = world.clone();
    let mut way = vec![world.core()];
    if healthy.contains(&way[0]) {
        return Ok(());
    }
    let mut steps = Vec::new();
    let stuck = |what: String, steps: Vec<Option<Step>>| Stuck { what, steps };
    for at in 0..world.pages.len() {
        if world.pages[at].hidden || world.pages[at].frozen {
            steps.push(Some(Step::Wake(at as u8)));
            if let Err(what) = world.apply(Step::Wake(at as u8)) {
                return Err(stuck(what, steps));
            }
        }
    }
    for _ in 0..PATIENCE {
        let why_not = match world.rests() {
            Ok(()) => {
                healthy.extend(way);
                return Ok(());
            }
            Err(why_not) => why_not,
        };
        let result = match world.forward() {
            Some(step) => {
                steps.push(Some(step));
                world.apply(step)
            }
            None => {
                steps.push(None);
                match world.wait() {
                    Some(result) => result,
                    None => return Err(stuck(format!("liveness: nothing more happens, and {why_not}"), steps)),
                }
            }
        };
        if let Err(what) = result {
            return Err(stuck(what, steps));
        }
        let core = world.core();
        if healthy.contains(&core) {
            healthy.extend(way);
            return Ok(());
        }
        way.push(core);
    }
    let why_not = world.rests().err().unwrap_or_default();
    steps.truncate(60);
    Err(stuck(format!("liveness: after {PATIENCE} steps {why_not}"), steps))
}

/// Runs a world whose hidden pages stay hidden, their terminals standing still: the process goes on all the same. `going` is to this
/// what `healthy` is to [`heal`].
pub fn run_hidden(world: &World, going: &mut Seen) -> Result<(), Stuck> {
    let mut world = world.clone();
    let mut way = Vec::new();
    let mut steps = Vec::new();
    let mut printed = 0;
    for _ in 0..PATIENCE {
        if printed == 0 {
            let core = world.core();
            if going.contains(&core) {
                break;
            }
            way.push(core);
        }
        let stands_still = |step: &Step| matches!(step, Step::Process(at) if world.pages[usize::from(*at)].hidden);
        let step = world.forward().filter(|step| !stands_still(step));
        let ready = world.pages.iter().all(|page| page.client.state() == State::Ready);
        let step = step.or(world.printable().filter(|_| ready));
        steps.push(step);
        let result = match step {
            Some(step) => world.apply(step),
            None => world.wait().unwrap_or(Ok(())),
        };
        if let Err(what) = result {
            return Err(Stuck { what, steps });
        }
        printed += usize::from(matches!(step, Some(Step::Print(_))));
        if printed >= 2 * world.setup.bounds.ring || world.is_printed_out() {
            break;
        }
        if steps.len() == PATIENCE {
            steps.truncate(60);
            let what = format!("liveness: behind a hidden page the process prints {printed} bytes and then nothing");
            return Err(Stuck { what, steps });
        }
    }
    going.extend(way);
    Ok(())
}

impl World {
    /// The next thing that happens without time.
    fn forward(&self) -> Option<Step> {
        for (at, socket) in self.sockets.iter().enumerate() {
            let at = at as u8;
            if socket.page_end == PageEnd::Opening {
                return Some(Step::Accept(at));
            }
            if !socket.up.is_empty() && socket.host_end != HostEnd::Left {
                return Some(Step::Up(at));
            }
            if !socket.down.is_empty() {
                return Some(Step::Down(at));
            }
        }
        for (at, key) in self.host.keys().iter().enumerate() {
            let session = self.host.get(key).unwrap();
            if session.exit().is_none() && session.input_waiting() > 0 {
                return Some(Step::Take(at as u8));
            }
            if self.host.has_taken(key) {
                return Some(Step::Wrote(at as u8));
            }
        }
        if let Some(asked) = self.host.asked.first() {
            let head = self.host.get(&asked.key).map(|session| session.head());
            return Some(Step::Paint(asked.last.or(head).unwrap_or_default() as u8));
        }
        let slow = self.pages.iter().position(|page| page.unprocessed > 0);
        slow.map(|at| Step::Process(at as u8))
    }

    /// A process prints, if one may.
    fn printable(&self) -> Option<Step> {
        let sessions = self.host.directory.iter();
        let more = |session: &Session| session.head() < self.setup.content.most();
        let mut sessions = sessions.map(|(_, session)| session.exit().is_none() && session.may_read() && more(session));
        sessions.position(|may| may).map(|at| Step::Print(at as u8))
    }

    /// No process prints any more, because all have exited or none has anything left to say.
    fn is_printed_out(&self) -> bool {
        let mut sessions = self.host.directory.iter();
        sessions.all(|(_, session)| session.exit().is_some() || session.head() >= self.setup.content.most())
    }

    /// Lets time pass until the next timer of all.
    pub fn wait(&mut self) -> Option<Result<(), String>> {
        let pages = self.pages.iter().filter_map(|page| page.due_in());
        let span = pages.chain(self.host.due_in()).min()?;
        for at in 0..self.pages.len() {
            let due = self.pages[at].due_in().is_some_and(|due| due <= span);
            let result = if due {
                self.pages[at].change(|page| page.now = NOON + span);
                self.tell(at, Input::Timeout)
            } else {
                self.pages[at].change(|page| page.pass(span));
                Ok(())
            };
            if result.is_err() {
                return Some(result);
            }
        }
        let due = self.host.due_in().is_some_and(|due| due <= span);
        let result = if due {
            self.host_timer(span)
        } else {
            self.host.change(|host| host.pass(span));
            Ok(())
        };
        self.sockets.retain(|socket| !socket.is_over());
        Some(result)
    }

    /// Whether every page is served, or at a known end; what is missing.
    fn rests(&self) -> Result<(), String> {
        let mut served = false;
        let mut superseded = false;
        for (at, page) in self.pages.iter().enumerate() {
            match (page.client.state(), page.closed) {
                (State::Closed, Some(Closed::ByUser | Closed::Ended)) => {}
                (State::Superseded, _) => superseded = true,
                (State::Ready, _) => {
                    self.is_served(at)?;
                    served = true;
                }
                (state, closed) => return Err(format!("page {at} is {state:?} ({closed:?})")),
            }
        }
        let taken = self.pages.iter().any(|page| page.closed.is_some());
        if superseded && !served && !self.ghost && !taken {
            return Err("all pages are superseded".to_owned());
        }
        Ok(())
    }

    fn is_served(&self, at: usize) -> Result<(), String> {
        let page = &self.pages[at];
        let number = page.client.current_socket().map(|socket| socket.0);
        let mine = |page_at: usize, load: u8, socket: u32| page_at == at && load == page.load && Some(socket) == number;
        let mut sockets = self.sockets.iter();
        let socket = sockets.find(|socket| mine(socket.page, socket.load, socket.number));
        let socket = socket.ok_or("a ready page has no socket")?;
        let HostEnd::Served(key) = &socket.host_end else {
            return Err(format!("page {at}'s socket is not served"));
        };
        let session = self.host.get(key).ok_or("the session is gone")?;
        if session.attached() != Some(SocketId(socket.id)) {
            return Err(format!("page {at} is not attached"));
        }
        if *key != self.key_of(at) {
            return Err(format!("page {at} is attached to another session"));
        }
        let (head, next) = (session.head(), page.screen.next());
        if head != next {
            return Err(format!("page {at} shows output up to {next} of {head}"));
        }
        if !page.screen.is_whole() {
            return Err(format!("page {at} waits for a snapshot: {:?}", page.screen));
        }
        if session.acked() != Some(head) {
            return Err(format!("output is acked up to {:?} of {head}", session.acked()));
        }
        if session.held() || !session.may_read() {
            return Err("the process is held up".to_owned());
        }
        if session.exit().is_some() {
            return Err("the exit has not been heard of".to_owned());
        }
        if !page.client.kept_input().is_empty() {
            return Err(format!("input {:?} is kept", page.client.kept_input()));
        }
        if session.input_waiting() > 0 {
            return Err("input waits".to_owned());
        }
        if page.size != session.size() {
            return Err(format!("the terminal is {:?}", session.size()));
        }
        Ok(())
    }
}
