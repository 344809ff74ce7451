//! For tests that search through states: the same session at another time of day.

use super::Session;
use crate::time::Millis;

impl Session {
    /// The same session, as if its clock showed `to` where it shows `from`, its pings numbered anew. It will do what it would have done,
    /// so that two sessions that differ in nothing else are one state.
    pub fn rebase(&mut self, from: Millis, to: Millis) {
        let shift = |at: &mut Millis| *at = (*at + to).saturating_sub(from);
        self.until.iter_mut().for_each(shift);
        self.pending
            .iter_mut()
            .map(|pending| &mut pending.until)
            .for_each(shift);
        if let Some(current) = &mut self.current {
            current.pings = 0;
            [&mut current.heard, &mut current.ping_at].into_iter().for_each(shift);
        }
        if self.pending.is_empty() {
            self.proofs = 0;
        }
    }
}
