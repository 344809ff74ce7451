#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
//! What a replay leaves out and what it keeps, at every cut of the stream.

use super::Mute;
use relatch::stream::scanner::Scanner;

const QUERIES: &[&str] = &[
    "\x1b[5n",
    "\x1b[6n",
    "\x1b[?6n",
    "\x1b[?996n",
    "\x1b[c",
    "\x1b[0c",
    "\x1b[>c",
    "\x1b[=0c",
    "\x1bZ",
    "\x1b[?2026$p",
    "\x1b[4$p",
    "\x1b[14t",
    "\x1b[18t",
    "\x1b[21t",
    "\x1b[?u",
    "\x1b[>q",
    "\x1b[>0q",
    "\x1b[x",
    "\x1b[1;1;1;1;1;1*y",
    "\x1b]4;1;?\x07",
    "\x1b]4;1;rgb:0/0/0;2;?\x1b\\",
    "\x1b]10;?\x07",
    "\x1b]11;?\x1b\\",
    "\x1b]12;?\u{9c}",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b]52;c;?\x1b\\",
    "\x1b]777;notify;a;b\x07",
    "\x1b]9;done\x07",
    "\x1bP$qm\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\u{9b}6n",
    "\u{9d}11;?\x07",
    "\u{90}$qm\u{9c}",
    "\x07",
    "\x05",
];

const SHOWN: &[&str] = &[
    "plain\r\n",
    "grüße 漢字 🦀",
    "\x1b[31mred\x1b[0m",
    "\x1b[2J\x1b[H",
    "\x1b[?25l",
    "\x1b[?1049h",
    "\x1b[8;24;80t",
    "\x1b[22;0t",
    "\x1b[>4;1m",
    "\x1b[>1u",
    "\x1b[<u",
    "\x1b[u",
    "\x1b[2 q",
    "\x1b[>4n",
    "\x1b[?1c",
    "\x1b(B",
    "\x1b7\x1b8",
    "\x1b]0;a title\x07",
    "\x1b]8;;http://x/?\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]4;1;rgb:00/00/00\x07",
    "\x1b]11;#000\x1b\\",
    "\x1bPq#0;2;0;0;0~\x1b\\",
    "\x1b_Gf=24;AAAA\x1b\\",
    "\x1b^privacy\x1b\\",
    "¢£é",
    "\x1b[6\x18n",
    "\x1b[1;2\x1b[3m",
];

fn muted(pieces: &[&[u8]]) -> Vec<u8> {
    let mut mute = Mute::new(Scanner::default());
    let mut out = Vec::new();
    for piece in pieces {
        mute.replay(piece, &mut out);
    }
    mute.finish(&mut out);
    out
}

/// What a page gets that was cut off after `at` bytes, which it had seen as they were.
fn cut_at(stream: &[u8], at: usize) -> Vec<u8> {
    let mut scanner = Scanner::default();
    for &byte in &stream[..at] {
        scanner.step(byte);
    }
    let mut out = Vec::new();
    let mut mute = Mute::new(scanner);
    mute.replay(&stream[at..], &mut out);
    mute.finish(&mut out);
    out
}

#[test]
fn queries_are_left_out_at_every_split() {
    for query in QUERIES {
        let stream = format!("before{query}after");
        let stream = stream.as_bytes();
        for at in 0..=stream.len() {
            let got = muted(&[&stream[..at], &stream[at..]]);
            assert_eq!(got, b"beforeafter", "{query:?} split at {at}");
        }
    }
}

#[test]
fn what_changes_the_screen_stays_at_every_split() {
    for shown in SHOWN {
        let stream = format!("before{shown}after");
        let stream = stream.as_bytes();
        for at in 0..=stream.len() {
            let got = muted(&[&stream[..at], &stream[at..]]);
            assert_eq!(got, stream, "{shown:?} split at {at}");
        }
    }
}

#[test]
fn a_query_whose_beginning_the_page_has_is_cancelled() {
    for query in QUERIES {
        for at in 1..query.len() {
            let stream = format!("{query}after");
            let got = cut_at(stream.as_bytes(), at);
            let text = String::from_utf8_lossy(&got).into_owned();
            let rest = text.strip_suffix("after").unwrap();
            // At the very end of a string only its terminator is left, which does nothing alone.
            assert!(
                ["\x18", "\\", "\x18\x1b\\"].contains(&rest),
                "{query:?} cut at {at}: {rest:?}"
            );
        }
    }
}

#[test]
fn what_the_page_has_the_beginning_of_goes_on() {
    for shown in SHOWN {
        let stream = format!("{shown}after");
        for at in 0..shown.len() {
            let got = cut_at(stream.as_bytes(), at);
            assert_eq!(got, &stream.as_bytes()[at..], "{shown:?} cut at {at}");
        }
    }
}

#[test]
fn an_unfinished_sequence_at_the_end_is_left_to_the_live_bytes() {
    for end in ["\x1b", "\x1b[", "\x1b[6", "\x1b]11;", "\u{c3}"] {
        assert_eq!(muted(&[end.as_bytes()]), end.as_bytes(), "{end:?}");
    }
}

#[test]
fn a_muted_string_that_goes_on_live_stays_muted_to_its_end() {
    let stream = b"\x1b]52;c;aGVsbG8=\x1b\\\x1b[6nlive";
    for at in 6..16 {
        for cut in at..stream.len() {
            let mut mute = Mute::new(Scanner::default());
            let mut out = Vec::new();
            mute.replay(&stream[..at], &mut out);
            let free = mute.finish(&mut out) || mute.live(&stream[at..cut], &mut out);
            if free {
                out.extend_from_slice(&stream[cut..]);
            } else {
                mute.live(&stream[cut..], &mut out);
            }
            assert_eq!(out, b"\x1b[6nlive", "split at {at} and {cut}");
        }
    }
}

#[test]
fn what_is_held_back_is_bounded() {
    let mut mute = Mute::new(Scanner::default());
    let mut out = Vec::new();
    let mut stream = b"\x1b]4;1;".to_vec();
    stream.extend(std::iter::repeat_n(b'r', 100_000));
    mute.replay(&stream, &mut out);
    assert!(mute.held() <= super::LONGEST_HELD);
    assert_eq!(out.len() + mute.held(), stream.len());
}

#[test]
fn any_bytes_at_all_are_taken() {
    let mut seed = 1_u32;
    let mut stream = Vec::new();
    for _ in 0..200_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let byte = (seed >> 24) as u8;
        stream.push(if byte < 60 {
            b"\x1b[]P;?0123456789nc\\\x07\xc2\x9b"[usize::from(byte) % 22]
        } else {
            byte
        });
    }
    let whole = muted(&[&stream]);
    let pieces: Vec<&[u8]> = stream.chunks(7).collect();
    assert_eq!(muted(&pieces), whole);
}
