//! A session that is resumed: whatever becomes of its line, nothing is lost and nothing comes twice, either way.

use crate::browser::{document_event, window_event};
use crate::lab::{Lab, text};
use crate::line::{Heard, Line};
use crate::server::{PATIENCE, close, session, strike_each_after};
use relatch::client::{Event, Payload, Reason, Resumed, State};
use relatch::wire::Outcome;
use wasm_bindgen_test::wasm_bindgen_test;

/// Lines of 8 bytes with their numbers: what is missing, doubled or out of order shows.
fn numbered(from: usize, to: usize) -> Vec<u8> {
    (from..to)
        .flat_map(|number| format!("{number:07}\n").into_bytes())
        .collect()
}

/// Types it, in messages of 4 KiB.
fn send(line: &Line, bytes: &[u8]) {
    for piece in bytes.chunks(4096) {
        line.send(Payload::Binary(piece.to_vec())).unwrap();
    }
}

/// The words of the session among what was said, of which nothing says that anything is missing.
fn seamless(events: Vec<Event>) -> Vec<Resumed> {
    let said = events.into_iter().filter_map(|event| match event {
        Event::Resumed(resumed) => Some(resumed),
        Event::StateChange(_) | Event::Size(_) => None,
        other => panic!("{other:?}"),
    });
    said.collect()
}

/// How often the line was lost.
fn losses(heard: &Heard) -> usize {
    let lost = |event: &&Event| matches!(event, Event::StateChange(change) if change.state == State::Waiting);
    heard.events.iter().filter(lost).count()
}

/// Compares without printing hundreds of KB.
fn assert_same(found: &[u8], expected: &[u8]) {
    let differs = found
        .iter()
        .zip(expected)
        .position(|(found, expected)| found != expected);
    assert_eq!((differs, found.len()), (None, expected.len()));
}

#[wasm_bindgen_test]
async fn a_new_session_is_told_of_and_echoes_what_is_typed() {
    let lab = Lab::new();
    let mut line = lab.resuming();
    let resumed = line.resumed().await;
    assert_eq!((resumed.outcome, resumed.offset, resumed.replay), (Outcome::New, 0, 0));
    line.ready().await;
    line.echo("typed").await;
    let found = line.on_server().await.unwrap();
    assert_eq!(found.protocol().as_deref(), Some("relatch.v1"));
    assert_eq!((found.bytes_in(), found.head(), found.generation()), (5.0, 5.0, 1.0));
}

/// The first three lines are struck after 150 KB each. What is typed on each makes more than that, there and back.
async fn goes_on_after(fault: &str) {
    let lab = Lab::new();
    let content = numbered(0, 50_000);
    strike_each_after(3, 150_000, fault).await;
    let mut line = lab.resuming();
    let mut heard = Heard::default();
    let mut parts = content.chunks(100_000);
    for lost in 1..=3 {
        send(&line, parts.next().unwrap());
        line.read_on(&mut heard, |heard| losses(heard) >= lost).await;
    }
    send(&line, parts.next().unwrap());
    line.read_on(&mut heard, |heard| heard.bytes.len() >= content.len())
        .await;
    let Heard { bytes, events } = heard;
    assert_same(&bytes, &content);

    let resumed = seamless(events);
    let outcomes: Vec<Outcome> = resumed.iter().map(|resumed| resumed.outcome).collect();
    assert_eq!(outcomes, [Outcome::New, Outcome::Ok, Outcome::Ok, Outcome::Ok]);
    assert!(resumed.is_sorted_by(|one, next| one.offset <= next.offset));
    let found = line.on_server().await.unwrap();
    let all = content.len() as f64;
    assert_eq!((found.bytes_in(), found.head(), found.generation()), (all, all, 4.0));
}

#[wasm_bindgen_test]
async fn it_goes_on_after_a_reset() {
    goes_on_after(r#""rst""#).await;
}

#[wasm_bindgen_test]
async fn it_goes_on_after_a_line_that_ends_without_a_close_frame() {
    goes_on_after(r#""fin""#).await;
}

#[wasm_bindgen_test]
async fn it_goes_on_after_a_close_with_1000_that_a_proxy_sent() {
    goes_on_after(&close(1000, "")).await;
}

#[wasm_bindgen_test]
async fn it_goes_on_after_a_half_open_line_once_a_wake_has_asked() {
    let lab = Lab::new();
    let content = numbered(0, 40_000);
    let (before, after) = content.split_at(200_000);
    let mut line = lab.resuming();
    send(&line, before);
    let (mut received, mut events) = line.read(100_000).await;
    line.strike(r#""half_open""#).await;
    send(&line, after);
    // A line that has just been heard is not asked: somebody looks again and again.
    let clock = crate::browser::window().performance().unwrap();
    let started = clock.now();
    while line.state() == State::Ready {
        window_event("pageshow");
        session(&line.key()).await;
        assert!(clock.now() - started < PATIENCE.into(), "it still believes in its line");
    }
    let (rest, more) = line.read(content.len() - received.len()).await;
    received.extend(rest);
    assert_same(&received, &content);

    let reasons: Vec<Reason> = more
        .iter()
        .filter_map(|event| match event {
            Event::StateChange(change) => Some(change.reason),
            _ => None,
        })
        .collect();
    assert_eq!(reasons.first(), Some(&Reason::Heartbeat));
    events.extend(more);
    assert_eq!(seamless(events).len(), 2);
    let all = content.len() as f64;
    let found = line.on_server().await.unwrap();
    assert_eq!((found.bytes_in(), found.head()), (all, all));
}

#[wasm_bindgen_test]
async fn it_goes_on_after_the_page_was_frozen() {
    let lab = Lab::new();
    let content = numbered(0, 40_000);
    let (before, after) = content.split_at(200_000);
    let mut line = lab.resuming();
    send(&line, before);
    let (mut received, mut events) = line.read(100_000).await;
    document_event("freeze");
    assert_eq!(line.state(), State::Waiting);
    send(&line, after);
    document_event("resume");
    let (rest, more) = line.read(content.len() - received.len()).await;
    received.extend(rest);
    events.extend(more);
    assert_same(&received, &content);
    assert_eq!(seamless(events).len(), 2);
    let all = content.len() as f64;
    let found = line.on_server().await.unwrap();
    assert_eq!((found.bytes_in(), found.head()), (all, all));
}

#[wasm_bindgen_test]
async fn what_is_typed_while_the_line_is_lost_is_typed_once_it_is_back() {
    let lab = Lab::new();
    let mut line = lab.resuming();
    line.ready().await;
    line.echo("before").await;
    line.strike(r#""rst""#).await;
    line.change_to(State::Waiting).await;
    line.send(text("between")).unwrap();
    let (received, events) = line.read("between".len()).await;
    assert_eq!(received, b"between");
    let [resumed] = seamless(events)[..] else { panic!() };
    assert_eq!((resumed.outcome, resumed.offset), (Outcome::Ok, 6));
}
