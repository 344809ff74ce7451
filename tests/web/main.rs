//! The browser driver in a real browser, against a server that fails on demand: run by `npm test -- wasm`.
#![cfg(target_arch = "wasm32")]
// A test that unwraps in vain has failed, and says where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub
)]

mod browser;
mod lab;
mod line;
mod server;

mod addresses;
mod attempts;
mod closing;
mod codes_that_end;
mod codes_that_retry;
mod control;
mod credentials;
mod cuts;
mod disposing;
mod listeners;
mod many;
mod names;
mod network;
mod options;
mod queue;
mod refusals;
mod resume;
mod resume_flow;
mod resume_sessions;
mod sessions;
mod snapshots;
mod storage;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
