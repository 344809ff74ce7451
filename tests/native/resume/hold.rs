//! Hold and live: a page that nobody looks at holds no program up.

use crate::common::{World, resuming};
use relatch::client::Input;
use relatch::wire::{FromServer, Gap};

const HOLD: &str = "send {\"t\":\"hold\"}";
const LIVE: &str = "send {\"t\":\"live\"}";

/// The page has a terminal; its window is 256 KiB.
fn page() -> World {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world
}

/// What was said of this since the last look, and when.
fn said(world: &mut World) -> Vec<String> {
    let mut told = world.look();
    told.retain(|line| line.ends_with(HOLD) || line.ends_with(LIVE));
    told
}

#[test]
fn a_hidden_page_with_half_a_window_unprocessed_says_hold() {
    let mut world = page();
    world.at(10, Input::Hide);
    world.output_at(20, 131_072);
    assert!(said(&mut world).is_empty());
    world.output_at(30, 1);
    assert_eq!(said(&mut world), [format!("30 {HOLD}")]);
    world.output_at(40, 50_000);
    assert!(said(&mut world).is_empty(), "it was said");
}

#[test]
fn a_page_that_is_looked_at_does_not_hold() {
    let mut world = page();
    world.output_at(20, 262_144);
    assert!(said(&mut world).is_empty());
    world.at(30, Input::Hide);
    assert_eq!(said(&mut world), [format!("30 {HOLD}")]);
    world.at(40, Input::Wake);
    assert_eq!(said(&mut world), [format!("40 {LIVE}")]);
}

#[test]
fn a_hidden_page_that_has_processed_everything_is_live() {
    let mut world = page();
    world.at(10, Input::Hide);
    world.output_at(20, 200_000);
    world.at(30, Input::Processed(199_999));
    assert_eq!(said(&mut world), [format!("20 {HOLD}")]);
    world.at(40, Input::Processed(1));
    assert_eq!(said(&mut world), [format!("40 {LIVE}")]);
}

#[test]
fn a_gap_leaves_nothing_to_hold_for() {
    let mut world = page();
    world.at(10, Input::Hide);
    world.output_at(20, 200_000);
    said(&mut world);
    let gap = Gap {
        from: Some(200_000),
        to: 900_000,
        snap: 0,
    };
    world.frame_at(30, &FromServer::Gap(gap));
    assert_eq!(said(&mut world), [format!("30 {LIVE}")]);
}

#[test]
fn hold_is_said_again_to_each_connection_right_after_its_welcome() {
    let mut world = page();
    world.at(10, Input::Hide);
    world.output_at(20, 200_000);
    world.run_until(6000);
    world.look();
    world.close_at(6000, 1006, "");
    world.run_until(7000);
    world.shows(
        "
        6000 waiting 1: lost 1006, in 1000
        7000 connecting 1: retry
        7000 hello 2: resume, epoch 7, out 200000, done 0, in 0..0
        7000 resumed: ok at 200000, replay 0, 80x24
        7000 send {\"t\":\"ack\",\"out\":0}
        7000 send {\"t\":\"hold\"}
        7000 ready 1: opened
        ",
    );
}

#[test]
fn a_connection_to_a_page_that_is_looked_at_again_begins_live() {
    let mut world = page();
    world.at(10, Input::Hide);
    world.output_at(20, 200_000);
    world.close_at(6000, 1006, "");
    said(&mut world);
    world.at(6500, Input::Wake);
    world.run_until(9000);
    assert!(said(&mut world).is_empty());
}

#[test]
fn what_a_hidden_page_sends_does_not_make_it_visible() {
    let mut world = page();
    world.at(10, Input::Hide);
    world.output_at(20, 200_000);
    world.close_at(6000, 1006, "");
    said(&mut world);
    world.send_at(6500, "an answer").unwrap();
    world.run_until(9000);
    assert_eq!(said(&mut world), [format!("6500 {HOLD}")]);
}

#[test]
fn a_page_without_a_terminal_holds_nothing() {
    let mut world = World::resumed(resuming());
    world.at(10, Input::Hide);
    world.output_at(20, 262_144);
    assert!(said(&mut world).is_empty());
}
