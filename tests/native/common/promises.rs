//! What holds after every step, whatever happened.

use super::events;
use super::ledger::Ledger;
use super::streams::Streams;
use relatch::breaker::BreakerState;
use relatch::client::{Action, Client, Event, Input, Payload, Reason, State, StateChange};
use relatch::close::{RETRY_DELAY, retry_delay};
use relatch::config::Config;
use relatch::error::Refusal;
use relatch::time::Millis;
use relatch::wire::FromServer;
use std::collections::VecDeque;

pub(super) struct Promises {
    config: Config,
    ledger: Ledger,
    streams: Streams,
    /// How long an error frame has said that the server is to be left alone.
    error_delay: Option<Millis>,
    greeted: bool,
    /// The state that the page was told last.
    told: State,
    frozen: bool,
    ready_since: Millis,
    /// No event makes an attempt before: the server said so. Chance adds a fifth at most.
    server_until: Millis,
    server_ends: Millis,
    /// When events cut waits short.
    cuts: VecDeque<Millis>,
    /// Before the step.
    breaker: BreakerState,
    next_attempt: Option<Millis>,
}

impl Promises {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            ledger: Ledger::default(),
            streams: Streams::new(config),
            error_delay: None,
            greeted: false,
            told: State::Idle,
            frozen: false,
            ready_since: 0,
            server_until: 0,
            server_ends: 0,
            cuts: VecDeque::new(),
            breaker: BreakerState::Closed,
            next_attempt: None,
        }
    }

    pub(super) fn server_delay_ends(&self) -> Millis {
        self.server_ends
    }

    pub(super) fn before(&mut self, client: &Client, now: Millis, input: &Input) {
        self.breaker = client.breaker().state();
        self.next_attempt = client.next_attempt();
        if self.config.resume {
            self.streams.before(client, now, input);
            if let Input::Control { socket, text } = input
                && client.current_socket() == Some(*socket)
                && (self.greeted || client.state() == State::Ready)
                && let Ok(Some(FromServer::Error { retry_ms, .. })) = FromServer::parse(text)
            {
                self.error_delay = retry_ms.map(|delay| delay.clamp(*RETRY_DELAY.start(), *RETRY_DELAY.end()));
            }
            return;
        }
        match input {
            // Where text frames are control, what the page sends goes as bytes.
            Input::Send(Payload::Text(text)) if self.config.control => {
                let bytes = text.clone().into_bytes();
                self.ledger.offered(now, Payload::Binary(bytes));
            }
            Input::Send(message) => self.ledger.offered(now, message.clone()),
            Input::Message { socket, .. } | Input::Control { socket, .. }
                if client.state() == State::Ready && client.current_socket() == Some(*socket) =>
            {
                self.ledger.heard();
            }
            _ => {}
        }
    }

    pub(super) fn after(
        &mut self,
        client: &Client,
        now: Millis,
        input: &Input,
        answer: Result<(), Refusal>,
        actions: &[Action],
    ) {
        let before = self.told;
        self.holds_tale(now, actions);
        assert_eq!(
            self.told,
            client.state(),
            "after {input:?}: the page was told another state"
        );
        let overflow = events(actions).any(is_overflow);
        assert_eq!(overflow, answer == Err(Refusal::QueueFull), "{input:?}");
        if self.config.resume {
            self.streams.after(client, now, input, answer, actions);
        } else {
            self.accounts(client, input, answer, actions);
        }
        self.keeps_to_allowances(client, now, input, actions);
        if let (State::Ready, true) = (before, self.told != State::Ready) {
            self.ledger.cut();
        }
        self.stays_closed(before, input);
        if let Err(refusal) = answer {
            // A keystroke too many hurries like any other.
            assert!(
                self.told == before || refusal == Refusal::QueueFull,
                "{input:?} refused and obeyed"
            );
        }
        let delivered = actions.iter().filter(|action| **action == Action::Deliver).count();
        assert!(delivered == 0 || matches!(input, Input::Message { .. }) && delivered == 1);
        self.state_fits_timers(client, now, input);
        self.state_fits_breaker(client, now, input);
    }

    /// Every change of state starts where the last one ended, and `connecting` is told with each socket that is asked for.
    fn holds_tale(&mut self, now: Millis, actions: &[Action]) {
        let mut opening = false;
        for action in actions {
            if let Action::Open(_) | Action::Greet(..) = action {
                self.greeted = matches!(action, Action::Greet(..));
            }
            if let Action::Emit(Event::StateChange(change)) = action {
                assert_eq!(change.previous, self.told, "{change:?}");
                assert_eq!(change.state == State::Connecting, opening, "{change:?}");
                self.told = change.state;
                self.note(now, change);
            } else {
                assert!(
                    !opening,
                    "{action:?} between a socket asked for and its change of state"
                );
            }
            opening = matches!(action, Action::Open(_));
        }
        assert!(!opening, "a socket asked for without a change of state");
    }

    fn note(&mut self, now: Millis, change: &StateChange) {
        match change.state {
            State::Waiting | State::OpenCircuit | State::Offline => {
                self.frozen = change.reason == Reason::Frozen;
                let reason = change.close.as_ref().and_then(|(_, reason)| retry_delay(reason));
                // An attempt that was held back for another had no socket, and so no server to tell it anything.
                let heard = !self.frozen && change.reason != Reason::Elsewhere;
                let delay = reason.or(self.error_delay.take().filter(|_| heard));
                if change.close.is_some() || delay.is_some() {
                    let delay = delay.unwrap_or(0);
                    (self.server_until, self.server_ends) = (now + delay, now + delay + delay / 5);
                }
            }
            State::Ready => self.ready_since = now,
            State::Connecting => self.error_delay = None,
            State::Idle | State::Superseded | State::Closed => {}
        }
    }

    /// Every message is sent once and in order, dropped and said to be, or still queued; and the queue keeps its bounds.
    fn accounts(&mut self, client: &Client, input: &Input, answer: Result<(), Refusal>, actions: &[Action]) {
        for action in actions {
            match action {
                Action::Transmit(_, message) if !self.is_own(message) => self.ledger.transmitted(message),
                Action::Emit(Event::Dropped(dropped)) => self.ledger.dropped(dropped),
                _ => {}
            }
        }
        if matches!(input, Input::Send(_)) && answer.is_err() {
            self.ledger.refused();
        }
        let (messages, bytes) = client.queued();
        assert_eq!((messages, bytes), self.ledger.queued());
        let most = &self.config.queue;
        assert!(messages as u64 <= most.messages.into() && bytes as u64 <= most.bytes.into());
        let holds_none = matches!(client.state(), State::Ready | State::Superseded | State::Closed);
        assert!(messages == 0 || !holds_none, "queued in {:?}", client.state());
        if let Some(since) = self.ledger.oldest() {
            let due = client.next_timeout();
            assert!(
                due.is_some_and(|at| at <= since + self.config.queue.age),
                "a message is kept too long"
            );
        }
    }

    /// What the client sends of itself.
    fn is_own(&self, message: &Payload) -> bool {
        let beat = self.config.heartbeat.as_ref().map(|heartbeat| &heartbeat.message);
        let control = matches!(message, Payload::Text(text) if text.starts_with(r#"{"t":"resize""#));
        beat == Some(message) || control && self.config.control
    }

    /// Events cut at most two waits a minute, never the server's, and a probe goes alone.
    fn keeps_to_allowances(&mut self, client: &Client, now: Millis, input: &Input, actions: &[Action]) {
        let opened = actions.iter().any(|action| matches!(action, Action::Open(_)));
        if matches!(input, Input::Reconnect | Input::NewSession) {
            self.server_until = 0;
            return;
        }
        if !opened {
            return;
        }
        assert!(now >= self.server_until, "{input:?} cut the server's delay at {now} ms");
        let settled = client.breaker().state() == BreakerState::Closed;
        assert!(
            self.breaker != BreakerState::HalfOpen || settled,
            "a second probe at {now} ms"
        );
        if matches!(input, Input::Online | Input::Wake | Input::Send(_)) {
            self.cuts.retain(|at| now - at < 60_000);
            self.cuts.push_back(now);
            assert!(self.cuts.len() <= 2, "cuts at {:?}", self.cuts);
        }
    }

    /// Only the user leaves `closed` and `superseded`.
    fn stays_closed(&self, before: State, input: &Input) {
        let left = matches!(before, State::Closed | State::Superseded) && self.told != before;
        let wish = match input {
            Input::Reconnect | Input::NewSession => true,
            Input::Close { .. } | Input::Dispose => self.told == State::Closed,
            _ => false,
        };
        assert!(!left || wish, "{input:?} left {before:?}");
    }

    /// A timer for all that is waited for, and none when nothing is.
    fn state_fits_timers(&self, client: &Client, now: Millis, input: &Input) {
        let (next, attempt) = (client.next_timeout(), client.next_attempt());
        let nothing_queued = client.queued().0 == 0;
        match client.state() {
            State::Idle => assert!(next.is_none() || !nothing_queued),
            State::Superseded | State::Closed => assert_eq!(next, None),
            State::Connecting => assert!(next.is_some_and(|at| at <= now + self.config.connect_timeout)),
            State::Ready => {
                let stable_at = self.ready_since + self.config.stable_after;
                let settled = *input == Input::Timeout && now >= stable_at;
                if self.config.resume {
                    assert!(next.is_some(), "nothing watches the line");
                } else if self.config.heartbeat.is_none() {
                    assert_eq!(next, (!settled).then_some(stable_at).filter(|_| next.is_some()));
                }
                assert!(next.is_some() || now >= stable_at || settled);
            }
            State::Waiting | State::OpenCircuit | State::Offline if self.frozen => {
                assert_eq!(attempt, None);
                assert!(next.is_none() || !nothing_queued, "a timer in a frozen page");
            }
            State::Waiting | State::OpenCircuit | State::Offline => {
                assert!(next.is_some_and(|next| attempt.is_some_and(|attempt| next <= attempt)));
                let longest = (now + 36_000).max(self.server_ends);
                assert!(attempt.is_some_and(|at| at <= longest), "{attempt:?} at {now} ms");
            }
        }
        let waiting = matches!(client.state(), State::Waiting | State::OpenCircuit | State::Offline);
        assert!(waiting || attempt.is_none());
    }

    fn state_fits_breaker(&self, client: &Client, now: Millis, input: &Input) {
        let settled = *input == Input::Timeout && now >= self.ready_since + self.config.stable_after;
        match (client.breaker().state(), client.state()) {
            (BreakerState::HalfOpen, State::Connecting) => {}
            (BreakerState::HalfOpen, State::Ready) => assert!(!settled, "a stable line on probation"),
            (BreakerState::HalfOpen, state) => panic!("a probe on its way in {state:?}, after {input:?}"),
            (BreakerState::Open { until }, State::OpenCircuit | State::Offline) => {
                assert!(
                    client.next_attempt().is_none_or(|at| at >= until),
                    "a probe before the recovery is over"
                );
            }
            (BreakerState::Open { .. }, State::Closed | State::Superseded) => {}
            (BreakerState::Open { .. }, state) => panic!("{state:?} through an open breaker"),
            (BreakerState::Closed, state) => assert_ne!(state, State::OpenCircuit),
        }
        assert!(
            client.breaker().state() != BreakerState::Closed
                || client.breaker().failures() < self.config.breaker.failures
        );
    }
}

fn is_overflow(event: &Event) -> bool {
    matches!(event, Event::Dropped(dropped) if dropped.reason == relatch::client::DropReason::Overflow)
}
