//! A socket that is not the current one changes nothing (I5, S9).

use crate::common::{Stage, back, small, take};
use relatch::wire::{FromClient, Size};

/// Page `a` has lost socket 1 and is on socket 2, with 64 bytes on the way.
fn replaced() -> Stage {
    let mut stage = Stage::attached(small());
    stage.greet(2, "a", &back(2, 0, 0));
    stage.flood(112);
    stage.hear(2);
    stage
}

#[test]
pub fn old_control_frames_change_nothing() {
    let mut stage = replaced();
    let before = stage.session.clone();
    for frame in [
        FromClient::Ack { out: 48, exit: false },
        FromClient::Resize(Size { cols: 1, rows: 1 }),
        FromClient::Hold,
        FromClient::Ping(1),
        FromClient::Bye { kill: false },
        FromClient::Bye { kill: true },
    ] {
        stage.say(1, &frame);
        assert_eq!(stage.session, before, "{frame:?}");
    }
    stage.text(1, "{");
    assert_eq!(stage.session, before);
}

#[test]
pub fn old_input_is_not_typed() {
    let mut stage = replaced();
    stage.input(1, b"rm -rf /\r");
    stage.write_all();
    assert_eq!((stage.typed.as_str(), stage.session.accepted("a")), ("", Some(0)));
}

#[test]
pub fn the_end_of_an_old_socket_ends_nothing() {
    let mut stage = replaced();
    stage.gone(1);
    assert_eq!(stage.session.attached().map(|socket| socket.0), Some(2));
}

#[test]
pub fn a_loser_that_types_on_changes_nothing() {
    let mut stage = Stage::attached(small());
    stage.greet(2, "b", &take(1));
    stage.say(2, &FromClient::Pong(1));
    stage.hear(2);
    stage.input(1, b"x");
    stage.gone(1);
    assert_eq!(stage.session.accepted("b"), Some(0));
    assert_eq!(stage.session.attached().map(|socket| socket.0), Some(2));
}

#[test]
fn an_unknown_socket_hears_nothing() {
    let mut stage = replaced();
    stage.text(7, "{");
    stage.gone(7);
    assert_eq!(stage.hear(7), "");
}
