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
}

const COUNT: usize = 6;
const ALL: [Timer; COUNT] = [
    Timer::Attempt,
    Timer::Wait,
    Timer::Stable,
    Timer::Beat,
    Timer::Answer,
    Timer::Age,
];

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Timers([Option<Millis>; COUNT]);

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Millis) {
        if let Some(slot) = self.0.get_mut(timer as usize) {
            *slot = Some(at);
        }
    }

    pub(super) fn stop(&mut self, timer: Timer) {
        if let Some(slot) = self.0.get_mut(timer as usize) {
            *slot = None;
        }
    }

    pub(super) fn stop_all(&mut self) {
        self.0 = [None; COUNT];
    }

    pub(super) fn at(&self, timer: Timer) -> Option<Millis> {
        self.0.get(timer as usize).copied().flatten()
    }

    pub(super) fn next(&self) -> Option<Millis> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes the earliest timer that is due, with the time for which it was set.
    pub(super) fn take_due(&mut self, now: Millis) -> Option<(Timer, Millis)> {
        let due = ALL.into_iter().filter_map(|timer| Some((timer, self.at(timer)?)));
        let (timer, at) = due.filter(|&(_, at)| at <= now).min_by_key(|&(_, at)| at)?;
        self.stop(timer);
        Some((timer, at))
    }
}
