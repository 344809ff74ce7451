//! A page that is frozen, or goes into the back-forward cache.

use crate::common::{Answer, World, accept, exact, refuse};
use relatch::client::Input;

#[test]
fn a_frozen_page_closes_its_socket_and_is_back_when_it_wakes() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::Freeze);
    world.at(3_000_000, Input::Wake);
    world.run_until(3_000_000);
    world.shows(
        "
        20000 discard 4102
        20000 waiting 1: frozen
        3000000 connecting 1: wake
        3000000 ready 1: opened
        ",
    );
}

#[test]
fn an_attempt_on_its_way_is_frozen_too() {
    let mut world = World::new(exact()).server(|_| Answer::default()).connected();
    world.at(500, Input::Freeze);
    world.at(900, Input::Wake);
    world.shows(
        "
        0 connecting 1: connect
        500 discard 4102
        500 waiting 2: frozen
        900 connecting 2: wake
        ",
    );
}

#[test]
fn without_an_allowance_a_page_that_wakes_waits_its_turn() {
    let mut world = World::stable(exact());
    for at in [20_000, 21_000, 22_000] {
        world.at(at, Input::Freeze);
        world.at(at + 500, Input::Wake);
        world.run_until(at + 900);
    }
    world.run_until(30_000);
    world.shows(
        "
        20000 discard 4102
        20000 waiting 1: frozen
        20500 connecting 1: wake
        20500 ready 1: opened
        21000 discard 4102
        21000 waiting 2: frozen
        21500 connecting 2: wake
        21500 ready 2: opened
        22000 discard 4102
        22000 waiting 3: frozen
        22500 waiting 3: wake, in 1000
        23500 connecting 3: retry
        23500 ready 3: opened
        ",
    );
}

#[test]
fn a_page_that_wakes_offline_waits_for_the_network() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::Freeze);
    world.at(21_000, Input::Offline);
    world.at(22_000, Input::Wake);
    world.at(25_000, Input::Online);
    world.shows(
        "
        20000 discard 4102
        20000 waiting 1: frozen
        22000 offline 1: wake, in 30000
        25000 connecting 1: online
        ",
    );
}

#[test]
fn a_wait_goes_on_in_a_frozen_page() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.run_until(8000);
    world.look();
    world.at(8000, Input::Freeze);
    world.sleep_until(50_000);
    world.shows(
        "
        50000 connecting 5: retry
        50000 waiting 6: refused 1006, in 16000
        ",
    );
}

#[test]
fn a_keystroke_wakes_a_page_as_well() {
    let mut world = World::stable(exact()).server(|_| accept(0));
    world.at(20_000, Input::Freeze);
    world.send_at(21_000, "x").unwrap();
    world.run_until(21_000);
    world.shows(
        "
        20000 discard 4102
        20000 waiting 1: frozen
        21000 connecting 1: wake
        21000 send x
        21000 ready 1: opened
        ",
    );
}

#[test]
fn a_line_that_was_stable_by_the_clock_leaves_no_failures_to_a_frozen_page() {
    let mut world = World::new(exact())
        .server(|attempt| if attempt < 5 { refuse(0) } else { accept(0) })
        .connected();
    world.run_until(16_000);
    assert_eq!(world.client.breaker().failures(), 3);
    // The timer that would have called the line stable never came.
    world.client.handle(60_000, Input::Freeze).unwrap();
    assert_eq!(world.client.breaker().failures(), 0);
}
