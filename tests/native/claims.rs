//! What a page says of itself with each attempt.

use crate::common::{Answer, World, accept, accept_then_close, exact, refuse};
use relatch::client::{Claim, Input};

/// `known`, `warm` and `take`.
fn page(claim: Claim) -> (bool, bool, bool) {
    (claim.known, claim.warm, claim.take)
}

#[test]
fn a_new_page_takes_a_session_that_it_does_not_know() {
    let world = World::new(exact()).connected();
    assert_eq!(page(world.claim()), (false, false, true));
}

#[test]
fn an_open_socket_alone_proves_nothing() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(1006, "", 4999))
        .connected();
    world.run_until(6000);
    assert_eq!(page(world.claim()), (false, false, true));
}

#[test]
fn the_first_frame_proves_the_attachment() {
    let answers: [fn() -> Answer; 2] = [
        || accept(0).message(10, 5).close(20, 1006, ""),
        || accept(0).control(10, r#"{"t":"reset"}"#).close(20, 1006, ""),
    ];
    for answer in answers {
        let mut world = World::new(exact()).server(move |_| answer()).connected();
        world.run_until(1020);
        assert_eq!(page(world.claim()), (true, true, false));
    }
}

#[test]
fn five_seconds_prove_the_attachment() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(1006, "", 5000))
        .connected();
    world.run_until(6000);
    assert_eq!(page(world.claim()), (true, true, false));
}

#[test]
fn another_session_of_the_users_is_not_known() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::NewSession);
    assert_eq!(page(world.claim()), (false, false, false));
}

#[test]
fn attempts_are_counted_for_ever() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(1006, "", 5000))
        .connected();
    world.run_until(30_000);
    let counts: Vec<_> = world
        .opens
        .iter()
        .map(|(_, open)| (open.claim.attempt, open.socket.0))
        .collect();
    assert_eq!(counts, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)]);
}

#[test]
fn credentials_are_renewed_for_one_attempt() {
    let config = relatch::config::Config {
        renewable: true,
        ..exact()
    };
    let mut world = World::new(config)
        .server(|attempt| {
            if attempt == 1 {
                accept_then_close(4401, "", 0)
            } else {
                refuse(0)
            }
        })
        .connected();
    world.run_until(5000);
    let renewals: Vec<_> = world.opens.iter().map(|(at, open)| (*at, open.renew)).collect();
    assert_eq!(renewals, [(0, false), (0, true), (2000, false)]);
}

#[test]
fn credentials_that_could_not_be_asked_for_are_asked_for_again() {
    let config = relatch::config::Config {
        renewable: true,
        ..exact()
    };
    let mut world = World::new(config)
        .server(|attempt| match attempt {
            1 => accept_then_close(4401, "", 0),
            2 => Answer::default().fail(0, relatch::client::Failure::Auth),
            _ => accept(0),
        })
        .connected();
    world.run_until(5000);
    let renewals: Vec<_> = world.opens.iter().map(|(at, open)| (*at, open.renew)).collect();
    assert_eq!(renewals, [(0, false), (0, true), (2000, true)]);
}

#[test]
fn a_stable_line_gives_the_renewal_back() {
    let config = relatch::config::Config {
        renewable: true,
        ..exact()
    };
    let mut world = World::new(config)
        .server(|_| accept_then_close(4401, "", 5000))
        .connected();
    world.run_until(12_000);
    assert_eq!(world.attempts(), [0, 5000, 10_000]);
}
