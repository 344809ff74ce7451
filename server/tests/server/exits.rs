//! The end of a shell and of the server, as its page learns of it.

use crate::common::{Folder, TestServer, fresh_id, shell_config, start};
use relatch_server::profile::Profile;
use std::time::Duration;

async fn mocked() -> TestServer {
    let mut config = shell_config();
    config.mock = true;
    config.bounds.grace = Duration::from_millis(200);
    start(config).await
}

#[tokio::test]
async fn an_exit_closes_with_4410_after_the_last_output() {
    let server = mocked().await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.send("seq 1 20000; exit 3\r").await;
    assert_eq!(page.closed().await, (4410, "exit 3".to_owned()));
    assert!(page.text().contains("\r\n19999\r\n20000\r\n"));
    server.until_gone(&format!("{id}:default")).await;
}

#[tokio::test]
async fn a_killed_shell_is_told_by_its_signal() {
    let server = mocked().await;
    let mut page = server.connect("").await;
    page.send("kill -9 $$\r").await;
    assert_eq!(page.closed().await, (4410, "signal 9".to_owned()));
}

#[tokio::test]
async fn an_exit_while_away_is_told_once_with_the_last_output() {
    let server = mocked().await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let folder = Folder::new();
    let go = folder.path("go");
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.send(&format!(
        "mkfifo {go}; echo re''ady; read x < {go}; echo last-$((1+1)); exit 7\r"
    ))
    .await;
    page.read_until("ready").await;
    page.cut();
    server.until_detached(&key).await;
    std::fs::write(go, "go\n").unwrap();
    server
        .until(&key, |session| {
            session.is_some_and(|session| session["exit"] == "exit 7")
        })
        .await;
    let mut page = server.connect(&format!("sessionId={id}&known=1&warm=1")).await;
    assert_eq!(page.closed().await, (4410, "exit 7".to_owned()));
    assert!(page.text().ends_with("last-2\r\n"), "{:?}", page.text());
    server.until_gone(&key).await;
    let mut page = server.connect(&format!("sessionId={id}&known=1&warm=1")).await;
    assert_eq!(page.closed().await.0, 4404);
}

#[tokio::test]
async fn an_exit_that_the_page_has_not_heard_of_is_told_when_it_comes_back() {
    let server = mocked().await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let folder = Folder::new();
    let go = folder.path("go");
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.send(&format!("mkfifo {go}; echo re''ady; read x < {go}; exit 7\r"))
        .await;
    page.read_until("ready").await;
    server
        .fault(&format!(r#"{{"target":{{"session":"{key}"}},"fault":"half_open"}}"#))
        .await;
    std::fs::write(go, "go\n").unwrap();
    server
        .until(&key, |session| {
            session.is_some_and(|session| session["exit"] == "exit 7")
        })
        .await;
    let mut again = server.connect(&format!("sessionId={id}&known=1&warm=1")).await;
    assert_eq!(again.closed().await, (4410, "exit 7".to_owned()));
    server.until_gone(&key).await;
}

#[tokio::test]
async fn a_child_that_keeps_the_terminal_open_does_not_hold_the_exit_up() {
    let server = mocked().await;
    let mut page = server.connect("").await;
    page.send("(trap '' HUP; sleep 1000) & exit 0\r").await;
    assert_eq!(page.closed().await, (4410, "exit 0".to_owned()));
}

#[tokio::test]
async fn a_command_that_cannot_start_is_told() {
    let mut config = shell_config();
    let missing = Profile::Command("exec /nonexistent/program".to_owned());
    config.profiles.set("missing", missing).unwrap();
    let server = start(config).await;
    let mut page = server.connect("kind=missing").await;
    assert_eq!(page.closed().await, (4410, "exit 127".to_owned()));
}

#[tokio::test]
async fn a_stopping_server_closes_with_1012_and_ends_its_shells() {
    let server = mocked().await;
    let mut page = server.connect("").await;
    page.read_until("$ ").await;
    let pid = server.sessions().await[0]["pid"].as_u64().unwrap();
    let stop = tokio::spawn(server.running.stop());
    assert_eq!(page.closed().await.0, 1012);
    stop.await.unwrap().unwrap();
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
}
