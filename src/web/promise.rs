//! Waiting for a value that may be a promise.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// Calls `done` with what `value` becomes: at once if it is no promise, so that a plain value costs no task.
pub(super) fn settle(value: Result<JsValue, JsValue>, done: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
    let promise = match value {
        Ok(value) if is_thenable(&value) => Promise::resolve(&value),
        value => return done(value),
    };
    let done = std::rc::Rc::new(std::cell::Cell::new(Some(done)));
    let settled = |wrap: fn(JsValue) -> Result<JsValue, JsValue>| {
        let done = done.clone();
        let callback = Closure::once_into_js(move |value: JsValue| {
            if let Some(done) = done.take() {
                done(wrap(value));
            }
        });
        callback.unchecked_into::<Function>()
    };
    let (resolved, rejected) = (settled(Ok), settled(Err));
    // `then` itself is called by name: js-sys types its arguments as closures, which would have to outlive the promise.
    if let Ok(then) = Reflect::get(&promise, &"then".into()) {
        let _ = then.unchecked_into::<Function>().call2(&promise, &resolved, &rejected);
    }
}

fn is_thenable(value: &JsValue) -> bool {
    value.is_object() && Reflect::get(value, &"then".into()).is_ok_and(|then| then.is_function())
}
