//! Chance from a seed, so that a run can be repeated to the millisecond.

use crate::time::Millis;

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). It spreads waits; nothing secret
/// is made with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Chance(u64);

impl Chance {
    /// A sequence that the seed determines.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A span in `0..=most`, uniform but for a bias below `most` / 2^64.
    pub(crate) fn up_to(&mut self, most: Millis) -> Millis {
        match most.checked_add(1) {
            Some(count) => self.next() % count,
            None => self.next(),
        }
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
