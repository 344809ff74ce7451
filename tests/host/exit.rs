//! The process exits (S8, S11, I13).

use crate::common::{Stage, back, small, take};
use relatch::host::{Action, Ending};
use relatch::wire::FromClient;

fn heard_of_exit() -> FromClient {
    FromClient::Ack { out: 3, exit: true }
}

/// Page `a` is attached, "bye" was printed, and the process has exited.
fn exited() -> Stage {
    let mut stage = Stage::attached(small());
    stage.print(b"bye");
    stage.exit();
    stage
}

#[test]
fn it_is_said_after_the_last_byte() {
    let mut stage = exited();
    assert_eq!(stage.hear(1), r#""bye", exit Code(0) at 3"#);
}

#[test]
fn it_waits_for_the_window() {
    let mut stage = Stage::attached(small());
    stage.gone(1);
    stage.flood(70);
    stage.exit();
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 0)),
        "welcome 2 ok out 0 in 0 live 70, 16 dots, 16 dots, 16 dots, 16 dots"
    );
    stage.ack(2, 64);
    assert_eq!(stage.hear(2), "6 dots, exit Code(0) at 70");
}

#[test]
pub fn the_session_ends_once_the_page_has_heard_of_it() {
    let mut stage = exited();
    stage.hear(1);
    assert_eq!(stage.session.ended(), None);
    stage.say(1, &heard_of_exit());
    assert_eq!(stage.hear(1), "close 4410");
    assert_eq!(stage.actions(), [Action::End(Ending::Exited)]);
    assert_eq!(stage.session.next_timeout(), None);
}

#[test]
pub fn a_page_that_was_away_hears_of_it_too() {
    let mut stage = exited();
    stage.hear(1);
    stage.gone(1);
    assert_eq!(
        stage.greet(2, "a", &back(2, 1, 0)),
        r#"welcome 2 ok out 1 in 0 live 3, "ye", exit Code(0) at 3"#
    );
}

#[test]
fn a_page_that_takes_over_in_between_hears_of_it_too() {
    let mut stage = exited();
    stage.hear(1);
    stage.greet(2, "b", &take(1));
    stage.say(2, &FromClient::Pong(1));
    assert_eq!(
        stage.hear(2),
        r#"welcome 2 ok out 0 in 0 live 3, "bye", exit Code(0) at 3"#
    );
}

#[test]
fn nobody_can_have_heard_of_it_before_it_is_said() {
    let mut stage = Stage::attached(small());
    stage.print(b"bye");
    stage.hear(1);
    stage.say(1, &heard_of_exit());
    assert_eq!(stage.hear(1), "error 4400, close 4400");
    assert_eq!(stage.session.ended(), None);
}

#[test]
fn an_exit_that_nobody_hears_of_is_kept_for_the_retention() {
    let mut stage = exited();
    stage.gone(1);
    stage.pass(1_799_999);
    assert_eq!(stage.session.ended(), None);
    stage.pass(1);
    assert_eq!(stage.actions(), [Action::End(Ending::Expired)]);
}

#[test]
fn what_is_printed_or_typed_after_it_is_dropped() {
    let mut stage = exited();
    stage.hear(1);
    stage.print(b"late");
    stage.input(1, &[b'x'; 32]);
    stage.input(1, &[b'x'; 32]);
    stage.write_all();
    assert_eq!((stage.hear(1).as_str(), stage.typed.as_str()), ("", ""));
    assert_eq!(stage.session.accepted("a"), Some(64));
}

#[test]
fn what_was_typed_and_not_written_before_it_is_dropped_too() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"late");
    stage.exit();
    stage.write_all();
    assert_eq!((stage.typed.as_str(), stage.session.input_waiting()), ("", 0));
}

#[test]
fn the_first_exit_counts() {
    let mut stage = exited();
    stage.session.exited(0, relatch::wire::Exit::Signal(9));
    assert_eq!(stage.hear(1), r#""bye", exit Code(0) at 3"#);
}

#[test]
fn after_the_end_there_is_nothing_to_attach_to() {
    let mut stage = exited();
    stage.greet(2, "b", &take(1));
    stage.hear(1);
    stage.say(1, &heard_of_exit());
    assert_eq!(stage.hear(2), "error 4404, close 4404");
    assert_eq!(stage.greet(3, "a", &back(2, 3, 0)), "error 4404, close 4404");
}
