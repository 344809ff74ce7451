//! A screen that comes in place of output that is gone: its bytes are no output, and within it the page has no place (C2, C7).

use crate::common::{Answer, EPOCH, WELCOME, World, resuming, there};
use relatch::client::Input;
use relatch::config::Config;
use relatch::wire::{Exit, FromServer, Gap, Outcome, Size, Welcome};

/// A page that has received 100 bytes, and is told that the rest is gone but for a screen of 50 bytes at 5000.
fn announced() -> World {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.output_at(1000, 100);
    world.at(1000, Input::Processed(100));
    world.look();
    world.frame_at(1010, &gap(100, 5000, 50));
    world.shows(
        "
        1010 gap: 100 to 5000, 50 drawn
        1010 send {\"t\":\"ack\",\"out\":5000}
        ",
    );
    world
}

fn gap(from: impl Into<Option<u64>>, to: u64, snap: u64) -> FromServer {
    let from = from.into();
    FromServer::Gap(Gap { from, to, snap })
}

/// What the page says of itself when it comes back from here: its epoch, `out` and `done`.
fn comes_back(world: &mut World) -> (Option<u64>, Option<u64>, u64) {
    let now = world.now();
    world.close_at(now, 1006, "");
    world.run_until(now + 5000);
    let hello = world.hello.unwrap();
    (hello.epoch, hello.out, hello.done)
}

#[test]
fn a_snapshot_is_delivered_and_moves_no_offset() {
    let mut world = announced();
    world.output_at(1020, 50);
    world.shows("1020 deliver");
    assert_eq!(world.client.offsets().received, 5000);
    world.frame_at(1030, &FromServer::Mark(5000));
    world.output_at(1040, 7);
    assert_eq!(world.client.offsets().received, 5007);
}

#[test]
fn a_frame_may_hold_its_end_and_output() {
    let mut world = announced();
    world.output_at(1020, 20);
    world.output_at(1030, 37);
    assert_eq!(world.client.offsets().received, 5007);
}

#[test]
fn within_it_the_page_has_no_place() {
    for bytes in [0, 1, 49] {
        let mut world = announced();
        world.output_at(1020, bytes);
        assert_eq!(comes_back(&mut world), (Some(EPOCH), None, 0), "after {bytes} bytes");
    }
}

#[test]
fn behind_it_the_place_is_where_it_was_made() {
    let mut world = announced();
    world.output_at(1020, 50);
    assert_eq!(comes_back(&mut world), (Some(EPOCH), Some(5000), 5000));
}

#[test]
fn a_page_that_was_cut_off_within_it_clears_its_screen() {
    let mut world = announced();
    world.output_at(1020, 20);
    world.close_at(1020, 1006, "");
    world.run_until(1020);
    world.look();
    world.run_until(5000);
    let told = world.look();
    let reset = told.iter().position(|line| line.ends_with("reset: server"));
    let resumed = told.iter().position(|line| line.contains("resumed: "));
    assert!(reset.is_some() && reset < resumed, "{told:?}");
    // What comes now is output again, from the first byte on.
    world.output_at(5000, 10);
    assert_eq!(world.client.offsets().received, 10);
}

#[test]
fn what_was_typed_within_it_is_still_counted_for_its_process() {
    let mut world = announced();
    world.send_at(1020, "ls").unwrap();
    world.frame_at(1030, &FromServer::Ack(2));
    comes_back(&mut world);
    let hello = world.hello.unwrap();
    assert_eq!((hello.epoch, hello.in_lo, hello.in_hi), (Some(EPOCH), 2, 2));
}

#[test]
fn a_page_without_a_screen_begins_with_it_at_the_welcome_or_later() {
    for (to, kept) in [(2999, false), (3000, true), (4000, true)] {
        let config = Config {
            found: true,
            ..resuming()
        };
        let mut world = World::greeted(config);
        let welcome = Welcome {
            outcome: Outcome::Gap,
            out: 3000,
            live: 4000,
            ..WELCOME
        };
        world.frame_at(10, &FromServer::Welcome(welcome));
        world.answer(|_| Answer::default());
        world.look();
        world.frame_at(20, &gap(None, to, 50));
        let told = world.look();
        assert_eq!(told[0] == format!("20 gap: none to {to}, 50 drawn"), kept, "{told:?}");
        assert_eq!(told[0] == "20 discard 4400", !kept, "{told:?}");
    }
}

#[test]
fn what_stands_within_it_counts_from_its_place() {
    let mut world = announced();
    world.output_at(1020, 20);
    world.look();
    world.frame_at(1030, &FromServer::Ping { n: 4, out: Some(5000) });
    world.frame_at(1040, &FromServer::Size(Size { cols: 100, rows: 30 }));
    world.frame_at(1050, &FromServer::Mark(5000));
    world.output_at(1060, 30);
    let exit = Exit::Code(0);
    world.frame_at(1070, &FromServer::Exit { exit, out: 5000 });
    world.shows(
        "
        1030 send {\"t\":\"pong\",\"n\":4}
        1040 size: 100x30
        1060 deliver
        1070 exit: code 0
        1070 send {\"t\":\"ack\",\"out\":5000,\"exit\":true}
        ",
    );
}

#[test]
fn a_mark_that_counts_its_bytes_is_answered_with_4400() {
    let mut world = announced();
    world.answer(|_| Answer::default());
    world.output_at(1020, 20);
    world.look();
    world.frame_at(1030, &FromServer::Mark(5020));
    assert_eq!(world.look()[0], "1030 discard 4400");
}

#[test]
fn it_is_not_acked_and_output_behind_it_is_once_all_is_processed() {
    let mut world = announced();
    world.output_at(1020, 50);
    world.output_at(1030, 10);
    world.look();
    world.at(1040, Input::Processed(50));
    world.run_until(1500);
    world.shows("");
    world.at(1500, Input::Processed(10));
    world.run_until(1700);
    world.shows("1600 send {\"t\":\"ack\",\"out\":5010}");
}

#[test]
fn another_gap_may_follow_it() {
    let mut world = announced();
    world.output_at(1020, 50);
    world.look();
    world.frame_at(1030, &gap(5000, 9000, 0));
    world.output_at(1040, 5);
    assert_eq!(world.client.offsets().received, 9005);
}

#[test]
fn a_page_that_attaches_afresh_within_it_waits_for_no_rest() {
    let mut world = announced();
    world.output_at(1020, 20);
    world.welcomes(there);
    world.frame_at(1030, &FromServer::Mark(1));
    world.run_until(1030);
    world.output_at(1040, 10);
    assert_eq!(world.client.offsets().received, 10);
}
