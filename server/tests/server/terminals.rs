//! What a page is connected to, and that it finds it again.

use crate::common::{config, fresh_id, shell_config, start};
use relatch_server::profile::Profile;

#[tokio::test]
async fn an_echo_comes_back() {
    let server = start(config()).await;
    let mut page = server.connect("").await;
    page.echo("hello").await;
    assert_eq!(page.text(), "hello");
}

#[tokio::test]
async fn a_shell_answers_in_a_terminal_of_the_pages_size() {
    let server = start(shell_config()).await;
    let mut page = server.connect("cols=101&rows=31").await;
    page.send("echo $((6*7)) $(stty size) $TERM\r").await;
    page.read_until("42 31 101 xterm-256color").await;
}

#[tokio::test]
async fn a_resize_reaches_the_shell() {
    let server = start(shell_config()).await;
    let mut page = server.connect("cols=80&rows=24&control=1").await;
    page.send_text(r#"{"t":"resize","cols":132,"rows":43}"#).await;
    page.send("echo =$(stty size)=\r").await;
    page.read_until("=43 132=").await;
}

#[tokio::test]
async fn text_is_input_unless_the_page_asked_for_control_frames() {
    let server = start(config()).await;
    let mut page = server.connect("").await;
    page.send_text(r#"{"t":"resize"}"#).await;
    page.read_until(r#"{"t":"resize"}"#).await;
}

#[tokio::test]
async fn an_unknown_control_frame_is_ignored() {
    let server = start(config()).await;
    let mut page = server.connect("control=1").await;
    page.send_text(r#"{"t":"later","x":1}"#).await;
    page.echo("still here").await;
    assert_eq!(page.text(), "still here");
}

#[tokio::test]
async fn kinds_run_side_by_side() {
    let mut config = shell_config();
    let other = Profile::Command("echo this is the other".to_owned());
    config.profiles.set("other", other).unwrap();
    let server = start(config).await;
    let mut shell = server.connect("kind=system").await;
    let mut other = server.connect("kind=other").await;
    other.read_until("this is the other").await;
    shell.send("echo $((6*7))\r").await;
    shell.read_until("42").await;
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
async fn an_older_id_finds_the_session_of_its_base() {
    let mut config = config();
    config.mock = true;
    let server = start(config).await;
    let _first = server.connect("sessionId=abc&projectId=p_1").await;
    let _second = server.connect("sessionId=abc_p_1&projectId=p_1").await;
    let sessions = server.sessions().await;
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0]["key"], "abc:p_1");
    assert_eq!(sessions[0]["generation"], 2);
}

#[tokio::test]
async fn the_same_id_in_another_project_or_with_another_token_is_another_session() {
    let mut config = config();
    config.mock = true;
    config
        .access
        .push(relatch_server::access::Token::new("other-token").unwrap());
    let server = start(config).await;
    let _one = server.connect("sessionId=same&projectId=one").await;
    let _two = server.connect("sessionId=same&projectId=two").await;
    let other = "access=other-token&sessionId=same&projectId=one";
    let _other = server.connect_raw(other, &[]).await.unwrap();
    let sessions = server.sessions().await;
    assert_eq!(sessions.len(), 3);
    assert!(sessions.iter().all(|session| session["generation"] == 1));
}

#[tokio::test]
async fn a_page_without_an_id_gets_a_session_with_one() {
    let mut config = config();
    config.mock = true;
    let server = start(config).await;
    let _page = server.connect("").await;
    let sessions = server.sessions().await;
    let key = sessions[0]["key"].as_str().unwrap();
    assert!(key.starts_with("session_") && key.ends_with(":default"), "{key}");
    assert_eq!(key.len(), "session_1700000000000_:default".len() + 26);
}

#[tokio::test]
async fn the_server_keeps_its_secret_from_what_it_runs() {
    let server = start(shell_config()).await;
    let mut page = server.connect("").await;
    page.send("env | grep -c RELATCH; echo =$((1+1))=\r").await;
    page.read_until("0\r\n=2=").await;
}
