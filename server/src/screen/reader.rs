//! From bytes to what they do. Whatever has begun and not ended is kept as it came: a snapshot ends with it.

use super::emulator::Parser;
use super::terminal::Terminal;
use relatch::stream::scanner::{Scanner, Step};

/// The longest control string that is kept. A longer one has no effect here.
const LONGEST_STRING: usize = 64 * 1024;
/// The same of a control sequence, whose parameters xterm.js reads only 32 of.
const LONGEST_SEQUENCE: usize = 4096;

const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const ESC: u8 = 0x1b;
const C1_LEAD: u8 = 0xc2;

/// Where in the stream the terminal is.
#[derive(Default)]
pub(super) struct Reader {
    scanner: Scanner,
    parser: Parser,
    /// The open sequence or character, without the controls in it that have acted already.
    open: Vec<u8>,
    /// The open string was too long: `open` is one that a terminal ignores up to its end.
    ignored: bool,
}

impl Reader {
    /// What has begun and not ended.
    pub(super) fn open(&self) -> &[u8] {
        &self.open
    }

    pub(super) fn feed(&mut self, mut bytes: &[u8], terminal: &mut Terminal) {
        while let Some(first) = bytes.first() {
            if self.scanner.is_ground() && is_text(*first) {
                let end = bytes.iter().position(|byte| !is_text(*byte)).unwrap_or(bytes.len());
                let (text, rest) = bytes.split_at(end);
                terminal.print_ascii(text);
                bytes = rest;
            } else {
                self.step(*first, terminal);
                bytes = bytes.get(1..).unwrap_or_default();
            }
        }
    }

    fn step(&mut self, byte: u8, terminal: &mut Terminal) {
        match self.scanner.step(byte) {
            Step::Plain | Step::Mute => self.plain(byte, terminal),
            Step::Begin(_) => {
                if byte == ESC && !self.ignored {
                    self.end_string(terminal);
                }
                self.begin(&[byte]);
            }
            Step::More(_) => self.more(byte),
            Step::End(_) => self.end(byte, terminal),
        }
    }

    fn begin(&mut self, open: &[u8]) {
        self.open.clear();
        self.open.extend_from_slice(open);
        self.ignored = false;
    }

    /// Text, or a control that acts by itself.
    fn plain(&mut self, byte: u8, terminal: &mut Terminal) {
        if byte < 0x20 {
            match self.kind() {
                // The head of a device control string has none.
                Some(b'P') => {}
                Some(_) => terminal.control(byte),
                None => {
                    self.open.clear();
                    terminal.control(byte);
                }
            }
            return;
        }
        if byte < 0x80 {
            self.open.clear();
            if is_text(byte) {
                terminal.print_ascii(&[byte]);
            }
            return;
        }
        // A part of a character. xterm.js drops what is none.
        if byte >= 0xc0 {
            self.open.clear();
        }
        self.open.push(byte);
        if !self.scanner.is_ground() {
            return;
        }
        let c = std::str::from_utf8(&self.open)
            .ok()
            .and_then(|text| text.chars().next());
        // The byte order mark is no character to xterm.js.
        if let Some(c) = c.filter(|c| *c != '\u{feff}') {
            terminal.print(c);
        }
        self.open.clear();
    }

    fn more(&mut self, byte: u8) {
        let kind = self.kind();
        let is_string = matches!(kind, Some(b']' | b'P' | b'X' | b'^' | b'_'));
        if self.ignored {
            let opener = ignored(kind);
            if self.open.len() > opener.len() {
                self.open.truncate(opener.len());
            }
            // Half of a terminator, perhaps.
            if byte == C1_LEAD {
                self.open.push(byte);
            }
        } else if is_string && self.open.len() >= LONGEST_STRING {
            self.begin(ignored(kind));
            self.ignored = true;
        } else if is_string || self.open.len() < LONGEST_SEQUENCE {
            self.open.push(byte);
        }
    }

    fn end(&mut self, byte: u8, terminal: &mut Terminal) {
        let open = std::mem::take(&mut self.open);
        let ignored = std::mem::take(&mut self.ignored);
        match (open.as_slice(), byte) {
            // Cancelled.
            (_, CAN | SUB) => terminal.join = 0,
            ([C1_LEAD], 0x84 | 0x85 | 0x88) => self.parse(&[ESC, byte - 0x40], terminal),
            ([C1_LEAD], 0x80..=0x9f) => terminal.join = 0,
            ([C1_LEAD], 0xa0..=0xbf) => terminal.print(char::from(byte)),
            // 0xC2 was alone: the byte is what it is.
            ([C1_LEAD], _) => self.step_alone(byte, terminal),
            (sequence, _) => {
                let kind = kind_of(sequence);
                let rest = sequence.get(2..).unwrap_or_default();
                match kind {
                    Some(b'[') => {
                        let csi: Vec<u8> = [&[ESC, b'['], rest, &[byte]].concat();
                        self.parse(&csi, terminal);
                    }
                    Some(b']') if !ignored => finish_osc(rest, terminal),
                    Some(b']' | b'P' | b'X' | b'^' | b'_') => terminal.join = 0,
                    _ => {
                        let escape: Vec<u8> = [sequence, &[byte]].concat();
                        self.parse(&escape, terminal);
                    }
                }
            }
        }
    }

    /// A byte that follows a 0xC2 without being its second half. The scanner has only taken it as the end of that.
    fn step_alone(&mut self, byte: u8, terminal: &mut Terminal) {
        if byte >= 0xc0 {
            self.step(byte, terminal);
        } else {
            self.plain(byte, terminal);
        }
    }

    fn parse(&mut self, sequence: &[u8], terminal: &mut Terminal) {
        self.parser.advance(terminal, sequence);
        // Whatever it makes of that, it begins anew.
        self.parser.advance(terminal, &[CAN]);
    }

    /// An escape character ends a string.
    fn end_string(&mut self, terminal: &mut Terminal) {
        if self.kind() == Some(b']') {
            finish_osc(self.open.get(2..).unwrap_or_default(), terminal);
        }
    }

    /// The byte after ESC of the open sequence, or that of the C1 control less 0x40.
    fn kind(&self) -> Option<u8> {
        kind_of(&self.open)
    }
}

fn kind_of(open: &[u8]) -> Option<u8> {
    match open {
        [ESC, kind, ..] => Some(*kind),
        [ESC] => Some(ESC),
        [C1_LEAD, c1, ..] => Some(c1.wrapping_sub(0x40)),
        _ => None,
    }
}

/// A string of this kind that does nothing.
fn ignored(kind: Option<u8>) -> &'static [u8] {
    match kind {
        Some(b']') => b"\x1b]7777;",
        Some(b'P') => b"\x1bP7777z",
        _ => b"\x1b_",
    }
}

fn finish_osc(text: &[u8], terminal: &mut Terminal) {
    let text: Vec<u8> = text.iter().copied().filter(|byte| *byte >= 0x20).collect();
    // The first half of a C1 terminator is among it.
    let text = text.strip_suffix(&[C1_LEAD]).unwrap_or(&text);
    let text: String = text.utf8_chunks().map(|chunk| chunk.valid()).collect();
    terminal.osc(&text);
}

fn is_text(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte)
}
