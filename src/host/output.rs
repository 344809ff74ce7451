//! What a socket is sent next.

use super::attachment::Attachment;
use super::rules::Rule;
use super::snapshot::Painting;
use super::{Action, Ending, Session, SocketId, Transmit};
use crate::time::Millis;
use crate::wire::{Exit, FromServer, Gap, Size, Welcome};

/// The next thing that the attached page is to hear.
enum Step {
    Welcome(Welcome),
    /// A snapshot is wanted first.
    Ask,
    /// The first gap of a page without a screen, or one of what was evicted.
    Gap,
    Paint,
    Size(Size),
    Pong(u64),
    Ping,
    Ack,
    Mark,
    Bytes(usize),
    Exit(Exit),
}

impl Session {
    /// What this socket sends next; `None` if nothing for now.
    pub fn transmit(&mut self, now: Millis, socket: SocketId) -> Option<Transmit> {
        if let Some(transmit) = self.leaving.transmit(socket) {
            return Some(transmit);
        }
        if let Some(pending) = self.pending.iter_mut().find(|pending| pending.socket == socket) {
            return pending.transmit();
        }
        loop {
            let current = self.current.as_ref().filter(|current| current.socket == socket)?;
            let step = self.next(current)?;
            if let Some(transmit) = self.take(now, step) {
                return Some(transmit);
            }
        }
    }

    /// Sockets that have something to send now, in no order that matters; or nothing yet, but a snapshot to ask for, which
    /// [`transmit`](Self::transmit) does.
    pub fn sockets(&self) -> impl Iterator<Item = SocketId> {
        let asking = self.pending.iter().filter(|pending| !pending.asked);
        let current = self.current.iter().filter(|current| self.next(current).is_some());
        let sockets = self.leaving.sockets();
        let sockets = sockets.chain(asking.map(|pending| pending.socket));
        sockets.chain(current.map(|current| current.socket))
    }

    fn next(&self, at: &Attachment) -> Option<Step> {
        if let Some(welcome) = at.welcome {
            return Some(Step::Welcome(welcome));
        }
        let painted = at.painting.sent();
        let missing = painted.is_none() && self.lacks(at);
        // A page on hold could not process what comes after a gap either: it hears of the gap when it is live again.
        if missing && (at.begins_late || !at.held) {
            match &at.painting {
                // It is being made.
                Painting::Asked(_) => {}
                // What was made is sent however old it is by now: if the ring has moved on, another gap follows.
                Painting::None if at.snapshots => return Some(Step::Ask),
                Painting::None | Painting::Made(_) | Painting::Sent(..) => return Some(Step::Gap),
            }
        }
        let drawn = painted.filter(|_| self.rules.keep(Rule::SnapshotSize));
        let size = drawn.map_or_else(|| self.ring.size_at(at.cursor), |snapshot| snapshot.size);
        if !missing && at.told != size {
            return Some(Step::Size(size));
        }
        if let Some(n) = at.pong {
            return Some(Step::Pong(n));
        }
        if at.ping_due {
            return Some(Step::Ping);
        }
        if at.ack_due {
            return Some(Step::Ack);
        }
        if at.cursor >= at.mark_at {
            return Some(Step::Mark);
        }
        if missing {
            return None;
        }
        if painted.is_some() {
            return Some(Step::Paint);
        }
        match (self.room(at), self.exit) {
            (1.., _) => Some(Step::Bytes(self.room(at))),
            (0, Some(exit)) if at.cursor == self.ring.head() && !at.exit_sent => Some(Step::Exit(exit)),
            (0, _) => None,
        }
    }

    /// Whether output is gone that comes next for the page.
    fn lacks(&self, at: &Attachment) -> bool {
        at.begins_late || at.cursor < self.ring.base()
    }

    /// How many bytes the next frame has: no more than the window lets through (S5), and none beyond a position at which something else
    /// is due.
    fn room(&self, at: &Attachment) -> usize {
        let window = if self.rules.keep(Rule::Window) {
            at.acked.saturating_add(self.bounds.window as u64)
        } else {
            u64::MAX
        };
        let end = self.ring.head().min(window).min(at.mark_at);
        let end = self.ring.next_change(at.cursor).map_or(end, |change| end.min(change));
        let room = usize::try_from(end.saturating_sub(at.cursor)).unwrap_or(usize::MAX);
        room.min(self.bounds.frame)
    }

    /// Takes the step; `None` if nothing is sent for it.
    fn take(&mut self, now: Millis, step: Step) -> Option<Transmit> {
        let at = self.current.as_mut()?;
        let frame = match step {
            Step::Welcome(welcome) => {
                at.welcome = None;
                self.sent = self.sent.max(welcome.out);
                FromServer::Welcome(welcome)
            }
            Step::Ask => {
                // All that the page has, and all that is gone.
                let from = at.cursor.max(self.ring.base());
                at.painting = Painting::Asked(from);
                self.actions.push(Action::Snapshot {
                    generation: self.generation,
                    from,
                    scrollback: at.begins_late,
                });
                return None;
            }
            Step::Gap => {
                let snapshot = match std::mem::replace(&mut at.painting, Painting::None) {
                    Painting::Made(snapshot) => Some(snapshot),
                    Painting::None | Painting::Asked(_) | Painting::Sent(..) => None,
                };
                let to = match &snapshot {
                    Some(snapshot) if self.rules.keep(Rule::SnapshotOffset) => snapshot.out,
                    Some(_) => self.ring.head(),
                    None => self.ring.ground(),
                };
                let from = Some(std::mem::replace(&mut at.cursor, to)).filter(|_| !at.begins_late);
                at.begins_late = false;
                at.snapshots = self.bounds.snapshots;
                at.acked = to;
                at.mark_at = to.saturating_add(self.bounds.mark as u64);
                self.sent = self.sent.max(to);
                if from.is_some() && !self.rules.keep(Rule::GapSignal) {
                    return None;
                }
                let snap = snapshot.as_ref().map_or(0, |snapshot| snapshot.bytes.len() as u64);
                match snapshot {
                    Some(snapshot) => at.painting = Painting::Sent(snapshot, 0),
                    None => self.repaint(),
                }
                FromServer::Gap(Gap { from, to, snap })
            }
            Step::Paint => return Some(Transmit::Binary(at.painting.take(self.bounds.frame))),
            Step::Size(size) => {
                at.told = size;
                FromServer::Size(size)
            }
            Step::Pong(n) => {
                at.pong = None;
                FromServer::Pong(n)
            }
            Step::Ping => {
                at.ping_due = false;
                at.ping_at = now.saturating_add(self.bounds.ping);
                at.pings += 1;
                FromServer::Ping {
                    n: at.pings,
                    out: Some(at.cursor),
                }
            }
            Step::Ack => {
                at.ack_due = false;
                FromServer::Ack(self.input.last().map_or(0, |life| life.written))
            }
            Step::Mark => {
                at.mark_at = at.cursor.saturating_add(self.bounds.mark as u64);
                FromServer::Mark(at.cursor)
            }
            Step::Bytes(most) => {
                let bytes = self.ring.read(at.cursor, most);
                at.cursor += bytes.len() as u64;
                self.sent = self.sent.max(at.cursor);
                return Some(Transmit::Binary(bytes));
            }
            Step::Exit(exit) => {
                at.exit_sent = true;
                let out = at.cursor;
                if !self.rules.keep(Rule::ExitAck) {
                    self.end(Ending::Exited);
                }
                FromServer::Exit { exit, out }
            }
        };
        Some(Transmit::Text(frame.to_text()))
    }

    /// The page's screen lacks what came before: the program is to draw it anew (S12).
    fn repaint(&mut self) {
        if self.exit.is_none() {
            self.actions.push(Action::Repaint(self.size));
        }
    }
}
