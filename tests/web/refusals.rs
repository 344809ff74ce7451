//! What the server itself refuses, without any fault planned.

use crate::browser::{page_hides, session_storage};
use crate::lab::{Lab, Setup, text};
use crate::server::{terminal, until_session};
use relatch::client::{DropReason, Payload, Reason, Reset, State};
use std::cell::Cell;
use wasm_bindgen_test::wasm_bindgen_test;

fn control(setup: &mut Setup) {
    setup.options.config.control = true;
}

fn named(name: &'static str) -> impl FnOnce(&mut Setup) {
    move |setup| {
        control(setup);
        setup.options.name = name.to_owned();
    }
}

#[wasm_bindgen_test]
async fn a_kind_of_terminal_that_is_not_there_stops() {
    let lab = Lab::new();
    let mut line = lab.link_with(|setup| {
        setup.address = Box::new(|asked, reply| reply.connect(&terminal(&format!("{}&kind=none", asked.query))));
    });
    let change = line.change_to(State::Closed).await;
    assert_eq!(change.reason, Reason::Stopped);
    assert_eq!(change.close.unwrap().0, 4403);
}

#[wasm_bindgen_test]
async fn a_message_that_is_too_long_stops_and_keeps_the_session() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    line.send(Payload::Binary(vec![b'x'; 65_537])).unwrap();
    let change = line.change_to(State::Closed).await;
    assert_eq!(change.reason, Reason::Stopped);
    assert_eq!(change.close.unwrap().0, 1009);
    assert!(line.on_server().await.is_some());
}

#[wasm_bindgen_test]
async fn a_query_that_is_malformed_is_tried_afresh() {
    let lab = Lab::new();
    let first = Cell::new(true);
    let mut line = lab.link_with(|setup| {
        setup.address = Box::new(move |asked, reply| {
            let bad = if first.replace(false) { "&cols=0" } else { "" };
            reply.connect(&terminal(&format!("{}{bad}", asked.query)));
        });
    });
    let change = line.lost().await;
    assert_eq!((change.state, change.reason), (State::Connecting, Reason::Desync));
    assert_eq!(change.close.unwrap().0, 4400);
    line.ready().await;
    line.echo("well formed").await;
}

#[wasm_bindgen_test]
async fn two_pages_of_one_session_do_not_fight_for_it() {
    let lab = Lab::new();
    let mut one = lab.attached_with(named("one")).await;
    session_storage().set_item(&lab.place("two"), &one.id()).unwrap();
    let mut two = lab.attached_with(named("two")).await;
    assert_eq!(two.id(), one.id());
    let change = one.lost().await;
    assert_eq!((change.state, change.close.unwrap().0), (State::Superseded, 4409));

    one.reconnect().unwrap();
    one.ready().await;
    one.echo("one's again").await;
    assert_eq!(two.lost().await.state, State::Superseded);
    assert_eq!((one.asked().len(), two.asked().len()), (2, 1));
}

#[wasm_bindgen_test]
async fn what_was_typed_for_a_session_that_is_gone_does_not_reach_the_next() {
    let lab = Lab::new();
    let mut line = lab.attached_with(control).await;
    let gone = line.key();
    page_hides(true);
    session_storage()
        .set_item(&lab.place("other"), gone.session.as_str())
        .unwrap();
    let other = lab.attached_with(named("other")).await;
    other.close(1000, "").unwrap();
    until_session(&gone, |session| session.is_none()).await;

    line.send(text("for the old one")).unwrap();
    let dropped = line.dropped().await;
    assert_eq!((dropped.reason, dropped.bytes), (DropReason::SessionLost, 15));
    assert_eq!(line.reset().await, Reset::SessionLost);
    line.ready().await;
    line.echo("new").await;
    assert_ne!(line.key(), gone);
    assert_eq!(line.on_server().await.unwrap().bytes_in(), 3.0);
}
