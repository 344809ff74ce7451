//! What was typed more than 15 s ago is said to be gone, and not sent (C5).

use crate::common::{Answer, WELCOME, World, accept, resuming, there};
use relatch::client::{Action, Client, Input, Payload, SocketId};
use relatch::wire::{FromServer, Welcome};

/// A page that sent "sent", of which one byte was accepted, lost its line at 6000 ms, and gets another after this long.
fn away(span: u64) -> World {
    let mut world = World::resumed(resuming());
    world.send_at(10, "sent").unwrap();
    world.run_until(6000);
    world.answer(|_| Answer::default());
    world.close_at(6000, 1006, "");
    world.run_until(6000 + span);
    world.look();
    world.answer(|_| accept(0));
    world.welcomes(|hello| Welcome {
        accepted: 1,
        ..there(hello)
    });
    world.at(6000 + span, Input::Reconnect);
    if world.client.current_socket().is_some() {
        let socket = world.socket();
        world.at(6000 + span, Input::Opened(socket));
    }
    world.run_until(6000 + span);
    world
}

#[test]
fn what_was_sent_just_now_is_sent_again() {
    let world = away(14_999);
    assert_eq!(world.input, b"ent");
}

#[test]
fn what_was_sent_too_long_ago_is_said_to_be_gone_once_it_is_known_how_much_of_it_arrived() {
    for span in [15_000, 60_000] {
        let mut world = away(span);
        let told = world.look();
        let now = 6000 + span;
        assert!(
            told.contains(&format!("{now} dropped: expired, 1 messages of 3 bytes")),
            "{told:?}"
        );
        assert!(world.input.is_empty());
        world.send_at(now + 10, "new").unwrap();
        assert_eq!(world.input, b"new");
        world.frame_at(now + 20, &FromServer::Ack(4));
        assert_eq!(
            world.client.offsets().acked,
            4,
            "its place is where the server's count is"
        );
    }
}

#[test]
fn what_was_not_sent_expires_while_the_line_is_away() {
    let mut world = World::resumed(resuming());
    world.at(5999, Input::Offline);
    world.close_at(6000, 1006, "");
    world.send_at(7000, "late").unwrap();
    world.look();
    world.run_until(22_000);
    world.shows("22000 dropped: expired, 1 messages of 4 bytes");
}

#[test]
fn what_was_typed_later_outlives_what_was_sent_before() {
    let mut world = World::resumed(resuming());
    world.send_at(10, "old").unwrap();
    world.at(5999, Input::Offline);
    world.close_at(6000, 1006, "");
    world.send_at(20_000, "new").unwrap();
    world.welcomes(|hello| Welcome {
        accepted: hello.in_lo,
        ..there(hello)
    });
    world.at(22_000, Input::Online);
    world.run_until(22_000);
    assert_eq!(world.input, b"new");
    let told = world.look();
    assert!(
        told.contains(&"22000 dropped: expired, 1 messages of 3 bytes".to_owned()),
        "{told:?}"
    );
}

#[test]
fn typing_is_bounded_while_the_line_is_away() {
    let mut config = resuming();
    config.queue.bytes = 4096;
    let mut world = World::resumed(config);
    world.at(5999, Input::Offline);
    world.close_at(6000, 1006, "");
    world.look();
    world.send_at(6010, &"x".repeat(4000)).unwrap();
    world.send_at(6020, &"x".repeat(97)).unwrap_err();
    world.shows("6020 dropped: overflow, 1 messages of 97 bytes");
    world.send_at(6030, &"x".repeat(96)).unwrap();
}

#[test]
fn a_welcome_that_comes_before_the_late_timer_lets_nothing_old_through() {
    let mut client = Client::new(resuming(), 1);
    let socket = SocketId(1);
    client.handle(0, Input::Connect).unwrap();
    client.handle(0, Input::Opened(socket)).unwrap();
    client.handle(10, Input::Send(Payload::Binary(vec![1]))).unwrap();
    let text = FromServer::Welcome(WELCOME).to_text();
    client.handle(20_000, Input::Control { socket, text }).unwrap();
    let sent = |action: &Action| matches!(action, Action::Transmit(_, Payload::Binary(_)));
    assert!(!std::iter::from_fn(|| client.poll_action()).any(|action| sent(&action)));
    assert_eq!((client.queued(), client.stats().messages_dropped), ((0, 0), 1));
}
