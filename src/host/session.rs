//! One session: its output, its page, its input, and when it is over.

use super::attachment::Attachment;
use super::door::{Farewell, LATE, Leaving, Pending};
use super::input::Inputs;
use super::rules::{Rule, Rules};
use super::snapshot::{Painting, Snapshot};
use super::{Action, Bounds, Ending, LATEST, SocketId};
use crate::stream::ring::Ring;
use crate::time::Millis;
use crate::wire::flat::INTEGER_END;
use crate::wire::{Exit, Size};
use std::collections::VecDeque;

/// A terminal's session, without the terminal and without sockets. See the [module](super) for the contract.
///
/// A driver that is told `None` by [`transmit`](Self::transmit) may ask [`knows`](Self::knows) whether the socket is still of any use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    pub(super) bounds: Bounds,
    pub(super) rules: Rules,
    pub(super) epoch: u64,
    pub(super) generation: u64,
    /// Somebody has attached in this epoch.
    pub(super) greeted: bool,
    pub(super) ring: Ring,
    /// Output before this offset may be with a page: no page can have more (S7).
    pub(super) sent: u64,
    pub(super) size: Size,
    pub(super) input: Inputs,
    pub(super) current: Option<Attachment>,
    pub(super) pending: VecDeque<Pending>,
    pub(super) leaving: Leaving,
    pub(super) exit: Option<Exit>,
    pub(super) ended: Option<Ending>,
    /// Until when the session waits for a page; `None` while one is attached.
    pub(super) until: Option<Millis>,
    pub(super) proofs: u64,
    pub(super) actions: Actions,
}

/// What the driver is to do: of each kind at most the latest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Actions {
    resize: Option<Size>,
    repaint: Option<Size>,
    snapshot: Option<Action>,
    end: Option<Ending>,
}

impl Session {
    /// A session that begins now, detached; its retention runs. `epoch` is random, below 2^53. `size` is the terminal's.
    ///
    /// Bounds beyond reason are taken as the nearest within: no buffer of 0 bytes, none above 1 GiB, `window` at most
    /// `ring`, and `frame` at most half of it.
    pub fn new(bounds: Bounds, epoch: u64, size: Size, now: Millis) -> Self {
        let bounds = bounds.tamed();
        Self {
            rules: Rules::default(),
            epoch: epoch % INTEGER_END,
            generation: 0,
            greeted: false,
            ring: Ring::new(bounds.ring, size),
            sent: 0,
            size,
            input: Inputs::new(bounds.input),
            current: None,
            pending: VecDeque::new(),
            leaving: Leaving::default(),
            exit: None,
            ended: None,
            until: Some(later(now, bounds.retention)),
            proofs: 0,
            actions: Actions::default(),
            bounds,
        }
    }

    /// The same session without one of its rules, to show that breaking it is noticed.
    #[cfg(feature = "mutants")]
    #[must_use]
    pub fn without(mut self, rule: Rule) -> Self {
        self.rules = Rules::without(rule);
        self
    }

    /// The process behind the session is another from now on, of this epoch: nothing of the old one's output and input is kept, and the
    /// page that is attached has to come back (1012). Generations and `try`s go on.
    pub fn restarted(&mut self, epoch: u64, now: Millis) {
        if self.ended.is_some() {
            return;
        }
        self.dismiss(now, Farewell::refusal(1012, "the process was started anew"));
        self.epoch = epoch % INTEGER_END;
        self.greeted = false;
        self.ring = Ring::new(self.bounds.ring, self.size);
        self.sent = 0;
        self.input.restart();
        self.exit = None;
        self.actions = Actions::default();
    }

    /// The terminal printed. What comes after the exit is dropped (S11).
    pub fn printed(&mut self, _now: Millis, bytes: &[u8]) {
        if self.exit.is_none() && self.ended.is_none() {
            self.ring.push(bytes);
        }
    }

    /// The process has exited and all its output was printed. Input that waits for it is dropped.
    pub fn exited(&mut self, _now: Millis, exit: Exit) {
        if self.ended.is_none() {
            self.exit.get_or_insert(exit);
            self.input.clear();
        }
    }

    /// Time passed.
    pub fn timeout(&mut self, now: Millis) {
        if self.until.is_some_and(|until| until <= now) {
            self.end(Ending::Expired);
        }
        let due = |pending: &Pending| pending.until <= now;
        while let Some(at) = self.pending.iter().position(due)
            && let Some(pending) = self.pending.remove(at)
        {
            self.leaving.push(pending.socket, Farewell::refusal(4408, LATE));
        }
        let Some(current) = &mut self.current else {
            return;
        };
        if later(current.heard, self.bounds.silence) <= now {
            return self.dismiss(now, Farewell::refusal(1011, "nothing was heard for too long"));
        }
        current.ping_due |= current.ping_at <= now;
    }

    /// When [`timeout`](Self::timeout) is wanted at the latest; `None` if nothing is waited for.
    pub fn next_timeout(&self) -> Option<Millis> {
        let current = self.current.iter();
        let silence = current.clone().map(|current| later(current.heard, self.bounds.silence));
        let ping = current
            .filter(|current| !current.ping_due)
            .map(|current| current.ping_at);
        let proofs = self.pending.iter().map(|pending| pending.until);
        self.until.into_iter().chain(silence).chain(ping).chain(proofs).min()
    }

    /// The next thing to do to the terminal; `None` when there is nothing more.
    pub fn poll_action(&mut self) -> Option<Action> {
        self.actions.pop()
    }

    /// Up to `most` bytes of input to write to the terminal. [`wrote`](Self::wrote) says when they were: only then are they acked and is
    /// there room for more (S4).
    pub fn take_input(&mut self, most: usize) -> Vec<u8> {
        self.input.take(most)
    }

    /// So many of the bytes taken were written.
    pub fn wrote(&mut self, bytes: usize) {
        let of_last = self.input.wrote(bytes);
        if let Some(current) = &mut self.current {
            current.ack_due |= of_last;
        }
    }

    /// Whether the terminal may be read, at most [`Bounds::frame`] bytes before asking again (S6): a page that is slow to take its output
    /// holds the terminal up, and nothing that it has not acked is lost; without such a page the oldest output makes room.
    ///
    /// It is held up as soon as there is a window of output to send: more could not be sent, and would all come before what the program
    /// says to a Ctrl-C.
    pub fn may_read(&self) -> bool {
        match &self.current {
            Some(current) if !current.held && self.exit.is_none() && self.rules.keep(Rule::Pause) => {
                let unacked = self.ring.head().saturating_sub(current.acked);
                let fits = unacked.saturating_add(self.bounds.frame as u64) <= self.bounds.ring as u64;
                fits && unacked < self.bounds.window as u64
            }
            Some(_) | None => true,
        }
    }

    /// The answer to [`Action::Snapshot`], with its `generation`: one for another attachment is of no use. Without a snapshot, and with one
    /// that has no bytes, shows less than was asked for or more than was printed, the page goes on as if none were to be had.
    pub fn painted(&mut self, generation: u64, snapshot: Option<Snapshot>) {
        let Some(current) = &mut self.current else {
            return;
        };
        let mine = generation == self.generation || !self.rules.keep(Rule::SnapshotFence);
        let Painting::Asked(from) = current.painting else {
            return;
        };
        if !mine {
            return;
        }
        let shown = from..=self.ring.head();
        let snapshot = snapshot.filter(|snapshot| shown.contains(&snapshot.out) && !snapshot.bytes.is_empty());
        current.snapshots = snapshot.is_some();
        current.painting = snapshot.map_or(Painting::None, Painting::Made);
    }

    /// Whether there is or will be anything to say to this socket.
    pub fn knows(&self, socket: SocketId) -> bool {
        self.attached() == Some(socket)
            || self.pending.iter().any(|pending| pending.socket == socket)
            || self.leaving.sockets().any(|leaving| leaving == socket)
    }

    pub(super) fn end(&mut self, ending: Ending) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some(ending);
        self.until = None;
        self.actions = Actions::default();
        self.actions.push(Action::End(ending));
        self.input.clear();
        if let Some(current) = self.current.take() {
            let farewell = match ending {
                Ending::Killed => Farewell::plain(1000, "bye"),
                Ending::Exited | Ending::Expired => Farewell::plain(4410, "the session has ended"),
            };
            self.leaving.push(current.socket, farewell);
        }
        for pending in std::mem::take(&mut self.pending) {
            let gone = Farewell::refusal(4404, "there is no such session any more");
            self.leaving.push(pending.socket, gone);
        }
    }
}

impl Actions {
    pub(super) fn push(&mut self, action: Action) {
        match action {
            Action::Resize(size) => self.resize = Some(size),
            Action::Repaint(size) => self.repaint = Some(size),
            Action::Snapshot { .. } => self.snapshot = Some(action),
            Action::End(ending) => self.end = Some(ending),
        }
    }

    fn pop(&mut self) -> Option<Action> {
        let resize = self.resize.take().map(Action::Resize);
        let repaint = || self.repaint.take().map(Action::Repaint);
        let action = resize.or_else(repaint).or_else(|| self.snapshot.take());
        action.or_else(|| self.end.take().map(Action::End))
    }
}

pub(super) fn later(now: Millis, span: Millis) -> Millis {
    now.min(LATEST).saturating_add(span)
}
