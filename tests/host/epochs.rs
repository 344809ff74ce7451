//! Another process behind the same session (S8, I4).

use crate::common::{EPOCH, Stage, back, fresh, small, take};
use relatch::wire::{Attach, FromClient};

#[test]
pub fn another_process_is_announced_as_new() {
    let mut stage = Stage::attached(small());
    stage.print(b"old");
    stage.hear(1);
    stage.input(1, b"typed for the old");
    stage.session.restarted(EPOCH + 1, 0);
    stage.session.printed(0, b"new");
    assert_eq!(stage.hear(1), "error 1012, close 1012");
    assert_eq!(
        stage.greet(2, "a", &back(2, 3, 17)),
        r#"welcome 2 new out 0 in 0 live 3, "new""#
    );
    stage.write_all();
    assert_eq!(stage.typed, "", "no input crosses epochs");
}

#[test]
fn the_counts_of_hellos_go_on() {
    let mut stage = Stage::attached(small());
    stage.session.restarted(EPOCH + 1, 0);
    assert_eq!(stage.greet(2, "a", &back(1, 0, 0)), "error 4408, close 4408");
    assert_eq!(stage.greet(3, "b", &take(1)), "ping 1");
}

#[test]
fn the_first_page_of_a_process_hears_that_it_is_new_even_without_an_epoch() {
    let mut stage = Stage::attached(small());
    stage.session.restarted(EPOCH + 1, 0);
    let hello = Attach {
        epoch: None,
        out: None,
        ..back(2, 0, 0)
    };
    assert_eq!(stage.greet(2, "a", &hello), "welcome 2 new out 0 in 0 live 0");
    assert_eq!(
        stage.greet(3, "a", &Attach { attempt: 3, ..hello }),
        "welcome 3 ok out 0 in 0 live 0"
    );
}

#[test]
fn a_write_that_was_under_way_is_not_counted_for_the_new_process() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"abc");
    let taken = stage.session.take_input(3);
    stage.session.restarted(EPOCH + 1, 0);
    stage.session.wrote(taken.len());
    assert_eq!(stage.greet(2, "a", &back(2, 0, 3)), "welcome 2 new out 0 in 0 live 0");
    stage.input(2, b"x");
    assert_eq!(stage.hear(2), "");
    stage.write_all();
    assert_eq!(stage.hear(2), "ack 1");
}

#[test]
fn what_was_typed_for_the_old_process_is_gone_before_anybody_comes_back() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"rm -r *\r");
    stage.session.restarted(EPOCH + 1, 0);
    stage.write_all();
    assert_eq!(stage.typed, "");
    // Without an epoch its count is compared, and nothing of the old process may be left to compare it with.
    let hello = Attach {
        resume: true,
        ..fresh(2)
    };
    assert_eq!(stage.greet(2, "a", &hello), "welcome 2 new out 0 in 0 live 0");
}

#[test]
fn what_the_old_process_sent_is_impossible_for_the_new_one() {
    let mut stage = Stage::attached(small());
    stage.print(b"0123456789");
    stage.hear(1);
    stage.session.restarted(EPOCH + 1, 0);
    stage.session.printed(0, b"abcdefghijklmnop");
    let hello = Attach {
        epoch: Some(EPOCH + 1),
        ..back(2, 10, 0)
    };
    assert_eq!(stage.greet(2, "a", &hello), "error 4400, close 4400");
}

#[test]
fn a_page_that_is_proving_itself_meanwhile_meets_the_new_process() {
    let mut stage = Stage::attached(small());
    stage.greet(
        2,
        "b",
        &Attach {
            epoch: Some(EPOCH),
            ..take(1)
        },
    );
    stage.session.restarted(EPOCH + 1, 0);
    stage.say(2, &FromClient::Pong(1));
    assert_eq!(stage.hear(2), "welcome 2 new out 0 in 0 live 0");
}

#[test]
pub fn offsets_of_the_old_process_mean_nothing_for_the_new_one() {
    let mut stage = Stage::attached(small());
    stage.print(b"0123456789");
    stage.hear(1);
    stage.session.restarted(EPOCH + 1, 0);
    stage.session.printed(0, b"abcdefghijklmnop");
    // The same offset is another byte now.
    assert_eq!(
        stage.greet(2, "a", &back(2, 10, 0)),
        r#"welcome 2 new out 0 in 0 live 16, "abcdefghijklmnop""#
    );
}
