//! The page that is attached: how far it has been served, and what it is still to be told.

use super::door::Farewell;
use super::hello::{Place, STALE, SUPERSEDED};
use super::session::later;
use super::snapshot::Painting;
use super::{Session, SocketId};
use crate::time::Millis;
use crate::wire::flat::INTEGER_END;
use crate::wire::{Attach, Size, Welcome};

/// One page's hold on a session, until the next one's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attachment {
    pub(super) socket: SocketId,
    /// What is said first, until it is (S3).
    pub(super) welcome: Option<Welcome>,
    /// The page had no screen and begins behind the start: that is said after the welcome.
    pub(super) begins_late: bool,
    /// The screen that it is sent for what it lacks.
    pub(super) painting: Painting,
    /// Such a screen can be had.
    pub(super) snapshots: bool,
    /// The next byte of output to send.
    pub(super) cursor: u64,
    /// Output processed by the page, as it says (S5).
    pub(super) acked: u64,
    /// The page cannot process output for now.
    pub(super) held: bool,
    /// The size that the page was last told.
    pub(super) told: Size,
    /// Where the next mark is due.
    pub(super) mark_at: u64,
    /// The page's last ping that is not answered yet.
    pub(super) pong: Option<u64>,
    /// Input was written since the last ack.
    pub(super) ack_due: bool,
    pub(super) ping_due: bool,
    /// When the next ping is due, once the last one has been sent.
    pub(super) ping_at: Millis,
    /// How many pings were sent; also the last one's number.
    pub(super) pings: u64,
    /// When the last frame came.
    pub(super) heard: Millis,
    pub(super) exit_sent: bool,
}

impl Session {
    /// One critical section (S3): the next generation, the old page sent away, the offsets fixed, the welcome first in the queue.
    pub(super) fn accept(&mut self, now: Millis, socket: SocketId, inst: &str, hello: &Attach, place: &Place) {
        if let Some(loser) = self.current.take() {
            let same = self.input.last().is_some_and(|last| last.inst == inst);
            let (code, msg) = if same { (4408, STALE) } else { (4409, SUPERSEDED) };
            self.leaving.push(loser.socket, Farewell::refusal(code, msg));
        }
        self.generation += 1;
        self.greeted = true;
        self.until = None;
        self.input.attach(inst, hello.attempt, place.foreign, &self.rules);
        let accepted = self.input.last().map_or(0, |life| life.accepted);
        let size = self.ring.size_at(place.out);
        self.current = Some(Attachment {
            socket,
            welcome: Some(Welcome {
                epoch: self.epoch,
                generation: self.generation,
                outcome: place.outcome,
                out: place.out,
                accepted,
                live: self.ring.head(),
                window: self.bounds.window as u64,
                in_window: self.bounds.input as u64,
                ring_bytes: self.bounds.ring as u64,
                retain_ms: self.bounds.retention.min(INTEGER_END - 1),
                ping_ms: self.bounds.ping.min(INTEGER_END - 1),
                size,
            }),
            begins_late: place.begins_late,
            painting: Painting::None,
            snapshots: self.bounds.snapshots,
            cursor: place.out,
            acked: place.acked,
            held: false,
            told: size,
            mark_at: place.out.saturating_add(self.bounds.mark as u64),
            pong: None,
            // The ack of what was written while nobody was there: without it the page's credit would be gone for ever.
            ack_due: accepted > 0,
            ping_due: false,
            ping_at: later(now, self.bounds.ping),
            pings: 0,
            heard: now,
            exit_sent: false,
        });
    }

    /// Nobody is attached from now on: the process runs on, and the retention begins (S8).
    pub(super) fn detach(&mut self, now: Millis) -> Option<SocketId> {
        let current = self.current.take()?;
        self.until = Some(later(now, self.bounds.retention));
        Some(current.socket)
    }

    /// Detaches the page, and says this to its socket.
    pub(super) fn dismiss(&mut self, now: Millis, farewell: Farewell) {
        if let Some(socket) = self.detach(now) {
            self.leaving.push(socket, farewell);
        }
    }
}
