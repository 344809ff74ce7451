//! Input is counted for each page life, queued, and acked once written (S4, I3).

use crate::common::{Stage, back, fresh, small, take};
use relatch::wire::{Attach, FromClient};

/// Page `b` takes the session with this hello.
fn taken_by(stage: &mut Stage, socket: u64, inst: &str, attempt: u64) -> String {
    let question = stage.greet(socket, inst, &take(attempt));
    let n = question.strip_prefix("ping ").unwrap().parse().unwrap();
    stage.say(socket, &FromClient::Pong(n));
    stage.hear(socket)
}

#[test]
fn input_is_acked_once_it_is_written() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"ls");
    stage.input(1, b"\r");
    assert_eq!(stage.session.take_input(2), b"ls");
    assert_eq!(stage.hear(1), "");
    stage.session.wrote(1);
    assert_eq!(stage.hear(1), "ack 1");
    stage.session.wrote(1);
    stage.write_all();
    assert_eq!(stage.hear(1), "ack 3");
}

#[test]
fn input_is_taken_whatever_the_output_does() {
    let mut stage = Stage::attached(small());
    stage.flood(10_000);
    stage.hear(1);
    assert!(!stage.session.may_read());
    stage.input(1, b"\x03");
    stage.write_all();
    assert_eq!(stage.typed, "\x03");
}

#[test]
fn a_page_may_type_as_far_as_its_credit() {
    let mut stage = Stage::attached(small());
    stage.input(1, &[b'x'; 32]);
    assert_eq!(stage.session.accepted("a"), Some(32));
    stage.write_all();
    stage.input(1, &[b'x'; 32]);
    assert_eq!(stage.session.accepted("a"), Some(64));
}

#[test]
fn input_beyond_the_credit_costs_the_socket_and_is_not_typed() {
    let mut stage = Stage::attached(small());
    stage.input(1, &[b'x'; 30]);
    stage.input(1, b"yyy");
    assert_eq!(stage.hear(1), "error 4400, close 4400");
    stage.write_all();
    assert_eq!(stage.typed, "x".repeat(30));
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 33)),
        "welcome 2 ok out 0 in 30 live 0, ack 30"
    );
}

#[test]
fn bytes_that_are_being_written_still_use_credit() {
    let mut stage = Stage::attached(small());
    stage.input(1, &[b'x'; 32]);
    stage.session.take_input(32);
    stage.input(1, b"y");
    assert_eq!(stage.hear(1), "error 4400, close 4400");
}

#[test]
fn a_page_that_comes_back_is_told_what_was_accepted_and_what_was_written() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"abcde");
    stage.gone(1);
    let half = stage.session.take_input(3);
    stage.session.wrote(half.len());
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 9)),
        "welcome 2 ok out 0 in 5 live 0, ack 3"
    );
    stage.session.take_input(2);
    stage.session.wrote(2);
    assert_eq!(stage.hear(2), "ack 5");
}

#[test]
pub fn each_life_of_a_page_begins_at_nothing() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"abc");
    stage.write_all();
    assert_eq!(taken_by(&mut stage, 2, "b", 1), "welcome 2 ok out 0 in 0 live 0");
    stage.input(2, b"d");
    stage.write_all();
    assert_eq!(stage.hear(2), "ack 1");
    assert_eq!(stage.typed, "abcd");
}

#[test]
fn what_another_page_typed_is_written_but_acked_to_nobody() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"abc");
    taken_by(&mut stage, 2, "b", 1);
    stage.input(2, b"d");
    assert_eq!(stage.session.take_input(3), b"abc");
    stage.session.wrote(3);
    assert_eq!(stage.hear(2), "");
    stage.write_all();
    assert_eq!(stage.hear(2), "ack 1");
}

#[test]
fn the_last_sixteen_lives_are_remembered() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"a");
    for n in 0..15 {
        taken_by(&mut stage, 10 + n, &format!("b{n}"), 1);
    }
    assert_eq!(stage.session.accepted("a"), Some(1));
    taken_by(&mut stage, 50, "c", 1);
    assert_eq!(stage.session.accepted("a"), None);
    let hello = Attach {
        take: true,
        ..back(2, 0, 1)
    };
    assert_eq!(stage.greet(60, "a", &hello), "error 4400, close 4400");
}

#[test]
fn what_a_forgotten_life_typed_and_was_never_written_is_dropped() {
    let mut stage = Stage::attached(small());
    for n in 0..100 {
        stage.input(1 + n, &[b'a' + (n % 26) as u8; 32]);
        taken_by(&mut stage, 2 + n, &format!("b{n}"), 1);
    }
    // Of 100 lives with 32 bytes each, those of the 16 that are remembered wait; the last has typed nothing.
    assert_eq!(stage.session.input_waiting(), 15 * 32);
    stage.write_all();
    assert_eq!(stage.typed.len(), 15 * 32);
    assert!(stage.typed.ends_with(&"v".repeat(32)), "the order is kept");
}

#[test]
fn the_life_that_is_attached_is_never_forgotten() {
    let mut stage = Stage::new(small());
    for n in 0..40 {
        let inst = format!("b{}", n % 20);
        if n == 0 {
            stage.greet(1, &inst, &fresh(1));
        } else {
            taken_by(&mut stage, 1 + n, &inst, 1 + n);
        }
        stage.input(1 + n, b"x");
        assert!(stage.session.accepted(&inst).is_some_and(|accepted| accepted > 0));
    }
}

#[test]
fn more_said_to_be_written_than_was_taken_changes_nothing() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"abc");
    stage.session.take_input(1);
    stage.session.wrote(usize::MAX);
    assert_eq!(stage.hear(1), "ack 1");
}
