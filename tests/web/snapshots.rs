//! A link's snapshot: a tuple of state, key, breaker and numbers.

use crate::lab::{Lab, text};
use js_sys::Array;
use relatch::client::State;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

fn numbers(snapshot: &Array) -> Vec<f64> {
    let numbers: Array = snapshot.get(3).unchecked_into();
    numbers.iter().map(|number| number.as_f64().unwrap()).collect()
}

#[wasm_bindgen_test]
async fn it_counts_what_happened() {
    let lab = Lab::new();
    let mut line = lab.attached_with(|setup| setup.options.config.control = true).await;
    line.strike(r#""rst""#).await;
    line.change_to(State::Waiting).await;

    let snapshot: Array = line.snapshot().unchecked_into();
    let words: Vec<Option<String>> = (0..3).map(|place| snapshot.get(place).as_string()).collect();
    let expected = ["waiting".to_owned(), line.key().to_text(), "closed".to_owned()];
    assert_eq!(words, expected.map(Some));
    let [retry_in, attempt, failures, ..] = numbers(&snapshot)[..] else {
        panic!()
    };
    assert!((0.0..=50.0).contains(&retry_in), "{retry_in}");
    assert_eq!((attempt, failures), (1.0, 0.0));

    line.ready().await;
    line.send(text("12345")).unwrap();
    line.receive("12345").await;
    let snapshot: Array = line.snapshot().unchecked_into();
    let all = numbers(&snapshot);
    let [retry_in, attempt, _, queued, queued_bytes, attempts, failed, ready] = all[..8] else {
        panic!()
    };
    assert!(retry_in.is_nan());
    assert_eq!((attempt, queued, queued_bytes), (2.0, 0.0, 0.0));
    assert_eq!((attempts, failed, ready), (2.0, 1.0, 2.0));
    let [_, bytes_in, messages_out, bytes_out, dropped, downtime] = all[8..14] else {
        panic!()
    };
    // `attached` before the cut, and five bytes after it.
    assert_eq!((bytes_in, messages_out, bytes_out), (13.0, 2.0, 13.0));
    assert_eq!(dropped, 0.0);
    assert!(downtime >= 50.0, "{downtime}");
    // A passthrough has no offsets; and nothing waits for the network.
    let [time_to_ready, gaps] = all[14..16] else { panic!() };
    assert!(
        time_to_ready <= downtime && gaps == 0.0,
        "{time_to_ready} ms, {gaps} gaps"
    );
    assert_eq!(all[16..], [0.0; 6]);
}
