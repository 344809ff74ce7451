//! Any output of a pty, with changes of its size; what a snapshot restores has that snapshot again.
#![no_main]

#[path = "../../server/tests/screen/checks.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_screen_file(bytes));
