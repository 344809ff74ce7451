//! The circuit breaker: after so many failures in a row nothing is tried for a while, then exactly one probe is.
//!
//! Michael Nygard, "Release It!", gives the pattern and the names of the states.

use crate::time::Millis;

/// What the breaker lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Everything.
    Closed,
    /// Nothing before this time.
    Open {
        /// When one probe may go.
        until: Millis,
    },
    /// Nothing more: the one probe is on its way.
    HalfOpen,
}

/// A circuit breaker.
///
/// ```
/// use relatch::breaker::Breaker;
/// let mut breaker = Breaker::new(2);
/// assert!(breaker.allow(0));
/// assert!(!breaker.failed(0, 30_000));
/// assert!(breaker.failed(5, 30_000), "the second failure opens it");
/// assert!(!breaker.allow(30_004));
/// assert!(breaker.allow(30_005), "one probe");
/// assert!(!breaker.allow(30_006), "and only one");
/// breaker.succeeded();
/// assert!(breaker.allow(30_007));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Breaker {
    limit: u32,
    failures: u32,
    state: BreakerState,
}

impl Breaker {
    /// A closed breaker which opens at the `limit`th failure in a row; a limit of 0 is taken as 1.
    pub fn new(limit: u32) -> Self {
        Self {
            limit: limit.max(1),
            failures: 0,
            state: BreakerState::Closed,
        }
    }

    /// What it lets through now.
    pub fn state(&self) -> BreakerState {
        self.state
    }

    /// The failures counted since it was last closed by a success.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Asks to make an attempt. An open breaker whose time has come answers yes once and becomes half-open.
    pub fn allow(&mut self, now: Millis) -> bool {
        match self.state {
            BreakerState::Closed => true,
            BreakerState::Open { until } if until <= now => {
                self.state = BreakerState::HalfOpen;
                true
            }
            BreakerState::Open { .. } | BreakerState::HalfOpen => false,
        }
    }

    /// Counts a failure; `true` if the breaker is open after it. A failed probe opens it again whatever the count.
    pub fn failed(&mut self, now: Millis, recovery: Millis) -> bool {
        self.failures = self.failures.saturating_add(1);
        let opens = self.failures >= self.limit || self.state != BreakerState::Closed;
        if opens {
            self.open(now, recovery);
        }
        opens
    }

    /// Opens at once, whatever the count.
    pub fn open(&mut self, now: Millis, recovery: Millis) {
        self.state = BreakerState::Open {
            until: now.saturating_add(recovery),
        };
    }

    /// Ends an open breaker's recovery now: the next [`allow`](Self::allow) is the probe.
    pub fn hasten(&mut self, now: Millis) {
        if let BreakerState::Open { until } = &mut self.state {
            *until = now.min(*until);
        }
    }

    /// Closes and forgets the failures.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.state = BreakerState::Closed;
    }
}
