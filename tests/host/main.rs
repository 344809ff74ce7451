//! The server's half of `relatch.v1`, natively: in virtual time, one file a behaviour.
#![cfg(not(target_arch = "wasm32"))]
// A test that unwraps in vain has failed, and says where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod attach;
mod common;
mod corpus;
mod directory;
mod epochs;
mod exit;
mod fence;
mod gaps;
mod heartbeat;
mod hostile;
mod house;
mod input;
#[cfg(feature = "mutants")]
mod mutants;
mod offsets;
mod ops;
mod page;
mod pause;
mod random;
mod retention;
mod ring;
mod room;
mod runs;
mod sizes;
mod snapshots;
mod stale;
mod takeover;
mod window;
