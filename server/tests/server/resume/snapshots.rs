//! The screen in the place of output that is gone.

use super::profiles;
use super::restart::restart_keeping;
use crate::common::{Folder, PATIENCE, Page, TestServer};
use relatch::wire::{FromClient, Outcome, Size};
use tokio::time::timeout;

const RING: u64 = 1 << 20;

/// A program that prints a first line, waits, prints `more` and waits again; its session has a page that is cut in between. It hears of
/// sizes from then on: the signal would break its first wait.
struct Away {
    server: TestServer,
    page: Page,
    folder: Folder,
}

impl Away {
    async fn printing(more: &str, size: Option<Size>) -> Self {
        let folder = Folder::new();
        let (go, drawn) = (folder.path("go"), folder.path("drawn"));
        let command = format!(
            "[ -p {go} ] || mkfifo {go}; echo ready; read x < {go}; trap 'stty size >> {drawn}' WINCH; {more}; echo; \
             while :; do read x && echo \"<$x>\"; done"
        );
        let server = profiles(&[("away", &command)]).await;
        let mut page = Page::new().kind("away");
        page.size = size;
        page.attach(&server).await;
        page.read_until("ready\r\n").await;
        page.cut();
        server.until_detached(&page.key()).await;
        Self { server, page, folder }
    }

    /// Lets the program print, and waits until it has printed `bytes` in all.
    async fn goes_on(&self, bytes: u64) {
        // A pipe without a reader would hold up the server, which runs on this thread, and with it the program that is to read.
        let waits = |session: Option<&serde_json::Value>| session.unwrap()["head"] == READY;
        self.server.until(&self.page.key(), waits).await;
        std::fs::write(self.folder.path("go"), "\n").unwrap();
        let printed = |session: Option<&serde_json::Value>| session.unwrap()["head"] == bytes;
        self.server.until(&self.page.key(), printed).await;
    }

    /// The sizes that the program has heard of.
    fn drawn(&self) -> String {
        std::fs::read_to_string(self.folder.path("drawn")).unwrap_or_default()
    }

    async fn drawn_until(&self, wanted: &str) {
        let drawn = async {
            while !self.drawn().ends_with(wanted) {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, drawn).await.expect("not drawn");
    }
}

/// `ready` and the end of its line, in bytes.
const READY: u64 = 7;
/// `seq -f %07.0f 1 300000` and what is around it.
const FLOOD: &str = "seq -f %07.0f 1 300000";
const HEAD: u64 = READY + 2_700_000 + 2;

#[tokio::test]
async fn a_page_that_was_away_for_too_long_gets_the_screen_and_goes_on_behind_it() {
    let mut away = Away::printing(FLOOD, Size::new(80, 24)).await;
    away.goes_on(HEAD).await;
    let welcome = away.page.attach(&away.server).await;
    assert_eq!((welcome.outcome, welcome.out, welcome.live), (Outcome::Gap, 7, HEAD));
    let gap = away.page.read_snapshot().await;
    assert_eq!((gap.from, gap.to), (Some(7), HEAD));
    let shown = String::from_utf8(away.page.snapshot.clone()).unwrap();
    println!("a screen of 24 rows: {} bytes", shown.len());
    // 22 rows, an empty one, and the cursor's.
    assert!(shown.contains("0300000") && shown.contains("0299979"), "{shown:?}");
    assert!(
        !shown.contains("0299978"),
        "what was scrolled off is no news to a page with a screen: {shown:?}"
    );
    away.page.send("more\r").await;
    away.page.read_until("<more>").await;
    assert_eq!(away.page.out, Some(HEAD + away.page.output.len() as u64));
}

#[tokio::test]
async fn a_page_without_a_screen_gets_a_hundred_lines_above_it_too() {
    let away = Away::printing(FLOOD, Size::new(80, 24)).await;
    away.goes_on(HEAD).await;
    let mut cold = away.page.reloaded();
    let welcome = cold.attach(&away.server).await;
    assert_eq!(welcome.outcome, Outcome::Gap);
    let base = away.server.session(&cold.key()).await.unwrap()["base"]
        .as_u64()
        .unwrap();
    assert_eq!(base, HEAD - RING);
    assert!(welcome.out >= base);
    let gap = cold.read_snapshot().await;
    assert_eq!((gap.from, gap.to), (None, HEAD));
    let shown = String::from_utf8(cold.snapshot.clone()).unwrap();
    println!("a screen of 24 rows and 100 lines above it: {} bytes", shown.len());
    assert!(shown.contains("0300000") && shown.contains("0299879"), "{shown:?}");
    assert!(!shown.contains("0299878"), "{shown:?}");
}

#[tokio::test]
async fn a_page_that_has_all_of_the_output_gets_no_snapshot() {
    let away = Away::printing("seq -f %07.0f 1 100000", None).await;
    away.goes_on(7 + 900_000 + 2).await;
    let mut cold = away.page.reloaded();
    let welcome = cold.attach(&away.server).await;
    assert_eq!((welcome.outcome, welcome.out), (Outcome::Ok, 0));
    cold.read_to(7 + 900_000 + 2).await;
    assert!(cold.gaps.is_empty());
}

#[tokio::test]
async fn a_cut_within_a_snapshot_begins_it_anew() {
    let away = Away::printing(FLOOD, Size::new(500, 200)).await;
    away.goes_on(HEAD).await;
    let mut page = away.page.reloaded();
    page.attach(&away.server).await;
    page.step_until(|page| !page.gaps.is_empty()).await;
    page.cut();
    let welcome = page.attach(&away.server).await;
    assert_eq!((welcome.outcome, welcome.generation), (Outcome::Gap, 3));
    let gap = page.read_snapshot().await;
    assert_eq!((gap.from, gap.to, page.snapshot.len() as u64), (None, HEAD, gap.snap));
    page.send("more\r").await;
    page.read_until("<more>").await;
}

#[tokio::test]
async fn a_program_is_not_made_to_draw_again_what_a_snapshot_shows() {
    let mut away = Away::printing(FLOOD, Size::new(80, 24)).await;
    away.goes_on(HEAD).await;
    away.page.attach(&away.server).await;
    away.page.read_snapshot().await;
    away.page.say(&FromClient::Resize(Size::new(90, 30).unwrap())).await;
    away.drawn_until("30 90\n").await;
    assert_eq!(away.drawn(), "30 90\n");
}

#[tokio::test]
async fn the_screen_is_that_of_a_terminal_whose_size_has_changed() {
    let mut away = Away::printing(FLOOD, Size::new(80, 24)).await;
    away.page.attach(&away.server).await;
    away.page.say(&FromClient::Resize(Size::new(80, 10).unwrap())).await;
    away.page
        .step_until(|page| page.sizes.last() == Size::new(80, 10).as_ref())
        .await;
    away.page.cut();
    away.server.until_detached(&away.page.key()).await;
    away.goes_on(HEAD).await;
    away.page.attach(&away.server).await;
    away.page.read_snapshot().await;
    assert_eq!(away.page.sizes.last().copied(), Size::new(80, 10));
    let shown = String::from_utf8(away.page.snapshot.clone()).unwrap();
    assert!(shown.contains("0299993") && !shown.contains("0299992"), "{shown:?}");
}

#[tokio::test]
async fn a_screen_too_large_to_keep_is_drawn_again_by_its_program() {
    let mut away = Away::printing(FLOOD, Size::new(2000, 1000)).await;
    away.goes_on(HEAD).await;
    away.page.attach(&away.server).await;
    let gap = away.page.read_snapshot().await;
    assert_eq!((gap.from, gap.snap), (Some(7), 0));
    // The first line that is kept whole.
    assert_eq!(gap.to, HEAD - RING);
    // A shell that is slow sees the two changes as one.
    away.drawn_until("1000 2000\n").await;
}

#[tokio::test]
async fn what_was_printed_on_too_large_a_screen_is_known_at_no_size_any_more() {
    let mut away = Away::printing(FLOOD, Size::new(2000, 1000)).await;
    away.goes_on(HEAD).await;
    away.page.attach(&away.server).await;
    away.page.read_snapshot().await;
    away.page.say(&FromClient::Resize(Size::new(80, 24).unwrap())).await;
    away.drawn_until("24 80\n").await;
    let mut cold = away.page.reloaded();
    cold.attach(&away.server).await;
    let gap = cold.read_snapshot().await;
    assert_eq!((gap.from, gap.snap), (None, 0));
}

#[tokio::test]
async fn a_process_that_the_page_does_not_know_is_shown_by_a_snapshot_too() {
    let mut away = Away::printing(FLOOD, Size::new(80, 24)).await;
    away.goes_on(HEAD).await;
    restart_keeping(&away.server, "sessions").await;
    away.goes_on(HEAD).await;
    let welcome = away.page.attach(&away.server).await;
    assert_eq!(welcome.outcome, Outcome::New);
    let gap = away.page.read_snapshot().await;
    assert_eq!((gap.from, gap.to), (None, HEAD));
    assert!(away.page.snapshot.windows(7).any(|part| part == b"0300000"));
}
