//! What a driver acts on.

use super::page::Request;
use super::storage::StoreError;
use crate::client::{Event, Payload, SocketId};
use crate::wire::Attach;

/// A driver's outside: one socket, one timer, the page. For a Rust front end it is [`Dom`](super::dom::Dom), on web-sys; for the npm
/// package it is TypeScript, where handling the browser's objects weighs a third. What happens there is told to the driver.
pub(super) trait Outside {
    /// Sees to it that [`on_timer`](super::driver::Driver::on_timer) is called in so many ms, or not at all, in place of what was set
    /// before.
    fn arm(&self, delay: Option<u32>);

    /// Asks where an attempt goes: [`connect`](super::driver::Driver::connect) or [`fail`](super::driver::Driver::fail) answers.
    fn address(&self, socket: SocketId, request: &Request<'_>);

    /// Opens the socket, which there is one of at most; `false` if the browser refuses to make it.
    fn connect(&self, socket: SocketId, url: &str) -> bool;

    /// Says hello on the socket, with these numbers and what `address` said of the session.
    fn greet(&self, attach: &Attach);

    /// Hands a message to the socket. One that is closing takes it and drops it; its close event then tells of the loss.
    fn send(&self, message: &Payload);

    /// Closes the socket, if there is one. Nothing of it is to be heard again.
    fn discard(&self, code: u16, reason: &str);

    /// Hands the message that was heard last to the page.
    fn deliver(&self);

    /// Tells the page.
    fn tell(&self, event: Event);

    /// Keeps the session's id, which with resume gets a new secret, or takes both away.
    ///
    /// # Errors
    /// [`StoreError`], if the page must be warned.
    fn store(&self, id: Option<&str>) -> Result<(), StoreError>;

    /// Fills this with bytes from a cryptographic source.
    fn fill(&self, bytes: &mut [u8]);

    /// Lets go of the page: it may hold the object that holds this one.
    fn release(&self);
}
