//! Time as the machines see it: whole milliseconds on a clock that never goes back.

/// Milliseconds: a point on the caller's monotonic clock, or a span. Where the clock starts is the caller's choice.
pub type Millis = u64;

/// The longest delay that browsers take for one timer, 2^31 − 1 ms (HTML, "timers": the delay is a signed 32-bit integer; a
/// larger one fires at once).
pub const LONGEST_TIMER: Millis = i32::MAX as Millis;
