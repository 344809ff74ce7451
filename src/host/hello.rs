//! What a hello may do: S2 first, then S7 and S8, and only then does anything change (I10).

use super::door::Farewell;
use super::rules::Rule;
use super::{Session, SocketId};
use crate::time::Millis;
use crate::wire::{Attach, Outcome};

/// What becomes of a hello.
pub(super) enum Verdict {
    /// It attaches.
    Attach(Place),
    /// The page is to answer a ping first.
    Prove,
    /// It is refused, and nothing changes.
    Refuse(Farewell),
}

/// Where a page goes on.
pub(super) struct Place {
    pub(super) outcome: Outcome,
    /// `welcome.out`.
    pub(super) out: u64,
    pub(super) acked: u64,
    /// The page has no screen of this process, and what comes first is not the start.
    pub(super) begins_late: bool,
    /// The page knows another process.
    pub(super) foreign: bool,
}

/// Whether a hello can be the first of a session that is made by it: it is checked before anything is made (S7).
///
/// # Errors
/// What is wrong with it: to be said in an `error`, and closed with 4400.
pub fn check_first(hello: &Attach) -> Result<(), &'static str> {
    if hello.epoch.is_some() {
        return Ok(());
    }
    check_output(hello, 0)?;
    check_input(hello, None)
}

/// Whether the page can have had this output, of which none from `sent` on was ever sent.
fn check_output(hello: &Attach, sent: u64) -> Result<(), &'static str> {
    match hello.out {
        Some(_) if hello.epoch.is_none() => Err("out: an offset without an epoch"),
        Some(out) if out > sent => Err("out: more than was ever sent"),
        Some(out) if hello.done > out => Err("done: more than out"),
        Some(_) | None => Ok(()),
    }
}

/// Whether the page can have typed this much, of which so much was accepted; `None` if its life is not known.
fn check_input(hello: &Attach, accepted: Option<u64>) -> Result<(), &'static str> {
    match accepted {
        None if hello.in_hi > 0 => Err("in_hi: this life of the page is not known"),
        Some(accepted) if hello.in_hi < accepted => Err("in_hi: less than was accepted"),
        _ if hello.in_lo > accepted.unwrap_or(0) => Err("in_lo: more than was accepted"),
        Some(_) | None => Ok(()),
    }
}

impl Session {
    /// A hello whose auth and secret were checked (S1) came on this new socket. All that follows from it is said by
    /// [`transmit`](Self::transmit): the welcome, the ping of a take-over, or a refusal. A socket that is known already is left as it is.
    pub fn attach(&mut self, now: Millis, socket: SocketId, inst: &str, attach: &Attach) {
        if !self.rules.keep(Rule::UnverifiedHello) {
            self.until = None;
        }
        if self.knows(socket) {
            return;
        }
        match self.judge(inst, attach, false) {
            Verdict::Attach(place) => self.accept(now, socket, inst, attach, &place),
            Verdict::Prove => self.ask(now, socket, inst, attach),
            Verdict::Refuse(farewell) => self.leaving.push(socket, farewell),
        }
    }

    /// Judges a hello. `proven` says that its socket has answered a ping.
    pub(super) fn judge(&self, inst: &str, hello: &Attach, proven: bool) -> Verdict {
        if self.ended.is_some() {
            return refuse(4404, "there is no such session any more");
        }
        let known = self.input.life(inst);
        let stale = known.is_some_and(|life| hello.attempt <= life.attempt);
        if stale && self.rules.keep(Rule::AttemptNumber) {
            return refuse(4408, STALE);
        }
        let another = self.input.last().is_some_and(|last| last.inst != inst);
        if another && !hello.take {
            return refuse(4409, SUPERSEDED);
        }
        if let Err(msg) = self.check(inst, hello) {
            return refuse(4400, msg);
        }
        if another && !proven && self.rules.keep(Rule::TakeOverPing) {
            return Verdict::Prove;
        }
        Verdict::Attach(self.place(hello))
    }

    /// The process behind the session is not the one that the page knows. No epoch is not another one.
    fn is_foreign(&self, hello: &Attach) -> bool {
        hello.epoch.is_some_and(|epoch| epoch != self.epoch) && self.rules.keep(Rule::Epoch)
    }

    /// Whether the offsets can be (S4, S7); those of another epoch say nothing.
    fn check(&self, inst: &str, hello: &Attach) -> Result<(), &'static str> {
        if self.is_foreign(hello) {
            return Ok(());
        }
        check_output(hello, self.sent)?;
        if !self.rules.keep(Rule::InputPerLife) {
            return Ok(());
        }
        check_input(hello, self.input.life(inst).map(|life| life.accepted))
    }

    /// Where the page goes on, if it attaches now.
    fn place(&self, hello: &Attach) -> Place {
        let ring = &self.ring;
        let foreign = self.is_foreign(hello);
        match hello.out {
            Some(out) if !foreign => {
                let there = out >= ring.base() || !self.rules.keep(Rule::GapSignal);
                Place {
                    outcome: if there { Outcome::Ok } else { Outcome::Gap },
                    out,
                    acked: if there { hello.done } else { out },
                    begins_late: false,
                    foreign,
                }
            }
            Some(_) | None => {
                let start = ring.ground();
                let late = start > 0;
                Place {
                    outcome: match (foreign || !self.greeted, late) {
                        (true, _) => Outcome::New,
                        (false, true) => Outcome::Gap,
                        (false, false) => Outcome::Ok,
                    },
                    out: start,
                    acked: start,
                    begins_late: late,
                    foreign,
                }
            }
        }
    }
}

/// Said with 4409.
pub(super) const SUPERSEDED: &str = "another page has the session";

/// Said with 4408.
pub(super) const STALE: &str = "a later attempt of this page was here before";

fn refuse(code: u16, msg: &'static str) -> Verdict {
    Verdict::Refuse(Farewell::refusal(code, msg))
}
