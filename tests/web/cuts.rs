//! Lines that break without a word, and the heartbeat that notices.

use crate::lab::{Lab, Setup, text};
use crate::server::until_session;
use relatch::client::{DropReason, Dropped, Reason, State};
use relatch::config::Heartbeat;
use wasm_bindgen_test::wasm_bindgen_test;

/// An echo answers any message. The answer may take this many milliseconds.
fn heartbeat(timeout: u64) -> impl FnOnce(&mut Setup) {
    move |setup| {
        setup.options.config.heartbeat = Some(Heartbeat {
            message: text("beat"),
            every: 50,
            timeout,
        });
    }
}

#[wasm_bindgen_test]
async fn a_heartbeat_that_is_answered_leaves_the_line_alone() {
    let lab = Lab::new();
    let mut line = lab.attached_with(heartbeat(5000)).await;
    for _ in 0..3 {
        line.receive("beat").await;
    }
    assert_eq!((line.state(), line.asked().len()), (State::Ready, 1));
}

#[wasm_bindgen_test]
async fn a_half_open_line_is_replaced_when_its_heartbeat_is_not_answered() {
    let lab = Lab::new();
    let mut line = lab.attached_with(heartbeat(500)).await;
    let id = line.id();
    line.strike(r#""half_open""#).await;
    line.send(text("swallowed")).unwrap();
    let dropped = line.dropped().await;
    let expected = Dropped {
        reason: DropReason::Unknown,
        messages: 1,
        bytes: 9,
    };
    assert_eq!(dropped, expected);
    let change = line.change().await;
    assert_eq!(
        (change.state, change.reason, change.close),
        (State::Waiting, Reason::Heartbeat, None)
    );
    line.ready().await;
    line.echo("another line").await;
    assert_eq!(line.id(), id);
}

#[wasm_bindgen_test]
async fn the_user_can_replace_a_line_without_waiting_for_a_heartbeat() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    line.strike(r#""half_open""#).await;
    line.send(text("swallowed")).unwrap();
    line.reconnect().unwrap();
    assert_eq!(line.dropped().await.reason, DropReason::Unknown);
    let change = line.change().await;
    assert_eq!((change.state, change.reason), (State::Connecting, Reason::User));
    line.ready().await;
    line.echo("another line").await;
    let key = line.key();
    until_session(&key, |session| {
        session.is_some_and(|session| session.generation() == 2.0)
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_a_cut_socket_was_handed_is_said_to_be_of_unknown_fate() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    // It reads nothing, so that no echo confirms what was sent.
    line.strike(r#""stall_reads""#).await;
    line.send(text("one")).unwrap();
    line.send(text("three")).unwrap();
    line.strike(r#""rst""#).await;
    let expected = Dropped {
        reason: DropReason::Unknown,
        messages: 2,
        bytes: 8,
    };
    assert_eq!(line.dropped().await, expected);
    assert!(expected.reason.is_unknown());
}
