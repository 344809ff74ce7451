//! One WebSocket and its handlers.

use crate::client::{Payload, SocketId};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};

/// What a socket tells.
pub(super) enum SocketEvent {
    Opened,
    Message(JsValue),
    Closed { code: u16, reason: String },
}

/// An open or opening socket. Dropped, it is silent: its handlers are cleared first, for a late event on a dropped closure throws.
pub(super) struct Socket {
    pub(super) id: SocketId,
    socket: WebSocket,
    _opened: Closure<dyn Fn(Event)>,
    _message: Closure<dyn Fn(MessageEvent)>,
    _closed: Closure<dyn Fn(CloseEvent)>,
}

impl Socket {
    /// Opens a socket.
    ///
    /// # Errors
    /// What the browser's constructor throws: a SyntaxError for the URL or a subprotocol, a SecurityError for mixed content.
    pub(super) fn open(
        id: SocketId,
        url: &str,
        protocols: &JsValue,
        tell: impl Fn(SocketId, SocketEvent) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let socket = WebSocket::new_with_str_sequence(url, protocols)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let (on_open, on_message, on_close) = (tell.clone(), tell.clone(), tell);
        let opened = Closure::<dyn Fn(Event)>::new(move |_| on_open(id, SocketEvent::Opened));
        let message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            on_message(id, SocketEvent::Message(event.data()));
        });
        let closed = Closure::<dyn Fn(CloseEvent)>::new(move |event: CloseEvent| {
            let (code, reason) = (event.code(), event.reason());
            on_close(id, SocketEvent::Closed { code, reason });
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Ok(Self {
            id,
            socket,
            _opened: opened,
            _message: message,
            _closed: closed,
        })
    }

    /// Hands a message over. A socket that is closing takes it and drops it; its close event then tells of the loss.
    pub(super) fn send(&self, message: &Payload) {
        let _ = match message {
            Payload::Text(text) => self.socket.send_with_str(text),
            Payload::Binary(bytes) => self.socket.send_with_u8_array(bytes),
        };
    }

    /// Closes it with a code that was checked before. Closing one that is still connecting just abandons it.
    pub(super) fn close(self, code: u16, reason: &str) {
        let _ = self.socket.close_with_code_and_reason(code, reason);
    }

    /// Bytes handed over but not yet on the network.
    pub(super) fn buffered(&self) -> u32 {
        self.socket.buffered_amount()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // A socket dropped unclosed belongs to a link that nobody holds any more.
        let _ = self.socket.close();
    }
}
