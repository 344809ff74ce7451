//! Any text as flat JSON.
#![no_main]
// The ids' checks are beside the codec's.
#![allow(dead_code)]

#[path = "../../tests/native/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_flat_file(bytes));
