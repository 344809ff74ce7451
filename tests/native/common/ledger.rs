//! Where every message of the page is: sent once and in order, dropped and said to be, or still in the queue.

use relatch::client::{DropReason, Dropped, Payload};
use relatch::time::Millis;
use std::collections::VecDeque;

#[derive(Default)]
pub(super) struct Ledger {
    queued: VecDeque<(Millis, Payload)>,
    /// Messages and bytes handed to the current socket after the last frame that came.
    unconfirmed: (usize, usize),
}

impl Ledger {
    /// The page sends; whether it may is not known yet.
    pub(super) fn offered(&mut self, now: Millis, message: Payload) {
        self.queued.push_back((now, message));
    }

    /// The client would not have the message offered last.
    pub(super) fn refused(&mut self) {
        self.queued.pop_back().expect("the message offered");
    }

    pub(super) fn transmitted(&mut self, message: &Payload) {
        let next = self.queued.pop_front().map(|(_, message)| message);
        assert_eq!(next.as_ref(), Some(message), "sent out of order, twice or unasked");
        self.unconfirmed.0 += 1;
        self.unconfirmed.1 += message.len();
    }

    pub(super) fn heard(&mut self) {
        self.unconfirmed = (0, 0);
    }

    pub(super) fn dropped(&mut self, dropped: &Dropped) {
        let Dropped {
            reason,
            messages,
            bytes,
        } = *dropped;
        assert!(messages > 0, "a drop of nothing");
        match reason {
            // What a ready line has not confirmed; its queue is empty.
            DropReason::SessionLost if self.unconfirmed.0 > 0 => {
                assert_eq!(self.unconfirmed, (messages, bytes), "not what was unconfirmed");
                self.unconfirmed = (0, 0);
            }
            DropReason::Unknown => {
                assert_eq!(self.unconfirmed, (messages, bytes), "not what was unconfirmed");
                self.unconfirmed = (0, 0);
            }
            // The message refused: it never was in the queue.
            DropReason::Overflow => {
                let last = self.queued.back().map(|(_, message)| message.len());
                assert_eq!((messages, Some(bytes)), (1, last));
            }
            DropReason::Expired | DropReason::Closed | DropReason::Superseded | DropReason::SessionLost => {
                assert!(messages <= self.queued.len(), "{reason:?} of more than was queued");
                let gone = self.queued.drain(..messages);
                assert_eq!(gone.map(|(_, message)| message.len()).sum::<usize>(), bytes);
            }
        }
    }

    /// The line is gone: what was unconfirmed has been said.
    pub(super) fn cut(&self) {
        assert_eq!(self.unconfirmed, (0, 0), "lost without a word");
    }

    /// Messages and bytes.
    pub(super) fn queued(&self) -> (usize, usize) {
        let bytes = self.queued.iter().map(|(_, message)| message.len());
        (self.queued.len(), bytes.sum())
    }

    /// Since when the oldest message is there.
    pub(super) fn oldest(&self) -> Option<Millis> {
        self.queued.front().map(|&(since, _)| since)
    }
}
