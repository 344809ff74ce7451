//! Streams of bytes under absolute offsets, as they are kept until the other end has them.

mod outbox;
#[cfg(feature = "host")]
pub mod ring;
#[cfg(feature = "host")]
pub mod scanner;

pub use outbox::Outbox;
