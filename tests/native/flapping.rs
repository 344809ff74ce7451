//! A line that lasts just long enough.

use crate::common::{World, accept_then_close, exact};

#[test]
fn a_line_that_is_lost_every_six_seconds_is_back_after_one_each_time() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(1006, "", 6000))
        .connected();
    world.run_until(599_999);
    let cycle = |at: u64| {
        let why = if at == 0 { "connect" } else { "retry" };
        [
            format!("{at} connecting 1: {why}"),
            format!("{at} ready 1: opened"),
            format!("{} waiting 1: lost 1006, in 1000", at + 6000),
        ]
    };
    let mut expected: Vec<_> = (0..600_000).step_by(7000).flat_map(cycle).collect();
    expected.pop();
    assert_eq!(world.look(), expected);
    assert_eq!(world.client.stats().failures, 0);
}

#[test]
fn a_line_that_is_lost_just_before_it_is_stable_is_a_failure() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(1006, "", 4999))
        .connected();
    world.run_until(70_000);
    assert_eq!(world.attempts(), [0, 5999, 12_998, 21_997, 34_996, 55_995]);
    assert_eq!(world.look().pop().unwrap(), "60994 open-circuit 7: lost 1006, in 30000");
}

#[test]
fn a_line_that_was_stable_by_the_clock_is_no_failure_though_the_timer_came_late() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(1006, "", 5000))
        .connected();
    let socket = world.socket();
    world.run_until(4999);
    let closed = relatch::client::Input::Closed {
        socket,
        code: 1006,
        reason: String::new(),
    };
    world.client.handle(7000, closed).unwrap();
    assert_eq!(world.client.stats().failures, 0);
}
