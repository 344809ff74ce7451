//! What is sent while there is no line: bounded in messages, bytes and age, kept in order, and never lost without a word.

use crate::common::{Answer, World, accept, accept_then_close, exact, refuse};
use relatch::client::{Input, Payload};
use relatch::config::{Config, QueueConfig};
use relatch::error::Refusal;

fn bounded(messages: u32, bytes: u32) -> Config {
    Config {
        queue: QueueConfig {
            messages,
            bytes,
            ..QueueConfig::default()
        },
        ..exact()
    }
}

fn binary(len: usize) -> Input {
    Input::Send(Payload::Binary(vec![7; len]))
}

#[test]
fn what_is_sent_before_the_line_is_there_goes_out_in_order_once_it_is() {
    let mut world = World::new(exact()).server(|_| accept(500));
    world.send_at(0, "a").unwrap();
    world.at(100, Input::Connect);
    world.send_at(200, "b").unwrap();
    world.at(300, binary(3));
    world.run_until(600);
    world.send_at(700, "c").unwrap();
    world.shows(
        "
        100 connecting 1: connect
        600 send a
        600 send b
        600 send 3 bytes
        600 ready 1: opened
        700 send c
        ",
    );
}

#[test]
fn what_is_sent_while_the_line_is_lost_goes_out_in_order_when_it_is_back() {
    let mut world = World::stable(exact()).server(|_| Answer::default());
    world.close_at(20_000, 1012, "");
    world.send_at(20_001, "a").unwrap();
    world.send_at(20_002, "b").unwrap();
    world.at(21_000, Input::Opened(world.socket()));
    world.shows(
        "
        20000 waiting 1: lost 1012, in 1000
        20001 connecting 1: wake
        21000 send a
        21000 send b
        21000 ready 1: opened
        ",
    );
}

#[test]
fn a_message_too_many_is_refused_and_said_to_be_dropped() {
    let mut world = World::new(bounded(2, 100));
    world.at(0, binary(1));
    world.at(1, binary(1));
    assert_eq!(world.try_at(2, binary(7)), Err(Refusal::QueueFull));
    world.shows("2 dropped: overflow, 1 messages of 7 bytes");
    assert_eq!(world.client.queued(), (2, 2));
}

#[test]
fn a_byte_too_many_is_refused_and_said_to_be_dropped() {
    let mut world = World::new(bounded(10, 100));
    world.at(0, binary(60));
    assert_eq!(world.try_at(1, binary(41)), Err(Refusal::QueueFull));
    world.at(2, binary(40));
    assert_eq!(world.try_at(3, binary(1)), Err(Refusal::QueueFull));
    world.shows(
        "
        1 dropped: overflow, 1 messages of 41 bytes
        3 dropped: overflow, 1 messages of 1 bytes
        ",
    );
    assert_eq!(world.client.queued(), (2, 100));
}

#[test]
fn the_default_bounds_are_1024_messages_and_a_mebibyte() {
    let mut world = World::new(exact());
    for at in 0..1024 {
        world.at(at, binary(1024));
    }
    assert_eq!(world.client.queued(), (1024, 1 << 20));
    assert_eq!(world.try_at(1024, binary(0)), Err(Refusal::QueueFull));
}

#[test]
fn a_queue_without_room_keeps_nothing() {
    let mut world = World::new(bounded(10, 0));
    assert_eq!(world.try_at(0, binary(1)), Err(Refusal::QueueFull));
    let mut world = World::new(bounded(0, 10));
    assert_eq!(world.try_at(0, binary(1)), Err(Refusal::QueueFull));
}

#[test]
fn a_ready_line_has_no_queue_to_be_full() {
    let mut world = World::new(bounded(0, 0)).server(|_| accept(0)).connected();
    world.at(1, binary(1 << 20));
    world.run_until(1);
    world.at(1, binary(5));
    world.shows(
        "
        0 connecting 1: connect
        0 ready 1: opened
        1 send 1048576 bytes
        1 send 5 bytes
        ",
    );
}

#[test]
fn what_is_kept_fifteen_seconds_is_dropped() {
    let mut world = World::new(exact());
    world.send_at(100, "ls").unwrap();
    world.send_at(200, "pwd").unwrap();
    world.send_at(15_199, "id").unwrap();
    world.run_until(100_000);
    world.shows(
        "
        15100 dropped: expired, 1 messages of 2 bytes
        15200 dropped: expired, 1 messages of 3 bytes
        30199 dropped: expired, 1 messages of 2 bytes
        ",
    );
    assert_eq!(world.client.next_timeout(), None);
}

#[test]
fn what_is_too_old_is_not_sent_though_the_timer_came_late() {
    let mut world = World::new(exact()).server(|_| Answer::default());
    world.send_at(0, "old").unwrap();
    world.at(9000, Input::Connect);
    world.send_at(9000, "new").unwrap();
    world.client.handle(16_000, Input::Opened(world.socket())).unwrap();
    let sent = std::iter::from_fn(|| world.client.poll_action())
        .filter(|action| matches!(action, relatch::client::Action::Transmit(_, Payload::Text(text)) if text == "new"));
    assert_eq!((sent.count(), world.client.stats().messages_out), (1, 1));
}

#[test]
fn room_is_made_of_what_is_too_old() {
    let mut world = World::new(bounded(1, 100));
    world.send_at(0, "old").unwrap();
    world.sleep_until(20_000);
    world.send_at(20_000, "new").unwrap();
    assert_eq!(world.client.queued(), (1, 3));
}

#[test]
fn a_line_typed_for_a_lost_shell_never_reaches_the_next() {
    let mut world = World::stable(exact()).server(|_| Answer::default().close(100, 4404, ""));
    world.close_at(20_000, 1012, "");
    world.send_at(20_000, "rm -r x").unwrap();
    world.answer(|_| accept(0));
    world.run_until(20_100);
    world.shows(
        "
        20000 waiting 1: lost 1012, in 1000
        20000 connecting 1: wake
        20100 dropped: session-lost, 1 messages of 7 bytes
        20100 new session
        20100 reset: session lost
        20100 connecting 2: session-lost 4404
        20100 ready 2: opened
        ",
    );
}

#[test]
fn a_closed_link_drops_its_queue() {
    let ways = [
        (
            Input::Close {
                code: 3000,
                reason: String::new(),
            },
            "closed: user 3000",
        ),
        (Input::Dispose, "closed: disposed 4104"),
    ];
    for (way, closed) in ways {
        let mut world = World::new(exact());
        world.send_at(0, "ls").unwrap();
        world.at(10, way);
        world.shows(&format!("10 dropped: closed, 1 messages of 2 bytes\n 10 {closed}"));
    }
}

#[test]
fn another_session_drops_the_queue() {
    let mut world = World::new(exact());
    world.send_at(0, "ls").unwrap();
    world.at(10, Input::NewSession);
    world.shows(
        "
        10 dropped: session-lost, 1 messages of 2 bytes
        10 new session
        10 connecting 1: user
        ",
    );
}

#[test]
fn a_superseded_page_drops_its_queue() {
    let mut world = World::new(exact()).server(|_| refuse(0).close(0, 4409, ""));
    world.answer(|_| Answer::default().close(50, 4409, ""));
    world.send_at(0, "ls").unwrap();
    world.at(0, Input::Connect);
    world.run_until(50);
    world.shows(
        "
        0 connecting 1: connect
        50 dropped: superseded, 1 messages of 2 bytes
        50 superseded: superseded 4409
        ",
    );
}

#[test]
fn what_was_sent_after_the_last_frame_may_have_arrived_or_not() {
    let mut world = World::stable(exact());
    world.send_at(20_000, "before").unwrap();
    world.message_at(20_100);
    world.send_at(20_200, "after").unwrap();
    world.send_at(20_300, "after").unwrap();
    world.look();
    world.close_at(20_400, 1006, "");
    world.shows(
        "
        20400 dropped: lost, 2 messages of 10 bytes
        20400 waiting 1: lost 1006, in 1000
        ",
    );
    assert_eq!(world.client.stats().messages_dropped, 2);
}

#[test]
fn what_a_page_leaves_behind_with_its_socket_is_said() {
    let ways = [
        Input::Freeze,
        Input::Reconnect,
        Input::NewSession,
        Input::Dispose,
        Input::Close {
            code: 1000,
            reason: String::new(),
        },
    ];
    for way in ways {
        let mut world = World::stable(exact());
        world.send_at(20_000, "x").unwrap();
        world.at(20_001, way.clone());
        let told = world.look();
        let dropped = "20001 dropped: lost, 1 messages of 1 bytes".to_owned();
        assert!(told.contains(&dropped), "{way:?}: {told:?}");
    }
}

#[test]
fn counters_count() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(1006, "", 7000))
        .connected();
    world.run_until(0);
    world.send_at(1000, "abc").unwrap();
    world.message_at(2000);
    world.run_until(8000);
    let stats = world.client.stats().clone();
    assert_eq!((stats.attempts, stats.ready, stats.failures), (2, 2, 0));
    assert_eq!((stats.messages_out, stats.bytes_out), (1, 3));
    assert_eq!((stats.messages_in, stats.bytes_in), (1, 10));
    assert_eq!((stats.messages_dropped, stats.downtime), (0, 1000));
}
