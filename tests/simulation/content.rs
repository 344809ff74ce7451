//! What the streams hold: the byte at an offset follows from the stream's key, so that each one that arrives can be checked by itself.
//!
//! All streams are one ring of text that each enters at a place of its own. It is compared slice by slice, which is quick even where the
//! compiler does not optimise.

use crate::chance::{Chance, mix};
use std::sync::OnceLock;

/// A prime, so that no power of two is a period.
const LENGTH: usize = 1_048_573;

/// The bytes of a stream from an offset on.
pub fn bytes(key: u64, from: u64, count: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(count);
    let mut at = place(key, from);
    while out.len() < count {
        let part = (count - out.len()).min(LENGTH - at);
        out.extend_from_slice(&ring()[at..at + part]);
        at = 0;
    }
    out
}

/// Whether these are the bytes of a stream from an offset on.
pub fn matches(key: u64, from: u64, bytes: &[u8]) -> bool {
    let mut at = place(key, from);
    let mut rest = bytes;
    while !rest.is_empty() {
        let part = rest.len().min(LENGTH - at);
        let (head, tail) = rest.split_at(part);
        if head != &ring()[at..at + part] {
            return false;
        }
        rest = tail;
        at = 0;
    }
    true
}

fn place(key: u64, from: u64) -> usize {
    ((mix(key, 1) % LENGTH as u64 + from % LENGTH as u64) % LENGTH as u64) as usize
}

/// Text as terminals print it, with sequences in it that a gap must not begin inside of.
fn ring() -> &'static [u8] {
    static RING: OnceLock<Vec<u8>> = OnceLock::new();
    RING.get_or_init(|| {
        let mut chance = Chance::new(7);
        let mut out = Vec::with_capacity(LENGTH + 300);
        while out.len() < LENGTH {
            match chance.below(40) {
                0 => out.extend(format!("\x1b[{};{}H", chance.below(50), chance.below(99)).into_bytes()),
                1 => {
                    out.extend(format!("\x1b]0;{}", chance.next()).into_bytes());
                    out.extend((0..chance.below(120)).map(|_| b'a' + chance.below(26) as u8));
                    out.extend(if chance.percent(50) { &b"\x07"[..] } else { b"\x1b\\" });
                }
                2 => out.extend("äß→🦀".bytes()),
                3 => out.extend(format!("\x1bP+q{:x}\x1b\\", chance.next()).into_bytes()),
                4 => out.extend(b"\r\n"),
                _ => out.extend(format!("{:x} ", chance.next()).into_bytes()),
            }
        }
        out.truncate(LENGTH);
        out
    })
}
