//! An attempt, and the line that it becomes.

use super::input::SocketId;
use super::{Action, Attempt, Client, Event, Line, Once, Open, Phase, Reason, State, Tally, Timer};
use crate::close::DESYNC;
use crate::wire::Control;

impl Client {
    pub(super) fn on_connect(&mut self) {
        if matches!(self.phase, Phase::Idle) {
            self.begin_attempt(Reason::Connect);
        }
    }

    /// Makes an attempt now. Whoever calls it has decided that one is due; an open breaker takes it as its probe.
    pub(super) fn begin_attempt(&mut self, reason: Reason) {
        self.begin_attempt_from(self.state(), reason, None);
    }

    pub(super) fn begin_attempt_from(&mut self, previous: State, reason: Reason, close: Option<(u16, String)>) {
        self.breaker.hasten(self.now);
        self.breaker.allow(self.now);
        if std::mem::take(&mut self.session_spent) {
            if self.resume.epoch.is_some() {
                // The page still shows the old one's shell, and what its programs had set.
                self.emit(Event::Reset(super::Reset::SessionLost));
            }
            self.take_new_session();
        }
        self.socket = SocketId(self.socket.0 + 1);
        self.attempt += 1;
        self.claim.attempt += 1;
        self.stats.attempts += 1;
        self.down_since.get_or_insert(self.now);
        self.phase = Phase::Connecting(Attempt {
            socket: self.socket,
            retry: std::mem::replace(&mut self.retrying, true),
            size: self.claim.size,
            greeted: false,
        });
        self.told_to_wait = None;
        self.timers.stop(Timer::Wait);
        self.arm(Timer::Attempt, self.config.connect_timeout);
        let open = Open {
            socket: self.socket,
            renew: self.renew,
            claim: self.claim,
        };
        self.act(Action::Open(open));
        self.emit_change(previous, reason, close);
    }

    pub(super) fn on_opened(&mut self, socket: SocketId) {
        let Phase::Connecting(attempt) = &mut self.phase else {
            return;
        };
        if attempt.socket != socket {
            return;
        }
        if self.config.resume {
            if !std::mem::replace(&mut attempt.greeted, true) {
                self.greet(socket);
            }
            return;
        }
        let (retry, size_sent) = (attempt.retry, attempt.size);
        let previous = self.state();
        self.be_ready(socket, retry);
        if self.claim.size != size_sent {
            self.send_size();
        }
        self.expire_queue();
        while let Some(message) = self.queue.pop() {
            self.transmit(message);
        }
        self.arm_age();
        self.emit_change(previous, Reason::Opened, None);
    }

    /// The line is there.
    pub(super) fn be_ready(&mut self, socket: SocketId, retry: bool) {
        self.renew = false;
        self.stats.ready += 1;
        // The attempt's timer was set when it began.
        let until = self.timers.at(Timer::Attempt).unwrap_or(self.now);
        self.stats.time_to_ready = (self.now + self.config.connect_timeout).saturating_sub(until);
        if let Some(since) = self.down_since.take() {
            self.stats.downtime += self.now - since;
        }
        self.phase = Phase::Ready(Line {
            socket,
            retry,
            since: self.now,
            heard: self.now,
            unconfirmed: Tally::default(),
            doubted: false,
        });
        self.timers.stop(Timer::Attempt);
        self.arm(Timer::Stable, self.config.stable_after);
        self.schedule_heartbeat();
    }

    /// Whether the line has lasted, be its timer late or not.
    pub(super) fn is_stable(&self) -> bool {
        matches!(&self.phase, Phase::Ready(line) if self.now - line.since >= self.config.stable_after)
    }

    /// The line has lasted: whatever failed before is forgotten.
    pub(super) fn settle(&mut self) {
        self.timers.stop(Timer::Stable);
        self.forget_failures();
        self.prove();
    }

    pub(super) fn forget_failures(&mut self) {
        self.backoff.reset();
        self.breaker.succeeded();
        self.once = Once::default();
        self.attempt = 0;
    }

    /// The server has shown that it attached this page, by a frame or by time; an open socket alone may still be a refusal.
    pub(super) fn prove(&mut self) {
        self.claim.known = true;
        self.claim.warm = true;
        self.claim.take = false;
    }

    pub(super) fn on_message(&mut self, socket: SocketId, bytes: usize) {
        if self.hear(socket) {
            self.stats.messages_in += 1;
            self.stats.bytes_in += bytes as u64;
            self.act(Action::Deliver);
        }
    }

    pub(super) fn on_control(&mut self, socket: SocketId, text: &str) {
        if !self.hear(socket) {
            return;
        }
        match Control::is_reset(text) {
            Ok(true) => self.emit(Event::Reset(super::Reset::Server)),
            Ok(false) => {}
            Err(_) => self.give_up(Reason::Desync, DESYNC),
        }
    }

    /// Notes a sign of life; `false` if it is not of the current line.
    pub(super) fn hear(&mut self, socket: SocketId) -> bool {
        let Phase::Ready(line) = &mut self.phase else {
            return false;
        };
        if line.socket != socket {
            return false;
        }
        line.heard = self.now;
        line.unconfirmed = Tally::default();
        line.doubted = false;
        self.prove();
        self.schedule_heartbeat();
        true
    }
}
