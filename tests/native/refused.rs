//! A server that is down.

use crate::common::{World, exact, refuse};

/// What goes on for ever once the breaker is open: a probe each 30 s, the first of them this attempt.
fn probes(from: u64, until: u64, first: u32) -> Vec<String> {
    let times = (from..=until).step_by(30_000);
    let pair = |(at, attempt): (u64, u32)| {
        let next = attempt + 1;
        [
            format!("{at} connecting {attempt}: retry"),
            format!("{at} open-circuit {next}: refused 1006, in 30000"),
        ]
    };
    times.zip(first..).flat_map(pair).collect()
}

#[test]
fn refused_for_ten_minutes_from_a_cold_page() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.run_until(60_999);
    world.shows(
        "
        0 connecting 1: connect
        0 waiting 2: refused 1006, in 1000
        1000 connecting 2: retry
        1000 waiting 3: refused 1006, in 2000
        3000 connecting 3: retry
        3000 waiting 4: refused 1006, in 4000
        7000 connecting 4: retry
        7000 waiting 5: refused 1006, in 8000
        15000 connecting 5: retry
        15000 waiting 6: refused 1006, in 16000
        31000 connecting 6: retry
        31000 open-circuit 7: refused 1006, in 30000
        ",
    );
    world.run_until(600_000);
    assert_eq!(world.look(), probes(61_000, 600_000, 7));
}

#[test]
fn refused_for_ten_minutes_after_the_loss_of_a_stable_link() {
    let mut world = World::stable(exact()).server(|_| refuse(0));
    world.close_at(100_000, 1006, "");
    world.run_until(160_999);
    world.shows(
        "
        100000 waiting 1: lost 1006, in 1000
        101000 connecting 1: retry
        101000 waiting 2: refused 1006, in 2000
        103000 connecting 2: retry
        103000 waiting 3: refused 1006, in 4000
        107000 connecting 3: retry
        107000 waiting 4: refused 1006, in 8000
        115000 connecting 4: retry
        115000 waiting 5: refused 1006, in 16000
        131000 connecting 5: retry
        131000 open-circuit 6: refused 1006, in 30000
        ",
    );
    world.run_until(700_000);
    assert_eq!(world.look(), probes(161_000, 700_000, 6));
}

#[test]
fn a_socket_that_cannot_be_made_is_a_refusal_like_any_other() {
    use crate::common::Answer;
    use relatch::client::Failure;

    let failures = [
        (Failure::Url, "url"),
        (Failure::Auth, "auth"),
        (Failure::Socket, "refused"),
    ];
    for (failure, name) in failures {
        let mut world = World::new(exact())
            .server(move |_| Answer::default().fail(5, failure))
            .connected();
        world.run_until(40_000);
        assert_eq!(world.attempts(), [0, 1005, 3010, 7015, 15_020, 31_025], "{name}");
        let last = world.look().pop().unwrap();
        assert_eq!(last, format!("31030 open-circuit 7: {name}, in 30000"));
    }
}
