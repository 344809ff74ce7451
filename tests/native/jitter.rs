//! Waits spread by chance: within their spans for every seed, and over all of them.

use crate::common::{World, accept, accept_then_close, refuse};
use proptest::prelude::*;
use relatch::client::{Input, State};
use relatch::config::Config;

/// The waits before the first attempts on a server that refuses at once.
fn waits(world: &World) -> Vec<u64> {
    world.attempts().windows(2).map(|pair| pair[1] - pair[0]).collect()
}

proptest! {
    #[test]
    fn a_refused_page_waits_within_the_spans(seed: u64) {
        let mut world = World::seeded(Config::default(), seed).server(|_| refuse(0)).connected();
        world.run_until(200_000);
        let spans = [0..=1000, 1000..=2000, 2000..=4000, 4000..=8000, 8000..=16_000, 30_000..=36_000, 30_000..=36_000];
        for (wait, span) in waits(&world).into_iter().zip(spans) {
            prop_assert!(span.contains(&wait), "{wait} is not in {span:?}");
        }
    }

    #[test]
    fn the_first_minute_has_seven_attempts_at_most(seed: u64, open in 0_u64..4000) {
        let mut world = World::seeded(Config::default(), seed).server(move |_| accept_then_close(1006, "", open)).connected();
        world.run_until(60_000);
        prop_assert!(world.attempts().len() <= 7);
    }

    #[test]
    fn the_breaker_opens_within_15_to_31_seconds(seed: u64) {
        let mut world = World::seeded(Config::default(), seed).server(|_| refuse(0)).connected();
        world.run_until(45_000);
        prop_assert_eq!(world.client.state(), State::OpenCircuit);
        let opened = *world.attempts().last().unwrap();
        prop_assert!((15_000..=31_000).contains(&opened), "at {opened}");
        prop_assert_eq!(world.attempts().len(), 6);
    }

    #[test]
    fn uncounted_attempts_settle_at_thirty_seconds_and_a_fifth(seed: u64) {
        let mut world = World::seeded(Config::default(), seed).server(|_| accept_then_close(1012, "", 0)).connected();
        world.run_until(300_000);
        prop_assert!(waits(&world)[5..].iter().all(|wait| (30_000..=36_000).contains(wait)));
    }

    #[test]
    fn a_server_with_too_much_to_do_has_its_five_seconds(seed: u64) {
        let mut world = World::seeded(Config::default(), seed).server(|_| accept_then_close(4429, "", 0)).connected();
        world.run_until(20_000);
        prop_assert!(waits(&world)[..2].iter().all(|wait| (5000..=6000).contains(wait)));
    }

    #[test]
    fn an_offline_page_tries_each_thirty_seconds_and_a_fifth(seed: u64) {
        let mut world = World::seeded(Config::default(), seed).server(|_| refuse(0));
        world.at(0, Input::Offline);
        world = world.connected();
        world.run_until(300_000);
        prop_assert!(waits(&world).iter().all(|wait| (30_000..=36_000).contains(wait)));
    }
}

/// Ten thousand pages lose one server at once. Were their first attempts uniform over the second in which they come, each tenth of
/// it would have a thousand.
#[test]
fn pages_do_not_come_back_in_lockstep() {
    let mut tenths = [0; 10];
    for seed in 0..10_000 {
        let mut world = World::seeded(Config::default(), seed).server(|_| accept(0)).connected();
        world.close_at(6000, 1006, "");
        let wait = world.client.next_attempt().map_or(0, |at| at - 6000);
        tenths[(wait / 100).min(9) as usize] += 1;
    }
    assert!(tenths.iter().all(|count| (800..1200).contains(count)), "{tenths:?}");
}

#[test]
fn the_same_seed_gives_the_same_waits() {
    let tale = |seed| {
        let mut world = World::seeded(Config::default(), seed).server(|_| refuse(0)).connected();
        world.run_until(100_000);
        world.look()
    };
    assert_eq!(tale(7), tale(7));
    assert_ne!(tale(7), tale(8));
}
