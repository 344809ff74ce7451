//! Listening to events for as long as a handle lives.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// One listener on one target for some event types.
pub(super) struct Listening {
    target: EventTarget,
    types: &'static [&'static str],
    closure: Closure<dyn Fn(Event)>,
}

impl Listening {
    pub(super) fn new(target: EventTarget, types: &'static [&'static str], heard: impl Fn(Event) + 'static) -> Self {
        let closure = Closure::<dyn Fn(Event)>::new(heard);
        for kind in types {
            // It throws for no argument that can occur here.
            let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
        }
        Self { target, types, closure }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        for kind in self.types {
            let listener = self.closure.as_ref().unchecked_ref();
            let _ = self.target.remove_event_listener_with_callback(kind, listener);
        }
    }
}
