//! The client machine under any sequence of operations.
#![no_main]
// The world is the tests', and has more than the operations need; a promise that is broken panics.
#![allow(dead_code, unused_imports)]

#[path = "../../tests/native/common/mod.rs"]
mod common;
#[path = "../../tests/native/ops.rs"]
mod ops;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ops::Run::read(bytes).play());
