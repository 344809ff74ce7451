//! A network that swallows everything.

use crate::common::{World, accept_then_close, exact};

#[test]
fn a_black_hole_is_noticed_after_ten_seconds_and_opens_the_breaker() {
    let mut world = World::new(exact()).connected();
    world.run_until(170_000);
    world.shows(
        "
        0 connecting 1: connect
        10000 discard 4103
        10000 waiting 2: timeout, in 1000
        11000 connecting 2: retry
        21000 discard 4103
        21000 waiting 3: timeout, in 2000
        23000 connecting 3: retry
        33000 discard 4103
        33000 waiting 4: timeout, in 4000
        37000 connecting 4: retry
        47000 discard 4103
        47000 waiting 5: timeout, in 8000
        55000 connecting 5: retry
        65000 discard 4103
        65000 waiting 6: timeout, in 16000
        81000 connecting 6: retry
        91000 discard 4000
        91000 open-circuit 7: timeout, in 30000
        121000 connecting 7: retry
        131000 discard 4000
        131000 open-circuit 8: timeout, in 30000
        161000 connecting 8: retry
        ",
    );
}

#[test]
fn a_socket_that_opens_after_it_was_given_up_is_not_heard() {
    let late = || accept_then_close(1000, "", 14_000);
    let mut world = World::new(exact()).server(move |_| {
        let mut answer = late();
        answer.0[0].0 = 10_500;
        answer
    });
    world = world.connected();
    world.run_until(15_000);
    world.shows(
        "
        0 connecting 1: connect
        10000 discard 4103
        10000 waiting 2: timeout, in 1000
        11000 connecting 2: retry
        ",
    );
}
