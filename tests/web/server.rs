//! The server beside these tests: its terminals, and its faults on demand.

use crate::browser::window;
use js_sys::{Array, JSON, Reflect};
use relatch::session::SessionKey;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// How long anything may take, in milliseconds.
pub const PATIENCE: u32 = 10_000;

/// `http://` and the address of a `relatch-server --mock` that lets this page's origin in; and its access token.
fn server() -> (&'static str, &'static str) {
    match (option_env!("RELATCH_TEST_SERVER"), option_env!("RELATCH_TEST_ACCESS")) {
        (Some(server), Some(access)) => (server, access),
        _ => panic!(
            "RELATCH_TEST_SERVER and RELATCH_TEST_ACCESS must be set when these tests are built: see `npm test -- wasm`"
        ),
    }
}

/// The URL of a terminal, with a query that lacks the access token.
pub fn terminal(query: &str) -> String {
    let (_, access) = server();
    terminal_as(access, query)
}

/// The same, with another token.
pub fn terminal_as(access: &str, query: &str) -> String {
    let (server, _) = server();
    let server = server.replacen("http", "ws", 1);
    format!("{server}/terminal?{query}&access={access}")
}

/// The URL of a terminal whose page says all of itself in its hello; and the access token that goes there.
pub fn resumable() -> (String, String) {
    let (server, access) = server();
    let server = server.replacen("http", "ws", 1);
    (format!("{server}/terminal"), access.to_owned())
}

/// The fault of closing with this code and reason.
pub fn close(code: u16, reason: &str) -> String {
    format!(r#"{{"close":{{"code":{code},"reason":{reason:?}}}}}"#)
}

/// Strikes the socket that shows a session, now.
pub async fn strike(key: &SessionKey, fault: &str) {
    plan(&format!(
        r#"{{"target":{{"session":"{}"}},"fault":{fault}}}"#,
        key.to_text()
    ))
    .await;
}

/// Strikes the next connections that ask for a terminal.
pub async fn strike_next(count: u32, fault: &str) {
    plan(&format!(r#"{{"target":"next","count":{count},"fault":{fault}}}"#)).await;
}

/// Strikes the next connection once so many messages have passed, both ways together.
pub async fn strike_next_after(messages: u32, fault: &str) {
    plan(&format!(
        r#"{{"target":"next","after":{{"messages":{messages}}},"fault":{fault}}}"#
    ))
    .await;
}

/// Strikes each of the next connections once so many bytes have passed on it, both ways together.
pub async fn strike_each_after(count: u32, bytes: u32, fault: &str) {
    plan(&format!(
        r#"{{"target":"next","count":{count},"after":{{"bytes":{bytes}}},"fault":{fault}}}"#
    ))
    .await;
}

/// Closes the port and resets every socket, for so many milliseconds.
pub async fn take_down(ms: u32) {
    plan(&format!(r#"{{"fault":{{"down":{ms}}}}}"#)).await;
}

/// A session, as the server sees it.
#[derive(Clone, Debug)]
pub struct Session(JsValue);

impl Session {
    pub fn is_attached(&self) -> bool {
        self.field("attached").is_truthy()
    }

    /// How often a page has attached.
    pub fn generation(&self) -> f64 {
        self.field("generation").as_f64().unwrap()
    }

    pub fn bytes_in(&self) -> f64 {
        self.field("bytesIn").as_f64().unwrap()
    }

    /// How much was printed, of a session that is resumed.
    pub fn head(&self) -> f64 {
        self.field("head").as_f64().unwrap()
    }

    /// Up to where its output was sent to the page that has it.
    pub fn cursor(&self) -> Option<f64> {
        self.field("cursor").as_f64()
    }

    /// How it is spoken to: `relatch.v1`.
    pub fn protocol(&self) -> Option<String> {
        self.field("protocol").as_string()
    }

    /// For how long it is still kept, in milliseconds; `None` while a page has it.
    pub fn retained_for(&self) -> Option<f64> {
        self.field("retainedForMs").as_f64()
    }

    /// A page has closed with the code of an open breaker.
    pub fn is_flagged(&self) -> bool {
        self.field("circuitBreakerTriggered").is_truthy()
    }

    fn key(&self) -> String {
        self.field("key").as_string().unwrap()
    }

    fn field(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &name.into()).unwrap()
    }
}

/// The sessions of a project.
pub async fn sessions(project: &str) -> Vec<Session> {
    let text = ask("GET", "/mock/sessions", None).await;
    let all: Array = JSON::parse(&text).unwrap().unchecked_into();
    let suffix = format!(":{project}");
    let sessions = all.iter().map(Session);
    sessions.filter(|session| session.key().ends_with(&suffix)).collect()
}

/// A session, if the server has it.
pub async fn session(key: &SessionKey) -> Option<Session> {
    let sessions = sessions(key.project.as_str()).await;
    sessions.into_iter().find(|session| session.key() == key.to_text())
}

/// Asks the server again and again until the session is as expected.
pub async fn until_session(key: &SessionKey, expected: impl Fn(Option<&Session>) -> bool) -> Option<Session> {
    let clock = window().performance().unwrap();
    let started = clock.now();
    loop {
        let session = session(key).await;
        if expected(session.as_ref()) {
            return session;
        }
        assert!(clock.now() - started < PATIENCE.into(), "the session stays {session:?}");
    }
}

/// Waits until no page has the session.
pub async fn until_detached(key: &SessionKey) -> Session {
    until_session(key, |session| session.is_some_and(|session| !session.is_attached()))
        .await
        .unwrap()
}

async fn plan(body: &str) {
    ask("POST", "/mock/faults", Some(body)).await;
}

async fn ask(method: &str, path: &str, body: Option<&str>) -> String {
    let (server, access) = server();
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    let url = format!("{server}{path}?access={access}");
    let response = JsFuture::from(window().fetch_with_str_and_init(&url, &init)).await;
    let response: Response = response.expect("the server answers").unchecked_into();
    let text = JsFuture::from(response.text().unwrap()).await.unwrap();
    let text = text.as_string().unwrap();
    assert!(response.ok(), "{method} {path} {body:?}: {} {text}", response.status());
    text
}
