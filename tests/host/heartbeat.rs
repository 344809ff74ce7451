//! Pings, pongs and silence.

use crate::common::{Stage, back, small};
use relatch::wire::FromClient;

#[test]
fn a_page_is_pinged_with_the_offset_it_should_be_at() {
    let mut stage = Stage::attached(small());
    stage.print(b"one");
    stage.hear(1);
    stage.pass(14_999);
    assert_eq!(stage.hear(1), "");
    stage.pass(1);
    assert_eq!(stage.hear(1), "ping 1 at 3");
    stage.say(1, &FromClient::Pong(1));
    stage.pass(14_999);
    assert_eq!(stage.hear(1), "");
    stage.pass(1);
    assert_eq!(stage.hear(1), "ping 2 at 3");
}

#[test]
fn pings_do_not_pile_up_behind_a_slow_socket() {
    let mut stage = Stage::attached(small());
    for _ in 0..10 {
        stage.pass(15_000);
        stage.say(1, &FromClient::Ping(stage.now));
    }
    assert_eq!(stage.hear(1), "pong 150000, ping 1 at 0");
}

#[test]
fn a_silent_page_is_given_up_but_not_its_session() {
    let mut stage = Stage::attached(small());
    stage.pass(39_999);
    assert!(stage.session.attached().is_some());
    stage.pass(1);
    assert_eq!(stage.hear(1), "error 1011, close 1011");
    assert_eq!((stage.session.attached(), stage.session.ended()), (None, None));
    assert_eq!(stage.greet(2, "a", &back(2, 0, 0)), "welcome 2 ok out 0 in 0 live 0");
}

#[test]
fn any_frame_is_a_sign_of_life() {
    for frame in 0..3 {
        let mut stage = Stage::attached(small());
        stage.pass(39_000);
        match frame {
            0 => stage.say(1, &FromClient::Pong(1)),
            1 => stage.text(1, r#"{"t":"unknown"}"#),
            _ => stage.input(1, b"x"),
        }
        stage.pass(39_000);
        assert!(stage.session.attached().is_some());
    }
}

#[test]
fn a_ping_is_answered_with_its_number() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Ping(42));
    assert_eq!(stage.hear(1), "pong 42");
}
