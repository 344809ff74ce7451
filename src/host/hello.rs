//! What a hello may do: S2 first, then S7 and S8, and only then does anything change (I10).

use super::Session;
use super::door::Farewell;
use super::rules::Rule;
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
    /// The page had no screen, and what comes first is not the start.
    pub(super) begins_late: bool,
}

impl Session {
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
        if let Some(out) = hello.out {
            if hello.epoch.is_none() {
                return Err("out: an offset without an epoch");
            }
            if out > self.sent {
                return Err("out: more than was ever sent");
            }
            if hello.done > out {
                return Err("done: more than out");
            }
        }
        if !self.rules.keep(Rule::InputPerLife) {
            return Ok(());
        }
        let accepted = self.input.life(inst).map_or(0, |life| life.accepted);
        if hello.in_lo > accepted {
            return Err("in_lo: more than was accepted");
        }
        if hello.in_hi < accepted {
            return Err("in_hi: less than was accepted");
        }
        if self.input.life(inst).is_none() && hello.in_hi > 0 {
            return Err("in_hi: this life of the page is not known");
        }
        Ok(())
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
                    // Before a gap, what was received does not count as a claim on the window (S5).
                    acked: if there { hello.done } else { out },
                    begins_late: false,
                }
            }
            Some(_) | None => {
                let start = ring.ground();
                let new = foreign || !self.greeted;
                let late = start > 0 && !new;
                Place {
                    outcome: match (new, late) {
                        (true, _) => Outcome::New,
                        (false, true) => Outcome::Gap,
                        (false, false) => Outcome::Ok,
                    },
                    out: start,
                    acked: start,
                    begins_late: late,
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
