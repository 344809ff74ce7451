//! A link that is disposed of lets go in silence, for good, and keeps the session.

use crate::browser::{document_event, window_event};
use crate::lab::{Lab, Setup, text};
use crate::server::{strike_next, until_detached};
use relatch::client::{Event, Reason, State};
use relatch::error::Refusal;
use relatch::web::Output;
use relatch::wire::Size;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn the_session_is_kept_and_the_link_is_done_for_good() {
    let lab = Lab::new();
    let line = lab.attached().await;
    line.dispose();
    assert!(until_detached(&line.key()).await.retained_for().unwrap() > 60_000.0);

    for kind in ["online", "pageshow"] {
        window_event(kind);
    }
    document_event("visibilitychange");
    assert_eq!(line.send(text("x")), Err(Refusal::Disposed));
    assert_eq!(line.resize(Size { cols: 80, rows: 24 }), Err(Refusal::Disposed));
    assert_eq!(line.reconnect(), Err(Refusal::Disposed));
    assert_eq!(line.new_session(), Err(Refusal::Disposed));
    line.close(1000, "").unwrap();
    line.dispose();
    assert_eq!((line.state(), line.asked().len()), (State::Closed, 1));
    assert!(line.on_server().await.is_some());
}

#[wasm_bindgen_test]
async fn its_last_word_is_that_it_was_disposed_of() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    line.dispose();
    let change = line.change().await;
    assert_eq!(
        (change.state, change.reason, change.close),
        (State::Closed, Reason::Disposed, Some((4104, String::new())))
    );
    // By the time that the server answers, the socket's own close event has long been.
    until_detached(&line.key()).await;
    assert!(line.unheard().is_empty(), "{:?}", line.unheard());
}

#[wasm_bindgen_test]
async fn an_attempt_that_is_under_way_is_abandoned() {
    let lab = Lab::new();
    strike_next(1, r#"{"delay_upgrade":200}"#).await;
    let control = |setup: &mut Setup| setup.options.config.control = true;
    let mut first = lab.link_with(control);
    first.change_to(State::Connecting).await;
    first.dispose();
    let mut second = lab.attached_with(control).await;
    assert_eq!(second.id(), first.id());
    second.echo("mine").await;
    let ready =
        |output: &Output| matches!(output, Output::Event(Event::StateChange(change)) if change.state == State::Ready);
    assert!(!first.unheard().iter().any(ready));
}

#[wasm_bindgen_test]
async fn before_its_first_task_it_never_asks_for_an_address() {
    let lab = Lab::new();
    let first = lab.link();
    first.dispose();
    lab.attached().await;
    assert!(first.asked().is_empty());
}
