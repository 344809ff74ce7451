//! The first frame of every socket, and that nothing but a pong follows it before the welcome (C1, C2).

use crate::common::{Answer, EPOCH, WELCOME, World, accept, resuming, there};
use relatch::client::{Input, Payload};
use relatch::config::Config;
use relatch::wire::{Attach, FromServer, Gap, Outcome, Size, Welcome};

fn hello(world: &World) -> Attach {
    world.hello.expect("a hello")
}

#[test]
fn a_new_page_asks_for_a_new_session_and_has_no_screen() {
    let config = Config {
        size: Some(Size { cols: 80, rows: 24 }),
        ..resuming()
    };
    let mut world = World::new(config).server(|_| accept(0)).connected();
    world.run_until(0);
    world.shows(
        "
        0 connecting 1: connect
        0 hello 1: new, take, out none, done 0, in 0..0, 80x24
        ",
    );
}

#[test]
fn a_page_that_found_its_session_asks_for_that_one() {
    let config = Config {
        found: true,
        ..resuming()
    };
    let mut world = World::greeted(config);
    let found = Attach {
        attempt: 1,
        resume: true,
        epoch: None,
        take: true,
        out: None,
        done: 0,
        in_lo: 0,
        in_hi: 0,
        size: None,
    };
    assert_eq!(world.hello, Some(found));
    world.close_at(10, 1006, "");
    world.run_until(1010);
    assert_eq!(world.hello, Some(Attach { attempt: 2, ..found }));
}

#[test]
fn until_it_was_welcomed_a_page_asks_for_the_same_new_session() {
    let mut world = World::greeted(resuming());
    world.close_at(0, 1006, "");
    world.run_until(1000);
    world.shows(
        "
        0 waiting 2: refused 1006, in 1000
        1000 connecting 2: retry
        1000 hello 2: new, take, out none, done 0, in 0..0
        ",
    );
}

#[test]
fn after_a_cut_a_page_says_how_far_each_stream_has_come() {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.send_at(10, "0123456789").unwrap();
    world.output_at(20, 5000);
    world.at(20, Input::Processed(4800));
    world.frame_at(30, &FromServer::Ack(10));
    world.send_at(40, "abcdef").unwrap();
    world.at(50, Input::Resize(Size { cols: 100, rows: 30 }));
    world.look();
    world.close_at(60, 1006, "");
    world.run_until(1060);
    world.shows(
        "
        60 waiting 2: lost 1006, in 1000
        1060 connecting 2: retry
        1060 hello 2: resume, epoch 7, out 5000, done 4800, in 10..16, 100x30
        1060 resumed: ok at 5000, replay 0, 80x24
        1060 send {\"t\":\"ack\",\"out\":4800}
        1060 ready 2: opened
        ",
    );
}

#[test]
fn what_comes_late_on_the_old_socket_changes_no_hello() {
    let mut world = World::resumed(resuming());
    world.output_at(10, 100);
    let old = world.socket();
    world.close_at(20, 1006, "");
    world.run_until(500);
    for input in [
        Input::Message { socket: old, bytes: 7 },
        Input::Control {
            socket: old,
            text: FromServer::Mark(100).to_text(),
        },
    ] {
        world.at(500, input);
    }
    world.run_until(2000);
    assert_eq!((hello(&world).out, hello(&world).done), (Some(100), 100));
}

#[test]
fn after_a_gap_the_place_is_behind_it() {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.output_at(10, 5000);
    let gap = Gap {
        from: Some(5000),
        to: 90_000,
        snap: 0,
    };
    world.frame_at(20, &FromServer::Gap(gap));
    world.output_at(30, 10);
    world.close_at(40, 1006, "");
    world.run_until(2000);
    assert_eq!((hello(&world).out, hello(&world).done), (Some(90_010), 90_000));
}

#[test]
fn after_4400_a_page_attaches_as_one_without_a_screen() {
    let mut world = World::resumed(resuming());
    world.output_at(10, 5000);
    world.send_at(20, "typed").unwrap();
    world.look();
    world.close_at(30, 4400, "");
    world.run_until(30);
    world.shows(
        "
        30 dropped: lost, 1 messages of 5 bytes
        30 connecting 2: desync 4400
        30 hello 2: resume, epoch 7, take, out none, done 0, in 0..0
        30 reset: server
        30 resumed: ok at 0, replay 0, 80x24
        30 send {\"t\":\"ack\",\"out\":0}
        30 ready 2: opened
        ",
    );
    assert_eq!(world.claim().life, 1);
}

#[test]
fn after_4404_a_page_asks_for_another_session() {
    let mut world = World::resumed(resuming());
    world.output_at(10, 5000);
    world.send_at(20, "typed").unwrap();
    world.look();
    world.close_at(30, 4404, "");
    world.run_until(30);
    world.shows(
        "
        30 dropped: session-lost, 1 messages of 5 bytes
        30 new session
        30 reset: session lost
        30 connecting 2: session-lost 4404
        30 hello 2: new, out none, done 0, in 0..0
        30 resumed: new at 0, replay 0, 80x24
        30 send {\"t\":\"ack\",\"out\":0}
        30 ready 2: opened
        ",
    );
    assert_eq!(world.claim().life, 0);
}

#[test]
fn a_page_that_closed_and_kept_the_session_comes_back_to_its_place() {
    let mut world = World::resumed(resuming());
    world.output_at(10, 5000);
    world.send_at(20, "typed").unwrap();
    let close = Input::Close {
        code: 3001,
        reason: String::new(),
    };
    world.at(30, close);
    world.look();
    world.welcomes(|hello| Welcome {
        accepted: 2,
        ..there(hello)
    });
    world.at(40, Input::Reconnect);
    world.run_until(40);
    world.send_at(50, "more").unwrap();
    world.shows(
        "
        40 connecting 1: user
        40 hello 2: resume, epoch 7, out 5000, done 5000, in 0..5
        40 resumed: ok at 5000, replay 0, 80x24
        40 send {\"t\":\"ack\",\"out\":5000}
        40 ready 1: opened
        50 send 4 bytes
        ",
    );
    assert_eq!(
        world.input, b"more",
        "what was given up at the close is not sent after all"
    );
    world.frame_at(60, &FromServer::Ack(6));
    assert_eq!(world.client.offsets().acked, 6);
}

#[test]
fn nothing_is_sent_before_the_welcome() {
    let mut world = World::greeted(resuming());
    world.send_at(10, "typed").unwrap();
    world.at(20, Input::Resize(Size { cols: 90, rows: 30 }));
    world.at(30, Input::Hide);
    world.at(40, Input::Wake);
    world.at(50, Input::Online);
    world.at(60, Input::Processed(10));
    world.at(70, Input::Offline);
    world.at(80, Input::Send(Payload::Binary(vec![3])));
    world.shows("");
    world.frame_at(90, &FromServer::Welcome(WELCOME));
    world.shows(
        "
        90 resumed: new at 0, replay 0, 80x24
        90 send {\"t\":\"ack\",\"out\":0}
        90 send 5 bytes
        90 send 1 bytes
        90 ready 1: opened
        90 send {\"t\":\"resize\",\"cols\":90,\"rows\":30}
        ",
    );
}

#[test]
fn a_ping_before_the_welcome_is_answered() {
    let mut world = World::greeted(resuming());
    world.frame_at(10, &FromServer::Ping { n: 42, out: None });
    world.shows("10 send {\"t\":\"pong\",\"n\":42}");
    world.frame_at(20, &FromServer::Welcome(WELCOME));
    assert_eq!(world.client.stats().ready, 1);
}

#[test]
fn a_hello_that_is_not_answered_in_time_is_given_up() {
    let mut world = World::greeted(resuming());
    world.frame_at(9000, &FromServer::Ping { n: 42, out: None });
    world.look();
    world.run_until(10_000);
    world.shows(
        "
        10000 discard 4103
        10000 waiting 2: timeout, in 1000
        ",
    );
}

#[test]
fn a_socket_says_hello_once() {
    let mut world = World::greeted(resuming());
    let socket = world.socket();
    world.at(10, Input::Opened(socket));
    world.shows("");
}

#[test]
fn a_page_that_is_new_to_the_session_may_take_it_until_it_is_welcomed() {
    let config = Config {
        found: true,
        ..resuming()
    };
    let mut world = World::new(config).server(|_| accept(0));
    world.host(|hello| match hello.attempt {
        1 | 2 => Answer::default().close(0, 1012, ""),
        _ => Answer::default().frame(
            0,
            &FromServer::Welcome(Welcome {
                outcome: Outcome::Ok,
                ..WELCOME
            }),
        ),
    });
    world.at(0, Input::Connect);
    world.run_until(5000);
    assert!(hello(&world).take);
    world.close_at(20_000, 1006, "");
    world.run_until(30_000);
    assert!(!hello(&world).take);
}

#[test]
fn a_page_that_did_not_hear_where_it_begins_has_no_screen_yet() {
    let config = Config {
        found: true,
        ..resuming()
    };
    let mut world = World::greeted(config);
    let late = Welcome {
        outcome: Outcome::Gap,
        out: 2000,
        live: 9000,
        ..WELCOME
    };
    world.frame_at(10, &FromServer::Welcome(late));
    world.close_at(20, 1006, "");
    world.run_until(2000);
    assert_eq!(
        (hello(&world).epoch, hello(&world).out, hello(&world).done),
        (Some(EPOCH), None, 0)
    );
}
