//! Who is let in, what a first frame must be, and what each breach costs.

use super::echoes;
use crate::common::{ACCESS, PATIENCE, Page, config, fresh_id, start};
use relatch::wire::FromClient;
use relatch_server::access::Token;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn only_a_socket_that_offers_the_subprotocol_gets_it() {
    let server = echoes().await;
    // Among others, in any order.
    let offers = [("sec-websocket-protocol", "other, relatch.v1")];
    let mut client = server.connect_raw("", &offers).await.unwrap();
    client.send("no hello").await;
    assert_eq!(client.closed().await.0, 4400);
    // A client whose offer is not answered fails by itself; one without an offer is a passthrough.
    let offers = [("sec-websocket-protocol", "other")];
    assert!(server.connect_raw("", &offers).await.is_err());
    server.connect("").await.echo("passthrough").await;
}

#[tokio::test]
async fn a_wrong_token_is_4401_and_makes_no_session() {
    let server = echoes().await;
    for auth in [None, Some(String::new()), Some("wrong".to_owned())] {
        let mut page = Page::new();
        page.identity.auth = auth;
        let closed = page.try_attach(&server).await.unwrap_err();
        assert_eq!(closed, (4401, "the access token is missing or wrong".to_owned()));
        assert_eq!(page.error, Some((4401, None)));
    }
    assert!(server.sessions().await.is_empty());
}

#[tokio::test]
async fn a_wrong_secret_is_answered_as_an_unknown_session_is() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("mine").await;
    for known in [true, false] {
        let mut thief = page.reloaded();
        thief.known = known;
        thief.identity.secret = "x".repeat(43);
        let wrong = thief.try_attach(&server).await.unwrap_err();
        let mut stranger = Page::new();
        stranger.known = true;
        let unknown = stranger.try_attach(&server).await.unwrap_err();
        assert_eq!(wrong.0, 4404);
        assert_eq!((wrong, thief.error), (unknown, stranger.error));
    }
    page.echo("still mine").await;
    assert_eq!(server.sessions().await.len(), 1);
    assert_eq!(server.sessions().await[0]["generation"], 1);
}

#[tokio::test]
async fn principals_do_not_see_each_others_sessions() {
    let mut config = config();
    config.mock = true;
    config.access.push(Token::new("other-token").unwrap());
    let server = start(config).await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("mine").await;
    // With the id and the secret, but another token.
    let mut other = page.reloaded();
    other.identity.auth = Some("other-token".to_owned());
    assert_eq!(other.try_attach(&server).await.unwrap_err().0, 4404);
    other.known = false;
    other.attach(&server).await;
    other.echo("theirs").await;
    assert_eq!(other.text(), "theirs");
    page.echo("still mine").await;
    assert_eq!(server.sessions().await.len(), 2);
}

#[tokio::test]
async fn a_passthrough_socket_never_gets_at_a_resumed_session() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("secret").await;
    let mut other = server.connect(&format!("sessionId={}", page.identity.session)).await;
    other.echo("own").await;
    assert_eq!(other.text(), "own");
    page.echo("still here").await;
}

#[tokio::test]
async fn bad_fields_are_named() {
    let server = echoes().await;
    type Change = fn(&mut Page);
    let changes: [(Change, u16, &str); 5] = [
        (|page| page.identity.session = "a b".to_owned(), 4400, "sid: "),
        (|page| page.identity.session.clear(), 4400, "sid: "),
        (|page| page.identity.project = "a:b".to_owned(), 4400, "project: "),
        (|page| page.identity.kind = Some("a/b".to_owned()), 4400, "kind: "),
        (|page| page.identity.kind = Some("vi".to_owned()), 4403, "kind: "),
    ];
    for (change, code, beginning) in changes {
        let mut page = Page::new();
        change(&mut page);
        let closed = page.try_attach(&server).await.unwrap_err();
        assert_eq!(closed.0, code);
        assert!(closed.1.starts_with(beginning), "{closed:?}");
    }
    assert!(server.sessions().await.is_empty());
}

#[tokio::test]
async fn an_older_id_is_migrated() {
    let server = echoes().await;
    let mut page = Page::new();
    page.identity.project = "my_project".to_owned();
    page.identity.session = "abc_my_project".to_owned();
    page.attach(&server).await;
    assert_eq!(server.sessions().await[0]["key"], "abc:my_project");
}

#[tokio::test]
async fn what_is_no_hello_closes_with_4400() {
    let server = echoes().await;
    let long = format!(r#"{{"t":"hello","x":"{}"}}"#, "x".repeat(4096));
    for bad in [
        "",
        "{",
        "[]",
        r#"{"t":"hello"}"#,
        r#"{"t":"later"}"#,
        r#"{"t":"ack","out":0}"#,
        &long,
    ] {
        let mut page = Page::new();
        page.open(&server).await;
        page.say_text(bad).await;
        assert_eq!(page.closed().await.0, 4400, "{bad}");
        assert_eq!(page.error.unwrap().0, 4400);
    }
    let mut page = Page::new();
    page.open(&server).await;
    page.send_raw(b"x".to_vec()).await;
    assert_eq!(page.closed().await.0, 4400);
    assert!(server.sessions().await.is_empty());
}

#[tokio::test]
async fn garbage_after_the_welcome_costs_the_socket_and_not_the_session() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("x").await;
    let long = format!(r#"{{"t":"later","x":"{}"}}"#, "x".repeat(4096));
    let hello = page.hello().to_text();
    for bad in [
        "",
        "nonsense",
        r#"{"t":"ack"}"#,
        r#"{"t":"ack","out":999999}"#,
        &long,
        &hello,
    ] {
        page.say_text(bad).await;
        assert_eq!(page.closed().await.0, 4400, "{bad}");
        page.attach(&server).await;
    }
    // A frame that is not known here is ignored.
    page.say_text(r#"{"t":"later","x":1}"#).await;
    page.echo("y").await;
    assert_eq!(page.text(), "xy");
}

#[tokio::test]
async fn a_message_of_more_than_64_kib_closes_with_1009() {
    let server = echoes().await;
    let mut page = Page::new();
    page.open(&server).await;
    page.send_raw(vec![b'x'; 64 * 1024 + 1]).await;
    assert_eq!(page.closed().await.0, 1009);
    page.attach(&server).await;
    page.send_raw(vec![b'x'; 64 * 1024 + 1]).await;
    assert_eq!(page.closed().await.0, 1009);
    // The message counts for nothing: the session goes on.
    page.attach(&server).await;
    page.echo("alive").await;
    assert_eq!(page.text(), "alive");
}

#[tokio::test]
async fn a_late_hello_closes_with_4408() {
    let mut config = config();
    config.bounds.hello = Duration::from_millis(50);
    let server = start(config).await;
    let mut page = Page::new();
    page.open(&server).await;
    assert_eq!(page.closed().await.0, 4408);
    page.attach(&server).await;
    page.echo("in time").await;
}

#[tokio::test]
async fn a_replayed_hello_is_refused_and_changes_nothing() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("one").await;
    page.cut();
    page.attach(&server).await;
    page.echo("two").await;
    // Both hellos come again, word for word, as from a network that held them up.
    for attempt in [1, 2] {
        page.attempt = attempt - 1;
        let replayed = page.hello();
        let mut late = Page::of(page.identity.clone());
        late.open(&server).await;
        late.say(&replayed).await;
        assert_eq!(late.closed().await.0, 4408);
    }
    page.attempt = 2;
    page.echo("three").await;
    assert_eq!(page.text(), "onetwothree");
    assert_eq!(server.sessions().await[0]["generation"], 2);
}

#[tokio::test]
async fn a_flood_of_hellos_costs_no_one_but_its_socket() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("x").await;
    // On one socket: the second is one too many.
    let mut flood = Page::new();
    flood.open(&server).await;
    for _ in 0..100 {
        let hello = flood.hello();
        flood.say(&hello).await;
    }
    assert_eq!(flood.closed().await.0, 4400);
    // On many, for one session without its secret.
    let mut thieves = Vec::new();
    for _ in 0..50 {
        let mut thief = page.reloaded();
        thief.identity.secret = "y".repeat(43);
        thief.open(&server).await;
        let hello = thief.hello();
        thief.say(&hello).await;
        thieves.push(thief);
    }
    page.echo("y").await;
    for mut thief in thieves {
        assert_eq!(thief.closed().await.0, 4404);
    }
    page.echo("z").await;
    assert_eq!(page.text(), "xyz");
}

#[tokio::test]
async fn both_kinds_of_session_are_bounded_together() {
    let mut config = config();
    config.bounds.sessions = 2;
    let server = start(config).await;
    let (id, mut page) = (fresh_id(), Page::new());
    let mut passthrough = server.connect(&format!("sessionId={id}")).await;
    passthrough.echo("x").await;
    page.attach(&server).await;
    let mut third = Page::new();
    assert_eq!(third.try_attach(&server).await.unwrap_err().0, 1013);
    assert_eq!(third.error, Some((1013, Some(30_000))));
    let mut fourth = server.connect("").await;
    assert_eq!(fourth.closed().await, (1013, r#"{"retry_ms":30000}"#.to_owned()));
    // One that is there may be come back to, and one that ends makes room.
    page.cut();
    page.attach(&server).await;
    page.say(&FromClient::Bye { kill: true }).await;
    assert_eq!(page.closed().await.0, 1000);
    let room = async { while third.try_attach(&server).await.is_err() {} };
    timeout(PATIENCE, room).await.expect("no room");
    third.echo("room").await;
}

#[tokio::test]
async fn the_token_is_not_taken_from_the_query() {
    let server = echoes().await;
    let offers = [("sec-websocket-protocol", "relatch.v1")];
    let mut client = server.connect_raw(&format!("access={ACCESS}"), &offers).await.unwrap();
    let mut page = Page::new();
    page.identity.auth = None;
    let hello = page.hello().to_text();
    client.send_text(&hello).await;
    assert_eq!(client.closed().await.0, 4401);
}
