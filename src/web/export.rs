//! What the npm package's TypeScript is written on: functions on links, which it names by their handles.
//!
//! Functions and not a class, plain arguments and not objects: the class and the objects are TypeScript's, where they weigh a fifth.
//! TypeScript has checked what comes in.

#![allow(unreachable_pub, reason = "wasm-bindgen exports what is public, whatever the module")]

use super::detail;
use super::driver::Driver;
use super::outside::Outside;
use super::page::Request;
use super::storage::StoreError;
use crate::backoff::Jitter;
use crate::breaker::BreakerState;
use crate::client::{Event, Failure, Input, Payload, Reset, SocketId, Warning};
use crate::close::{CloseError, Verdict, check_close};
use crate::config::{Config, Heartbeat};
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

#[wasm_bindgen]
extern "C" {
    /// `js/host.ts` hands one in with each link: its options, the browser's objects, and whom to ask and to tell. None of it throws.
    pub type Host;

    /// An option's number, by its place in `js/settings.ts`; NaN for the default.
    #[wasm_bindgen(method)]
    fn number(this: &Host, place: u32) -> f64;
    /// As [`Outside::arm`]; a negative delay is none.
    #[wasm_bindgen(method)]
    fn arm(this: &Host, delay: f64);
    /// Asks for the URL; [`answer`] answers. The flags are renew, known, warm and take, from the lowest bit; no size is 0.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one call with plain arguments weighs least")]
    fn address(this: &Host, attempt: u32, flags: u32, life: &str, count: u32, cols: u16, rows: u16);
    #[wasm_bindgen(method)]
    fn connect(this: &Host, socket: u32, url: &str) -> bool;
    #[wasm_bindgen(method, js_name = send)]
    fn send_text(this: &Host, text: &str);
    #[wasm_bindgen(method, js_name = send)]
    fn send_bytes(this: &Host, bytes: &[u8]);
    #[wasm_bindgen(method)]
    fn discard(this: &Host, code: u16, reason: &str);
    #[wasm_bindgen(method)]
    fn deliver(this: &Host);
    /// Tells of a change of state, by places in `js/names.ts`; NaN for no delay, 0 for no code.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one call with plain arguments weighs least")]
    fn changed(this: &Host, state: u8, previous: u8, reason: u8, attempt: u32, delay: f64, code: u16, text: &str);
    #[wasm_bindgen(method)]
    fn reset(this: &Host, lost: bool);
    #[wasm_bindgen(method)]
    fn dropped(this: &Host, reason: u8, messages: usize, bytes: usize);
    #[wasm_bindgen(method)]
    fn unmapped(this: &Host, code: u16);
    /// Keeps the session's id; none is to be kept if it is left out.
    #[wasm_bindgen(method)]
    fn store(this: &Host, id: Option<&str>);
    #[wasm_bindgen(method)]
    fn fill(this: &Host, bytes: &mut [u8]);
}

impl Outside for Host {
    fn arm(&self, delay: Option<u32>) {
        self.arm(delay.map_or(-1.0, f64::from));
    }

    fn address(&self, socket: SocketId, request: &Request<'_>) {
        let claim = request.claim;
        let flag = |set: bool, bit: u32| u32::from(set) << bit;
        let flags = flag(request.renew, 0) | flag(claim.known, 1) | flag(claim.warm, 2) | flag(claim.take, 3);
        let (cols, rows) = claim.size.map_or((0, 0), |size| (size.cols, size.rows));
        self.address(socket.0, flags, request.life, claim.attempt, cols, rows);
    }

    fn connect(&self, socket: SocketId, url: &str) -> bool {
        self.connect(socket.0, url)
    }

    fn send(&self, message: &Payload) {
        match message {
            Payload::Text(text) => self.send_text(text),
            Payload::Binary(bytes) => self.send_bytes(bytes),
        }
    }

    fn discard(&self, code: u16, reason: &str) {
        self.discard(code, reason);
    }

    fn deliver(&self) {
        self.deliver();
    }

    fn tell(&self, event: Event) {
        match event {
            Event::StateChange(change) => {
                let (code, text) = change.close.unwrap_or_default();
                let delay = change.retry_in.map_or(f64::NAN, |delay| delay as f64);
                let (state, previous) = (change.state as u8, change.previous as u8);
                self.changed(state, previous, change.reason as u8, change.attempt, delay, code, &text);
            }
            Event::Reset(reset) => self.reset(reset == Reset::SessionLost),
            Event::Dropped(dropped) => self.dropped(dropped.reason as u8, dropped.messages, dropped.bytes),
            Event::Warning(Warning::UnmappedCode(code)) => self.unmapped(code),
            // TypeScript keeps the ids, and says so itself.
            Event::Warning(Warning::Storage) => {}
        }
    }

    fn store(&self, id: Option<&str>) -> Result<(), StoreError> {
        self.store(id);
        Ok(())
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.fill(bytes);
    }

    /// TypeScript lets go of it itself.
    fn release(&self) {}
}

type Link = Driver<Host>;

thread_local! {
    /// The links by their handles; the place of one that was let go stays empty.
    static LINKS: RefCell<Vec<Option<Rc<Link>>>> = const { RefCell::new(Vec::new()) };
}

/// The link of a handle; `None` once it was let go.
fn link(handle: usize) -> Option<Rc<Link>> {
    LINKS.with_borrow(|links| links.get(handle).cloned().flatten())
}

/// Makes a link as the host says, and gives its handle. TypeScript has checked all that comes in, and has read the id that is stored.
#[wasm_bindgen]
pub fn open(host: Host, project: &str, stored: String, heartbeat: String) -> usize {
    let config = config(&host, heartbeat);
    // A name that is none has been refused before.
    let project = ProjectId::new(project).unwrap_or_default();
    let link = Rc::new(Driver::new(config, project, Ok(Some(stored)), host));
    link.arm();
    LINKS.with_borrow_mut(|links| {
        links.push(Some(link));
        links.len() - 1
    })
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
        3 => Input::Freeze,
        4 => Input::Reconnect,
        5 => Input::NewSession,
        _ => Input::Dispose,
    };
    command(handle, input)
}

/// The timer fired.
#[wasm_bindgen]
pub fn fired(handle: usize) {
    if let Some(link) = link(handle) {
        link.on_timer();
    }
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
pub fn resize(handle: usize, cols: u16, rows: u16) {
    command(handle, Input::Resize(Size { cols, rows }));
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
    let link = LINKS.with_borrow_mut(|links| links.get_mut(handle).and_then(Option::take));
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
        _ => detail::numbers(&client).get(place - 2).copied().unwrap_or(f64::NAN),
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

fn config(host: &Host, heartbeat: String) -> Config {
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
    let (mut every, mut timeout) = (0, 0);
    set(&mut every, 13);
    set(&mut timeout, 14);
    if every > 0 {
        let message = Payload::Text(heartbeat);
        config.heartbeat = Some(Heartbeat {
            message,
            every,
            timeout,
        });
    }
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
