//! What a page says of itself with each attempt.

use crate::common::{Answer, World, accept, accept_then_close, exact, refuse};
use relatch::client::{Claim, Failure, Input};
use relatch::config::Config;

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

/// When attempts were made, and whether they asked for new credentials: the first is refused with 4401, the second meets this.
fn renewals(second: fn() -> Answer) -> Vec<(u64, bool)> {
    let config = Config {
        renewable: true,
        ..exact()
    };
    let mut world = World::new(config)
        .server(move |attempt| match attempt {
            1 => accept_then_close(4401, "", 0),
            2 => second(),
            _ => refuse(0),
        })
        .connected();
    world.run_until(2000);
    world.opens.iter().map(|(at, open)| (*at, open.renew)).collect()
}

#[test]
fn credentials_that_opened_a_socket_are_not_renewed_again() {
    assert_eq!(
        renewals(|| accept_then_close(1006, "", 0)),
        [(0, false), (0, true), (2000, false)]
    );
}

#[test]
fn credentials_that_could_not_be_renewed_are_asked_for_again() {
    assert_eq!(
        renewals(|| Answer::default().fail(0, Failure::Auth)),
        [(0, false), (0, true), (2000, true)]
    );
    assert_eq!(renewals(|| refuse(0)), [(0, false), (0, true), (2000, true)]);
}

#[test]
fn a_stable_line_gives_the_renewal_back() {
    let config = Config {
        renewable: true,
        ..exact()
    };
    let mut world = World::new(config)
        .server(|_| accept_then_close(4401, "", 5000))
        .connected();
    world.run_until(12_000);
    assert_eq!(world.attempts(), [0, 5000, 10_000]);
}
