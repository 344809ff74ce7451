//! Gaps, marks and pings: each in order with the output, and checked against what was counted (C7).

use crate::common::{Answer, World, resuming, there};
use relatch::client::Input;
use relatch::wire::{FromServer, Gap, Outcome, Welcome};

fn gap(from: impl Into<Option<u64>>, to: u64) -> FromServer {
    FromServer::Gap(Gap {
        from: from.into(),
        to,
        snap: 0,
    })
}

/// A page that has received 100 bytes, and whose next attempts meet silence.
fn at_100() -> World {
    let mut world = World::resumed(resuming());
    world.output_at(1000, 100);
    world.run_until(2000);
    world.answer(|_| Answer::default());
    world.look();
    world
}

#[test]
fn a_gap_is_told_in_order_with_the_output() {
    let mut world = at_100();
    world.output_at(2000, 10);
    world.frame_at(2000, &gap(110, 5000));
    world.output_at(2000, 10);
    world.frame_at(2000, &FromServer::Mark(5010));
    world.run_until(2200);
    world.shows(
        "
        2000 deliver
        2000 gap: 110 to 5000
        2000 send {\"t\":\"ack\",\"out\":5000}
        2000 deliver
        2100 send {\"t\":\"ack\",\"out\":5010}
        ",
    );
}

#[test]
fn a_gap_after_a_cut_begins_where_the_page_was() {
    let mut world = World::resumed(resuming());
    world.output_at(1000, 5000);
    world.run_until(6000);
    world.welcomes(|hello| Welcome {
        outcome: Outcome::Gap,
        live: 3_000_000,
        ..there(hello)
    });
    world.close_at(6000, 1006, "");
    world.run_until(7000);
    world.look();
    world.frame_at(7000, &gap(5000, 2_000_000));
    world.shows(
        "
        7000 gap: 5000 to 2000000
        7000 send {\"t\":\"ack\",\"out\":2000000}
        ",
    );
}

#[test]
fn a_gap_that_cannot_be_is_answered_with_4400() {
    let impossible = [
        ("from behind", gap(99, 5000)),
        ("from ahead", gap(101, 5000)),
        ("backwards", gap(100, 99)),
        ("of nothing", gap(100, 100)),
        ("from nowhere, ahead", gap(None, 5000)),
        ("from nowhere, here", gap(None, 100)),
        ("from nowhere, behind", gap(None, 0)),
    ];
    for (what, frame) in impossible {
        let mut world = at_100();
        world.frame_at(2000, &frame);
        assert_eq!(
            world.look(),
            ["2000 discard 4400", "2000 connecting 2: desync"],
            "{what}"
        );
    }
}

#[test]
fn a_first_gap_from_nowhere_is_where_the_output_begins_and_not_before_the_welcome_said() {
    for (to, kept) in [(300, true), (299, false), (301, true)] {
        let mut config = resuming();
        config.found = true;
        let mut world = World::greeted(config);
        let hello = world.hello.unwrap();
        world.answer(|_| Answer::default());
        let welcome = Welcome {
            outcome: Outcome::Gap,
            out: 300,
            live: 1000,
            ..there(&hello)
        };
        world.frame_at(10, &FromServer::Welcome(welcome));
        world.look();
        world.frame_at(10, &gap(None, to));
        let told = world.look();
        assert_eq!(told[0] == format!("10 gap: none to {to}"), kept, "{told:?}");
        assert_eq!(told[0] == "10 discard 4400", !kept, "{told:?}");
    }
}

#[test]
fn a_mark_or_a_ping_that_counts_otherwise_is_answered_with_4400() {
    for out in [0, 99, 101] {
        for frame in [FromServer::Mark(out), FromServer::Ping { n: 1, out: Some(out) }] {
            let mut world = at_100();
            world.frame_at(2000, &frame);
            world.shows(
                "
                2000 discard 4400
                2000 connecting 2: desync
                ",
            );
            assert_eq!(world.claim().life, 1);
        }
    }
}

#[test]
fn a_mark_that_agrees_changes_nothing_and_a_ping_is_answered() {
    let mut world = at_100();
    world.frame_at(2000, &FromServer::Mark(100));
    world.shows("");
    world.frame_at(2000, &FromServer::Ping { n: 41, out: Some(100) });
    world.shows("2000 send {\"t\":\"pong\",\"n\":41}");
    world.frame_at(2000, &FromServer::Ping { n: 42, out: None });
    world.shows("2000 send {\"t\":\"pong\",\"n\":42}");
}

#[test]
fn what_the_terminal_has_not_processed_does_not_count_against_a_mark() {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.output_at(1000, 100);
    world.look();
    world.frame_at(1010, &FromServer::Mark(100));
    world.shows("");
}
