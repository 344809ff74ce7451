//! A session waits for its page, and for how long (S8, I12).

use crate::common::{Stage, back, fresh, small, take};
use relatch::host::{Action, Ending};
use relatch::wire::FromClient;

const RETENTION: u64 = 1_800_000;

#[test]
fn a_session_that_nobody_comes_to_expires() {
    let mut stage = Stage::new(small());
    stage.pass(RETENTION - 1);
    assert_eq!(stage.actions(), []);
    stage.pass(1);
    assert_eq!(stage.actions(), [Action::End(Ending::Expired)]);
    assert_eq!(stage.session.next_timeout(), None);
}

#[test]
fn an_attached_session_never_expires() {
    let mut stage = Stage::attached(small());
    for _ in 0..400 {
        stage.pass(10_000);
        stage.say(1, &FromClient::Ping(1));
        stage.hear(1);
    }
    assert_eq!((stage.session.ended(), stage.now), (None, 4_000_000));
}

#[test]
fn the_time_runs_from_when_the_page_was_lost() {
    let mut stage = Stage::attached(small());
    stage.pass(30_000);
    stage.gone(1);
    stage.pass(RETENTION - 1);
    assert_eq!(stage.session.ended(), None);
    stage.hello(2, "a", &back(2, 0, 0));
    stage.pass(30_000);
    stage.gone(2);
    stage.pass(RETENTION - 1);
    assert_eq!(stage.session.ended(), None);
    stage.pass(1);
    assert_eq!(stage.session.ended(), Some(Ending::Expired));
}

#[test]
pub fn a_hello_that_is_refused_or_unproven_does_not_prolong_it() {
    let mut stage = Stage::attached(small());
    stage.gone(1);
    let expires = stage.session.expires();
    stage.pass(RETENTION - 1000);
    stage.greet(2, "a", &fresh(1));
    stage.greet(3, "b", &fresh(1));
    stage.greet(4, "b", &take(1));
    assert_eq!(stage.session.expires(), expires);
    stage.pass(1000);
    assert_eq!(stage.session.ended(), Some(Ending::Expired));
    assert_eq!(stage.hear(4), "error 4404, close 4404");
}

#[test]
fn a_page_that_ends_the_session_ends_it_now() {
    let mut stage = Stage::attached(small());
    stage.input(1, b"never written");
    stage.say(1, &FromClient::Bye { kill: true });
    assert_eq!(stage.hear(1), "close 1000");
    assert_eq!(stage.actions(), [Action::End(Ending::Killed)]);
    assert_eq!(stage.session.take_input(100), b"");
    assert_eq!(stage.greet(2, "a", &back(2, 0, 0)), "error 4404, close 4404");
}

#[test]
fn a_page_that_leaves_it_finds_it_again() {
    let mut stage = Stage::attached(small());
    stage.say(1, &FromClient::Bye { kill: false });
    assert_eq!(stage.hear(1), "close 1000");
    stage.print(b"meanwhile");
    assert_eq!(stage.session.expires(), Some(RETENTION));
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 0)),
        r#"welcome 2 ok out 0 in 0 live 9, "meanwhile""#
    );
}

#[test]
fn losing_a_page_never_ends_the_process() {
    let mut stage = Stage::attached(small());
    stage.text(1, "{");
    stage.hear(1);
    assert_eq!((stage.actions(), stage.session.ended()), (vec![], None));
}
