//! The client's timers: a fixed table, of which the driver arms the earliest.

use crate::time::Millis;

/// What a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Timer {
    /// The attempt must be ready by then.
    Attempt,
    /// The next attempt is made then.
    Wait,
    /// The ready link is stable then.
    Stable,
    /// The heartbeat's message is sent then.
    Beat,
    /// Its answer must be there by then.
    Answer,
    /// The oldest queued message is too old then.
    Age,
    /// Output processed is acknowledged then.
    Ack,
}

const ALL: [Timer; 7] = [
    Timer::Attempt,
    Timer::Wait,
    Timer::Stable,
    Timer::Beat,
    Timer::Answer,
    Timer::Age,
    Timer::Ack,
];

/// The time of a timer that is not set.
const NEVER: Millis = Millis::MAX;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Timers([Millis; ALL.len()]);

impl Timers {
    pub(super) fn new() -> Self {
        Self([NEVER; ALL.len()])
    }

    pub(super) fn set(&mut self, timer: Timer, at: Millis) {
        if let Some(slot) = self.0.get_mut(timer as usize) {
            *slot = at;
        }
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        self.set(timer, NEVER);
    }

    pub(super) fn stop_all(&mut self) {
        *self = Self::new();
    }

    pub(super) fn at(&self, timer: Timer) -> Option<Millis> {
        let at = self.0.get(timer as usize).copied();
        at.filter(|&at| at != NEVER)
    }

    /// Moves every timer that is set.
    #[cfg(feature = "host")]
    pub(super) fn shift(&mut self, shift: impl FnMut(&mut Millis)) {
        self.0.iter_mut().filter(|at| **at != NEVER).for_each(shift);
    }

    pub(super) fn next(&self) -> Option<Millis> {
        let next = self.0.iter().copied().min();
        next.filter(|&at| at != NEVER)
    }

    /// Takes the earliest timer that is due, with the time for which it was set.
    pub(super) fn take_due(&mut self, now: Millis) -> Option<(Timer, Millis)> {
        let at = self.next().filter(|&at| at <= now)?;
        let timer = ALL.into_iter().find(|&timer| self.at(timer) == Some(at))?;
        self.stop(timer);
        Some((timer, at))
    }
}
