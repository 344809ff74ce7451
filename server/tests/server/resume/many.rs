//! Many sessions at once: none mixed up, none held up by another.

use super::{echoes, profiles};
use crate::common::{PATIENCE, Page};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_sessions_are_cut_and_resumed_and_never_mixed_up() {
    let server = Arc::new(echoes().await);
    let began = Instant::now();
    let pages = (0..100).map(|number| {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let mut page = Page::new();
            let mut typed = String::new();
            for round in 0..5 {
                page.attach(&server).await;
                for line in 0..5 {
                    let line = format!("<{number}.{round}.{line}>");
                    typed.push_str(&line);
                    page.send(&line).await;
                }
                if round % 2 == 0 {
                    page.read_to(typed.len() as u64).await;
                }
                if round < 4 {
                    page.cut();
                }
            }
            page.read_to(typed.len() as u64).await;
            assert_eq!(page.text(), typed);
            assert!(page.gaps.is_empty());
        })
    });
    for page in pages.collect::<Vec<_>>() {
        page.await.unwrap();
    }
    println!("100 sessions, 500 attachments in {:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_does_not_hold_up_the_page_beside_it() {
    let server = profiles(&[("flood", "exec yes")]).await;
    let mut flood = Page::new().kind("flood");
    flood.attach(&server).await;
    let flood = tokio::spawn(async move {
        let _ = timeout(PATIENCE, async {
            while flood.step().await.is_ok() {
                flood.output.clear();
            }
        })
        .await;
    });
    let mut page = Page::new();
    page.attach(&server).await;
    let mut slowest = Duration::ZERO;
    for n in 0..20 {
        let asked = Instant::now();
        page.send(&format!("echo =$(({n}*7))=\r")).await;
        page.read_until(&format!("={}=", n * 7)).await;
        slowest = slowest.max(asked.elapsed());
    }
    flood.abort();
    println!("slowest answer beside a flood: {slowest:?}");
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
}

#[tokio::test]
async fn a_lone_echo_leaves_at_once() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("warm-up;").await;
    let mut fastest = Duration::MAX;
    for n in 0..20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let asked = Instant::now();
        page.echo(&format!("<{n}>")).await;
        fastest = fastest.min(asked.elapsed());
    }
    println!("fastest echo: {fastest:?}");
    assert!(fastest < Duration::from_millis(2), "{fastest:?}");
}
