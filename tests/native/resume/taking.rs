//! Take-over: who lost the session takes it back only by a user's act (C9).

use crate::common::{World, resuming, there};
use relatch::client::{Input, State};
use relatch::wire::{FromServer, Welcome};

fn error(code: u16) -> FromServer {
    FromServer::Error {
        code,
        retry_ms: None,
        msg: "another page has the session".to_owned(),
    }
}

/// A page that had 7000 bytes of output, had typed 9 and then lost the session.
fn superseded() -> World {
    let mut world = World::resumed(resuming());
    world.output_at(10, 7000);
    world.send_at(20, "0123456789").unwrap();
    world.frame_at(30, &FromServer::Ack(4));
    world.frame_at(6000, &error(4409));
    world.look();
    world.close_at(6000, 4409, "");
    world
}

#[test]
fn a_page_whose_session_was_taken_rests() {
    let mut world = superseded();
    world.shows(
        "
        6000 dropped: lost, 1 messages of 6 bytes
        6000 superseded: superseded 4409
        ",
    );
    world.at(7000, Input::Wake);
    world.at(8000, Input::Online);
    world.send_at(9000, "x").unwrap_err();
    world.run_until(1_000_000);
    assert!(world.look().is_empty());
}

#[test]
fn its_user_takes_the_session_back_to_where_the_page_was() {
    let mut world = superseded();
    world.look();
    world.host(|_| {
        crate::common::Answer::default()
            .frame(10, &FromServer::Ping { n: 44, out: None })
            .frame(
                20,
                &FromServer::Welcome(Welcome {
                    accepted: 9,
                    ..there(&relatch::wire::Attach {
                        attempt: 2,
                        resume: true,
                        epoch: Some(7),
                        take: true,
                        out: Some(7000),
                        done: 7000,
                        in_lo: 4,
                        in_hi: 10,
                        size: None,
                    })
                }),
            )
    });
    world.at(7000, Input::Reconnect);
    world.run_until(7020);
    world.shows(
        "
        7000 connecting 1: user
        7000 hello 2: resume, epoch 7, take, out 7000, done 7000, in 4..10
        7010 send {\"t\":\"pong\",\"n\":44}
        7020 resumed: ok at 7000, replay 0, 80x24
        7020 send {\"t\":\"ack\",\"out\":7000}
        7020 ready 1: opened
        ",
    );
    world.send_at(7030, "new").unwrap();
    assert_eq!(world.input, b"new", "what was given up is not sent after all");
    world.frame_at(7040, &FromServer::Ack(12));
    assert_eq!(world.client.state(), State::Ready);
}

#[test]
fn a_page_that_comes_back_does_not_take_the_session() {
    let mut world = World::resumed(resuming());
    world.close_at(6000, 1006, "");
    world.run_until(7000);
    assert!(!world.hello.unwrap().take);
}

#[test]
fn a_page_that_was_left_for_another_takes_the_session_when_its_user_comes_back() {
    for (input, takes) in [(Input::Leave, true), (Input::Freeze, false)] {
        let mut world = World::resumed(resuming());
        world.at(6000, input);
        world.at(7000, Input::Wake);
        world.run_until(7500);
        assert_eq!(world.hello.unwrap().take, takes);
        // Once it has it, it is a page like any other.
        world.close_at(20_000, 1006, "");
        world.run_until(21_000);
        assert!(!world.hello.unwrap().take);
    }
}

#[test]
fn a_page_that_lost_its_session_and_is_left_rests_when_its_user_comes_back() {
    let mut world = superseded();
    world.look();
    world.at(7000, Input::Leave);
    world.at(8000, Input::Wake);
    world.run_until(1_000_000);
    assert!(world.look().is_empty());
}

#[test]
fn a_page_that_is_refused_its_session_rests() {
    let mut world = World::greeted(resuming());
    world.send_at(10, "typed").unwrap();
    world.frame_at(20, &error(4409));
    world.close_at(20, 4409, "");
    world.shows(
        "
        20 dropped: superseded, 1 messages of 5 bytes
        20 superseded: superseded 4409
        ",
    );
}

#[test]
fn a_user_who_closes_a_page_that_lost_its_session_leaves_that_to_the_other() {
    let mut world = superseded();
    world.look();
    let close = Input::Close {
        code: 1000,
        reason: String::new(),
    };
    world.at(7000, close);
    world.shows("7000 closed: user 1000");
}
