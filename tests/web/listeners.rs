//! When a page is told, and what it may do while it is.

use crate::browser::{microtask, session_storage};
use crate::lab::{Lab, text};
use relatch::client::{Event, Reason, State};
use relatch::web::Output;
use wasm_bindgen_test::wasm_bindgen_test;

fn changes_to(output: &Output, state: State) -> bool {
    matches!(output, Output::Event(Event::StateChange(change)) if change.state == state)
}

#[wasm_bindgen_test]
async fn nothing_is_told_or_asked_before_the_next_task() {
    let lab = Lab::new();
    let mut line = lab.link();
    for _ in 0..3 {
        assert_eq!(line.state(), State::Idle);
        assert!(line.unheard().is_empty() && line.asked().is_empty());
        microtask().await;
    }
    let change = line.change().await;
    let expected = (State::Idle, State::Connecting, Reason::Connect, 1);
    assert_eq!((change.previous, change.state, change.reason, change.attempt), expected);
    let change = line.change().await;
    assert_eq!(
        (change.previous, change.state, change.reason),
        (State::Connecting, State::Ready, Reason::Opened)
    );
}

#[wasm_bindgen_test]
async fn a_call_before_the_first_task_is_answered_by_what_follows_it() {
    let lab = Lab::new();
    let mut line = lab.link();
    line.reconnect().unwrap();
    assert_eq!(line.state(), State::Connecting);
    line.ready().await;
    line.echo("once").await;
    assert_eq!(line.asked().len(), 1);
}

#[wasm_bindgen_test]
async fn a_link_closed_before_its_first_task_stays_closed() {
    let lab = Lab::new();
    let closed = lab.link();
    closed.close(3000, "").unwrap();
    // By the time that this one is there, the other's first task has been.
    lab.attached_with(|setup| setup.options.name = "other".to_owned()).await;
    assert_eq!((closed.state(), closed.asked().len()), (State::Closed, 0));
}

#[wasm_bindgen_test]
async fn a_listener_may_send_and_the_order_holds() {
    let lab = Lab::new();
    let mut line = lab.link();
    line.listen(|link, output| {
        if changes_to(output, State::Ready) {
            link.send(text("second")).unwrap();
        }
    });
    line.send(text("first, ")).unwrap();
    assert_eq!(line.receive("second").await, "first, second");
}

#[wasm_bindgen_test]
async fn a_listener_may_reconnect_and_is_told_so_after_what_it_was_told() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    line.listen(|link, output| {
        if changes_to(output, State::Closed) {
            link.reconnect().unwrap();
        }
    });
    line.close(3000, "").unwrap();
    let changes = [line.change().await, line.change().await].map(|change| change.state);
    assert_eq!(changes, [State::Closed, State::Connecting]);
    line.ready().await;
    line.echo("again").await;
}

#[wasm_bindgen_test]
async fn a_listener_may_dispose_of_its_link() {
    let lab = Lab::new();
    let mut line = lab.link();
    line.listen(|link, output| {
        if changes_to(output, State::Ready) {
            link.dispose();
        }
    });
    let change = line.change_to(State::Closed).await;
    assert_eq!(change.reason, Reason::Disposed);
    assert!(line.unheard().is_empty(), "{:?}", line.unheard());
}

#[wasm_bindgen_test]
async fn a_listener_may_end_the_session_and_dispose_of_its_link() {
    let lab = Lab::new();
    let mut line = lab.link();
    line.listen(|link, output| {
        if changes_to(output, State::Ready) {
            link.close(1000, "").unwrap();
            link.dispose();
        }
    });
    let change = line.change_to(State::Closed).await;
    assert_eq!(change.reason, Reason::User);
    // A page that is loaded again must not look for a session that is over.
    assert_eq!(session_storage().get_item(&lab.place("default")).unwrap(), None);
}
