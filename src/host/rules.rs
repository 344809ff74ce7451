//! The rules that a test can turn off, to show that breaking them is noticed.

/// A rule of the server's half. With the feature `mutants`, `without` of [`Session`](super::Session) and
/// [`Directory`](super::Directory) turns one off; without the feature all are kept, and no code is left that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// Text frames and the end of a socket that is not current change nothing (I5, S9).
    ServerFence,
    /// Input of a socket that is not current is dropped (I5, S4).
    StaleInput,
    /// Another page's hello changes nothing until its socket has answered a ping (S2).
    TakeOverPing,
    /// An old hello of a page is refused by its `try` (S2).
    AttemptNumber,
    /// Output is sent only within the window (S5).
    Window,
    /// Bytes are never skipped without `gap` (S5).
    GapSignal,
    /// A process that the client does not know is announced as new (S8).
    Epoch,
    /// Input is counted for each page life (S4).
    InputPerLife,
    /// An exit is kept until the client has heard of it (S8).
    ExitAck,
    /// The terminal is not read while that would evict what the client has not acked (S6).
    Pause,
    /// A hello changes nothing before it is verified (I10).
    UnverifiedHello,
    /// Output goes on where the snapshot's does, which is not the newest (S12).
    SnapshotOffset,
    /// A snapshot is for the attachment that asked (S12).
    SnapshotFence,
    /// A snapshot goes to a terminal of its size, which is not always that of the output behind it (S12).
    SnapshotSize,
}

/// Which rules are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Rules {
    #[cfg(feature = "mutants")]
    off: Option<Rule>,
}

impl Rules {
    #[cfg(feature = "mutants")]
    pub(super) fn without(rule: Rule) -> Self {
        Self { off: Some(rule) }
    }

    #[cfg(feature = "mutants")]
    pub(super) fn keep(&self, rule: Rule) -> bool {
        self.off != Some(rule)
    }

    #[cfg(not(feature = "mutants"))]
    #[allow(clippy::unused_self)]
    pub(super) const fn keep(&self, _: Rule) -> bool {
        true
    }
}
