//! What a link's snapshot says.

use super::global;
use crate::breaker::BreakerState;
use crate::client::Client;
use crate::session::SessionKey;
use wasm_bindgen::JsValue;

/// How many numbers there are.
const NUMBERS: usize = 21;

/// One of the numbers that `js/snapshot.ts` names in the same order; a missing time is NaN, and so is what lies beyond the last.
pub(super) fn number(client: &Client, place: usize) -> f64 {
    let stats = client.stats();
    let (queued_messages, queued_bytes) = client.queued();
    let whole = match place {
        0 => match client.next_attempt() {
            Some(at) => at.saturating_sub(global::now()),
            None => return f64::NAN,
        },
        1 => client.attempt().into(),
        2 => client.breaker().failures().into(),
        3 => queued_messages as u64,
        4 => queued_bytes as u64,
        5 => stats.attempts.into(),
        6 => stats.failures.into(),
        7 => stats.ready.into(),
        8 => stats.messages_in,
        9 => stats.bytes_in,
        10 => stats.messages_out,
        11 => stats.bytes_out,
        12 => stats.messages_dropped,
        13 => stats.downtime,
        14 => stats.time_to_ready,
        15 => stats.gaps.into(),
        16 => client.offsets().received,
        17 => client.offsets().processed,
        18 => client.offsets().input,
        19 => client.offsets().acked,
        20 => client.at_risk() as u64,
        NUMBERS.. => return f64::NAN,
    };
    whole as f64
}

/// State, key, breaker, the numbers, and the bytes that wait, as a tuple, through serde-wasm-bindgen.
pub(super) fn snapshot(client: &Client, key: &SessionKey, buffered: f64) -> JsValue {
    let breaker = match client.breaker().state() {
        BreakerState::Closed => "closed",
        BreakerState::Open { .. } => "open",
        BreakerState::HalfOpen => "half-open",
    };
    let numbers = (0..NUMBERS).map(|place| number(client, place));
    let numbers: Vec<f64> = numbers.chain([buffered]).collect();
    // Strings and numbers serialize without fail.
    let fields = (client.state().name(), key.to_text(), breaker, numbers);
    serde_wasm_bindgen::to_value(&fields).unwrap_or_default()
}
