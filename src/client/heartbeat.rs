//! The application's heartbeat: a message to which the server answers, and a deadline for the answer.

use super::{Client, Phase, Reason, Timer};
use crate::close::HEARTBEAT_LOST;
use crate::payload::Payload;
use crate::time::Millis;
use crate::wire::FromClient;

/// A timer later than this came from a page that was frozen or throttled: frames may be waiting behind it.
const LATE: Millis = 1000;

/// How long a server that resumes has to answer.
const PATIENCE: Millis = 5000;

impl Client {
    /// Counts from this frame.
    pub(super) fn schedule_heartbeat(&mut self) {
        if let Some((every, _)) = self.rhythm() {
            self.arm(Timer::Beat, every);
            self.timers.stop(Timer::Answer);
        }
    }

    /// After how long a silence the server is asked, and how long it has to answer. With resume it pings by itself: two of its pings
    /// must be missing.
    fn rhythm(&self) -> Option<(Millis, Millis)> {
        if self.config.resume {
            return Some((2 * self.resume.ping, PATIENCE));
        }
        let heartbeat = self.config.heartbeat.as_ref()?;
        Some((heartbeat.every, heartbeat.timeout))
    }

    pub(super) fn send_heartbeat(&mut self) {
        let Some((_, timeout)) = self.rhythm() else {
            return;
        };
        let message = match &self.config.heartbeat {
            Some(heartbeat) => heartbeat.message.clone(),
            None => Payload::Text(FromClient::Ping(self.now).later_text()),
        };
        self.timers.stop(Timer::Beat);
        self.arm(Timer::Answer, timeout);
        self.hand_over(message);
    }

    /// Asks now, if nothing was asked; what was heard just now is asked in a moment, unless it is heard again. (The clock may have stood
    /// still since: it does in some browsers while the machine sleeps.)
    pub(super) fn probe_line(&mut self) {
        let Phase::Ready(line) = &self.phase else { return };
        if self.timers.at(Timer::Answer).is_some() {
            return;
        }
        if self.now - line.heard < LATE {
            self.arm(Timer::Beat, LATE);
        } else {
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
