//! Why a client does not do what its user asked.

use std::fmt;

/// A refused command. The client's state is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The link is closed.
    Closed,
    /// Another page has the session.
    Superseded,
    /// The link was disposed of: nothing brings it back.
    Disposed,
    /// The message does not fit the queue's bounds.
    QueueFull,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the link is closed",
            Self::Superseded => "another page has the session",
            Self::Disposed => "the link was disposed of",
            Self::QueueFull => "the queue is full (queue.bytes, queue.messages)",
        })
    }
}

impl std::error::Error for Refusal {}
