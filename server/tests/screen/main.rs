//! The screen kept beside a pty, by its snapshots. That those are right xterm.js says (`npm test -- screens`); here is what
//! holds for any bytes at all.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod bounds;
mod checks;
mod corpus;
mod garbage;
mod kept;
mod unfinished;
