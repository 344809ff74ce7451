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

mod black_hole;
mod breaker_life;
mod checks;
mod claims;
mod close_codes;
mod closed;
mod common;
mod control;
mod corpus;
mod elsewhere;
mod every_input;
mod flapping;
mod flat;
mod frames;
mod freeze;
mod heartbeat;
mod idle;
mod jitter;
mod lost_sessions;
mod offline;
mod ops;
mod policies;
mod protocol_doc;
mod queue;
mod random;
mod refused;
mod resume;
mod server_delay;
mod session;
mod storm;
mod superseded;
mod verdicts;
mod wire;
mod wire_v1;
mod wishes;
