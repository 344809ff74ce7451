//! Hellos that come late (S2, I6).

use crate::common::{Stage, back, fresh, small, take};
use relatch::wire::FromClient;

#[test]
pub fn a_replayed_hello_is_refused() {
    let mut stage = Stage::attached(small());
    let before = (stage.session.attached(), stage.session.generation());
    assert_eq!(stage.greet(2, "a", &fresh(1)), "error 4408, close 4408");
    assert_eq!((stage.session.attached(), stage.session.generation()), before);
}

#[test]
pub fn a_hello_older_than_the_last_is_refused() {
    let mut stage = Stage::attached(small());
    stage.gone(1);
    stage.hello(3, "a", &back(3, 0, 0));
    stage.hear(3);
    stage.print(b"one");
    assert_eq!(stage.greet(2, "a", &back(2, 0, 0)), "error 4408, close 4408");
    assert_eq!(stage.hear(3), r#""one""#);
}

#[test]
fn it_is_told_that_before_anything_else() {
    let mut stage = Stage::attached(small());
    // Impossible offsets, and too late: S2 comes before S7.
    assert_eq!(stage.greet(2, "a", &back(1, 1000, 1000)), "error 4408, close 4408");
}

#[test]
fn each_page_life_counts_its_own_hellos() {
    let mut stage = Stage::new(small());
    stage.greet(1, "a", &fresh(9));
    stage.greet(2, "b", &take(1));
    stage.say(2, &FromClient::Pong(1));
    assert_eq!(stage.hear(2), "welcome 2 ok out 0 in 0 live 0");
    let mut hello = take(9);
    assert_eq!(stage.greet(3, "a", &hello), "error 4408, close 4408");
    hello.attempt = 10;
    assert_eq!(stage.greet(4, "a", &hello), "ping 2");
}

#[test]
fn a_hello_that_was_refused_may_be_said_again() {
    let mut stage = Stage::attached(small());
    assert_eq!(stage.greet(2, "b", &fresh(1)), "error 4409, close 4409");
    assert_eq!(stage.greet(3, "b", &take(1)), "ping 1");
}
