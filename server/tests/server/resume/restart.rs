//! `POST /mock/restart`: a server that stops and starts again, with its sessions or without.

use super::{echoes, shells};
use crate::common::{ACCESS, Page, TestServer, fresh_id};
use relatch::wire::Outcome;

async fn restart(server: &TestServer, body: &str) -> String {
    server
        .request("POST", &format!("/mock/restart?access={ACCESS}"), "", body)
        .await
}

pub(super) async fn restart_keeping(server: &TestServer, keep: &str) {
    let answer = restart(server, &format!(r#"{{"keep":"{keep}"}}"#)).await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

#[tokio::test]
async fn a_session_that_is_kept_has_another_process_and_epoch() {
    let server = shells().await;
    let mut page = Page::new();
    let before = page.attach(&server).await;
    page.send("mine=old; echo re''ady\r").await;
    page.read_until("ready").await;
    let pid = server.session(&page.key()).await.unwrap()["pid"].clone();
    restart_keeping(&server, "sessions").await;
    assert_eq!(page.closed().await.0, 1012);
    // What was typed meanwhile must not reach the new shell (I4).
    page.send("echo typed-for-the-old\r").await;
    let after = page.attach(&server).await;
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(
        (after.outcome, after.out, after.accepted, after.generation),
        (Outcome::New, 0, 0, 2)
    );
    page.send("echo =$mine=\r").await;
    page.read_until("==\r\n").await;
    assert!(!page.text().contains("old"), "{:?}", page.text());
    assert_ne!(server.session(&page.key()).await.unwrap()["pid"], pid);
    // The secret is still the same.
    let mut thief = page.reloaded();
    thief.identity.secret = "x".repeat(43);
    assert_eq!(thief.try_attach(&server).await.unwrap_err().0, 4404);
    page.send("exit 5\r").await;
    assert_eq!(page.closed().await.0, 4410);
}

#[tokio::test]
async fn a_session_is_kept_over_many_restarts_with_and_without_its_page() {
    let server = echoes().await;
    let mut page = Page::new();
    let mut epochs = std::collections::BTreeSet::new();
    for round in 0..10 {
        epochs.insert(page.attach(&server).await.epoch);
        let line = format!("<{round}>");
        page.echo(&line).await;
        assert_eq!(page.text(), line);
        if round % 2 == 0 {
            page.cut();
            server.until_detached(&page.key()).await;
        }
        restart_keeping(&server, "sessions").await;
    }
    assert_eq!(epochs.len(), 10);
}

#[tokio::test]
async fn a_session_whose_process_has_exited_gets_another_by_a_restart() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.acks = false;
    page.send("exit 4\r").await;
    page.step_until(|page| page.exit.is_some()).await;
    restart_keeping(&server, "sessions").await;
    assert_eq!(page.closed().await.0, 1012);
    page.exit = None;
    page.acks = true;
    assert_eq!(page.attach(&server).await.outcome, Outcome::New);
    page.send("echo al''ive\r").await;
    page.read_until("alive").await;
}

#[tokio::test]
async fn a_server_that_keeps_nothing_knows_no_session() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.read_until("$ ").await;
    restart_keeping(&server, "nothing").await;
    assert_eq!(page.closed().await.0, 1012);
    assert!(server.sessions().await.is_empty());
    assert_eq!(page.try_attach(&server).await.unwrap_err().0, 4404);
    // Nor that there ever was one.
    let mut anew = page.reloaded();
    anew.known = false;
    anew.attach(&server).await;
    anew.send("echo al''ive\r").await;
    anew.read_until("alive").await;
}

#[tokio::test]
async fn a_passthrough_session_is_never_kept() {
    let server = echoes().await;
    for keep in ["sessions", "nothing"] {
        let id = fresh_id();
        let mut page = server.connect(&format!("sessionId={id}")).await;
        page.echo("x").await;
        restart_keeping(&server, keep).await;
        assert_eq!(page.closed().await.0, 1012);
        let mut page = server.connect(&format!("sessionId={id}&known=1")).await;
        assert_eq!(page.closed().await.0, 4404);
    }
}

#[tokio::test]
async fn a_bad_restart_is_refused_with_the_field_and_its_rule() {
    let server = echoes().await;
    for (body, field, rule) in [
        ("", "", "must be JSON"),
        ("[]", "", "must be an object"),
        ("{}", "keep", "is missing"),
        (r#"{"keep":"all"}"#, "keep", r#"must be \"sessions\" or \"nothing\""#),
        (r#"{"keep":"nothing","x":1}"#, "x", "is not known"),
    ] {
        let answer = restart(&server, body).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        assert!(
            answer.contains(&format!(r#""field":"{field}","rule":"{rule}""#)),
            "{answer}"
        );
    }
    let answer = server.request("POST", "/mock/restart", "", "{}").await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}
