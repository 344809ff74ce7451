//! Streams of bytes under absolute offsets, each kept until the other end has it.

mod outbox;

pub use outbox::Outbox;
