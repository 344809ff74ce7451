//! Relatch keeps a terminal's line alive from a web page.

pub mod session;
pub mod time;
pub mod wire;
