//! Relatch keeps a terminal's line alive from a web page: through Wi-Fi loss, sleep, reloads, restarting servers.
//!
//! - [`client`] is the machine that decides: when to try, when to wait, what a close code means. It does no I/O.
//! - [`backoff`], [`breaker`] and [`close`] are the policies it is made of, each usable alone.
//! - [`session`] makes, reads and migrates session ids; [`wire`] reads and writes control frames. The server uses both too.
//! - `host` (with the feature `host`) is the server's half of `relatch.v1`: sessions that outlive their sockets.
//! - `web` (on `wasm32` only) drives the machine with a browser's WebSocket, timers and page events.
//!
//! Every machine keeps one contract: `handle` what happened, then drain `poll_action`, then wait until `next_timeout`.

pub mod backoff;
pub mod breaker;
mod chance;
pub mod client;
pub mod close;
pub mod config;
mod decimal;
pub mod error;
#[cfg(feature = "host")]
pub mod host;
pub mod payload;
pub mod session;
pub mod stats;
pub mod stream;
pub mod time;
pub mod wire;

#[cfg(target_arch = "wasm32")]
pub mod web;
