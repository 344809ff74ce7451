//! What this page's links share, and what lasts as long as the page: ids kept in memory, and which names are taken.

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

fn with_place(key: &str, act: &mut dyn FnMut(&mut Place)) {
    PLACES.with_borrow_mut(|places| {
        if !places.iter().any(|place| place.key == key) {
            places.push(Place {
                key: key.to_owned(),
                value: None,
                claimed: false,
            });
        }
        if let Some(place) = places.iter_mut().find(|place| place.key == key) {
            act(place);
        }
    });
}

/// Takes a name, or lets it go; whether it was taken before.
pub(super) fn claim(key: &str, take: bool) -> bool {
    let mut before = false;
    with_place(key, &mut |place| before = std::mem::replace(&mut place.claimed, take));
    before
}

/// What the page keeps in memory under a key.
pub(super) fn recall(key: &str) -> Option<String> {
    let mut value = None;
    with_place(key, &mut |place| value = place.value.clone());
    value
}

/// Keeps a value in memory, or takes it out.
pub(super) fn keep(key: &str, value: Option<&str>) {
    with_place(key, &mut |place| place.value = value.map(str::to_owned));
}
