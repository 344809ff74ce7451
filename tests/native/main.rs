//! The machines, natively: in virtual time, against a scripted network.
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

mod common;

mod black_hole;
mod breaker_life;
mod claims;
mod close_codes;
mod closed;
mod control;
mod every_input;
mod flapping;
mod flat;
mod freeze;
mod heartbeat;
mod idle;
mod jitter;
mod lost_sessions;
mod offline;
mod policies;
mod queue;
mod refused;
mod server_delay;
mod session;
mod storm;
mod superseded;
mod verdicts;
mod wire;
mod wishes;
