//! What goes out to JavaScript as plain objects, through serde-wasm-bindgen.
//!
//! One struct serves all events, with what does not apply left out: each further `Serialize` costs about 300 bytes to load.

use super::global;
use crate::breaker::BreakerState;
use crate::client::{Client, Event, Reset, Warning};
use crate::session::SessionKey;
use crate::time::Millis;
use serde::Serialize;
use wasm_bindgen::JsValue;

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_in: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Snapshot<'a> {
    state: &'a str,
    session_id: &'a str,
    session_key: &'a str,
    attempt: u32,
    retry_in: Option<f64>,
    retry_at: Option<f64>,
    breaker: &'a str,
    breaker_failures: u32,
    queued_messages: f64,
    queued_bytes: f64,
    attempts: u32,
    failures: u32,
    ready: u32,
    messages_in: f64,
    bytes_in: f64,
    messages_out: f64,
    bytes_out: f64,
    messages_dropped: f64,
    downtime: f64,
}

/// An event's type and detail.
pub(super) fn event(event: &Event) -> (&'static str, JsValue) {
    let none = Detail::default();
    let (name, detail) = match event {
        Event::StateChange(change) => (
            "statechange",
            Detail {
                state: Some(change.state.name()),
                previous: Some(change.previous.name()),
                reason: Some(change.reason.name()),
                attempt: Some(change.attempt),
                retry_in: change.retry_in.map(|delay| delay as f64),
                retry_at: change.retry_in.map(wall_clock),
                code: change.code,
                close_reason: change.code.map(|_| change.close_reason.as_str()),
                ..none
            },
        ),
        Event::Ready { attempt } => (
            "ready",
            Detail {
                attempt: Some(*attempt),
                ..none
            },
        ),
        Event::Retry { attempt, delay } => (
            "retry",
            Detail {
                attempt: Some(*attempt),
                retry_in: Some(*delay as f64),
                retry_at: Some(wall_clock(*delay)),
                ..none
            },
        ),
        Event::Reset(reset) => (
            "reset",
            Detail {
                reason: Some(match reset {
                    Reset::Server => "server",
                    Reset::SessionLost => "session-lost",
                }),
                ..none
            },
        ),
        Event::Superseded { code, reason } => (
            "superseded",
            Detail {
                code: Some(*code),
                close_reason: Some(reason),
                ..none
            },
        ),
        Event::Dropped(dropped) => (
            "dropped",
            Detail {
                reason: Some(dropped.reason.name()),
                messages: Some(dropped.messages as f64),
                bytes: Some(dropped.bytes as f64),
                unknown: Some(dropped.reason.is_unknown()),
                ..none
            },
        ),
        Event::Warning(Warning::UnmappedCode(code)) => (
            "warning",
            Detail {
                reason: Some("unmapped-code"),
                code: Some(*code),
                ..none
            },
        ),
        Event::Warning(Warning::Storage) => (
            "warning",
            Detail {
                reason: Some("storage"),
                ..none
            },
        ),
        Event::Error {
            reason,
            code,
            close_reason,
        } => (
            "error",
            Detail {
                reason: Some(reason.name()),
                code: *code,
                close_reason: Some(close_reason),
                ..none
            },
        ),
        Event::Close {
            reason,
            code,
            close_reason,
        } => (
            "close",
            Detail {
                reason: Some(reason.name()),
                code: Some(*code),
                close_reason: Some(close_reason),
                ..none
            },
        ),
    };
    (name, to_js(&detail))
}

/// Everything about a link at this moment.
pub(super) fn snapshot(client: &Client, key: &SessionKey) -> JsValue {
    let stats = client.stats();
    let (queued_messages, queued_bytes) = client.queued();
    let retry_in = client.next_attempt().map(|at| at.saturating_sub(global::now()));
    to_js(&Snapshot {
        state: client.state().name(),
        session_id: key.session.as_str(),
        session_key: &key.to_string(),
        attempt: client.attempt(),
        retry_in: retry_in.map(|delay| delay as f64),
        retry_at: retry_in.map(wall_clock),
        breaker: match client.breaker().state() {
            BreakerState::Closed => "closed",
            BreakerState::Open { .. } => "open",
            BreakerState::HalfOpen => "half-open",
        },
        breaker_failures: client.breaker().failures(),
        queued_messages: queued_messages as f64,
        queued_bytes: queued_bytes as f64,
        attempts: stats.attempts,
        failures: stats.failures,
        ready: stats.ready,
        messages_in: stats.messages_in as f64,
        bytes_in: stats.bytes_in as f64,
        messages_out: stats.messages_out as f64,
        bytes_out: stats.bytes_out as f64,
        messages_dropped: stats.messages_dropped as f64,
        downtime: stats.downtime as f64,
    })
}

/// The time of the page's clock, as `Date.now()` tells it, `delay` from now.
fn wall_clock(delay: Millis) -> f64 {
    js_sys::Date::now() + delay as f64
}

fn to_js(value: &impl Serialize) -> JsValue {
    // Structs of strings, numbers and booleans serialize without fail.
    serde_wasm_bindgen::to_value(value).unwrap_or_default()
}
