//! A browser without a network.

use crate::common::{World, accept, exact, refuse};
use relatch::client::Input;

#[test]
fn offline_for_an_hour_makes_an_attempt_each_thirty_seconds_and_online_one_at_once() {
    let mut world = World::stable(exact()).server(|_| refuse(0));
    world.at(12_000, Input::Offline);
    world.close_at(13_000, 1006, "");
    world.run_until(3_612_999);
    let attempt = |(at, attempt): (u64, u32)| {
        let next = attempt + 1;
        [
            format!("{at} connecting {attempt}: retry"),
            format!("{at} offline {next}: refused 1006, in 30000"),
        ]
    };
    let mut expected = vec!["13000 offline 1: lost 1006, in 30000".to_owned()];
    expected.extend((43_000..3_613_000).step_by(30_000).zip(1..).flat_map(attempt));
    assert_eq!(world.look(), expected);
    assert_eq!(world.client.breaker().failures(), 0);

    world.answer(|_| accept(40));
    world.at(3_612_999, Input::Online);
    world.run_until(3_620_000);
    world.shows(
        "
        3612999 connecting 120: online
        3613039 ready 120: opened
        ",
    );
}

#[test]
fn online_starts_the_ladder_anew() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.at(4000, Input::Offline);
    world.at(5000, Input::Online);
    world.run_until(38_000);
    // The breaker has counted on: the fifth failed retry is the one at 8 s.
    assert_eq!(world.attempts(), [0, 1000, 3000, 5000, 6000, 8000, 38_000]);
}

#[test]
fn offline_lengthens_a_wait_to_thirty_seconds_from_its_beginning() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.run_until(8000);
    world.look();
    world.at(10_000, Input::Offline);
    world.run_until(37_000);
    world.shows(
        "
        10000 offline 5: offline, in 27000
        37000 connecting 5: retry
        37000 offline 6: refused 1006, in 30000
        ",
    );
}

#[test]
fn without_an_allowance_online_leaves_the_wait_as_it_was() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.at(100, Input::Wake);
    world.at(200, Input::Wake);
    world.run_until(5000);
    world.look();
    world.at(5000, Input::Offline);
    world.at(6000, Input::Online);
    world.run_until(34_200);
    world.shows(
        "
5000 offline 5: offline, in 29200
        6000 waiting 5: online, in 28200
        34200 connecting 5: retry
        34200 waiting 6: refused 1006, in 16000
        ",
    );
}

#[test]
fn a_line_that_works_is_kept_whatever_the_browser_says() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::Offline);
    world.at(3_000_000, Input::Online);
    world.shows("");
}

#[test]
fn an_open_breaker_waits_offline_and_probes_online() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    world.run_until(31_000);
    world.look();
    world.at(40_000, Input::Offline);
    world.at(50_000, Input::Online);
    world.run_until(80_000);
    world.shows(
        "
        40000 offline 7: offline, in 21000
        50000 connecting 7: online
        50000 open-circuit 8: refused 1006, in 30000
        80000 connecting 8: retry
        80000 open-circuit 9: refused 1006, in 30000
        ",
    );
}
