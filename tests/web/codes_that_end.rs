//! Close codes after which nothing is tried until the user acts.

use crate::browser::{document_event, session_storage, window_event};
use crate::lab::{Lab, text};
use crate::line::Line;
use crate::server::close;
use relatch::client::{Reason, State, StateChange};
use relatch::error::Refusal;
use wasm_bindgen_test::wasm_bindgen_test;

async fn closed_with(lab: &Lab, code: u16) -> (Line, StateChange) {
    let mut line = lab.attached().await;
    line.strike(&close(code, "because")).await;
    let change = line.lost().await;
    assert_eq!(change.close, Some((code, "because".to_owned())));
    assert_eq!((change.previous, change.retry_in), (State::Ready, None), "{code}");
    (line, change)
}

/// Everything that wakes a waiting link happens.
fn storm() {
    for kind in ["online", "pageshow"] {
        window_event(kind);
    }
    for kind in ["visibilitychange", "resume"] {
        document_event(kind);
    }
}

#[wasm_bindgen_test]
async fn after_1000_and_4410_the_session_is_over_and_the_user_gets_another() {
    for code in [1000, 4410] {
        let lab = Lab::new();
        let (mut line, change) = closed_with(&lab, code).await;
        assert_eq!((change.state, change.reason), (State::Closed, Reason::Ended));
        assert_eq!(session_storage().get_item(&lab.place("default")).unwrap(), None);
        storm();
        assert_eq!((line.state(), line.asked().len()), (State::Closed, 1));
        assert_eq!(line.send(text("x")), Err(Refusal::Closed));

        let ended = line.id();
        line.reconnect().unwrap();
        line.ready().await;
        line.echo("the next").await;
        assert_ne!(line.id(), ended);
    }
}

#[wasm_bindgen_test]
async fn a_code_that_a_retry_would_meet_again_stops_and_keeps_the_session() {
    for code in [1002, 1003, 1007, 1009, 1010, 3003, 4403] {
        let lab = Lab::new();
        let (mut line, change) = closed_with(&lab, code).await;
        assert_eq!(
            (change.state, change.reason),
            (State::Closed, Reason::Stopped),
            "{code}"
        );
        storm();
        assert_eq!((line.state(), line.asked().len()), (State::Closed, 1), "{code}");

        let id = line.id();
        line.reconnect().unwrap();
        line.ready().await;
        line.echo("back").await;
        assert_eq!(line.id(), id, "{code}");
    }
}

#[wasm_bindgen_test]
async fn a_superseded_link_rests_until_the_user_takes_the_session_back() {
    let lab = Lab::new();
    let (mut line, change) = closed_with(&lab, 4409).await;
    assert_eq!((change.state, change.reason), (State::Superseded, Reason::Superseded));
    storm();
    assert_eq!((line.state(), line.asked().len()), (State::Superseded, 1));
    assert_eq!(line.send(text("x")), Err(Refusal::Superseded));

    let id = line.id();
    line.reconnect().unwrap();
    line.ready().await;
    line.echo("mine again").await;
    assert_eq!(line.id(), id);
    assert!(line.asked()[1].claim.take);
}

#[wasm_bindgen_test]
async fn a_row_of_the_pages_own_goes_before_the_table() {
    let lab = Lab::new();
    let mut line = lab
        .attached_with(|setup| {
            let rows = &mut setup.options.config.close;
            rows.set(4200..=4299, relatch::close::Verdict::Stop).unwrap();
        })
        .await;
    line.strike(&close(4250, "")).await;
    let change = line.lost().await;
    assert_eq!((change.state, change.reason), (State::Closed, Reason::Stopped));
}
