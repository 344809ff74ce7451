//! A server that speaks control frames: what the page says of itself, sizes, resets.

use crate::lab::{Lab, Setup, text};
use relatch::client::{Reset, State};
use relatch::wire::Size;
use wasm_bindgen_test::wasm_bindgen_test;

fn control(setup: &mut Setup) {
    setup.options.config.control = true;
}

#[wasm_bindgen_test]
async fn a_page_that_has_its_screen_gets_nothing_twice() {
    let lab = Lab::new();
    let mut line = lab.attached_with(control).await;
    line.strike(r#""rst""#).await;
    line.ready().await;
    line.send(text("after")).unwrap();
    assert_eq!(line.receive("after").await, "after");
    let [first, second] = &line.asked()[..] else { panic!() };
    assert!(!first.claim.known && !first.claim.warm && first.claim.take);
    assert!(second.claim.known && second.claim.warm && !second.claim.take);
    assert_eq!((first.claim.attempt, second.claim.attempt), (1, 2));
    assert_eq!(first.life, second.life);
}

#[wasm_bindgen_test]
async fn a_page_that_is_loaded_again_is_told_to_clear_before_it_gets_its_screen() {
    let lab = Lab::new();
    lab.attached_with(control).await.dispose();
    let mut line = lab.link_with(control);
    line.ready().await;
    assert_eq!(line.reset().await, Reset::Server);
    line.receive("attached").await;
}

#[wasm_bindgen_test]
async fn text_that_looks_like_a_control_frame_is_input_all_the_same() {
    let lab = Lab::new();
    let mut line = lab.attached_with(control).await;
    line.echo(r#"{"t":"resize","cols":0}"#).await;
    line.echo("not json").await;
}

#[wasm_bindgen_test]
async fn the_latest_size_goes_with_each_attempt_and_is_said_when_it_changes() {
    let lab = Lab::new();
    let mut line = lab.attached_with(control).await;
    for cols in [80, 100, 65_535] {
        line.resize(Size { cols, rows: 24 }).unwrap();
    }
    line.echo("taken").await;
    line.reconnect().unwrap();
    line.ready().await;
    let asked = line.asked();
    assert!(!asked[0].query.contains("cols="), "{}", asked[0].query);
    assert!(asked[1].query.ends_with("&cols=65535&rows=24"), "{}", asked[1].query);
    assert_eq!(line.state(), State::Ready);
}

#[wasm_bindgen_test]
async fn a_server_without_control_frames_is_asked_for_nothing_but_the_session() {
    let lab = Lab::new();
    let line = lab.attached().await;
    let expected = format!("sessionId={}&projectId={}", line.id(), lab.project.as_str());
    assert_eq!(line.asked()[0].query, expected);
}
