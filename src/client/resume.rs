//! What a client knows of its session under `relatch.v1`: how far output and input have come, so that another connection goes on there.

use crate::stream::Outbox;
use crate::time::Millis;
use crate::wire::{Size, Welcome};

/// Output is acknowledged at the latest when this much was processed since.
const ACK_BYTES: u64 = 32 * 1024;

/// The place in a session's two streams.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Resume {
    /// The process that the page has a screen of, or is attached to.
    pub(super) epoch: Option<u64>,
    /// Output handed to the page up to here; `None` if it has no screen.
    pub(super) received: Option<u64>,
    /// The page is to begin behind the start, and the gap that says so has not come: it has no screen yet.
    pub(super) begins_late: bool,
    /// So many bytes of a snapshot are still to come: until then the page's screen is no place to go on from.
    pub(super) snap: u64,
    /// Where the output that the page has begins, or goes on after a gap.
    floor: u64,
    /// Bytes handed to the page, before a gap or after, that its terminal has not processed.
    pending: u64,
    /// The page says what its terminal has processed; else all that is handed to it is.
    paced: bool,
    /// Output below this was printed before the attachment.
    live: u64,
    /// Output that the server was told of as processed.
    acked: u64,
    /// How far ahead of that it sends.
    window: u64,
    /// How far ahead of its acks input may be sent.
    in_window: u64,
    /// How often it pings.
    pub(super) ping: Millis,
    /// The page is hidden.
    pub(super) hidden: bool,
    /// The server was told not to wait for the page.
    pub(super) held: bool,
    /// The size that this connection was told.
    told: Option<Size>,
    /// The process has exited.
    pub(super) exited: bool,
    /// Input that may have to be sent again.
    pub(super) outbox: Outbox,
}

impl Resume {
    pub(super) fn new() -> Self {
        Self {
            epoch: None,
            received: None,
            begins_late: false,
            snap: 0,
            floor: 0,
            pending: 0,
            paced: false,
            live: 0,
            acked: 0,
            window: 0,
            in_window: 0,
            ping: 0,
            hidden: false,
            held: false,
            told: None,
            exited: false,
            outbox: Outbox::default(),
        }
    }

    /// Output processed up to here.
    pub(super) fn processed(&self) -> u64 {
        let received = self.received.unwrap_or_default();
        received.saturating_sub(self.pending).max(self.floor.min(received))
    }

    /// The session is another: nothing is known of it.
    pub(super) fn forget(&mut self) {
        self.epoch = None;
        self.give_up_place();
    }

    /// The page is to begin its screen anew. Which process it showed, and what is queued was meant for, is still known.
    pub(super) fn give_up_place(&mut self) {
        self.received = None;
        self.exited = false;
        self.outbox = Outbox::default();
    }

    /// A connection begins.
    pub(super) fn begin(&mut self, welcome: &Welcome) {
        self.epoch = Some(welcome.epoch);
        self.live = welcome.live;
        self.window = welcome.window;
        self.in_window = welcome.in_window;
        self.ping = welcome.ping_ms;
        self.told = None;
        self.acked = self.processed();
    }

    /// Output goes on here, behind a snapshot of so many bytes; what was before is another screen's.
    pub(super) fn restart_at(&mut self, offset: u64, snap: u64, begins_late: bool) {
        self.received = Some(offset);
        self.floor = offset;
        self.snap = snap;
        self.begins_late = begins_late;
    }

    /// Output came, or what is left of a snapshot.
    pub(super) fn receive(&mut self, bytes: u64) {
        let painted = bytes.min(self.snap);
        self.snap -= painted;
        if let Some(received) = &mut self.received {
            *received += bytes - painted;
        }
        if self.paced {
            self.pending += bytes;
        }
    }

    /// The page will say what its terminal has processed. What an earlier terminal of it had not is nobody's any more.
    pub(super) fn pace(&mut self) {
        self.paced = true;
        self.pending = 0;
    }

    /// The terminal has processed so many bytes more.
    pub(super) fn process(&mut self, bytes: u64) {
        self.pending = self.pending.saturating_sub(bytes);
    }

    /// How many bytes of what was printed before the attachment are still to come.
    pub(super) fn replay(&self) -> u64 {
        self.live.saturating_sub(self.received.unwrap_or_default())
    }

    /// Whether so much was processed that it is said at once. A server with a small window would send only one in each of our ack's waits.
    pub(super) fn owes_ack(&self) -> bool {
        let enough = ACK_BYTES.min(self.window / 2).max(1);
        self.processed() - self.acked.min(self.processed()) >= enough
    }

    /// Whether anything was processed that was not said.
    pub(super) fn is_ahead(&self) -> bool {
        self.processed() > self.acked
    }

    /// What to say of the output processed.
    pub(super) fn ack(&mut self) -> u64 {
        self.acked = self.processed();
        self.acked
    }

    /// The size to tell: not before what was printed at others has been processed.
    pub(super) fn size_due(&mut self, size: Option<Size>) -> Option<Size> {
        if self.processed() < self.live || self.told == size {
            return None;
        }
        self.told = size;
        size
    }

    /// Whether to say `hold` (`true`) or `live`: a hidden page whose terminal stands still would block the program for ever.
    pub(super) fn hold_due(&mut self) -> Option<bool> {
        let unprocessed = self.received.unwrap_or_default() - self.processed();
        let hold = if self.held {
            self.hidden && unprocessed > 0
        } else {
            self.hidden && unprocessed > self.window / 2
        };
        (std::mem::replace(&mut self.held, hold) != hold).then_some(hold)
    }

    /// Whether so many bytes of input more may be sent now.
    pub(super) fn has_credit(&self, bytes: usize) -> bool {
        self.outbox.has_credit(bytes, self.in_window)
    }

    /// The next frame of input that may be sent.
    pub(super) fn next_input(&mut self) -> Option<Vec<u8>> {
        self.outbox.next_frame(self.in_window)
    }
}
