//! What a link's snapshot says.

use super::global;
use crate::breaker::BreakerState;
use crate::client::Client;
use crate::session::SessionKey;
use wasm_bindgen::JsValue;

/// The numbers that `js/snapshot.ts` names in the same order; a missing time is NaN.
pub(super) fn numbers(client: &Client) -> [f64; 19] {
    let stats = client.stats();
    let offsets = client.offsets();
    let (queued_messages, queued_bytes) = client.queued();
    let retry_in = client.next_attempt().map(|at| at.saturating_sub(global::now()) as f64);
    [
        retry_in.unwrap_or(f64::NAN),
        client.attempt().into(),
        client.breaker().failures().into(),
        queued_messages as f64,
        queued_bytes as f64,
        stats.attempts.into(),
        stats.failures.into(),
        stats.ready.into(),
        stats.messages_in as f64,
        stats.bytes_in as f64,
        stats.messages_out as f64,
        stats.bytes_out as f64,
        stats.messages_dropped as f64,
        stats.downtime as f64,
        offsets.received as f64,
        offsets.processed as f64,
        offsets.input as f64,
        offsets.acked as f64,
        client.at_risk() as f64,
    ]
}

/// State, key, breaker, the numbers, and the bytes that wait, as a tuple, through serde-wasm-bindgen.
pub(super) fn snapshot(client: &Client, key: &SessionKey, buffered: f64) -> JsValue {
    let breaker = match client.breaker().state() {
        BreakerState::Closed => "closed",
        BreakerState::Open { .. } => "open",
        BreakerState::HalfOpen => "half-open",
    };
    let mut numbers = Vec::from(numbers(client));
    numbers.push(buffered);
    // Strings and numbers serialize without fail.
    let fields = (client.state().name(), key.to_text(), breaker, numbers);
    serde_wasm_bindgen::to_value(&fields).unwrap_or_default()
}
