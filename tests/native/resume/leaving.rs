//! Leaving: the server is told whether the session ends.

use crate::common::{Answer, EPOCH, WELCOME, World, resuming};
use relatch::client::{Input, State};
use relatch::wire::{FromServer, Welcome};

fn close(code: u16) -> Input {
    Input::Close {
        code,
        reason: "done".to_owned(),
    }
}

/// A line with one byte of input that is not acknowledged.
fn line() -> World {
    let mut world = World::resumed(resuming());
    world.send_at(10, "x").unwrap();
    world.look();
    world
}

#[test]
fn a_user_who_is_done_ends_the_session() {
    let mut world = line();
    world.at(20, close(1000));
    world.shows(
        "
        20 send {\"t\":\"bye\",\"kill\":true}
        20 discard 1000 done
        20 forget session
        20 dropped: lost, 1 messages of 1 bytes
        20 closed: user 1000 done
        ",
    );
    world.welcomes(|_| WELCOME);
    world.at(30, Input::Reconnect);
    world.run_until(30);
    // What the old one's programs had set is not to be the new one's.
    let begins = ["30 reset: session lost", "30 new session", "30 connecting 1: user"];
    assert_eq!(world.look()[..3], begins);
    assert_eq!(world.client.state(), State::Ready);
}

#[test]
fn any_other_close_keeps_it() {
    let mut world = line();
    world.at(20, close(3001));
    world.shows(
        "
        20 send {\"t\":\"bye\",\"kill\":false}
        20 discard 3001 done
        20 dropped: lost, 1 messages of 1 bytes
        20 closed: user 3001 done
        ",
    );
}

#[test]
fn a_page_that_is_done_with_the_link_keeps_it() {
    let mut world = line();
    world.at(20, Input::Dispose);
    world.shows(
        "
        20 send {\"t\":\"bye\",\"kill\":false}
        20 discard 4104
        20 dropped: lost, 1 messages of 1 bytes
        20 closed: disposed 4104
        ",
    );
}

#[test]
fn another_session_ends_this_one() {
    let mut world = line();
    world.welcomes(|_| WELCOME);
    world.at(20, Input::NewSession);
    world.run_until(20);
    world.shows(
        "
        20 send {\"t\":\"bye\",\"kill\":true}
        20 discard 1000
        20 dropped: session-lost, 1 messages of 1 bytes
        20 reset: session lost
        20 new session
        20 connecting 1: user
        20 hello 2: new, out none, done 0, in 0..0
        20 resumed: new at 0, replay 0, 80x24
        20 send {\"t\":\"ack\",\"out\":0}
        20 ready 1: opened
        ",
    );
}

#[test]
fn nobody_is_told_before_the_welcome() {
    for input in [close(1000), close(3001), Input::Dispose, Input::NewSession] {
        let mut world = World::greeted(resuming());
        world.at(10, input.clone());
        let told = world.look();
        assert!(told[0].starts_with("10 discard"), "{input:?}: {told:?}");
    }
}

#[test]
fn a_line_that_its_user_does_not_believe_in_is_replaced_without_a_bye() {
    let mut world = line();
    world.at(20, Input::Reconnect);
    world.run_until(20);
    world.shows(
        "
        20 discard 4101
        20 connecting 2: user
        20 hello 2: resume, epoch 7, out 0, done 0, in 0..1
        20 resumed: ok at 0, replay 0, 80x24
        20 send {\"t\":\"ack\",\"out\":0}
        20 ready 2: opened
        ",
    );
}

#[test]
fn what_is_typed_for_another_session_waits_for_its_process() {
    let mut world = line();
    world.host(|_| Answer::default());
    world.at(20, Input::NewSession);
    world.run_until(20);
    world.send_at(30, "make").unwrap();
    world.look();
    let welcome = Welcome {
        epoch: EPOCH + 1,
        ..WELCOME
    };
    world.frame_at(40, &FromServer::Welcome(welcome));
    world.shows(
        "
        40 resumed: new at 0, replay 0, 80x24
        40 send {\"t\":\"ack\",\"out\":0}
        40 send 4 bytes
        40 ready 1: opened
        ",
    );
}
