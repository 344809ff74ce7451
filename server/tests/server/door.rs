//! Who is let in: hosts, origins, tokens, queries.

use crate::common::{ACCESS, config, fresh_id, start};

#[tokio::test]
async fn a_wrong_or_missing_token_is_told_after_the_upgrade() {
    let server = start(config()).await;
    for query in ["", "access=", "access=wrong-token", "access=test-tokex"] {
        let mut page = server.connect_raw(query, &[]).await.unwrap();
        assert_eq!(page.closed().await.0, 4401, "{query}");
    }
}

#[tokio::test]
async fn a_malformed_query_is_told_with_field_and_rule() {
    let server = start(config()).await;
    for (query, field) in [
        ("sessionId=a%20b", "sessionId"),
        ("sessionId=a/b", "sessionId"),
        ("projectId=", "projectId"),
        ("cols=0&rows=24", "cols"),
        ("cols=80", "rows"),
        ("inst=a", "try"),
        ("warm=yes", "warm"),
        ("kind=", "kind"),
    ] {
        let (code, reason) = server.connect(query).await.closed().await;
        assert_eq!(code, 4400, "{query}");
        assert!(reason.starts_with(&format!("{field}: ")), "{query}: {reason}");
    }
}

#[tokio::test]
async fn an_unknown_kind_is_forbidden() {
    let server = start(config()).await;
    let mut page = server.connect("kind=claude").await;
    assert_eq!(
        page.closed().await,
        (4403, "kind: there is no profile claude".to_owned())
    );
}

#[tokio::test]
async fn pages_of_the_servers_own_origin_and_native_clients_are_let_in() {
    let server = start(config()).await;
    let own = format!("http://{}", server.authority());
    let query = format!("access={ACCESS}");
    for fields in [&[("origin", own.as_str())][..], &[]] {
        server.connect_raw(&query, fields).await.unwrap().echo("in").await;
    }
}

#[tokio::test]
async fn pages_of_other_origins_are_refused_unless_allowed() {
    let mut config = config();
    config.allow_origin.push("https://Friend.example:8443".to_owned());
    let server = start(config).await;
    let query = format!("access={ACCESS}");
    for origin in [
        "http://evil.example",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://friend.example",
        "file://",
    ] {
        let refused = server.connect_raw(&query, &[("origin", origin)]).await.err().unwrap();
        assert!(refused.to_string().contains("403"), "{origin}: {refused}");
    }
    let friend = [("origin", "https://friend.example:8443")];
    server.connect_raw(&query, &friend).await.unwrap().echo("in").await;
}

#[tokio::test]
async fn sandboxed_frames_are_let_in_if_allowed() {
    let mut config = config();
    config.allow_origin.push("null".to_owned());
    let server = start(config).await;
    let query = format!("access={ACCESS}");
    let opaque = [("origin", "null")];
    server.connect_raw(&query, &opaque).await.unwrap().echo("in").await;
}

#[tokio::test]
async fn unknown_hosts_are_misdirected() {
    let mut config = config();
    config.allow_host.push("proxy.example".to_owned());
    let server = start(config).await;
    let port = server.running.address.port();
    let query = format!("access={ACCESS}");
    for host in [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "10.1.2.3",
        "localhost.evil.example",
    ] {
        let refused = server.connect_raw(&query, &[("host", host)]).await.err().unwrap();
        assert!(refused.to_string().contains("421"), "{host}: {refused}");
    }
    for host in [
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        "proxy.example".to_owned(),
        "Proxy.Example:80".to_owned(),
    ] {
        server
            .connect_raw(&query, &[("host", &host)])
            .await
            .unwrap()
            .echo("in")
            .await;
    }
}

#[tokio::test]
async fn a_page_behind_an_allowed_host_is_of_its_own_origin() {
    let mut config = config();
    config.allow_host.push("proxy.example".to_owned());
    let server = start(config).await;
    let fields = [("host", "proxy.example"), ("origin", "https://proxy.example")];
    let mut page = server.connect_raw(&format!("access={ACCESS}"), &fields).await.unwrap();
    page.echo("in").await;
}

#[tokio::test]
async fn a_request_that_is_no_upgrade_is_told_so() {
    let server = start(config()).await;
    let answer = server.request("GET", "/terminal", "", "").await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    let answer = server.request("GET", "/nowhere", "", "").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[tokio::test]
async fn a_refused_page_changes_nothing() {
    let mut config = config();
    config.mock = true;
    let server = start(config).await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.echo("mine").await;
    let refused = [
        format!("access=wrong&sessionId={id}"),
        format!("access={ACCESS}&sessionId={id}&kind=none"),
        format!("access={ACCESS}&sessionId={id}&cols=x&rows=y"),
    ];
    for query in refused {
        server.connect_raw(&query, &[]).await.unwrap().closed().await;
    }
    page.echo("still mine").await;
    assert_eq!(server.sessions().await[0]["generation"], 1);
}
