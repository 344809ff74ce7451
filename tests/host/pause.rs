//! When the terminal is read (S6, I8).

use crate::common::{Stage, back, small};
use relatch::host::Bounds;
use relatch::wire::FromClient;

#[test]
pub fn a_page_that_never_acks_holds_the_terminal_up_and_loses_nothing() {
    let mut stage = Stage::attached(small());
    assert_eq!(stage.flood(10_000), 64);
    stage.hear(1);
    assert_eq!((stage.flood(10_000), stage.session.base()), (0, 0));
}

#[test]
fn no_more_than_a_window_and_a_frame_is_read_ahead_of_what_the_page_has_processed() {
    let mut stage = Stage::attached(small());
    stage.flood(10_000);
    stage.hear(1);
    stage.ack(1, 1);
    assert_eq!(stage.flood(10_000), 16);
    assert_eq!((stage.session.head(), stage.session.may_read()), (80, false));
}

#[test]
fn a_window_as_large_as_the_ring_leaves_room_for_a_frame() {
    let mut stage = Stage::attached(Bounds { window: 128, ..small() });
    assert_eq!(stage.flood(10_000), 128);
    stage.hear(1);
    stage.ack(1, 15);
    assert!(!stage.session.may_read());
    stage.ack(1, 16);
    assert_eq!((stage.flood(10_000), stage.session.base()), (16, 16));
}

#[test]
fn an_ack_lets_it_go_on() {
    let mut stage = Stage::attached(small());
    stage.flood(10_000);
    stage.hear(1);
    assert!(!stage.session.may_read());
    stage.ack(1, 32);
    assert_eq!(stage.flood(10_000), 32);
}

#[test]
fn nobody_to_wait_for_means_no_waiting() {
    let mut stage = Stage::attached(small());
    stage.flood(10_000);
    stage.gone(1);
    assert_eq!(stage.flood(10_000), 10_000);
    assert_eq!(stage.session.head() - stage.session.base(), 128);
}

#[test]
fn a_page_on_hold_is_not_waited_for() {
    let mut stage = Stage::attached(small());
    stage.flood(10_000);
    stage.say(1, &FromClient::Hold);
    assert_eq!(stage.flood(1000), 1000);
    stage.say(1, &FromClient::Live);
    assert!(!stage.session.may_read());
}

#[test]
fn a_page_that_comes_back_is_waited_for_again() {
    let mut stage = Stage::attached(small());
    stage.flood(64);
    stage.hear(1);
    stage.say(1, &FromClient::Hold);
    stage.gone(1);
    stage.flood(64);
    stage.greet(2, "a", &back(2, 64, 0));
    // 64 bytes more are there that it has not seen: a window.
    assert_eq!(stage.flood(10_000), 0);
    stage.hear(2);
    stage.ack(2, 128);
    assert_eq!(stage.flood(10_000), 64);
}
