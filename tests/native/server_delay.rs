//! A server that says when to come back: `{"retry_ms": n}` as the close reason.

use crate::common::{World, accept, accept_then_close, exact, refuse};
use relatch::backoff::Jitter;
use relatch::client::Input;
use relatch::config::Config;

const DELAY: &str = r#"{"retry_ms":20000}"#;

#[test]
fn the_servers_delay_replaces_the_ladders() {
    let mut world = World::new(exact())
        .server(|_| accept_then_close(1006, DELAY, 0))
        .connected();
    world.run_until(100_000);
    world.shows(
        r#"
        0 connecting 1: connect
        0 ready 1: opened
        0 waiting 2: lost 1006 {"retry_ms":20000}, in 20000
        20000 connecting 2: retry
        20000 ready 2: opened
        20000 waiting 3: lost 1006 {"retry_ms":20000}, in 20000
        40000 connecting 3: retry
        40000 ready 3: opened
        40000 waiting 4: lost 1006 {"retry_ms":20000}, in 20000
        60000 connecting 4: retry
        60000 ready 4: opened
        60000 waiting 5: lost 1006 {"retry_ms":20000}, in 20000
        80000 connecting 5: retry
        80000 ready 5: opened
        80000 waiting 6: lost 1006 {"retry_ms":20000}, in 20000
        100000 connecting 6: retry
        100000 ready 6: opened
        100000 open-circuit 7: lost 1006 {"retry_ms":20000}, in 20000
        "#,
    );
}

/// The wait that follows a stable line's end with this code and reason.
fn wait(code: u16, reason: &str) -> u64 {
    let mut world = World::stable(exact()).server(|_| accept(0));
    world.close_at(20_000, code, reason);
    world.client.next_attempt().map_or(0, |at| at - 20_000)
}

#[test]
fn the_servers_delay_is_kept_within_a_second_and_ten_minutes() {
    assert_eq!(wait(1012, r#"{"retry_ms":0}"#), 1000);
    assert_eq!(wait(1012, r#"{"retry_ms":999}"#), 1000);
    assert_eq!(wait(1012, r#"{"retry_ms":1001}"#), 1001);
    assert_eq!(wait(1012, r#"{"retry_ms":599999}"#), 599_999);
    assert_eq!(wait(1012, r#"{"retry_ms":9007199254740991}"#), 600_000);
}

#[test]
fn the_servers_delay_holds_with_every_code_that_goes_on() {
    for code in [
        1001, 1005, 1006, 1011, 1012, 1013, 3999, 4000, 4099, 4400, 4404, 4408, 4429, 4500,
    ] {
        assert_eq!(wait(code, r#"{"retry_ms":3000}"#), 3000, "{code}");
    }
}

#[test]
fn any_other_reason_is_no_delay() {
    for reason in [
        "",
        "soon",
        "20000",
        r#"{"retry_ms":"20000"}"#,
        r#"{"retry_ms":-1}"#,
        r#"{"retry_ms":1e4}"#,
        r#"{"retry":20000}"#,
    ] {
        assert_eq!(wait(1006, reason), 1000, "{reason}");
        assert_eq!(wait(4000, reason), 30_000, "{reason}");
    }
}

#[test]
fn no_event_cuts_the_servers_delay() {
    let mut world = World::stable(exact()).server(|_| refuse(0));
    world.close_at(20_000, 1013, DELAY);
    for at in (20_100..40_000).step_by(100) {
        for input in [Input::Offline, Input::Freeze, Input::Online, Input::Wake] {
            world.at(at, input);
        }
        world.send_at(at, "x").unwrap();
    }
    assert_eq!(world.attempts(), []);
    world.run_until(40_000);
    assert_eq!(world.attempts(), [40_000]);
}

#[test]
fn the_user_cuts_the_servers_delay() {
    let mut world = World::stable(exact()).server(|_| accept(0));
    world.close_at(20_000, 1013, DELAY);
    world.at(20_001, Input::Reconnect);
    assert_eq!(world.attempts(), [20_001]);
}

#[test]
fn without_a_network_the_servers_delay_is_the_least() {
    for (delay, due) in [(20_000, 50_000), (40_000, 60_000)] {
        let mut world = World::stable(exact()).server(|_| refuse(0));
        world.at(19_000, Input::Offline);
        world.close_at(20_000, 1013, &format!(r#"{{"retry_ms":{delay}}}"#));
        world.run_until(due);
        assert_eq!(world.attempts(), [due]);
    }
}

#[test]
fn online_leaves_what_the_server_asked_for() {
    let mut world = World::stable(exact()).server(|_| refuse(0));
    world.close_at(20_000, 1013, DELAY);
    world.at(21_000, Input::Offline);
    world.at(22_000, Input::Online);
    world.run_until(40_000);
    assert_eq!(world.attempts(), [40_000]);
}

#[test]
fn jitter_only_lengthens_the_servers_delay() {
    let mut config = Config::default();
    config.backoff.jitter = Jitter::Spread;
    for seed in 0..200 {
        let mut world = World::seeded(config.clone(), seed)
            .server(|_| accept_then_close(1013, DELAY, 0))
            .connected();
        world.run_until(0);
        let at = world.client.next_attempt().unwrap();
        assert!((20_000..=24_000).contains(&at), "{at}");
    }
}
