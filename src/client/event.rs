//! What a client tells its page.

use super::state::State;
use crate::time::Millis;
use crate::wire::{Exit, Gap, Outcome, Size};

/// Something that a page may want to show or act on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// The state changed; or it did not, but an attempt gave way to another.
    StateChange(StateChange),
    /// What follows is a terminal from its start.
    Reset(Reset),
    /// Messages left the queue, or the socket, and did not arrive.
    Dropped(Dropped),
    /// Something is odd but the link goes on.
    Warning(Warning),
    /// With resume: the session was found, or made; the line is ready.
    Resumed(Resumed),
    /// With resume: output is not to be had any more. Of the replay that [`Resumed`] announced, as much does not come.
    Gap(Gap),
    /// With resume: the terminal has this size from here on, in order with its output.
    Size(Size),
    /// With resume: the process has exited, and all its output was delivered.
    Exit(Exit),
}

/// A session that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resumed {
    /// How the server found this page's place.
    pub outcome: Outcome,
    /// The offset of the next byte of output, counted from the first that the process printed.
    pub offset: u64,
    /// So many bytes of what comes were printed before: what asks the terminal in them has been answered.
    pub replay: u64,
    /// The terminal's size where they begin.
    pub size: Size,
}

/// A change of state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StateChange {
    /// The state before.
    pub previous: State,
    /// The state now.
    pub state: State,
    /// Why.
    pub reason: Reason,
    /// The attempt since the last stable link which is on its way, made the line, or comes next; from 1.
    pub attempt: u32,
    /// In how many ms the next attempt is made, if one is due.
    pub retry_in: Option<Millis>,
    /// The close code that brought the change, if one did, and its reason; for [`Reason::User`] what the user closed with.
    pub close: Option<(u16, String)>,
}

/// Why a state changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The first attempt.
    Connect,
    /// The socket opened.
    Opened,
    /// The line broke.
    Lost,
    /// The attempt ended before the socket opened.
    Refused,
    /// The attempt was not ready in time.
    Timeout,
    /// The page's URL function failed.
    Url,
    /// The page's `auth` function failed.
    Auth,
    /// The heartbeat was not answered.
    Heartbeat,
    /// The browser has no network.
    Offline,
    /// The browser has a network again.
    Online,
    /// Something cut the wait short.
    Wake,
    /// The wait is over.
    Retry,
    /// The user asked for it.
    User,
    /// The page goes into the back-forward cache or is frozen.
    Frozen,
    /// The credentials were refused.
    Credentials,
    /// The session is gone: a new one takes its place.
    SessionLost,
    /// What was received breaks the protocol, or the server found that of what we sent.
    Desync,
    /// The server opened the breaker.
    Overload,
    /// Another page took the session.
    Superseded,
    /// The session is over.
    Ended,
    /// The server refused for good.
    Stopped,
    /// The link was disposed of.
    Disposed,
    /// Another page of this browser made the attempt.
    Elsewhere,
}

impl Reason {
    /// The reason's name in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Opened => "opened",
            Self::Lost => "lost",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::Url => "url",
            Self::Auth => "auth",
            Self::Heartbeat => "heartbeat",
            Self::Offline => "offline",
            Self::Online => "online",
            Self::Wake => "wake",
            Self::Retry => "retry",
            Self::User => "user",
            Self::Frozen => "frozen",
            Self::Credentials => "credentials",
            Self::SessionLost => "session-lost",
            Self::Desync => "desync",
            Self::Overload => "overload",
            Self::Superseded => "superseded",
            Self::Ended => "ended",
            Self::Stopped => "stopped",
            Self::Disposed => "disposed",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// Why the terminal starts anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reset {
    /// The server sends the session's last output: clear the screen first.
    Server,
    /// The session is gone, and so is its shell; what comes is another's.
    SessionLost,
    /// The session is there, but its process is another: the server was restarted.
    Restarted,
}

/// Messages that did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dropped {
    /// Why.
    pub reason: DropReason,
    /// How many messages.
    pub messages: usize,
    /// How many bytes of payload.
    pub bytes: usize,
}

/// Why messages did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DropReason {
    /// The queue was full; the caller got an error as well.
    Overflow,
    /// They waited longer than the queue keeps them.
    Expired,
    /// The link was closed or disposed of.
    Closed,
    /// Another page took the session.
    Superseded,
    /// The session that they were meant for is gone.
    SessionLost,
    /// They were handed to a socket that was then lost, after the last frame that came on it: they may have arrived or not.
    Unknown,
}

impl DropReason {
    /// The reason's name in JavaScript.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overflow => "overflow",
            Self::Expired => "expired",
            Self::Closed => "closed",
            Self::Superseded => "superseded",
            Self::SessionLost => "session-lost",
            Self::Unknown => "lost",
        }
    }

    /// Whether the messages may have arrived all the same.
    pub fn is_unknown(self) -> bool {
        self == Self::Unknown
    }
}

/// Something odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// The server closed with a code of 4000..=4999 that nobody gave a meaning; said once.
    UnmappedCode(u16),
    /// The page's storage threw or is not there: the session's id lasts as long as the link. The driver says it, once.
    Storage,
}
