//! Another page took the session.

use crate::common::{World, exact};
use relatch::client::{Input, Payload, SocketId, State};
use relatch::error::Refusal;

fn superseded() -> World {
    let mut world = World::stable(exact());
    world.close_at(20_000, 4409, "");
    world.look();
    world
}

#[test]
fn a_superseded_page_opens_no_socket_without_the_user() {
    let mut world = superseded();
    for at in (20_000..3_620_000).step_by(1000) {
        for input in [
            Input::Timeout,
            Input::Connect,
            Input::Opened(SocketId(1)),
            Input::Offline,
            Input::Online,
            Input::Freeze,
            Input::Leave,
            Input::Elsewhere(Some(1000)),
            Input::Elsewhere(None),
            Input::Wake,
        ] {
            world.at(at, input);
        }
        let sent = world.try_at(at, Input::Send(Payload::Text("x".to_owned())));
        assert_eq!(sent, Err(Refusal::Superseded));
        assert_eq!(
            (world.client.state(), world.client.next_timeout()),
            (State::Superseded, None)
        );
    }
    world.shows("");
}

#[test]
fn closing_a_superseded_page_leaves_the_session_to_the_other() {
    let mut world = superseded();
    world.at(
        21_000,
        Input::Close {
            code: 1000,
            reason: String::new(),
        },
    );
    world.shows("21000 closed: user 1000");
}

#[test]
fn the_user_takes_the_session_back() {
    let mut world = superseded();
    world.at(30_000, Input::Reconnect);
    assert!(world.claim().take && world.claim().known && world.claim().warm);
}

#[test]
fn a_page_that_was_attached_takes_its_session_from_nobody() {
    let mut world = World::stable(exact());
    world.close_at(20_000, 1006, "");
    world.run_until(21_000);
    assert!(!world.claim().take);
}

#[test]
fn what_was_typed_for_the_session_is_dropped() {
    let mut world = World::stable(exact()).server(|_| crate::common::accept_then_close(4409, "", 0));
    world.close_at(20_000, 1012, "");
    world.send_at(20_000, "ls").unwrap();
    // The keystroke cut the wait; what it typed went out with the socket that was then refused.
    world.run_until(20_000);
    world.shows(
        "
        20000 waiting 1: lost 1012, in 1000
        20000 connecting 1: wake
        20000 send ls
        20000 ready 1: opened
        20000 dropped: lost, 1 messages of 2 bytes
        20000 superseded: superseded 4409
        ",
    );
}
