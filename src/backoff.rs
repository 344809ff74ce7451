//! How long to wait before the next attempt: a ladder of caps, spread by chance so that clients do not come back in lockstep.

use crate::chance::Chance;
use crate::time::Millis;

/// The shape of the ladder. The default's caps are 1, 2, 4, 8, 16, 30, 30 … seconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BackoffConfig {
    /// The first cap, in 1..=3,600,000 ms; 1000 by default.
    pub base: Millis,
    /// What each cap is of the one before, in percent, 100..=1000; 200 by default.
    pub factor_percent: u32,
    /// The longest cap, in `base`..=3,600,000 ms; 30,000 by default.
    pub max: Millis,
    /// How waits are spread below (or above) their caps.
    pub jitter: Jitter,
}

/// How a wait is drawn from its cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Jitter {
    /// The first wait in 0..=cap, later ones in cap/2..=cap, those at the longest cap in max..=max + 20 %.
    ///
    /// Full jitter on every wait would halve the ladder: with five failures, a breaker would open at a median of 15 s in place of 31.
    #[default]
    Spread,
    /// Every wait is its cap, to the millisecond.
    None,
}

impl Default for BackoffConfig {
    fn default() -> Self {
        Self {
            base: 1000,
            factor_percent: 200,
            max: 30_000,
            jitter: Jitter::Spread,
        }
    }
}

/// A place on the ladder.
///
/// ```
/// use relatch::backoff::{Backoff, BackoffConfig, Jitter};
/// let config = BackoffConfig { jitter: Jitter::None, ..BackoffConfig::default() };
/// let mut backoff = Backoff::new(config, 7);
/// let waits: Vec<_> = (0..7).map(|_| backoff.step()).collect();
/// assert_eq!(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Backoff {
    config: BackoffConfig,
    chance: Chance,
    cap: Millis,
    first: bool,
}

impl Backoff {
    /// The foot of the ladder. The same seed gives the same waits.
    pub fn new(config: BackoffConfig, seed: u64) -> Self {
        let cap = config.base.min(config.max);
        Self {
            config,
            chance: Chance::new(seed),
            cap,
            first: true,
        }
    }

    /// The wait for this step, and one step up.
    pub fn step(&mut self) -> Millis {
        let cap = self.cap;
        let grown = cap.saturating_mul(self.config.factor_percent.into()) / 100;
        self.cap = grown.min(self.config.max);
        let first = std::mem::replace(&mut self.first, false);
        match self.config.jitter {
            Jitter::None => cap,
            Jitter::Spread if first => self.chance.up_to(cap),
            Jitter::Spread if cap == self.config.max => self.stretch(cap),
            Jitter::Spread => cap - self.chance.up_to(cap / 2),
        }
    }

    /// A wait that may be longer than asked but never shorter: `wait` + 0..20 %, or `wait` itself without jitter.
    pub fn stretch(&mut self, wait: Millis) -> Millis {
        match self.config.jitter {
            Jitter::None => wait,
            Jitter::Spread => wait.saturating_add(self.chance.up_to(wait / 5)),
        }
    }

    /// The longest wait of this ladder, stretched.
    pub fn longest(&mut self) -> Millis {
        self.stretch(self.config.max)
    }

    /// Back to the foot. Chance goes on.
    pub fn reset(&mut self) {
        self.cap = self.config.base.min(self.config.max);
        self.first = true;
    }
}
