//! A session without its I/O: who is attached, what each page has been given, and when it is forgotten.

use super::tail::{TAIL_BYTES, Tail};
use super::{Attachment, Departure, Ending, Hello, Next, Over, Refusal};
use crate::query::Inst;
use crate::screen::mute::Mute;
use crate::terminal::Exit;
use relatch::wire::Size;
use std::collections::VecDeque;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// The longest piece of output given out at once, and so the longest frame to a page: 16 KiB.
pub(crate) const PIECE_BYTES: usize = 16 * 1024;

/// The most input that waits for the terminal: 64 KiB.
pub(crate) const INPUT_BYTES: usize = 64 * 1024;

/// How many page lives are remembered with their last `try` (S4).
const LIVES: usize = 16;

/// All that a session knows.
#[derive(Debug)]
pub(crate) struct State {
    pub(super) generation: u64,
    /// Whether the present generation has a socket.
    pub(super) attached: bool,
    /// The life that attached last, if it gave its name.
    pub(super) last: Option<Inst>,
    tries: VecDeque<(Inst, u64)>,
    pub(super) tail: Tail,
    /// Output before this offset has been handed to a page's socket.
    mark: u64,
    pub(super) input: VecDeque<u8>,
    pub(super) size: Option<Size>,
    pub(super) exit: Option<Exit>,
    pub(super) ending: Option<Ending>,
    pub(super) detached: Option<Detached>,
    pub(super) breaker_at: Option<SystemTime>,
    pub(super) bytes_in: u64,
}

/// Since when the session has had no page, and for how long it waits for one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detached {
    pub(super) since: Instant,
    pub(super) until: Instant,
}

/// How far one attachment has read.
#[derive(Debug)]
pub(crate) struct Feed {
    generation: u64,
    cursor: u64,
    replay: Option<Replay>,
}

/// The filter over what was printed before the attachment.
#[derive(Debug)]
struct Replay {
    until: u64,
    mute: Mute,
}

impl State {
    pub(super) fn new(size: Option<Size>, since: Instant, until: Instant) -> Self {
        Self {
            generation: 0,
            attached: false,
            last: None,
            tries: VecDeque::new(),
            tail: Tail::default(),
            mark: 0,
            input: VecDeque::new(),
            size,
            exit: None,
            ending: None,
            detached: Some(Detached { since, until }),
            breaker_at: None,
            bytes_in: 0,
        }
    }

    /// Attaches a page, or says why not and changes nothing (S2). `proven` says that it has answered a ping.
    pub(super) fn attach(&mut self, hello: &Hello, proven: bool) -> Result<Attachment, Refusal> {
        if self.ending.is_some() {
            return Err(Refusal::Ended);
        }
        if let Some((inst, attempt)) = &hello.life {
            let seen = self.tries.iter().find(|(known, _)| known == inst);
            if seen.is_some_and(|(_, last)| attempt <= last) {
                return Err(Refusal::Stale);
            }
            if self.last.as_ref().is_some_and(|last| last != inst) {
                match (hello.take, proven) {
                    (false, _) => return Err(Refusal::Superseded),
                    (true, false) => return Err(Refusal::Unproven),
                    (true, true) => {}
                }
            }
        }
        Ok(self.accept(hello))
    }

    /// One critical section (S3): the new generation, who it is, and where it reads from.
    fn accept(&mut self, hello: &Hello) -> Attachment {
        let first = self.generation == 0;
        self.generation += 1;
        self.attached = true;
        self.detached = None;
        // Whoever had the session in between was given what was printed then, and this page was not.
        let had_it_last = hello
            .life
            .as_ref()
            .is_none_or(|(inst, _)| self.last.as_ref() == Some(inst));
        self.last = hello.life.as_ref().map(|(inst, _)| inst.clone());
        if let Some((inst, attempt)) = &hello.life {
            self.tries.retain(|(known, _)| known != inst);
            self.tries.push_back((inst.clone(), *attempt));
            if self.tries.len() > LIVES {
                self.tries.pop_front();
            }
        }
        if hello.size.is_some() {
            self.size = hello.size;
        }
        let continues = hello.warm && had_it_last && self.mark >= self.tail.start();
        let cursor = if first || continues {
            self.mark
        } else {
            self.tail.safe_start()
        };
        let cold = !first && !continues;
        self.mark = cursor;
        let until = self.tail.head();
        let replay = (!first && cursor < until).then(|| Replay {
            until,
            mute: Mute::new(self.tail.scanner_at(cursor)),
        });
        Attachment {
            generation: self.generation,
            cold,
            feed: Feed {
                generation: self.generation,
                cursor,
                replay,
            },
        }
    }

    /// What the page gets next; `None` if there is nothing yet.
    pub(super) fn next(&mut self, feed: &mut Feed) -> Option<Next> {
        if let Some(over) = self.taken_from(feed.generation) {
            return Some(Next::Over(over));
        }
        loop {
            if feed.cursor == self.tail.head() {
                return self.exit.map(|exit| Next::Over(Over::Exited(exit)));
            }
            let output = feed.read(&self.tail);
            if !output.is_empty() {
                return Some(Next::Output(output));
            }
        }
    }

    /// Notes that all that was given has been handed to the page's socket.
    pub(super) fn sent(&mut self, feed: &Feed) {
        if feed.generation == self.generation {
            self.mark = feed.sent();
        }
    }

    /// Why the session is no longer this attachment's, if it is not.
    pub(super) fn taken_from(&self, generation: u64) -> Option<Over> {
        match self.ending {
            Some(ending) => Some(Over::Ended(ending)),
            None => (generation != self.generation).then_some(Over::Superseded),
        }
    }

    /// Whether the terminal may be read: a page that is slow to take its output holds the terminal up, and nothing that it
    /// has not taken is lost.
    pub(super) fn has_room(&self) -> bool {
        let unsent = self.tail.head() - self.mark;
        !self.attached || unsent <= (TAIL_BYTES - PIECE_BYTES) as u64
    }

    /// Queues input, all of it or none. `None` if there is no room yet.
    pub(super) fn push_input(&mut self, generation: u64, bytes: &[u8]) -> Option<Result<(), Over>> {
        if let Some(over) = self.taken_from(generation) {
            return Some(Err(over));
        }
        if self.exit.is_some() {
            return Some(Ok(()));
        }
        if !self.input.is_empty() && self.input.len() + bytes.len() > INPUT_BYTES {
            return None;
        }
        self.input.extend(bytes);
        self.bytes_in += bytes.len() as u64;
        Some(Ok(()))
    }

    /// Notes that a socket has gone, and how; nothing, if it is not the present one (S9).
    pub(super) fn detach(&mut self, generation: u64, departure: &Departure, keep: Duration, now: Instant) -> bool {
        if generation != self.generation || !self.attached || self.ending.is_some() {
            return false;
        }
        self.attached = false;
        self.detached = Some(Detached {
            since: now,
            until: now + keep,
        });
        if let Departure::Closed(4000..=4099) = departure {
            self.breaker_at = Some(SystemTime::now());
        }
        true
    }
}

impl Feed {
    /// Up to where the page has had everything.
    fn sent(&self) -> u64 {
        let held = self.replay.as_ref().map_or(0, |replay| replay.mute.held());
        self.cursor - held as u64
    }

    fn read(&mut self, tail: &Tail) -> Vec<u8> {
        let Some(replay) = &mut self.replay else {
            let output = tail.read(self.cursor, PIECE_BYTES);
            self.cursor += output.len() as u64;
            return output;
        };
        let before = replay.until.saturating_sub(self.cursor);
        let most = if before == 0 {
            PIECE_BYTES as u64
        } else {
            before.min(PIECE_BYTES as u64)
        };
        let raw = tail.read(self.cursor, most as usize);
        self.cursor += raw.len() as u64;
        let mut output = Vec::with_capacity(raw.len());
        let done = if before == 0 {
            replay.mute.live(&raw, &mut output)
        } else {
            replay.mute.replay(&raw, &mut output);
            self.cursor == replay.until && replay.mute.finish(&mut output)
        };
        if done {
            self.replay = None;
        }
        output
    }
}
