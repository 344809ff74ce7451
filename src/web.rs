//! The browser's side: drives a [`Client`](crate::client::Client) with a WebSocket, one timer and the page's events. It decides nothing.
//!
//! A Rust front end makes a [`Link`]; the npm package exports functions on the same links (feature `npm`), which its
//! TypeScript makes a class of.
//!
//! Two rules hold throughout: no JavaScript is called while a `RefCell` is borrowed mutably, because it may call back; and whatever
//! is listened to is let go of when its handle is dropped.

#[cfg(feature = "npm")]
mod calls;
mod detail;
mod dom;
mod driver;
#[cfg(feature = "npm")]
mod export;
mod global;
#[cfg(feature = "npm")]
mod host;
mod identity;
mod link;
mod listen;
mod options;
mod outside;
mod page;
mod socket;
mod storage;

pub use link::Link;
pub use options::Options;
pub use page::{Output, Page, Reply, Request};
pub use storage::{DomStorage, StoreError};
