//! `reconnect()` and `newSession()`, from every state.

use crate::common::{Answer, World, accept, accept_then_close, exact, refuse};
use relatch::breaker::BreakerState;
use relatch::client::{Input, State};

#[test]
fn reconnect_makes_the_first_attempt() {
    let mut world = World::new(exact());
    world.at(0, Input::Reconnect);
    world.shows("0 connecting 1: user");
}

#[test]
fn reconnect_leaves_an_attempt_alone() {
    let mut world = World::new(exact()).server(|_| Answer::default()).connected();
    world.look();
    world.at(5, Input::Reconnect);
    world.shows("");
}

#[test]
fn reconnect_replaces_a_line_that_its_user_holds_for_dead() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::Reconnect);
    world.run_until(20_000);
    world.shows(
        "
        20000 discard 4101
        20000 connecting 1: user
        20000 ready 1: opened
        ",
    );
    assert_eq!(world.client.stats().failures, 0);
}

#[test]
fn reconnect_is_an_attempt_that_counts_like_any_other() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    for at in 1..5 {
        world.at(at, Input::Reconnect);
        world.run_until(at);
        assert_eq!(world.client.state(), State::Waiting);
    }
    world.at(5, Input::Reconnect);
    world.run_until(5);
    assert_eq!(world.client.state(), State::OpenCircuit);
}

#[test]
fn reconnect_is_the_probe_of_an_open_breaker() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.run_until(31_000);
    world.answer(|_| Answer::default());
    world.at(32_000, Input::Reconnect);
    assert_eq!(world.client.breaker().state(), BreakerState::HalfOpen);
}

#[test]
fn a_new_session_ends_the_old_one_and_counts_nothing_against_the_server() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.run_until(40_000);
    world.look();
    world.at(40_000, Input::NewSession);
    world.run_until(41_000);
    world.shows(
        "
        40000 new session
        40000 connecting 1: user
        40000 waiting 2: refused 1006, in 1000
        41000 connecting 2: retry
        41000 waiting 3: refused 1006, in 2000
        ",
    );
}

#[test]
fn a_new_session_says_good_bye_to_the_old_ones_socket() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::NewSession);
    world.run_until(20_000);
    world.shows(
        "
        20000 discard 1000
        20000 new session
        20000 connecting 1: user
        20000 ready 1: opened
        ",
    );
}

#[test]
fn a_new_session_is_made_once_from_an_ended_one() {
    let mut world = World::stable(exact());
    world.close_at(20_000, 4410, "");
    world.look();
    world.at(20_001, Input::NewSession);
    world.run_until(20_001);
    world.shows(
        "
        20001 new session
        20001 connecting 1: user
        20001 ready 1: opened
        ",
    );
}

#[test]
fn an_unmapped_code_is_warned_of_once_in_a_life() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(4555, "", 6000))
        .connected();
    world.run_until(100_000);
    let warnings = world.look().into_iter().filter(|line| line.contains("warning"));
    assert_eq!(warnings.collect::<Vec<_>>(), ["6000 warning: unmapped 4555"]);
}

#[test]
fn a_row_of_the_pages_own_is_obeyed_and_not_warned_of() {
    let mut config = exact();
    config.close.set(4555..=4555, relatch::close::Verdict::Stop).unwrap();
    let mut world = World::new(config)
        .server(|_| accept_then_close(4555, "no", 0))
        .connected();
    world.run_until(100_000);
    world.shows(
        "
        0 connecting 1: connect
        0 ready 1: opened
        0 closed: stopped 4555 no
        ",
    );
}

#[test]
fn a_clock_that_goes_back_shortens_nothing() {
    let mut world = World::new(exact()).server(|_| accept(0)).connected();
    world.message_at(100_000);
    let socket = world.socket();
    let closed = Input::Closed {
        socket,
        code: 1006,
        reason: String::new(),
    };
    world.client.handle(50_000, closed).unwrap();
    assert_eq!(world.client.next_timeout(), Some(101_000));
}
