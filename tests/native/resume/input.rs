//! Input: in order, in frames of 16 KiB, as far as the credit goes, and again from where the server lost it (C4).

use crate::common::{Answer, WELCOME, World, resuming, there};
use relatch::client::{Input, Payload, State};
use relatch::config::Config;
use relatch::error::Refusal;
use relatch::wire::{FromServer, Welcome};

/// A page whose server gives this much credit.
fn credited(config: Config, in_window: u64) -> World {
    let mut world = World::greeted(config);
    let welcome = Welcome { in_window, ..WELCOME };
    world.frame_at(0, &FromServer::Welcome(welcome));
    world.welcomes(move |hello| Welcome {
        in_window,
        accepted: hello.in_lo,
        ..there(hello)
    });
    world.look();
    world
}

fn paste(world: &mut World, bytes: usize) -> Result<(), Refusal> {
    let bytes = (0..bytes).map(|i| (i % 251) as u8).collect();
    world.try_at(world.now(), Input::Send(Payload::Binary(bytes)))
}

#[test]
fn what_is_typed_goes_at_once() {
    let mut world = World::resumed(resuming());
    world.send_at(10, "l").unwrap();
    world.send_at(20, "s").unwrap();
    world.shows(
        "
        10 send 1 bytes
        20 send 1 bytes
        ",
    );
}

#[test]
fn text_goes_as_bytes() {
    let mut world = World::resumed(resuming());
    world.send_at(10, "grün").unwrap();
    assert_eq!(world.input, "grün".as_bytes());
}

#[test]
fn a_paste_goes_in_frames_of_16_kib() {
    let mut world = World::resumed(resuming());
    paste(&mut world, 40_000).unwrap();
    world.shows(
        "
        0 send 16384 bytes
        0 send 16384 bytes
        0 send 7232 bytes
        ",
    );
}

#[test]
fn no_more_is_sent_than_the_credit_lets_through() {
    let mut world = credited(resuming(), 20_000);
    paste(&mut world, 50_000).unwrap();
    world.send_at(10, "\u{3}").unwrap();
    world.frame_at(20, &FromServer::Ack(1));
    world.frame_at(30, &FromServer::Ack(20_001));
    world.frame_at(40, &FromServer::Ack(20_001));
    world.frame_at(50, &FromServer::Ack(40_001));
    world.shows(
        "
        0 send 16384 bytes
        0 send 3616 bytes
        20 send 1 bytes
        30 send 16384 bytes
        30 send 3616 bytes
        50 send 9999 bytes
        50 send 1 bytes
        ",
    );
    assert_eq!(world.client.queued(), (0, 0));
}

#[test]
fn what_waits_for_credit_is_counted_as_queued() {
    let mut world = credited(resuming(), 10);
    paste(&mut world, 25).unwrap();
    world.send_at(10, "more").unwrap();
    assert_eq!(
        world.client.queued(),
        (2, 19),
        "the rest of the paste, and what follows"
    );
    world.look();
}

#[test]
fn an_ack_behind_another_says_nothing() {
    let mut world = credited(resuming(), 100);
    paste(&mut world, 100).unwrap();
    world.frame_at(10, &FromServer::Ack(60));
    world.frame_at(20, &FromServer::Ack(50));
    assert_eq!(world.client.offsets().acked, 60);
    assert_eq!(world.client.unacknowledged(), 40);
    assert_eq!(world.client.state(), State::Ready);
}

#[test]
fn an_ack_of_what_was_not_sent_is_a_mistake() {
    let mut world = credited(resuming(), 100);
    paste(&mut world, 100).unwrap();
    world.send_at(5, "waits").unwrap();
    world.answer(|_| Answer::default());
    world.look();
    world.frame_at(10, &FromServer::Ack(101));
    world.shows(
        "
        10 discard 4400
        10 dropped: lost, 1 messages of 100 bytes
        10 connecting 2: desync
        ",
    );
    assert_eq!(world.client.queued(), (1, 5), "what was never sent is kept");
}

#[test]
fn what_the_server_lost_is_sent_again_and_then_what_is_new() {
    let mut world = World::resumed(resuming());
    world.send_at(10, "0123456789").unwrap();
    world.frame_at(20, &FromServer::Ack(4));
    world.close_at(30, 1006, "");
    world.at(40, Input::Offline);
    world.send_at(40, "abc").unwrap();
    world.welcomes(|hello| Welcome {
        accepted: 7,
        ..there(hello)
    });
    world.at(1000, Input::Online);
    world.run_until(1000);
    assert_eq!(world.input, b"789abc");
    world.frame_at(1010, &FromServer::Ack(13));
    assert_eq!(world.client.unacknowledged(), 0);
}

#[test]
fn input_is_sent_again_as_often_as_it_is_lost() {
    let mut world = World::resumed(resuming());
    world.send_at(10, "once").unwrap();
    world.welcomes(|hello| Welcome {
        accepted: hello.in_lo,
        ..there(hello)
    });
    for cut in [6000, 12_000, 18_000] {
        world.close_at(cut, 1006, "");
        world.run_until(cut + 1000);
        assert_eq!(world.input, b"once");
    }
}

#[test]
fn credit_counts_from_what_was_written_and_not_from_what_was_accepted() {
    let mut world = credited(resuming(), 100);
    paste(&mut world, 100).unwrap();
    world.frame_at(10, &FromServer::Ack(30));
    world.welcomes(|hello| Welcome {
        accepted: 80,
        in_window: 100,
        ..there(hello)
    });
    world.close_at(20, 1006, "");
    world.run_until(1020);
    world.look();
    world.send_at(1030, &"x".repeat(40)).unwrap();
    // 80..100 again, and as far as 130.
    assert_eq!(world.input.len(), 50);
    // The server says again what was written: it is behind what it has accepted.
    world.frame_at(1040, &FromServer::Ack(35));
    assert_eq!(world.input.len(), 55);
    assert_eq!(world.client.state(), State::Ready);
}

#[test]
fn a_smaller_window_takes_back_nothing() {
    let mut world = credited(resuming(), 100);
    paste(&mut world, 100).unwrap();
    world.welcomes(|hello| Welcome {
        accepted: 50,
        in_window: 20,
        ..there(hello)
    });
    world.close_at(20, 1006, "");
    world.run_until(1020);
    assert!(world.input.is_empty(), "50 are accepted, none is written");
    world.frame_at(1030, &FromServer::Ack(50));
    assert_eq!(world.input.len(), 20);
}

#[test]
fn what_waits_for_credit_does_not_grow_old() {
    let mut world = credited(resuming(), 10);
    paste(&mut world, 10).unwrap();
    world.send_at(10, "later").unwrap();
    world.send_at(28_000, "!").unwrap();
    world.frame_at(29_000, &FromServer::Ack(10));
    assert_eq!(world.input[10..], *b"later!");
}

#[test]
fn what_was_typed_before_the_welcome_and_waits_for_credit_does_not_grow_old() {
    let mut world = World::greeted(resuming());
    world.send_at(10, "0123456789").unwrap();
    world.send_at(10, "later").unwrap();
    let welcome = Welcome {
        in_window: 10,
        ..WELCOME
    };
    world.frame_at(20, &FromServer::Welcome(welcome));
    world.run_until(29_000);
    world.frame_at(29_000, &FromServer::Ack(10));
    assert_eq!(world.input, b"0123456789later");
}

#[test]
fn what_waits_for_credit_when_the_line_is_lost_grows_old_from_then() {
    let mut world = credited(resuming(), 10);
    paste(&mut world, 10).unwrap();
    world.send_at(10, "later").unwrap();
    world.run_until(20_000);
    world.at(20_000, Input::Offline);
    world.close_at(20_000, 1006, "");
    world.look();
    world.run_until(35_000);
    world.shows("35000 dropped: expired, 1 messages of 5 bytes");
}

#[test]
fn what_waits_for_credit_is_bounded() {
    let mut config = resuming();
    config.queue.bytes = 100;
    config.queue.messages = 2;
    let mut world = credited(config, 10);
    paste(&mut world, 10).unwrap();
    paste(&mut world, 99).unwrap();
    assert_eq!(paste(&mut world, 2), Err(Refusal::QueueFull));
    paste(&mut world, 1).unwrap();
    assert_eq!(world.send_at(10, ""), Err(Refusal::QueueFull), "a third message");
    world.frame_at(20, &FromServer::Ack(10));
    assert_eq!(world.client.queued(), (2, 90));
}

#[test]
fn what_the_credit_covers_needs_no_room_in_the_queue() {
    let mut config = resuming();
    config.queue.bytes = 0;
    let mut world = credited(config, 1000);
    paste(&mut world, 1000).unwrap();
    assert_eq!(world.input.len(), 1000);
    assert_eq!(paste(&mut world, 1), Err(Refusal::QueueFull));
    world.frame_at(10, &FromServer::Ack(1));
    paste(&mut world, 1).unwrap();
    assert_eq!(world.input.len(), 1001);
}

#[test]
fn nothing_is_no_input() {
    let mut world = World::resumed(resuming());
    world.send_at(10, "").unwrap();
    world.shows("");
    assert_eq!(world.client.queued(), (0, 0));
}

#[test]
fn input_that_was_not_acknowledged_is_counted() {
    let mut world = World::resumed(resuming());
    world.send_at(10, "12345").unwrap();
    world.frame_at(20, &FromServer::Ack(2));
    assert_eq!(world.client.unacknowledged(), 3);
    assert_eq!(world.client.offsets().input, 5);
    assert_eq!(world.client.offsets().acked, 2);
    assert_eq!(world.client.stats().bytes_out, 5);
}
