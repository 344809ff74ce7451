//! How often events may cut a wait short: twice in any minute, so that a storm of them is no storm of attempts.

use crate::time::Millis;

const WINDOW: Millis = 60_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Hurry {
    /// The last two cuts, the older one first.
    cuts: [Option<Millis>; 2],
}

impl Hurry {
    /// Spends one cut, if one is left in the minute that ends now.
    pub(super) fn spend(&mut self, now: Millis) -> bool {
        let [older, newer] = self.cuts;
        if older.is_some_and(|at| now - at < WINDOW) {
            return false;
        }
        self.cuts = [newer, Some(now)];
        true
    }

    /// Moves what was noted.
    #[cfg(feature = "host")]
    pub(super) fn shift(&mut self, shift: impl FnMut(&mut Millis)) {
        self.cuts.iter_mut().flatten().for_each(shift);
    }
}
