//! The states of a client, as a page sees them.

/// Where a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing was tried yet.
    Idle,
    /// An attempt is on its way.
    Connecting,
    /// The line is there.
    Ready,
    /// An attempt will be made after a wait.
    Waiting,
    /// The breaker is open; a probe will be made after its recovery.
    OpenCircuit,
    /// The browser says that it has no network; an attempt is made every 30 s all the same.
    Offline,
    /// Another page took the session; only the user takes it back.
    Superseded,
    /// Over, until the user's own `reconnect()`.
    Closed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Idle,
        Self::Connecting,
        Self::Ready,
        Self::Waiting,
        Self::OpenCircuit,
        Self::Offline,
        Self::Superseded,
        Self::Closed,
    ];

    /// The state's name in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Ready => "ready",
            Self::Waiting => "waiting",
            Self::OpenCircuit => "open-circuit",
            Self::Offline => "offline",
            Self::Superseded => "superseded",
            Self::Closed => "closed",
        }
    }
}
