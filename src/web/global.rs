//! The global object of a window or a worker, and what is read from it.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use crate::time::Millis;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// A property of the global object; `None` if there is none or reading it throws, as storage does in a sandboxed frame.
pub(super) fn property(name: &str) -> Option<JsValue> {
    let value = Reflect::get(&js_sys::global(), &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// The global object as the target of its events.
pub(super) fn target() -> EventTarget {
    js_sys::global().unchecked_into()
}

/// What `navigator.onLine` says; `true` where there is none.
pub(super) fn is_online() -> bool {
    let navigator = property("navigator").unwrap_or_default();
    let online = Reflect::get(&navigator, &"onLine".into());
    online.ok().and_then(|value| value.as_bool()).unwrap_or(true)
}

/// The page's monotonic clock (High Resolution Time, `performance.now()`).
pub(super) fn now() -> Millis {
    performance_now() as Millis
}
