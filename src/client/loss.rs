//! A lost socket: what it means, and what comes next.

use super::input::{Failure, SocketId};
use super::{Action, Client, DropReason, Event, Phase, Reason, Reset, Timer, Wait, Warning};
use crate::breaker::BreakerState;
use crate::close::{self, Verdict};
use crate::time::Millis;

/// While the browser says that it has no network, an attempt is made this often: it may be wrong.
const OFFLINE_EVERY: Millis = 30_000;
/// The least wait after [`Verdict::SlowDown`].
const SLOW_DOWN: Millis = 5000;

/// What was done at once since the last stable link, and is not done at once again before the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Once {
    renewed: bool,
    afresh: bool,
    gone: bool,
}

/// How a socket, or the attempt at one, ended.
struct Loss {
    reason: Reason,
    verdict: Verdict,
    /// What the server closed with.
    close: Option<(u16, String)>,
    /// The socket is still there, to be closed with this code.
    discard: Option<u16>,
}

/// When the next attempt comes.
struct Delay {
    wait: Millis,
    counted: bool,
}

impl Client {
    pub(super) fn on_closed(&mut self, socket: SocketId, code: u16, text: String) {
        if self.current_socket() != Some(socket) {
            return;
        }
        if self.config.close.is_unmapped(code) && !std::mem::replace(&mut self.warned, true) {
            self.emit(Event::Warning(Warning::UnmappedCode(code)));
        }
        let refused = matches!(self.phase, Phase::Connecting(_));
        let loss = Loss {
            reason: if refused { Reason::Refused } else { Reason::Lost },
            verdict: self.config.close.verdict(code),
            close: Some((code, text)),
            discard: None,
        };
        self.lose(loss);
    }

    pub(super) fn on_failed(&mut self, socket: SocketId, what: Failure) {
        if self.current_socket() != Some(socket) {
            return;
        }
        let reason = match what {
            Failure::Url => Reason::Url,
            Failure::Auth => Reason::Auth,
            Failure::Socket => Reason::Refused,
        };
        let (verdict, close, discard) = (Verdict::Retry, None, None);
        self.lose(Loss {
            reason,
            verdict,
            close,
            discard,
        });
    }

    pub(super) fn on_not_ready(&mut self) {
        self.give_up(Reason::Timeout, close::NOT_READY);
    }

    /// Holds the socket for lost although it is still there.
    pub(super) fn give_up(&mut self, reason: Reason, code: u16) {
        let desync = code == close::DESYNC;
        let loss = Loss {
            reason,
            verdict: if desync { Verdict::Afresh } else { Verdict::Retry },
            close: None,
            discard: Some(code),
        };
        self.lose(loss);
    }

    fn lose(&mut self, mut loss: Loss) {
        if self.resume.exited {
            // Whatever the line does after that, there is nothing to come back to.
            loss.verdict = Verdict::Ended;
        }
        let previous = self.state();
        let (socket, retry) = match &self.phase {
            Phase::Connecting(attempt) => (attempt.socket, attempt.retry),
            Phase::Ready(line) => (line.socket, line.retry),
            Phase::Idle | Phase::Waiting(_) | Phase::Superseded | Phase::Closed { .. } => return,
        };
        let stable = self.is_stable();
        if stable {
            self.settle();
        } else {
            self.stats.failures += 1;
        }
        // What was sent to a session that is gone has no effect, whether it arrived or not.
        let gone = loss.verdict == Verdict::Gone;
        self.leave_socket(if gone {
            DropReason::SessionLost
        } else {
            DropReason::Unknown
        });

        let step = self.backoff.step();
        let Some(delay) = self.judge(loss.verdict, step) else {
            if let Some(code) = loss.discard {
                self.discard(socket, code, "");
            }
            return self.stop(loss);
        };
        let said = loss.close.as_ref().and_then(|(_, text)| close::retry_delay(text));
        let said = said.or(self.told_to_wait);
        let said = said.map(|delay| self.backoff.stretch(delay));
        let recovery = said.unwrap_or_else(|| self.backoff.stretch(self.config.breaker.recovery));
        let counted = delay.counted && retry && !stable && self.online;
        let probe_failed = self.breaker.state() == BreakerState::HalfOpen;
        let opened = if probe_failed || loss.verdict == Verdict::OpenBreaker {
            self.breaker.open(self.now, recovery);
            true
        } else {
            counted && self.breaker.failed(self.now, recovery)
        };
        if let Some(own) = loss.discard {
            let code = if opened { close::BREAKER_OPENED } else { own };
            self.discard(socket, code, "");
        }
        let reason = self.carry_out(loss.verdict).unwrap_or(loss.reason);
        let wait = if opened { recovery } else { said.unwrap_or(delay.wait) };
        let at_once = wait == 0 && delay.wait == 0 && self.online;
        if at_once {
            self.begin_attempt_from(previous, reason, loss.close);
        } else {
            self.wait(wait, said.is_some());
            self.emit_change(previous, reason, loss.close);
        }
    }

    /// Another page's failure is taken for this one's own: ladder and breaker keep step with it. The wait is that page's.
    pub(super) fn on_elsewhere(&mut self, wait: Option<Millis>) {
        let previous = self.state();
        let retry = match &self.phase {
            Phase::Connecting(attempt) => attempt.retry,
            Phase::Waiting(own) if own.until.is_some() && !own.by_server => true,
            _ => return,
        };
        let waiting = matches!(self.phase, Phase::Waiting(_));
        let Some(wait) = wait else {
            if waiting {
                self.begin_attempt(Reason::Elsewhere);
            }
            return;
        };
        if waiting {
            self.attempt += 1;
        } else {
            self.stats.attempts -= 1;
        }
        if let Some(socket) = self.current_socket() {
            self.discard(socket, close::NOT_READY, "");
        }
        self.leave_socket(DropReason::Unknown);
        self.backoff.step();
        if retry && self.online || self.breaker.state() != BreakerState::Closed {
            self.breaker.failed(self.now, wait);
        }
        self.wait(wait, false);
        self.emit_change(previous, Reason::Elsewhere, None);
    }

    /// When to try again after this verdict, the ladder's wait being `step`; `None` is never.
    fn judge(&mut self, verdict: Verdict, step: Millis) -> Option<Delay> {
        let first = |done: &mut bool| !std::mem::replace(done, true);
        let at_once = Delay {
            wait: 0,
            counted: false,
        };
        let counted = Delay {
            wait: step,
            counted: true,
        };
        Some(match verdict {
            Verdict::Ended | Verdict::Stop | Verdict::Superseded => return None,
            Verdict::Retry => counted,
            Verdict::RetryUncounted | Verdict::OpenBreaker => Delay {
                wait: step,
                counted: false,
            },
            Verdict::SlowDown => Delay {
                wait: step.max(self.backoff.stretch(SLOW_DOWN)),
                counted: false,
            },
            Verdict::Renew if self.config.renewable && first(&mut self.once.renewed) => at_once,
            Verdict::Renew => return None,
            Verdict::Afresh if first(&mut self.once.afresh) => at_once,
            Verdict::Gone if first(&mut self.once.gone) => at_once,
            Verdict::Afresh | Verdict::Gone => counted,
        })
    }

    /// Does what a verdict asks for besides waiting; the reason to give, if it has its own.
    fn carry_out(&mut self, verdict: Verdict) -> Option<Reason> {
        match verdict {
            Verdict::Renew => {
                self.renew = true;
                Some(Reason::Credentials)
            }
            Verdict::Afresh => {
                self.claim.warm = false;
                self.claim.take = true;
                self.claim.life += 1;
                self.drop_outbox(DropReason::Unknown);
                self.resume.give_up_place();
                Some(Reason::Desync)
            }
            Verdict::Gone => {
                self.drop_queue(DropReason::SessionLost);
                self.take_new_session();
                self.emit(Event::Reset(Reset::SessionLost));
                Some(Reason::SessionLost)
            }
            Verdict::OpenBreaker => Some(Reason::Overload),
            Verdict::Ended | Verdict::Stop | Verdict::Superseded => None,
            Verdict::Retry | Verdict::RetryUncounted | Verdict::SlowDown => None,
        }
    }

    fn stop(&mut self, loss: Loss) {
        self.abandon_probe();
        match loss.verdict {
            Verdict::Superseded => {
                let previous = self.state();
                self.phase = Phase::Superseded;
                self.claim.take = false;
                self.drop_queue(DropReason::Superseded);
                self.emit_change(previous, Reason::Superseded, loss.close);
            }
            Verdict::Ended => {
                self.end_session();
                self.finish(Reason::Ended, loss.close);
            }
            Verdict::Renew => self.finish(Reason::Credentials, loss.close),
            _ => self.finish(Reason::Stopped, loss.close),
        }
    }

    /// Closed, until the user's own `reconnect()`.
    pub(super) fn finish(&mut self, reason: Reason, close: Option<(u16, String)>) {
        let previous = self.state();
        let disposed = reason == Reason::Disposed;
        self.phase = Phase::Closed { disposed };
        self.timers.stop_all();
        self.down_since = None;
        self.drop_queue(DropReason::Closed);
        self.emit_change(previous, reason, close);
    }

    /// Waits before the next attempt; longer while the browser has no network.
    pub(super) fn wait(&mut self, wait: Millis, by_server: bool) {
        let until = self.now + wait;
        self.phase = Phase::Waiting(Wait {
            since: self.now,
            until: Some(until),
            by_server,
            offline: false,
        });
        self.timers.set(Timer::Wait, until);
        if !self.online {
            self.wait_offline();
        }
    }

    /// Lengthens the wait to what is due while the browser has no network, counted from when the wait began.
    pub(super) fn wait_offline(&mut self) {
        let longer = self.backoff.stretch(OFFLINE_EVERY);
        if let Phase::Waiting(wait) = &mut self.phase
            && let Some(until) = wait.until
        {
            wait.offline = true;
            let at = (wait.since + longer).max(until);
            let at = self.timers.at(Timer::Wait).map_or(at, |set| set.max(at));
            self.timers.set(Timer::Wait, at);
        }
    }

    /// Forgets the current socket: its timers stop, and what became of what it may not have delivered is said.
    pub(super) fn leave_socket(&mut self, fate: DropReason) {
        for timer in [Timer::Attempt, Timer::Stable, Timer::Beat, Timer::Answer, Timer::Ack] {
            self.timers.stop(timer);
        }
        if let Phase::Ready(line) = &mut self.phase {
            let unconfirmed = std::mem::take(&mut line.unconfirmed);
            self.down_since = Some(self.now);
            if self.config.resume {
                // It was not late while the line was there: the server's credit held it back.
                self.queue.renew(self.now);
                self.arm_age();
            }
            self.emit_dropped(fate, unconfirmed);
        }
    }

    pub(super) fn discard(&mut self, socket: SocketId, code: u16, reason: &str) {
        let reason = reason.to_owned();
        self.act(Action::Discard { socket, code, reason });
    }

    pub(super) fn end_session(&mut self) {
        self.session_spent = true;
        self.act(Action::ForgetSession);
    }

    pub(super) fn take_new_session(&mut self) {
        self.session_spent = false;
        self.claim.known = false;
        self.claim.warm = false;
        self.resume.forget();
        self.act(Action::NewSession);
    }
}
