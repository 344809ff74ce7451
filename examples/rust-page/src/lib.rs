//! A page in Rust: what the server sends is shown in a `<pre>`, keys are sent, and a line says how the connection is.
//!
//! It shows text alone: colours, cursor movements and the like want a terminal emulator. From the checkout's top folder:
//!
//! ```text
//! cargo build --package relatch-rust-page --target wasm32-unknown-unknown --release
//! wasm-bindgen --target web --out-dir target/rust-page target/wasm32-unknown-unknown/release/relatch_rust_page.wasm
//! cp examples/rust-page/index.html target/rust-page
//! cargo run --package relatch-server -- --www target/rust-page
//! ```
//!
//! The server prints the page's address, whose fragment has the access token. A `server=…` there names another server.

#![cfg(target_arch = "wasm32")]

mod keys;
mod screen;

use relatch::client::Payload;
use relatch::session::ProjectId;
use relatch::web::{Link, Options};
use relatch::wire::Size;
use screen::Screen;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{KeyboardEvent, UrlSearchParams, Window};

#[wasm_bindgen(start)]
fn start() -> Result<(), JsError> {
    let window = web_sys::window().ok_or_else(|| JsError::new("there is no window"))?;
    let (server, access) = place(&window).map_err(|_| JsError::new("the page has no address"))?;
    let screen = Screen::new(&window, server, access).ok_or_else(|| JsError::new("the page lacks an element"))?;

    let mut options = Options::new(ProjectId::new("rust-page")?);
    // What is printed comes once and in order, and so does what is typed.
    options.config.resume = true;
    let link = Link::new(options, Rc::new(screen))?;
    link.resize(Size { cols: 80, rows: 24 })?;

    let typed = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        let Some(text) = keys::typed(&event) else { return };
        event.prevent_default();
        // Refused, if too much waits for the line or the session is over, as the state says.
        let _ = link.send(Payload::Binary(text.into_bytes()));
    });
    let listened = window.add_event_listener_with_callback("keydown", typed.as_ref().unchecked_ref());
    // With the listener, the link lives as long as the page: a link that is dropped lets go of its line.
    typed.forget();
    listened.map_err(|_| JsError::new("the page takes no listener"))
}

/// The server's address and its access token.
fn place(window: &Window) -> Result<(String, String), JsValue> {
    let location = window.location();
    let fragment = location.hash()?;
    let params = UrlSearchParams::new_with_str(fragment.trim_start_matches('#'))?;
    let own = || Ok::<_, JsValue>(location.origin()?.replacen("http", "ws", 1) + "/terminal");
    let server = params.get("server").map_or_else(own, Ok)?;
    Ok((server, params.get("access").unwrap_or_default()))
}
