//! What a page that comes back is sent: the rest, or a screen from its start, and no question twice.

use crate::common::{Client, TestServer, fresh_id, shell_config, start};
use relatch_server::profile::Profile;

/// A server whose `system` runs this shell script, given line by line what is typed.
async fn running(script: &str) -> TestServer {
    let mut config = shell_config();
    config.mock = true;
    let script = format!("stty raw -echo; {script}");
    config.profiles.set("system", Profile::Command(script)).unwrap();
    start(config).await
}

/// Attaches a page, reads until its program has `shown` this, has an `x` echoed, and cuts its line.
async fn come_and_go(server: &TestServer, id: &str, shown: &str) {
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.read_until(shown).await;
    page.echo("x").await;
    page.cut();
    server.until_detached(&format!("{id}:default")).await;
}

/// Types a line and cuts the page's line once it has arrived: a reset would take it along.
async fn type_and_cut(server: &TestServer, id: &str, mut page: Client) {
    page.send("\n").await;
    let arrived = |session: Option<&serde_json::Value>| session.unwrap()["bytesIn"] == 1;
    server.until(&format!("{id}:default"), arrived).await;
    page.cut();
}

/// Waits until the session has printed so many bytes.
async fn until_printed(server: &TestServer, id: &str, bytes: u64) {
    let printed = |session: Option<&serde_json::Value>| session.unwrap()["bytesOut"].as_u64().unwrap() >= bytes;
    server.until(&format!("{id}:default"), printed).await;
}

#[tokio::test]
async fn a_warm_page_gets_only_what_was_printed_since() {
    let server = running("printf seen; cat").await;
    let id = fresh_id();
    come_and_go(&server, &id, "seen").await;
    let mut page = server.connect(&format!("sessionId={id}&warm=1&control=1")).await;
    page.echo("new").await;
    assert_eq!(page.text(), "new");
    assert!(page.texts.is_empty());
}

#[tokio::test]
async fn a_cold_page_gets_a_reset_and_the_screen() {
    let server = running("printf seen; cat").await;
    let id = fresh_id();
    come_and_go(&server, &id, "seen").await;
    let mut page = server.connect(&format!("sessionId={id}&control=1")).await;
    page.echo("new").await;
    assert_eq!(page.text(), "seenxnew");
    assert_eq!(page.texts, [r#"{"t":"reset"}"#]);
}

#[tokio::test]
async fn without_control_frames_a_cold_page_gets_the_screen_alone() {
    let server = running("printf seen; cat").await;
    let id = fresh_id();
    come_and_go(&server, &id, "seen").await;
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.echo("new").await;
    assert_eq!(page.text(), "seenxnew");
    assert!(page.texts.is_empty());
}

#[tokio::test]
async fn a_new_session_begins_without_a_reset() {
    let server = running("printf seen; cat").await;
    let mut page = server.connect("control=1").await;
    page.echo("new").await;
    assert!(page.texts.is_empty());
}

#[tokio::test]
async fn a_warm_page_that_missed_more_than_is_kept_starts_from_a_line_of_the_tail() {
    let server = running("printf first; read x; seq 1 30000; printf end; cat").await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.read_until("first").await;
    type_and_cut(&server, &id, page).await;
    until_printed(&server, &id, 168_902).await;
    let mut page = server.connect(&format!("sessionId={id}&warm=1&control=1")).await;
    page.read_until("end").await;
    assert_eq!(page.texts, [r#"{"t":"reset"}"#]);
    assert!(page.output.len() <= 64 * 1024);
    assert!(page.output.len() > 60 * 1024);
    let text = page.text();
    let first: u32 = text.lines().next().unwrap().trim().parse().unwrap();
    let wanted: String = (first..=30_000).map(|n| format!("{n}\n")).collect();
    assert_eq!(text, wanted + "end");
}

#[tokio::test]
async fn questions_the_bell_and_the_clipboard_are_not_replayed() {
    let ask = r"printf 'a\033[6nb\033[cc\033]11;?\007d\033]52;c;eHl6\007e\007f\033[31mg\033P$qm\033\\h'";
    let server = running(&format!("{ask}; cat")).await;
    let id = fresh_id();
    come_and_go(&server, &id, "m\x1b\\h").await;
    let mut cold = server.connect(&format!("sessionId={id}")).await;
    cold.read_until("hx").await;
    assert_eq!(cold.text(), "abcdef\x1b[31mghx");
}

#[tokio::test]
async fn a_warm_page_is_not_asked_what_was_asked_while_it_was_away() {
    let server = running("printf ready; read x; printf 'a\\033[6nb\\033[?uc'; cat").await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}")).await;
    page.read_until("ready").await;
    type_and_cut(&server, &id, page).await;
    until_printed(&server, &id, 5 + 4 + 7).await;
    let mut page = server.connect(&format!("sessionId={id}&warm=1")).await;
    page.echo("live").await;
    // How much the first page still had is up to the network: the rest has no question.
    assert!(
        "abclive".ends_with(&page.text()) || page.text() == "\u{18}bclive",
        "{:?}",
        page.text()
    );
}

#[tokio::test]
async fn questions_asked_while_the_page_is_there_reach_it() {
    let server = running("printf 'a\\033[6nb'; cat").await;
    let mut page = server.connect("").await;
    page.read_until("a\x1b[6nb").await;
}

#[tokio::test]
async fn a_cold_page_makes_a_full_screen_program_draw_itself_again() {
    let server = running("trap 'printf \"<$(stty size)>\"' WINCH; printf ready; while :; do read x; done").await;
    let id = fresh_id();
    let mut page = server.connect(&format!("sessionId={id}&cols=80&rows=24")).await;
    page.read_until("ready").await;
    page.cut();
    let mut page = server.connect(&format!("sessionId={id}&cols=80&rows=24")).await;
    page.read_until("<23 80>").await;
    page.read_until("<24 80>").await;
}
