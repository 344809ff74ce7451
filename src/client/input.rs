//! What can happen to a client.

use crate::payload::Payload;
use crate::time::Millis;
use crate::wire::Size;

/// Names one attempt's socket. The driver hands it back with everything that the socket does, so that a late event of an older one
/// is known and ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub u32);

/// One thing that happened: to a socket, to the page, or a wish of its user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// The time that [`next_timeout`](super::Client::next_timeout) named has come. Early or late calls do no harm.
    Timeout,
    /// Leave `idle`: make the first attempt.
    Connect,
    /// This socket is open.
    Opened(SocketId),
    /// This socket is closed, with the browser's code and reason; 1006 if it never opened.
    Closed {
        /// Which.
        socket: SocketId,
        /// The close code, 1000..=4999.
        code: u16,
        /// The close reason.
        reason: String,
    },
    /// The attempt ended before it had a socket.
    Failed {
        /// Which.
        socket: SocketId,
        /// What failed.
        what: Failure,
    },
    /// A message for the page came on this socket; its content stays with the driver.
    Message {
        /// Which.
        socket: SocketId,
        /// Its length in bytes.
        bytes: usize,
    },
    /// A text frame came on this socket while [`Config::control`](crate::config::Config::control) or
    /// [`Config::resume`](crate::config::Config::resume) is on.
    Control {
        /// Which.
        socket: SocketId,
        /// The frame's text.
        text: String,
    },
    /// The page's terminal has processed so many more bytes of what was delivered. Wanted once [`Input::Pace`] was given.
    Processed(usize),
    /// From now on the page says what its terminal has processed; before, whatever is delivered counts as processed.
    Pace,
    /// The page sends.
    Send(Payload),
    /// The terminal has this size from now on.
    Resize(Size),
    /// The browser says that it has a network again.
    Online,
    /// The browser says that it has none.
    Offline,
    /// Something suggests that an attempt now would succeed, or that somebody is looking.
    Wake,
    /// Nobody is looking; [`Input::Wake`] ends it.
    Hide,
    /// The page is frozen; [`Input::Wake`] ends it.
    Freeze,
    /// The page goes into the back-forward cache: only its user has it come back, by [`Input::Wake`].
    Leave,
    /// Another page of this browser has made the attempt for this one too. It failed, and so many ms pass before the next; or, with
    /// `None`, the server is there.
    Elsewhere(Option<Millis>),
    /// The user wants the line now, whatever the state.
    Reconnect,
    /// The user is done. Checked by [`check_close`](crate::close::check_close).
    Close {
        /// 1000 ends the session too; any other code keeps it.
        code: u16,
        /// The reason sent to the server.
        reason: String,
    },
    /// The page is done with this link for good; the session is kept.
    Dispose,
    /// The user wants another session: this one is ended.
    NewSession,
}

/// What failed before there was a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The page's URL function threw, rejected or gave no WebSocket URL.
    Url,
    /// The page's `auth` function threw, rejected or gave no string.
    Auth,
    /// The browser refused to make the socket.
    Socket,
}
