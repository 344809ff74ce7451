//! An attempt, and the line that it becomes.

use super::input::SocketId;
use super::{Action, Attempt, Client, Event, Line, Once, Open, Phase, Reason, State, Tally, Timer};
use crate::close::DESYNC;
use crate::time::Millis;
use crate::wire::Control;

impl Client {
    pub(super) fn on_connect(&mut self, now: Millis) {
        if self.phase == Phase::Idle {
            self.begin_attempt(now, Reason::Connect);
        }
    }

    /// Makes an attempt now. Whoever calls it has decided that one is due; an open breaker takes it as its probe.
    pub(super) fn begin_attempt(&mut self, now: Millis, reason: Reason) {
        self.begin_attempt_from(now, self.state(), reason, None);
    }

    pub(super) fn begin_attempt_from(
        &mut self,
        now: Millis,
        previous: State,
        reason: Reason,
        close: Option<(u16, String)>,
    ) {
        self.breaker.hasten(now);
        self.breaker.allow(now);
        if std::mem::take(&mut self.session_spent) {
            self.take_new_session();
        }
        self.socket = SocketId(self.socket.0.wrapping_add(1));
        self.attempt = self.attempt.saturating_add(1);
        self.claim.attempt = self.claim.attempt.saturating_add(1);
        self.stats.attempts = self.stats.attempts.saturating_add(1);
        self.down_since.get_or_insert(now);
        self.phase = Phase::Connecting(Attempt {
            socket: self.socket,
            retry: std::mem::replace(&mut self.retrying, true),
            size: self.claim.size,
        });
        self.timers.stop(Timer::Wait);
        self.timers
            .set(Timer::Attempt, now.saturating_add(self.config.connect_timeout));
        let open = Open {
            socket: self.socket,
            renew: std::mem::take(&mut self.renew),
            claim: self.claim,
        };
        self.act(Action::Open(open));
        self.emit_change(now, previous, reason, close);
    }

    pub(super) fn on_opened(&mut self, now: Millis, socket: SocketId) {
        let Phase::Connecting(attempt) = &self.phase else {
            return;
        };
        if attempt.socket != socket {
            return;
        }
        let (retry, size_sent) = (attempt.retry, attempt.size);
        let previous = self.state();
        self.stats.ready = self.stats.ready.saturating_add(1);
        if let Some(since) = self.down_since.take() {
            self.stats.downtime += now.saturating_sub(since);
        }
        self.phase = Phase::Ready(Line {
            socket,
            retry,
            since: now,
            heard: now,
            unconfirmed: Tally::default(),
            doubted: false,
        });
        self.timers.stop(Timer::Attempt);
        self.timers
            .set(Timer::Stable, now.saturating_add(self.config.stable_after));
        self.schedule_heartbeat(now);
        if self.claim.size != size_sent {
            self.send_size();
        }
        self.expire_queue(now);
        while let Some(message) = self.queue.pop() {
            self.transmit(message);
        }
        self.arm_age();
        self.emit_change(now, previous, Reason::Opened, None);
        self.emit(Event::Ready { attempt: self.attempt });
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
    fn prove(&mut self) {
        self.claim.known = true;
        self.claim.warm = true;
        self.claim.take = false;
    }

    pub(super) fn on_message(&mut self, now: Millis, socket: SocketId, bytes: usize) {
        if self.hear(now, socket) {
            self.stats.messages_in += 1;
            self.stats.bytes_in += bytes as u64;
            self.act(Action::Deliver);
        }
    }

    pub(super) fn on_control(&mut self, now: Millis, socket: SocketId, text: &str) {
        if !self.hear(now, socket) {
            return;
        }
        match Control::parse(text) {
            Ok(Some(Control::Reset)) => self.emit(Event::Reset(super::Reset::Server)),
            // What only a page says is as unknown from a server as any other `t`.
            Ok(Some(Control::Resize(_)) | None) => {}
            Err(_) => self.give_up(now, Reason::Desync, DESYNC),
        }
    }

    /// Notes a sign of life; `false` if it is not of the current line.
    fn hear(&mut self, now: Millis, socket: SocketId) -> bool {
        let Phase::Ready(line) = &mut self.phase else {
            return false;
        };
        if line.socket != socket {
            return false;
        }
        line.heard = now;
        line.unconfirmed = Tally::default();
        line.doubted = false;
        self.prove();
        self.schedule_heartbeat(now);
        true
    }
}
