//! The application's heartbeat: every 10 s a message, and 5 s for an answer.

use crate::common::{World, accept, exact};
use relatch::client::{Input, Payload, State};
use relatch::config::{Config, Heartbeat};

fn beating() -> Config {
    Config {
        heartbeat: Some(Heartbeat {
            message: Payload::Text("ping".to_owned()),
            every: 10_000,
            timeout: 5000,
        }),
        ..exact()
    }
}

/// A line since 0 ms whose server answers after 50 ms, until it is told not to.
fn line() -> World {
    let mut world = World::new(beating()).server(|_| accept(0)).connected();
    world.echo(Some(50));
    world.run_until(1000);
    world.look();
    world
}

#[test]
fn an_answered_heartbeat_goes_on_counted_from_the_answer() {
    let mut world = line();
    world.run_until(31_000);
    world.shows(
        "
        10000 send ping
        10050 deliver
        20050 send ping
        20100 deliver
        30100 send ping
        30150 deliver
        ",
    );
}

#[test]
fn a_line_with_traffic_needs_no_heartbeat() {
    let mut world = line();
    for at in (5000..100_000).step_by(5000) {
        world.message_at(at);
    }
    assert!(world.look().iter().all(|line| line.ends_with("deliver")));
}

#[test]
fn a_dead_line_is_noticed_fifteen_seconds_after_its_last_frame() {
    let mut world = line();
    world.message_at(12_000);
    world.echo(None);
    world.look();
    world.run_until(28_000);
    world.shows(
        "
        22000 send ping
        27000 discard 4101
        27000 waiting 1: heartbeat, in 1000
        28000 connecting 1: retry
        28000 ready 1: opened
        ",
    );
}

#[test]
fn a_lost_heartbeat_before_the_line_is_stable_is_a_failure() {
    let mut config = beating();
    config.heartbeat.as_mut().unwrap().every = 1000;
    config.heartbeat.as_mut().unwrap().timeout = 1000;
    let mut world = World::new(config).server(|_| accept(0)).connected();
    world.run_until(60_000);
    assert_eq!(world.attempts(), [0, 3000, 7000, 13_000, 23_000, 41_000]);
    let told = world.look();
    assert_eq!(
        told[told.len() - 2..],
        ["43000 discard 4000", "43000 open-circuit 7: heartbeat, in 30000"]
    );
}

#[test]
fn a_timer_that_a_frozen_page_made_late_is_not_taken_for_a_dead_line() {
    let mut world = line();
    world.run_until(10_010);
    // The answer is on its way when the page stops for a minute; its timers come first when it goes on.
    world.sleep_until(70_000);
    world.run_until(71_000);
    world.shows(
        "
        10000 send ping
        70000 send ping
        70000 deliver
        70050 deliver
        ",
    );
}

#[test]
fn a_line_that_died_in_the_sleep_is_noticed_five_seconds_after_it() {
    let mut world = line();
    world.echo(None);
    world.run_until(10_010);
    world.sleep_until(70_000);
    world.run_until(75_000);
    world.shows(
        "
        10000 send ping
        70000 send ping
        75000 discard 4101
        75000 waiting 1: heartbeat, in 1000
        ",
    );
}

#[test]
fn a_page_that_is_looked_at_asks_at_once() {
    for event in [Input::Wake, Input::Online, Input::Offline] {
        let mut world = line();
        world.echo(None);
        world.at(5000, event.clone());
        world.at(5500, event);
        world.run_until(9000);
        world.shows("5000 send ping");
        world.run_until(10_000);
        assert_ne!(world.client.state(), State::Ready);
    }
}

#[test]
fn a_line_that_was_heard_just_now_is_asked_in_a_second() {
    let mut world = line();
    world.message_at(4500);
    world.look();
    world.at(5000, Input::Wake);
    world.run_until(5999);
    world.shows("");
    world.run_until(6000);
    world.shows("6000 send ping");
}

#[test]
fn a_line_that_was_heard_just_now_and_is_heard_again_is_not_asked() {
    let mut world = line();
    world.message_at(4500);
    world.at(5000, Input::Wake);
    world.message_at(5900);
    world.look();
    world.run_until(15_800);
    world.shows("");
}

#[test]
fn a_heartbeat_is_no_message_of_the_page() {
    let mut world = line();
    world.echo(None);
    world.run_until(15_000);
    assert!(!world.look().iter().any(|line| line.contains("dropped")));
    assert_eq!(world.client.stats().messages_out, 0);
}
