//! What a client has counted since it was made.

use crate::time::Millis;

/// Counters, and one time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stats {
    /// Attempts begun.
    pub attempts: u32,
    /// Attempts that failed: not ready in time, or lost before they were stable.
    pub failures: u32,
    /// Times that the line was there.
    pub ready: u32,
    /// Messages received for the page.
    pub messages_in: u64,
    /// Bytes of payload received.
    pub bytes_in: u64,
    /// Messages handed to a socket.
    pub messages_out: u64,
    /// Bytes of payload handed to a socket.
    pub bytes_out: u64,
    /// Messages reported as dropped.
    pub messages_dropped: u64,
    /// Time in ms without a line, from the first attempt on, up to the last time that the line came back.
    pub downtime: Millis,
    /// How long in ms the last attempt that succeeded took, from its beginning until the line was there; 0 before the first.
    pub time_to_ready: Millis,
    /// Times that output was not to be had any more.
    pub gaps: u32,
}
