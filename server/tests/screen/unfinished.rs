//! A sequence or character that has begun: the snapshot ends with it.

use relatch::wire::Size;
use relatch_server::screen::Screen;

const SIZE: Size = Size { cols: 20, rows: 4 };

fn snapshot(bytes: &[u8]) -> Vec<u8> {
    let mut screen = Screen::new(SIZE);
    screen.feed(bytes);
    screen.snapshot(0)
}

#[test]
fn cut_within_a_sequence_or_a_character_the_rest_finds_what_it_ends() {
    let sequences = [
        "\x1b[31m",
        "\x1b[?1049h",
        "\x1b(0",
        "\x1b]0;a title\x07",
        "\x1b]8;;http://a/\x1b\\",
        "\x1bPq$abc\x1b\\",
        "\x1b_text\x1b\\",
        "\x1b^text\u{9c}",
        "é",
        "漢",
        "🦀",
        "\u{9b}7m",
        "\u{85}",
    ];
    for sequence in sequences {
        let stream = format!("before{sequence}after");
        let whole = snapshot(stream.as_bytes());
        for cut in 0..stream.len() {
            let mut restored = Screen::new(SIZE);
            restored.feed(&snapshot(&stream.as_bytes()[..cut]));
            restored.feed(&stream.as_bytes()[cut..]);
            assert_eq!(
                String::from_utf8_lossy(&restored.snapshot(0)),
                String::from_utf8_lossy(&whole),
                "{sequence:?} cut at {cut}"
            );
        }
    }
}

#[test]
fn a_control_within_a_sequence_has_acted_and_is_not_sent_again() {
    let snapshot = snapshot(b"ab\x1b[3\r\n\n1");
    assert!(
        snapshot.ends_with(b"\x1b[31"),
        "{:?}",
        String::from_utf8_lossy(&snapshot)
    );
}

#[test]
fn a_string_too_long_to_be_kept_is_swallowed_up_to_its_end() {
    for (opener, end) in [
        ("\x1b]0;", "\x07"),
        ("\x1bPq", "\x1b\\"),
        ("\x1b_", "\x1b\\"),
        ("\x1bX", "\u{9c}"),
        ("\x1b^", "\x18"),
    ] {
        let mut bytes = opener.as_bytes().to_vec();
        bytes.resize(1_000_000, b'x');
        let snapshot = snapshot(&bytes);
        assert!(snapshot.len() < 100, "{} bytes for {opener:?}", snapshot.len());
        let mut restored = Screen::new(SIZE);
        restored.feed(&snapshot);
        restored.feed(format!("xxx{end}shown").as_bytes());
        let text = String::from_utf8(restored.snapshot(0)).unwrap();
        assert!(text.contains("shown") && !text.contains('x'), "{opener:?}: {text:?}");
    }
}

#[test]
fn a_terminator_cut_in_half_behind_too_long_a_string_is_whole_again() {
    let mut bytes = b"\x1b]0;".to_vec();
    bytes.resize(100_000, b'x');
    bytes.push(0xc2);
    let mut restored = Screen::new(SIZE);
    restored.feed(&snapshot(&bytes));
    restored.feed(b"\x9cshown");
    assert!(String::from_utf8(restored.snapshot(0)).unwrap().contains("shown"));
}
