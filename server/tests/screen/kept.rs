//! Single things that a snapshot has, and those that it has not.

use relatch::wire::Size;
use relatch_server::screen::Screen;

/// What each snapshot of ten columns has, since no reset of a page that keeps its scrollback brings it back: tab stops, and the cursor's
/// style.
const ALWAYS: [&str; 2] = ["\x1b[3g\x1b[H\x1bH\x1b[1;9H\x1bH", "\x1b[0 q"];

/// The rest of the snapshot.
fn snapshot(bytes: &str, above: usize) -> String {
    let mut screen = Screen::new(Size { cols: 10, rows: 3 });
    screen.feed(bytes.as_bytes());
    let whole = String::from_utf8(screen.snapshot(above)).unwrap();
    for always in ALWAYS {
        assert_eq!(whole.matches(always).count(), 1, "{whole:?}");
    }
    whole.replace(ALWAYS[0], "").replace(ALWAYS[1], "")
}

#[test]
fn a_blank_screen_has_next_to_nothing() {
    assert_eq!(snapshot("", 100), "\x1b[H");
}

#[test]
fn tab_stops_and_the_cursors_style_are_said_as_they_are() {
    let mut screen = Screen::new(Size { cols: 10, rows: 3 });
    screen.feed(b"\x1b[3g\x1b[1;5H\x1bH\x1b[4 q\x1b[H");
    let said = String::from_utf8(screen.snapshot(0)).unwrap();
    assert_eq!(said, "\x1b[3g\x1b[1;5H\x1bH\x1b[4 q\x1b[H");
}

// The last character written comes once more at the end: a combining one may follow.
#[test]
fn lines_above_the_screen_come_only_if_they_are_asked_for() {
    let lines = "one\r\ntwo\r\nthree\r\nfour\r\nfive";
    assert_eq!(snapshot(lines, 0), "three\r\nfour\r\nfive\x1b[3;4He");
    assert_eq!(snapshot(lines, 1), "two\r\nthree\r\nfour\r\nfive\x1b[3;4He");
    assert_eq!(snapshot(lines, 100), format!("{lines}\x1b[3;4He"));
}

#[test]
fn what_asks_rings_or_reaches_beyond_the_screen_is_not_repeated() {
    let asks = "\x07\x05\x1b[c\x1b[6n\x1b[?2026$p\x1b]52;c;YQ==\x07\x1b]10;?\x07\x1b]9;hi\x07\x1bP$qm\x1b\\";
    assert_eq!(snapshot(asks, 100), "\x1b[H");
}

#[test]
fn modes_that_are_set_come_and_those_that_are_reset_do_not() {
    let modes = [
        "?1h", "?7l", "?9h", "?25l", "?45h", "?1004h", "?1006h", "?1016h", "?1003h", "?2004h", "?2026h", "4h", "20h",
    ];
    for mode in modes {
        let set = snapshot(&format!("\x1b[{mode}"), 0);
        assert!(set.contains(&format!("\x1b[{mode}")), "{mode}: {set:?}");
    }
    let reset = snapshot(
        "\x1b[?1;25;1004;1006;1003;2004;2026h\x1b[4h\x1b[?1;1004;1006;1003;2004;2026l\x1b[4l",
        0,
    );
    assert_eq!(reset, "\x1b[H");
}

#[test]
fn a_row_that_is_wrapped_is_wrapped_again() {
    // The space that begins the next row is written over.
    assert_eq!(snapshot("abcdefghijkl", 0), "abcdefghij \rkl\x1b[2;2Hl");
}

#[test]
fn the_cursor_behind_the_last_column_gets_there_by_writing_it_again() {
    assert!(snapshot("\x1b[2;1Habcdefghij", 0).ends_with("\x1b[2;10Hj"));
}
