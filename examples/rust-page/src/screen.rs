//! The page, as the link sees it.

use js_sys::ArrayBuffer;
use relatch::client::{Event, StateChange};
use relatch::web::{Output, Page, Reply, Request};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{Element, TextDecodeOptions, TextDecoder, Window};

pub(crate) struct Screen {
    server: String,
    access: String,
    output: Element,
    state: Element,
    decoder: TextDecoder,
}

impl Screen {
    pub(crate) fn new(window: &Window, server: String, access: String) -> Option<Self> {
        let document = window.document()?;
        Some(Self {
            server,
            access,
            output: document.get_element_by_id("output")?,
            state: document.get_element_by_id("state")?,
            decoder: TextDecoder::new().ok()?,
        })
    }

    /// With `resume` all that comes is bytes, and a character may come in two messages.
    fn print(&self, data: &JsValue) {
        let Some(bytes) = data.dyn_ref::<ArrayBuffer>() else {
            return;
        };
        let more = TextDecodeOptions::new();
        more.set_stream(true);
        if let Ok(text) = self.decoder.decode_with_buffer_source_and_options(bytes, &more) {
            self.write(&text);
        }
    }

    fn write(&self, text: &str) {
        // An element takes any text.
        let _ = self.output.append_with_str_1(text);
    }

    fn say(&self, change: &StateChange) {
        let mut line = format!("{} ({})", change.state.name(), change.reason.name());
        if let Some(wait) = change.retry_in {
            line += &format!(", attempt {} in {} ms", change.attempt, wait);
        }
        self.state.set_text_content(Some(&line));
    }
}

impl Page for Screen {
    fn address(&self, _request: &Request<'_>, reply: Reply) {
        reply.connect_with(&self.server, Some(self.access.clone()));
    }

    fn tell(&self, output: Output) {
        match output {
            Output::Message(data) => self.print(&data),
            Output::Event(Event::StateChange(change)) => self.say(&change),
            Output::Event(Event::Reset(_)) => self.write("\n[what follows is another terminal]\n"),
            Output::Event(Event::Gap(_)) => self.write("\n[output is missing here]\n"),
            Output::Event(Event::Exit(_)) => self.write("\n[the program has ended]\n"),
            Output::Event(_) => {}
        }
    }
}
