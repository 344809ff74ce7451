//! Input: counted for each page life, queued for the terminal, acked once written (S4).

use super::rules::{Rule, Rules};
use std::collections::VecDeque;

/// How many page lives are remembered (S4).
const LIVES: usize = 16;

/// The input of a session's page lives, and the queue of what waits for the terminal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Inputs {
    /// A life's credit, in bytes.
    most: usize,
    waiting: VecDeque<u8>,
    /// Whose the waiting bytes are.
    owners: VecDeque<Run>,
    /// Whose the bytes are that were taken to be written.
    taken: VecDeque<Run>,
    /// The lives that attached last, the latest at the back.
    lives: VecDeque<Life>,
    named: u64,
}

/// One life of a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Life {
    number: u64,
    pub(super) inst: String,
    /// The highest `try` that attached.
    pub(super) attempt: u64,
    /// Input that was queued.
    pub(super) accepted: u64,
    /// Input that was written.
    pub(super) written: u64,
}

/// So many bytes of one life.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Run {
    life: u64,
    bytes: usize,
}

impl Inputs {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            waiting: VecDeque::new(),
            owners: VecDeque::new(),
            taken: VecDeque::new(),
            lives: VecDeque::new(),
            named: 0,
        }
    }

    /// The life that attached last.
    pub(super) fn last(&self) -> Option<&Life> {
        self.lives.back()
    }

    pub(super) fn life(&self, inst: &str) -> Option<&Life> {
        self.lives.iter().find(|life| life.inst == inst)
    }

    /// Makes this life the last that attached; `anew`, if it does not know what it typed so far. The oldest makes room, and what it typed
    /// and was never written goes with it.
    pub(super) fn attach(&mut self, inst: &str, attempt: u64, anew: bool, rules: &Rules) {
        let at = self.lives.iter().position(|life| life.inst == inst);
        let mut known = at.and_then(|at| self.lives.remove(at));
        if let Some(life) = known.take_if(|life| anew && life.accepted > 0) {
            self.drop_waiting(life.number);
        }
        let mut life = known.unwrap_or_else(|| self.name(inst));
        life.attempt = attempt;
        if let (Some(last), false) = (self.lives.back(), rules.keep(Rule::InputPerLife)) {
            life = Life {
                inst: life.inst,
                attempt,
                ..last.clone()
            };
        }
        self.lives.push_back(life);
        if self.lives.len() > LIVES
            && let Some(oldest) = self.lives.pop_front()
        {
            self.drop_waiting(oldest.number);
        }
    }

    /// Counts and queues input of the last life, all of it or none: `false` if that is beyond its credit.
    pub(super) fn push(&mut self, bytes: &[u8]) -> bool {
        let Some(life) = self.lives.back_mut() else {
            return false;
        };
        let unwritten = life.accepted.saturating_sub(life.written);
        if unwritten + bytes.len() as u64 > self.most as u64 {
            return false;
        }
        life.accepted += bytes.len() as u64;
        self.waiting.extend(bytes);
        join(&mut self.owners, life.number, bytes.len());
        true
    }

    /// Counts input that no process will read.
    pub(super) fn count(&mut self, bytes: usize) {
        if let Some(life) = self.lives.back_mut() {
            life.accepted += bytes as u64;
        }
    }

    /// How many bytes wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes up to `most` bytes to be written.
    pub(super) fn take(&mut self, most: usize) -> Vec<u8> {
        let count = most.min(self.waiting.len());
        move_runs(&mut self.owners, count, |life, bytes| {
            join(&mut self.taken, life, bytes)
        });
        self.waiting.drain(..count).collect()
    }

    /// Notes that so many of the bytes taken were written. Whether any was of the life that attached last.
    pub(super) fn wrote(&mut self, count: usize) -> bool {
        let last = self.lives.back().map(|life| life.number);
        let mut of_last = false;
        let lives = &mut self.lives;
        move_runs(&mut self.taken, count, |number, bytes| {
            of_last |= last == Some(number);
            for life in lives.iter_mut().filter(|life| life.number == number) {
                life.written += bytes as u64;
            }
        });
        of_last
    }

    /// The process is gone: nothing more is written.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.owners.clear();
    }

    /// Another process begins: every life's stream does too, but their `try`s go on (I4, I6).
    pub(super) fn restart(&mut self) {
        self.clear();
        self.taken.clear();
        for life in &mut self.lives {
            life.accepted = 0;
            life.written = 0;
        }
    }

    fn name(&mut self, inst: &str) -> Life {
        self.named += 1;
        Life {
            number: self.named,
            inst: inst.to_owned(),
            attempt: 0,
            accepted: 0,
            written: 0,
        }
    }

    fn drop_waiting(&mut self, life: u64) {
        let mut bytes = std::mem::take(&mut self.waiting).into_iter();
        for run in std::mem::take(&mut self.owners) {
            let piece = bytes.by_ref().take(run.bytes);
            if run.life == life {
                piece.for_each(drop);
            } else {
                self.waiting.extend(piece);
                join(&mut self.owners, run.life, run.bytes);
            }
        }
    }
}

/// Adds bytes at the back.
fn join(runs: &mut VecDeque<Run>, life: u64, bytes: usize) {
    match runs.back_mut() {
        Some(last) if last.life == life => last.bytes += bytes,
        _ if bytes > 0 => runs.push_back(Run { life, bytes }),
        _ => {}
    }
}

/// Takes so many bytes from the front, as far as there are any.
fn move_runs(runs: &mut VecDeque<Run>, mut count: usize, mut taken: impl FnMut(u64, usize)) {
    while count > 0
        && let Some(first) = runs.front_mut()
    {
        let bytes = first.bytes.min(count);
        taken(first.life, bytes);
        count -= bytes;
        first.bytes -= bytes;
        if first.bytes == 0 {
            runs.pop_front();
        }
    }
}
