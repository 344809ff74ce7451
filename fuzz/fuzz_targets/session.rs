//! Any string as a session id of any project.
#![no_main]
// The codec's checks are beside the ids'.
#![allow(dead_code)]

#[path = "../../tests/native/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_session_file(bytes));
