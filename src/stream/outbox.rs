//! Input that was given to a connection and not yet acknowledged: kept, so that it can be sent again.

use crate::wire::LONGEST_BINARY;

/// One life's input, counted from its first byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Outbox {
    /// Acknowledged up to here.
    acked: u64,
    /// What follows `acked`.
    bytes: Vec<u8>,
    /// Given to the present connection up to here.
    sent: u64,
    /// No connection was given more than up to here.
    most_sent: u64,
}

impl Outbox {
    /// Acknowledged up to here.
    pub fn acked(&self) -> u64 {
        self.acked
    }

    /// Some connection may have been given this much.
    pub fn most_sent(&self) -> u64 {
        self.most_sent
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

    /// How many of the bytes kept some connection may have been given.
    pub fn uncertain(&self) -> usize {
        self.bytes.len().min((self.most_sent - self.acked) as usize)
    }

    /// Whether the present connection has been given all.
    pub fn is_flushed(&self) -> bool {
        self.sent == self.end()
    }

    /// Adds input.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame for the present connection, which may be given up to `credit` bytes beyond what is acknowledged.
    pub fn next_frame(&mut self, credit: u64) -> Option<Vec<u8>> {
        let most = (self.acked.saturating_add(credit)).min(self.end());
        let most = most.min(self.sent + LONGEST_BINARY as u64);
        let from = (self.sent - self.acked) as usize;
        let frame = self.bytes.get(from..most.saturating_sub(self.acked) as usize)?;
        if frame.is_empty() {
            return None;
        }
        let frame = frame.to_vec();
        self.sent = most;
        self.most_sent = self.most_sent.max(most);
        Some(frame)
    }

    /// Takes an acknowledgement; `false` if it cannot be: below an earlier one, or beyond what the present connection was given.
    #[must_use]
    pub fn ack(&mut self, acked: u64) -> bool {
        let possible = (self.acked..=self.sent).contains(&acked);
        if possible {
            self.forget_below(acked);
        }
        possible
    }

    /// Begins a connection whose server has accepted this much: the rest is sent again. `false` if that cannot be.
    #[must_use]
    pub fn rewind(&mut self, accepted: u64) -> bool {
        let possible = (self.acked..=self.most_sent).contains(&accepted);
        if possible {
            self.forget_below(accepted);
            self.sent = accepted;
            self.most_sent = accepted;
        }
        possible
    }

    /// Gives up what is kept, after the last acknowledgement.
    pub fn discard(&mut self) {
        self.bytes.clear();
        // What comes next has its place once the server has said how much it accepted.
        self.sent = self.acked;
    }

    fn end(&self) -> u64 {
        self.acked + self.bytes.len() as u64
    }

    fn forget_below(&mut self, offset: u64) {
        let gone = (offset - self.acked) as usize;
        self.bytes.drain(..gone.min(self.bytes.len()));
        self.acked = offset;
        self.sent = self.sent.max(offset);
    }
}
