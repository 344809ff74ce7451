//! How a session ends: its process exits, its user is done, or nobody comes back.

use super::shells;
use crate::common::{Folder, Page, TestServer, config, shell_config, start};
use relatch::wire::{Exit, FromClient};
use std::time::Duration;

/// A shell that waits for a word, and how to say it.
async fn waiting(server: &TestServer, then: &str) -> (Page, Folder) {
    let folder = Folder::new();
    let go = folder.path("go");
    let mut page = Page::new();
    page.attach(server).await;
    page.send(&format!("mkfifo {go}; echo re''ady; read x < {go}; {then}\r"))
        .await;
    page.read_until("ready").await;
    (page, folder)
}

fn say_go(folder: &Folder) {
    std::fs::write(folder.path("go"), "\n").unwrap();
}

#[tokio::test]
async fn an_exit_comes_after_all_output_and_is_acked() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.send("seq 1 20000; exit 3\r").await;
    assert_eq!(page.closed().await.0, 4410);
    assert_eq!(page.exit.unwrap().0, Exit::Code(3));
    assert!(page.text().contains("\r\n19999\r\n20000\r\n"));
    server.until_gone(&page.key()).await;
    // Heard of is heard of: the id is no more, for `new` as well (S8).
    assert_eq!(page.try_attach(&server).await.unwrap_err().0, 4404);
    page.known = false;
    assert_eq!(page.try_attach(&server).await.unwrap_err().0, 4404);
}

#[tokio::test]
async fn a_killed_shell_is_told_by_its_signal() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.send("kill -9 $$\r").await;
    assert_eq!(page.closed().await.0, 4410);
    assert_eq!(page.exit.unwrap().0, Exit::Signal(9));
}

#[tokio::test]
async fn an_exit_while_away_is_told_after_what_was_missed() {
    let server = shells().await;
    let (mut page, folder) = waiting(&server, "echo last-$((1+1)); exit 7").await;
    page.cut();
    server.until_detached(&page.key()).await;
    say_go(&folder);
    let exited = |session: Option<&serde_json::Value>| session.unwrap()["exit"] == "exit 7";
    server.until(&page.key(), exited).await;
    page.attach(&server).await;
    assert_eq!(page.closed().await.0, 4410);
    assert_eq!(page.exit.unwrap().0, Exit::Code(7));
    assert!(page.text().ends_with("last-2\r\n"));
    server.until_gone(&page.key()).await;
}

#[tokio::test]
async fn an_exit_that_was_not_acked_is_told_again() {
    let server = shells().await;
    let (mut page, folder) = waiting(&server, "exit 7").await;
    page.acks = false;
    say_go(&folder);
    page.step_until(|page| page.exit.is_some()).await;
    page.cut();
    server.until_detached(&page.key()).await;
    page.exit = None;
    page.acks = true;
    page.attach(&server).await;
    assert_eq!(page.closed().await.0, 4410);
    assert_eq!(page.exit.unwrap().0, Exit::Code(7));
    server.until_gone(&page.key()).await;
}

#[tokio::test]
async fn a_child_that_keeps_the_terminal_open_does_not_hold_the_exit_up() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.send("(trap '' HUP; sleep 1000) & exit 0\r").await;
    assert_eq!(page.closed().await.0, 4410);
    assert_eq!(page.exit.unwrap().0, Exit::Code(0));
}

#[tokio::test]
async fn bye_kill_ends_the_session_and_its_processes() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.read_until("$ ").await;
    let pid = server.session(&page.key()).await.unwrap()["pid"].as_u64().unwrap();
    page.say(&FromClient::Bye { kill: true }).await;
    assert_eq!(page.closed().await.0, 1000);
    server.until_gone(&page.key()).await;
    assert_eq!(page.try_attach(&server).await.unwrap_err().0, 4404);
    server.running.stop().await.unwrap();
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
}

#[tokio::test]
async fn bye_without_kill_keeps_the_session() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.send("mine=7\r").await;
    page.step_until(|page| page.unwritten() == 0).await;
    page.say(&FromClient::Bye { kill: false }).await;
    assert_eq!(page.closed().await.0, 1000);
    let session = server.session(&page.key()).await.unwrap();
    assert_eq!(session["attached"], false);
    assert!(session["retainedForMs"].as_u64().unwrap() > 1_700_000);
    page.attach(&server).await;
    page.send("echo =$mine=\r").await;
    page.read_until("=7=").await;
}

#[tokio::test]
async fn a_close_code_of_the_page_ends_nothing() {
    let server = shells().await;
    for code in [1000, 1001, 4000, 4999] {
        let mut page = Page::new();
        page.attach(&server).await;
        page.close(code).await;
        server.until_detached(&page.key()).await;
        let session = server.session(&page.key()).await.unwrap();
        assert!(session["retainedForMs"].as_u64().unwrap() > 1_700_000);
        page.attach(&server).await;
    }
}

#[tokio::test]
async fn a_session_that_nobody_comes_back_to_expires_and_its_id_is_remembered() {
    let mut config = config();
    config.mock = true;
    config.bounds.retention = Duration::from_secs(1);
    let server = start(config).await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("x").await;
    page.cut();
    server.until_gone(&page.key()).await;
    let mut anew = page.reloaded();
    anew.known = false;
    assert_eq!(anew.try_attach(&server).await.unwrap_err().0, 4404);
    assert_eq!(page.try_attach(&server).await.unwrap_err().0, 4404);
}

#[tokio::test]
async fn retention_does_not_run_while_a_page_is_attached() {
    let mut config = config();
    config.mock = true;
    config.bounds.retention = Duration::from_millis(300);
    let server = start(config).await;
    let mut page = Page::new();
    page.attach(&server).await;
    for _ in 0..3 {
        page.cut();
        page.attach(&server).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    page.echo("alive").await;
    assert_eq!(page.text(), "alive");
}

#[tokio::test]
async fn a_command_that_cannot_start_exits() {
    let mut config = shell_config();
    let missing = relatch_server::profile::Profile::Command("exec /nonexistent/program".to_owned());
    config.profiles.set("missing", missing).unwrap();
    let server = start(config).await;
    let mut page = Page::new().kind("missing");
    page.attach(&server).await;
    assert_eq!(page.closed().await.0, 4410);
    assert_eq!(page.exit.unwrap().0, Exit::Code(127));
}

#[tokio::test]
async fn a_stopping_server_closes_with_1012_and_ends_its_shells() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.read_until("$ ").await;
    let pid = server.sessions().await[0]["pid"].as_u64().unwrap();
    let mut early = Page::new();
    early.open(&server).await;
    let stop = tokio::spawn(server.running.stop());
    assert_eq!(page.closed().await.0, 1012);
    assert_eq!(early.closed().await.0, 1012);
    stop.await.unwrap().unwrap();
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
}
