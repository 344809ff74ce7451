//! The hash by which states are told apart. Times count by how near they are, not to the millisecond: what is armed, in which order of
//! size, and whether something is long ago.

use std::hash::{Hash, Hasher};

/// What every clock shows between two steps. Far from every other number in a world, so that times are known by their size.
pub const NOON: u64 = 1 << 40;

/// Further from noon no time is taken for one.
const DAY: u64 = 1 << 36;

const SPANS: [u64; 9] = [0, 100, 999, 5000, 10_000, 15_000, 30_000, 60_000, 600_000];

/// A hasher that folds products (after wyhash, by Wang Yi).
struct Fold(u64);

impl Fold {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word).wrapping_mul(0xa076_1d64_78bd_642f_e703_7ed1_a0b4_28db);
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ 0x8ebc_6af0_9c88_c6e3;
    }
}

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        let mut last = Self(self.0);
        last.mix(0x5899_65cc_7537_4cc3);
        last.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().fold(1, |word, &byte| word << 8 | u64::from(byte));
            self.mix(word);
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.mix(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(match number.checked_sub(NOON - DAY) {
            Some(0..DAY) => 1 << 50 | class(NOON - number),
            Some(DAY..) if number < NOON + DAY => 1 << 51 | class(number - NOON),
            _ => number,
        });
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.mix(number as u64);
    }
}

fn class(span: u64) -> u64 {
    SPANS.iter().filter(|&&most| span > most).count() as u64
}

pub fn hash(value: &impl Hash) -> u64 {
    let mut hasher = Fold(0x1d8e_4e27_c47d_124f);
    value.hash(&mut hasher);
    hasher.finish()
}
