//! What Rust calls in TypeScript: the methods of a link's host (`js/host.ts`), by their names here and the link's handle. None of them
//! throws. A text or bytes arrive as two numbers, their place and their length.

#![allow(clippy::too_many_arguments, reason = "one call with plain arguments weighs least")]

use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "relatch-calls")]
extern "C" {
    /// An option's number, by its place in `js/settings.ts`; -1 for the default.
    pub(super) fn number(link: usize, place: u32) -> i32;
    /// As [`Outside::arm`]; a negative delay is none.
    pub(super) fn arm(link: usize, delay: f64);
    /// Asks for the URL; [`answer`] answers. The flags are renew, known, warm and take, from the lowest bit; no size is 0.
    pub(super) fn address(link: usize, attempt: u32, flags: u32, count: u32, cols: u16, rows: u16, life: &str);
    pub(super) fn connect(link: usize, socket: u32, url: &str) -> bool;
    pub(super) fn send_text(link: usize, text: &str);
    pub(super) fn send_bytes(link: usize, bytes: &[u8]);
    pub(super) fn discard(link: usize, code: u16, reason: &str);
    pub(super) fn deliver(link: usize);
    /// Tells of a change of state, by places in `js/names.ts`; NaN for no delay, 0 for no code.
    pub(super) fn changed(
        link: usize,
        state: u8,
        previous: u8,
        reason: u8,
        attempt: u32,
        delay: f64,
        code: u16,
        text: &str,
    );
    /// By its place in `js/names.ts`.
    pub(super) fn reset(link: usize, reason: u8);
    /// The session goes on: how, by its place in `js/names.ts`, at which offset, how much of what comes is replay, and the size there.
    pub(super) fn resumed(link: usize, outcome: u8, offset: f64, replay: f64, cols: u16, rows: u16);
    /// NaN for a page that had no screen; how many bytes of a snapshot follow.
    pub(super) fn gap(link: usize, from: f64, to: f64, snapshot: f64);
    pub(super) fn size(link: usize, cols: u16, rows: u16);
    pub(super) fn exit(link: usize, number: u32, signal: bool);
    pub(super) fn dropped(link: usize, reason: u8, messages: usize, bytes: usize);
    pub(super) fn unmapped(link: usize, code: u16);
    /// As [`Outside::greet`]; NaN for no epoch and no screen.
    pub(super) fn greet(link: usize, epoch: f64, out: f64, done: f64, in_lo: f64, in_hi: f64, cols: u16, rows: u16);
    /// Keeps the session's id, with a secret; none is to be kept if it is left out.
    pub(super) fn store(link: usize, id: Option<&str>);
    pub(super) fn fill(link: usize, bytes: &mut [u8]);
}
