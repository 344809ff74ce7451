//! For tests that search through states: the same client at another time of day.

use super::{Client, Phase};
use crate::breaker::BreakerState;
use crate::stats::Stats;
use crate::time::Millis;

impl Client {
    /// The same client, as if its clock showed `to` where it shows `from`, with nothing counted for statistics. It will do what it
    /// would have done, so that two clients that differ in nothing else are one state.
    pub fn rebase(&mut self, from: Millis, to: Millis) {
        let shift = |at: &mut Millis| *at = (*at + to).saturating_sub(from);
        self.stats = Stats::default();
        self.now = to;
        self.timers.shift(shift);
        self.queue.shift(shift);
        self.hurry.shift(shift);
        self.down_since.iter_mut().for_each(shift);
        if let BreakerState::Open { until } = self.breaker.state() {
            self.breaker.open(to, until.saturating_sub(from));
        }
        match &mut self.phase {
            Phase::Ready(line) => [&mut line.since, &mut line.heard].into_iter().for_each(shift),
            Phase::Waiting(wait) => {
                shift(&mut wait.since);
                wait.until.iter_mut().for_each(shift);
            }
            Phase::Idle | Phase::Connecting(_) | Phase::Superseded | Phase::Closed { .. } => {}
        }
    }

    /// The input that the client keeps: first what a connection may have been given, then what none was.
    pub fn kept_input(&self) -> Vec<u8> {
        [self.resume.outbox.bytes(), &self.queue.bytes()].concat()
    }
}
