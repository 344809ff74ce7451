//! Events storming in, ten a second of each kind for ten minutes: at most two waits a minute are cut, so the server sees at most two
//! attempts a minute more than from a quiet page.

use crate::common::{Answer, World, accept, accept_then_close, exact, refuse};
use relatch::client::{Input, Payload};

const TEN_MINUTES: u64 = 600_000;

fn storm(server: fn() -> Answer, kinds: &[Input]) -> Vec<u64> {
    let mut world = World::new(exact()).server(move |_| server()).connected();
    for at in (100..TEN_MINUTES).step_by(100) {
        for kind in kinds {
            // A full queue refuses, and hurries like any other keystroke.
            let _ = world.try_at(at, kind.clone());
        }
    }
    world.run_until(TEN_MINUTES);
    world.attempts()
}

fn key() -> Input {
    Input::Send(Payload::Text("k".to_owned()))
}

fn kinds() -> Vec<Vec<Input>> {
    use Input::{Freeze, Offline, Online, Wake};
    vec![
        vec![Online],
        vec![Wake],
        vec![key()],
        vec![Offline, Online],
        vec![Online, Offline],
        vec![Freeze, Wake],
        vec![Wake, Freeze],
        vec![Online, Wake, key()],
        vec![Offline, Wake, Online, key(), Freeze],
        vec![Freeze, key(), Online, Wake, Offline],
    ]
}

#[test]
fn a_server_in_trouble_sees_at_most_two_attempts_a_minute_more() {
    let servers: [fn() -> Answer; 5] = [
        || refuse(0),
        || refuse(350),
        Answer::default,
        || accept_then_close(1006, "", 50),
        || accept_then_close(1012, "", 50),
    ];
    for server in servers {
        let quiet = storm(server, &[]);
        for kinds in kinds() {
            let attempts = storm(server, &kinds);
            let more = attempts.len() as i64 - quiet.len() as i64;
            assert!(
                more <= 2 * 10,
                "{more} more from {kinds:?} on {:?}: {attempts:?}",
                server()
            );
            let first_minute = attempts.iter().filter(|&&at| at < 60_000).count();
            assert!(
                first_minute <= 6 + 2,
                "{first_minute} in the first minute from {kinds:?} on {:?}",
                server()
            );
        }
    }
}

#[test]
fn a_page_woken_ten_times_a_second_cuts_two_waits_a_minute() {
    let attempts = storm(|| refuse(0), &[Input::Wake]);
    let (first_minute, later) = attempts.split_at(7);
    assert_eq!(first_minute, [0, 100, 200, 4200, 12_200, 28_200, 58_200]);
    // From then on the breaker is open: two probes made early by the page's waking, and one of its own, 30 s after the second.
    let three_a_minute: Vec<u64> = (60_000..TEN_MINUTES)
        .step_by(60_000)
        .flat_map(|minute| [minute + 100, minute + 200, minute + 30_200])
        .collect();
    assert_eq!(later, three_a_minute);
}

#[test]
fn a_line_that_works_is_not_touched_by_a_storm() {
    use Input::{Offline, Online, Wake};
    assert_eq!(storm(|| accept(0), &[Offline, Wake, Online, key()]), [0]);
}

#[test]
fn two_cuts_are_allowed_in_any_minute() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    for at in [100, 200, 300, 60_099, 60_100, 60_150, 60_200] {
        world.at(at, Input::Wake);
    }
    let ladder = [0, 100, 200, 4200, 12_200, 28_200];
    assert_eq!(world.attempts()[..6], ladder);
    assert_eq!(world.attempts()[6..], [58_200, 60_100, 60_200]);
}

#[test]
fn the_user_needs_no_allowance() {
    let mut world = World::new(exact()).server(|_| refuse(0)).connected();
    for at in 1..100 {
        world.at(at, Input::Reconnect);
    }
    assert_eq!(world.attempts().len(), 100);
}
