//! The global object of a window or a worker, and what is read from it.

use crate::time::Millis;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: EventTarget;

    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// The global object as the target of its events.
pub(super) fn target() -> EventTarget {
    GLOBAL.with(EventTarget::clone)
}

/// A property of an object; `undefined` if reading it throws, as storage does in a sandboxed frame.
pub(super) fn read(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A property's text; empty if it is none.
pub(super) fn text(object: &JsValue, name: &str) -> String {
    read(object, name).as_string().unwrap_or_default()
}

/// A property's number; 0 if it is none.
pub(super) fn number(object: &JsValue, name: &str) -> f64 {
    read(object, name).as_f64().unwrap_or_default()
}

/// Whether a property of an object is `true`.
pub(super) fn is(object: &JsValue, name: &str) -> bool {
    read(object, name).as_bool() == Some(true)
}

/// What `navigator.onLine` says; `true` where there is none.
pub(super) fn is_online() -> bool {
    read(&read(&target(), "navigator"), "onLine").as_bool() != Some(false)
}

/// The page's monotonic clock (High Resolution Time, `performance.now()`).
pub(super) fn now() -> Millis {
    performance_now() as Millis
}
