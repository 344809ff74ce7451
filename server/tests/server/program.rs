//! The program: its flags, what it prints, and how it ends.

use crate::common::{ACCESS, Client, Folder, PATIENCE, Page, fresh_id};
use relatch::wire::FromClient;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::Duration;
use tokio::time::timeout;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relatch-server"));
    command.env_remove("RELATCH_ACCESS").env_remove("RUST_LOG");
    command
}

/// A running program that is ended with the test.
struct Started {
    child: Child,
    url: String,
    log: BufReader<ChildStderr>,
}

impl Started {
    fn new(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        Self {
            log: BufReader::new(child.stderr.take().unwrap()),
            child,
            url: url.trim().to_owned(),
        }
    }

    fn access(&self) -> &str {
        self.url.split_once("/#access=").unwrap().1
    }

    fn authority(&self) -> String {
        let rest = self.url.strip_prefix("http://").unwrap();
        rest.split('/').next().unwrap().to_owned()
    }

    /// A page's connection to this session.
    async fn connect(&self, id: &str) -> Client {
        let authority = self.authority();
        let query = format!("access={}&sessionId={id}&projectId=p1", self.access());
        Client::connect(&authority, &query, &[]).await.unwrap()
    }

    /// Reads its log on, to a line that has all these parts.
    fn logs(&mut self, parts: &[&str]) {
        let lines = self.log.by_ref().lines().map(Result::unwrap);
        let mut others = Vec::new();
        for line in lines {
            if parts.iter().all(|part| line.contains(part)) {
                return;
            }
            others.push(line);
        }
        panic!("the log has ended without {parts:?}: {others:?}");
    }

    /// Ends it with this signal; returns its exit code and its log.
    fn end(mut self, signal: Signal) -> (Option<i32>, String) {
        let pid = Pid::from_raw(self.child.id() as i32).unwrap();
        kill_process(pid, signal).unwrap();
        let mut log = String::new();
        self.log.read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(args: &[&str]) -> Output {
    program().args(args).output().unwrap()
}

#[test]
fn it_prints_one_line_and_ends_well_on_both_signals() {
    for signal in [Signal::TERM, Signal::INT] {
        let started = Started::new(program().args(["--port", "0", "--access", "the-token"]));
        assert!(started.url.starts_with("http://127.0.0.1:"), "{}", started.url);
        assert!(started.url.ends_with("/#access=the-token"), "{}", started.url);
        let (code, log) = started.end(signal);
        assert_eq!(code, Some(0));
        assert!(log.contains("listening") && log.contains("stopping"), "{log}");
        assert!(!log.contains("the-token"), "{log}");
    }
}

#[tokio::test]
async fn the_log_tells_a_sessions_life() {
    let mut started = Started::new(program().args(["--port", "0", "--access", "the-token"]));
    started.logs(&["listening"]);
    let id = fresh_id();
    let session = format!("session={id}:p1");

    let mut page = started.connect(&id).await;
    page.echo("once").await;
    started.logs(&["created", &session, "kind=\"system\""]);
    started.logs(&["attached", &session, "generation=1"]);
    page.cut();
    started.logs(&["detached", &session, "generation=1"]);
    let mut page = started.connect(&id).await;
    page.echo("again").await;
    started.logs(&["attached", &session, "generation=2"]);
    page.close(1000).await;
    started.logs(&["ended", &session, "ending=Closed"]);

    let (code, log) = started.end(Signal::TERM);
    assert_eq!((code, log.contains("ended")), (Some(0), false), "{log}");
}

#[tokio::test]
async fn the_log_tells_a_resumed_sessions_life() {
    let folder = Folder::new();
    let done = folder.path("done");
    let flood = format!("flood=seq 1 300000; echo > {done}; read x; exit 3");
    let mut started = Started::new(program().args(["--port", "0", "--access", ACCESS, "--profile", &flood]));
    let server = started.authority();
    let mut page = Page::new().kind("flood");
    let session = format!("session={}", page.key());

    page.try_attach_at(&server).await.unwrap();
    started.logs(&["created", &session, "kind=\"flood\""]);
    started.logs(&["attached", &session, "generation=1"]);
    page.say(&FromClient::Hold).await;
    let printed = async {
        while !std::fs::exists(&done).unwrap() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, printed).await.expect("held up by a page on hold");
    page.cut();
    started.logs(&["detached", &session, "generation=1"]);
    let mut thief = page.reloaded();
    thief.identity.secret = "x".repeat(43);
    thief.open_at(&server).await;
    let hello = thief.hello();
    thief.say(&hello).await;
    thief.closed().await;
    started.logs(&["refused", &session, "code=4404"]);
    page.try_attach_at(&server).await.unwrap();
    started.logs(&["attached", &session, "generation=2"]);
    page.step_until(|page| page.gaps.len() == 1).await;
    started.logs(&["gap", &session, "from=0"]);
    page.send("x\r").await;
    assert_eq!(page.closed().await.0, 4410);
    started.logs(&["exited", &session, "exit=exit 3"]);
    started.logs(&["ended", &session, "ending=Exited"]);

    let (code, log) = started.end(Signal::TERM);
    assert_eq!((code, log.contains(&page.identity.secret)), (Some(0), false), "{log}");
}

#[test]
fn the_token_is_made_once_and_kept_over_restarts_for_its_owner_alone() {
    let folder = Folder::new();
    let file = folder.path("deeper/access");
    let args = ["--port", "0", "--access-file", &file];
    let first = Started::new(program().args(args));
    let access = first.access().to_owned();
    assert_eq!(access.len(), 32);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(first);
    assert_eq!(Started::new(program().args(args)).access(), access);
    assert_eq!(std::fs::read_dir(folder.path("deeper")).unwrap().count(), 1);
}

#[test]
fn the_token_is_kept_in_the_users_state_folder_by_default() {
    let folder = Folder::new();
    let started = Started::new(program().args(["--port", "0"]).env("XDG_STATE_HOME", &folder.0));
    let kept = std::fs::read_to_string(folder.path("relatch/access")).unwrap();
    assert_eq!(kept.trim(), started.access());
}

#[test]
fn the_token_comes_from_the_environment_too() {
    let started = Started::new(program().args(["--port", "0"]).env("RELATCH_ACCESS", "from-env"));
    assert_eq!(started.access(), "from-env");
}

#[test]
fn a_bad_flag_is_named_and_exits_with_2() {
    let folder = Folder::new();
    let file = folder.path("file");
    std::fs::write(&file, "not a token!").unwrap();
    for (args, message) in [
        (&["--port", "70000"][..], "'--port <N>': 70000 is not in 0..=65535"),
        (&["--host", "example.org"], "'--host <IP>'"),
        (&["--retention", "0"], "'--retention <SECONDS>': 0 is not in 1..=604800"),
        (&["--silence", "3601"], "'--silence <SECONDS>': 3601 is not in 1..=3600"),
        (&["--max-sessions", "0"], "'--max-sessions <N>': 0 is not in 1..=100000"),
        (&["--max-connections", "x"], "'--max-connections <N>'"),
        (&["--profile", "claude"], "a profile has the form NAME=COMMAND"),
        (&["--profile", "a b=c"], "a profile's name is 1 to 64 of"),
        (&["--profile", "claude="], "a profile's command is empty"),
        (&["--access", ""], "an access token is 1 to 256 of"),
        (&["--access", "a/b"], "an access token is 1 to 256 of"),
        (&["--access", "a", "--access-file", "b"], "cannot be used with"),
        (
            &["--access", "a", "--allow-origin", "example.org"],
            "an origin has the form scheme://host[:port]",
        ),
        (
            &["--access", "a", "--allow-origin", "http://example.org/"],
            "an origin has the form",
        ),
        (
            &["--access", "a", "--allow-host", "a/b"],
            "a host has the form name or name:port",
        ),
        (
            &["--access", "a", "--www", "/nonexistent"],
            "--www: /nonexistent is no folder",
        ),
        (
            &["--access", "a", "--mock", "--host", "0.0.0.0", "--port", "0"],
            "it needs a loopback address, not 0.0.0.0",
        ),
        (&["--bogus"], "unexpected argument '--bogus'"),
    ] {
        let output = run(args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(message), "{args:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn what_is_no_flags_fault_exits_with_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["--access", "a", "--port", &port]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{error}");

    let folder = Folder::new();
    let file = folder.path("access");
    std::fs::write(&file, "not a token!").unwrap();
    let output = run(&["--port", "0", "--access-file", &file]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("holds no token"), "{error}");
}
