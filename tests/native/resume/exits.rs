//! The process's exit: told once, acknowledged at once, and whatever the line does then is the end (C10).

use crate::common::{Answer, WELCOME, World, resuming, there};
use relatch::client::{Input, State};
use relatch::wire::{Exit, FromServer, Welcome};

const EXIT: FromServer = FromServer::Exit {
    exit: Exit::Code(0),
    out: 100,
};

/// A page with 100 bytes of output of which its terminal has processed none.
fn before() -> World {
    let mut world = World::resumed(resuming());
    world.at(0, Input::Pace);
    world.output_at(10, 100);
    world.run_until(6000);
    world.look();
    world
}

fn exited() -> World {
    let mut world = before();
    world.frame_at(6000, &EXIT);
    world.look();
    world
}

#[test]
fn an_exit_is_told_and_acknowledged_at_once() {
    let mut world = before();
    world.frame_at(6000, &EXIT);
    world.shows(
        "
        6000 exit: code 0
        6000 send {\"t\":\"ack\",\"out\":0,\"exit\":true}
        ",
    );
    world.close_at(6010, 4410, "");
    world.shows(
        "
        6010 forget session
        6010 closed: ended 4410
        ",
    );
}

#[test]
fn a_signal_is_told_as_one() {
    let mut world = before();
    let exit = Exit::Signal(9);
    world.frame_at(6000, &FromServer::Exit { exit, out: 100 });
    assert_eq!(world.look()[0], "6000 exit: signal 9");
}

#[test]
fn a_second_exit_is_acknowledged_and_not_told() {
    let mut world = exited();
    world.frame_at(6005, &EXIT);
    world.shows("6005 send {\"t\":\"ack\",\"out\":0,\"exit\":true}");
}

#[test]
fn an_exit_elsewhere_than_at_the_end_is_a_mistake() {
    for out in [99, 101] {
        let mut world = before();
        world.answer(|_| Answer::default());
        let exit = Exit::Code(0);
        world.frame_at(6000, &FromServer::Exit { exit, out });
        world.shows(
            "
            6000 discard 4400
            6000 connecting 1: desync
            ",
        );
    }
}

#[test]
fn any_close_after_the_exit_is_the_end() {
    for code in [1000, 1001, 1006, 1012, 1013, 4000, 4400, 4401, 4404, 4409, 4429, 4500] {
        let mut world = exited();
        world.close_at(6010, code, "");
        let told = world.look();
        assert_eq!(
            told[told.len() - 2..],
            ["6010 forget session".to_owned(), format!("6010 closed: ended {code}")]
        );
    }
}

#[test]
fn a_line_that_goes_dead_after_the_exit_is_closed_too() {
    let mut world = exited();
    world.run_until(100_000);
    world.shows(
        "
        36000 send {\"t\":\"ping\",\"n\":36000}
        41000 discard 4101
        41000 forget session
        41000 closed: ended
        ",
    );
}

#[test]
fn nonsense_after_the_exit_is_the_end_too() {
    let mut world = exited();
    world.control_at(6010, "nonsense");
    world.shows(
        "
        6010 discard 4400
        6010 forget session
        6010 closed: ended
        ",
    );
}

#[test]
fn input_that_an_exited_process_did_not_take_is_said_to_be_lost() {
    let mut world = before();
    world.send_at(6000, "too late").unwrap();
    world.frame_at(6000, &EXIT);
    world.look();
    world.close_at(6010, 4410, "");
    world.shows(
        "
        6010 forget session
        6010 dropped: lost, 1 messages of 8 bytes
        6010 closed: ended 4410
        ",
    );
}

#[test]
fn acks_go_on_after_the_exit() {
    let mut world = exited();
    world.at(6010, Input::Processed(100));
    world.run_until(6110);
    world.shows("6110 send {\"t\":\"ack\",\"out\":100}");
}

#[test]
fn a_user_who_wants_to_go_on_after_the_end_gets_another_session() {
    let mut world = exited();
    world.close_at(6010, 4410, "");
    world.look();
    world.welcomes(|_| WELCOME);
    world.at(7000, Input::Reconnect);
    world.run_until(7000);
    let begins = [
        "7000 reset: session lost",
        "7000 new session",
        "7000 connecting 1: user",
    ];
    assert_eq!(world.look()[..3], begins);
    let hello = world.hello.unwrap();
    assert_eq!((hello.resume, hello.epoch, hello.out), (false, None, None));
    assert_eq!(world.client.state(), State::Ready);
    // The next one's exit is its own.
    let exit = Exit::Code(1);
    world.frame_at(7010, &FromServer::Exit { exit, out: 0 });
    assert!(world.look().contains(&"7010 exit: code 1".to_owned()));
}

#[test]
fn a_user_who_does_not_believe_in_the_line_hears_no_second_exit() {
    let mut world = exited();
    world.welcomes(|hello| Welcome {
        live: 100,
        ..there(hello)
    });
    world.at(6010, Input::Reconnect);
    world.run_until(6010);
    world.look();
    world.frame_at(6020, &EXIT);
    world.shows("6020 send {\"t\":\"ack\",\"out\":0,\"exit\":true}");
}
