//! Takes out of a replay what must not act twice: terminal queries (their answers would be typed into the shell), the bell,
//! the clipboard and notifications.

use relatch::stream::scanner::{Scanner, Step, Verdict};

/// The most bytes of one sequence that are held back until it is known what it does. A longer one is shown.
const LONGEST_HELD: usize = 4096;

/// Cancels the sequence that a terminal is in, without acting on it.
const CAN: u8 = 0x18;

/// A filter over one replay. Any cut of the stream into pieces gives the same result.
#[derive(Clone, Debug)]
pub(crate) struct Mute {
    scanner: Scanner,
    /// The open sequence, as long as it may still turn out to be a query.
    held: Vec<u8>,
    /// The page has the beginning of the open sequence: muting it then means cancelling it.
    begun: bool,
    /// The open sequence can only be the end (`ESC \`) of a string that was muted.
    terminator: bool,
}

impl Mute {
    /// Takes up the stream where `scanner` stands, behind bytes that the page already has.
    pub(crate) fn new(scanner: Scanner) -> Self {
        Self {
            scanner,
            held: Vec::new(),
            begun: scanner.open().is_some(),
            terminator: false,
        }
    }

    /// How many of the last bytes are held back.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    /// Filters the next bytes of the replay.
    pub(crate) fn replay(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for &byte in bytes {
            self.step(byte, out);
        }
    }

    /// Ends the replay: an unfinished sequence goes out as it is, for the live bytes to complete. Returns `false` if that
    /// sequence is being muted: then the live bytes must go through [`Mute::live`] until it has ended.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> bool {
        if self.is_muting() {
            return false;
        }
        out.append(&mut self.held);
        true
    }

    /// Passes on live bytes from the end of the sequence that is being muted. Returns whether it has ended.
    pub(crate) fn live(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        for (at, &byte) in bytes.iter().enumerate() {
            if !self.is_muting() {
                out.append(&mut self.held);
                out.extend_from_slice(bytes.get(at..).unwrap_or_default());
                return true;
            }
            self.step(byte, out);
        }
        !self.is_muting()
    }

    fn is_muting(&self) -> bool {
        self.terminator || self.scanner.open() == Some(Verdict::Mute)
    }

    fn step(&mut self, byte: u8, out: &mut Vec<u8>) {
        match self.scanner.step(byte) {
            Step::Plain if self.held.is_empty() => out.push(byte),
            Step::Plain => self.held.push(byte),
            Step::Mute => {}
            Step::Begin(before) => {
                self.settle(before, out);
                self.begun = false;
                self.terminator = before == Verdict::Mute;
                self.held.push(byte);
            }
            Step::More(verdict) => {
                self.held.push(byte);
                self.terminator = false;
                if verdict != Verdict::Open || self.held.len() > LONGEST_HELD {
                    self.settle(verdict, out);
                }
            }
            Step::End(verdict) => {
                self.held.push(byte);
                if self.terminator && self.held.ends_with(b"\\") {
                    self.held.clear();
                }
                self.settle(verdict, out);
                self.begun = false;
                self.terminator = false;
            }
        }
    }

    fn settle(&mut self, verdict: Verdict, out: &mut Vec<u8>) {
        match verdict {
            Verdict::Mute => {
                if self.begun {
                    out.push(CAN);
                }
                self.begun = false;
                self.held.clear();
            }
            Verdict::Show | Verdict::Open => {
                self.begun = true;
                out.append(&mut self.held);
            }
        }
    }
}

#[cfg(test)]
#[path = "mute_tests.rs"]
mod tests;
