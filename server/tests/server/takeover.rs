//! Two sockets for one session: who gets it, and that the loser changes nothing (S1, S2, S9).

use crate::common::{Client, PATIENCE, config, fresh_id, start};
use futures_util::StreamExt as _;
use relatch_server::Config;
use relatch_server::profile::Profile;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

fn mocked() -> Config {
    let mut config = config();
    config.mock = true;
    config
}

#[tokio::test]
async fn a_second_socket_takes_over_and_the_first_is_told() {
    let server = start(mocked()).await;
    let id = fresh_id();
    let mut first = server.connect(&format!("sessionId={id}")).await;
    first.echo("one").await;
    let mut second = server.connect(&format!("sessionId={id}&warm=1")).await;
    assert_eq!(first.closed().await.0, 4409);
    second.echo("two").await;
    assert_eq!(second.text(), "two");
    assert_eq!(server.sessions().await.len(), 1);
}

#[tokio::test]
async fn an_older_sockets_late_close_changes_nothing() {
    let server = start(mocked()).await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let first = server.connect(&format!("sessionId={id}")).await;
    let mut second = server.connect(&format!("sessionId={id}")).await;
    // Without reading that it lost the session, the first page ends it.
    first.close(1000).await;
    second.echo("alive").await;
    let session = server.session(&key).await.unwrap();
    assert_eq!(session["attached"], true);
    assert_eq!(session["generation"], 2);
}

#[tokio::test]
async fn a_late_attempt_of_the_same_life_is_refused() {
    let server = start(mocked()).await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}&inst=a&try=5")).await;
    page.echo("x").await;
    for late in [5, 4, 0] {
        let mut stale = server
            .connect(&format!("sessionId={id}&inst=a&try={late}&take=1"))
            .await;
        assert_eq!(stale.closed().await.0, 4408);
    }
    page.echo("y").await;
    let mut next = server.connect(&format!("sessionId={id}&inst=a&try=6&warm=1")).await;
    assert_eq!(page.closed().await.0, 4409);
    next.echo("z").await;
}

#[tokio::test]
async fn another_life_without_take_is_refused_attached_or_not() {
    let server = start(mocked()).await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let mut first = server.connect(&format!("sessionId={id}&inst=a&try=1")).await;
    let mut other = server.connect(&format!("sessionId={id}&inst=b&try=1")).await;
    assert_eq!(other.closed().await.0, 4409);
    first.echo("still mine").await;
    first.cut();
    server.until_detached(&key).await;
    let mut other = server.connect(&format!("sessionId={id}&inst=b&try=2")).await;
    assert_eq!(other.closed().await.0, 4409);
    assert_eq!(server.session(&key).await.unwrap()["generation"], 1);
}

#[tokio::test]
async fn taking_over_waits_for_the_answer_to_a_ping() {
    let server = start(mocked()).await;
    let id = fresh_id();
    let mut first = server.connect(&format!("sessionId={id}&inst=a&try=1")).await;
    // A client that reads nothing answers no ping.
    let mut other = server
        .connect(&format!("sessionId={id}&inst=b&try=1&take=1&warm=1"))
        .await;
    other.send("typed before the answer;").await;
    first.echo("still mine").await;
    other.read_until("typed before the answer;").await;
    assert_eq!(first.closed().await.0, 4409);
    assert!(!first.text().contains("typed"));
}

#[tokio::test]
async fn a_warm_page_that_takes_its_session_back_gets_what_the_other_was_given() {
    let server = start(mocked()).await;
    let id = fresh_id();
    let mut first = server.connect(&format!("sessionId={id}&inst=a&try=1&control=1")).await;
    first.echo("of the first;").await;
    let mut other = server.connect(&format!("sessionId={id}&inst=b&try=1&take=1")).await;
    other.echo("of the other;").await;
    let query = format!("sessionId={id}&inst=a&try=2&take=1&warm=1&control=1");
    let mut again = server.connect(&query).await;
    again.read_until("of the other;").await;
    assert_eq!(again.text(), "of the first;of the other;");
}

#[tokio::test]
async fn taking_over_without_an_answer_is_refused_and_changes_nothing() {
    let mut config = mocked();
    config.bounds.proof = Duration::from_millis(200);
    let server = start(config).await;
    let id = fresh_id();
    let mut first = server.connect(&format!("sessionId={id}&inst=a&try=1")).await;
    let mut other = server.connect(&format!("sessionId={id}&inst=b&try=1&take=1")).await;
    first.echo("still mine").await;
    assert_eq!(refused_unread(&mut other).await, 4408);
    first.echo("and still").await;
    assert_eq!(server.sessions().await[0]["generation"], 1);
}

/// Reads only once the server has closed: until then the client answers no ping.
async fn refused_unread(client: &mut Client) -> u16 {
    let stream = client.socket.get_ref();
    let mut head = [0; 64];
    // The ping is 6 bytes long, a close frame with its reason longer.
    let closing = async {
        while stream.peek(&mut head).await.unwrap() <= 6 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, closing).await.unwrap();
    loop {
        match client.socket.next().await {
            Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_page_without_a_life_takes_over_at_once() {
    let server = start(mocked()).await;
    let id = fresh_id();
    let mut first = server.connect(&format!("sessionId={id}&inst=a&try=1")).await;
    let mut second = server.connect(&format!("sessionId={id}")).await;
    assert_eq!(first.closed().await.0, 4409);
    // It has no life to defend either.
    let mut third = server.connect(&format!("sessionId={id}&inst=b&try=1&warm=1")).await;
    assert_eq!(second.closed().await.0, 4409);
    third.echo("mine").await;
}

#[tokio::test]
async fn a_page_that_takes_nothing_is_taken_over_all_the_same() {
    let mut config = mocked();
    let flood = Profile::Command("exec yes".to_owned());
    config.profiles.set("flood", flood).unwrap();
    let server = start(config).await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let mut stalled = server.connect(&format!("sessionId={id}&kind=flood")).await;
    stalled.read_bytes(1000).await;
    server
        .fault(&format!(r#"{{"target":{{"session":"{key}"}},"fault":"stall_writes"}}"#))
        .await;
    let mut page = server.connect(&format!("sessionId={id}&warm=1")).await;
    page.read_bytes(500_000).await;
    assert_eq!(server.session(&key).await.unwrap()["generation"], 2);
}
