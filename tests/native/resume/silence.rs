//! Signs of life: two of the server's pings may be missing, then it is asked, and then given up (C8).

use crate::common::{World, resuming};
use relatch::client::{Input, State};
use relatch::wire::FromServer;

/// A line since 0 ms whose server pings every 15 s, if it does.
fn line() -> World {
    World::resumed(resuming())
}

fn ping(out: u64) -> FromServer {
    FromServer::Ping { n: 1, out: Some(out) }
}

#[test]
fn a_silent_server_is_asked_after_two_pings_and_given_up_five_seconds_later() {
    let mut world = line();
    world.frame_at(15_000, &ping(0));
    world.look();
    world.run_until(50_000);
    world.shows(
        "
        45000 send {\"t\":\"ping\",\"n\":45000}
        50000 discard 4101
        50000 waiting 1: heartbeat, in 1000
        ",
    );
}

#[test]
fn any_frame_is_a_sign_of_life() {
    let frames: [fn(&mut World, u64); 5] = [
        |world, at| world.frame_at(at, &FromServer::Pong(9)),
        |world, at| world.frame_at(at, &FromServer::Mark(0)),
        |world, at| world.control_at(at, r#"{"t":"later"}"#),
        |world, at| world.output_at(at, 0),
        |world, at| world.frame_at(at, &FromServer::Ack(0)),
    ];
    for frame in frames {
        let mut world = line();
        world.run_until(34_999);
        frame(&mut world, 34_999);
        world.look();
        world.run_until(64_000);
        assert_eq!(world.client.state(), State::Ready);
        world.shows("");
    }
}

#[test]
fn a_server_that_pings_is_not_asked() {
    let mut world = line();
    for at in (15_000..200_000).step_by(15_000) {
        world.frame_at(at, &ping(0));
    }
    assert!(world.look().iter().all(|line| line.contains("pong")));
}

#[test]
fn a_late_timer_asks_once_more() {
    let mut world = line();
    world.run_until(30_010);
    world.look();
    world.sleep_until(90_000);
    world.run_until(94_999);
    world.shows("90000 send {\"t\":\"ping\",\"n\":90000}");
    world.run_until(95_000);
    assert_ne!(world.client.state(), State::Ready);
}

#[test]
fn a_page_that_slept_through_everything_asks_before_it_gives_up() {
    let mut world = line();
    world.sleep_until(3_600_000);
    world.run_until(3_604_999);
    world.shows("3600000 send {\"t\":\"ping\",\"n\":3600000}");
    world.frame_at(3_604_999, &FromServer::Pong(3_600_000));
    world.run_until(3_630_000);
    assert_eq!(world.client.state(), State::Ready);
}

#[test]
fn a_page_that_is_looked_at_or_has_a_network_again_asks_at_once() {
    for (event, ack) in [(Input::Wake, true), (Input::Online, false), (Input::Offline, false)] {
        let mut world = line();
        world.run_until(5000);
        world.look();
        world.at(5000, event);
        let mut told = world.look();
        assert_eq!(told.pop().unwrap(), "5000 send {\"t\":\"ping\",\"n\":5000}");
        assert_eq!(told.len(), usize::from(ack));
        world.run_until(10_000);
        assert_ne!(world.client.state(), State::Ready);
    }
}

#[test]
fn a_server_that_was_heard_just_now_is_asked_in_a_second_unless_it_is_heard_again() {
    for (frame, asked) in [
        (None, "6000 send {\"t\":\"ping\",\"n\":6000}"),
        (Some(FromServer::Ack(0)), ""),
    ] {
        let mut world = line();
        world.output_at(4001, 1);
        world.run_until(5000);
        world.look();
        world.at(5000, Input::Online);
        world.shows("");
        if let Some(frame) = frame {
            world.frame_at(5999, &frame);
        }
        world.run_until(6000);
        world.shows(asked);
    }
}

#[test]
fn a_page_that_is_frozen_leaves_and_comes_back_to_its_place() {
    let mut world = line();
    world.output_at(10, 100);
    world.send_at(20, "ls").unwrap();
    world.run_until(6000);
    world.look();
    world.at(6000, Input::Freeze);
    world.shows(
        "
        6000 discard 4102
        6000 waiting 1: frozen
        ",
    );
    world.at(8000, Input::Wake);
    world.run_until(8000);
    assert_eq!(
        world.look()[1],
        "8000 hello 2: resume, epoch 7, out 100, done 100, in 0..2"
    );
}

#[test]
fn a_rhythm_that_overflows_nothing() {
    let mut world = World::greeted(resuming());
    let welcome = relatch::wire::Welcome {
        ping_ms: (1 << 53) - 1,
        in_window: (1 << 53) - 1,
        window: (1 << 53) - 1,
        live: (1 << 53) - 1,
        ..crate::common::WELCOME
    };
    world.frame_at(10, &FromServer::Welcome(welcome));
    world.output_at(20, 100);
    world.send_at(30, "x").unwrap();
    world.run_until(10_000);
    assert_eq!(world.client.state(), State::Ready);
    assert_eq!(world.input, b"x");
}
