//! A retry budget that the tabs of a browser share: an attempt that another page made counts as this page's own.

use crate::common::{Answer, World, accept, exact, refuse};
use relatch::client::{Input, State};

/// Another page's attempt failed, and it waits so long.
fn failed(wait: u64) -> Input {
    Input::Elsewhere(Some(wait))
}

#[test]
fn an_attempt_that_failed_elsewhere_is_a_step_of_ladder_and_breaker_and_waits_as_that_page_does() {
    let mut world = World::stable(exact()).server(|_| refuse(0));
    world.close_at(20_000, 1006, "");
    for (at, wait) in [(20_500, 2000), (22_000, 4000), (25_000, 8000), (32_000, 16_000)] {
        world.at(at, failed(wait));
    }
    assert_eq!(world.client.breaker().failures(), 4);
    world.at(47_000, failed(31_000));
    assert_eq!(world.client.state(), State::OpenCircuit);
    world.run_until(120_000);
    world.shows(
        "
        20000 waiting 1: lost 1006, in 1000
        20500 waiting 2: elsewhere, in 2000
        22000 waiting 3: elsewhere, in 4000
        25000 waiting 4: elsewhere, in 8000
        32000 waiting 5: elsewhere, in 16000
        47000 open-circuit 6: elsewhere, in 31000
        78000 connecting 6: retry
        78000 open-circuit 7: refused 1006, in 30000
        108000 connecting 7: retry
        108000 open-circuit 8: refused 1006, in 30000
        ",
    );
}

#[test]
fn an_attempt_that_is_held_back_for_another_is_none_of_this_page() {
    let mut world = World::new(exact()).server(|_| Answer::default()).connected();
    world.at(500, failed(3000));
    world.answer(|_| accept(40));
    world.run_until(20_000);
    world.shows(
        "
        0 connecting 1: connect
        500 discard 4103
        500 waiting 2: elsewhere, in 3000
        3500 connecting 2: retry
        3540 ready 2: opened
        ",
    );
    let stats = world.client.stats();
    assert_eq!((stats.attempts, stats.failures, stats.time_to_ready), (1, 0, 40));
    assert_eq!(world.client.breaker().failures(), 0, "the first attempt is no retry");
}

#[test]
fn a_probe_that_failed_elsewhere_opens_the_breaker_again() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.run_until(60_000);
    assert_eq!(world.client.state(), State::OpenCircuit);
    world.answer(|_| Answer::default());
    world.run_until(61_500);
    assert_eq!(world.client.state(), State::Connecting);
    world.look();
    world.at(62_000, failed(30_000));
    world.answer(|_| accept(0));
    world.run_until(100_000);
    world.shows(
        "
        62000 discard 4103
        62000 open-circuit 8: elsewhere, in 30000
        92000 connecting 8: retry
        92000 ready 8: opened
        ",
    );
}

#[test]
fn a_server_that_is_back_elsewhere_ends_a_wait_whatever_was_cut_before() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    for at in [100, 200, 300] {
        world.at(at, Input::Wake);
    }
    world.run_until(900);
    world.look();
    world.answer(|_| accept(0));
    world.at(900, Input::Elsewhere(None));
    world.run_until(900);
    world.shows(
        "
        900 connecting 4: elsewhere
        900 ready 4: opened
        ",
    );
}

#[test]
fn what_the_server_asked_of_this_page_stands_whatever_happens_elsewhere() {
    let mut world = World::stable(exact());
    world.close_at(20_000, 1013, r#"{"retry_ms":60000}"#);
    world.look();
    world.at(21_000, failed(1000));
    world.at(22_000, Input::Elsewhere(None));
    world.run_until(79_999);
    world.shows("");
    world.run_until(80_000);
    assert_eq!(world.client.state(), State::Ready);
}

#[test]
fn a_line_that_is_there_and_a_page_that_is_frozen_hear_nothing_of_it() {
    let mut world = World::stable(exact());
    world.look();
    world.at(20_000, failed(1000));
    world.at(20_000, Input::Elsewhere(None));
    world.shows("");
    world.at(21_000, Input::Freeze);
    world.look();
    world.at(22_000, failed(1000));
    world.at(22_000, Input::Elsewhere(None));
    world.shows("");
    assert_eq!(world.client.next_timeout(), None);
}

#[test]
fn without_a_network_a_wait_from_elsewhere_is_no_shorter_than_its_own() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.at(100, Input::Offline);
    world.look();
    world.at(200, failed(1000));
    world.shows("200 offline 3: elsewhere, in 30000");
    assert_eq!(world.client.breaker().failures(), 0);
}
