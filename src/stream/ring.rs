//! The last output of a terminal, under absolute offsets, kept for those who come back (S6).

use super::scanner::Scanner;
use crate::wire::Size;
use crate::wire::flat::INTEGER_END;
use std::collections::VecDeque;

/// How many changes of size are remembered. Beyond it the oldest is forgotten: output from then is replayed as for the next size.
pub const SIZES: usize = 1024;

/// The last bytes of one process. Offsets count from its first byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ring {
    most: usize,
    bytes: VecDeque<u8>,
    /// The offset of the first byte kept.
    base: u64,
    /// Where in the grammar that byte falls: the scanner follows what is evicted.
    at_base: Scanner,
    /// The size before the first change that is remembered.
    size: Size,
    /// From which offset on the terminal had another size.
    changes: VecDeque<(u64, Size)>,
}

impl Ring {
    /// An empty ring of so many bytes, at least 1, for a terminal of this size.
    pub fn new(most: usize, size: Size) -> Self {
        Self {
            most: most.max(1),
            bytes: VecDeque::new(),
            base: 0,
            at_base: Scanner::default(),
            size,
            changes: VecDeque::new(),
        }
    }

    /// The offset of the first byte kept.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// The offset behind the last byte.
    pub fn head(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    /// Adds output; the oldest makes room. What would have an offset from 2^53 on is dropped.
    pub fn push(&mut self, output: &[u8]) {
        if output.len() as u64 >= INTEGER_END - self.head() {
            return;
        }
        for piece in output.chunks(self.most) {
            let surplus = (self.bytes.len() + piece.len()).saturating_sub(self.most);
            for byte in self.bytes.drain(..surplus) {
                self.at_base.step(byte);
            }
            self.base += surplus as u64;
            self.bytes.extend(piece);
        }
        while self.changes.front().is_some_and(|&(from, _)| from <= self.base) {
            self.settle_first();
        }
    }

    /// At most `most` bytes from `offset` on; nothing if that is outside.
    pub fn read(&self, offset: u64, most: usize) -> Vec<u8> {
        let Some(skipped) = offset.checked_sub(self.base).and_then(|n| usize::try_from(n).ok()) else {
            return Vec::new();
        };
        let (front, back) = self.bytes.as_slices();
        let first = front.get(skipped..).unwrap_or_default();
        let second = back.get(skipped.saturating_sub(front.len())..).unwrap_or_default();
        let first = first.get(..most).unwrap_or(first);
        let left = most - first.len();
        let second = second.get(..left).unwrap_or(second);
        [first, second].concat()
    }

    /// The first offset from the base on that is neither inside a character nor inside a sequence: where a screen can be begun.
    /// The head, if there is none.
    pub fn ground(&self) -> u64 {
        let mut scanner = self.at_base;
        let mut offset = self.base;
        for &byte in &self.bytes {
            if scanner.is_ground() {
                break;
            }
            scanner.step(byte);
            offset += 1;
        }
        offset
    }

    /// Notes that the terminal has this size from the head on.
    pub fn resize(&mut self, size: Size) {
        let head = self.head();
        if self.changes.back().is_some_and(|&(from, _)| from == head) {
            self.changes.pop_back();
        }
        if self.size_at(head) != size {
            self.changes.push_back((head, size));
        }
        if self.changes.len() > SIZES {
            self.settle_first();
        }
    }

    /// The terminal's size at `offset`; the earliest known, if that is before the base.
    pub fn size_at(&self, offset: u64) -> Size {
        let change = self.changes.iter().rev().find(|&&(from, _)| from <= offset);
        change.map_or(self.size, |&(_, size)| size)
    }

    /// The first offset behind `offset` at which the size changes.
    pub fn next_change(&self, offset: u64) -> Option<u64> {
        self.changes.iter().map(|&(from, _)| from).find(|&from| from > offset)
    }

    fn settle_first(&mut self) {
        if let Some((_, size)) = self.changes.pop_front() {
            self.size = size;
        }
    }
}
