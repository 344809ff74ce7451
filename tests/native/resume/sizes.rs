//! The terminal's size: told in order by the server, and to it once the page has caught up.

use crate::common::{WELCOME, World, resuming, there};
use relatch::client::Input;
use relatch::config::Config;
use relatch::wire::{FromServer, Gap, Outcome, Size, Welcome};

const SMALL: Size = Size { cols: 80, rows: 24 };
const LARGE: Size = Size { cols: 100, rows: 30 };

/// A page of this size whose line goes on at 0 with so much replay.
fn replaying(live: u64) -> World {
    let config = Config {
        size: Some(SMALL),
        found: true,
        ..resuming()
    };
    let mut world = World::greeted(config);
    world.at(0, Input::Pace);
    let welcome = Welcome {
        outcome: Outcome::Ok,
        live,
        ..WELCOME
    };
    world.frame_at(0, &FromServer::Welcome(welcome));
    world.look();
    world
}

#[test]
fn a_size_of_the_servers_is_told_in_order_with_the_output() {
    let mut world = World::resumed(resuming());
    world.output_at(10, 5);
    world.frame_at(10, &FromServer::Size(LARGE));
    world.output_at(10, 5);
    world.shows(
        "
        10 deliver
        10 size: 100x30
        10 deliver
        ",
    );
}

#[test]
fn the_size_is_said_once_all_that_was_printed_before_is_processed() {
    let mut world = replaying(100);
    world.at(5, Input::Resize(LARGE));
    world.output_at(10, 120);
    world.at(20, Input::Processed(99));
    world.run_until(1000);
    let told = world.look();
    assert!(!told.iter().any(|line| line.contains("resize")), "{told:?}");
    world.at(1000, Input::Processed(1));
    world.shows("1000 send {\"t\":\"resize\",\"cols\":100,\"rows\":30}");
    world.at(1010, Input::Processed(20));
    world.run_until(2000);
    world.shows("1100 send {\"t\":\"ack\",\"out\":120}");
}

#[test]
fn the_size_is_said_at_once_where_nothing_is_replayed() {
    let mut world = World::greeted(Config {
        size: Some(SMALL),
        ..resuming()
    });
    world.frame_at(0, &FromServer::Welcome(WELCOME));
    assert_eq!(
        world.look().last().unwrap(),
        "0 send {\"t\":\"resize\",\"cols\":80,\"rows\":24}"
    );
    world.at(10, Input::Resize(LARGE));
    world.at(20, Input::Resize(LARGE));
    world.shows("10 send {\"t\":\"resize\",\"cols\":100,\"rows\":30}");
}

#[test]
fn the_size_is_said_again_to_each_connection() {
    let mut world = World::resumed(Config {
        size: Some(SMALL),
        ..resuming()
    });
    world.close_at(6000, 1006, "");
    world.run_until(7000);
    let sizes = world.look().into_iter().filter(|line| line.contains("resize"));
    assert_eq!(
        sizes.collect::<Vec<_>>(),
        ["7000 send {\"t\":\"resize\",\"cols\":80,\"rows\":24}"]
    );
}

#[test]
fn a_gap_over_the_rest_of_the_replay_ends_it() {
    let mut world = replaying(100);
    let gap = Gap {
        from: Some(0),
        to: 500,
        snap: 0,
    };
    world.frame_at(10, &FromServer::Gap(gap));
    world.shows(
        "
        10 gap: 0 to 500
        10 send {\"t\":\"ack\",\"out\":500}
        10 send {\"t\":\"resize\",\"cols\":80,\"rows\":24}
        ",
    );
}

#[test]
fn a_page_that_does_not_know_its_size_says_none() {
    let mut world = World::resumed(resuming());
    world.welcomes(there);
    world.close_at(6000, 1006, "");
    world.run_until(8000);
    assert!(!world.look().iter().any(|line| line.contains("resize")));
    assert_eq!(world.hello.unwrap().size, None);
}
