//! How far a session's streams have come: the page's pace, its snapshot, the end of its process.

use crate::browser::{session_storage, window};
use crate::lab::{Lab, text};
use crate::line::Line;
use crate::server::{PATIENCE, session, until_session};
use js_sys::Array;
use relatch::client::{Event, Payload, Reason, State};
use relatch::web::Output;
use relatch::wire::Exit;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

/// How far the server sends ahead of what the page has processed.
const WINDOW: usize = 256 * 1024;

/// Received, processed, sent, acknowledged, and given to a connection without an acknowledgement: as `js/snapshot.ts` names them.
fn offsets(line: &Line) -> [f64; 5] {
    let snapshot: Array = line.snapshot().unchecked_into();
    let numbers: Array = snapshot.get(3).unchecked_into();
    std::array::from_fn(|place| numbers.get(16 + place as u32).as_f64().unwrap())
}

/// Waits until the snapshot has these offsets.
async fn until_offsets(line: &Line, expected: [f64; 5]) {
    let clock = window().performance().unwrap();
    let started = clock.now();
    while offsets(line) != expected {
        assert!(clock.now() - started < PATIENCE.into(), "{:?}", offsets(line));
        session(&line.key()).await;
    }
}

#[wasm_bindgen_test]
async fn a_page_that_sets_the_pace_is_sent_a_window_and_more_once_it_has_processed_some() {
    let lab = Lab::new();
    let mut line = lab.resuming();
    line.pace();
    let content: Vec<u8> = (0..40_000).flat_map(|n| format!("{n:07}\n").into_bytes()).collect();
    let all = content.len();
    for piece in content.chunks(4096) {
        line.send(Payload::Binary(piece.to_vec())).unwrap();
    }
    let (mut received, _) = line.read(WINDOW).await;
    assert_eq!(received.len(), WINDOW);

    // A window and more was printed, and the rest stays where it is.
    let (window, whole) = (WINDOW as f64, all as f64);
    let key = line.key();
    let found = until_session(&key, |found| found.is_some_and(|found| found.head() >= window)).await;
    assert_eq!(found.unwrap().cursor(), Some(window));
    let unheard = line.unheard();
    assert!(!unheard.iter().any(|output| matches!(output, Output::Message(_))));
    assert_eq!(offsets(&line)[..2], [window, 0.0]);

    line.processed(40_000);
    let (more, _) = line.read(40_000).await;
    received.extend(more);
    assert_eq!(received.len(), WINDOW + 40_000);
    assert_eq!(offsets(&line)[..2], [window + 40_000.0, 40_000.0]);
    line.processed(WINDOW);
    let (rest, _) = line.read(all - received.len()).await;
    received.extend(rest);
    assert!(received == content);
    line.processed(all - WINDOW - 40_000);
    until_offsets(&line, [whole, whole, whole, whole, 0.0]).await;
}

#[wasm_bindgen_test]
async fn a_page_that_sets_no_pace_has_processed_whatever_it_is_told() {
    let lab = Lab::new();
    let mut line = lab.resuming();
    line.ready().await;
    assert_eq!(offsets(&line), [0.0; 5]);
    line.echo("12345").await;
    until_offsets(&line, [5.0, 5.0, 5.0, 5.0, 0.0]).await;
    // They are the session's and not the line's.
    line.strike(r#""rst""#).await;
    line.change_to(State::Waiting).await;
    assert_eq!(offsets(&line), [5.0, 5.0, 5.0, 5.0, 0.0]);
    line.ready().await;
    line.echo("678").await;
    until_offsets(&line, [8.0, 8.0, 8.0, 8.0, 0.0]).await;
}

#[wasm_bindgen_test]
async fn an_exit_is_told_and_ends_the_session() {
    let lab = Lab::new();
    let mut line = lab.resuming_with(|setup| setup.options.kind = Some("leaves".to_owned()));
    line.ready().await;
    let key = line.key();
    line.send(text("\n")).unwrap();
    let exit = line
        .until("the exit", |output| match output {
            Output::Event(Event::Exit(exit)) => Some(exit),
            _ => None,
        })
        .await;
    assert_eq!(exit, Exit::Code(7));
    let change = line.change().await;
    assert_eq!((change.state, change.reason), (State::Closed, Reason::Ended));
    until_session(&key, |found| found.is_none()).await;
    for place in [lab.place("default"), lab.place("default:secret")] {
        assert_eq!(session_storage().get_item(&place).unwrap(), None);
    }
}
