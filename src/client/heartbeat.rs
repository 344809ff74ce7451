//! The application's heartbeat: a message to which the server answers, and a deadline for the answer.

use super::{Client, Phase, Reason, Timer};
use crate::close::HEARTBEAT_LOST;
use crate::time::Millis;

/// A timer later than this came from a page that was frozen or throttled: frames may be waiting behind it.
const LATE: Millis = 1000;

impl Client {
    /// Counts from this frame.
    pub(super) fn schedule_heartbeat(&mut self) {
        if let Some(heartbeat) = &self.config.heartbeat {
            self.arm(Timer::Beat, heartbeat.every);
            self.timers.stop(Timer::Answer);
        }
    }

    pub(super) fn send_heartbeat(&mut self) {
        let Some(heartbeat) = &self.config.heartbeat else {
            return;
        };
        let (message, timeout) = (heartbeat.message.clone(), heartbeat.timeout);
        self.timers.stop(Timer::Beat);
        self.arm(Timer::Answer, timeout);
        self.hand_over(message);
    }

    /// Asks now, if nothing was asked and nothing was heard just now.
    pub(super) fn probe_line(&mut self) {
        let Phase::Ready(line) = &self.phase else { return };
        let quiet = self.now - line.heard >= LATE;
        if quiet && self.timers.at(Timer::Answer).is_none() {
            self.send_heartbeat();
        }
    }

    pub(super) fn on_no_answer(&mut self, due: Millis) {
        let Phase::Ready(line) = &mut self.phase else { return };
        let late = self.now - due > LATE;
        if late && !std::mem::replace(&mut line.doubted, true) {
            self.send_heartbeat();
        } else {
            self.give_up(Reason::Heartbeat, HEARTBEAT_LOST);
        }
    }
}
