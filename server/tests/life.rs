//! A session's life: made, found again, taken over, retained, ended.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod common;

use common::{config, fresh_id, shell_config, start};
use std::time::Duration;

#[tokio::test]
async fn an_echo_comes_back() {
    let server = start(config()).await;
    let mut page = server.connect("").await;
    page.echo("hello").await;
    assert_eq!(page.text(), "hello");
}

#[tokio::test]
async fn a_shell_answers() {
    let server = start(shell_config()).await;
    let mut page = server.connect("cols=101&rows=31").await;
    page.send("echo $((6*7)) $(stty size)\r").await;
    page.read_until("42 31 101").await;
}

#[tokio::test]
async fn a_page_that_comes_back_finds_its_shell() {
    let server = start(shell_config()).await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.send("here=$((20+3))\r").await;
    page.read_until("here=").await;
    page.cut();
    let mut page = server.connect(&format!("sessionId={id}&known=1&warm=1")).await;
    page.send("echo =$here=\r").await;
    page.read_until("=23=").await;
}

#[tokio::test]
async fn stopping_closes_with_1012() {
    let mut config = shell_config();
    config.bounds.grace = Duration::from_millis(200);
    let server = start(config).await;
    let mut page = server.connect("").await;
    page.read_until("$ ").await;
    let stop = tokio::spawn(server.running.stop());
    assert_eq!(page.closed().await.0, 1012);
    stop.await.unwrap().unwrap();
}
