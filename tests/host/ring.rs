//! The ring: what is kept, and where a screen can be begun (S6).

use crate::common::SIZE;
use relatch::stream::ring::{Ring, SIZES};
use relatch::stream::scanner::Scanner;
use relatch::wire::Size;

#[test]
fn it_keeps_the_last_bytes_only() {
    let mut ring = Ring::new(100, SIZE);
    for n in 0..100 {
        ring.push(&[n; 7]);
    }
    assert_eq!((ring.base(), ring.head()), (600, 700));
    assert_eq!(ring.read(599, 10), b"");
    assert_eq!(ring.read(600, 3), [85, 85, 86]);
    assert_eq!(ring.read(698, 10), [99, 99]);
    assert_eq!(ring.read(700, 10), b"");
    assert_eq!(ring.read(u64::MAX, usize::MAX), b"");
}

#[test]
fn every_piece_of_it_reads_as_it_was_pushed() {
    let stream: Vec<u8> = (0..=255).cycle().take(1000).collect();
    for step in [1, 7, 64, 300] {
        let mut ring = Ring::new(64, SIZE);
        for piece in stream.chunks(step) {
            ring.push(piece);
            let (base, head) = (ring.base() as usize, ring.head() as usize);
            assert_eq!(base, head.saturating_sub(64));
            for at in base..=head {
                for most in [0, 1, 5, 63, 64, usize::MAX] {
                    let end = at.saturating_add(most).min(head);
                    assert_eq!(ring.read(at as u64, most), stream[at..end]);
                }
            }
        }
    }
}

#[test]
fn a_screen_begins_at_the_first_byte_outside_characters_and_sequences() {
    let piece = "a\x1b[38;5;196m漢🦀\x1b]0;title\x07\x1bP1;2q~~~\x1b\\z";
    let stream: Vec<u8> = piece.bytes().cycle().take(2000).collect();
    let mut grounds = vec![0];
    let mut scanner = Scanner::default();
    for (at, &byte) in stream.iter().enumerate() {
        scanner.step(byte);
        if scanner.is_ground() {
            grounds.push(at as u64 + 1);
        }
    }
    let mut ring = Ring::new(100, SIZE);
    for &byte in &stream {
        ring.push(&[byte]);
        let first = grounds.iter().find(|&&at| at >= ring.base()).unwrap();
        assert_eq!(ring.ground(), *first);
    }
}

#[test]
fn where_no_screen_can_begin_it_begins_at_the_head() {
    let mut ring = Ring::new(10, SIZE);
    ring.push(b"\x1b]0;an endless title");
    assert_eq!(ring.ground(), ring.head());
}

#[test]
fn sizes_hold_from_where_they_were_set() {
    let size = |cols| Size { cols, rows: 1 };
    let mut ring = Ring::new(10, size(1));
    ring.push(b"0123");
    ring.resize(size(2));
    ring.push(b"45");
    ring.resize(size(3));
    assert_eq!([0, 3, 4, 5, 6, 9].map(|at| ring.size_at(at).cols), [1, 1, 2, 2, 3, 3]);
    assert_eq!(
        [0, 3, 4, 5, 6].map(|at| ring.next_change(at)),
        [Some(4), Some(4), Some(6), Some(6), None]
    );
    ring.push(b"6789abcd");
    assert_eq!((ring.base(), ring.size_at(0).cols, ring.size_at(4).cols), (4, 2, 2));
    assert_eq!(ring.next_change(4), Some(6));
}

#[test]
fn a_size_that_was_taken_back_leaves_no_trace() {
    let mut ring = Ring::new(10, SIZE);
    ring.push(b"0123");
    ring.resize(Size { cols: 1, rows: 1 });
    ring.resize(SIZE);
    assert_eq!(ring.next_change(0), None);
}

#[test]
fn the_oldest_sizes_make_room() {
    let mut ring = Ring::new(100_000, SIZE);
    for cols in 0..2000 {
        ring.resize(Size {
            cols: 1 + cols,
            rows: 1,
        });
        ring.push(b".");
    }
    let left = 2000 - SIZES as u64;
    assert_eq!(ring.next_change(0), Some(left));
    assert_eq!(ring.size_at(0), ring.size_at(left - 1));
}
