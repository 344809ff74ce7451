//! What is bounded, and what happens at the bound.

use crate::common::{Folder, PATIENCE, config, fresh_id, shell_config, start};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use relatch_server::profile::Profile;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn sessions_are_bounded_in_number() {
    let mut config = config();
    config.bounds.sessions = 2;
    let server = start(config).await;
    let (one, two) = (fresh_id(), fresh_id());
    let mut first = server.connect(&format!("sessionId={one}")).await;
    let _second = server.connect(&format!("sessionId={two}")).await;
    let mut third = server.connect("").await;
    assert_eq!(third.closed().await, (1013, r#"{"retry_ms":30000}"#.to_owned()));
    // One that is there may be come back to, and one that ends makes room.
    first.echo("x").await;
    let first = server.connect(&format!("sessionId={one}")).await;
    first.close(1000).await;
    server.connect("").await.echo("room").await;
}

#[tokio::test]
async fn connections_are_bounded_in_number() {
    let mut config = config();
    config.bounds.connections = 2;
    let server = start(config).await;
    let mut first = server.connect("").await;
    let mut second = server.connect("").await;
    assert!(server.try_connect("").await.is_err());
    first.echo("x").await;
    second.echo("y").await;
}

#[tokio::test]
async fn a_message_of_64_kib_is_taken_and_a_longer_one_closes_with_1009() {
    let server = start(config()).await;
    let mut page = server.connect("").await;
    let whole = "x".repeat(64 * 1024);
    page.send(&whole).await;
    page.read_bytes(whole.len()).await;
    page.send(&(whole + "x")).await;
    assert_eq!(page.closed().await.0, 1009);
}

#[tokio::test]
async fn a_bad_control_frame_closes_with_4400() {
    let server = start(config()).await;
    let long = format!(r#"{{"t":"later","x":"{}"}}"#, "x".repeat(4096));
    for bad in [
        "",
        "{",
        "[]",
        "null",
        r#"{"t":"resize"}"#,
        r#"{"t":"resize","cols":0,"rows":1}"#,
        r#"{"t":{}}"#,
        &long,
    ] {
        let mut page = server.connect("control=1").await;
        page.send_text(bad).await;
        assert_eq!(page.closed().await.0, 4400, "{bad}");
    }
}

#[tokio::test]
async fn text_that_is_not_utf_8_closes_with_1007() {
    let server = start(config()).await;
    let mut page = server.connect("").await;
    let frame = [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe];
    page.socket.get_mut().write_all(&frame).await.unwrap();
    assert_eq!(page.closed().await.0, 1007);
}

#[tokio::test]
async fn an_unfinished_request_is_closed() {
    let mut config = config();
    config.bounds.handshake = Duration::from_millis(100);
    let server = start(config).await;
    let mut stream = TcpStream::connect(server.running.address).await.unwrap();
    stream.write_all(b"GET /terminal HTTP/1.1\r\nhost: ").await.unwrap();
    let mut rest = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut rest))
        .await
        .expect("still open")
        .unwrap();
}

#[tokio::test]
async fn a_requests_head_is_bounded() {
    let server = start(config()).await;
    let long = format!("x-long: {}\r\n", "x".repeat(32 * 1024));
    let answer = server.request("GET", "/", &long, "").await;
    assert!(answer.starts_with("HTTP/1.1 431") || answer.is_empty(), "{answer}");
    let many: String = (0..200).map(|n| format!("x-{n}: y\r\n")).collect();
    let answer = server.request("GET", "/", &many, "").await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn frames_to_a_page_are_at_most_16_kib() {
    let server = start(shell_config()).await;
    let mut page = server.connect("").await;
    page.send("seq 1 100000; echo e''nd\r").await;
    page.read_until("end").await;
    assert!(page.largest <= 16 * 1024);
    assert!(page.output.len() / page.frames > 1024, "{} frames", page.frames);
}

#[tokio::test]
async fn a_page_that_does_not_read_holds_its_program_up() {
    let mut config = shell_config();
    config.mock = true;
    let flood = Profile::Command("exec yes".to_owned());
    config.profiles.set("flood", flood).unwrap();
    let server = start(config).await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let mut page = server.connect(&format!("sessionId={id}&kind=flood")).await;
    page.read_bytes(1000).await;
    let printed = async || server.session(&key).await.unwrap()["bytesOut"].as_u64().unwrap();
    // Until the sockets' buffers are full.
    let mut before = printed().await;
    let stopped = async {
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let now = printed().await;
            if now == before {
                break;
            }
            before = now;
        }
    };
    timeout(PATIENCE, stopped).await.expect("the flood was never held up");
    // The page reads on, and nothing is missing.
    page.read_bytes(usize::try_from(before).unwrap() + 100_000).await;
    let lines = page.output.chunks_exact(3).all(|line| line == b"y\r\n");
    assert!(lines);
}

#[tokio::test]
async fn a_detached_program_is_not_held_up() {
    let mut config = shell_config();
    config.mock = true;
    config
        .profiles
        .set("long", Profile::Command("seq 1 200000; sleep 1000".to_owned()))
        .unwrap();
    let server = start(config).await;
    let id = fresh_id();
    server.connect(&format!("sessionId={id}&kind=long")).await.cut();
    let all = |session: Option<&serde_json::Value>| session.unwrap()["bytesOut"].as_u64().unwrap() >= 1_488_895;
    server.until(&format!("{id}:default"), all).await;
}

#[tokio::test]
async fn a_paste_into_a_stalled_program_waits_and_is_not_lost() {
    let mut config = shell_config();
    config.mock = true;
    let folder = Folder::new();
    let go = folder.path("go");
    let stalled = format!("stty raw -echo; mkfifo {go}; echo ready; read x < {go}; head -c 1000000 | md5sum");
    config.profiles.set("stalled", Profile::Command(stalled)).unwrap();
    let server = start(config).await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let mut page = server.connect(&format!("sessionId={id}&kind=stalled")).await;
    page.read_until("ready").await;
    let (mut typing, mut reading) = page.socket.split();
    let paste = tokio::spawn(async move {
        for _ in 0..100 {
            let chunk = Bytes::from(vec![b'x'; 10_000]);
            typing.send(Message::Binary(chunk)).await.unwrap();
        }
    });
    let mut shown = String::new();
    let mut read_until = async |wanted: &str| {
        while !shown.contains(wanted) {
            let frame = timeout(PATIENCE, reading.next()).await.unwrap().unwrap().unwrap();
            shown.push_str(&String::from_utf8_lossy(&frame.into_data()));
        }
    };
    let full = |session: Option<&serde_json::Value>| session.unwrap()["bytesIn"].as_u64().unwrap() >= 60_000;
    server.until(&key, full).await;
    assert!(server.session(&key).await.unwrap()["bytesIn"].as_u64().unwrap() < 200_000);
    std::fs::write(go, "\n").unwrap();
    // md5 of 1,000,000 times "x".
    read_until("ec78dbd963d2fc01e51176ed4dec299e").await;
    paste.await.unwrap();
}

#[tokio::test]
async fn the_end_of_a_page_is_seen_while_its_input_waits() {
    let mut config = shell_config();
    config.mock = true;
    let stalled = Profile::Command("stty raw -echo; echo ready; exec sleep 1000".to_owned());
    config.profiles.set("stalled", stalled).unwrap();
    let server = start(config).await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let mut page = server.connect(&format!("sessionId={id}&kind=stalled")).await;
    page.read_until("ready").await;
    for _ in 0..20 {
        page.send(&"x".repeat(10_000)).await;
    }
    let full = |session: Option<&serde_json::Value>| session.unwrap()["bytesIn"].as_u64().unwrap() >= 60_000;
    server.until(&key, full).await;
    page.cut();
    server.until_detached(&key).await;
}

#[tokio::test]
async fn a_silent_page_loses_its_socket_and_keeps_its_session() {
    let mut config = config();
    config.mock = true;
    config.bounds.ping = Duration::from_millis(50);
    config.bounds.silence = Duration::from_millis(300);
    let server = start(config).await;
    let (silent, living) = (fresh_id(), fresh_id());
    // A client that does not read answers no ping.
    let _silent = server.connect(&format!("sessionId={silent}")).await;
    let mut page = server.connect(&format!("sessionId={living}")).await;
    let reading = tokio::spawn(async move {
        let _ = page.closed().await;
    });
    server.until_detached(&format!("{silent}:default")).await;
    assert_eq!(
        server.session(&format!("{living}:default")).await.unwrap()["attached"],
        true
    );
    reading.abort();
}
