//! The class that the npm package's TypeScript is written on.

use super::detail;
use super::link::{Link, Output};
use super::options::{Options, Source, payload};
use crate::close::CloseError;
use crate::error::Refusal;
use crate::wire::Size;
use js_sys::{Function, TypeError};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The DOM's exception, made with the name that the standard gives for the case.
    type DOMException;
    #[wasm_bindgen(constructor)]
    fn new(message: &str, name: &str) -> DOMException;
}

/// One link. `js/index.ts` makes it an EventTarget.
#[wasm_bindgen]
pub struct LinkCore(Link);

#[wasm_bindgen]
impl LinkCore {
    /// Makes a link that calls `onEvent(type, detail)` and `onMessage(data)`.
    ///
    /// # Errors
    /// TypeError naming the option and its rule.
    #[wasm_bindgen(constructor)]
    pub fn new(
        url: &JsValue,
        options: &JsValue,
        on_event: Function,
        on_message: Function,
    ) -> Result<LinkCore, JsValue> {
        let source = Source::from_js(url).map_err(type_error)?;
        let options = Options::from_js(options).map_err(type_error)?;
        let link = Link::new(source, options, move |output| {
            // What a listener throws is the page's own; `dispatchEvent` has reported it already.
            let _ = match output {
                Output::Message(data) => on_message.call1(&JsValue::UNDEFINED, &data),
                Output::Event(event) => {
                    let (name, detail) = detail::event(&event);
                    on_event.call2(&JsValue::UNDEFINED, &name.into(), &detail)
                }
            };
        });
        link.map(Self).map_err(type_error)
    }

    /// Sends a string, an ArrayBuffer or a view of one.
    ///
    /// # Errors
    /// TypeError for anything else; InvalidStateError if closed or superseded; QuotaExceededError if the queue is full.
    pub fn send(&self, data: &JsValue) -> Result<(), JsValue> {
        let message =
            payload(data).ok_or_else(|| TypeError::new("data: must be a string, an ArrayBuffer or a view"))?;
        self.0.send(message).map_err(refused)
    }

    /// Tells the terminal's size.
    ///
    /// # Errors
    /// TypeError unless both are in 1..=65535; InvalidStateError if disposed of.
    pub fn resize(&self, cols: f64, rows: f64) -> Result<(), JsValue> {
        let size = Size::new(cols as u64, rows as u64);
        let size = size.ok_or_else(|| TypeError::new("cols, rows: must be in 1..=65535"))?;
        self.0.resize(size).map_err(refused)
    }

    /// Closes with this code, 1000 by default.
    ///
    /// # Errors
    /// InvalidAccessError for the code, SyntaxError for the reason, as `WebSocket.close()` has them.
    pub fn close(&self, code: Option<f64>, reason: Option<String>) -> Result<(), JsValue> {
        let code = code.unwrap_or(1000.0);
        // What is no code is 0, which is none either.
        let code = if code == code.trunc() { code as u16 } else { 0 };
        self.0.close(code, &reason.unwrap_or_default()).map_err(|error| {
            let name = match error {
                CloseError::Code => "InvalidAccessError",
                CloseError::Reason => "SyntaxError",
            };
            DOMException::new(&error.to_string(), name).into()
        })
    }

    /// Makes an attempt now.
    ///
    /// # Errors
    /// InvalidStateError if disposed of, or if another link has the name.
    pub fn reconnect(&self) -> Result<(), JsValue> {
        self.0.reconnect().map_err(refused)
    }

    /// Ends the session and goes on with a new one.
    ///
    /// # Errors
    /// As for `reconnect`.
    #[wasm_bindgen(js_name = newSession)]
    pub fn new_session(&self) -> Result<(), JsValue> {
        self.0.new_session().map_err(refused)
    }

    /// Lets go of the line; the session is kept.
    pub fn dispose(&self) {
        self.0.dispose();
    }

    /// The state's name.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> String {
        self.0.state().name().to_owned()
    }

    /// The session's id.
    #[wasm_bindgen(getter, js_name = sessionId)]
    pub fn session_id(&self) -> String {
        self.0.session_id().to_string()
    }

    /// `<sessionId>:<projectId>`.
    #[wasm_bindgen(getter, js_name = sessionKey)]
    pub fn session_key(&self) -> String {
        self.0.session_key().to_string()
    }

    /// Bytes not yet on the network.
    #[wasm_bindgen(getter, js_name = bufferedAmount)]
    pub fn buffered_amount(&self) -> f64 {
        self.0.buffered_amount()
    }

    /// State and counters.
    pub fn snapshot(&self) -> JsValue {
        self.0.snapshot()
    }
}

fn type_error(error: impl ToString) -> JsValue {
    TypeError::new(&error.to_string()).into()
}

fn refused(refusal: Refusal) -> JsValue {
    let name = match refusal {
        Refusal::QueueFull => "QuotaExceededError",
        Refusal::Closed | Refusal::Superseded | Refusal::Disposed | Refusal::NameTaken => "InvalidStateError",
    };
    DOMException::new(&refusal.to_string(), name).into()
}
