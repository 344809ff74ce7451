//! Attaching, typing, cuts and reloads: every byte arrives once.

use crate::common::{Folder, Page, TestServer, config, shell_config, start};
use relatch::wire::Outcome;

async fn mocked() -> TestServer {
    let mut config = config();
    config.mock = true;
    start(config).await
}

async fn shells() -> TestServer {
    let mut config = shell_config();
    config.mock = true;
    start(config).await
}

#[tokio::test]
async fn the_first_hello_makes_a_session_and_typing_comes_back() {
    let server = mocked().await;
    let mut page = Page::new();
    let welcome = page.attach(&server).await;
    assert_eq!(welcome.outcome, Outcome::New);
    assert_eq!(
        (welcome.generation, welcome.out, welcome.accepted, welcome.live),
        (1, 0, 0, 0)
    );
    assert_eq!(
        (welcome.window, welcome.in_window, welcome.ring_bytes),
        (256 << 10, 64 << 10, 1 << 20)
    );
    assert_eq!((welcome.size.cols, welcome.size.rows), (80, 24));
    page.echo("hello").await;
    page.step_until(|page| page.written == 5).await;
    assert_eq!(page.text(), "hello");
    let listed = server.session(&page.key()).await.unwrap();
    assert_eq!(listed["protocol"], "relatch.v1");
    assert_eq!(listed["epoch"], welcome.epoch);
    assert_eq!((&listed["head"], &listed["bytesIn"]), (&5.into(), &5.into()));
}

#[tokio::test]
async fn after_a_cut_nothing_is_lost_or_doubled() {
    let server = mocked().await;
    let mut page = Page::new();
    let mut typed = String::new();
    page.attach(&server).await;
    for round in 0..20 {
        let line = format!("<{round}>");
        typed.push_str(&line);
        page.send(&line).await;
        if round % 3 == 0 {
            page.read_until(&line).await;
        }
        page.cut();
        let more = format!("[{round}]");
        typed.push_str(&more);
        let welcome = page.attach(&server).await;
        assert_eq!(welcome.outcome, Outcome::Ok);
        page.send(&more).await;
    }
    page.read_to(typed.len() as u64).await;
    assert_eq!(page.text(), typed);
    assert!(page.gaps.is_empty());
    assert_eq!(server.session(&page.key()).await.unwrap()["generation"], 21);
}

#[tokio::test]
async fn output_printed_while_away_is_sent_on() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    let folder = Folder::new();
    let go = folder.path("go");
    page.send(&format!(
        "mkfifo {go}; echo re''ady; read x < {go}; seq 1 50000; echo e''nd\r"
    ))
    .await;
    page.read_until("ready").await;
    page.cut();
    server.until_detached(&page.key()).await;
    std::fs::write(go, "\n").unwrap();
    server
        .until(&page.key(), |session| {
            session.unwrap()["head"].as_u64().unwrap() > 300_000
        })
        .await;
    let welcome = page.attach(&server).await;
    assert_eq!(welcome.outcome, Outcome::Ok);
    assert!(welcome.live > 300_000);
    page.read_until("\r\nend\r\n").await;
    let wanted: String = (1..=50_000).map(|n| format!("{n}\r\n")).collect();
    assert!(page.text().contains(&wanted));
    assert!(page.gaps.is_empty());
    assert!(page.marks >= 1);
}

#[tokio::test]
async fn a_reloaded_page_gets_what_there_was_and_is_told_where_it_ends() {
    let server = mocked().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("before").await;
    let mut page = page.reloaded();
    let welcome = page.attach(&server).await;
    // The old page had not gone: this one has proved that it is there (S2).
    assert_eq!(page.pings, 1);
    assert_eq!(welcome.outcome, Outcome::Ok);
    assert_eq!((welcome.out, welcome.live, welcome.accepted), (0, 6, 0));
    page.echo("after").await;
    assert_eq!(page.text(), "beforeafter");
}
