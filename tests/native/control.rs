//! Control frames: the terminal's size, and a screen that starts anew.

use crate::common::{World, accept, exact};
use relatch::client::Input;
use relatch::config::Config;
use relatch::error::Refusal;
use relatch::wire::Size;

const SMALL: Size = Size { cols: 80, rows: 24 };
const LARGE: Size = Size { cols: 132, rows: 43 };

fn control() -> Config {
    Config {
        control: true,
        ..exact()
    }
}

#[test]
fn a_size_is_said_with_the_attempt_and_sent_when_it_changes() {
    let mut world = World::new(Config {
        size: Some(SMALL),
        ..control()
    })
    .server(|_| accept(0))
    .connected();
    world.run_until(0);
    assert_eq!(world.claim().size, Some(SMALL));
    world.at(100, Input::Resize(LARGE));
    world.at(200, Input::Resize(LARGE));
    world.shows(
        r#"
        0 connecting 1: connect
        0 ready 1: opened
        100 send {"t":"resize","cols":132,"rows":43}
        "#,
    );
}

#[test]
fn a_size_that_changes_during_the_attempt_is_sent_first() {
    let mut world = World::new(control()).server(|_| accept(100)).connected();
    world.send_at(10, "ls").unwrap();
    world.at(20, Input::Resize(SMALL));
    world.at(30, Input::Resize(LARGE));
    world.run_until(100);
    world.shows(
        r#"
        0 connecting 1: connect
        100 send {"t":"resize","cols":132,"rows":43}
        100 send 2 bytes
        100 ready 1: opened
        "#,
    );
}

#[test]
fn what_the_page_sends_goes_as_bytes_and_is_never_taken_for_control() {
    let mut world = World::stable(control());
    world.send_at(20_000, r#"{"t":"resize"}"#).unwrap();
    world.shows("20000 send 14 bytes");
    let mut world = World::stable(exact());
    world.send_at(20_000, "ls").unwrap();
    world.shows("20000 send ls");
}

#[test]
fn of_the_sizes_of_an_outage_the_last_is_said_and_none_is_sent() {
    let mut world = World::stable(control());
    world.close_at(20_000, 1006, "");
    world.at(20_100, Input::Resize(SMALL));
    world.at(20_200, Input::Resize(LARGE));
    world.run_until(21_000);
    assert_eq!(world.claim().size, Some(LARGE));
    world.shows(
        "
        20000 waiting 1: lost 1006, in 1000
        21000 connecting 1: retry
        21000 ready 1: opened
        ",
    );
}

#[test]
fn without_control_no_size_is_sent() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::Resize(LARGE));
    world.shows("");
}

#[test]
fn a_size_is_kept_while_closed_and_refused_once_disposed_of() {
    let mut world = World::stable(control());
    world.at(
        20_000,
        Input::Close {
            code: 3000,
            reason: String::new(),
        },
    );
    world.at(20_001, Input::Resize(LARGE));
    world.at(20_002, Input::Reconnect);
    assert_eq!(world.claim().size, Some(LARGE));
    world.at(20_003, Input::Dispose);
    assert_eq!(world.try_at(20_004, Input::Resize(SMALL)), Err(Refusal::Disposed));
}

#[test]
fn a_reset_is_told_to_the_page() {
    let mut world = World::stable(control());
    world.control_at(20_000, r#"{"t":"reset"}"#);
    world.shows("20000 reset: server");
}

#[test]
fn what_is_unknown_or_only_a_page_says_is_ignored() {
    let mut world = World::stable(control());
    world.control_at(20_000, r#"{"t":"welcome","x":1}"#);
    // What only a page says is as unknown from a server as any other.
    world.control_at(20_000, r#"{"t":"resize","cols":1,"rows":1}"#);
    world.control_at(20_000, r#"{"t":"resize"}"#);
    world.shows("");
}

#[test]
fn what_breaks_the_protocol_is_closed_with_4400_and_attached_afresh() {
    let too_long = format!(r#"{{"t":"{}"}}"#, "x".repeat(4096));
    for text in ["", "reset", "{}", r#"{"t":1}"#, &too_long] {
        let mut world = World::stable(control());
        world.control_at(20_000, text);
        world.run_until(20_000);
        world.shows(
            "
            20000 discard 4400
            20000 connecting 1: desync
            20000 ready 1: opened
            ",
        );
        assert!(!world.claim().warm && world.claim().take);
    }
}
