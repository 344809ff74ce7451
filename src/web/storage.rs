//! The browser's places for texts under keys.

use super::global;
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

/// That a place threw, or is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreError;

/// The browser's own places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomStorage {
    /// `sessionStorage`: the tab's own; a reload finds it.
    Session,
    /// `localStorage`: all tabs of the origin share it.
    Local,
}

impl DomStorage {
    /// The text under `key`, if there is one.
    ///
    /// # Errors
    /// [`StoreError`], as in a sandboxed frame.
    pub fn load(self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.call("getItem", key, None)?.as_string())
    }

    /// Keeps `value` under `key`, or takes away what is there.
    ///
    /// # Errors
    /// [`StoreError`], as in a sandboxed frame or where the place is full.
    pub fn store(self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        let method = if value.is_some() { "setItem" } else { "removeItem" };
        self.call(method, key, value).map(drop)
    }

    fn call(self, method: &str, key: &str, value: Option<&str>) -> Result<JsValue, StoreError> {
        let name = match self {
            Self::Session => "sessionStorage",
            Self::Local => "localStorage",
        };
        let object = global::read(&global::target(), name);
        let method = Reflect::get(&object, &method.into()).map_err(|_| StoreError)?;
        let method: Function = method.dyn_into().map_err(|_| StoreError)?;
        let value = value.map_or(JsValue::UNDEFINED, JsValue::from);
        method.call2(&object, &key.into(), &value).map_err(|_| StoreError)
    }
}
