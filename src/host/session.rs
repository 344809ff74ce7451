//! One session: its output, its page, its input, and when it is over.

use super::attachment::Attachment;
use super::door::{Farewell, Leaving, PENDING, Pending};
use super::hello::{Place, STALE, SUPERSEDED, Verdict};
use super::input::Inputs;
use super::rules::{Rule, Rules};
use super::{Action, Bounds, Ending, LATEST, SocketId};
use crate::stream::ring::Ring;
use crate::time::Millis;
use crate::wire::flat::INTEGER_END;
use crate::wire::{Attach, Exit, Size, Welcome};
use std::collections::VecDeque;

/// A terminal's session, without the terminal and without sockets. See the [module](super) for the contract.
///
/// A driver that is told `None` by [`transmit`](Self::transmit) may ask [`knows`](Self::knows) whether the socket is still of any use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    pub(super) bounds: Bounds,
    pub(super) rules: Rules,
    pub(super) epoch: u64,
    generation: u64,
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
    end: Option<Ending>,
}

impl Session {
    /// A session that begins now, detached; its retention runs. `epoch` is random, below 2^53. `size` is the terminal's.
    ///
    /// Bounds beyond reason are taken as the nearest within: no buffer of 0 bytes, none above 1 GiB, `window` and `frame` at most `ring`.
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

    /// A hello whose auth and secret were checked (S1) came on this new socket. All that follows from it is said by
    /// [`transmit`](Self::transmit): the welcome, the ping of a take-over, or a refusal.
    pub fn attach(&mut self, now: Millis, socket: SocketId, inst: &str, attach: &Attach) {
        if !self.rules.keep(Rule::UnverifiedHello) {
            self.until = None;
        }
        if self.knows(socket) {
            return;
        }
        match self.judge(inst, attach, false) {
            Verdict::Attach(place) => self.accept(now, socket, inst, attach, &place),
            Verdict::Prove => self.ask(now, socket, inst, attach),
            Verdict::Refuse(farewell) => self.leaving.push(socket, farewell),
        }
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
            let late = Farewell::refusal(4408, "the ping was not answered in time");
            self.leaving.push(pending.socket, late);
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
    pub fn may_read(&self) -> bool {
        match &self.current {
            Some(current) if !current.held && self.exit.is_none() && self.rules.keep(Rule::Pause) => {
                let unacked = self.ring.head().saturating_sub(current.acked);
                unacked.saturating_add(self.bounds.frame as u64) <= self.bounds.ring as u64
            }
            Some(_) | None => true,
        }
    }

    /// Whether there is or will be anything to say to this socket.
    pub fn knows(&self, socket: SocketId) -> bool {
        self.attached() == Some(socket)
            || self.pending.iter().any(|pending| pending.socket == socket)
            || self.leaving.sockets().any(|leaving| leaving == socket)
    }

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
        self.input.attach(inst, hello.attempt, &self.rules);
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

    /// Pings a page that takes the session over (S2).
    fn ask(&mut self, now: Millis, socket: SocketId, inst: &str, attach: &Attach) {
        self.proofs += 1;
        self.pending.push_back(Pending {
            socket,
            inst: inst.to_owned(),
            attach: *attach,
            n: self.proofs,
            asked: false,
            until: later(now, self.bounds.proof),
        });
        if self.pending.len() > PENDING
            && let Some(oldest) = self.pending.pop_front()
        {
            let crowded = Farewell::refusal(4408, "later pages ask for the session too");
            self.leaving.push(oldest.socket, crowded);
        }
    }
}

impl Actions {
    pub(super) fn push(&mut self, action: Action) {
        match action {
            Action::Resize(size) => self.resize = Some(size),
            Action::Repaint(size) => self.repaint = Some(size),
            Action::End(ending) => self.end = Some(ending),
        }
    }

    fn pop(&mut self) -> Option<Action> {
        let resize = self.resize.take().map(Action::Resize);
        let repaint = || self.repaint.take().map(Action::Repaint);
        let action = resize.or_else(repaint);
        action.or_else(|| self.end.take().map(Action::End))
    }
}

fn later(now: Millis, span: Millis) -> Millis {
    now.min(LATEST).saturating_add(span)
}
