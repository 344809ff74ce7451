//! What the npm package's TypeScript is written on: functions on links, which it names by their handles.
//!
//! Functions and not a class, plain arguments and not objects: the class and the objects are TypeScript's, where they weigh a fifth.
//! TypeScript has checked what comes in.

#![allow(unreachable_pub, reason = "wasm-bindgen exports what is public, whatever the module")]

use super::detail;
use super::driver::Driver;
use super::host::{Host, config};
use crate::breaker::BreakerState;
use crate::client::{Failure, Input, Payload, SocketId};
use crate::close::{CloseError, check_close};
use crate::error::Refusal;
use crate::session::ProjectId;
use crate::wire::Size;
use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[global_allocator]
// SAFETY: `AssumeSingleThreaded` asks that one thread alone allocates. A module built for wasm32-unknown-unknown without the `atomics`
// feature, as this one is (see the `compile_error` below), has one thread and an unshared memory: each worker that loads it gets its own.
#[allow(unsafe_code, reason = "the proof is above")]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

#[cfg(target_feature = "atomics")]
compile_error!("the npm module's allocator is for one thread: build it without the `atomics` target feature");

type Link = Driver<Host>;

thread_local! {
    static LINKS: RefCell<Vec<Rc<Link>>> = const { RefCell::new(Vec::new()) };
}

/// The link of a handle; `None` once it was let go.
fn link(handle: usize) -> Option<Rc<Link>> {
    LINKS.with_borrow(|links| links.iter().find(|link| link.outside.link == handle).cloned())
}

/// Makes a link under a handle that is no other's. TypeScript has checked all that comes in, and has read the id that is stored.
#[wasm_bindgen]
pub fn open(handle: usize, project: &str, stored: String, heartbeat: String) {
    let config = config(handle, heartbeat);
    // A name that is none has been refused before.
    let project = ProjectId::new(project).unwrap_or_default();
    let host = Host { link: handle };
    let link = Rc::new(Driver::new(config, project, Ok(Some(stored)), host));
    link.arm();
    LINKS.with_borrow_mut(|links| links.push(link));
}

/// Answers `address()`: the URL for that attempt, or which of `auth` and the URL function failed.
#[wasm_bindgen]
pub fn answer(handle: usize, attempt: u32, url: &str, auth: bool) {
    let Some(link) = link(handle) else { return };
    let socket = SocketId(attempt);
    if url.is_empty() {
        link.fail(socket, if auth { Failure::Auth } else { Failure::Url });
    } else {
        link.connect(socket, url);
    }
}

/// The socket is open.
#[wasm_bindgen]
pub fn opened(handle: usize, socket: u32) {
    tell(handle, Input::Opened(SocketId(socket)));
}

/// A message of so many bytes came, which the host holds.
#[wasm_bindgen]
pub fn heard(handle: usize, socket: u32, bytes: usize) {
    let socket = SocketId(socket);
    tell(handle, Input::Message { socket, bytes });
}

/// A control frame came.
#[wasm_bindgen]
pub fn control(handle: usize, socket: u32, text: String) {
    let socket = SocketId(socket);
    tell(handle, Input::Control { socket, text });
}

/// The socket is closed.
#[wasm_bindgen]
pub fn closed(handle: usize, socket: u32, code: u16, reason: String) {
    let socket = SocketId(socket);
    tell(handle, Input::Closed { socket, code, reason });
}

fn tell(handle: usize, input: Input) {
    if let Some(link) = link(handle) {
        link.input(input);
    }
}

/// Tells what needs no more than its place in `Signal` (`js/browser.ts`). The result is 0, or what [`command`] says; as for all
/// functions below.
#[wasm_bindgen]
pub fn signal(handle: usize, signal: u8) -> u8 {
    let input = match signal {
        0 => Input::Online,
        1 => Input::Offline,
        2 => Input::Wake,
        3 => Input::Hide,
        4 => Input::Freeze,
        5 => Input::Leave,
        6 => Input::Pace,
        7 => Input::Reconnect,
        8 => Input::NewSession,
        _ => Input::Dispose,
    };
    command(handle, input)
}

/// Another page has made the attempt: it failed, and so many ms pass before the next; or, with 0, the server is there.
#[wasm_bindgen]
pub fn elsewhere(handle: usize, wait: u32) {
    tell(handle, Input::Elsewhere((wait > 0).then(|| wait.into())));
}

/// The timer fired.
#[wasm_bindgen]
pub fn fired(handle: usize) {
    if let Some(link) = link(handle) {
        link.on_timer();
    }
}

/// The page's terminal has processed so many bytes more.
#[wasm_bindgen]
pub fn processed(handle: usize, bytes: usize) {
    tell(handle, Input::Processed(bytes));
}

/// Sends a string.
#[wasm_bindgen]
pub fn send_text(handle: usize, text: String) -> u8 {
    command(handle, Input::Send(Payload::Text(text)))
}

/// Sends bytes.
#[wasm_bindgen]
pub fn send_bytes(handle: usize, bytes: Vec<u8>) -> u8 {
    command(handle, Input::Send(Payload::Binary(bytes)))
}

/// Tells the terminal's size, each side in 1..=65535.
#[wasm_bindgen]
pub fn resize(handle: usize, cols: u16, rows: u16) -> u8 {
    command(handle, Input::Resize(Size { cols, rows }))
}

/// Closes; 6 if a page may not use the code, 7 if it may not use the reason.
#[wasm_bindgen]
pub fn close(handle: usize, code: u16, reason: String) -> u8 {
    let Some(link) = link(handle) else { return 0 };
    match check_close(code, &reason) {
        Err(CloseError::Code) => 6,
        Err(CloseError::Reason) => 7,
        Ok(()) => {
            // Refused only where there is nothing left to close.
            link.input(Input::Close { code, reason });
            0
        }
    }
}

/// Lets go of a link that was disposed of: the handle is used up.
#[wasm_bindgen]
pub fn forget(handle: usize) {
    let link = LINKS.with_borrow_mut(|links| {
        let place = links.iter().position(|link| link.outside.link == handle)?;
        Some(links.swap_remove(place))
    });
    drop(link);
}

/// What a snapshot says: state and breaker, by places in `js/names.ts`, then the numbers that `js/snapshot.ts` names. NaN beyond.
#[wasm_bindgen]
pub fn count(handle: usize, place: usize) -> f64 {
    let Some(link) = link(handle) else { return f64::NAN };
    let client = link.client.borrow();
    match place {
        0 => f64::from(client.state() as u8),
        1 => match client.breaker().state() {
            BreakerState::Closed => 0.0,
            BreakerState::Open { .. } => 1.0,
            BreakerState::HalfOpen => 2.0,
        },
        _ => detail::number(&client, place - 2),
    }
}

/// Hands in a wish; what `js/link.ts` makes a DOMException of.
fn command(handle: usize, input: Input) -> u8 {
    let result = link(handle).map_or(Err(Refusal::Disposed), |link| link.command(input));
    match result {
        Ok(()) => 0,
        Err(Refusal::Closed) => 1,
        Err(Refusal::Superseded) => 2,
        Err(Refusal::Disposed) => 3,
        Err(Refusal::QueueFull) => 4,
    }
}
