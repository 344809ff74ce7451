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
mod state;
mod timer;

pub use crate::payload::Payload;
pub use action::{Action, Claim, Open};
pub use event::{DropReason, Dropped, Event, Reason, Reset, StateChange, Warning};
pub use input::{Failure, Input, SocketId};
pub use state::State;

use crate::backoff::Backoff;
use crate::breaker::{Breaker, BreakerState};
use crate::config::Config;
use crate::error::Refusal;
use crate::stats::Stats;
use crate::time::Millis;
use crate::wire::Size;
use hurry::Hurry;
use loss::Once;
use queue::{Queue, Tally};
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
    pub fn new(config: Config, seed: u64) -> Self {
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
                known: false,
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
            Input::Message { socket, bytes } => self.on_message(socket, bytes),
            Input::Control { socket, text } => self.on_control(socket, &text),
            Input::Online => self.on_online(),
            Input::Offline => self.on_offline(),
            Input::Wake => self.on_wake(),
            Input::Freeze => self.on_freeze(),
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

    /// Messages and bytes queued.
    pub fn queued(&self) -> (usize, usize) {
        let tally = self.queue.tally();
        (tally.messages, tally.bytes)
    }

    /// The counters.
    pub fn stats(&self) -> &Stats {
        &self.stats
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
