//! Input that was given to a connection and not yet accepted by the server: kept, so that it can be sent again.

use crate::wire::LONGEST_BINARY;

/// One life's input, counted from its first byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outbox {
    /// What is before this the server has accepted: it is not kept.
    base: u64,
    /// What follows `base`.
    bytes: Vec<u8>,
    /// Written to the terminal up to here, as the server says: its credit counts from there. After a connection was lost it may be
    /// behind `base`.
    written: u64,
    /// Given to the present connection up to here.
    sent: u64,
    /// No connection was given more than up to here.
    most_sent: u64,
}

impl Outbox {
    /// The server is known to have accepted this much.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Some connection may have been given this much.
    pub fn most_sent(&self) -> u64 {
        self.most_sent
    }

    /// The server is known to have written this much to the terminal.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// How many bytes are kept.
    pub fn kept(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes that are kept.
    #[cfg(feature = "host")]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes the present connection has not been given.
    pub fn unsent(&self) -> usize {
        (self.end() - self.sent) as usize
    }

    /// How many of the bytes kept some connection may have been given.
    pub fn uncertain(&self) -> usize {
        self.bytes.len().min((self.most_sent - self.base) as usize)
    }

    /// Whether all that is kept and so many bytes more may be given to the present connection, with up to `credit` beyond what is written.
    pub fn has_credit(&self, bytes: usize, credit: u64) -> bool {
        self.end() + bytes as u64 <= self.written.saturating_add(credit)
    }

    /// Adds input.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame for the present connection, which may be given up to `credit` bytes beyond what is written.
    pub fn next_frame(&mut self, credit: u64) -> Option<Vec<u8>> {
        let allowed = self.written.saturating_add(credit).max(self.sent);
        let end = self.end().min(allowed).min(self.sent + LONGEST_BINARY as u64);
        let frame = self.bytes.get(self.place(self.sent)..self.place(end))?;
        if frame.is_empty() {
            return None;
        }
        let frame = frame.to_vec();
        self.sent = end;
        self.most_sent = self.most_sent.max(end);
        Some(frame)
    }

    /// Takes word of what was written. One that is behind an earlier one says nothing new; `false` if the present connection was not
    /// given so much.
    #[must_use]
    pub fn ack(&mut self, written: u64) -> bool {
        let possible = written <= self.sent;
        if possible {
            self.written = self.written.max(written);
            self.forget_below(written);
        }
        possible
    }

    /// Begins a connection whose server has accepted this much: the rest is sent again. `false` if that cannot be.
    #[must_use]
    pub fn rewind(&mut self, accepted: u64) -> bool {
        let possible = (self.base..=self.most_sent).contains(&accepted);
        if possible {
            self.forget_below(accepted);
            self.sent = accepted;
            self.most_sent = accepted;
        }
        possible
    }

    /// Gives up what is kept. What comes next has its place once the server has said how much it accepted.
    pub fn discard(&mut self) {
        self.bytes.clear();
        self.sent = self.base;
    }

    fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    /// An offset's place among the bytes kept.
    fn place(&self, offset: u64) -> usize {
        (offset - self.base) as usize
    }

    fn forget_below(&mut self, offset: u64) {
        let gone = self.place(offset.max(self.base)).min(self.bytes.len());
        self.bytes.drain(..gone);
        self.base = self.base.max(offset);
        self.sent = self.sent.max(self.base);
    }
}
