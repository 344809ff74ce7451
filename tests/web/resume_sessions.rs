//! Which session a link that resumes has: its id proves nothing without its secret.

use crate::browser::session_storage;
use crate::lab::{Lab, resume};
use crate::line::Line;
use crate::server::{resumable, sessions, until_session};
use js_sys::Array;
use relatch::client::{Event, Reason, Reset, Resumed, State};
use relatch::web::Output;
use relatch::wire::{Outcome, is_secret};
use std::cell::RefCell;
use wasm_bindgen_test::wasm_bindgen_test;

fn stored(lab: &Lab, name: &str) -> Option<String> {
    session_storage().get_item(&lab.place(name)).unwrap()
}

/// The session's secret, which is kept beside its id.
fn secret(lab: &Lab) -> String {
    stored(lab, "default:secret").unwrap()
}

/// Whether the terminal starts anew, and where it goes on.
async fn begins(line: &mut Line) -> (Option<Reset>, Resumed) {
    let mut reset = None;
    line.until("word of the session", |output| match output {
        Output::Event(Event::Reset(why)) => {
            assert_eq!(reset.replace(why), None);
            None
        }
        Output::Event(Event::Resumed(resumed)) => Some((reset, resumed)),
        _ => None,
    })
    .await
}

#[wasm_bindgen_test]
async fn a_page_that_is_loaded_again_finds_its_session_by_its_secret_and_shows_it_from_the_start() {
    let lab = Lab::new();
    let mut first = lab.resuming();
    first.ready().await;
    first.echo("before").await;
    let (id, kept) = (first.id(), secret(&lab));
    assert!(is_secret(&kept) && kept.len() == 50, "{kept}");
    assert_eq!(stored(&lab, "default"), Some(id.clone()));
    drop(first);

    let mut second = lab.resuming();
    assert_eq!((second.id(), secret(&lab)), (id, kept));
    let (reset, resumed) = begins(&mut second).await;
    assert_eq!(reset, Some(Reset::Server));
    assert_eq!((resumed.outcome, resumed.offset, resumed.replay), (Outcome::Ok, 0, 6));
    second.ready().await;
    assert_eq!(second.receive("before").await, "before");
    second.echo("after").await;
    let found = sessions(lab.project.as_str()).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].generation(), found[0].head()), (2.0, 11.0));
}

#[wasm_bindgen_test]
async fn a_page_beside_it_that_has_the_secret_takes_the_session() {
    let lab = Lab::new();
    let mut first = lab.resuming();
    first.ready().await;
    first.echo("before").await;
    let mut second = lab.resuming();
    second.ready().await;
    assert_eq!(second.receive("before").await, "before");
    assert_eq!(first.change_to(State::Superseded).await.reason, Reason::Superseded);
    second.echo("after").await;
    assert_eq!(first.key(), second.key());

    first.reconnect().unwrap();
    first.ready().await;
    assert_eq!(second.change_to(State::Superseded).await.reason, Reason::Superseded);
    first.receive("after").await;
}

#[wasm_bindgen_test]
async fn an_id_that_is_stored_without_a_secret_is_kept_with_a_new_one() {
    for wrong in [None, Some("too_short"), Some(&*"#".repeat(50))] {
        let lab = Lab::new();
        let storage = session_storage();
        storage.set_item(&lab.place("default"), "term-7").unwrap();
        if let Some(wrong) = wrong {
            storage.set_item(&lab.place("default:secret"), wrong).unwrap();
        }
        let mut line = lab.resuming();
        assert_eq!(line.id(), "term-7");
        let made = secret(&lab);
        assert!(is_secret(&made) && made.len() == 50, "{made}");
        let (reset, resumed) = begins(&mut line).await;
        assert_eq!((reset, resumed.outcome), (None, Outcome::New));
        line.ready().await;
        line.echo("a session of its own").await;
        let id = stored(&lab, "default");
        assert_eq!((id.as_deref(), secret(&lab)), (Some("term-7"), made));
    }
}

#[wasm_bindgen_test]
async fn a_wrong_secret_finds_nothing_and_a_new_session_is_said_to_take_its_place() {
    let lab = Lab::new();
    let mut owner = lab.resuming();
    owner.ready().await;
    owner.echo("secret").await;
    let (key, right) = (owner.key(), secret(&lab));
    let wrong = "0".repeat(50);
    session_storage()
        .set_item(&lab.place("default:secret"), &wrong)
        .unwrap();

    let mut other = lab.resuming();
    assert_eq!(other.key(), key);
    let change = other.lost().await;
    assert_eq!(change.close.map(|(code, _)| code), Some(4404));
    assert_eq!(change.reason, Reason::SessionLost);
    assert_ne!(other.key(), key);
    let resumed = other.resumed().await;
    assert_eq!((resumed.outcome, resumed.replay), (Outcome::New, 0));
    other.ready().await;
    other.echo("another").await;
    let made = secret(&lab);
    assert!(made != right && made != wrong);
    assert_eq!(stored(&lab, "default"), Some(other.id()));

    // Whose it is has not noticed.
    owner.echo("undisturbed").await;
    assert_eq!(owner.on_server().await.unwrap().generation(), 1.0);
}

#[wasm_bindgen_test]
async fn that_a_wrong_secret_lost_the_session_is_said() {
    let lab = Lab::new();
    let storage = session_storage();
    storage.set_item(&lab.place("default"), "term-7").unwrap();
    storage.set_item(&lab.place("default:secret"), &"0".repeat(50)).unwrap();
    let mut line = lab.resuming();
    let (reset, resumed) = begins(&mut line).await;
    assert_eq!((reset, resumed.outcome), (Some(Reset::SessionLost), Outcome::New));
    assert_ne!(line.id(), "term-7");
}

#[wasm_bindgen_test]
async fn a_token_that_makes_the_hello_too_long_fails_the_attempt() {
    let lab = Lab::new();
    let mut line = lab.resuming_with(|setup| {
        setup.address = Box::new(|asked, reply| {
            let (url, token) = resumable();
            let token = if asked.claim.attempt == 1 {
                "x".repeat(4096)
            } else {
                token
            };
            reply.connect_with(&url, Some(token));
        });
    });
    line.change_to(State::Connecting).await;
    let change = line.change().await;
    assert_eq!(
        (change.state, change.reason, change.close),
        (State::Waiting, Reason::Auth, None)
    );
    line.ready().await;
    line.echo("fits").await;
    assert_eq!(line.asked().len(), 2);
}

#[wasm_bindgen_test]
async fn the_token_of_an_attempt_that_was_given_up_is_not_the_next_ones() {
    let lab = Lab::new();
    let late = RefCell::new(None);
    let mut line = lab.resuming_with(|setup| {
        setup.options.config.connect_timeout = 1000;
        setup.address = Box::new(move |_, reply| {
            if late.borrow().is_none() {
                late.replace(Some(reply));
                return;
            }
            let (url, token) = resumable();
            reply.connect_with(&url, Some(token));
            if let Some(late) = late.take() {
                late.connect_with(&url, Some("stale".to_owned()));
            }
        });
    });
    assert_eq!(line.change_to(State::Waiting).await.reason, Reason::Timeout);
    line.ready().await;
    line.echo("let in").await;
    assert_eq!(line.asked().len(), 2);
}

#[wasm_bindgen_test]
async fn a_token_of_3072_bytes_is_for_the_server_to_refuse() {
    let lab = Lab::new();
    let mut line = lab.resuming_with(|setup| {
        setup.options.kind = Some("k".repeat(64));
        setup.address = Box::new(|_, reply| reply.connect_with(&resumable().0, Some("x".repeat(3072))));
    });
    let change = line.lost().await;
    assert_eq!(change.close.map(|(code, _)| code), Some(4401));
    assert_eq!((change.state, change.reason), (State::Closed, Reason::Credentials));
}

#[wasm_bindgen_test]
fn protocols_of_the_pages_own_do_not_go_with_resume() {
    let error = Lab::new().try_link_with(|setup| {
        resume(setup);
        setup.options.protocols = Array::of1(&"mine".into());
    });
    assert_eq!(error.err().unwrap().field, "protocols");
}

#[wasm_bindgen_test]
async fn the_pages_array_of_protocols_is_left_as_it_was() {
    let lab = Lab::new();
    let none = Array::new();
    let links = ["one", "two"].map(|name| {
        lab.resuming_with(|setup| {
            setup.options.name = name.to_owned();
            setup.options.protocols = none.clone();
        })
    });
    for mut line in links {
        line.ready().await;
        line.echo("spoken").await;
    }
    assert_eq!(none.length(), 0);
}

#[wasm_bindgen_test]
async fn a_new_session_ends_the_one_before() {
    let lab = Lab::new();
    let mut line = lab.resuming();
    line.ready().await;
    line.echo("before").await;
    let (key, kept) = (line.key(), secret(&lab));
    line.new_session().unwrap();
    assert_ne!(line.key(), key);
    assert_ne!(secret(&lab), kept);
    assert_eq!(line.resumed().await.outcome, Outcome::New);
    line.ready().await;
    line.echo("after").await;
    until_session(&key, |found| found.is_none()).await;
    assert_eq!(line.on_server().await.unwrap().head(), 5.0);
}

#[wasm_bindgen_test]
async fn a_close_with_1000_ends_the_session_and_any_other_keeps_it() {
    let lab = Lab::new();
    let mut line = lab.resuming();
    line.ready().await;
    line.echo("kept").await;
    let key = line.key();
    line.close(3000, "").unwrap();
    let found = until_session(&key, |found| found.is_some_and(|found| !found.is_attached())).await;
    assert!(found.unwrap().retained_for().is_some());
    assert_eq!(stored(&lab, "default"), Some(line.id()));

    line.reconnect().unwrap();
    assert_eq!(line.resumed().await.outcome, Outcome::Ok);
    line.ready().await;
    line.close(1000, "").unwrap();
    until_session(&key, |found| found.is_none()).await;
    assert_eq!((stored(&lab, "default"), stored(&lab, "default:secret")), (None, None));
}
