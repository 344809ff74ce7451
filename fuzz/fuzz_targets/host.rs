//! The server's half of `relatch.v1` under any sequence of operations.
#![no_main]

#[path = "../../tests/host/house.rs"]
mod house;
#[path = "../../tests/host/ops.rs"]
mod ops;
#[path = "../../tests/host/page.rs"]
mod page;
#[path = "../../tests/host/room.rs"]
mod room;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ops::Run::read(bytes).play());
