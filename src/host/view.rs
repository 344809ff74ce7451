//! What a session shows of itself.

use super::{Ending, Session, SocketId};
use crate::time::Millis;
use crate::wire::{Exit, Size};

impl Session {
    /// The socket of the page that is attached.
    pub fn attached(&self) -> Option<SocketId> {
        self.current.as_ref().map(|current| current.socket)
    }

    /// How many attachments there have been.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Names the process.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The offset behind the last byte printed.
    pub fn head(&self) -> u64 {
        self.ring.head()
    }

    /// The offset of the first byte kept.
    pub fn base(&self) -> u64 {
        self.ring.base()
    }

    /// Whether so many bytes of output more would push out the oldest that is kept.
    pub fn evicts(&self, bytes: usize) -> bool {
        let kept = self.ring.head() - self.ring.base();
        kept.saturating_add(bytes as u64) > self.bounds.ring as u64
    }

    /// Output from this offset on that was printed at one size of the terminal, and that size: at most `most` bytes, and none that is not
    /// kept.
    pub fn output(&self, from: u64, most: usize) -> (Size, Vec<u8>) {
        let until = self.ring.next_change(from).unwrap_or_else(|| self.ring.head());
        let piece = usize::try_from(until.saturating_sub(from)).unwrap_or(usize::MAX);
        (self.ring.size_at(from), self.ring.read(from, piece.min(most)))
    }

    /// The next byte of output for the page that is attached.
    pub fn cursor(&self) -> Option<u64> {
        self.current.as_ref().map(|current| current.cursor)
    }

    /// What the page that is attached has acked.
    pub fn acked(&self) -> Option<u64> {
        self.current.as_ref().map(|current| current.acked)
    }

    /// Whether the page that is attached is on hold.
    pub fn held(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.held)
    }

    /// How much input of this life of a page was accepted; `None` if it is not known.
    pub fn accepted(&self, inst: &str) -> Option<u64> {
        self.input.life(inst).map(|life| life.accepted)
    }

    /// The life that attached last.
    pub fn last_inst(&self) -> Option<&str> {
        self.input.last().map(|life| life.inst.as_str())
    }

    /// Input that waits for the terminal, in bytes.
    pub fn input_waiting(&self) -> usize {
        self.input.waiting()
    }

    /// The terminal's size.
    pub fn size(&self) -> Size {
        self.size
    }

    /// How the process exited, once it has.
    pub fn exit(&self) -> Option<Exit> {
        self.exit
    }

    /// Why the session is over, once it is.
    pub fn ended(&self) -> Option<Ending> {
        self.ended
    }

    /// Until when the session waits for a page; `None` while one is attached.
    pub fn expires(&self) -> Option<Millis> {
        self.until
    }
}
