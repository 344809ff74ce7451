//! Where a session's id is kept between page loads.

use super::global;
use js_sys::{Function, Reflect};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Where to keep the id.
#[derive(Clone, Debug, Default)]
pub enum Storage {
    /// `sessionStorage`: the tab's own; a reload finds it.
    #[default]
    Session,
    /// `localStorage`: all tabs of the origin share it.
    Local,
    /// Nowhere: it lasts as long as the page.
    Memory,
    /// The page's own object with `get(key)`, `set(key, value)` and `remove(key)`, all synchronous.
    Adapter(JsValue),
}

thread_local! {
    static MEMORY: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// That the storage threw or is not there.
pub(super) struct StorageError;

impl Storage {
    pub(super) fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        if let Self::Memory = self {
            return Ok(MEMORY.with_borrow(|all| all.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone())));
        }
        Ok(self.call(["getItem", "get"], key, None)?.as_string())
    }

    pub(super) fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
        if let Self::Memory = self {
            self.remove(key)?;
            MEMORY.with_borrow_mut(|all| all.push((key.to_owned(), value.to_owned())));
            return Ok(());
        }
        self.call(["setItem", "set"], key, Some(value)).map(drop)
    }

    pub(super) fn remove(&self, key: &str) -> Result<(), StorageError> {
        if let Self::Memory = self {
            MEMORY.with_borrow_mut(|all| all.retain(|(k, _)| k != key));
            return Ok(());
        }
        self.call(["removeItem", "remove"], key, None).map(drop)
    }

    /// Calls a method by the browser's name for it or by the adapter's.
    fn call(&self, names: [&str; 2], key: &str, value: Option<&str>) -> Result<JsValue, StorageError> {
        let [browsers, adapters] = names;
        let found = match self {
            Self::Session => global::property("sessionStorage").map(|object| (object, browsers)),
            Self::Local => global::property("localStorage").map(|object| (object, browsers)),
            Self::Adapter(object) => Some((object.clone(), adapters)),
            Self::Memory => None,
        };
        let (object, name) = found.ok_or(StorageError)?;
        let method = Reflect::get(&object, &name.into()).map_err(|_| StorageError)?;
        let method: Function = method.dyn_into().map_err(|_| StorageError)?;
        let result = match value {
            Some(value) => method.call2(&object, &key.into(), &value.into()),
            None => method.call1(&object, &key.into()),
        };
        result.map_err(|_| StorageError)
    }
}
