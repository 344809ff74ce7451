//! Attaching, typing, cuts and reloads: every byte arrives once.

use super::{assert_is_seq, echoes, profiles, shells};
use crate::common::{Folder, Page};
use relatch::wire::{FromClient, Outcome, Size};

#[tokio::test]
async fn the_first_hello_makes_a_session_and_typing_comes_back() {
    let server = echoes().await;
    let mut page = Page::new();
    let welcome = page.attach(&server).await;
    assert_eq!(welcome.outcome, Outcome::New);
    assert_eq!(
        (welcome.generation, welcome.out, welcome.accepted, welcome.live),
        (1, 0, 0, 0)
    );
    assert_eq!(
        (welcome.window, welcome.in_window, welcome.ring_bytes),
        (256 << 10, 64 << 10, 1 << 20)
    );
    assert_eq!((welcome.size.cols, welcome.size.rows), (80, 24));
    page.echo("hello").await;
    page.step_until(|page| page.written == 5).await;
    assert_eq!(page.text(), "hello");
    let listed = server.session(&page.key()).await.unwrap();
    assert_eq!(listed["protocol"], "relatch.v1");
    assert_eq!(listed["epoch"], welcome.epoch);
    assert_eq!((&listed["head"], &listed["bytesIn"]), (&5.into(), &5.into()));
}

#[tokio::test]
async fn after_a_cut_nothing_is_lost_or_doubled() {
    let server = echoes().await;
    let mut page = Page::new();
    let mut typed = String::new();
    page.attach(&server).await;
    for round in 0..20 {
        let line = format!("<{round}>");
        typed.push_str(&line);
        page.send(&line).await;
        if round % 3 == 0 {
            page.read_until(&line).await;
        }
        page.cut();
        let more = format!("[{round}]");
        typed.push_str(&more);
        let welcome = page.attach(&server).await;
        assert_eq!(welcome.outcome, Outcome::Ok);
        page.send(&more).await;
    }
    page.read_to(typed.len() as u64).await;
    assert_eq!(page.text(), typed);
    assert!(page.gaps.is_empty());
    assert_eq!(server.session(&page.key()).await.unwrap()["generation"], 21);
}

#[tokio::test]
async fn output_printed_while_away_is_sent_on() {
    let server = shells().await;
    let mut page = Page::new();
    page.attach(&server).await;
    let folder = Folder::new();
    let go = folder.path("go");
    page.send(&format!(
        "mkfifo {go}; echo re''ady; read x < {go}; seq 1 50000; echo e''nd\r"
    ))
    .await;
    page.read_until("ready").await;
    page.cut();
    server.until_detached(&page.key()).await;
    std::fs::write(go, "\n").unwrap();
    server
        .until(&page.key(), |session| {
            session.unwrap()["head"].as_u64().unwrap() > 300_000
        })
        .await;
    let welcome = page.attach(&server).await;
    assert_eq!(welcome.outcome, Outcome::Ok);
    assert!(welcome.live > 300_000);
    page.read_until("\r\nend\r\n").await;
    let wanted: String = (1..=50_000).map(|n| format!("{n}\r\n")).collect();
    assert!(page.text().contains(&wanted));
    assert!(page.gaps.is_empty());
    assert!(page.marks >= 1);
}

#[tokio::test]
async fn a_reloaded_page_gets_what_there_was_and_is_told_where_it_ends() {
    let server = echoes().await;
    let mut page = Page::new();
    page.attach(&server).await;
    page.echo("before").await;
    let mut page = page.reloaded();
    let welcome = page.attach(&server).await;
    // The old page had not gone: this one has proved that it is there (S2).
    assert_eq!(page.pings, 1);
    assert_eq!(welcome.outcome, Outcome::Ok);
    assert_eq!((welcome.out, welcome.live, welcome.accepted), (0, 6, 0));
    page.echo("after").await;
    assert_eq!(page.text(), "beforeafter");
}

#[tokio::test]
async fn a_stream_of_16_mb_with_cuts_in_each_megabyte_arrives_whole() {
    const PIECE: u64 = 900_000;
    // A piece fits the ring, and the next one is asked for: nobody who is away can miss any of it.
    let command = "stty -echo; seq -f %07.0f 1 1; n=1; while read x; do seq -f %07.0f $((n+1)) $((n+100000)); n=$((n+100000)); done";
    let server = profiles(&[("stream", command)]).await;
    let mut page = Page::new().kind("stream");
    page.attach(&server).await;
    page.read_to(9).await;
    for piece in 0..19 {
        page.send("\r").await;
        for part in [100_000 + piece, 300_000 - piece, 600_000] {
            page.read_to(piece * PIECE + part).await;
            page.cut();
            assert_eq!(page.attach(&server).await.outcome, Outcome::Ok);
        }
        page.read_to(9 + (piece + 1) * PIECE).await;
    }
    assert_eq!(page.output.len() as u64, 9 + 19 * PIECE);
    assert_is_seq(&page.output, 0);
    assert!(page.gaps.is_empty());
    assert!(page.largest <= 16 * 1024);
    assert!(page.marks > 0);
    println!(
        "{} bytes over 58 sockets, in {} frames of {} bytes on average, {} marks",
        page.output.len(),
        page.frames,
        page.output.len() / page.frames,
        page.marks
    );
}

#[tokio::test]
async fn a_size_is_told_in_order_with_the_output() {
    let server = shells().await;
    let mut page = Page::new();
    page.size = Size::new(100, 30);
    let welcome = page.attach(&server).await;
    assert_eq!(Some(welcome.size), page.size);
    page.send("stty size\r").await;
    page.read_until("30 100\r\n").await;
    page.say(&FromClient::Resize(Size::new(120, 40).unwrap())).await;
    page.step_until(|page| page.sizes.last() == Size::new(120, 40).as_ref())
        .await;
    page.send("stty size\r").await;
    page.read_until("40 120\r\n").await;
    // The hello of a later attachment changes nothing.
    page.cut();
    let welcome = page.attach(&server).await;
    assert_eq!(Some(welcome.size), Size::new(120, 40));
}
