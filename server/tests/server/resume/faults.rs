//! The faults strike sockets under `relatch.v1` too, and cost them no byte.

use super::{assert_is_seq, echoes, profiles};
use crate::common::{Page, TestServer, config, start};
use relatch::wire::Outcome;
use std::time::Duration;
use tokio::time::{Instant, timeout};

async fn strike(server: &TestServer, page: &Page, fault: &str) {
    let key = page.key();
    server
        .fault(&format!(r#"{{"target":{{"session":"{key}"}},"fault":{fault}}}"#))
        .await;
}

#[tokio::test]
async fn a_stream_cut_after_each_few_bytes_arrives_whole() {
    let server = profiles(&[("stream", "seq -f %07.0f 1 100000; exec sleep 1000")]).await;
    let mut page = Page::new().kind("stream");
    let (mut cuts, mut bytes) = (0, 1000);
    while page.out.unwrap_or(0) < 900_000 {
        let how = if cuts % 2 == 0 { "rst" } else { "fin" };
        server
            .fault(&format!(
                r#"{{"target":"next","after":{{"bytes":{bytes}}},"fault":"{how}"}}"#
            ))
            .await;
        cuts += 1;
        bytes = bytes * 3 / 2;
        if page.try_attach(&server).await.is_ok() {
            while page.out.unwrap() < 900_000 && page.step().await.is_ok() {}
        }
    }
    println!("{cuts} cuts");
    assert!(cuts > 5);
    assert_is_seq(&page.output, 0);
    assert_eq!(page.output.len(), 900_000);
    assert!(page.gaps.is_empty());
}

#[tokio::test]
async fn close_with_any_code_keeps_the_session() {
    let server = echoes().await;
    let mut page = Page::new();
    for code in [1000, 1001, 1011, 1012, 1013, 3000, 4000, 4404, 4410, 4999] {
        page.attach(&server).await;
        page.echo(&format!("<{code}>")).await;
        strike(
            &server,
            &page,
            &format!(r#"{{"close":{{"code":{code},"reason":"because"}}}}"#),
        )
        .await;
        assert_eq!(page.closed().await, (code, "because".to_owned()));
        assert_eq!(page.error, None);
        server.until_detached(&page.key()).await;
    }
    assert_eq!(page.attach(&server).await.outcome, Outcome::Ok);
}

#[tokio::test]
async fn half_open_is_noticed_by_silence() {
    let mut config = config();
    config.mock = true;
    config.bounds.ping = Duration::from_millis(50);
    config.bounds.silence = Duration::from_millis(200);
    let server = start(config).await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("x").await;
    strike(&server, &page, r#""half_open""#).await;
    page.send("swallowed").await;
    server.until_detached(&page.key()).await;
    assert_eq!(server.session(&page.key()).await.unwrap()["bytesIn"], 1);
    let welcome = page.attach(&server).await;
    assert_eq!((welcome.outcome, welcome.accepted), (Outcome::Ok, 1));
    page.read_until("xswallowed").await;
}

#[tokio::test]
async fn a_living_page_is_pinged_and_kept() {
    let mut config = config();
    config.mock = true;
    config.bounds.ping = Duration::from_millis(20);
    config.bounds.silence = Duration::from_millis(400);
    let server = start(config).await;
    let mut page = Page::new();
    page.attach(&server).await;
    let until = Instant::now() + Duration::from_secs(1);
    while Instant::now() < until {
        page.step().await.unwrap();
    }
    assert!(page.pings >= 10, "{}", page.pings);
    assert_eq!(server.session(&page.key()).await.unwrap()["generation"], 1);
}

#[tokio::test]
async fn an_upgrade_can_be_held_up_and_refused() {
    let server = echoes().await;
    server.fault(r#"{"target":"next","fault":{"delay_upgrade":200}}"#).await;
    let asked = Instant::now();
    Page::new().attach(&server).await;
    assert!(asked.elapsed() >= Duration::from_millis(200));
    server.fault(r#"{"target":"next","fault":{"refuse":503}}"#).await;
    let offer = [("sec-websocket-protocol", "relatch.v1")];
    assert!(server.connect_raw("", &offer).await.is_err());
}

#[tokio::test]
async fn a_hello_that_is_held_up_is_stale() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("x").await;
    // The page's second socket hangs in the network; its third attaches.
    let held_up = page.hello();
    page.cut();
    page.attach(&server).await;
    let mut late = Page::of(page.identity.clone());
    late.open(&server).await;
    late.say(&held_up).await;
    assert_eq!(late.closed().await.0, 4408);
    page.echo("y").await;
    assert_eq!(page.text(), "xy");
}

#[tokio::test]
async fn stalls_hold_up_and_lose_nothing() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("x").await;
    for stall in ["stall_reads", "stall_writes"] {
        strike(&server, &page, &format!(r#""{stall}""#)).await;
        page.send(stall).await;
        let heard = timeout(Duration::from_millis(100), page.step()).await;
        assert!(heard.is_err(), "{heard:?}");
        server.clear_faults().await;
        page.read_until(stall).await;
    }
    assert_eq!(page.text(), "xstall_readsstall_writes");
}

#[tokio::test]
async fn a_server_that_was_down_has_its_sessions_still() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("before").await;
    server.fault(r#"{"fault":{"down":100}}"#).await;
    assert_eq!(page.closed().await.0, 1006);
    let up = async {
        while server.try_connect("").await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), up).await.expect("it stayed down");
    assert_eq!(page.attach(&server).await.outcome, Outcome::Ok);
    page.echo("after").await;
    assert_eq!(page.text(), "beforeafter");
}
