//! Both machines in one process and in virtual time: pages, a server, and a network that fails in every way that the protocol knows.
//!
//! A run follows from its seed alone. `RELATCH_SEEDS` says how many are played, `RELATCH_SEED` from which on; `npm run simulate` plays many.
#![cfg(not(target_arch = "wasm32"))]
#![cfg(feature = "host")]
// A test that unwraps in vain has failed, and says where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod chance;
mod content;
mod mutants;
mod page;
mod reference;
mod run;
mod scenario;
mod server;
mod wire;
mod world;
