//! The two real machines, searched exhaustively in small worlds: every order in which frames arrive, sockets break, timers fire and
//! people act, up to a bound.
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

mod budget;
mod check;
mod content;
mod describe;
mod explore;
mod hash;
mod heal;
mod host;
mod ledger;
#[cfg(feature = "mutants")]
mod mutants;
mod page;
mod pages;
mod part;
mod screen;
mod serving;
mod setup;
mod socket;
mod step;
mod world;
mod worlds;
