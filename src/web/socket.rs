//! One WebSocket and what is heard of it.

use super::global;
use super::listen::Listening;
use crate::client::Payload;
use crate::close::DISPOSED;
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, Event, WebSocket};

/// An open or opening socket. Dropped, it is silent: its listener is taken off first, for a late event on a dropped closure throws.
pub(super) struct Socket {
    socket: WebSocket,
    _listening: Listening,
}

impl Socket {
    /// Opens a socket that tells of its `message`, `open` and `close` events.
    ///
    /// # Errors
    /// What the browser's constructor throws: a SyntaxError for the URL or a subprotocol, a SecurityError for mixed content.
    pub(super) fn open(url: &str, protocols: &JsValue, heard: impl Fn(Event) + 'static) -> Result<Self, JsValue> {
        let socket = WebSocket::new_with_str_sequence(url, protocols)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let listening = Listening::new(socket.clone().into(), &["message", "open", "close"], heard);
        Ok(Self {
            socket,
            _listening: listening,
        })
    }

    /// Hands a message over. A socket that is closing takes it and drops it; its close event then tells of the loss.
    pub(super) fn send(&self, message: &Payload) {
        let _ = match message {
            Payload::Text(text) => self.socket.send_with_str(text),
            Payload::Binary(bytes) => self.socket.send_with_u8_array(bytes),
        };
    }

    /// Closes it with a code that was checked before. Closing one that is still connecting just abandons it; closing one again does nothing.
    pub(super) fn close(&self, code: u16, reason: &str) {
        let _ = self.socket.close_with_code_and_reason(code, reason);
    }

    /// Bytes handed over but not yet on the network.
    pub(super) fn buffered(&self) -> f64 {
        global::number(&self.socket, "bufferedAmount")
    }
}

impl Drop for Socket {
    /// A socket that nobody closed is left without ending the session; for one that is closed this does nothing.
    fn drop(&mut self) {
        self.close(DISPOSED, "");
    }
}
