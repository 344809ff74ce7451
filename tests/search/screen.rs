//! What a page's terminal shows, and what may come next (I1).

use crate::content::Content;
use relatch::client::{Event, Resumed};
use relatch::wire::{Gap, Outcome};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Screen {
    /// Nothing. The next byte is the first that there was, or any if the page was told that the process is another.
    Blank { anywhere: bool },
    /// Output of a process up to an offset; no process yet if a gap was all that came.
    At { epoch: Option<u64>, next: u64 },
}

impl Screen {
    pub const NEW: Self = Self::Blank { anywhere: false };

    pub fn next(self) -> u64 {
        match self {
            Self::Blank { .. } => 0,
            Self::At { next, .. } => next,
        }
    }

    pub fn hear(&mut self, event: &Event) -> Result<(), String> {
        match event {
            Event::Reset(_) => *self = Self::NEW,
            Event::Resumed(Resumed { outcome, .. }) => {
                if let Self::Blank { anywhere } = self {
                    *anywhere = *outcome == Outcome::New;
                }
            }
            Event::Gap(gap) => self.skip(*gap)?,
            _ => {}
        }
        Ok(())
    }

    fn skip(&mut self, Gap { from, to }: Gap) -> Result<(), String> {
        let (epoch, possible) = match *self {
            Self::Blank { anywhere } => (None, from.is_none_or(|from| anywhere || from == 0)),
            Self::At { epoch, next } => (epoch, from == Some(next)),
        };
        if !possible {
            return Err(format!("I1: a gap from {from:?} on a screen {self:?}"));
        }
        if from.is_some_and(|from| from > to) {
            return Err(format!("a gap from {from:?} back to {to}"));
        }
        *self = Self::At { epoch, next: to };
        Ok(())
    }

    pub fn show(&mut self, content: Content, bytes: &[u8]) -> Result<(), String> {
        for &byte in bytes {
            let (epoch, offset) = content.read(byte);
            let possible = match *self {
                Self::Blank { anywhere } => (anywhere && content.is_ground(offset)) || offset == 0,
                Self::At { epoch: shown, next } => shown.is_none_or(|shown| shown == epoch) && next == offset,
            };
            if !possible {
                return Err(format!("I1: byte {offset} of process {epoch} on a screen {self:?}"));
            }
            *self = Self::At {
                epoch: Some(epoch),
                next: offset + 1,
            };
        }
        Ok(())
    }
}
