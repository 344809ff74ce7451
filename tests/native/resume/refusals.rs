//! Refusals: the error frame's delay counts even if the close frame is lost, and 1000 alone ends nothing.

use crate::common::{Answer, World, accept, resuming};
use relatch::client::{Input, State};
use relatch::close::Verdict;
use relatch::wire::FromServer;

fn error(code: u16, retry_ms: impl Into<Option<u64>>) -> FromServer {
    FromServer::Error {
        code,
        retry_ms: retry_ms.into(),
        msg: String::new(),
    }
}

/// When the second attempt is made, if the first meets this.
fn second_attempt(answer: Answer) -> u64 {
    let mut world = World::new(resuming()).server(|_| accept(0));
    world.host(move |hello| {
        if hello.attempt == 1 {
            answer.clone()
        } else {
            Answer::default()
        }
    });
    world.at(0, Input::Connect);
    world.run_until(1_000_000);
    world.attempts()[1]
}

#[test]
fn an_error_frames_delay_is_kept_whatever_becomes_of_the_close_frame() {
    let told = |retry_ms: u64| Answer::default().frame(10, &error(1013, retry_ms));
    let late = |at: u64, span: u64| {
        (at + span..=at + span + span / 5).contains(&second_attempt(told(span).close(at, 1006, "")))
    };
    assert!(late(20, 30_000), "lost");
    let closed = second_attempt(told(30_000).close(20, 1013, ""));
    assert!((30_020..=36_020).contains(&closed), "{closed}");
    let silent = second_attempt(told(30_000));
    assert!((40_000..=46_000).contains(&silent), "{silent}");
}

#[test]
fn an_error_frames_delay_is_taken_into_its_bounds() {
    for (said, taken) in [
        (0, 1000),
        (999, 1000),
        (1000, 1000),
        (600_001, 600_000),
        ((1 << 53) - 1, 600_000),
    ] {
        let at = second_attempt(Answer::default().frame(0, &error(1013, said)).close(0, 1006, ""));
        assert!((taken..=taken + taken / 5).contains(&at), "{said}: {at}");
    }
}

#[test]
fn a_close_reason_counts_before_the_error_frame() {
    let answer = Answer::default()
        .frame(0, &error(1013, 100_000))
        .close(0, 1013, r#"{"retry_ms":20000}"#);
    let at = second_attempt(answer);
    assert!((20_000..=24_000).contains(&at), "{at}");
}

#[test]
fn an_error_frame_without_a_delay_asks_for_none() {
    let answer = Answer::default().frame(0, &error(4408, None)).close(0, 4408, "");
    assert_eq!(second_attempt(answer), 1000);
}

#[test]
fn a_delay_counts_for_the_socket_on_which_it_was_said() {
    let mut world = World::resumed(resuming());
    world.frame_at(10, &error(1012, 20_000));
    world.at(20, Input::Reconnect);
    world.run_until(20);
    assert_eq!(world.client.state(), State::Ready, "its user may");
    world.close_at(6000, 1006, "");
    world.run_until(7000);
    assert_eq!(world.client.stats().attempts, 3);
}

#[test]
fn a_delay_on_a_line_is_kept_too() {
    let mut world = World::resumed(resuming());
    world.frame_at(6000, &error(1012, 20_000));
    world.close_at(6010, 1006, "");
    world.at(6020, Input::Wake);
    world.at(6030, Input::Online);
    world.send_at(6040, "x").unwrap();
    assert_eq!(world.client.state(), State::Waiting);
    assert!(world.client.next_attempt().is_some_and(|at| at >= 26_010));
}

#[test]
fn an_error_on_a_line_is_no_close_of_its_own() {
    let mut world = World::resumed(resuming());
    world.frame_at(10, &error(4409, None));
    world.shows("");
    assert_eq!(world.client.state(), State::Ready);
}

#[test]
fn a_1000_without_an_exit_is_a_lost_line() {
    let mut world = World::resumed(resuming());
    world.close_at(6000, 1000, "");
    world.shows(
        "
        6000 waiting 1: lost 1000, in 1000
        ",
    );
    assert_eq!(world.client.breaker().failures(), 0, "the line was stable");
}

#[test]
fn a_1000_counts_as_any_failure_does() {
    let mut world = World::new(resuming()).server(|_| accept(0));
    world.host(|_| Answer::default().close(0, 1000, ""));
    world.at(0, Input::Connect);
    world.run_until(31_000);
    assert_eq!(world.client.state(), State::OpenCircuit);
}

#[test]
fn a_pages_own_row_for_1000_wins() {
    let mut config = resuming();
    config.close.set(1000..=1000, Verdict::Ended).unwrap();
    let mut world = World::resumed(config);
    world.close_at(6000, 1000, "");
    world.shows(
        "
        6000 forget session
        6000 closed: ended 1000
        ",
    );
}

#[test]
fn a_refused_token_is_renewed_once() {
    let mut config = resuming();
    config.renewable = true;
    let mut world = World::new(config).server(|_| accept(0));
    world.host(|_| Answer::default().frame(0, &error(4401, None)).close(0, 4401, ""));
    world.at(0, Input::Connect);
    world.run_until(0);
    let renewed: Vec<_> = world.opens.iter().map(|(_, open)| open.renew).collect();
    assert_eq!(renewed, [false, true]);
    assert_eq!(world.client.state(), State::Closed);
}
