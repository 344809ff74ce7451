//! Two pages for one session: who gets it (S2), and that the loser changes nothing (S9).

use super::{echoes, profiles};
use crate::common::{Page, config, start};
use relatch::wire::FromClient;
use std::time::Duration;

#[tokio::test]
async fn another_page_takes_over_once_it_has_answered_a_ping() {
    let server = echoes().await;
    let mut first = Page::new();
    first.attach(&server).await;
    first.echo("one").await;
    let mut second = first.reloaded();
    second.open(&server).await;
    let hello = second.hello();
    second.say(&hello).await;
    // It is asked first, and until it answers nothing has changed.
    first.echo("two").await;
    assert_eq!(server.sessions().await[0]["generation"], 1);
    second.welcomed().await.unwrap();
    assert_eq!(second.pings, 1);
    assert_eq!(first.closed().await, (4409, "another page has the session".to_owned()));
    second.echo("three").await;
    assert_eq!(second.text(), "onetwothree");
    assert_eq!(server.sessions().await[0]["generation"], 2);
}

#[tokio::test]
async fn without_take_another_page_is_refused_attached_or_not() {
    let server = echoes().await;
    let mut first = Page::new();
    first.attach(&server).await;
    let mut second = first.reloaded();
    second.take = false;
    assert_eq!(second.try_attach(&server).await.unwrap_err().0, 4409);
    first.echo("mine").await;
    first.cut();
    server.until_detached(&first.key()).await;
    assert_eq!(second.try_attach(&server).await.unwrap_err().0, 4409);
    first.attach(&server).await;
    first.echo("still").await;
    assert_eq!(first.text(), "minestill");
}

#[tokio::test]
async fn a_page_that_does_not_answer_gets_4408_and_nothing_changes() {
    let mut config = config();
    config.mock = true;
    config.bounds.proof = Duration::from_millis(50);
    let server = start(config).await;
    let mut first = Page::new();
    first.attach(&server).await;
    let mut second = first.reloaded();
    second.open(&server).await;
    let hello = second.hello();
    second.say(&hello).await;
    // It reads nothing, and so answers nothing, until its time is over.
    first.echo("mine").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(second.closed().await.0, 4408);
    first.echo("still").await;
    assert_eq!(server.sessions().await[0]["generation"], 1);
}

#[tokio::test]
async fn a_page_that_types_before_its_welcome_gets_4400() {
    let server = echoes().await;
    let mut first = Page::new();
    first.attach(&server).await;
    let mut second = first.reloaded();
    second.open(&server).await;
    let hello = second.hello();
    second.say(&hello).await;
    second.send_raw(b"early".to_vec()).await;
    assert_eq!(second.closed().await.0, 4400);
    first.echo("mine").await;
    assert_eq!(first.text(), "mine");
}

#[tokio::test]
async fn an_older_sockets_frames_and_end_change_nothing() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("one").await;
    // The page replaces its socket, and the old one is still there.
    let mut old = Page::of(page.identity.clone());
    std::mem::swap(&mut old, &mut page);
    page.attempt = old.attempt;
    page.known = true;
    page.epoch = old.epoch;
    page.out = old.out;
    page.catch_up(&old);
    page.attach(&server).await;
    old.send_raw(b"stale".to_vec()).await;
    old.say(&FromClient::Bye { kill: true }).await;
    assert_eq!(old.closed().await.0, 4408);
    page.echo("two").await;
    assert_eq!(page.text(), "two");
    let session = &server.sessions().await[0];
    assert_eq!(
        (&session["attached"], &session["generation"]),
        (&true.into(), &2.into())
    );
}

#[tokio::test]
async fn a_page_that_takes_nothing_is_taken_over_all_the_same() {
    let server = profiles(&[("flood", "exec yes")]).await;
    let mut stalled = Page::new().kind("flood");
    stalled.attach(&server).await;
    stalled.read_to(1000).await;
    let key = stalled.key();
    server
        .fault(&format!(r#"{{"target":{{"session":"{key}"}},"fault":"stall_writes"}}"#))
        .await;
    let mut page = stalled.reloaded();
    page.attach(&server).await;
    page.read_to(page.welcome.unwrap().out + 2_000_000).await;
    assert_eq!(server.session(&key).await.unwrap()["generation"], 2);
}
