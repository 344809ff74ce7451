//! What the npm package's TypeScript is written on: functions on links, which it names by their handles.
//!
//! Functions and not a class, plain arguments and not objects: the class and the objects are TypeScript's, where they weigh a fifth.
//! TypeScript has checked what comes in.

#![allow(unreachable_pub, reason = "wasm-bindgen exports what is public, whatever the module")]

use super::link::Link;
use super::options::Options;
use super::page::{Output, Page, Reply, Request};
use super::storage::StoreError;
use crate::backoff::Jitter;
use crate::client::{Event, Failure, Payload, Reset, SocketId, Warning};
use crate::close::{CloseError, Verdict};
use crate::config::{Config, Heartbeat};
use crate::error::Refusal;
use crate::session::ProjectId;
use crate::wire::Size;
use js_sys::Array;
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

#[wasm_bindgen]
extern "C" {
    /// `js/host.ts` hands one in with each link: its options, where to keep ids, and whom to ask and to tell.
    pub type Host;

    #[wasm_bindgen(method, catch)]
    fn get(this: &Host, key: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn set(this: &Host, key: &str, value: Option<&str>) -> Result<(), JsValue>;
    /// An option's text, by its place in `js/settings.ts`.
    #[wasm_bindgen(method)]
    fn text(this: &Host, place: u8) -> JsValue;
    /// An option's number likewise; NaN for the default.
    #[wasm_bindgen(method)]
    fn number(this: &Host, place: u32) -> f64;
    #[wasm_bindgen(method)]
    fn protocols(this: &Host) -> Array;
    /// Asks for the URL; [`answer`] answers. The flags are renew, known, warm and take, from the lowest bit; no size is 0.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one call with plain arguments weighs least")]
    fn address(this: &Host, attempt: u32, session: &str, flags: u32, life: &str, count: u32, cols: u16, rows: u16);
    /// Tells of a change of state; NaN for no delay, 0 for no code.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one call with plain arguments weighs least")]
    fn changed(
        this: &Host,
        state: &str,
        previous: &str,
        reason: &str,
        attempt: u32,
        delay: f64,
        code: u16,
        close_reason: &str,
    );
    /// Tells of anything else, with what it counts.
    #[wasm_bindgen(method)]
    fn event(this: &Host, name: &str, reason: &str, first: usize, second: usize);
    #[wasm_bindgen(method)]
    fn message(this: &Host, data: &JsValue);
}

impl Page for Host {
    fn address(&self, request: &Request<'_>, reply: Reply) {
        let Request {
            renew,
            key,
            claim,
            life,
        } = request;
        let flag = |set: bool, bit: u32| u32::from(set) << bit;
        let flags = flag(*renew, 0) | flag(claim.known, 1) | flag(claim.warm, 2) | flag(claim.take, 3);
        let (cols, rows) = claim.size.map_or((0, 0), |size| (size.cols, size.rows));
        self.address(
            reply.socket.0,
            key.session.as_str(),
            flags,
            life,
            claim.attempt,
            cols,
            rows,
        );
    }

    fn tell(&self, output: Output) {
        match output {
            Output::Message(data) => self.message(&data),
            Output::Event(event) => tell(self, &event),
        }
    }

    fn load(&self, key: &str) -> Result<Option<String>, StoreError> {
        let found = self.get(key).map_err(|_| StoreError)?;
        Ok(found.as_string())
    }

    fn store(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        self.set(key, value).map_err(|_| StoreError)
    }
}

thread_local! {
    /// The links by their handles; a disposed one's place stays empty.
    static LINKS: RefCell<Vec<Option<Rc<Link>>>> = const { RefCell::new(Vec::new()) };
}

/// The link of a handle; `None` once it is disposed of.
fn link(handle: usize) -> Option<Rc<Link>> {
    LINKS.with_borrow(|links| links.get(handle).cloned().flatten())
}

/// Makes a link as the host says, and gives its handle. TypeScript has checked all that the host says.
#[wasm_bindgen]
pub fn open(host: Host) -> usize {
    let text = |place| host.text(place).as_string().unwrap_or_default();
    let options = Options {
        config: config(&host),
        // A name that is none has been refused before.
        project: ProjectId::new(&text(0)).unwrap_or_default(),
        name: text(1),
        protocols: host.protocols(),
    };
    let link = Rc::new(Link::start(options, Rc::new(host)));
    LINKS.with_borrow_mut(|links| {
        links.push(Some(link));
        links.len() - 1
    })
}

fn tell(host: &Host, event: &Event) {
    match event {
        Event::StateChange(change) => {
            let (code, text) = change.close.as_ref().map_or((0, ""), |(code, text)| (*code, text));
            let delay = change.retry_in.map_or(f64::NAN, |delay| delay as f64);
            let (state, previous) = (change.state.name(), change.previous.name());
            host.changed(state, previous, change.reason.name(), change.attempt, delay, code, text);
        }
        Event::Reset(Reset::Server) => host.event("reset", "server", 0, 0),
        Event::Reset(Reset::SessionLost) => host.event("reset", "session-lost", 0, 0),
        Event::Dropped(dropped) => host.event("dropped", dropped.reason.name(), dropped.messages, dropped.bytes),
        Event::Warning(Warning::UnmappedCode(code)) => host.event("warning", "unmapped-code", usize::from(*code), 0),
        Event::Warning(Warning::Storage) => host.event("warning", "storage", 0, 0),
    }
}

/// Answers `address()`: the URL for that attempt, or which of `auth` and the URL function failed.
#[wasm_bindgen]
pub fn answer(handle: usize, attempt: u32, url: &JsValue, auth: bool) {
    let Some(link) = link(handle) else { return };
    let reply = link.reply(SocketId(attempt));
    match url.as_string() {
        Some(url) => reply.connect(&url),
        None => reply.fail(if auth { Failure::Auth } else { Failure::Url }),
    }
}

/// Sends a string. The result is 0, or what [`refused`] says; as for all functions below.
#[wasm_bindgen]
pub fn send_text(handle: usize, text: &JsValue) -> u8 {
    let text = text.as_string().unwrap_or_default();
    command(handle, |link| link.send(Payload::Text(text)))
}

/// Sends bytes.
#[wasm_bindgen]
pub fn send_bytes(handle: usize, bytes: Vec<u8>) -> u8 {
    command(handle, |link| link.send(Payload::Binary(bytes)))
}

/// Tells the terminal's size, each side in 1..=65535.
#[wasm_bindgen]
pub fn resize(handle: usize, cols: u16, rows: u16) {
    if let Some(link) = link(handle) {
        // Refused only where there is no terminal any more.
        let _ = link.resize(Size { cols, rows });
    }
}

/// Closes; 6 if a page may not use the code, 7 if it may not use the reason.
#[wasm_bindgen]
pub fn close(handle: usize, code: u16, reason: &JsValue) -> u8 {
    let reason = reason.as_string().unwrap_or_default();
    match link(handle).map(|link| link.close(code, &reason)) {
        Some(Ok(())) | None => 0,
        Some(Err(CloseError::Code)) => 6,
        Some(Err(CloseError::Reason)) => 7,
    }
}

/// Makes an attempt now.
#[wasm_bindgen]
pub fn reconnect(handle: usize) -> u8 {
    command(handle, |link| link.reconnect())
}

/// Ends the session and goes on with a new one.
#[wasm_bindgen]
pub fn new_session(handle: usize) -> u8 {
    command(handle, |link| link.new_session())
}

/// Lets go of the link; the session is kept. The handle is used up, and the last snapshot given.
#[wasm_bindgen]
pub fn dispose(handle: usize) -> JsValue {
    let Some(link) = link(handle) else {
        return JsValue::UNDEFINED;
    };
    link.dispose();
    LINKS.with_borrow_mut(|links| links.get_mut(handle).map(Option::take));
    link.snapshot()
}

/// State, key, breaker and the numbers that `js/snapshot.ts` names.
#[wasm_bindgen]
pub fn snapshot(handle: usize) -> JsValue {
    link(handle).map_or(JsValue::UNDEFINED, |link| link.snapshot())
}

fn command(handle: usize, act: impl FnOnce(&Link) -> Result<(), Refusal>) -> u8 {
    refused(match link(handle) {
        Some(link) => act(&link),
        None => Err(Refusal::Disposed),
    })
}

/// What `js/link.ts` makes a DOMException of.
fn refused(result: Result<(), Refusal>) -> u8 {
    match result {
        Ok(()) => 0,
        Err(Refusal::Closed) => 1,
        Err(Refusal::Superseded) => 2,
        Err(Refusal::Disposed) => 3,
        Err(Refusal::QueueFull) => 4,
    }
}

/// What `js/settings.ts` names by their index.
const VERDICTS: [Verdict; 10] = [
    Verdict::Retry,
    Verdict::RetryUncounted,
    Verdict::SlowDown,
    Verdict::Renew,
    Verdict::OpenBreaker,
    Verdict::Afresh,
    Verdict::Gone,
    Verdict::Superseded,
    Verdict::Ended,
    Verdict::Stop,
];

fn config(host: &Host) -> Config {
    let mut config = Config::default();
    let set = |field: &mut u64, place: u32| {
        let number = host.number(place);
        if number >= 0.0 {
            *field = number as u64;
        }
    };
    let small = |field: &mut u32, place: u32| {
        let number = host.number(place);
        if number >= 0.0 {
            *field = number as u32;
        }
    };
    let flag = |place: u32| host.number(place) == 1.0;
    set(&mut config.backoff.base, 0);
    small(&mut config.backoff.factor_percent, 1);
    set(&mut config.backoff.max, 2);
    if flag(3) {
        config.backoff.jitter = Jitter::None;
    }
    small(&mut config.breaker.failures, 4);
    set(&mut config.breaker.recovery, 5);
    set(&mut config.connect_timeout, 6);
    set(&mut config.stable_after, 7);
    small(&mut config.queue.bytes, 8);
    small(&mut config.queue.messages, 9);
    set(&mut config.queue.age, 10);
    config.control = flag(11);
    config.renewable = flag(12);
    config.heartbeat = host.text(2).as_string().map(|text| {
        let (mut every, mut timeout) = (0, 0);
        set(&mut every, 13);
        set(&mut timeout, 14);
        Heartbeat {
            message: Payload::Text(text),
            every,
            timeout,
        }
    });
    // Rows of close codes, each an index into VERDICTS, the first code and the last; NaN after the last row.
    let mut place = 15;
    while let Some(verdict) = VERDICTS.get(host.number(place) as usize)
        && host.number(place) >= 0.0
    {
        let codes = host.number(place + 1) as u16..=host.number(place + 2) as u16;
        // A row that is none has been refused before.
        let _ = config.close.set(codes, *verdict);
        place += 3;
    }
    config
}
