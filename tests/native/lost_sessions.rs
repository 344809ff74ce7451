//! A server that has lost the session, or its place in it, and says so for ever.

use crate::common::{World, accept, accept_then_close, exact};
use relatch::client::{Input, Payload};

#[test]
fn a_session_that_is_always_gone_is_replaced_at_once_only_the_first_time() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(4404, "", 0))
        .connected();
    world.run_until(31_000);
    world.shows(
        "
        0 connecting 1: connect
        0 ready 1: opened
        0 new session
        0 reset: session lost
        0 connecting 2: session-lost 4404
        0 ready 2: opened
        0 new session
        0 reset: session lost
        0 waiting 3: session-lost 4404, in 2000
        2000 connecting 3: retry
        2000 ready 3: opened
        2000 new session
        2000 reset: session lost
        2000 waiting 4: session-lost 4404, in 4000
        6000 connecting 4: retry
        6000 ready 4: opened
        6000 new session
        6000 reset: session lost
        6000 waiting 5: session-lost 4404, in 8000
        14000 connecting 5: retry
        14000 ready 5: opened
        14000 new session
        14000 reset: session lost
        14000 waiting 6: session-lost 4404, in 16000
        30000 connecting 6: retry
        30000 ready 6: opened
        30000 new session
        30000 reset: session lost
        30000 open-circuit 7: session-lost 4404, in 30000
        ",
    );
    world.run_until(91_000);
    world.shows(
        "
        60000 connecting 7: retry
        60000 ready 7: opened
        60000 new session
        60000 reset: session lost
        60000 open-circuit 8: session-lost 4404, in 30000
        90000 connecting 8: retry
        90000 ready 8: opened
        90000 new session
        90000 reset: session lost
        90000 open-circuit 9: session-lost 4404, in 30000
        ",
    );
    world.run_until(200_000);
    assert_eq!(world.attempts()[6..], [60_000, 90_000, 120_000, 150_000, 180_000]);
}

#[test]
fn what_was_typed_into_a_session_that_is_gone_is_said_to_be_lost_with_it() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(4404, "", 50))
        .connected();
    world.at(10, Input::Send(Payload::Text("ls".to_owned())));
    world.look();
    world.run_until(50);
    world.shows(
        "
        50 dropped: session-lost, 1 messages of 2 bytes
        50 new session
        50 reset: session lost
        50 connecting 2: session-lost 4404
        50 ready 2: opened
        ",
    );
}

#[test]
fn a_lost_place_is_found_again_at_once_only_the_first_time() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(4400, "", 0))
        .connected();
    world.run_until(31_000);
    world.shows(
        "
        0 connecting 1: connect
        0 ready 1: opened
        0 connecting 2: desync 4400
        0 ready 2: opened
        0 waiting 3: desync 4400, in 2000
        2000 connecting 3: retry
        2000 ready 3: opened
        2000 waiting 4: desync 4400, in 4000
        6000 connecting 4: retry
        6000 ready 4: opened
        6000 waiting 5: desync 4400, in 8000
        14000 connecting 5: retry
        14000 ready 5: opened
        14000 waiting 6: desync 4400, in 16000
        30000 connecting 6: retry
        30000 ready 6: opened
        30000 open-circuit 7: desync 4400, in 30000
        ",
    );
    world.run_until(91_000);
    world.shows(
        "
        60000 connecting 7: retry
        60000 ready 7: opened
        60000 open-circuit 8: desync 4400, in 30000
        90000 connecting 8: retry
        90000 ready 8: opened
        90000 open-circuit 9: desync 4400, in 30000
        ",
    );
    world.run_until(200_000);
    assert_eq!(world.attempts()[6..], [60_000, 90_000, 120_000, 150_000, 180_000]);
}

#[test]
fn a_stable_link_between_gives_the_first_time_back() {
    for code in [4400, 4404] {
        let mut world = World::new(exact())
            .server(move |_| accept_then_close(code, "", 5000))
            .connected();
        world.run_until(20_000);
        assert_eq!(world.attempts(), [0, 5000, 10_000, 15_000, 20_000], "{code}");
    }
}

#[test]
fn a_lost_place_costs_a_life_and_the_screen_but_not_the_session() {
    let mut world = World::stable(exact()).server(|_| accept(0));
    world.close_at(20_000, 4400, "");
    let claim = world.claim();
    assert!(claim.known && claim.take && !claim.warm);
    assert_eq!(claim.life, 1);
}

#[test]
fn a_new_session_is_neither_known_nor_on_the_screen() {
    let mut world = World::stable(exact()).server(|_| accept(0));
    world.close_at(20_000, 4404, "");
    let claim = world.claim();
    assert!(!claim.known && !claim.warm);
    assert_eq!(claim.life, 0);
}
