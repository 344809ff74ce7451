//! What the page goes through: no network, another tab, the back-forward cache.

use crate::browser::{document_event, page_hides, set_hidden, set_online, window_event};
use crate::lab::{Lab, Setup};
use crate::line::Line;
use crate::server::{strike_next, until_detached};
use relatch::client::{Reason, State};
use wasm_bindgen_test::wasm_bindgen_test;

/// Once lost, it waits for an hour.
fn patient(setup: &mut Setup) {
    setup.options.config.backoff.base = 3_600_000;
    setup.options.config.backoff.max = 3_600_000;
}

async fn lose(line: &mut Line) {
    line.strike(r#""rst""#).await;
    line.change_to(State::Waiting).await;
}

#[wasm_bindgen_test]
async fn a_line_that_lives_is_not_given_up_because_the_browser_says_offline() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    set_online(false);
    line.echo("still here").await;
    set_online(true);
    line.echo("here again").await;
    assert_eq!((line.state(), line.asked().len()), (State::Ready, 1));
}

#[wasm_bindgen_test]
async fn without_a_network_the_link_is_offline_until_the_browser_says_online() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    set_online(false);
    line.strike(r#""rst""#).await;
    let change = line.lost().await;
    assert_eq!((change.state, change.retry_in), (State::Offline, Some(30_000)));
    document_event("visibilitychange");
    assert_eq!(line.state(), State::Offline);
    set_online(true);
    let change = line.change().await;
    assert_eq!((change.state, change.reason), (State::Connecting, Reason::Online));
    line.ready().await;
    line.echo("online").await;
}

#[wasm_bindgen_test]
async fn a_link_that_waits_goes_offline_and_comes_back() {
    let lab = Lab::new();
    let mut line = lab.attached_with(patient).await;
    lose(&mut line).await;
    set_online(false);
    let change = line.change().await;
    assert_eq!((change.state, change.reason), (State::Offline, Reason::Offline));
    set_online(true);
    line.ready().await;
    line.echo("online").await;
}

#[wasm_bindgen_test]
async fn a_page_that_loads_without_a_network_tries_once_and_then_waits_for_one() {
    let lab = Lab::new();
    set_online(false);
    strike_next(1, r#"{"refuse":503}"#).await;
    let mut line = lab.link();
    let change = line.lost().await;
    assert_eq!((change.state, change.retry_in), (State::Offline, Some(30_000)));
    set_online(true);
    line.ready().await;
}

#[wasm_bindgen_test]
async fn a_page_that_comes_into_sight_cuts_the_wait_twice_a_minute() {
    let lab = Lab::new();
    let mut line = lab.attached_with(patient).await;
    for _ in 0..2 {
        lose(&mut line).await;
        set_hidden(true);
        assert_eq!(line.state(), State::Waiting);
        set_hidden(false);
        let change = line.change().await;
        assert_eq!((change.state, change.reason), (State::Connecting, Reason::Wake));
        line.ready().await;
        line.echo("seen").await;
    }
    lose(&mut line).await;
    set_hidden(false);
    for kind in ["pageshow", "online"] {
        window_event(kind);
    }
    assert_eq!((line.state(), line.asked().len()), (State::Waiting, 3));
}

#[wasm_bindgen_test]
async fn a_page_in_the_back_forward_cache_lets_its_line_go_and_takes_it_again() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    page_hides(true);
    let change = line.change().await;
    let expected = (State::Waiting, Reason::Frozen, None);
    assert_eq!((change.state, change.reason, change.retry_in), expected);
    let kept = until_detached(&line.key()).await.retained_for();
    assert!(
        kept.is_some_and(|kept| kept > 60_000.0),
        "as a line lost, not as a page left: {kept:?}"
    );

    window_event("pageshow");
    let change = line.change().await;
    assert_eq!((change.state, change.reason), (State::Connecting, Reason::Wake));
    line.ready().await;
    line.echo("shown again").await;
}

#[wasm_bindgen_test]
async fn a_frozen_page_lets_its_line_go_and_takes_it_again() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    document_event("freeze");
    assert_eq!(line.change().await.reason, Reason::Frozen);
    until_detached(&line.key()).await;
    document_event("resume");
    line.ready().await;
    line.echo("thawed").await;
}

#[wasm_bindgen_test]
async fn a_page_that_leaves_for_good_is_left_to_the_browser() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    page_hides(false);
    line.echo("not gone yet").await;
    assert_eq!((line.state(), line.asked().len()), (State::Ready, 1));
}
