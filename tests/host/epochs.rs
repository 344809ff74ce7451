//! Another process behind the same session (S8, I4).

use crate::common::{EPOCH, Stage, back, small, take};
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
pub fn the_counts_of_hellos_go_on() {
    let mut stage = Stage::attached(small());
    stage.session.restarted(EPOCH + 1, 0);
    assert_eq!(stage.greet(2, "a", &back(1, 0, 0)), "error 4408, close 4408");
    assert_eq!(stage.greet(3, "b", &take(1)), "ping 1");
}

#[test]
pub fn the_first_page_of_a_process_hears_that_it_is_new_even_without_an_epoch() {
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
pub fn a_write_that_was_under_way_is_not_counted_for_the_new_process() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"abc");
    let taken = stage.session.take_input(3);
    stage.session.restarted(EPOCH + 1, 0);
    stage.session.wrote(taken.len());
    assert_eq!(stage.greet(2, "a", &back(2, 0, 3)), "welcome 2 new out 0 in 0 live 0");
    assert_eq!(stage.session.accepted("a"), Some(0));
}

#[test]
pub fn a_page_that_is_proving_itself_meanwhile_meets_the_new_process() {
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
