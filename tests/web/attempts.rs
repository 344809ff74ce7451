//! Attempts that do not become a line.

use crate::lab::Lab;
use crate::server::{self, strike_next, take_down};
use relatch::client::{Reason, State};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_refused_upgrade_climbs_the_ladder_to_the_breaker_and_its_one_probe() {
    let lab = Lab::new();
    strike_next(3, r#"{"refuse":503}"#).await;
    let mut line = lab.link_with(|setup| setup.options.config.breaker.failures = 2);
    let mut waits = Vec::new();
    loop {
        let change = line.change().await;
        match change.state {
            State::Ready => break,
            State::Connecting => {}
            state => {
                assert_eq!(
                    (change.reason, change.close),
                    (Reason::Refused, Some((1006, String::new())))
                );
                waits.push((state, change.retry_in.unwrap()));
            }
        }
    }
    let expected = [(State::Waiting, 50), (State::Waiting, 100), (State::OpenCircuit, 200)];
    assert_eq!(waits, expected);
    line.echo("at last").await;
    assert_eq!(line.asked().len(), 4);
}

#[wasm_bindgen_test]
async fn an_upgrade_that_comes_too_late_is_given_up() {
    let lab = Lab::new();
    strike_next(1, r#"{"delay_upgrade":300}"#).await;
    let mut line = lab.link_with(|setup| {
        setup.options.config.control = true;
        setup.options.config.connect_timeout = 100;
    });
    let change = line.change_to(State::Waiting).await;
    assert_eq!(
        (change.reason, change.close, change.retry_in),
        (Reason::Timeout, None, Some(50))
    );
    line.ready().await;
    line.echo("in time").await;
    assert_eq!(server::sessions(lab.project.as_str()).await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_server_that_was_down_is_found_again_with_the_same_session() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    let id = line.id();
    take_down(300).await;
    let lost = line.lost().await;
    assert_eq!((lost.state, lost.reason), (State::Waiting, Reason::Lost));
    line.ready().await;
    line.echo("up again").await;
    assert_eq!(line.id(), id);
    assert_eq!(server::sessions(lab.project.as_str()).await.len(), 1);
}
