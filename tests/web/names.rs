//! States and reasons cross to TypeScript as their places: it must have the same names in the same order.

use relatch::client::{DropReason, Reason, Reset, State};
use relatch::wire::Outcome;
use wasm_bindgen_test::wasm_bindgen_test;

/// The names in one list of `js/names.ts`.
fn names(list: &str) -> Vec<&'static str> {
    let (_, from) = include_str!("../../js/names.ts").split_once(list).unwrap();
    let (_, items) = from.split_once("= [").unwrap();
    let (items, _) = items.split_once(']').unwrap();
    items.split('"').skip(1).step_by(2).collect()
}

#[wasm_bindgen_test]
fn typescript_names_the_states_as_rust_does() {
    assert_eq!(names("STATES"), State::ALL.map(State::name));
    assert!(
        State::ALL
            .iter()
            .enumerate()
            .all(|(place, &state)| state as usize == place)
    );
}

#[wasm_bindgen_test]
fn typescript_names_the_reasons_as_rust_does() {
    let all = [
        Reason::Connect,
        Reason::Opened,
        Reason::Lost,
        Reason::Refused,
        Reason::Timeout,
        Reason::Url,
        Reason::Auth,
        Reason::Heartbeat,
        Reason::Offline,
        Reason::Online,
        Reason::Wake,
        Reason::Retry,
        Reason::User,
        Reason::Frozen,
        Reason::Credentials,
        Reason::SessionLost,
        Reason::Desync,
        Reason::Overload,
        Reason::Superseded,
        Reason::Ended,
        Reason::Stopped,
        Reason::Disposed,
        Reason::Elsewhere,
    ];
    assert_eq!(names("REASONS"), all.map(Reason::name));
    assert!(all.iter().enumerate().all(|(place, &reason)| reason as usize == place));
}

#[wasm_bindgen_test]
fn typescript_names_what_drops_a_message_as_rust_does() {
    let all = [
        DropReason::Overflow,
        DropReason::Expired,
        DropReason::Closed,
        DropReason::Superseded,
        DropReason::SessionLost,
        DropReason::Unknown,
    ];
    assert_eq!(names("DROPS"), all.map(DropReason::name));
    assert!(all.iter().enumerate().all(|(place, &reason)| reason as usize == place));
}

#[wasm_bindgen_test]
fn typescript_names_why_a_terminal_starts_anew_as_rust_does() {
    let name = |reset| match reset {
        Reset::Server => "server",
        Reset::SessionLost => "session-lost",
        Reset::Restarted => "restarted",
    };
    let all = [Reset::Server, Reset::SessionLost, Reset::Restarted];
    assert_eq!(names("RESETS"), all.map(name));
    assert!(all.iter().enumerate().all(|(place, &reset)| reset as usize == place));
}

#[wasm_bindgen_test]
fn typescript_names_how_a_place_was_found_as_rust_does() {
    // As a welcome says it.
    let name = |outcome| match outcome {
        Outcome::Ok => "ok",
        Outcome::Gap => "gap",
        Outcome::New => "new",
    };
    let all = [Outcome::Ok, Outcome::Gap, Outcome::New];
    assert_eq!(names("OUTCOMES"), all.map(name));
    assert!(
        all.iter()
            .enumerate()
            .all(|(place, &outcome)| outcome as usize == place)
    );
}
