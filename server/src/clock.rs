//! Time as the machines have it: whole milliseconds since the server's start.

use relatch::time::Millis;
use std::time::Duration;
use tokio::time::Instant;

/// Counts from its making. It never goes back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn now(self) -> Millis {
        millis(self.0.elapsed())
    }

    /// When it will be `at`; `None` if that is beyond all time.
    pub(crate) fn instant(self, at: Millis) -> Option<Instant> {
        self.0.checked_add(Duration::from_millis(at))
    }
}

/// Whole milliseconds.
pub(crate) fn millis(time: Duration) -> Millis {
    Millis::try_from(time.as_millis()).unwrap_or(Millis::MAX)
}
