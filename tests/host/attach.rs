//! A page attaches, leaves and comes back (S3).

use crate::common::{EPOCH, SIZE, Stage, back, fresh, small, take};
use relatch::host::{Bounds, SocketId, Transmit};
use relatch::wire::{FromServer, Outcome, Welcome};

#[test]
fn the_welcome_says_all_that_a_page_goes_by() {
    let mut stage = Stage::new(Bounds::default());
    stage.hello(1, "a", &fresh(1));
    let Some(Transmit::Text(text)) = stage.session.transmit(0, SocketId(1)) else {
        panic!("a welcome comes first");
    };
    let welcome = Welcome {
        epoch: EPOCH,
        generation: 1,
        outcome: Outcome::New,
        out: 0,
        accepted: 0,
        live: 0,
        window: 256 * 1024,
        in_window: 64 * 1024,
        ring_bytes: 1024 * 1024,
        retain_ms: 1_800_000,
        ping_ms: 15_000,
        size: SIZE,
    };
    assert_eq!(FromServer::parse(&text).unwrap(), Some(FromServer::Welcome(welcome)));
}

#[test]
fn output_goes_on_where_the_page_has_it() {
    let mut stage = Stage::attached(small());
    stage.print(b"one two three");
    assert_eq!(stage.hear(1), r#""one two three""#);
    stage.gone(1);
    stage.print(b" four");
    assert_eq!(
        stage.greet(2, "a", &back(2, 8, 0)),
        r#"welcome 2 ok out 8 in 0 live 18, "three four""#
    );
}

#[test]
fn zero_is_an_offset_too() {
    let mut stage = Stage::attached(small());
    stage.print(b"one");
    stage.gone(1);
    assert_eq!(
        stage.greet(2, "a", &back(2, 0, 0)),
        r#"welcome 2 ok out 0 in 0 live 3, "one""#
    );
}

#[test]
fn a_page_without_a_screen_gets_all_that_is_kept() {
    let mut stage = Stage::attached(small());
    stage.print(b"one");
    stage.gone(1);
    assert_eq!(
        stage.greet(2, "a", &fresh(2)),
        r#"welcome 2 ok out 0 in 0 live 3, "one""#
    );
}

#[test]
fn the_first_welcome_may_be_lost() {
    let mut stage = Stage::new(small());
    stage.hello(1, "a", &fresh(1));
    stage.print(b"$ ");
    assert_eq!(
        stage.greet(2, "a", &fresh(2)),
        r#"welcome 2 ok out 0 in 0 live 2, "$ ""#
    );
    assert_eq!(stage.hear(1), "error 4408, close 4408");
}

#[test]
fn what_was_received_but_not_processed_counts_against_the_window() {
    let mut stage = Stage::attached(small());
    stage.flood(112);
    assert_eq!(stage.hear(1), "16 dots, 16 dots, 16 dots, 16 dots");
    let mut hello = back(2, 64, 0);
    hello.done = 16;
    stage.gone(1);
    stage.flood(48);
    assert_eq!(
        stage.greet(2, "a", &hello),
        "welcome 2 ok out 64 in 0 live 112, 16 dots"
    );
}

#[test]
fn a_socket_attaches_once() {
    let mut stage = Stage::attached(small());
    stage.hello(1, "a", &fresh(2));
    stage.hello(1, "b", &take(1));
    assert_eq!((stage.hear(1).as_str(), stage.session.generation()), ("", 1));
}

#[test]
fn a_closed_socket_is_known_no_more() {
    let mut stage = Stage::attached(small());
    assert!(stage.session.knows(SocketId(1)));
    stage.text(1, "{");
    assert!(stage.session.knows(SocketId(1)));
    assert_eq!(stage.hear(1), "error 4400, close 4400");
    assert!(!stage.session.knows(SocketId(1)));
    assert_eq!(stage.hear(1), "");
}
