//! Any text as a frame of `relatch.v1`, from either end.
#![no_main]
// The ids' and the codec's checks are beside the frames'.
#![allow(dead_code)]

#[path = "../../tests/native/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_frame_file(bytes));
