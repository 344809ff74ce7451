//! What the page's surroundings say: network, visibility, the back-forward cache.

use super::{Client, Phase, Reason, Timer, Wait};
use crate::breaker::BreakerState;
use crate::close::FROZEN;

impl Client {
    /// A network again: the ladder starts anew, if a cut is left to spend; else the wait goes on as it was.
    pub(super) fn on_online(&mut self) {
        self.online = true;
        let previous = self.state();
        let Phase::Waiting(wait) = &mut self.phase else {
            return self.probe_line();
        };
        let Some(until) = wait.until else { return };
        let was_offline = std::mem::replace(&mut wait.offline, false);
        if wait.by_server && self.now < until {
            self.timers.set(Timer::Wait, until);
        } else if self.hurry.spend(self.now) {
            if was_offline {
                self.backoff.reset();
            }
            return self.begin_attempt_from(previous, Reason::Online, None);
        }
        if was_offline {
            self.emit_change(previous, Reason::Online, None);
        }
    }

    pub(super) fn on_offline(&mut self) {
        self.online = false;
        let previous = self.state();
        self.wait_offline();
        if self.state() != previous {
            self.emit_change(previous, Reason::Offline, None);
        }
        self.probe_line();
    }

    pub(super) fn on_wake(&mut self) {
        self.resume.hidden = false;
        self.say_pace();
        self.hasten();
    }

    /// Cuts a wait short, if one may be cut now. The server's delay is the user's alone to cut, and without a network there is
    /// nothing to hurry for.
    pub(super) fn hasten(&mut self) {
        let Phase::Waiting(wait) = &self.phase else {
            return self.probe_line();
        };
        let frozen = wait.until.is_none();
        let may_cut = !wait.by_server && !wait.offline && self.online;
        if may_cut && self.hurry.spend(self.now) {
            self.begin_attempt(Reason::Wake);
        } else if frozen {
            self.thaw();
        }
    }

    pub(super) fn on_hide(&mut self) {
        self.resume.hidden = true;
        self.keep_pace();
    }

    /// Closes the socket in order: a page with an open one is kept out of the back-forward cache, and a frozen one hears nothing.
    pub(super) fn on_freeze(&mut self) {
        if self.current_socket().is_none() {
            return;
        }
        let previous = self.state();
        self.part(FROZEN, "");
        self.phase = Phase::Waiting(Wait {
            since: self.now,
            until: None,
            by_server: false,
            offline: false,
        });
        self.emit_change(previous, Reason::Frozen, None);
    }

    /// Its user goes on to a page that may use the same session, and coming back asks for it again as much as a reload does.
    pub(super) fn on_leave(&mut self) {
        self.on_freeze();
        self.claim.take = true;
    }

    /// Goes from frozen to an ordinary wait.
    fn thaw(&mut self) {
        let previous = self.state();
        let step = self.backoff.step();
        self.wait(step, false);
        self.emit_change(previous, Reason::Wake, None);
    }

    /// A probe that we end ourselves is no answer: the breaker lets the next one through.
    pub(super) fn abandon_probe(&mut self) {
        if self.breaker.state() == BreakerState::HalfOpen {
            self.breaker.open(self.now, 0);
        }
    }
}
