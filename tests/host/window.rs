//! Output is sent within the window, in frames that end where something else is due (S5).

use crate::common::{Stage, back, small};
use relatch::host::Bounds;

#[test]
pub fn no_more_is_sent_than_the_window_lets_through() {
    let mut stage = Stage::attached(small());
    stage.gone(1);
    stage.flood(112);
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 0)),
        "welcome 2 ok out 0 in 0 live 112, 16 dots, 16 dots, 16 dots, 16 dots"
    );
    stage.ack(2, 10);
    assert_eq!(stage.hear(2), "10 dots");
    stage.ack(2, 74);
    assert_eq!(stage.hear(2), "16 dots, 16 dots, 6 dots");
}

#[test]
fn small_outputs_are_sent_together() {
    let mut stage = Stage::attached(small());
    for byte in b"together" {
        stage.print(&[*byte]);
    }
    assert_eq!(stage.hear(1), r#""together""#);
}

#[test]
fn a_mark_comes_where_it_is_due_and_no_frame_spans_it() {
    let mut stage = Stage::attached(Bounds { mark: 20, ..small() });
    stage.flood(45);
    assert_eq!(
        stage.hear(1),
        "16 dots, 4 dots, mark 20, 16 dots, 4 dots, mark 40, 5 dots"
    );
}

#[test]
fn marks_count_from_where_the_page_goes_on() {
    let mut stage = Stage::attached(Bounds { mark: 20, ..small() });
    stage.flood(30);
    stage.hear(1);
    stage.gone(1);
    assert_eq!(
        stage.greet(2, "a", &back(2, 15, 0)),
        "welcome 2 ok out 15 in 0 live 30, 15 dots"
    );
    stage.flood(10);
    assert_eq!(stage.hear(2), "5 dots, mark 35, 5 dots");
}

#[test]
fn control_frames_do_not_wait_for_the_window() {
    let mut stage = Stage::attached(small());
    stage.flood(112);
    stage.hear(1);
    stage.input(1, b"\x03");
    stage.write_all();
    stage.pass(15_000);
    assert_eq!(stage.hear(1), "ping 1 at 64, ack 1");
}
