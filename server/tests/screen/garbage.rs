//! Bytes that mean nothing, and sequences that never end.

use crate::checks::check_screen_file;

/// Pieces of sequences, so that random bytes reach what needs several of them.
const PIECES: &[&[u8]] = &[
    b"\x1b",
    b"\x1b[",
    b"\x1b]",
    b"\x1bP",
    b"\x1b_",
    b"\xc2\x9b",
    b"\xc2\x9d",
    b"\x1b\\",
    b"\x07",
    b"\x18",
    b"?",
    b";",
    b":",
    b"0",
    b"1",
    b"4",
    b"7",
    b"38",
    b"99999",
    b"1049",
    b"h",
    b"l",
    b"m",
    b"H",
    b"J",
    b"K",
    b"L",
    b"M",
    b"P",
    b"@",
    b"X",
    b"S",
    b"T",
    b"r",
    b"b",
    b"s",
    b"u",
    b"7",
    b"8",
    b"D",
    b"E",
    b"c",
    b"(",
    b"0",
    b"\r\n",
    b"\n",
    b"\t",
    b"\x08",
    b"\x0e",
    b"\x0f",
    b"abc",
    b"some words",
    b"8;;http://a/",
    b"8;;",
    b"2;title",
    b"'}",
    b" q",
    b"!p",
    b"\"q",
    b"#8",
    b"\xff\x03\x02",
    b"\xff\x50\x18",
    "漢字".as_bytes(),
    "e\u{301}".as_bytes(),
    "\u{200b}".as_bytes(),
    b"\xe6\xbc",
    b"\x00",
    b"\x7f",
];

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        // xorshift64.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }
}

fn random_file(seed: u64) -> Vec<u8> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut file = vec![random.below(30) as u8, random.below(12) as u8];
    for _ in 0..random.below(400) {
        match random.below(8) {
            0 => file.push(random.below(256) as u8),
            _ => file.extend_from_slice(PIECES[random.below(PIECES.len())]),
        }
    }
    file
}

#[test]
fn pieces_of_sequences_in_any_order_have_a_snapshot_that_restores_itself() {
    for seed in 1..=5000 {
        let file = random_file(seed);
        let played = std::panic::catch_unwind(|| check_screen_file(&file));
        assert!(played.is_ok(), "seed {seed}: {:?}", String::from_utf8_lossy(&file));
    }
}

#[test]
fn random_bytes_have_a_snapshot_that_restores_itself() {
    for seed in 1..=300 {
        let mut random = Random(seed);
        let file: Vec<u8> = (0..2000).map(|_| random.below(255) as u8).collect();
        let played = std::panic::catch_unwind(|| check_screen_file(&file));
        assert!(played.is_ok(), "seed {seed}");
    }
}
