//! A page takes the session from another (S2, S3, I15).

use crate::common::{Stage, back, fresh, small, take};
use relatch::wire::FromClient;

#[test]
fn another_page_is_refused_unless_it_takes() {
    let mut stage = Stage::attached(small());
    assert_eq!(stage.greet(2, "b", &fresh(1)), "error 4409, close 4409");
    stage.gone(1);
    assert_eq!(stage.greet(3, "b", &fresh(2)), "error 4409, close 4409");
    assert_eq!(stage.session.generation(), 1);
}

#[test]
pub fn it_takes_once_it_has_answered_a_ping() {
    let mut stage = Stage::attached(small());
    stage.print(b"one");
    assert_eq!(stage.greet(2, "b", &take(1)), "ping 1");
    assert_eq!(stage.hear(1), r#""one""#);
    stage.say(2, &FromClient::Pong(1));
    assert_eq!(stage.hear(1), "error 4409, close 4409");
    assert_eq!(stage.hear(2), r#"welcome 2 ok out 0 in 0 live 3, "one""#);
}

#[test]
fn until_then_nothing_changes() {
    let mut stage = Stage::attached(small());
    let before = stage.session.clone();
    assert_eq!(stage.greet(2, "b", &take(1)), "ping 1");
    stage.gone(2);
    assert_eq!(stage.session.attached(), before.attached());
    stage.input(1, b"x");
    stage.write_all();
    assert_eq!(stage.hear(1), "ack 1");
}

#[test]
pub fn a_delayed_hello_does_not_throw_out_a_living_page() {
    let mut stage = Stage::attached(small());
    stage.hello(2, "old", &take(9));
    stage.hear(2);
    stage.pass(10_000);
    assert_eq!(stage.hear(2), "error 4408, close 4408");
    stage.print(b"alive");
    assert_eq!(stage.hear(1), r#""alive""#);
}

#[test]
fn an_answer_after_the_time_is_none() {
    let mut stage = Stage::attached(small());
    stage.greet(2, "b", &take(1));
    // The driver's timer is late.
    stage.now = 10_000;
    stage.say(2, &FromClient::Pong(1));
    assert_eq!(stage.hear(2), "error 4408, close 4408");
}

#[test]
fn an_answer_before_the_question_or_to_another_is_none() {
    let mut stage = Stage::attached(small());
    stage.hello(2, "b", &take(1));
    stage.say(2, &FromClient::Pong(1));
    assert_eq!(stage.hear(2), "ping 1");
    stage.say(2, &FromClient::Pong(2));
    stage.say(1, &FromClient::Pong(1));
    assert_eq!((stage.hear(2).as_str(), stage.session.generation()), ("", 1));
}

#[test]
fn two_pages_that_take_at_once_both_get_their_turn() {
    let mut stage = Stage::attached(small());
    assert_eq!(stage.greet(2, "b", &take(1)), "ping 1");
    assert_eq!(stage.greet(3, "c", &take(1)), "ping 2");
    stage.say(2, &FromClient::Pong(1));
    stage.say(3, &FromClient::Pong(2));
    assert_eq!(stage.hear(2), "error 4409, close 4409");
    assert_eq!(stage.hear(3), "welcome 3 ok out 0 in 0 live 0");
}

#[test]
fn a_page_that_comes_back_itself_answers_no_ping() {
    let mut stage = Stage::attached(small());
    let mut hello = back(2, 0, 0);
    hello.take = true;
    assert_eq!(stage.greet(2, "a", &hello), "welcome 2 ok out 0 in 0 live 0");
}

#[test]
fn only_the_latest_hello_of_a_page_waits_for_its_answer() {
    let mut stage = Stage::attached(small());
    assert_eq!(stage.greet(2, "b", &take(2)), "ping 1");
    assert_eq!(stage.greet(3, "b", &take(1)), "error 4408, close 4408");
    assert_eq!(stage.greet(4, "b", &take(2)), "error 4408, close 4408");
    assert_eq!(stage.greet(5, "b", &take(3)), "ping 2");
    assert_eq!(stage.hear(2), "error 4408, close 4408");
}

#[test]
fn a_page_that_has_lost_can_take_the_session_back() {
    let mut stage = Stage::attached(small());
    stage.print(b"one");
    stage.hear(1);
    stage.greet(2, "b", &take(1));
    stage.say(2, &FromClient::Pong(1));
    stage.hear(2);
    stage.print(b" two");
    let mut hello = back(2, 3, 0);
    hello.take = true;
    assert_eq!(stage.greet(3, "a", &hello), "ping 2");
    stage.say(3, &FromClient::Pong(2));
    assert_eq!(stage.hear(3), r#"welcome 3 ok out 3 in 0 live 7, " two""#);
}

#[test]
fn a_hello_whose_time_has_gone_by_meanwhile_is_refused() {
    let mut stage = Stage::attached(small());
    stage.greet(2, "b", &take(1));
    stage.greet(3, "c", &take(1));
    stage.say(3, &FromClient::Pong(2));
    // `b` came back by itself on another socket, with a later `try`.
    stage.greet(4, "b", &take(2));
    assert_eq!(stage.hear(2), "error 4408, close 4408");
}
