//! What a client wants done.

use super::event::Event;
use super::input::SocketId;
use crate::payload::Payload;
use crate::wire::{Attach, Size};

/// One thing for the driver to do, in the order given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Make a new session id, keep it, and use it from now on.
    NewSession,
    /// The session is over: take its id out of storage, so that a reload makes another.
    ForgetSession,
    /// Ask for the URL and credentials and open a socket.
    Open(Open),
    /// With resume, the socket's first frame: a hello with these numbers and the session's identity.
    Greet(SocketId, Attach),
    /// Hand this to the socket.
    Transmit(SocketId, Payload),
    /// Remove the socket's handlers and close it. Nothing of it is to be heard again.
    Discard {
        /// Which.
        socket: SocketId,
        /// The code to close with.
        code: u16,
        /// The reason to close with.
        reason: String,
    },
    /// Hand the message of the [`Input::Message`](super::Input::Message) being handled to the page.
    Deliver,
    /// Tell the page.
    Emit(Event),
}

/// How to open a socket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Open {
    /// The name of the socket to be.
    pub socket: SocketId,
    /// The credentials were refused: ask for new ones.
    pub renew: bool,
    /// For a server that speaks `control=1`.
    pub claim: Claim,
}

/// What a page says of itself when it attaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// This page was attached to the session before: a server that no longer has it must not make another.
    pub known: bool,
    /// This page still shows the session's screen.
    pub warm: bool,
    /// This page may take the session from another.
    pub take: bool,
    /// Which of its lives the page is in: it attaches afresh with a new one.
    pub life: u32,
    /// The count of this page's attempts, from 1.
    pub attempt: u32,
    /// The terminal's size, once it is known.
    pub size: Option<Size>,
}
