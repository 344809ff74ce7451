//! Credentials that the server refuses are renewed, one time.

use crate::lab::{Asked, Lab};
use crate::server::{close, strike_next_after, terminal, terminal_as};
use relatch::client::{Failure, Reason, State};
use relatch::web::Reply;
use std::cell::Cell;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

const REFUSALS: [u16; 3] = [1008, 3000, 4401];

#[wasm_bindgen_test]
async fn refused_credentials_are_renewed_at_once_and_then_no_more() {
    for code in REFUSALS {
        let lab = Lab::new();
        let mut line = lab.attached_with(|setup| setup.options.config.renewable = true).await;
        line.strike(&close(code, "")).await;
        let change = line.lost().await;
        assert_eq!(
            (change.state, change.reason),
            (State::Connecting, Reason::Credentials),
            "{code}"
        );
        line.ready().await;
        line.echo("renewed").await;

        line.strike(&close(code, "")).await;
        let change = line.lost().await;
        assert_eq!(
            (change.state, change.reason),
            (State::Closed, Reason::Credentials),
            "{code}"
        );
        let renewals: Vec<bool> = line.asked().iter().map(|asked| asked.renew).collect();
        assert_eq!(renewals, [false, true], "{code}");
    }
}

#[wasm_bindgen_test]
async fn without_a_way_to_renew_them_refused_credentials_stop_at_once() {
    for code in REFUSALS {
        let lab = Lab::new();
        let mut line = lab.attached().await;
        line.strike(&close(code, "")).await;
        let change = line.lost().await;
        assert_eq!(
            (change.state, change.reason),
            (State::Closed, Reason::Credentials),
            "{code}"
        );
        assert_eq!(line.asked().len(), 1);
    }
}

/// Answers in a task of its own, as a token that has to be fetched does: the right token only when it is renewed.
fn stale_until_renewed(asked: &Asked, reply: Reply) {
    let url = match asked.renew {
        true => terminal(&asked.query),
        false => terminal_as("stale", &asked.query),
    };
    spawn_local(async move { reply.connect(&url) });
}

#[wasm_bindgen_test]
async fn a_stale_token_is_renewed_and_the_terminal_answers() {
    let lab = Lab::new();
    let mut line = lab.link_with(|setup| {
        setup.options.config.renewable = true;
        setup.address = Box::new(stale_until_renewed);
    });
    let (code, _) = line.lost().await.close.unwrap();
    assert_eq!(code, 4401);
    line.ready().await;
    line.echo("let in").await;
}

#[wasm_bindgen_test]
async fn a_wrong_token_stops_after_its_renewal() {
    let lab = Lab::new();
    let mut line = lab.link_with(|setup| {
        setup.options.config.renewable = true;
        setup.address = Box::new(|asked, reply| reply.connect(&terminal_as("wrong", &asked.query)));
    });
    let change = line.change_to(State::Closed).await;
    assert_eq!((change.reason, line.asked().len()), (Reason::Credentials, 2));
    assert_eq!(change.close.unwrap().0, 4401);
}

#[wasm_bindgen_test]
async fn a_renewal_that_fails_is_asked_for_again() {
    let lab = Lab::new();
    let failed = Cell::new(false);
    // Two messages: what is typed and its echo.
    strike_next_after(2, &close(4401, "")).await;
    let mut line = lab.link_with(|setup| {
        setup.options.config.renewable = true;
        setup.address = Box::new(move |asked, reply| match asked.renew && !failed.replace(true) {
            true => reply.fail(Failure::Auth),
            false => reply.connect(&terminal(&asked.query)),
        });
    });
    line.ready().await;
    line.send(crate::lab::text("typed")).unwrap();
    assert_eq!(line.lost().await.reason, Reason::Credentials);
    assert_eq!(line.change().await.reason, Reason::Auth);
    line.ready().await;
    line.echo("let in").await;
    let renewals: Vec<bool> = line.asked().iter().map(|asked| asked.renew).collect();
    assert_eq!(renewals, [false, true, true]);
}
