//! Impossible offsets are never repaired (S7).

use crate::common::{EPOCH, Stage, back, fresh, small, take};
use relatch::host::check_first;
use relatch::wire::{Attach, FromClient};

/// Page `a` was sent 10 bytes of output and has typed 5 of input; then its socket was lost.
fn left() -> Stage {
    let mut stage = Stage::attached(small());
    stage.print(b"0123456789");
    stage.hear(1);
    stage.input(1, b"abcde");
    stage.gone(1);
    stage
}

fn is_refused(hello: &Attach) {
    let mut stage = left();
    let before = (stage.session.generation(), stage.session.expires());
    assert_eq!(stage.greet(2, "a", hello), "error 4400, close 4400", "{hello:?}");
    assert_eq!((stage.session.generation(), stage.session.expires()), before);
}

#[test]
fn a_hello_cannot_have_more_output_than_was_sent() {
    is_refused(&back(2, 11, 5));
}

#[test]
fn what_was_printed_but_never_sent_cannot_have_been_received() {
    let mut stage = left();
    stage.print(b"more");
    assert_eq!(stage.greet(2, "a", &back(2, 11, 5)), "error 4400, close 4400");
}

#[test]
fn a_hello_cannot_have_processed_what_it_has_not_received() {
    let mut hello = back(2, 5, 5);
    hello.done = 6;
    is_refused(&hello);
}

#[test]
fn an_offset_without_an_epoch_means_nothing() {
    let mut hello = back(2, 5, 5);
    hello.epoch = None;
    is_refused(&hello);
}

#[test]
fn a_hello_cannot_have_typed_less_than_was_accepted() {
    is_refused(&back(2, 10, 4));
}

#[test]
fn a_hello_cannot_have_heard_of_more_input_than_was_accepted() {
    let mut hello = back(2, 10, 9);
    hello.in_lo = 6;
    is_refused(&hello);
}

#[test]
fn a_life_that_was_forgotten_cannot_go_on_typing() {
    let mut stage = left();
    let hello = Attach {
        take: true,
        ..back(1, 10, 3)
    };
    assert_eq!(stage.greet(2, "forgotten", &hello), "error 4400, close 4400");
}

#[test]
fn the_next_hello_is_cold_and_attaches() {
    let mut stage = left();
    assert_eq!(stage.greet(2, "a", &back(2, 11, 5)), "error 4400, close 4400");
    assert_eq!(stage.greet(3, "a2", &take(1)), "ping 1");
    stage.say(3, &FromClient::Pong(1));
    assert_eq!(stage.hear(3), r#"welcome 2 ok out 0 in 0 live 10, "0123456789""#);
}

#[test]
fn a_living_page_is_not_disturbed_by_an_impossible_hello() {
    let mut stage = Stage::attached(small());
    assert_eq!(stage.greet(2, "a", &back(2, 1, 0)), "error 4400, close 4400");
    stage.print(b"x");
    assert_eq!(stage.hear(1), r#""x""#);
}

#[test]
fn offsets_of_another_epoch_are_not_compared() {
    let mut stage = left();
    stage.write_all();
    let hello = Attach {
        epoch: Some(EPOCH + 1),
        ..back(2, 1_000_000, 1_000_000)
    };
    assert_eq!(
        stage.greet(2, "a", &hello),
        r#"welcome 2 new out 0 in 0 live 10, "0123456789""#
    );
}

#[test]
fn a_page_that_counts_its_input_from_0_again_leaves_nothing_of_the_old_behind() {
    let mut stage = left();
    for attempt in 2..100 {
        let hello = Attach {
            epoch: Some(EPOCH + 1),
            ..back(attempt, 0, 0)
        };
        let welcome = stage.greet(attempt, "a", &hello);
        assert!(welcome.contains(" new out 0 in 0 live 10"), "{welcome}");
        assert_eq!(stage.session.input_waiting(), 0);
        stage.input(attempt, &[b'x'; 32]);
    }
    stage.write_all();
    assert_eq!(stage.hear(99), "ack 32");
}

#[test]
fn a_session_is_not_made_by_a_hello_that_cannot_be() {
    assert_eq!(check_first(&fresh(1)), Ok(()));
    let knows = Attach {
        epoch: Some(EPOCH),
        ..back(1, 10, 10)
    };
    assert_eq!(check_first(&knows), Ok(()), "it knows another process");
    for impossible in [
        Attach {
            out: Some(0),
            ..fresh(1)
        },
        Attach { in_hi: 1, ..fresh(1) },
        Attach { in_lo: 1, ..fresh(1) },
    ] {
        assert!(check_first(&impossible).is_err(), "{impossible:?}");
    }
}

#[test]
fn an_ack_beyond_what_was_sent_costs_the_socket_but_not_the_session() {
    let mut stage = Stage::attached(small());
    stage.print(b"x");
    stage.ack(1, 1);
    assert_eq!(stage.hear(1), "error 4400, close 4400");
    assert_eq!((stage.session.attached(), stage.session.ended()), (None, None));
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 0)),
        r#"welcome 2 ok out 0 in 0 live 1, "x""#
    );
}

#[test]
fn an_ack_that_goes_back_is_old_and_changes_nothing() {
    let mut stage = Stage::attached(small());
    stage.print(b"0123456789");
    stage.hear(1);
    stage.ack(1, 10);
    stage.ack(1, 5);
    assert_eq!(stage.session.acked(), Some(10));
}

#[test]
fn the_largest_integers_overflow_nothing() {
    let most = (1 << 53) - 1;
    let mut stage = left();
    for (at, hello) in [back(most, most, most), fresh(most)].into_iter().enumerate() {
        stage.hello(10 + at as u64, "a", &hello);
    }
    stage.ack(11, most);
    assert_eq!(stage.session.ended(), None);
}
