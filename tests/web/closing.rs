//! The user closes: the session ends or is kept, and nothing but the user opens it again.

use crate::browser::{document_event, window_event};
use crate::lab::{Lab, text};
use crate::server::{strike_next, until_detached, until_session};
use relatch::client::{Reason, State};
use relatch::close::CloseError;
use relatch::error::Refusal;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn closing_tells_at_once_ends_the_session_and_is_left_by_no_event() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    line.close(1000, "done").unwrap();
    assert_eq!(line.state(), State::Closed);
    let change = line.change().await;
    assert_eq!((change.state, change.reason), (State::Closed, Reason::User));
    assert_eq!(change.close, Some((1000, "done".to_owned())));
    until_session(&line.key(), |session| session.is_none()).await;

    for kind in ["online", "pageshow"] {
        window_event(kind);
    }
    document_event("visibilitychange");
    line.close(1000, "again").unwrap();
    assert_eq!(line.send(text("x")), Err(Refusal::Closed));
    assert!(line.unheard().is_empty(), "{:?}", line.unheard());
    assert_eq!(line.asked().len(), 1);
}

#[wasm_bindgen_test]
async fn a_code_of_the_pages_own_keeps_the_session() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    let id = line.id();
    line.close(3001, "lunch").unwrap();
    let kept = until_detached(&line.key()).await;
    assert!(kept.retained_for().unwrap() > 60_000.0);
    assert!(!kept.is_flagged());
    line.reconnect().unwrap();
    line.ready().await;
    line.echo("back").await;
    assert_eq!(line.id(), id);
}

#[wasm_bindgen_test]
async fn the_servers_sessions_show_that_a_breaker_opened() {
    let lab = Lab::new();
    let line = lab.attached().await;
    line.close(4000, "").unwrap();
    assert!(until_detached(&line.key()).await.is_flagged());
}

#[wasm_bindgen_test]
async fn a_link_is_closed_while_it_connects() {
    let lab = Lab::new();
    strike_next(1, r#"{"delay_upgrade":300}"#).await;
    let mut line = lab.link();
    line.change_to(State::Connecting).await;
    line.close(1000, "").unwrap();
    assert_eq!(line.change().await.state, State::Closed);
    line.reconnect().unwrap();
    line.ready().await;
    line.echo("open").await;
}

#[wasm_bindgen_test]
async fn a_code_or_reason_that_a_page_may_not_use_is_an_error_that_names_it() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    for code in [0, 999, 1001, 1006, 2999, 5000, u16::MAX] {
        assert_eq!(line.close(code, ""), Err(CloseError::Code), "{code}");
    }
    // 62 characters, 124 bytes.
    assert_eq!(line.close(1000, &"é".repeat(62)), Err(CloseError::Reason));
    line.echo("still open").await;
    line.close(4999, &"x".repeat(123)).unwrap();
    assert_eq!(line.state(), State::Closed);
}
