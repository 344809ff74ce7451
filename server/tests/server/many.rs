//! Many sessions at once: none mixed up, none held up by another.

use crate::common::{PATIENCE, config, fresh_id, shell_config, start};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_and_fifty_sessions_are_never_mixed_up() {
    let server = Arc::new(start(config()).await);
    let pages = (0..150).map(|number| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let id = fresh_id();
            let mut all = String::new();
            let mut page = server.connect(&format!("sessionId={id}")).await;
            for round in 0..3 {
                for line in 0..5 {
                    let line = format!("<{number}.{round}.{line}>");
                    page.echo(&line).await;
                }
                all.push_str(&page.text());
                page.cut();
                page = server.connect(&format!("sessionId={id}&known=1&warm=1")).await;
            }
            let wanted: String = (0..15).map(|n| format!("<{number}.{}.{}>", n / 5, n % 5)).collect();
            assert_eq!(all, wanted);
        })
    });
    for page in pages.collect::<Vec<_>>() {
        page.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_shells_each_answer_their_own_page() {
    let mut config = shell_config();
    config.bounds.grace = Duration::from_millis(200);
    let server = Arc::new(start(config).await);
    let pages = (0..40).map(|number| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let id = fresh_id();
            let mut page = server.connect(&format!("sessionId={id}")).await;
            page.send(&format!("mine={number}\r")).await;
            page.read_until("mine=").await;
            page.cut();
            let mut page = server.connect(&format!("sessionId={id}&known=1&warm=1")).await;
            page.send("echo =$mine=\r").await;
            page.read_until(&format!("={number}=")).await;
            page.close(1000).await;
        })
    });
    for page in pages.collect::<Vec<_>>() {
        page.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_does_not_hold_up_the_page_beside_it() {
    let server = start(shell_config()).await;
    let mut flood = server.connect("").await;
    flood.send("yes\r").await;
    let flood = tokio::spawn(async move {
        let _ = timeout(PATIENCE, async {
            loop {
                flood.output.clear();
                if flood.step().await.is_err() {
                    break;
                }
            }
        })
        .await;
    });
    let mut page = server.connect("").await;
    let mut slowest = Duration::ZERO;
    for n in 0..20 {
        let asked = Instant::now();
        page.send(&format!("echo =$(({n}*7))=\r")).await;
        page.read_until(&format!("={}=", n * 7)).await;
        slowest = slowest.max(asked.elapsed());
    }
    flood.abort();
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

#[tokio::test]
async fn a_lone_echo_leaves_at_once() {
    let server = start(config()).await;
    let mut page = server.connect("").await;
    page.echo("warm-up;").await;
    let mut fastest = Duration::MAX;
    for n in 0..20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let asked = Instant::now();
        page.echo(&format!("<{n}>")).await;
        fastest = fastest.min(asked.elapsed());
    }
    assert!(fastest < Duration::from_millis(2), "{fastest:?}");
}
