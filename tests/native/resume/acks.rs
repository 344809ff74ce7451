//! Acks: each 32 KiB, after 100 ms, after the welcome, after a gap, and when somebody looks (C3).

use crate::common::{World, resuming};
use relatch::client::Input;
use relatch::wire::{FromServer, Gap};

#[test]
fn what_was_delivered_is_acknowledged_after_100_ms() {
    let mut world = World::resumed(resuming());
    world.output_at(1000, 10);
    world.output_at(1050, 10);
    world.run_until(2000);
    world.shows(
        "
        1000 deliver
        1050 deliver
        1100 send {\"t\":\"ack\",\"out\":20}
        ",
    );
}

#[test]
fn each_32_kib_are_acknowledged_at_once() {
    let mut world = World::resumed(resuming());
    world.output_at(1000, 16_384);
    world.output_at(1001, 16_383);
    world.output_at(1002, 1);
    world.output_at(1003, 5);
    world.run_until(2000);
    world.shows(
        "
        1000 deliver
        1001 deliver
        1002 deliver
        1002 send {\"t\":\"ack\",\"out\":32768}
        1003 deliver
        1103 send {\"t\":\"ack\",\"out\":32773}
        ",
    );
}

#[test]
fn a_page_with_a_terminal_acknowledges_what_that_has_processed() {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.output_at(1000, 50_000);
    world.run_until(2000);
    world.shows("1000 deliver");
    world.at(2000, Input::Processed(10));
    world.at(2050, Input::Processed(20_000));
    world.run_until(2100);
    world.shows("2100 send {\"t\":\"ack\",\"out\":20010}");
    world.at(2150, Input::Processed(29_990));
    world.run_until(3000);
    world.shows("2250 send {\"t\":\"ack\",\"out\":50000}");
    world.output_at(3000, 40_000);
    world.at(3001, Input::Processed(32_767));
    world.at(3002, Input::Processed(1));
    world.run_until(4000);
    world.shows(
        "
        3000 deliver
        3002 send {\"t\":\"ack\",\"out\":82768}
        ",
    );
}

#[test]
fn nothing_new_is_not_acknowledged() {
    let mut world = World::resumed(resuming());
    world.output_at(1000, 0);
    world.at(1000, Input::Processed(100));
    world.run_until(2000);
    world.shows("1000 deliver");
}

#[test]
fn a_welcome_is_acknowledged_even_if_nothing_is_new() {
    let mut world = World::resumed(resuming());
    world.output_at(1000, 100);
    world.run_until(6000);
    world.look();
    world.close_at(6000, 1006, "");
    world.run_until(7500);
    assert!(
        world
            .look()
            .contains(&"7000 send {\"t\":\"ack\",\"out\":100}".to_owned())
    );
}

#[test]
fn an_ack_that_was_due_on_the_old_line_is_not_said_without_one() {
    let mut world = World::resumed(resuming());
    world.output_at(1000, 100);
    world.close_at(1050, 1006, "");
    world.look();
    world.run_until(2000);
    world.shows("");
}

#[test]
fn a_gap_is_acknowledged_at_once() {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.output_at(1000, 100);
    let gap = Gap {
        from: Some(100),
        to: 5000,
        snap: 0,
    };
    world.frame_at(1010, &FromServer::Gap(gap));
    world.shows(
        "
        1000 deliver
        1010 gap: 100 to 5000
        1010 send {\"t\":\"ack\",\"out\":5000}
        ",
    );
    // The terminal is still at what came before, which is nothing to the server any more.
    world.at(1020, Input::Processed(60));
    world.output_at(1030, 50);
    world.at(1040, Input::Processed(40));
    world.run_until(1200);
    world.shows("1030 deliver");
    world.at(1200, Input::Processed(30));
    world.run_until(1300);
    world.shows("1300 send {\"t\":\"ack\",\"out\":5030}");
}

#[test]
fn a_page_that_is_looked_at_says_where_it_is() {
    let mut world = World::resumed(resuming());
    world.output_at(1000, 100);
    world.run_until(1500);
    world.look();
    world.at(1500, Input::Wake);
    world.shows("1500 send {\"t\":\"ack\",\"out\":100}");
}

#[test]
fn another_terminal_owes_nothing_for_the_first_ones_output() {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.output_at(1000, 100);
    world.at(1010, Input::Pace);
    world.output_at(1020, 50);
    world.at(1030, Input::Processed(20));
    world.run_until(1200);
    assert_eq!(world.client.offsets().processed, 120);
    world.at(1200, Input::Processed(1_000_000));
    assert_eq!(world.client.offsets().processed, 150, "no more than was received");
}

#[test]
fn what_an_earlier_screen_had_not_processed_is_not_taken_for_the_next_ones() {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.output_at(1000, 1000);
    world.close_at(1010, 4400, "");
    world.run_until(1010);
    world.output_at(1020, 300);
    assert_eq!(world.client.offsets().processed, 0);
    // The write callbacks of the old screen's bytes come first.
    world.at(1030, Input::Processed(1000));
    assert_eq!(world.client.offsets().processed, 0);
    world.at(1040, Input::Processed(300));
    assert_eq!(world.client.offsets().processed, 300);
}
