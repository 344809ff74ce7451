//! What this page's links share, and what lasts as long as the page: ids kept in memory, and which link has which name.

use super::storage::{Store, StoreError};
use std::cell::RefCell;

/// What is known of one key.
struct Place {
    key: String,
    value: Option<String>,
    claimed: bool,
}

thread_local! {
    static PLACES: RefCell<Vec<Place>> = const { RefCell::new(Vec::new()) };
}

fn with_place<T>(key: &str, act: impl FnOnce(&mut Place) -> T) -> T {
    PLACES.with_borrow_mut(|places| {
        if let Some(place) = places.iter_mut().find(|place| place.key == key) {
            return act(place);
        }
        let mut place = Place {
            key: key.to_owned(),
            value: None,
            claimed: false,
        };
        let result = act(&mut place);
        places.push(place);
        result
    })
}

/// Makes the caller the one live link of this key; `false` if there is another.
pub(super) fn claim(key: &str) -> bool {
    with_place(key, |place| !std::mem::replace(&mut place.claimed, true))
}

/// Lets another link have the key.
pub(super) fn release(key: &str) {
    with_place(key, |place| place.claimed = false);
}

/// A store that lasts as long as the page.
pub(super) struct Memory;

impl Store for Memory {
    fn get(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(with_place(key, |place| place.value.clone()))
    }

    fn set(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        with_place(key, |place| place.value = value.map(str::to_owned));
        Ok(())
    }
}
