//! The last output of a terminal, under absolute offsets.

use relatch::stream::scanner::Scanner;
use std::collections::VecDeque;

/// The most bytes kept: 64 KiB.
pub(crate) const TAIL_BYTES: usize = 64 * 1024;

/// How far from its start a cold replay looks for the beginning of a line.
const LINE_SEARCH: usize = 4096;

/// The last [`TAIL_BYTES`] of output. Offsets count from the terminal's first byte.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    bytes: VecDeque<u8>,
    /// The offset of the first byte kept.
    start: u64,
    /// Where in the grammar that byte falls.
    at_start: Scanner,
}

impl Tail {
    /// The offset behind the last byte.
    pub(crate) fn head(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// The offset of the first byte kept.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Adds output; the oldest makes room.
    pub(crate) fn push(&mut self, output: &[u8]) {
        self.bytes.extend(output);
        let surplus = self.bytes.len().saturating_sub(TAIL_BYTES);
        for byte in self.bytes.drain(..surplus) {
            self.at_start.step(byte);
        }
        self.start += surplus as u64;
    }

    /// At most `most` bytes from `offset` on; nothing if that is outside.
    pub(crate) fn read(&self, offset: u64, most: usize) -> Vec<u8> {
        self.from(offset).take(most).collect()
    }

    /// Where in the grammar `offset` falls.
    pub(crate) fn scanner_at(&self, offset: u64) -> Scanner {
        let mut scanner = self.at_start;
        let before = offset.saturating_sub(self.start);
        for &byte in self.bytes.iter().take(usize::try_from(before).unwrap_or(usize::MAX)) {
            scanner.step(byte);
        }
        scanner
    }

    /// Where a screen can be begun: not inside a character or sequence, and at the beginning of a line if one is near.
    pub(crate) fn safe_start(&self) -> u64 {
        if self.start == 0 {
            return 0;
        }
        let mut scanner = self.at_start;
        let mut first = scanner.is_ground().then_some(self.start);
        let mut offset = self.start;
        for &byte in &self.bytes {
            scanner.step(byte);
            offset += 1;
            if !scanner.is_ground() {
                continue;
            }
            if byte == b'\n' {
                return offset;
            }
            let first = *first.get_or_insert(offset);
            if offset - first >= LINE_SEARCH as u64 {
                return first;
            }
        }
        first.unwrap_or(offset)
    }

    fn from(&self, offset: u64) -> impl Iterator<Item = u8> {
        let skipped = offset
            .checked_sub(self.start)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(usize::MAX);
        self.bytes.iter().skip(skipped).copied()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn it_keeps_the_last_bytes_only() {
        let mut tail = Tail::default();
        for _ in 0..100 {
            tail.push(&[b'x'; 1000]);
        }
        assert_eq!(tail.head(), 100_000);
        assert_eq!(tail.start(), 100_000 - TAIL_BYTES as u64);
        assert_eq!(tail.read(tail.start() - 1, 10), b"");
        assert_eq!(tail.read(99_998, 10), b"xx");
    }

    #[test]
    fn a_cold_replay_begins_at_a_line() {
        let mut tail = Tail::default();
        for n in 0..10_000 {
            tail.push(format!("line {n}\r\n").as_bytes());
        }
        let start = tail.safe_start();
        assert!(tail.read(start, 5).starts_with(b"line "));
        assert!(start - tail.start() < 20);
    }

    #[test]
    fn without_lines_it_begins_outside_characters_and_sequences() {
        for piece in [
            "grün",
            "漢",
            "🦀",
            "\x1b[38;5;196mx",
            "\x1b]8;;http://host/\x07y",
            "\x1bP1;2q~~~\x1b\\z",
        ] {
            for shift in 0..piece.len() {
                let mut tail = Tail::default();
                tail.push(&vec![b'.'; shift]);
                while tail.start() == 0 {
                    tail.push(piece.as_bytes());
                }
                let start = tail.safe_start();
                assert!(tail.scanner_at(start).is_ground());
                let whole: Vec<u8> = std::iter::repeat_n(b'.', shift)
                    .chain(piece.bytes().cycle().take(TAIL_BYTES * 2))
                    .collect();
                let at = usize::try_from(start).unwrap_or(0);
                assert_eq!(tail.read(start, 8), whole[at..at + 8], "{piece:?} {shift}");
                assert!(start - tail.start() < 40);
            }
        }
    }
}
