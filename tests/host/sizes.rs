//! The terminal's size, in order with its output (S6).

use crate::common::{SIZE, Stage, back, fresh, small, take};
use relatch::host::Action;
use relatch::wire::{FromClient, Size};

const WIDE: Size = Size { cols: 200, rows: 24 };

#[test]
fn the_terminal_takes_the_size_that_the_page_says() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Resize(WIDE));
    assert_eq!(stage.actions(), [Action::Resize(WIDE)]);
    assert_eq!(stage.hear(1), "size 200x24");
}

#[test]
fn the_size_it_has_already_changes_nothing() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Resize(SIZE));
    assert_eq!((stage.actions(), stage.hear(1)), (vec![], String::new()));
}

#[test]
fn the_latest_wins() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Resize(Size { cols: 1, rows: 1 }));
    stage.say(1, &FromClient::Resize(WIDE));
    assert_eq!(stage.actions(), [Action::Resize(WIDE)]);
    assert_eq!(stage.hear(1), "size 200x24");
}

#[test]
fn a_size_that_was_taken_back_is_none() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Resize(WIDE));
    stage.say(1, &FromClient::Resize(SIZE));
    assert_eq!(stage.hear(1), "");
}

#[test]
fn output_is_replayed_with_the_sizes_it_was_printed_at() {
    let mut stage = Stage::attached(small());
    stage.print(b"narrow");
    stage.say(1, &FromClient::Resize(WIDE));
    stage.print(b"wide");
    stage.gone(1);
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 0)),
        r#"welcome 2 ok out 0 in 0 live 10, "narrow", size 200x24, "wide""#
    );
    assert_eq!(stage.session.size(), WIDE);
}

#[test]
fn the_size_after_a_gap_is_said() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Hold);
    stage.flood(64);
    stage.say(1, &FromClient::Resize(WIDE));
    stage.flood(200);
    stage.say(1, &FromClient::Live);
    assert!(stage.hear(1).starts_with("gap 0..136, size 200x24, 16 dots"));
}

#[test]
fn attaching_leaves_the_size_alone() {
    let mut stage = Stage::attached(small());
    let mut hello = fresh(2);
    hello.size = Some(WIDE);
    stage.greet(2, "a", &hello);
    let mut hello = take(1);
    hello.size = Some(WIDE);
    stage.greet(3, "b", &hello);
    stage.say(3, &FromClient::Pong(1));
    stage.hear(3);
    assert_eq!((stage.session.size(), stage.actions()), (SIZE, vec![]));
}

#[test]
fn a_page_that_resizes_all_the_time_is_bounded() {
    let mut stage = Stage::attached(relatch::host::Bounds::default());
    for n in 0..5000 {
        stage.say(
            1,
            &FromClient::Resize(Size {
                cols: 80 + n % 2,
                rows: 24,
            }),
        );
        stage.print(b".");
    }
    stage.gone(1);
    let heard = stage.greet(2, "a", &back(2, 0, 0));
    let sizes = heard.matches("size").count();
    assert!((1000..=1024).contains(&sizes), "{sizes}");
    assert!(heard.ends_with("1 dots"), "{heard}");
}
