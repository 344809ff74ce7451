//! A session of either kind as it looks from outside.

use crate::terminal::Exit;
use std::time::{Duration, SystemTime};

/// What is listed of a session.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) key: String,
    pub(crate) kind: String,
    pub(crate) attached: bool,
    pub(crate) generation: u64,
    pub(crate) inst: Option<String>,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) detached_for: Option<Duration>,
    pub(crate) retained_for: Option<Duration>,
    pub(crate) breaker_at: Option<SystemTime>,
    pub(crate) pid: Option<i32>,
    pub(crate) exit: Option<Exit>,
    /// What only a session under `relatch.v1` has.
    pub(crate) resumed: Option<Resumed>,
}

/// The offsets of a session under `relatch.v1`.
#[derive(Clone, Debug)]
pub(crate) struct Resumed {
    pub(crate) epoch: u64,
    pub(crate) base: u64,
    pub(crate) head: u64,
    /// Of the page that is attached.
    pub(crate) cursor: Option<u64>,
    pub(crate) acked: Option<u64>,
    pub(crate) held: bool,
    /// Input that waits for the terminal, in bytes.
    pub(crate) input_waiting: usize,
}
