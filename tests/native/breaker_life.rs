//! The breaker in a client: five failed retries, one probe, and closed only by a stable line.

use crate::common::{Answer, World, accept, accept_then_close, exact, refuse};
use relatch::breaker::BreakerState;
use relatch::client::{Input, State};

/// The breaker has just opened, at 31 s; what comes after meets this.
fn open(server: impl FnMut(u32) -> Answer + 'static) -> World {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.run_until(31_000);
    assert_eq!(world.client.state(), State::OpenCircuit);
    world.look();
    world.server(server)
}

#[test]
fn a_probe_that_becomes_stable_closes_it() {
    let mut world = open(|_| accept(0));
    world.run_until(65_999);
    assert_eq!(world.client.breaker().state(), BreakerState::HalfOpen);
    world.run_until(66_000);
    assert_eq!(world.client.breaker().state(), BreakerState::Closed);
    assert_eq!(world.client.breaker().failures(), 0);
}

#[test]
fn a_probe_that_does_not_opens_it_again_whatever_its_code() {
    for code in [1001, 1006, 1012, 1013, 4000, 4400, 4404, 4408, 4429, 4500] {
        let mut world = open(move |_| accept_then_close(code, "", 4999));
        world.run_until(65_999);
        let state = world.client.state();
        assert_eq!(
            (state, world.client.next_attempt()),
            (State::OpenCircuit, Some(95_999)),
            "{code}"
        );
    }
}

#[test]
fn one_probe_goes_and_no_second_beside_it() {
    let mut world = open(|_| Answer::default());
    world.run_until(61_000);
    for at in 61_001..61_100 {
        for input in [Input::Online, Input::Wake, Input::Timeout, Input::Reconnect] {
            world.at(at, input);
        }
    }
    world.shows("61000 connecting 7: retry");
}

#[test]
fn a_cut_brings_the_probe_forward() {
    let mut world = open(|_| refuse(0));
    world.at(40_000, Input::Wake);
    world.run_until(70_000);
    world.shows(
        "
        40000 connecting 7: wake
        40000 open-circuit 8: refused 1006, in 30000
        70000 connecting 8: retry
        70000 open-circuit 9: refused 1006, in 30000
        ",
    );
}

#[test]
fn a_probe_that_the_page_ends_is_no_answer() {
    let mut world = open(|_| Answer::default());
    world.run_until(61_000);
    world.at(62_000, Input::Freeze);
    assert_eq!(world.client.breaker().state(), BreakerState::Open { until: 62_000 });
    world.at(63_000, Input::Wake);
    assert_eq!(world.client.breaker().state(), BreakerState::HalfOpen);
    world.shows(
        "
        61000 connecting 7: retry
        62000 discard 4102
        62000 open-circuit 8: frozen
        63000 connecting 8: wake
        ",
    );
}

#[test]
fn a_probe_that_stops_the_client_leaves_no_probe_behind() {
    for code in [1000, 1002, 4401, 4403, 4409, 4410] {
        let mut world = open(move |_| accept_then_close(code, "", 0));
        world.run_until(61_000);
        assert_ne!(world.client.breaker().state(), BreakerState::HalfOpen, "{code}");
    }
}

#[test]
fn failures_on_both_sides_of_a_stable_line_do_not_add_up() {
    let mut world = World::new(exact())
        .server(|attempt| {
            if attempt == 5 {
                accept_then_close(1006, "", 5000)
            } else {
                refuse(0)
            }
        })
        .connected();
    world.run_until(60_000);
    // Four refused, a stable line at 15 s, lost at 20 s, and five more failed retries.
    assert_eq!(
        world.attempts(),
        [0, 1000, 3000, 7000, 15_000, 21_000, 23_000, 27_000, 35_000, 51_000]
    );
    assert_eq!(world.client.state(), State::OpenCircuit);
}
