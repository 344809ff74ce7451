//! The browser around a link: its events, its storage, its tasks.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Event, EventTarget, PageTransitionEvent, PageTransitionEventInit, Storage, Window};

pub fn window() -> Window {
    web_sys::window().expect("these tests run in a window")
}

/// An event of the window: `online`, `offline`, `pageshow`.
pub fn window_event(kind: &str) {
    dispatch(&window(), &Event::new(kind).unwrap());
}

/// An event of the document: `visibilitychange`, `freeze`, `resume`.
pub fn document_event(kind: &str) {
    dispatch(&document(), &Event::new(kind).unwrap());
}

/// The page goes, into the back-forward cache if it is `persisted`.
pub fn page_hides(persisted: bool) {
    let init = PageTransitionEventInit::new();
    init.set_persisted(persisted);
    let event = PageTransitionEvent::new_with_event_init_dict("pagehide", &init).unwrap();
    dispatch(&window(), &event);
}

/// The page is hidden, or in sight again.
pub fn set_hidden(hidden: bool) {
    if hidden {
        pretend(&document(), "hidden", Some(true));
    } else {
        pretend(&document(), "hidden", None);
    }
    document_event("visibilitychange");
}

/// The browser gains or loses its network.
pub fn set_online(online: bool) {
    let navigator = window().navigator();
    pretend(&navigator, "onLine", (!online).then_some(false));
    window_event(if online { "online" } else { "offline" });
}

/// Shadows an inherited property of an object with this value, or lets it be seen again.
fn pretend(object: &Object, property: &str, value: Option<bool>) {
    match value {
        Some(value) => {
            let descriptor = Object::new();
            Reflect::set(&descriptor, &"value".into(), &value.into()).unwrap();
            Reflect::set(&descriptor, &"configurable".into(), &true.into()).unwrap();
            Object::define_property(object, &property.into(), &descriptor);
        }
        None => {
            Reflect::delete_property(object, &property.into()).unwrap();
        }
    }
}

fn document() -> Document {
    window().document().unwrap()
}

fn dispatch(target: &EventTarget, event: &Event) {
    target.dispatch_event(event).unwrap();
}

pub fn session_storage() -> Storage {
    window().session_storage().unwrap().unwrap()
}

pub fn local_storage() -> Storage {
    window().local_storage().unwrap().unwrap()
}

/// Lets every microtask that is due run, but no other task.
pub async fn microtask() {
    JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await.unwrap();
}
