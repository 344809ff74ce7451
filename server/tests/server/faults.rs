//! Each fault that `--mock` offers, as the page sees it, and every bad request for one.

use crate::common::{ACCESS, PATIENCE, TestServer, config, fresh_id, start};
use std::time::Duration;
use tokio::time::{Instant, timeout};

async fn mocked() -> TestServer {
    let mut config = config();
    config.mock = true;
    start(config).await
}

/// A page of a new session in which `fault` strikes at once.
async fn struck_by(server: &TestServer, fault: &str) -> (crate::common::Client, String) {
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.echo("x").await;
    let key = format!("{id}:default");
    server
        .fault(&format!(r#"{{"target":{{"session":"{key}"}},"fault":{fault}}}"#))
        .await;
    (page, key)
}

#[tokio::test]
async fn close_with_any_code_keeps_the_session() {
    let server = mocked().await;
    for code in [1000, 1001, 1008, 1011, 1012, 1013, 3000, 4000, 4404, 4410, 4999] {
        let fault = format!(r#"{{"close":{{"code":{code},"reason":"because"}}}}"#);
        let (mut page, key) = struck_by(&server, &fault).await;
        assert_eq!(page.closed().await, (code, "because".to_owned()));
        server.until_detached(&key).await;
        assert_eq!(server.session(&key).await.unwrap()["circuitBreakerTriggered"], false);
    }
}

#[tokio::test]
async fn rst_is_a_reset() {
    let server = mocked().await;
    let (page, key) = struck_by(&server, r#""rst""#).await;
    let stream = page.socket.into_inner();
    let read = async {
        loop {
            stream.readable().await?;
            match stream.try_read(&mut [0; 64]) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                read => return read,
            }
        }
    };
    let error = timeout(PATIENCE, read).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    server.until_detached(&key).await;
}

#[tokio::test]
async fn fin_is_an_end_without_a_close_frame() {
    let server = mocked().await;
    let (page, key) = struck_by(&server, r#""fin""#).await;
    let stream = page.socket.into_inner();
    timeout(PATIENCE, stream.readable()).await.unwrap().unwrap();
    assert_eq!(stream.try_read(&mut [0; 64]).unwrap(), 0);
    server.until_detached(&key).await;
}

#[tokio::test]
async fn half_open_swallows_both_ways_and_says_nothing() {
    let mut config = config();
    config.mock = true;
    config.bounds.ping = Duration::from_millis(50);
    config.bounds.silence = Duration::from_millis(200);
    let server = start(config).await;
    let (mut page, key) = struck_by(&server, r#""half_open""#).await;
    page.send("swallowed").await;
    server.until_detached(&key).await;
    assert_eq!(server.session(&key).await.unwrap()["bytesIn"], 1);
    // The server has let go of the socket, and the page has not heard of it.
    let heard = timeout(Duration::from_millis(100), page.step()).await;
    assert!(heard.is_err(), "{heard:?}");
    // A second page finds the session as ever.
    let id = key.trim_end_matches(":default");
    server
        .connect(&format!("sessionId={id}&warm=1"))
        .await
        .echo("here")
        .await;
}

#[tokio::test]
async fn stalled_reads_hold_input_back_until_lifted() {
    let server = mocked().await;
    let (mut page, key) = struck_by(&server, r#""stall_reads""#).await;
    page.send("later").await;
    assert_eq!(server.session(&key).await.unwrap()["bytesIn"], 1);
    server.clear_faults().await;
    page.read_until("later").await;
}

#[tokio::test]
async fn stalled_writes_hold_output_back_until_lifted() {
    let server = mocked().await;
    let (mut page, key) = struck_by(&server, r#""stall_writes""#).await;
    page.send("later").await;
    server.until(&key, |session| session.unwrap()["bytesOut"] == 6).await;
    assert!(timeout(Duration::from_millis(50), page.step()).await.is_err());
    server.clear_faults().await;
    page.read_until("later").await;
}

#[tokio::test]
async fn a_delayed_upgrade_comes_late() {
    let server = mocked().await;
    server.fault(r#"{"target":"next","fault":{"delay_upgrade":300}}"#).await;
    let asked = Instant::now();
    let mut page = server.connect("").await;
    assert!(asked.elapsed() >= Duration::from_millis(300));
    page.echo("x").await;
}

#[tokio::test]
async fn a_refused_upgrade_has_its_status_as_often_as_planned() {
    let server = mocked().await;
    server
        .fault(r#"{"target":"next","count":2,"fault":{"refuse":503}}"#)
        .await;
    for _ in 0..2 {
        let refused = server.try_connect("").await.err().unwrap();
        assert!(refused.to_string().contains("503"), "{refused}");
    }
    server.connect("").await.echo("x").await;
}

#[tokio::test]
async fn down_refuses_connections_for_its_time_and_resets_sockets() {
    let server = mocked().await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.echo("x").await;
    server.fault(r#"{"fault":{"down":300}}"#).await;
    assert_eq!(page.closed().await.0, 1006);
    assert!(server.try_connect("").await.is_err());
    let back = async {
        loop {
            if let Ok(page) = server.try_connect(&format!("sessionId={id}&known=1&warm=1")).await {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let mut page = timeout(PATIENCE, back).await.unwrap();
    page.echo("same").await;
}

#[tokio::test]
async fn faults_wait_for_bytes_messages_or_time() {
    let server = mocked().await;
    let close = r#"{"close":{"code":4007}}"#;
    server
        .fault(&format!(
            r#"{{"target":"next","after":{{"bytes":10}},"fault":{close}}}"#
        ))
        .await;
    let mut page = server.connect("").await;
    page.echo("1234").await;
    page.send("5").await;
    assert_eq!(page.closed().await.0, 4007);

    server
        .fault(&format!(
            r#"{{"target":"next","after":{{"messages":4}},"fault":{close}}}"#
        ))
        .await;
    let mut page = server.connect("").await;
    page.echo("1").await;
    page.echo("2").await;
    assert_eq!(page.closed().await.0, 4007);

    server
        .fault(&format!(r#"{{"target":"next","after":{{"ms":100}},"fault":{close}}}"#))
        .await;
    let opened = Instant::now();
    let mut page = server.connect("").await;
    assert_eq!(page.closed().await.0, 4007);
    assert!(opened.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn at_once_on_the_next_connection_is_accept_then_close() {
    let server = mocked().await;
    server
        .fault(r#"{"target":"next","count":3,"fault":{"close":{"code":1011,"reason":"no"}}}"#)
        .await;
    for _ in 0..3 {
        assert_eq!(server.connect("").await.closed().await, (1011, "no".to_owned()));
    }
    server.connect("").await.echo("x").await;
}

#[tokio::test]
async fn cleared_faults_do_not_strike() {
    let server = mocked().await;
    server.fault(r#"{"target":"next","fault":{"refuse":500}}"#).await;
    let close = r#"{"close":{"code":4007}}"#;
    server.clear_faults().await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.echo("x").await;
    let target = format!(r#"{{"session":"{id}:default"}}"#);
    server
        .fault(&format!(
            r#"{{"target":{target},"after":{{"messages":1}},"fault":{close}}}"#
        ))
        .await;
    server.clear_faults().await;
    page.echo("yes").await;
}

#[tokio::test]
async fn bad_requests_name_the_field_and_the_rule() {
    let server = mocked().await;
    for (body, field) in [
        ("", ""),
        ("[]", ""),
        (r#"{}"#, "fault"),
        (r#"{"fault":"rst"}"#, "target"),
        (r#"{"target":"next"}"#, "fault"),
        (r#"{"target":"all","fault":"rst"}"#, "target"),
        (r#"{"target":{"session":7},"fault":"rst"}"#, "target.session"),
        (r#"{"target":{"session":"no-project"},"fault":"rst"}"#, "target.session"),
        (r#"{"target":{"session":"a:b","x":1},"fault":"rst"}"#, "target.x"),
        (r#"{"target":"next","fault":"explode"}"#, "fault"),
        (r#"{"target":"next","fault":{}}"#, "fault"),
        (r#"{"target":"next","fault":{"down":1,"refuse":500}}"#, "fault"),
        (r#"{"target":"next","fault":{"explode":1}}"#, "fault.explode"),
        (r#"{"target":"next","fault":{"close":{}}}"#, "fault.close.code"),
        (
            r#"{"target":"next","fault":{"close":{"code":999}}}"#,
            "fault.close.code",
        ),
        (
            r#"{"target":"next","fault":{"close":{"code":5000}}}"#,
            "fault.close.code",
        ),
        (
            r#"{"target":"next","fault":{"close":{"code":1000,"why":""}}}"#,
            "fault.close.why",
        ),
        (
            r#"{"target":"next","fault":{"close":{"code":1000,"reason":1}}}"#,
            "fault.close.reason",
        ),
        (r#"{"target":"next","fault":{"refuse":199}}"#, "fault.refuse"),
        (
            r#"{"target":"next","fault":{"delay_upgrade":-1}}"#,
            "fault.delay_upgrade",
        ),
        (r#"{"target":"next","fault":{"down":1.5}}"#, "fault.down"),
        (r#"{"target":"next","after":{"ms":1},"fault":{"refuse":500}}"#, "after"),
        (r#"{"target":{"session":"a:b"},"fault":{"refuse":500}}"#, "target"),
        (r#"{"after":{"ms":1},"fault":{"down":1}}"#, "after"),
        (r#"{"target":"next","after":{"bytes":0},"fault":"rst"}"#, "after.bytes"),
        (r#"{"target":"next","after":{"hours":1},"fault":"rst"}"#, "after.hours"),
        (r#"{"target":"next","after":7,"fault":"rst"}"#, "after"),
        (r#"{"target":"next","count":0,"fault":"rst"}"#, "count"),
        (r#"{"target":{"session":"a:b"},"count":2,"fault":"rst"}"#, "count"),
        (r#"{"target":"next","fault":"rst","when":"now"}"#, "when"),
    ] {
        let answer = server
            .request("POST", &format!("/mock/faults?access={ACCESS}"), "", body)
            .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{body}: {answer}");
        let (_, error) = answer.split_once("\r\n\r\n").unwrap();
        let error: serde_json::Value = serde_json::from_str(error).unwrap();
        assert_eq!(error["field"], field, "{body}: {error}");
        assert!(error["rule"].as_str().is_some_and(|rule| !rule.is_empty()));
    }
    let gone = r#"{"target":{"session":"a:b"},"fault":"rst"}"#;
    let answer = server
        .request("POST", &format!("/mock/faults?access={ACCESS}"), "", gone)
        .await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[tokio::test]
async fn the_controls_want_the_token_and_a_known_origin() {
    let mut config = config();
    config.mock = true;
    config.allow_origin.push("http://tests.example".to_owned());
    let server = start(config).await;
    for path in ["/mock/sessions", "/mock/sessions?access=wrong"] {
        let answer = server.request("GET", path, "", "").await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    }
    let path = format!("/mock/sessions?access={ACCESS}");
    let answer = server
        .request("GET", &path, "origin: http://evil.example\r\n", "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let answer = server
        .request("GET", &path, "origin: http://tests.example\r\n", "")
        .await;
    assert!(
        answer.contains("access-control-allow-origin: http://tests.example"),
        "{answer}"
    );
    let answer = server
        .request("OPTIONS", "/mock/faults", "origin: http://tests.example\r\n", "")
        .await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(
        answer.contains("access-control-allow-methods: GET, POST, DELETE"),
        "{answer}"
    );
}

#[tokio::test]
async fn without_the_flag_there_are_no_controls() {
    let server = start(config()).await;
    for path in ["/mock/sessions", "/mock/faults"] {
        let answer = server.request("GET", &format!("{path}?access={ACCESS}"), "", "").await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
}
