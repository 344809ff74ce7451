//! Close codes after which the link tries again: when, and whether the breaker counts it.

use crate::browser::document_event;
use crate::lab::{Lab, Setup};
use crate::line::Line;
use crate::server::close;
use relatch::client::{Event, Reason, Reset, State, StateChange, Warning};
use relatch::web::Output;
use wasm_bindgen_test::wasm_bindgen_test;

async fn struck(line: &mut Line, fault: &str) -> StateChange {
    line.strike(fault).await;
    line.lost().await
}

/// Loses a link twice by the same fault. The first loss, of a first attempt, is no failed retry; the second, of a retry that was not
/// stable, is one. The breaker opens at the first failure counted.
async fn lost_twice(fault: &str, arrives_as: (u16, &str)) -> StateChange {
    let lab = Lab::new();
    let mut line = lab
        .attached_with(|setup| setup.options.config.breaker.failures = 1)
        .await;
    let id = line.id();
    let close = Some((arrives_as.0, arrives_as.1.to_owned()));

    let first = struck(&mut line, fault).await;
    let expected = (State::Ready, State::Waiting, Reason::Lost, Some(50), 2);
    let StateChange {
        previous,
        state,
        reason,
        retry_in,
        attempt,
        ..
    } = first;
    assert_eq!((previous, state, reason, retry_in, attempt), expected, "{fault}");
    assert_eq!(first.close, close);
    line.ready().await;
    line.echo("again").await;

    let second = struck(&mut line, fault).await;
    assert_eq!(
        (second.previous, second.reason, second.attempt),
        (State::Ready, Reason::Lost, 3)
    );
    assert_eq!(second.close, close);
    line.ready().await;
    line.echo("and again").await;
    assert_eq!(line.id(), id);
    second
}

#[wasm_bindgen_test]
async fn a_code_that_tells_of_trouble_is_counted() {
    for code in [1004, 1011, 1014, 2000, 3001, 3999, 4408] {
        let change = lost_twice(&close(code, "because"), (code, "because")).await;
        assert_eq!(
            (change.state, change.retry_in),
            (State::OpenCircuit, Some(200)),
            "{code}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_line_cut_without_a_code_is_1006_and_counted() {
    for fault in [r#""rst""#, r#""fin""#] {
        let change = lost_twice(fault, (1006, "")).await;
        assert_eq!(
            (change.state, change.retry_in),
            (State::OpenCircuit, Some(200)),
            "{fault}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_line_that_lasted_starts_the_ladder_anew() {
    let lab = Lab::new();
    let mut line = lab.attached_with(|setup| setup.options.config.stable_after = 1).await;
    for _ in 0..3 {
        let change = struck(&mut line, &close(1011, "")).await;
        assert_eq!(
            (change.state, change.retry_in, change.attempt),
            (State::Waiting, Some(50), 1)
        );
        line.ready().await;
        line.echo("lasts").await;
    }
}

#[wasm_bindgen_test]
async fn a_code_that_no_frame_may_carry_is_no_reason_to_stop() {
    for code in [1005, 1006, 1015] {
        let lab = Lab::new();
        let mut line = lab.attached().await;
        let change = struck(&mut line, &close(code, "because")).await;
        let (arrived, _) = change.close.unwrap();
        // Chromium says 1006, as of any frame that breaks the protocol; Firefox says what the frame says.
        assert!([1006, code].contains(&arrived), "{code} arrives as {arrived}");
        assert_eq!(change.state, State::Waiting, "{code}");
    }
}

#[wasm_bindgen_test]
async fn a_server_that_restarts_is_not_counted() {
    for code in [1001, 1012] {
        let change = lost_twice(&close(code, "because"), (code, "because")).await;
        assert_eq!((change.state, change.retry_in), (State::Waiting, Some(100)), "{code}");
    }
}

#[wasm_bindgen_test]
async fn slow_down_waits_5_s_at_the_least_unless_the_page_is_looked_at() {
    for code in [1013, 4429] {
        let lab = Lab::new();
        let mut line = lab.attached().await;
        let change = struck(&mut line, &close(code, "")).await;
        assert_eq!((change.state, change.retry_in), (State::Waiting, Some(5000)), "{code}");
        document_event("visibilitychange");
        line.ready().await;
    }
}

#[wasm_bindgen_test]
async fn a_wait_that_the_server_asked_for_is_kept_but_for_the_users_own_word() {
    for code in [1013, 4429, 1011, 1012] {
        let lab = Lab::new();
        let mut line = lab.attached().await;
        // Too short to be taken as it is.
        let change = struck(&mut line, &close(code, r#"{"retry_ms":7}"#)).await;
        assert_eq!((change.state, change.retry_in), (State::Waiting, Some(1000)), "{code}");
        document_event("visibilitychange");
        line.send(crate::lab::text("a key")).unwrap();
        assert_eq!(line.state(), State::Waiting, "{code}");
        line.reconnect().unwrap();
        line.ready().await;
        line.receive("a key").await;
    }
}

#[wasm_bindgen_test]
async fn a_servers_breaker_opens_ours_for_one_probe() {
    for code in [4000, 4050, 4099] {
        let lab = Lab::new();
        let mut line = lab.attached().await;
        let change = struck(&mut line, &close(code, "")).await;
        assert_eq!((change.state, change.reason), (State::OpenCircuit, Reason::Overload));
        assert_eq!(change.retry_in, Some(200), "{code}");
        let probe = line.change().await;
        assert_eq!((probe.state, probe.reason), (State::Connecting, Reason::Retry));
        line.ready().await;
        line.echo("probe").await;

        // A probe that did not last opens it again, even by a code that is not counted.
        let change = struck(&mut line, &close(1012, "")).await;
        assert_eq!(
            (change.state, change.retry_in),
            (State::OpenCircuit, Some(200)),
            "{code}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_servers_breaker_stays_open_for_as_long_as_the_server_says() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    let change = struck(&mut line, &close(4000, r#"{"retry_ms":20000}"#)).await;
    assert_eq!((change.state, change.retry_in), (State::OpenCircuit, Some(20_000)));
}

#[wasm_bindgen_test]
async fn after_4400_the_link_attaches_afresh_at_once_but_not_twice() {
    let lab = Lab::new();
    let control = |setup: &mut Setup| setup.options.config.control = true;
    let mut line = lab.attached_with(control).await;
    let id = line.id();
    let change = struck(&mut line, &close(4400, "because")).await;
    assert_eq!((change.state, change.reason), (State::Connecting, Reason::Desync));
    assert_eq!(line.reset().await, Reset::Server);
    line.echo("afresh").await;
    assert_eq!(line.id(), id);
    let [before, after] = &line.asked()[..] else { panic!() };
    assert_ne!(before.life, after.life);
    assert!(after.claim.known && after.claim.take && !after.claim.warm);

    let change = struck(&mut line, &close(4400, "because")).await;
    assert_eq!((change.state, change.retry_in), (State::Waiting, Some(100)));
    line.ready().await;
    line.echo("and again").await;
    assert_eq!(line.id(), id);
}

#[wasm_bindgen_test]
async fn after_4404_another_session_takes_the_place_at_once_but_not_twice() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    let mut ids = vec![line.id()];
    line.strike(&close(4404, "")).await;
    assert_eq!(line.reset().await, Reset::SessionLost);
    let change = line.change().await;
    assert_eq!((change.state, change.reason), (State::Connecting, Reason::SessionLost));
    ids.push(line.id());
    line.ready().await;
    line.echo("another").await;

    let change = struck(&mut line, &close(4404, "")).await;
    assert_eq!(
        (change.state, change.reason, change.retry_in),
        (State::Waiting, Reason::SessionLost, Some(100))
    );
    ids.push(line.id());
    line.ready().await;
    let stored = crate::browser::session_storage()
        .get_item(&lab.place("default"))
        .unwrap();
    assert_eq!(stored.as_ref(), ids.last());
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[wasm_bindgen_test]
async fn a_code_that_nobody_gave_a_meaning_is_warned_of_once() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    line.strike(&close(4321, "")).await;
    assert_eq!(line.warning().await, Warning::UnmappedCode(4321));
    assert_eq!(line.lost().await.state, State::Waiting);
    line.ready().await;
    line.echo("again").await;
    line.strike(&close(4321, "")).await;
    line.until("the second loss", |output| match output {
        Output::Event(Event::StateChange(change)) => change.close,
        Output::Event(Event::Warning(warning)) => panic!("{warning:?}"),
        _ => None,
    })
    .await;
}
