//! `close()` and `dispose()`, and that nothing but the user leaves them.

use crate::common::{Answer, World, accept, exact, refuse};
use relatch::client::{Failure, Input, Payload, SocketId, State};
use relatch::error::Refusal;
use relatch::wire::Size;

fn close(code: u16) -> Input {
    Input::Close {
        code,
        reason: "bye".to_owned(),
    }
}

/// Everything but the user's two ways out, about a socket that there was.
fn all_but_the_ways_out(socket: SocketId) -> Vec<Input> {
    let text = r#"{"t":"reset"}"#.to_owned();
    vec![
        Input::Timeout,
        Input::Connect,
        Input::Opened(socket),
        Input::Message { socket, bytes: 3 },
        Input::Control { socket, text },
        Input::Failed {
            socket,
            what: Failure::Url,
        },
        Input::Closed {
            socket,
            code: 4404,
            reason: String::new(),
        },
        Input::Offline,
        Input::Online,
        Input::Wake,
        Input::Freeze,
        Input::Leave,
        Input::Elsewhere(Some(1000)),
        Input::Elsewhere(None),
        Input::Wake,
        Input::Send(Payload::Text("x".to_owned())),
        Input::Resize(Size { cols: 90, rows: 30 }),
        close(1000),
    ]
}

#[test]
fn nothing_but_the_user_leaves_a_closed_link() {
    let mut world = World::stable(exact());
    let socket = world.socket();
    world.at(20_000, close(1000));
    world.shows(
        "
        20000 discard 1000 bye
        20000 forget session
        20000 closed: user 1000 bye
        ",
    );
    for at in (20_000..3_620_000).step_by(1000) {
        for input in all_but_the_ways_out(socket) {
            let refused = matches!(input, Input::Send(_)).then_some(Refusal::Closed);
            assert_eq!(world.try_at(at, input).err(), refused);
            assert_eq!(
                (world.client.state(), world.client.next_timeout()),
                (State::Closed, None)
            );
        }
    }
    world.shows("");
}

#[test]
fn the_user_opens_a_closed_link_again_with_a_session_of_its_own() {
    let mut world = World::stable(exact());
    world.at(20_000, close(1000));
    world.look();
    world.at(30_000, Input::Reconnect);
    world.run_until(30_000);
    world.shows(
        "
        30000 new session
        30000 connecting 1: user
        30000 ready 1: opened
        ",
    );
    assert!(!world.claim().known);
}

#[test]
fn another_code_than_1000_keeps_the_session() {
    let mut world = World::stable(exact());
    world.at(20_000, close(3001));
    world.at(30_000, Input::Reconnect);
    world.run_until(30_000);
    world.shows(
        "
        20000 discard 3001 bye
        20000 closed: user 3001 bye
        30000 connecting 1: user
        30000 ready 1: opened
        ",
    );
    assert!(world.claim().known);
}

#[test]
fn close_says_good_bye_once() {
    let mut world = World::stable(exact());
    world.at(20_000, close(1000));
    world.look();
    world.at(20_001, close(1000));
    world.shows("");
}

#[test]
fn what_failed_before_a_close_is_forgotten_by_the_reconnect_after_it() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.at(40_000, close(3001));
    world.at(50_000, Input::Reconnect);
    world.run_until(53_000);
    assert_eq!(world.attempts()[6..], [50_000, 51_000, 53_000]);
}

#[test]
fn dispose_is_final() {
    let mut world = World::stable(exact());
    let socket = world.socket();
    world.at(20_000, Input::Dispose);
    world.shows(
        "
        20000 discard 4104
        20000 closed: disposed 4104
        ",
    );
    for input in all_but_the_ways_out(socket) {
        let refused = matches!(input, Input::Send(_) | Input::Resize(_) | Input::Close { .. });
        assert_eq!(world.try_at(20_001, input).err(), refused.then_some(Refusal::Disposed));
    }
    assert_eq!(world.try_at(20_002, Input::Reconnect), Err(Refusal::Disposed));
    assert_eq!(world.try_at(20_003, Input::NewSession), Err(Refusal::Disposed));
    world.at(20_004, Input::Dispose);
    world.shows("");
}

#[test]
fn a_closed_link_that_is_disposed_of_says_nothing_more() {
    let mut world = World::stable(exact());
    world.at(20_000, close(1000));
    world.look();
    world.at(20_001, Input::Dispose);
    world.shows("");
    assert_eq!(world.try_at(20_002, Input::Reconnect), Err(Refusal::Disposed));
}

#[test]
fn a_close_ends_an_attempt_on_its_way() {
    let mut world = World::new(exact()).server(|_| accept(100)).connected();
    world.at(50, close(1000));
    world.run_until(1_000_000);
    world.shows(
        "
        0 connecting 1: connect
        50 discard 1000 bye
        50 forget session
        50 closed: user 1000 bye
        ",
    );
}

#[test]
fn a_server_that_ended_the_session_is_left_by_the_user_alone() {
    let mut world = World::new(exact()).server(|_| Answer::default()).connected();
    world.answer(|_| accept(0));
    world.at(5, Input::Opened(SocketId(1)));
    world.close_at(20_000, 4410, "");
    world.look();
    for at in (20_000..100_000).step_by(1000) {
        for input in [Input::Online, Input::Wake, Input::Connect, Input::Timeout] {
            world.at(at, input);
        }
    }
    world.shows("");
    world.at(100_000, Input::Reconnect);
    world.shows(
        "
        100000 new session
        100000 connecting 1: user
        ",
    );
}
