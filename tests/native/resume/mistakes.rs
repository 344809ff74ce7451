//! What a server must not send: each is answered with 4400, and the page attaches afresh, once at once.

use crate::common::{Answer, WELCOME, World, resuming, there};
use relatch::client::State;
use relatch::wire::{Exit, FromServer, Gap, Size};

/// What breaks the form of every frame, and what lacks a field or has one out of range.
const MALFORMED: [&str; 21] = [
    "",
    "null",
    "[]",
    "hello",
    "{}",
    r#"{"t":1}"#,
    r#"{"t":"mark","out":0"#,
    r#"{"t":"mark","out":0}}"#,
    r#"{"t":"mark","out":0,"out":0}"#,
    r#"{"t":"mark","out":[0]}"#,
    r#"{"t":"mark","out":-1}"#,
    r#"{"t":"mark","out":0.0}"#,
    r#"{"t":"mark","out":9007199254740992}"#,
    r#"{"t":"mark"}"#,
    r#"{"t":"ack"}"#,
    r#"{"t":"gap","from":0}"#,
    r#"{"t":"size","cols":0,"rows":24}"#,
    r#"{"t":"exit","out":0}"#,
    r#"{"t":"error","code":999}"#,
    r#"{"t":"ping"}"#,
    r#"{"t":"welcome"}"#,
];

fn deaf(mut world: World) -> World {
    world.answer(|_| Answer::default());
    world.look();
    world
}

#[test]
fn a_malformed_frame_is_answered_with_4400() {
    let long = format!(r#"{{"t":"later","x":"{}"}}"#, "x".repeat(4096));
    for text in MALFORMED.into_iter().chain([long.as_str()]) {
        for welcomed in [false, true] {
            let mut world = deaf(if welcomed {
                World::resumed(resuming())
            } else {
                World::greeted(resuming())
            });
            world.control_at(10, text);
            assert_eq!(
                world.look(),
                ["10 discard 4400", "10 connecting 2: desync"],
                "{text}, welcomed: {welcomed}"
            );
            assert_eq!((world.claim().life, world.claim().take), (1, true));
        }
    }
}

#[test]
fn what_the_page_does_not_know_is_ignored() {
    let mut world = World::resumed(resuming());
    for text in [
        r#"{"t":"later"}"#,
        r#"{"t":"snap","out":3}"#,
        r#"{"t":"hello"}"#,
        r#"{"t":"mark","out":0,"new":"field"}"#,
    ] {
        world.control_at(10, text);
    }
    world.shows("");
}

#[test]
fn output_before_the_welcome_is_a_mistake() {
    let mut world = deaf(World::greeted(resuming()));
    world.output_at(10, 5);
    world.shows(
        "
        10 discard 4400
        10 connecting 2: desync
        ",
    );
}

#[test]
fn a_frame_before_the_welcome_that_has_no_place_there_is_a_mistake() {
    let exit = Exit::Code(0);
    for frame in [
        FromServer::Gap(Gap {
            from: None,
            to: 0,
            snap: 0,
        }),
        FromServer::Size(Size { cols: 80, rows: 24 }),
        FromServer::Ack(0),
        FromServer::Mark(0),
        FromServer::Ping { n: 1, out: Some(0) },
        FromServer::Pong(1),
        FromServer::Exit { exit, out: 0 },
    ] {
        let mut world = deaf(World::greeted(resuming()));
        world.frame_at(10, &frame);
        assert_eq!(
            world.look(),
            ["10 discard 4400", "10 connecting 2: desync"],
            "{frame:?}"
        );
    }
}

#[test]
fn what_comes_before_the_hello_is_not_heard() {
    let mut world = World::new(resuming()).connected();
    world.look();
    world.frame_at(10, &FromServer::Welcome(WELCOME));
    world.output_at(20, 5);
    world.control_at(30, "nonsense");
    world.shows("");
    assert_eq!(world.client.state(), State::Connecting);
}

#[test]
fn a_page_that_was_told_nonsense_says_what_may_be_lost_and_keeps_what_was_never_sent() {
    let mut world = World::resumed(resuming());
    world.output_at(10, 100);
    world.send_at(20, "sent").unwrap();
    world.run_until(6000);
    world.look();
    world.control_at(6000, "nonsense");
    world.run_until(6000);
    world.shows(
        "
        6000 discard 4400
        6000 dropped: lost, 1 messages of 4 bytes
        6000 connecting 1: desync
        6000 hello 2: resume, epoch 7, take, out none, done 0, in 0..0
        6000 reset: server
        6000 resumed: ok at 0, replay 0, 80x24
        6000 send {\"t\":\"ack\",\"out\":0}
        6000 ready 1: opened
        ",
    );
    world.send_at(6010, "more").unwrap();
    assert_eq!(world.input, b"more");
    world.frame_at(6020, &FromServer::Ack(4));
    assert_eq!(world.client.unacknowledged(), 0);
}

#[test]
fn a_server_that_talks_nonsense_is_not_hammered() {
    let mut world = World::resumed(resuming());
    world.host(|_| Answer::default().control(0, "nonsense"));
    world.control_at(6000, "nonsense");
    world.run_until(66_000);
    assert!(world.attempts().len() <= 8, "{:?}", world.attempts());
    let mut lives: Vec<_> = world.opens.iter().map(|(_, open)| open.claim.life).collect();
    let told = lives.clone();
    lives.dedup();
    assert_eq!(lives, told, "each of them is another life");
}

#[test]
fn a_line_that_desyncs_while_its_breaker_opens_says_4000() {
    let mut world = World::resumed(resuming());
    world.host(|_| Answer::default().control(0, "nonsense"));
    world.control_at(10, "nonsense");
    world.run_until(60_000);
    assert!(world.look().iter().any(|line| line.ends_with("discard 4000")));
    world.welcomes(there);
    world.run_until(120_000);
    assert_eq!(world.client.state(), State::Ready);
}
