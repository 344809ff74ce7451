//! A snapshot on its way: it is announced, comes whole and in order, and shows what it should (S12).

use crate::chance::mix;
use crate::content;
use crate::holds;
use relatch::wire::Gap;

/// What is still to come of a snapshot.
pub struct Drawing {
    key: u64,
    from: u64,
    left: u64,
}

impl Drawing {
    /// What a gap announces in the output of a process, if it is more than the gap.
    pub fn announced(epoch: u64, gap: &Gap) -> Option<Self> {
        let scrollback = gap.from.is_none();
        let left = length(epoch, gap.to);
        holds!(
            gap.snap == 0 || gap.snap == left,
            "a snapshot of {} bytes at {}, which has {left}",
            gap.snap,
            gap.to
        );
        (gap.snap > 0).then(|| Self {
            key: key(epoch, gap.to, scrollback),
            from: 0,
            left,
        })
    }

    /// Takes what is of it; the rest is output. Whether that was the end of it.
    pub fn take<'a>(&mut self, bytes: &'a [u8]) -> (&'a [u8], bool) {
        let count = self.left.min(bytes.len() as u64);
        let (part, rest) = bytes.split_at(count as usize);
        holds!(
            content::matches(self.key, self.from, part),
            "a snapshot's bytes from {} on are not those at this gap (S12)",
            self.from
        );
        self.from += count;
        self.left -= count;
        (rest, self.left == 0)
    }
}

/// The snapshot of a process at an offset, with what was scrolled off or without.
pub fn snapshot(epoch: u64, out: u64, scrollback: bool) -> Vec<u8> {
    content::bytes(key(epoch, out, scrollback), 0, length(epoch, out) as usize)
}

fn key(epoch: u64, out: u64, scrollback: bool) -> u64 {
    mix(mix(epoch, out), 2 + u64::from(scrollback))
}

fn length(epoch: u64, out: u64) -> u64 {
    1 + mix(epoch, out) % 1000
}
