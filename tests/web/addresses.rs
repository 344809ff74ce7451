//! The page says where to go, or fails to.

use crate::lab::Lab;
use crate::server::{sessions, terminal};
use relatch::client::{Failure, Reason, State};
use relatch::web::Reply;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn an_address_that_cannot_be_had_is_an_attempt_that_failed() {
    for (failure, reason) in [(Failure::Url, Reason::Url), (Failure::Auth, Reason::Auth)] {
        let lab = Lab::new();
        let left = Cell::new(2);
        let mut line = lab.link_with(|setup| {
            setup.address = Box::new(move |asked, reply| match left.replace(left.get() - 1) {
                1.. => reply.fail(failure),
                _ => reply.connect(&terminal(&asked.query)),
            });
        });
        for wait in [50, 100] {
            let change = line.change_to(State::Waiting).await;
            assert_eq!(
                (change.reason, change.retry_in, change.close),
                (reason, Some(wait), None)
            );
        }
        line.ready().await;
        line.echo("found").await;
    }
}

#[wasm_bindgen_test]
async fn an_address_that_is_no_url_is_an_attempt_that_failed() {
    for address in [
        "",
        "no url",
        "ftp://127.0.0.1/",
        "ws://127.0.0.1:99999/",
        "ws://127.0.0.1/#fragment",
    ] {
        let lab = Lab::new();
        let first = Cell::new(true);
        let mut line = lab.link_with(|setup| {
            setup.address = Box::new(move |asked, reply| match first.replace(false) {
                true => reply.connect(address),
                false => reply.connect(&terminal(&asked.query)),
            });
        });
        let change = line.change_to(State::Waiting).await;
        assert_eq!(
            (change.reason, change.retry_in),
            (Reason::Refused, Some(50)),
            "{address}"
        );
        line.ready().await;
    }
}

#[wasm_bindgen_test]
async fn subprotocols_that_are_none_are_an_attempt_that_failed() {
    let lab = Lab::new();
    let mut line = lab.link_with(|setup| {
        setup.options.protocols.push(&"not a token".into());
    });
    let change = line.change_to(State::Waiting).await;
    assert_eq!(change.reason, Reason::Refused);
}

#[wasm_bindgen_test]
async fn an_address_that_comes_too_late_opens_nothing() {
    let lab = Lab::new();
    let late: Rc<RefCell<Option<Reply>>> = Rc::default();
    let kept = Rc::clone(&late);
    let mut line = lab.link_with(|setup| {
        setup.options.config.connect_timeout = 100;
        setup.address = Box::new(move |asked, reply| {
            let mut kept = kept.borrow_mut();
            match &*kept {
                None => *kept = Some(reply),
                Some(_) => reply.connect(&terminal(&asked.query)),
            }
        });
    });
    let change = line.change_to(State::Waiting).await;
    assert_eq!((change.reason, change.close), (Reason::Timeout, None));
    let late = late.borrow_mut().take().unwrap();
    late.connect(&terminal(&format!("sessionId=late&projectId={}", lab.project.as_str())));
    assert_eq!(line.state(), State::Waiting);
    // A browser opens its sockets to one server one after the other: this one would come after the late one.
    line.ready().await;
    line.echo("the only one").await;
    assert_eq!(sessions(lab.project.as_str()).await.len(), 1);
}

#[wasm_bindgen_test]
async fn an_address_that_never_comes_is_waited_for_no_longer_than_a_connection() {
    let lab = Lab::new();
    let mut line = lab.link_with(|setup| {
        setup.options.config.connect_timeout = 100;
        setup.address = Box::new(|_, _| {});
    });
    for wait in [50, 100] {
        let change = line.change_to(State::Waiting).await;
        assert_eq!((change.reason, change.retry_in), (Reason::Timeout, Some(wait)));
    }
}
