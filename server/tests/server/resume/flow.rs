//! Flow control: the window, the paused terminal, a page on hold, and credit for input.

use super::{assert_is_seq, profiles};
use crate::common::{Folder, PATIENCE, Page, TestServer};
use relatch::wire::{FromClient, Outcome};
use std::time::Duration;
use tokio::time::timeout;

const WINDOW: u64 = 256 << 10;
const RING: u64 = 1 << 20;
const FRAME: u64 = 16 << 10;
const CREDIT: u64 = 64 << 10;

const ENDLESS: (&str, &str) = ("endless", "exec seq -f %07.0f 1 99999999");

/// Waits until the terminal is held up; returns how much it has printed.
async fn paused(server: &TestServer, key: &str) -> u64 {
    let printed = async || server.session(key).await.unwrap()["head"].as_u64().unwrap();
    let pausing = async {
        let mut before = printed().await;
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let now = printed().await;
            if now == before && now > 0 {
                return now;
            }
            before = now;
        }
    };
    timeout(PATIENCE, pausing).await.expect("the flood was never held up")
}

#[tokio::test]
async fn a_page_that_never_acks_gets_the_window_and_the_terminal_pauses() {
    let server = profiles(&[ENDLESS]).await;
    let mut page = Page::new().kind("endless");
    page.acks = false;
    page.attach(&server).await;
    page.read_to(WINDOW).await;
    let head = paused(&server, &page.key()).await;
    let session = server.session(&page.key()).await.unwrap();
    println!(
        "window {WINDOW}: sent {}, kept {} of {RING} at most, printed {head}",
        session["cursor"], session["ringBytes"]
    );
    assert_eq!(session["cursor"], WINDOW);
    assert_eq!((&session["acked"], &session["base"]), (&0.into(), &0.into()));
    // Nothing is read ahead of the window but what the last read has of it.
    assert!(head < WINDOW + FRAME);
    // Only what the session says of itself comes now.
    page.say(&FromClient::Ping(1)).await;
    page.step_until(|page| page.pongs == [1]).await;
    assert_eq!(page.out, Some(WINDOW));
    // An ack opens the window by as much.
    page.say(&FromClient::Ack {
        out: 100_000,
        exit: false,
    })
    .await;
    page.read_to(WINDOW + 100_000).await;
    page.say(&FromClient::Ping(2)).await;
    page.step_until(|page| page.pongs == [1, 2]).await;
    assert_eq!(page.out, Some(WINDOW + 100_000));
    // And acks let the terminal go on.
    page.acks = true;
    page.say(&FromClient::Ack {
        out: WINDOW,
        exit: false,
    })
    .await;
    page.read_to(3 * RING).await;
    assert_is_seq(&page.output, 0);
    assert!(page.gaps.is_empty());
}

#[tokio::test]
async fn a_page_that_never_acks_loses_nothing_by_a_cut() {
    let server = profiles(&[("long", "seq -f %07.0f 1 100000; exec sleep 1000")]).await;
    let mut page = Page::new().kind("long");
    page.acks = false;
    page.attach(&server).await;
    page.read_to(WINDOW).await;
    page.cut();
    page.acks = true;
    assert_eq!(page.attach(&server).await.outcome, Outcome::Ok);
    page.read_to(900_000).await;
    assert_is_seq(&page.output, 0);
    assert!(page.gaps.is_empty());
}

#[tokio::test]
async fn hold_lets_the_terminal_run_and_live_says_what_was_missed() {
    let server = profiles(&[ENDLESS]).await;
    let mut page = Page::new().kind("endless");
    page.acks = false;
    page.attach(&server).await;
    page.read_to(WINDOW).await;
    paused(&server, &page.key()).await;
    page.say(&FromClient::Hold).await;
    let ran_on = |session: Option<&serde_json::Value>| session.unwrap()["head"].as_u64().unwrap() > 3 * RING;
    server.until(&page.key(), ran_on).await;
    let session = server.session(&page.key()).await.unwrap();
    assert_eq!((&session["held"], &session["cursor"]), (&true.into(), &WINDOW.into()));
    assert!(session["ringBytes"].as_u64().unwrap() <= RING);
    page.say(&FromClient::Live).await;
    page.acks = true;
    page.step_until(|page| page.gaps.len() == 1).await;
    let gap = page.gaps[0];
    assert_eq!(gap.from, Some(WINDOW));
    page.read_to(gap.to + RING).await;
    assert_is_seq(&page.output, gap.to);
    assert_eq!(page.gaps.len(), 1);
}

#[tokio::test]
async fn a_page_that_does_not_read_is_heard() {
    let server = profiles(&[("both", "stty raw -echo; cat > /dev/null & exec yes")]).await;
    let mut page = Page::new().kind("both");
    page.attach(&server).await;
    page.read_to(1000).await;
    let key = page.key();
    server
        .fault(&format!(r#"{{"target":{{"session":"{key}"}},"fault":"stall_writes"}}"#))
        .await;
    paused(&server, &key).await;
    page.send_raw(vec![b'x'; 10_000]).await;
    let heard = |session: Option<&serde_json::Value>| session.unwrap()["bytesIn"] == 10_000;
    server.until(&key, heard).await;
    let out = page.out.unwrap();
    page.say(&FromClient::Ack { out, exit: false }).await;
    let acked = |session: Option<&serde_json::Value>| session.unwrap()["acked"] == out;
    server.until(&key, acked).await;
}

#[tokio::test]
async fn a_paste_of_a_megabyte_into_a_stalled_program_waits_and_is_not_lost() {
    let folder = Folder::new();
    let go = folder.path("go");
    let command = format!(
        "stty raw -echo; mkfifo {go}; echo ready; read x < {go}; head -c 1000000 | md5sum; stty sane; \
         trap 'echo inter''rupted' INT; echo cooked; while :; do sleep 0.05; done"
    );
    let server = profiles(&[("stalled", &command)]).await;
    let mut page = Page::new().kind("stalled");
    page.attach(&server).await;
    page.read_until("ready").await;
    page.send(&"x".repeat(1_000_000)).await;
    let full = |session: Option<&serde_json::Value>| session.unwrap()["bytesIn"].as_u64().unwrap() >= CREDIT;
    server.until(&page.key(), full).await;
    // Everything else is still read and answered: nothing is stuck behind the paste.
    page.say(&FromClient::Ping(1)).await;
    page.step_until(|page| page.pongs == [1]).await;
    let session = server.session(&page.key()).await.unwrap();
    println!(
        "credit {CREDIT}: in flight {}, waiting {}, left in the page {}",
        page.in_flight(),
        session["inputWaiting"],
        page.unwritten() as u64 - page.in_flight()
    );
    assert!(page.in_flight() <= CREDIT);
    assert!(session["inputWaiting"].as_u64().unwrap() <= CREDIT);
    // A cut in the middle doubles and loses nothing of it.
    page.cut();
    page.attach(&server).await;
    std::fs::write(go, "\n").unwrap();
    // md5 of 1,000,000 times "x".
    page.read_until("ec78dbd963d2fc01e51176ed4dec299e").await;
    page.read_until("cooked").await;
    page.send("\x03").await;
    page.read_until("interrupted").await;
    page.step_until(|page| page.unwritten() == 0).await;
}

#[tokio::test]
async fn input_beyond_the_credit_costs_the_socket() {
    let server = profiles(&[("stalled", "stty raw -echo; echo ready; exec sleep 1000")]).await;
    let mut page = Page::new().kind("stalled");
    page.attach(&server).await;
    page.read_until("ready").await;
    for _ in 0..9 {
        page.send_raw(vec![b'x'; 16 * 1024]).await;
    }
    assert_eq!(page.closed().await.0, 4400);
    let session = server.session(&page.key()).await.unwrap();
    assert!(session["inputWaiting"].as_u64().unwrap() <= CREDIT);
    // Its own next hello cannot know what was taken: a cold one is let in (S7).
    let mut page = page.reloaded();
    page.attach(&server).await;
}
