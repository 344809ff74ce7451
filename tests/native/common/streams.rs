//! Where every byte of a page that resumes is: given to connections in order, dropped and said to be, or still held; and what its hellos
//! must say of that.

use relatch::client::{Action, Client, DropReason, Dropped, Event, Input, Payload, Reason, Resumed, State};
use relatch::config::Config;
use relatch::error::Refusal;
use relatch::time::Millis;
use relatch::wire::{Attach, FromClient, FromServer, LONGEST_BINARY, Outcome};
use std::collections::VecDeque;

pub(super) struct Streams {
    config: Config,
    /// The frame that comes in this step.
    frame: Option<FromServer>,
    attached: bool,
    /// When the line was lost.
    cut_at: Millis,
    attempt: u64,
    epoch: Option<u64>,
    /// Output received.
    out: Option<u64>,
    /// The gap before it is still to be heard of: until then it is no place.
    late: bool,
    /// So much of a snapshot is still to come: until then it is no place either.
    snap: u64,
    /// Input that the server is known to have accepted.
    base: u64,
    /// What follows that and was begun to be given to a connection.
    kept: VecDeque<u8>,
    sent: u64,
    most_sent: u64,
    written: u64,
    in_window: u64,
    most_in_window: u64,
    queued: VecDeque<(Millis, Vec<u8>)>,
}

impl Streams {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            frame: None,
            attached: false,
            cut_at: 0,
            attempt: 0,
            epoch: None,
            out: None,
            late: false,
            snap: 0,
            base: 0,
            kept: VecDeque::new(),
            sent: 0,
            most_sent: 0,
            written: 0,
            in_window: 0,
            most_in_window: 0,
            queued: VecDeque::new(),
        }
    }

    pub(super) fn before(&mut self, client: &Client, now: Millis, input: &Input) {
        self.frame = None;
        match input {
            Input::Send(Payload::Text(text)) => self.queued.push_back((now, text.clone().into_bytes())),
            Input::Send(Payload::Binary(bytes)) => self.queued.push_back((now, bytes.clone())),
            Input::Control { socket, text } if client.current_socket() == Some(*socket) => {
                self.frame = FromServer::parse(text).ok().flatten();
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
        let welcomed = actions
            .iter()
            .any(|action| matches!(action, Action::Emit(Event::Resumed(_))));
        match self.frame.clone() {
            Some(FromServer::Ack(written)) if self.attached && written <= self.sent => {
                self.written = self.written.max(written);
                self.forget_below(written);
            }
            Some(FromServer::Welcome(welcome)) if welcomed && self.epoch.is_none_or(|epoch| epoch == welcome.epoch) => {
                let accepted = welcome.accepted;
                assert!((self.base..=self.most_sent).contains(&accepted), "in {accepted} taken");
                self.forget_below(accepted);
                (self.base, self.sent, self.most_sent) = (accepted, accepted, accepted);
            }
            _ => {}
        }
        for action in actions {
            self.step(now, input, action);
        }
        if matches!(input, Input::Send(_)) && answer.is_err() {
            self.queued.pop_back().expect("the message offered");
        }
        if self.attached && client.state() != State::Ready {
            self.attached = false;
            self.cut_at = now;
            self.queued.iter_mut().for_each(|(since, _)| *since = now);
        }
        self.holds_bounds(client);
    }

    fn step(&mut self, now: Millis, input: &Input, action: &Action) {
        match action {
            Action::Greet(_, attach) => self.greets(attach),
            Action::Transmit(_, Payload::Binary(bytes)) => self.typed(bytes),
            Action::Transmit(_, Payload::Text(text)) => self.told(text),
            Action::Deliver => {
                let Input::Message { bytes, .. } = input else {
                    panic!("{input:?} delivered");
                };
                assert!(self.attached, "output delivered before the welcome");
                let painted = self.snap.min(*bytes as u64);
                self.snap -= painted;
                *self.out.as_mut().expect("a place") += *bytes as u64 - painted;
            }
            Action::NewSession => {
                assert!(
                    self.kept.is_empty() && self.queued.is_empty(),
                    "typed into another session"
                );
                self.epoch = None;
                self.begin_anew();
            }
            Action::Emit(Event::Resumed(resumed)) => self.resumed(resumed),
            Action::Emit(Event::Gap(gap)) => {
                self.late = false;
                self.snap = gap.snap;
                self.out = Some(gap.to);
            }
            Action::Emit(Event::Dropped(dropped)) => self.dropped(now, dropped),
            Action::Emit(Event::StateChange(change)) if change.reason == Reason::Desync => {
                assert!(self.kept.is_empty(), "given up without a word");
                self.begin_anew();
            }
            _ => {}
        }
    }

    fn begin_anew(&mut self) {
        self.out = None;
        (self.base, self.sent, self.most_sent, self.written) = (0, 0, 0, 0);
    }

    /// Up to here it has a screen.
    fn place(&self) -> Option<u64> {
        self.out.filter(|_| !self.late && self.snap == 0)
    }

    /// A hello says what is so, and for which process it was typed.
    fn greets(&mut self, attach: &Attach) {
        assert!(attach.attempt > self.attempt, "{attach:?} after {}", self.attempt);
        self.attempt = attach.attempt;
        let place = self.place();
        assert_eq!(attach.out, place);
        assert_eq!(attach.epoch, self.epoch);
        assert!(attach.done <= attach.out.unwrap_or_default(), "{attach:?}");
        assert_eq!((attach.in_lo, attach.in_hi), (self.base, self.most_sent));
    }

    /// The line is there; the place is where it was left, or said to be another.
    fn resumed(&mut self, resumed: &Resumed) {
        let Some(FromServer::Welcome(welcome)) = self.frame else {
            panic!("resumed without a welcome");
        };
        assert!(!self.attached, "welcomed twice");
        self.out = self.place();
        self.snap = 0;
        if self.epoch.is_some_and(|epoch| epoch != welcome.epoch) {
            assert!(
                self.kept.is_empty() && self.queued.is_empty(),
                "typed into another process"
            );
            assert!(self.out.is_none() || resumed.outcome == Outcome::New);
            assert_eq!(welcome.accepted, 0);
            self.begin_anew();
        }
        assert!(
            self.out
                .is_none_or(|out| out == resumed.offset && resumed.outcome != Outcome::New)
        );
        self.attached = true;
        self.late = self.out.is_none() && resumed.offset > 0;
        self.epoch = Some(welcome.epoch);
        self.out = Some(resumed.offset);
        self.in_window = welcome.in_window;
        self.most_in_window = self.most_in_window.max(welcome.in_window);
    }

    /// Input goes in order, in frames of at most 16 KiB, and no more of it than the server allows.
    fn typed(&mut self, bytes: &[u8]) {
        assert!(self.attached, "input before the welcome");
        assert!(!bytes.is_empty() && bytes.len() <= LONGEST_BINARY);
        let from = (self.sent - self.base) as usize;
        while self.kept.len() < from + bytes.len() {
            let (_, message) = self.queued.pop_front().expect("something to send");
            self.kept.extend(message);
        }
        assert!(
            self.kept.range(from..from + bytes.len()).eq(bytes),
            "sent out of order, twice or unasked"
        );
        self.sent += bytes.len() as u64;
        self.most_sent = self.most_sent.max(self.sent);
        assert!(
            self.sent <= self.written.saturating_add(self.in_window),
            "more than the credit"
        );
    }

    /// A control frame can be read, and before the welcome there is only one.
    fn told(&mut self, text: &str) {
        match FromClient::parse(text) {
            Ok(Some(FromClient::Hello(..))) | Ok(None) | Err(_) => panic!("sent {text}"),
            Ok(Some(FromClient::Pong(_))) => {}
            Ok(Some(FromClient::Ack { out, .. })) => {
                assert!(
                    self.attached && self.out.is_some_and(|received| out <= received),
                    "{text}"
                );
            }
            Ok(Some(_)) => assert!(self.attached, "{text} before the welcome"),
        }
    }

    fn dropped(&mut self, now: Millis, dropped: &Dropped) {
        let Dropped {
            reason,
            messages,
            bytes,
        } = *dropped;
        let of_kept = match reason {
            DropReason::Unknown => true,
            DropReason::SessionLost => !self.kept.is_empty(),
            DropReason::Expired => {
                let away = now - self.cut_at;
                matches!(self.frame, Some(FromServer::Welcome(_)))
                    && away >= self.config.queue.age
                    && !self.kept.is_empty()
            }
            DropReason::Overflow | DropReason::Closed | DropReason::Superseded => false,
        };
        assert!(messages > 0, "a drop of nothing");
        if let (DropReason::SessionLost, Some(FromServer::Welcome(welcome))) = (reason, &self.frame) {
            let another = self.epoch.is_some_and(|epoch| epoch != welcome.epoch);
            assert!(another, "lost with a session that is there");
        }
        assert!(
            reason != DropReason::Expired || !self.attached,
            "expired on a line that is there"
        );
        if of_kept {
            assert_eq!((messages, bytes), (1, self.kept.len()), "{reason:?}");
            self.kept.clear();
            self.sent = self.base;
        } else if reason == DropReason::Overflow {
            let last = self.queued.back().map(|(_, message)| message.len());
            assert_eq!((messages, Some(bytes)), (1, last));
        } else {
            assert!(messages <= self.queued.len(), "{reason:?} of more than was queued");
            let gone = self.queued.drain(..messages);
            assert_eq!(gone.map(|(_, message)| message.len()).sum::<usize>(), bytes);
        }
    }

    fn holds_bounds(&mut self, client: &Client) {
        let allowed = self.written.saturating_add(self.in_window);
        if self.attached {
            while self.sent < allowed && self.unsent() == 0 && self.queued.front().is_some_and(|(_, m)| m.is_empty()) {
                self.queued.pop_front();
            }
            let waits = self.unsent() > 0 || !self.queued.is_empty();
            assert!(!waits || self.sent >= allowed, "credit is left, and nothing is sent");
        }
        let (messages, bytes) = (
            self.queued.len(),
            self.queued.iter().map(|(_, m)| m.len()).sum::<usize>(),
        );
        let most = &self.config.queue;
        assert!(messages as u64 <= most.messages.into() && bytes as u64 <= most.bytes.into());
        assert!(self.kept.len() as u64 <= self.most_in_window.saturating_add(most.bytes.into()));
        let unsent = self.unsent();
        assert_eq!(client.queued(), (messages + usize::from(unsent > 0), bytes + unsent));
        let uncertain = self.kept.len().min((self.most_sent - self.base) as usize);
        assert_eq!(client.unacknowledged(), uncertain);
        let offsets = client.offsets();
        assert_eq!(offsets.received, self.out.unwrap_or_default());
        assert!(offsets.processed <= offsets.received);
        assert_eq!(offsets.input, self.most_sent);
        let holds_none = matches!(client.state(), State::Superseded | State::Closed);
        assert!(!holds_none || self.kept.is_empty() && messages == 0);
        if let (false, Some((since, _))) = (self.attached, self.queued.front()) {
            let due = client.next_timeout();
            assert!(
                due.is_some_and(|at| at <= since + most.age),
                "a message is kept too long"
            );
        }
    }

    fn unsent(&self) -> usize {
        self.kept.len() - (self.sent - self.base) as usize
    }

    fn forget_below(&mut self, offset: u64) {
        let gone = (offset.max(self.base) - self.base) as usize;
        self.kept.drain(..gone.min(self.kept.len()));
        self.base = self.base.max(offset);
        self.sent = self.sent.max(self.base);
    }
}
