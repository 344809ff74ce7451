//! What a client may be told: every field with its range, its default and what it trades.

use crate::backoff::BackoffConfig;
use crate::close::CloseTable;
use crate::payload::Payload;
use crate::time::Millis;
use crate::wire::Size;
use std::fmt;
use std::ops::RangeInclusive;

/// The range of every span of time in a configuration: 1 ms to an hour.
pub const SPAN: RangeInclusive<Millis> = 1..=3_600_000;

/// A client's configuration. The default is a passthrough link without heartbeat.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// The waits between attempts.
    pub backoff: BackoffConfig,
    /// The breaker's count and recovery.
    pub breaker: BreakerConfig,
    /// How long an attempt may take to become ready, in [`SPAN`]; 10,000 ms by default. Shorter notices a black hole sooner,
    /// longer lets a slow network through.
    pub connect_timeout: Millis,
    /// How long a ready link must last before failures are forgotten, in [`SPAN`]; 5000 ms by default.
    pub stable_after: Millis,
    /// A heartbeat for servers that answer one; none by default: a browser shows a page neither ping nor pong frames.
    pub heartbeat: Option<Heartbeat>,
    /// The bounds of what is kept while the link is not ready.
    pub queue: QueueConfig,
    /// What close codes mean.
    pub close: CloseTable,
    /// Whether text frames are control frames ([`crate::wire`]); `false` by default.
    pub control: bool,
    /// Whether the session is resumed under `relatch.v1`, with nothing lost and nothing twice.
    /// `false` by default: a passthrough. Text frames are control frames then.
    pub resume: bool,
    /// With `resume`: the session's id and secret were found in storage, so an earlier page made the session. `false` by default.
    pub found: bool,
    /// Whether credentials can be renewed; without, 4401 stops at once. `false` by default.
    pub renewable: bool,
    /// The terminal's size, where it is known before connecting.
    pub size: Option<Size>,
}

/// The circuit breaker's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BreakerConfig {
    /// How many failed retries in a row open it, in 1..=1000; 5 by default.
    pub failures: u32,
    /// How long it stays open before its probe, in [`SPAN`]; 30,000 ms by default.
    pub recovery: Millis,
}

/// A message to send, to which the server is known to answer with any message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Heartbeat {
    /// What to send.
    pub message: Payload,
    /// How often, counted from the last frame received, in [`SPAN`].
    pub every: Millis,
    /// How long to wait for a frame after it, in [`SPAN`].
    pub timeout: Millis,
}

/// How much is kept while the link is not ready. What exceeds a bound is refused or dropped, and said to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueueConfig {
    /// In bytes of payload, 0..=1 GiB; 1 MiB by default. 0 keeps nothing.
    pub bytes: u32,
    /// In messages, 0..=1,000,000; 1024 by default.
    pub messages: u32,
    /// How long a message is kept, in [`SPAN`]; 15,000 ms by default: what was typed a minute ago is meant for another moment.
    pub age: Millis,
}

/// A field that breaks its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The field, as a page's options name it.
    pub field: &'static str,
    /// What it must be.
    pub rule: &'static str,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        f.write_str(": ")?;
        f.write_str(self.rule)
    }
}

impl std::error::Error for ConfigError {}

impl Default for Config {
    fn default() -> Self {
        Self {
            backoff: BackoffConfig::default(),
            breaker: BreakerConfig::default(),
            connect_timeout: 10_000,
            stable_after: 5000,
            heartbeat: None,
            queue: QueueConfig::default(),
            close: CloseTable::default(),
            control: false,
            resume: false,
            found: false,
            renewable: false,
            size: None,
        }
    }
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self {
            failures: 5,
            recovery: 30_000,
        }
    }
}

impl Default for QueueConfig {
    fn default() -> Self {
        Self {
            bytes: 1 << 20,
            messages: 1024,
            age: 15_000,
        }
    }
}

impl Config {
    /// Checks every range.
    ///
    /// # Errors
    /// [`ConfigError`] for the first field that breaks its rule.
    pub fn check(&self) -> Result<(), ConfigError> {
        span("backoff.base", self.backoff.base)?;
        span("backoff.max", self.backoff.max)?;
        span("breaker.recovery", self.breaker.recovery)?;
        span("connectTimeout", self.connect_timeout)?;
        span("stableAfter", self.stable_after)?;
        span("queue.age", self.queue.age)?;
        if let Some(heartbeat) = &self.heartbeat {
            span("heartbeat.every", heartbeat.every)?;
            span("heartbeat.timeout", heartbeat.timeout)?;
            rule(
                !self.control,
                "heartbeat",
                "must be left out with control: it would be typed into the terminal",
            )?;
            rule(
                !self.resume,
                "heartbeat",
                "must be left out with resume, which has one of its own",
            )?;
        }
        rule(
            self.backoff.max >= self.backoff.base,
            "backoff.max",
            "must not be below backoff.base",
        )?;
        rule(
            (100..=1000).contains(&self.backoff.factor_percent),
            "backoff.factor",
            "must be in 1..=10",
        )?;
        rule(
            (1..=1000).contains(&self.breaker.failures),
            "breaker.failures",
            "must be in 1..=1000",
        )?;
        rule(self.queue.bytes <= 1 << 30, "queue.bytes", "must be in 0..=1073741824")?;
        rule(
            self.queue.messages <= 1_000_000,
            "queue.messages",
            "must be in 0..=1000000",
        )
    }
}

fn span(field: &'static str, span: Millis) -> Result<(), ConfigError> {
    rule(SPAN.contains(&span), field, "must be in 1..=3600000 ms")
}

fn rule(kept: bool, field: &'static str, rule: &'static str) -> Result<(), ConfigError> {
    if kept { Ok(()) } else { Err(ConfigError { field, rule }) }
}
