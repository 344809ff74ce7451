//! Peers that break the protocol: it costs them their socket, and nobody else anything (I5, I9, I10).

use crate::common::{Stage, back, fresh, small, take};
use relatch::host::SocketId;
use relatch::wire::{FromClient, Identity};

/// What is wrong with it costs the socket, and the session can be attached to again.
fn costs_the_socket(act: impl FnOnce(&mut Stage)) {
    let mut stage = Stage::attached(small());
    act(&mut stage);
    assert_eq!(stage.hear(1), "error 4400, close 4400");
    assert_eq!((stage.session.attached(), stage.session.ended()), (None, None));
    let before = stage.session.clone();
    stage.input(1, b"x");
    stage.text(1, "{");
    assert_eq!(stage.session, before, "it is not listened to any more");
    assert!(stage.greet(2, "a", &back(2, 0, 0)).starts_with("welcome 2 ok"));
}

#[test]
fn what_is_no_control_frame_costs_the_socket() {
    for text in [
        "",
        "{",
        "[]",
        r#"{"t":1}"#,
        r#"{"t":"ack"}"#,
        r#"{"t":"ack","out":-1}"#,
        r#"{"t":"ack","out":9007199254740992}"#,
        r#"{"t":"ack","out":0,"out":0}"#,
        r#"{"t":"resize","cols":0,"rows":1}"#,
        r#"{"t":"pong","n":[1]}"#,
    ] {
        costs_the_socket(|stage| stage.text(1, text));
    }
}

#[test]
fn a_control_frame_beyond_4096_bytes_costs_the_socket() {
    let frame = |bytes: usize| {
        let frame = r#"{"t":"x","pad":""}"#;
        frame.replace(r#""}"#, &format!(r#"{}"}}"#, "x".repeat(bytes - frame.len())))
    };
    costs_the_socket(|stage| {
        stage.text(1, &frame(4096));
        assert_eq!(stage.hear(1), "");
        stage.text(1, &frame(4097));
    });
}

#[test]
fn a_second_hello_costs_the_socket() {
    let identity = Identity {
        session: "s".to_owned(),
        secret: "s".repeat(32),
        project: "p".to_owned(),
        inst: "a".to_owned(),
        ..Identity::default()
    };
    costs_the_socket(|stage| stage.say(1, &FromClient::Hello(identity, fresh(2))));
}

#[test]
fn what_comes_before_the_welcome_costs_the_socket() {
    for what in 0..4 {
        let mut stage = Stage::new(small());
        stage.hello(1, "a", &fresh(1));
        match what {
            0 => stage.input(1, b"x"),
            1 => stage.ack(1, 0),
            2 => stage.say(1, &FromClient::Bye { kill: true }),
            _ => stage.text(1, r#"{"t":"unknown"}"#),
        }
        assert_eq!(stage.hear(1), "error 4400, close 4400");
        assert_eq!(stage.session.accepted("a"), Some(0));
        assert_eq!(stage.session.ended(), None);
    }
}

#[test]
fn a_pong_before_the_welcome_is_none_of_that() {
    let mut stage = Stage::new(small());
    stage.hello(1, "a", &fresh(1));
    stage.say(1, &FromClient::Pong(1));
    assert_eq!(stage.hear(1), "welcome 1 new out 0 in 0 live 0");
}

#[test]
fn what_comes_before_the_answer_to_the_ping_costs_the_socket() {
    for what in 0..4 {
        let mut stage = Stage::attached(small());
        assert_eq!(stage.greet(2, "b", &take(1)), "ping 1");
        match what {
            0 => stage.input(2, b"x"),
            1 => stage.ack(2, 0),
            2 => stage.text(2, "{"),
            _ => stage.say(2, &FromClient::Bye { kill: true }),
        }
        assert_eq!(stage.hear(2), "error 4400, close 4400");
        assert_eq!(stage.session.attached(), Some(SocketId(1)));
    }
}

#[test]
fn a_flood_of_hellos_is_bounded_and_a_living_page_does_not_notice() {
    let mut stage = Stage::attached(small());
    for n in 0..1000 {
        stage.hello(10 + n, &format!("i{n}"), &take(1));
        stage.hello(5000 + n, "b", &fresh(1));
    }
    // 4 that prove themselves, 64 that are sent away.
    assert_eq!(stage.session.sockets().count(), 68);
    stage.print(b"alive");
    assert_eq!(stage.hear(1), r#""alive""#);
    assert_eq!(stage.hear(1009), "ping 1000");
    assert_eq!(stage.hear(5999), "error 4409, close 4409");
    // Who was pushed out is not known, and its driver is told so.
    assert_eq!(
        (stage.hear(10).as_str(), stage.session.knows(SocketId(10))),
        ("", false)
    );
}

#[test]
fn a_page_that_never_acks_is_given_its_window_and_no_more() {
    let mut stage = Stage::attached(small());
    for _ in 0..100 {
        stage.flood(100_000);
        stage.hear(1);
        stage.say(1, &FromClient::Pong(1));
    }
    assert_eq!((stage.session.cursor(), stage.session.head()), (Some(64), 64));
}

#[test]
fn a_page_that_says_hold_and_live_all_the_time_bounds_itself() {
    let mut stage = Stage::attached(small());
    for _ in 0..1000 {
        stage.say(1, &FromClient::Hold);
        stage.flood(500);
        stage.say(1, &FromClient::Live);
        stage.flood(500);
        stage.say(1, &FromClient::Ping(1));
    }
    assert!(stage.hear(1).starts_with("gap 0.."));
}

#[test]
fn a_paste_into_a_stalled_program_is_bounded() {
    let mut stage = Stage::attached(small());
    for attempt in 1..100 {
        for _ in 0..10 {
            stage.input(attempt, &[b'x'; 16]);
        }
        stage.hear(attempt);
        stage.hello(attempt + 1, "a", &back(attempt + 1, 0, 1000));
        stage.hear(attempt + 1);
    }
    assert_eq!(stage.session.input_waiting(), 32);
}

#[test]
fn bounds_of_nothing_are_taken_as_the_least_that_works() {
    let mut bounds = small();
    (bounds.ring, bounds.window, bounds.frame, bounds.input, bounds.mark) = (0, 0, 0, 0, 0);
    let mut stage = Stage::new(bounds);
    stage.bounds = relatch::host::Bounds {
        ring: 1,
        window: 1,
        frame: 1,
        input: 1,
        mark: 1,
        ..small()
    };
    assert_eq!(stage.greet(1, "a", &fresh(1)), "welcome 1 new out 0 in 0 live 0");
    for out in 1..=3 {
        assert_eq!(stage.flood(10), 1);
        assert_eq!(stage.hear(1), format!("1 dots, mark {out}"));
        stage.ack(1, out);
    }
}
