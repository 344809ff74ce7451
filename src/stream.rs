//! Streams of bytes under absolute offsets, each kept until the other end has it.

mod outbox;
#[cfg(feature = "host")]
pub mod ring;
#[cfg(feature = "host")]
pub mod scanner;

pub use outbox::Outbox;
