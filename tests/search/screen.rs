//! What a page's terminal shows, and what may come next (I1).

use crate::content::{Content, Painted};
use relatch::client::{Event, Resumed};
use relatch::wire::Gap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Screen {
    /// Nothing. The next byte is the first that there was.
    Blank,
    /// Output of a process up to an offset; no process yet if a gap was all that came.
    At { epoch: Option<u64>, next: u64 },
    /// Something of a snapshot: it is no screen before all of it is there.
    Painting {
        epoch: Option<u64>,
        next: u64,
        left: u64,
        painted: Painted,
    },
}

impl Screen {
    pub fn next(self) -> u64 {
        match self {
            Self::Blank => 0,
            Self::At { next, .. } | Self::Painting { next, .. } => next,
        }
    }

    /// Whether output may come next.
    pub fn is_whole(self) -> bool {
        !matches!(self, Self::Painting { .. })
    }

    pub fn hear(&mut self, content: Content, event: &Event) -> Result<(), String> {
        match event {
            Event::Reset(_) => *self = Self::Blank,
            Event::Resumed(Resumed { .. }) if !self.is_whole() => {
                return Err(format!("I1: the page goes on with {self:?}"));
            }
            Event::Gap(gap) => self.skip(content, *gap)?,
            _ => {}
        }
        Ok(())
    }

    fn skip(&mut self, content: Content, Gap { from, to, snap }: Gap) -> Result<(), String> {
        let (epoch, scrollback, possible) = match *self {
            Self::Blank => (None, from.is_none(), from.is_none_or(|from| from == 0)),
            Self::At { epoch, next } => (epoch, false, from == Some(next)),
            Self::Painting { .. } => (None, false, false),
        };
        if !possible {
            return Err(format!("I1: a gap from {from:?} on a screen {self:?}"));
        }
        if from.is_some_and(|from| from > to) {
            return Err(format!("a gap from {from:?} back to {to}"));
        }
        if snap == 0 && !content.is_ground(to) {
            return Err(format!("S12: a gap ends at {to}, within a character"));
        }
        *self = match snap {
            0 => Self::At { epoch, next: to },
            left => Self::Painting {
                epoch,
                next: to,
                left,
                painted: Painted::new(scrollback),
            },
        };
        Ok(())
    }

    pub fn show(&mut self, content: Content, cols: u16, bytes: &[u8]) -> Result<(), String> {
        for &byte in bytes {
            self.show_one(content, cols, byte)?;
        }
        Ok(())
    }

    fn show_one(&mut self, content: Content, cols: u16, byte: u8) -> Result<(), String> {
        if let Self::Painting {
            epoch,
            next,
            left,
            painted,
        } = self
        {
            painted.take(*epoch, *next, cols, byte)?;
            *left -= 1;
            if *left == 0 {
                *self = Self::At {
                    epoch: Some(painted.finish()?),
                    next: *next,
                };
            }
            return Ok(());
        }
        let (epoch, offset) = content
            .read(byte)
            .ok_or("I1: a byte of a snapshot is taken for output")?;
        let possible = match *self {
            Self::At { epoch: shown, next } => shown.is_none_or(|shown| shown == epoch) && next == offset,
            _ => offset == 0,
        };
        if !possible {
            return Err(format!("I1: byte {offset} of process {epoch} on a screen {self:?}"));
        }
        *self = Self::At {
            epoch: Some(epoch),
            next: offset + 1,
        };
        Ok(())
    }
}
