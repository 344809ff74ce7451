//! What the user wants.

use super::{Action, Client, DropReason, Phase, Reason, State, Tally};
use crate::close::{DISPOSED, HEARTBEAT_LOST, NORMAL};
use crate::error::Refusal;
use crate::payload::Payload;
use crate::wire::{Control, FromClient, Size};

impl Client {
    /// With control frames on, text that the page sends is input like any other, and goes as bytes.
    pub(super) fn on_send(&mut self, message: Payload) -> Result<(), Refusal> {
        let message = match message {
            Payload::Text(text) if self.config.control || self.config.resume => Payload::Binary(text.into_bytes()),
            message => message,
        };
        match &self.phase {
            Phase::Ready(_) if self.config.resume => {
                let kept = match message {
                    // What goes out at once needs no room in the queue.
                    Payload::Binary(bytes) if self.resume.has_credit(bytes.len().max(1)) => {
                        self.resume.outbox.push(&bytes);
                        Ok(())
                    }
                    message => self.enqueue(message),
                };
                self.send_input();
                kept
            }
            Phase::Ready(_) => {
                self.transmit(message);
                Ok(())
            }
            Phase::Idle | Phase::Connecting(_) => self.enqueue(message),
            Phase::Waiting(_) => {
                let kept = self.enqueue(message);
                self.hasten();
                kept
            }
            Phase::Superseded => Err(Refusal::Superseded),
            Phase::Closed { .. } => Err(self.closed()),
        }
    }

    /// A size is a state, not an event: the latest wins, and none is queued.
    pub(super) fn on_resize(&mut self, size: Size) -> Result<(), Refusal> {
        if let Phase::Closed { disposed: true } = self.phase {
            return Err(Refusal::Disposed);
        }
        if self.claim.size.replace(size) != Some(size) && self.state() == State::Ready {
            self.send_size();
        }
        Ok(())
    }

    /// The line now. Beside a new session it is the one thing that leaves `closed` and `superseded`, and it asks for no allowance.
    pub(super) fn on_reconnect(&mut self) -> Result<(), Refusal> {
        match &self.phase {
            Phase::Connecting(_) => {}
            Phase::Idle | Phase::Waiting(_) => self.begin_attempt(Reason::User),
            Phase::Ready(_) => {
                // The user does not believe in this line: replace it, without calling it a failure.
                self.part(HEARTBEAT_LOST, "");
                self.begin_attempt(Reason::User);
            }
            Phase::Superseded => {
                self.claim.take = true;
                self.start_over();
            }
            Phase::Closed { disposed: false } => self.start_over(),
            Phase::Closed { disposed: true } => return Err(Refusal::Disposed),
        }
        Ok(())
    }

    pub(super) fn on_close(&mut self, code: u16, reason: String) -> Result<(), Refusal> {
        match self.phase {
            Phase::Closed { disposed: true } => return Err(Refusal::Disposed),
            Phase::Closed { disposed: false } => return Ok(()),
            Phase::Idle | Phase::Connecting(_) | Phase::Ready(_) | Phase::Waiting(_) | Phase::Superseded => {}
        }
        let superseded = matches!(self.phase, Phase::Superseded);
        self.say_bye(code == NORMAL);
        self.part(code, &reason);
        // A superseded page has no say in the session any more.
        if code == NORMAL && !superseded {
            self.end_session();
        }
        self.finish(Reason::User, Some((code, reason)));
        Ok(())
    }

    pub(super) fn on_dispose(&mut self) {
        if let Phase::Closed { disposed } = &mut self.phase {
            *disposed = true;
            return;
        }
        self.say_bye(false);
        self.part(DISPOSED, "");
        self.finish(Reason::Disposed, Some((DISPOSED, String::new())));
    }

    pub(super) fn on_new_session(&mut self) -> Result<(), Refusal> {
        if let Phase::Closed { disposed: true } = self.phase {
            return Err(Refusal::Disposed);
        }
        self.say_bye(true);
        self.part(NORMAL, "");
        self.drop_queue(DropReason::SessionLost);
        self.session_spent = true;
        self.start_over();
        Ok(())
    }

    /// Begins as a new page does, with nothing counted against the server.
    fn start_over(&mut self) {
        let previous = self.state();
        self.forget_failures();
        self.retrying = false;
        self.begin_attempt_from(previous, Reason::User, None);
    }

    /// Says good-bye to the socket, if there is one.
    pub(super) fn part(&mut self, code: u16, reason: &str) {
        if let Some(socket) = self.current_socket() {
            if self.is_stable() {
                self.settle();
            }
            self.leave_socket(DropReason::Unknown);
            self.abandon_probe();
            self.discard(socket, code, reason);
        }
    }

    fn enqueue(&mut self, message: Payload) -> Result<(), Refusal> {
        if !self.waits_for_credit() {
            self.expire_queue();
        }
        if let Err(message) = self.queue.push(self.now, message) {
            let mut tally = Tally::default();
            tally.add(message.len());
            self.emit_dropped(DropReason::Overflow, tally);
            return Err(Refusal::QueueFull);
        }
        if !self.waits_for_credit() {
            self.arm_age();
        }
        Ok(())
    }

    /// Hands a message of the page to the socket.
    pub(super) fn transmit(&mut self, message: Payload) {
        if let Phase::Ready(line) = &mut self.phase {
            line.unconfirmed.add(message.len());
            self.stats.messages_out += 1;
            self.stats.bytes_out += message.len() as u64;
            self.hand_over(message);
        }
    }

    /// Hands a control frame to the socket.
    pub(super) fn tell_server(&mut self, frame: &FromClient) {
        self.hand_over(Payload::Text(frame.later_text()));
    }

    /// Hands anything to the socket.
    pub(super) fn hand_over(&mut self, message: Payload) {
        if let Some(socket) = self.current_socket() {
            self.act(Action::Transmit(socket, message));
        }
    }

    pub(super) fn send_size(&mut self) {
        if self.config.resume {
            if let Some(size) = self.resume.size_due(self.claim.size) {
                self.tell_server(&FromClient::Resize(size));
            }
        } else if let (true, Some(size)) = (self.config.control, self.claim.size) {
            self.hand_over(Payload::Text(Control::Resize(size).to_text()));
        }
    }

    fn closed(&self) -> Refusal {
        match self.phase {
            Phase::Closed { disposed: true } => Refusal::Disposed,
            _ => Refusal::Closed,
        }
    }
}
