//! What a page's terminal has (I1, I2, I7; C2, C3, C7).

use super::drawing::Drawing;
use crate::content;
use crate::holds;
use relatch::wire::{Gap, Outcome, Welcome};

/// One load of a page.
#[derive(Default)]
pub struct Reading {
    /// The process whose output it shows, or showed last.
    pub epoch: Option<u64>,
    /// The next byte that it is to be given; `None` if what comes next is the screen's beginning.
    next: Option<u64>,
    /// Where what it has begins, or went on after a gap.
    floor: u64,
    /// Bytes given to the terminal that it has not processed.
    pub pending: u64,
    /// The screen shows something that is not of the stream as it goes on.
    shows: bool,
    /// Output below this was printed before the attachment.
    live: u64,
    /// So many bytes of what comes are kept from asking the terminal anything, by what the client told its driver.
    muted: u64,
    /// The snapshot that is being drawn: until it is, the screen is none.
    drawing: Option<Drawing>,
    pub exited: bool,
}

impl Reading {
    /// The client has taken a welcome; the page was told to clear its screen, or was not.
    pub fn welcome(&mut self, welcome: &Welcome, replay: u64, reset: bool) {
        let same = self.epoch == Some(welcome.epoch) && self.next.is_some() && !reset;
        if same {
            holds!(self.drawing.is_none(), "goes on within a snapshot (C2)");
            holds!(
                self.next == Some(welcome.out),
                "welcome.out {} where {:?} comes next (I1)",
                welcome.out,
                self.next
            );
            holds!(welcome.outcome != Outcome::New, "a known process is called new");
        } else {
            holds!(!self.shows || reset, "the screen is begun anew without a reset (C4)");
            self.drawing = None;
            self.next = Some(welcome.out);
            self.floor = welcome.out;
            self.epoch = Some(welcome.epoch);
            self.shows = false;
            self.exited = false;
        }
        self.live = welcome.live;
        self.muted = replay;
        self.check_mute();
    }

    /// The client has taken a gap.
    pub fn gap(&mut self, gap: Gap) {
        holds!(
            self.next.is_some_and(|next| next <= gap.to),
            "a gap back to {} from {:?} (I1)",
            gap.to,
            self.next
        );
        if gap.from.is_some() {
            holds!(
                gap.from == self.next,
                "a gap from {:?} where {:?} comes next (I1)",
                gap.from,
                self.next
            );
        }
        holds!(self.drawing.is_none(), "a gap within a snapshot (S12)");
        self.drawing = self.epoch.and_then(|epoch| Drawing::announced(epoch, &gap));
        // What is gone is not to come: the driver takes it off.
        let gone = gap.to - self.received();
        self.next = Some(gap.to);
        self.floor = gap.to;
        self.muted = self.muted.saturating_sub(gone);
        self.check_mute();
    }

    /// The page was given output.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let (Some(epoch), Some(next)) = (self.epoch, self.next) else {
            panic!("output before any welcome (C2)");
        };
        holds!(!self.exited, "output after the exit (I13)");
        self.shows = true;
        let bytes = match self.drawing.take() {
            Some(mut drawing) => {
                let (rest, ended) = drawing.take(bytes);
                self.drawing = (!ended).then_some(drawing);
                rest
            }
            None => bytes,
        };
        holds!(
            content::matches(epoch, next, bytes),
            "output at {next} is not what was printed (I1)"
        );
        self.next = Some(next + bytes.len() as u64);
        self.muted = self.muted.saturating_sub(bytes.len() as u64);
        self.check_mute();
    }

    /// What is muted is what was printed before the attachment, and nothing else (I14, C6).
    fn check_mute(&self) {
        let replay = self.live.saturating_sub(self.received());
        holds!(
            self.muted == replay,
            "{} bytes are muted, {replay} are replay (I14)",
            self.muted
        );
    }

    /// The server says where it is, and the client agreed (I2).
    pub fn mark(&self, out: u64) {
        holds!(
            self.next == Some(out),
            "a mark at {out} where {:?} comes next (I2)",
            self.next
        );
    }

    /// The client has given its place up: what comes next is a beginning.
    pub fn begin_anew(&mut self) {
        self.drawing = None;
        self.next = None;
    }

    /// The user turned to another session.
    pub fn turn(&mut self) {
        *self = Self {
            pending: self.pending,
            ..Self::default()
        };
    }

    /// So far it has received.
    pub fn received(&self) -> u64 {
        self.next.unwrap_or_default()
    }

    /// So far its terminal has processed: what came before a gap or a reset counts no more.
    pub fn processed(&self) -> u64 {
        let received = self.received();
        received.saturating_sub(self.pending).max(self.floor.min(received))
    }

    /// Nothing is to come of a snapshot.
    pub fn is_whole(&self) -> bool {
        self.drawing.is_none()
    }

    pub fn is_live(&self) -> bool {
        self.processed() >= self.live
    }
}
