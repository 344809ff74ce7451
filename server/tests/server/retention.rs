//! How long a session waits for its page, by the way in which it lost it.

use crate::common::{TestServer, config, fresh_id, shell_config, start};
use relatch_server::Config;
use relatch_server::profile::Profile;
use std::time::Duration;

fn mocked() -> Config {
    let mut config = config();
    config.mock = true;
    config
}

/// Closes a page of a new session with `code` and returns the session as it is then.
async fn after_close(server: &TestServer, code: u16) -> Option<serde_json::Value> {
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.echo("x").await;
    page.close(code).await;
    server.session(&format!("{id}:default")).await
}

fn retained_s(session: &serde_json::Value) -> u64 {
    session["retainedForMs"].as_u64().unwrap().div_ceil(1000)
}

#[tokio::test]
async fn code_1000_ends_the_session() {
    let server = start(mocked()).await;
    assert_eq!(after_close(&server, 1000).await, None);
}

#[tokio::test]
async fn code_1001_keeps_it_for_a_minute() {
    let server = start(mocked()).await;
    let session = after_close(&server, 1001).await.unwrap();
    assert_eq!(retained_s(&session), 60);
    assert_eq!(session["circuitBreakerTriggered"], false);
}

#[tokio::test]
async fn codes_4000_to_4099_flag_it_and_keep_it() {
    let server = start(mocked()).await;
    for code in [4000, 4050, 4099] {
        let session = after_close(&server, code).await.unwrap();
        assert_eq!(session["circuitBreakerTriggered"], true, "{code}");
        assert!(session["circuitBreakerAt"].as_u64().unwrap() > 1_700_000_000_000);
        assert_eq!(retained_s(&session), 1800);
    }
}

#[tokio::test]
async fn every_other_end_keeps_it_unflagged() {
    let server = start(mocked()).await;
    for code in [1011, 3000, 3999, 4100, 4101, 4104, 4999] {
        let session = after_close(&server, code).await.unwrap();
        assert_eq!(session["circuitBreakerTriggered"], false, "{code}");
        assert_eq!(retained_s(&session), 1800, "{code}");
    }
    let id = fresh_id();
    server.connect(&format!("sessionId={id}")).await.cut();
    server.until_detached(&format!("{id}:default")).await;
}

#[tokio::test]
async fn a_session_is_forgotten_after_its_retention_and_its_shell_ended() {
    let mut config = shell_config();
    config.mock = true;
    config.bounds.retention = Duration::from_millis(150);
    let server = start(config).await;
    let id = fresh_id();
    let key = format!("{id}:default");
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.read_until("$ ").await;
    let pid = server.session(&key).await.unwrap()["pid"].as_u64().unwrap();
    page.cut();
    server.until_gone(&key).await;
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    let mut late = server.connect(&format!("sessionId={id}&known=1")).await;
    assert_eq!(late.closed().await.0, 4404);
}

#[tokio::test]
async fn coming_back_stops_the_clock() {
    let mut config = mocked();
    config.bounds.retention = Duration::from_millis(300);
    let server = start(config).await;
    let id = fresh_id();
    let key = format!("{id}:default");
    server.connect(&format!("sessionId={id}")).await.cut();
    server.until_detached(&key).await;
    let mut page = server.connect(&format!("sessionId={id}&known=1")).await;
    // Real time on purpose: the clock that must not ring is the server's.
    tokio::time::sleep(Duration::from_millis(500)).await;
    page.echo("here").await;
    assert_eq!(server.session(&key).await.unwrap()["generation"], 2);
}

#[tokio::test]
async fn an_unknown_id_is_refused_to_a_page_that_knew_it_and_made_for_another() {
    let server = start(mocked()).await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}&known=1")).await;
    assert_eq!(page.closed().await.0, 4404);
    let mut page = server.connect("known=1").await;
    assert_eq!(page.closed().await.0, 4404);
    assert!(server.sessions().await.is_empty());
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.echo("new").await;
}

#[tokio::test]
async fn ending_a_session_ends_its_jobs_in_groups_of_their_own_too() {
    let mut config = shell_config();
    config.bounds.grace = Duration::from_millis(300);
    // `set -m` gives each job its own group; the second one ignores SIGHUP.
    let jobs = "set -m; sleep 1000 & one=$!; (trap '' HUP; exec sleep 1000) & echo $one $! ready; read x";
    config.profiles.set("jobs", Profile::Command(jobs.to_owned())).unwrap();
    let server = start(config).await;
    let mut page = server.connect("kind=jobs").await;
    page.read_until("ready").await;
    let text = page.text();
    let pids: Vec<u32> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert_eq!(pids.len(), 2, "{text:?}");
    page.close(1000).await;
    for pid in pids {
        let lives = || std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z"));
        let look = async {
            while lives() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(crate::common::PATIENCE, look).await.unwrap();
    }
}
