//! A screen in place of output that is gone (S12).

use crate::common::{EPOCH, SIZE, Stage, back, fresh, small, take};
use relatch::host::{Action, Bounds, Snapshot};
use relatch::wire::{FromClient, Size};

const WIDE: Size = Size { cols: 200, rows: 24 };

fn drawing() -> Bounds {
    Bounds {
        snapshots: true,
        ..small()
    }
}

/// Page `a` has 10 bytes; then 300 more were printed while it was away, of which those from 182 on are there.
fn away() -> Stage {
    let mut stage = Stage::attached(drawing());
    stage.print(b"0123456789");
    stage.hear(1);
    stage.gone(1);
    stage.flood(300);
    stage
}

/// The same page, back on socket 2 and waiting.
fn waiting() -> Stage {
    let mut stage = away();
    assert_eq!(
        stage.greet(2, "a", &back(2, 10, 0)),
        "welcome 2 gap out 10 in 0 live 310"
    );
    assert_eq!(stage.actions(), [asked(2, 182, false)]);
    stage
}

fn asked(generation: u64, from: u64, scrollback: bool) -> Action {
    Action::Snapshot {
        generation,
        from,
        scrollback,
    }
}

fn screen_at(out: u64) -> Snapshot {
    Snapshot {
        out,
        size: SIZE,
        bytes: b"screen".to_vec(),
    }
}

#[test]
fn a_page_that_lacks_output_waits_until_its_screen_is_drawn() {
    let mut stage = waiting();
    stage.print(b"more");
    assert_eq!((stage.hear(2), stage.actions()), (String::new(), vec![]));
}

#[test]
pub fn output_goes_on_where_the_snapshot_ends() {
    let mut stage = waiting();
    stage.painted(2, Some(screen_at(300)));
    assert_eq!(stage.hear(2), r#"gap 10..300 with 6, "screen", 10 dots"#);
    assert_eq!(stage.actions(), [], "the program need not draw it again");
}

#[test]
fn it_is_acked_as_it_is_said_and_the_window_does_not_count_it() {
    let mut stage = waiting();
    let long = Snapshot {
        bytes: vec![b'#'; 200],
        ..screen_at(182)
    };
    stage.painted(2, Some(long));
    assert_eq!(stage.next(2).unwrap(), "gap 10..182 with 200");
    assert_eq!((stage.session.acked(), stage.session.cursor()), (Some(182), Some(182)));
    let heard = stage.hear(2);
    assert_eq!(heard.matches('#').count(), 200);
    assert!(
        heard.ends_with("\"########\", 16 dots, 16 dots, 16 dots, 16 dots"),
        "{heard}"
    );
}

#[test]
fn a_page_without_a_screen_is_to_see_what_was_scrolled_off() {
    let mut stage = away();
    assert_eq!(stage.greet(2, "a", &fresh(2)), "welcome 2 gap out 182 in 0 live 310");
    assert_eq!(stage.actions(), [asked(2, 182, true)]);
    stage.painted(2, Some(screen_at(310)));
    assert_eq!(stage.hear(2), r#"gap ..310 with 6, "screen""#);
}

#[test]
fn so_is_one_whose_process_is_another() {
    let mut stage = Stage::attached(drawing());
    stage.session.restarted(EPOCH + 1, 0);
    stage.hear(1);
    stage.flood(300);
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 0)),
        "welcome 2 new out 172 in 0 live 300"
    );
    assert_eq!(stage.actions(), [asked(2, 172, true)]);
    stage.painted(2, Some(screen_at(300)));
    assert_eq!(stage.hear(2), r#"gap ..300 with 6, "screen""#);
}

#[test]
fn a_page_that_begins_at_the_start_needs_none() {
    let mut stage = Stage::attached(drawing());
    stage.print(b"abc");
    assert_eq!(
        stage.greet(2, "a", &fresh(2)),
        r#"welcome 2 ok out 0 in 0 live 3, "abc""#
    );
    assert_eq!(stage.actions(), []);
}

#[test]
fn without_a_screen_to_be_had_the_program_draws_it() {
    let mut stage = waiting();
    stage.painted(2, None);
    assert_eq!(stage.hear(2), "gap 10..182, 16 dots, 16 dots, 16 dots, 16 dots");
    assert_eq!(stage.actions(), [Action::Repaint(SIZE)]);
}

#[test]
fn a_snapshot_that_cannot_be_is_none() {
    let empty = Snapshot {
        bytes: Vec::new(),
        ..screen_at(300)
    };
    for impossible in [screen_at(9), screen_at(311), screen_at(u64::MAX), empty] {
        let mut stage = waiting();
        stage.painted(2, Some(impossible));
        assert!(stage.hear(2).starts_with("gap 10..182, 16 dots"));
        assert_eq!(stage.actions(), [Action::Repaint(SIZE)]);
    }
}

#[test]
fn an_answer_that_nobody_asked_for_changes_nothing() {
    let mut stage = Stage::attached(drawing());
    let before = stage.session.clone();
    stage.painted(1, Some(screen_at(0)));
    stage.painted(1, None);
    assert_eq!(stage.session, before);
    let mut stage = waiting();
    stage.painted(2, Some(screen_at(300)));
    stage.painted(2, Some(screen_at(310)));
    assert!(
        stage.hear(2).starts_with("gap 10..300 with 6"),
        "the first answer counts"
    );
}

#[test]
pub fn an_answer_for_an_earlier_attachment_is_not_used() {
    let mut stage = waiting();
    stage.gone(2);
    assert_eq!(stage.greet(3, "a", &fresh(3)), "welcome 3 gap out 182 in 0 live 310");
    assert_eq!(stage.actions(), [asked(3, 182, true)]);
    stage.painted(2, Some(screen_at(300)));
    assert_eq!(stage.hear(3), "");
    stage.painted(3, Some(screen_at(310)));
    assert_eq!(stage.hear(3), r#"gap ..310 with 6, "screen""#);
}

#[test]
fn an_answer_that_comes_when_nobody_is_there_is_not_kept() {
    let mut stage = waiting();
    stage.gone(2);
    stage.painted(2, Some(screen_at(300)));
    stage.hello(3, "a", &back(3, 10, 0));
    stage.hear(3);
    assert_eq!(stage.actions(), [asked(3, 182, false)]);
}

#[test]
fn only_the_latest_question_is_asked() {
    let mut stage = away();
    stage.greet(2, "a", &back(2, 10, 0));
    stage.greet(3, "a", &back(3, 10, 0));
    assert_eq!(stage.actions(), [asked(3, 182, false)]);
}

#[test]
fn a_process_that_is_gone_is_not_drawn() {
    let mut stage = away();
    stage.greet(2, "a", &back(2, 10, 0));
    stage.session.restarted(EPOCH + 1, 0);
    assert_eq!(stage.actions(), []);
    stage.painted(2, Some(screen_at(300)));
    assert_eq!(stage.hear(2), "error 1012, close 1012");
}

#[test]
pub fn a_snapshot_goes_to_a_terminal_of_its_size_and_output_to_one_of_its_own() {
    let mut stage = waiting();
    stage.say(2, &FromClient::Resize(WIDE));
    stage.print(b"wide");
    // It was made before its maker heard of the new size.
    stage.painted(2, Some(screen_at(310)));
    assert_eq!(stage.hear(2), r#"gap 10..310 with 6, "screen", size 200x24, "wide""#);

    let mut stage = waiting();
    stage.say(2, &FromClient::Resize(WIDE));
    let wide = Snapshot {
        size: WIDE,
        ..screen_at(310)
    };
    stage.painted(2, Some(wide));
    assert_eq!(stage.hear(2), r#"gap 10..310 with 6, size 200x24, "screen""#);
}

#[test]
fn a_page_on_hold_asks_for_nothing_until_it_is_live() {
    let mut stage = Stage::attached(drawing());
    stage.say(1, &FromClient::Hold);
    stage.flood(1000);
    assert_eq!((stage.hear(1), stage.actions()), (String::new(), vec![]));
    stage.say(1, &FromClient::Live);
    assert_eq!(stage.hear(1), "");
    assert_eq!(stage.actions(), [asked(1, 872, false)]);
}

#[test]
fn a_snapshot_that_has_grown_old_meanwhile_is_followed_by_another() {
    let mut stage = waiting();
    stage.say(2, &FromClient::Hold);
    stage.painted(2, Some(screen_at(300)));
    stage.flood(1000);
    assert_eq!(stage.hear(2), "");
    stage.say(2, &FromClient::Live);
    assert_eq!(stage.hear(2), r#"gap 10..300 with 6, "screen""#);
    assert_eq!(stage.actions(), [asked(2, 1182, false)]);
    stage.painted(2, Some(screen_at(1310)));
    assert_eq!(stage.hear(2), r#"gap 300..1310 with 6, "screen""#);
}

#[test]
fn a_page_on_hold_is_sent_what_was_begun() {
    let mut stage = waiting();
    stage.painted(2, Some(screen_at(310)));
    assert_eq!(stage.next(2).unwrap(), "gap 10..310 with 6");
    stage.say(2, &FromClient::Hold);
    stage.flood(1000);
    assert_eq!(stage.hear(2), "\"screen\"");
    assert_eq!(stage.actions(), []);
}

#[test]
fn what_comes_within_a_snapshot_stands_at_its_place() {
    let mut stage = waiting();
    let long = Snapshot {
        bytes: vec![b'#'; 17],
        ..screen_at(300)
    };
    stage.painted(2, Some(long));
    stage.next(2);
    assert_eq!(stage.next(2).unwrap(), format!("{:?}", "#".repeat(16)));
    stage.say(2, &FromClient::Ping(5));
    stage.pass(15_000);
    assert_eq!(stage.hear(2), r##"pong 5, ping 1 at 300, "#", 10 dots"##);
}

#[test]
fn a_page_that_waits_is_still_pinged_and_acked() {
    let mut stage = waiting();
    stage.input(2, b"x");
    stage.write_all();
    stage.pass(15_000);
    assert_eq!(stage.hear(2), "ping 1 at 10, ack 1");
}

#[test]
fn a_page_that_was_cut_off_within_one_is_drawn_another() {
    let mut stage = waiting();
    let long = Snapshot {
        bytes: vec![b'#'; 17],
        ..screen_at(300)
    };
    stage.painted(2, Some(long));
    stage.next(2);
    stage.next(2);
    stage.gone(2);
    // It has no place: its hello has neither `out` nor `epoch`.
    assert_eq!(stage.greet(3, "a", &fresh(3)), "welcome 3 gap out 182 in 0 live 310");
    assert_eq!(stage.actions(), [asked(3, 182, true)]);
}

#[test]
fn a_page_may_come_back_to_the_end_of_one() {
    let mut stage = waiting();
    stage.painted(2, Some(screen_at(310)));
    stage.hear(2);
    stage.gone(2);
    assert_eq!(
        stage.greet(3, "a", &back(3, 310, 0)),
        "welcome 3 ok out 310 in 0 live 310"
    );
}

#[test]
fn the_terminal_waits_while_the_screen_is_drawn() {
    let mut stage = waiting();
    assert!(!stage.session.may_read());
    stage.painted(2, Some(screen_at(310)));
    assert!(!stage.session.may_read());
    stage.hear(2);
    assert!(stage.session.may_read());
}

#[test]
fn an_exit_comes_behind_the_snapshot() {
    let mut stage = waiting();
    stage.exit();
    assert_eq!(stage.hear(2), "");
    stage.painted(2, Some(screen_at(310)));
    assert_eq!(stage.hear(2), r#"gap 10..310 with 6, "screen", exit Code(0) at 310"#);
}

#[test]
fn a_taker_is_drawn_the_screen_once_it_has_answered_its_ping() {
    let mut stage = away();
    assert_eq!(stage.greet(2, "b", &take(1)), "ping 1");
    assert_eq!(stage.actions(), []);
    stage.say(2, &FromClient::Pong(1));
    assert_eq!(stage.hear(2), "welcome 2 gap out 182 in 0 live 310");
    assert_eq!(stage.actions(), [asked(2, 182, true)]);
}
