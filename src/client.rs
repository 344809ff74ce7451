//! The client: a machine that keeps a line alive, without a socket, a clock or a browser in sight.
//!
//! **The contract:** call [`Client::handle`] with whatever happened, then [`Client::poll_action`] until it is empty, doing what it says
//! in that order; then wait for the next event or for [`Client::next_timeout`], whichever comes first.
//!
//! ```
//! use relatch::client::{Action, Client, Input, State};
//! use relatch::config::Config;
//!
//! let mut client = Client::new(Config::default(), 1);
//! client.handle(0, Input::Connect)?;
//! let Some(Action::Open(open)) = client.poll_action() else { panic!() };
//! client.handle(40, Input::Opened(open.socket))?;
//! assert_eq!(client.state(), State::Ready);
//! # Ok::<(), relatch::error::Refusal>(())
//! ```

mod action;
mod attempt;
mod command;
mod event;
mod heartbeat;
mod hurry;
mod input;
mod loss;
mod page;
mod queue;
#[cfg(feature = "host")]
mod rebase;
mod resume;
mod resumed;
mod rules;
mod state;
mod timer;

pub use crate::payload::Payload;
pub use action::{Action, Claim, Open};
pub use event::{DropReason, Dropped, Event, Reason, Reset, Resumed, StateChange, Warning};
pub use input::{Failure, Input, SocketId};
#[cfg(feature = "mutants")]
pub use rules::Rule;
pub use state::State;

use crate::backoff::Backoff;
use crate::breaker::{Breaker, BreakerState};
use crate::close::{NORMAL, Verdict};
use crate::config::Config;
use crate::error::Refusal;
use crate::stats::Stats;
use crate::time::Millis;
use crate::wire::Size;
use hurry::Hurry;
use loss::Once;
use queue::{Queue, Tally};
use resume::Resume;
use std::collections::VecDeque;
use timer::{Timer, Timers};

/// Later times are taken as this one, 2^53 ms: spans can be added to it without a thought.
const LATEST: Millis = 1 << 53;

/// Keeps one line alive. See the [module](self) for the contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    config: Config,
    phase: Phase,
    timers: Timers,
    backoff: Backoff,
    breaker: Breaker,
    hurry: Hurry,
    queue: Queue,
    actions: VecDeque<Action>,
    stats: Stats,
    /// The latest time that was told.
    now: Millis,
    /// Since when there is no line, once one is wanted.
    down_since: Option<Millis>,
    /// What the browser says of its network.
    online: bool,
    /// What the page says of itself with its next attempt.
    claim: Claim,
    /// The last socket named.
    socket: SocketId,
    /// Attempts begun since the last stable link.
    attempt: u32,
    /// The next attempt is a retry: one whose failure counts.
    retrying: bool,
    /// The credentials were refused, and no socket has opened with new ones yet.
    renew: bool,
    /// What is done at once only the first time since a stable link.
    once: Once,
    /// The session is over: the next attempt wants a new id.
    session_spent: bool,
    /// An unmapped close code was warned of.
    warned: bool,
    /// The place in the session's streams; unused without resume.
    resume: Resume,
    /// How long the server has said, on the present socket, that it is to be left alone.
    told_to_wait: Option<Millis>,
    #[cfg(feature = "mutants")]
    broken: Option<Rule>,
}

/// How far a session's two streams have come, in bytes from their beginnings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Offsets {
    /// Output received.
    pub received: u64,
    /// Output processed by the terminal.
    pub processed: u64,
    /// Input given to a connection.
    pub input: u64,
    /// Input that the server has written to the terminal.
    pub acked: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Idle,
    Connecting(Attempt),
    Ready(Line),
    Waiting(Wait),
    Superseded,
    Closed { disposed: bool },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Attempt {
    socket: SocketId,
    /// Its failure counts.
    retry: bool,
    /// The size that went with it.
    size: Option<Size>,
    /// Its socket is open, and has been sent a hello.
    greeted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    socket: SocketId,
    retry: bool,
    since: Millis,
    /// When the last frame came.
    heard: Millis,
    /// What was sent after the last frame that came: nothing says whether it arrived.
    unconfirmed: Tally,
    /// The heartbeat's timer came late once, and its message was sent again.
    doubted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Wait {
    since: Millis,
    /// When the wait would end if the browser had a network; `None` while the page is frozen.
    until: Option<Millis>,
    /// The server asked for it: events leave it alone.
    by_server: bool,
    /// The browser has no network.
    offline: bool,
}

impl Client {
    /// A client in `idle`. The seed spreads its waits.
    pub fn new(mut config: Config, seed: u64) -> Self {
        if config.resume {
            // A proxy closes with it too; a session's own end is told by an exit before.
            config.close.set_default(NORMAL, Verdict::Retry);
        }
        Self {
            phase: Phase::Idle,
            timers: Timers::new(),
            backoff: Backoff::new(config.backoff.clone(), seed),
            breaker: Breaker::new(config.breaker.failures),
            hurry: Hurry::default(),
            queue: Queue::new(config.queue.clone()),
            actions: VecDeque::new(),
            stats: Stats::default(),
            now: 0,
            down_since: None,
            online: true,
            claim: Claim {
                known: config.resume && config.found,
                warm: false,
                take: true,
                life: 0,
                attempt: 0,
                size: config.size,
            },
            socket: SocketId(0),
            attempt: 0,
            retrying: false,
            renew: false,
            once: Once::default(),
            session_spent: false,
            warned: false,
            resume: Resume::new(),
            told_to_wait: None,
            #[cfg(feature = "mutants")]
            broken: None,
            config,
        }
    }

    /// Takes in one thing that happened at `now`. A `now` before an earlier one is taken as no time having passed.
    ///
    /// # Errors
    /// [`Refusal`], if the input is a wish that cannot be met; the state is then as it was, but for a full queue's message, which cuts a
    /// wait short as any other does.
    pub fn handle(&mut self, now: Millis, input: Input) -> Result<(), Refusal> {
        self.now = now.min(LATEST).max(self.now);
        match input {
            Input::Timeout => self.on_timeout(),
            Input::Connect => self.on_connect(),
            Input::Opened(socket) => self.on_opened(socket),
            Input::Closed { socket, code, reason } => self.on_closed(socket, code, reason),
            Input::Failed { socket, what } => self.on_failed(socket, what),
            Input::Message { socket, bytes } if self.config.resume => self.on_output(socket, bytes),
            Input::Message { socket, bytes } => self.on_message(socket, bytes),
            Input::Control { socket, text } if self.config.resume => self.on_frame(socket, &text),
            Input::Control { socket, text } => self.on_control(socket, &text),
            Input::Processed(bytes) => self.on_processed(bytes),
            Input::Pace => self.resume.pace(),
            Input::Online => self.on_online(),
            Input::Offline => self.on_offline(),
            Input::Wake => self.on_wake(),
            Input::Hide => self.on_hide(),
            Input::Freeze => self.on_freeze(),
            Input::Leave => self.on_leave(),
            Input::Elsewhere(wait) => self.on_elsewhere(wait),
            Input::Send(message) => return self.on_send(message),
            Input::Resize(size) => return self.on_resize(size),
            Input::Reconnect => return self.on_reconnect(),
            Input::Close { code, reason } => return self.on_close(code, reason),
            Input::Dispose => self.on_dispose(),
            Input::NewSession => return self.on_new_session(),
        }
        Ok(())
    }

    /// The next thing to do; `None` when there is nothing more.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// When [`Input::Timeout`] is wanted at the latest; `None` if nothing is waited for.
    pub fn next_timeout(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// Where the link stands.
    pub fn state(&self) -> State {
        match &self.phase {
            Phase::Idle => State::Idle,
            Phase::Connecting(_) => State::Connecting,
            Phase::Ready(_) => State::Ready,
            Phase::Waiting(wait) if wait.offline => State::Offline,
            Phase::Waiting(_) => match self.breaker.state() {
                BreakerState::Open { .. } => State::OpenCircuit,
                BreakerState::Closed | BreakerState::HalfOpen => State::Waiting,
            },
            Phase::Superseded => State::Superseded,
            Phase::Closed { .. } => State::Closed,
        }
    }

    /// The attempts begun since the last stable link.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// When the next attempt is made, if one is due.
    pub fn next_attempt(&self) -> Option<Millis> {
        self.timers.at(Timer::Wait)
    }

    /// The circuit breaker.
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// Messages and bytes that no connection was given yet; a message of which a part is left counts as one.
    pub fn queued(&self) -> (usize, usize) {
        let tally = self.queue.tally();
        let unsent = self.unsent();
        (tally.messages + usize::from(unsent > 0), tally.bytes + unsent)
    }

    /// How many of those bytes are the rest of a message that has left the queue, and wait for the server's credit.
    pub fn unsent(&self) -> usize {
        self.resume.outbox.unsent()
    }

    /// The counters.
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// How far the session's streams have come; all 0 without resume.
    pub fn offsets(&self) -> Offsets {
        let resume = &self.resume;
        Offsets {
            received: resume.received.unwrap_or_default(),
            processed: resume.processed(),
            input: resume.outbox.most_sent(),
            acked: resume.outbox.written(),
        }
    }

    /// Bytes of input that were given to a connection and are not known to have arrived.
    pub fn unacknowledged(&self) -> usize {
        self.resume.outbox.uncertain()
    }

    /// Bytes of input that a page which goes away takes with it: all that is not known to have arrived. It leaves their count for the next.
    pub fn at_risk(&self) -> usize {
        self.resume.outbox.kept() + self.queue.tally().bytes
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The socket of the attempt or the line, if there is one.
    pub fn current_socket(&self) -> Option<SocketId> {
        match &self.phase {
            Phase::Connecting(attempt) => Some(attempt.socket),
            Phase::Ready(line) => Some(line.socket),
            Phase::Idle | Phase::Waiting(_) | Phase::Superseded | Phase::Closed { .. } => None,
        }
    }

    fn on_timeout(&mut self) {
        while let Some((timer, at)) = self.timers.take_due(self.now) {
            match timer {
                Timer::Attempt => self.on_not_ready(),
                Timer::Wait => self.begin_attempt(Reason::Retry),
                Timer::Stable => self.settle(),
                Timer::Beat => self.send_heartbeat(),
                Timer::Answer => self.on_no_answer(at),
                Timer::Age => self.expire_queue(),
                Timer::Ack => self.send_ack(false),
            }
        }
    }

    fn arm(&mut self, timer: Timer, span: Millis) {
        self.timers.set(timer, self.now + span);
    }

    fn act(&mut self, action: Action) {
        self.actions.push_back(action);
    }

    fn emit(&mut self, event: Event) {
        self.act(Action::Emit(event));
    }

    fn emit_change(&mut self, previous: State, reason: Reason, close: Option<(u16, String)>) {
        let state = self.state();
        let retry_in = self.next_attempt().map(|at| at.saturating_sub(self.now));
        let upcoming = matches!(self.phase, Phase::Waiting(_));
        self.emit(Event::StateChange(StateChange {
            previous,
            state,
            reason,
            attempt: self.attempt + u32::from(upcoming),
            retry_in,
            close,
        }));
    }

    fn emit_dropped(&mut self, reason: DropReason, tally: Tally) {
        if tally.messages > 0 {
            self.stats.messages_dropped += tally.messages as u64;
            self.emit(Event::Dropped(Dropped {
                reason,
                messages: tally.messages,
                bytes: tally.bytes,
            }));
        }
    }

    fn drop_queue(&mut self, reason: DropReason) {
        self.timers.stop(Timer::Age);
        self.drop_outbox(match reason {
            DropReason::SessionLost => reason,
            // A connection was given it, and nothing says what became of it.
            _ => DropReason::Unknown,
        });
        let tally = self.queue.clear();
        self.emit_dropped(reason, tally);
    }

    fn expire_queue(&mut self) {
        let tally = self.queue.expire(self.now);
        self.arm_age();
        self.emit_dropped(DropReason::Expired, tally);
    }

    fn arm_age(&mut self) {
        match self.queue.expires_at() {
            Some(at) => self.timers.set(Timer::Age, at),
            None => self.timers.stop(Timer::Age),
        }
    }
}
