//! A server that accepts and closes again 100 ms later, for ever: one test for each row of the table of close codes.

use crate::common::{World, accept_then_close, exact};
use relatch::config::Config;

/// How long it is watched.
const LONG: u64 = 100_000;

/// What a page sees of such a server.
fn tale(config: Config, code: u16) -> Vec<String> {
    let mut world = World::new(config)
        .server(move |_| accept_then_close(code, "", 100))
        .connected();
    world.run_until(LONG);
    world.look()
}

/// The tale of attempts that are lost and followed by these waits, the last of them for ever.
fn ladder(code: u16, reason: &str, waits: &[(&str, u64)]) -> Vec<String> {
    let (mut at, mut why) = (0, "connect");
    let mut lines = Vec::new();
    for attempt in 1.. {
        let (state, wait) = waits[waits.len().min(attempt) - 1];
        lines.push(format!("{at} connecting {attempt}: {why}"));
        lines.push(format!("{at} ready {attempt}: opened"));
        at += 100;
        lines.push(format!("{at} {state} {}: {reason} {code}, in {wait}", attempt + 1));
        (at, why) = (at + wait, "retry");
        if at > LONG {
            break;
        }
    }
    lines
}

const WAIT: &str = "waiting";
const OPEN: &str = "open-circuit";

/// The ladder, and the breaker at its end.
const COUNTED: [(&str, u64); 6] = [
    (WAIT, 1000),
    (WAIT, 2000),
    (WAIT, 4000),
    (WAIT, 8000),
    (WAIT, 16_000),
    (OPEN, 30_000),
];

#[test]
fn a_lost_line_climbs_the_ladder_and_opens_the_breaker() {
    for code in [1005, 1006, 1011, 1014, 1015, 3001, 3999, 4408] {
        assert_eq!(tale(exact(), code), ladder(code, "lost", &COUNTED));
    }
}

#[test]
fn a_code_without_a_row_is_a_lost_line_and_warned_of_once() {
    for code in [4100, 4399, 4402, 4405, 4411, 4999] {
        let mut expected = ladder(code, "lost", &COUNTED);
        expected.insert(2, format!("100 warning: unmapped {code}"));
        assert_eq!(tale(exact(), code), expected);
    }
}

#[test]
fn a_server_that_goes_away_is_waited_for_without_the_breaker() {
    let mut waits = COUNTED;
    waits[5] = (WAIT, 30_000);
    for code in [1001, 1012] {
        assert_eq!(tale(exact(), code), ladder(code, "lost", &waits));
    }
}

#[test]
fn a_server_with_too_much_to_do_is_left_alone_for_five_seconds_at_least() {
    let waits = [5000, 5000, 5000, 8000, 16_000, 30_000].map(|wait| (WAIT, wait));
    for code in [1013, 4429] {
        assert_eq!(tale(exact(), code), ladder(code, "lost", &waits));
    }
}

#[test]
fn a_servers_breaker_is_ours_at_once() {
    for code in [4000, 4001, 4050, 4099] {
        assert_eq!(tale(exact(), code), ladder(code, "overload", &[(OPEN, 30_000)]));
    }
}

#[test]
fn an_ended_session_stops_and_is_forgotten() {
    for code in [1000, 4410] {
        let expected = [
            "0 connecting 1: connect".to_owned(),
            "0 ready 1: opened".to_owned(),
            "100 forget session".to_owned(),
            format!("100 closed: ended {code}"),
        ];
        assert_eq!(tale(exact(), code), expected);
    }
}

#[test]
fn an_error_that_a_retry_would_repeat_stops() {
    for code in [1002, 1003, 1007, 1009, 1010, 3003, 4403] {
        assert_eq!(tale(exact(), code), stopped("stopped", code));
    }
}

#[test]
fn refused_credentials_stop_where_nothing_renews_them() {
    for code in [1008, 3000, 4401] {
        assert_eq!(tale(exact(), code), stopped("credentials", code));
    }
}

#[test]
fn refused_credentials_are_renewed_at_once_and_one_time() {
    for code in [1008, 3000, 4401] {
        let config = Config {
            renewable: true,
            ..exact()
        };
        let expected = [
            "0 connecting 1: connect".to_owned(),
            "0 ready 1: opened".to_owned(),
            "100 renew".to_owned(),
            format!("100 connecting 2: credentials {code}"),
            "100 ready 2: opened".to_owned(),
            format!("200 closed: credentials {code}"),
        ];
        assert_eq!(tale(config, code), expected);
    }
}

#[test]
fn another_page_that_takes_the_session_keeps_it() {
    let expected = [
        "0 connecting 1: connect",
        "0 ready 1: opened",
        "100 superseded: superseded 4409",
    ];
    assert_eq!(tale(exact(), 4409), expected);
}

fn stopped(reason: &str, code: u16) -> Vec<String> {
    vec![
        "0 connecting 1: connect".to_owned(),
        "0 ready 1: opened".to_owned(),
        format!("100 closed: {reason} {code}"),
    ]
}
