//! The server as its clients see it: real sockets on loopback, real shells on ptys. One file a behaviour.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod bounds;
mod common;
mod door;
mod exits;
mod faults;
mod files;
mod many;
mod program;
mod replay;
mod resume;
mod retention;
mod takeover;
mod terminals;
