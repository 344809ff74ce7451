//! What a screen takes at most, whatever is fed.

use crate::checks::check_restored;
use relatch::wire::Size;
use relatch_server::screen::Screen;

fn size(cols: u16, rows: u16) -> Size {
    Size { cols, rows }
}

#[test]
fn any_size_is_taken_and_left_again() {
    for (cols, rows) in [(1, 1), (1, 50), (200, 1), (2, 2), (u16::MAX, 1), (1, u16::MAX)] {
        let mut screen = Screen::new(size(80, 24));
        screen.feed("text\r\n\x1b[?1049h漢字漢字\x1b[5;5H\x1b7".as_bytes());
        screen.resize(size(cols, rows));
        screen.feed("漢字 text that is longer than a row\r\n\x1b[2;2r\x1b[99;99Hx\x1b[99L\x1b[99P\x1b8".as_bytes());
        check_restored(&screen, size(cols, rows));
        screen.resize(size(80, 24));
        check_restored(&screen, size(80, 24));
    }
}

#[test]
fn parameters_of_any_size_and_number_do_what_the_largest_would() {
    let mut screen = Screen::new(size(10, 5));
    for last in "@ABCDEFGHIJKLMPSTXZ`abdefghlmrsu".chars() {
        screen.feed(format!("abc\x1b[99999999999999999999{last}\x1b[{last}").as_bytes());
        screen.feed(format!("\x1b[{}{last}", "65535;".repeat(1000)).as_bytes());
    }
    check_restored(&screen, size(10, 5));
}

#[test]
fn a_snapshot_of_combining_characters_without_end_is_bounded() {
    let mut screen = Screen::new(size(80, 24));
    for _ in 0..1000 {
        screen.feed("a".as_bytes());
        screen.feed("\u{301}".repeat(1000).as_bytes());
    }
    let most = 1000 * (1 + 16 * 2) + 1000;
    let length = screen.snapshot(100).len();
    assert!(length < most, "{length} bytes");
}

#[test]
fn a_snapshot_of_hyperlinks_and_titles_without_end_is_bounded() {
    let mut screen = Screen::new(size(80, 24));
    let long = "x".repeat(3000);
    for n in 0..20_000 {
        screen.feed(format!("\x1b]8;;http://{n}/{long}\x07l\x1b]0;{n}{long}{long}\x07").as_bytes());
    }
    let length = screen.snapshot(100).len();
    assert!(length < 2 << 20, "{length} bytes");
    // Once they are gone there is room for others.
    screen.feed(b"\x1b[H\x1b[2J\x1b[3J");
    for _ in 0..200 {
        screen.feed(format!("\x1b]8;;http://new/{long}\x07\r").as_bytes());
    }
    screen.feed(b"n");
    assert!(String::from_utf8(screen.snapshot(0)).unwrap().contains("http://new/"));
}

#[test]
fn a_snapshot_of_cells_that_take_turns_with_two_long_hyperlinks_is_bounded() {
    let mut screen = Screen::new(size(80, 24));
    let long = "x".repeat(4000);
    for row in 1..=24 {
        for first in [1, 2] {
            screen.feed(format!("\x1b]8;;{first}/{long}\x07").as_bytes());
            for col in (first..=80).step_by(2) {
                screen.feed(format!("\x1b[{row};{col}Ha").as_bytes());
            }
        }
    }
    let shown = screen.snapshot(100);
    assert!(shown.len() < 512 << 10, "{} bytes", shown.len());
    // The text is whole, also where there is no link any more.
    assert!(shown.iter().filter(|byte| **byte == b'a').count() >= 24 * 80);
}
