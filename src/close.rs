//! What a close code from the server means: one table, each row of which a page may override.

use crate::time::Millis;
use crate::wire::flat::Object;
use std::fmt;
use std::ops::RangeInclusive;

/// The user ended the session (RFC 6455 §7.4.1, "normal closure").
pub const NORMAL: u16 = 1000;
/// The socket ended without a close frame; never sent (RFC 6455 §7.4.1).
pub const ABNORMAL: u16 = 1006;
/// Our breaker opened while a socket was still there.
pub const BREAKER_OPENED: u16 = 4000;
/// The heartbeat was not answered, or the user held the line for dead.
pub const HEARTBEAT_LOST: u16 = 4101;
/// The page goes into the back-forward cache or is frozen.
pub const FROZEN: u16 = 4102;
/// The attempt was not ready in time.
pub const NOT_READY: u16 = 4103;
/// The link was disposed of; the session is kept.
pub const DISPOSED: u16 = 4104;
/// What was received breaks the protocol: attach afresh.
pub const DESYNC: u16 = 4400;

/// The shortest and longest delay that a server may ask for.
pub const RETRY_DELAY: RangeInclusive<Millis> = 1000..=600_000;

/// The longest close reason, in bytes of UTF-8 (RFC 6455 §5.5: a control frame's 125 less the code's 2).
pub const LONGEST_REASON: usize = 123;

/// What to do about a lost socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The session is over: stop.
    Ended,
    /// Try again, and let the breaker count it.
    Retry,
    /// Try again, not counted.
    RetryUncounted,
    /// Try again, not counted, in no less than 5 s.
    SlowDown,
    /// Stop: a retry would meet the same error.
    Stop,
    /// Ask for new credentials and try again at once, one time.
    Renew,
    /// Open the breaker at once.
    OpenBreaker,
    /// The session lives; attach to it afresh, as a page without a screen does.
    Afresh,
    /// The session is gone or not ours: go on with a new id.
    Gone,
    /// Another page took the session: stop until the user acts.
    Superseded,
}

/// The default rows: codes 1000 to 4410 as `docs/close-codes` lists them.
fn default_verdict(code: u16) -> Verdict {
    match code {
        1000 | 4410 => Verdict::Ended,
        1001 | 1012 => Verdict::RetryUncounted,
        1013 | 4429 => Verdict::SlowDown,
        1002 | 1003 | 1007 | 1009 | 1010 | 3003 | 4403 => Verdict::Stop,
        1008 | 3000 | 4401 => Verdict::Renew,
        4000..=4099 => Verdict::OpenBreaker,
        4400 => Verdict::Afresh,
        4404 => Verdict::Gone,
        4409 => Verdict::Superseded,
        _ => Verdict::Retry,
    }
}

/// The default table with a page's own rows before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CloseTable(Vec<(RangeInclusive<u16>, Verdict)>);

/// Why a row cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowError {
    /// The last code of the range is below the first.
    Reversed,
    /// A code outside 1000..=4999.
    OutOfRange,
}

impl RowError {
    /// The rule that the row breaks.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Reversed => "must not have a reversed range, whose last code is below its first",
            Self::OutOfRange => "must have codes in 1000..=4999",
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule())
    }
}

impl std::error::Error for RowError {}

impl CloseTable {
    /// Overrides these codes. The row added last wins.
    ///
    /// # Errors
    /// [`RowError`], if the range is reversed or leaves 1000..=4999.
    pub fn set(&mut self, codes: RangeInclusive<u16>, verdict: Verdict) -> Result<(), RowError> {
        if codes.end() < codes.start() {
            return Err(RowError::Reversed);
        }
        if *codes.start() < 1000 || *codes.end() > 4999 {
            return Err(RowError::OutOfRange);
        }
        self.0.push((codes, verdict));
        Ok(())
    }

    /// Adds a row below the page's own.
    pub(crate) fn set_default(&mut self, code: u16, verdict: Verdict) {
        self.0.insert(0, (code..=code, verdict));
    }

    /// What this code means.
    pub fn verdict(&self, code: u16) -> Verdict {
        let own = self.0.iter().rev().find(|(codes, _)| codes.contains(&code));
        own.map_or_else(|| default_verdict(code), |&(_, verdict)| verdict)
    }

    /// A code of the application's own range for which neither the defaults nor the page have a row.
    pub fn is_unmapped(&self, code: u16) -> bool {
        let known = matches!(code, 0..=3999 | 4000..=4099 | 4400 | 4401 | 4403 | 4404 | 4408 | 4409 | 4410 | 4429);
        !known && !self.0.iter().any(|(codes, _)| codes.contains(&code))
    }
}

/// The delay that a close reason `{"retry_ms": n}` asks for, brought into [`RETRY_DELAY`].
pub fn retry_delay(reason: &str) -> Option<Millis> {
    Some(retry_delay_in_bounds(Object::parse(reason).ok()?.integer("retry_ms")?))
}

/// A server's delay, brought into [`RETRY_DELAY`].
pub(crate) fn retry_delay_in_bounds(delay: Millis) -> Millis {
    delay.clamp(*RETRY_DELAY.start(), *RETRY_DELAY.end())
}

/// Why a page may not close with this code and reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseError {
    /// The code is neither 1000 nor in 3000..=4999.
    Code,
    /// The reason is longer than [`LONGEST_REASON`] bytes.
    Reason,
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code => "code: a page closes with 1000 or 3000..=4999",
            Self::Reason => "reason: a close reason has at most 123 bytes of UTF-8",
        })
    }
}

impl std::error::Error for CloseError {}

/// Checks what a page closes with (WHATWG WebSockets, `close()` steps 1 and 2).
///
/// # Errors
/// [`CloseError`], naming which of the two breaks its rule.
pub fn check_close(code: u16, reason: &str) -> Result<(), CloseError> {
    if !matches!(code, NORMAL | 3000..=4999) {
        return Err(CloseError::Code);
    }
    if reason.len() > LONGEST_REASON {
        return Err(CloseError::Reason);
    }
    Ok(())
}
