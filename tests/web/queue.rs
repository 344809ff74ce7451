//! What is sent while the line is not there: it arrives in order, or is said not to.

use crate::lab::{Lab, Setup, text};
use crate::server::take_down;
use relatch::client::{DropReason, Dropped, Payload, State};
use relatch::error::Refusal;
use wasm_bindgen_test::wasm_bindgen_test;

/// It never connects: nobody says where to.
fn nowhere(setup: &mut Setup) {
    setup.address = Box::new(|_, _| {});
}

#[wasm_bindgen_test]
async fn what_is_sent_while_the_server_is_down_arrives_in_order_once_it_is_back() {
    let lab = Lab::new();
    let mut line = lab.attached_with(|setup| setup.options.config.control = true).await;
    let before = line.on_server().await.unwrap().bytes_in();
    take_down(300).await;
    line.change_to(State::Waiting).await;
    let words: Vec<String> = (0..100).map(|number| format!("<{number}>")).collect();
    for word in &words {
        line.send(text(word)).unwrap();
    }
    let all = words.concat();
    assert_eq!(line.buffered_amount(), all.len() as f64);
    line.ready().await;
    assert_eq!(line.receive("<99>").await, all);
    assert_eq!(line.on_server().await.unwrap().bytes_in() - before, all.len() as f64);
}

#[wasm_bindgen_test]
async fn what_is_sent_before_the_first_line_arrives() {
    let lab = Lab::new();
    let mut line = lab.link();
    line.send(text("text and ")).unwrap();
    line.send(Payload::Binary(b"bytes".to_vec())).unwrap();
    line.ready().await;
    assert_eq!(line.receive("bytes").await, "text and bytes");
}

#[wasm_bindgen_test]
async fn what_waited_too_long_is_said_to_be_dropped() {
    let lab = Lab::new();
    let mut line = lab.link_with(|setup| {
        nowhere(setup);
        setup.options.config.queue.age = 50;
    });
    line.send(text("stale")).unwrap();
    let expected = Dropped {
        reason: DropReason::Expired,
        messages: 1,
        bytes: 5,
    };
    assert_eq!(line.dropped().await, expected);
    assert_eq!(line.buffered_amount(), 0.0);
}

#[wasm_bindgen_test]
async fn what_does_not_fit_is_refused_and_said_to_be_dropped() {
    let lab = Lab::new();
    let bounds: [fn(&mut Setup); 2] = [
        |setup| setup.options.config.queue.messages = 1,
        |setup| setup.options.config.queue.bytes = 5,
    ];
    for bound in bounds {
        let mut line = lab.link_with(|setup| {
            nowhere(setup);
            bound(setup);
        });
        line.send(text("fits")).unwrap();
        assert_eq!(line.send(text("no")), Err(Refusal::QueueFull));
        let expected = Dropped {
            reason: DropReason::Overflow,
            messages: 1,
            bytes: 2,
        };
        assert_eq!(line.dropped().await, expected);
        assert_eq!(line.buffered_amount(), 4.0);
    }
}

#[wasm_bindgen_test]
async fn what_is_queued_when_the_link_is_closed_is_said_to_be_dropped() {
    let lab = Lab::new();
    let mut line = lab.link_with(nowhere);
    line.send(text("never")).unwrap();
    line.close(3000, "").unwrap();
    let expected = Dropped {
        reason: DropReason::Closed,
        messages: 1,
        bytes: 5,
    };
    assert_eq!(line.dropped().await, expected);
}

#[wasm_bindgen_test]
async fn a_key_typed_while_waiting_cuts_the_wait() {
    let lab = Lab::new();
    let mut line = lab
        .attached_with(|setup| {
            setup.options.config.backoff.base = 3_600_000;
            setup.options.config.backoff.max = 3_600_000;
        })
        .await;
    line.strike(r#""rst""#).await;
    line.change_to(State::Waiting).await;
    line.send(text("typed")).unwrap();
    line.ready().await;
    line.receive("typed").await;
}
