//! Output that is not to be had any more is said to be (S5, S12, I1).

use crate::common::{EPOCH, SIZE, Stage, back, fresh, small, take};
use relatch::host::Action;
use relatch::wire::{Attach, FromClient};

/// Page `a` has 10 bytes; then 300 more were printed while it was away.
fn away() -> Stage {
    let mut stage = Stage::attached(small());
    stage.print(b"0123456789");
    stage.hear(1);
    stage.gone(1);
    stage.flood(300);
    stage
}

#[test]
pub fn a_page_that_was_away_for_too_long_hears_what_is_missing() {
    let mut stage = away();
    assert_eq!(
        stage.greet(2, "a", &back(2, 10, 0)),
        "welcome 2 gap out 10 in 0 live 310, gap 10..182, 16 dots, 16 dots, 16 dots, 16 dots"
    );
    assert_eq!(stage.actions(), [Action::Repaint(SIZE)]);
}

#[test]
fn it_is_acked_as_it_is_said() {
    let mut stage = away();
    stage.hello(2, "a", &back(2, 10, 0));
    assert_eq!(stage.session.acked(), Some(10));
    stage.hear(2);
    assert_eq!(stage.session.acked(), Some(182));
}

#[test]
fn a_page_without_a_screen_hears_that_it_begins_late() {
    let mut stage = away();
    assert_eq!(
        stage.greet(2, "a", &fresh(2)),
        "welcome 2 gap out 182 in 0 live 310, gap ..182, 16 dots, 16 dots, 16 dots, 16 dots"
    );
    assert_eq!(stage.actions(), [Action::Repaint(SIZE)]);
}

#[test]
fn a_process_that_is_new_to_the_page_and_begins_late_says_so() {
    let mut stage = away();
    let hello = Attach {
        epoch: Some(EPOCH - 1),
        ..back(2, 10, 0)
    };
    assert_eq!(
        stage.greet(2, "a", &hello),
        "welcome 2 new out 182 in 0 live 310, gap ..182, 16 dots, 16 dots, 16 dots, 16 dots"
    );
    assert_eq!(stage.actions(), [Action::Repaint(SIZE)]);
}

#[test]
fn what_comes_behind_a_gap_begins_outside_sequences() {
    let mut stage = Stage::attached(small());
    stage.print(b"x");
    stage.hear(1);
    stage.gone(1);
    for _ in 0..20 {
        stage.print("\x1b[38;5;196m漢\x1b]0;title\x07".as_bytes());
    }
    for at in 0..30 {
        stage.print(b".");
        let heard = stage.greet(100 + at, "a", &back(2 + at, 1, 0));
        let first = heard.split(", ").nth(2).unwrap().to_owned();
        assert!(
            first.starts_with("\"\\u{1b}[38") || first.starts_with("\"漢") || first.starts_with("\"\\u{1b}]0;"),
            "{first}"
        );
        stage.gone(100 + at);
    }
}

#[test]
pub fn a_page_on_hold_hears_of_the_gap_when_it_is_live_again() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Hold);
    stage.flood(1000);
    assert_eq!(stage.hear(1), "");
    stage.say(1, &FromClient::Live);
    assert_eq!(stage.hear(1), "gap 0..872, 16 dots, 16 dots, 16 dots, 16 dots");
}

#[test]
fn a_page_on_hold_is_still_pinged_and_acked() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Hold);
    stage.flood(1000);
    stage.input(1, b"x");
    stage.write_all();
    stage.pass(15_000);
    assert_eq!(stage.hear(1), "ping 1 at 0, ack 1");
}

#[test]
fn a_page_may_come_back_to_the_end_of_a_gap() {
    let mut stage = away();
    stage.hello(2, "a", &back(2, 10, 0));
    assert_eq!(stage.next(2).unwrap(), "welcome 2 gap out 10 in 0 live 310");
    assert_eq!(stage.next(2).unwrap(), "gap 10..182");
    stage.gone(2);
    assert_eq!(
        stage.greet(3, "a", &back(3, 182, 0)),
        "welcome 3 ok out 182 in 0 live 310, 16 dots, 16 dots, 16 dots, 16 dots"
    );
}

#[test]
fn a_page_may_come_back_to_where_it_was_welcomed() {
    let mut stage = away();
    stage.hello(2, "a", &fresh(2));
    assert_eq!(stage.next(2).unwrap(), "welcome 2 gap out 182 in 0 live 310");
    stage.gone(2);
    assert!(
        stage
            .greet(3, "a", &back(3, 182, 0))
            .starts_with("welcome 3 ok out 182")
    );
}

#[test]
fn a_gap_that_grows_before_it_is_said_is_said_whole() {
    let mut stage = away();
    stage.hello(2, "a", &back(2, 10, 0));
    assert_eq!(stage.next(2).unwrap(), "welcome 2 gap out 10 in 0 live 310");
    stage.say(2, &FromClient::Hold);
    stage.flood(100);
    stage.say(2, &FromClient::Live);
    assert!(stage.hear(2).starts_with("gap 10..282, 16 dots"));
}

#[test]
fn a_taker_begins_where_the_ring_does() {
    let mut stage = away();
    stage.greet(2, "b", &take(1));
    stage.say(2, &FromClient::Pong(1));
    assert!(
        stage
            .hear(2)
            .starts_with("welcome 2 gap out 182 in 0 live 310, gap ..182, ")
    );
}
