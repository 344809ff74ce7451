//! One process: what it printed and was typed, and what the page attached to it was sent (I1, I2, I3, I7, I8, I13).

use super::Typed;
use super::drawing::Drawing;
use crate::content;
use crate::holds;
use relatch::host::{Session, Transmit};
use relatch::wire::{Attach, FromClient, FromServer, Gap, Outcome, Size, Welcome};
use std::collections::{BTreeMap, VecDeque};

pub struct Process {
    pub epoch: u64,
    /// Printed so far.
    pub printed: u64,
    /// Accepted, and not yet taken by the terminal: whose, and what.
    waiting: VecDeque<Waiting>,
    /// Written, and counted by the page life.
    written: BTreeMap<String, u64>,
    pub attached: Option<Attached>,
    /// What outlasts the process.
    session: Lasting,
    /// From which offset on the terminal had which size.
    sizes: Vec<(u64, Size)>,
    /// The highest offset that any page was shown: queries below it may have been answered (I14).
    shown: u64,
    base: u64,
    was_free: bool,
}

/// What a session's pages have shown of themselves, whatever process is behind it.
#[derive(Default)]
pub struct Lasting {
    generation: u64,
    /// The page life that was welcomed last.
    last: Option<String>,
    /// The last hello of each life that was welcomed.
    attempts: BTreeMap<String, u64>,
    /// The sockets that were asked whether they are there, and whether they have answered.
    asked: BTreeMap<usize, (u64, bool)>,
}

struct Waiting {
    inst: String,
    key: u64,
    typed: Typed,
}

/// What the page attached was sent, by the frames alone.
pub struct Attached {
    pub socket: usize,
    cursor: u64,
    acked: u64,
    held: bool,
    /// The size that it was told.
    told: Size,
    /// The next frame must be this gap's.
    owes_gap: Option<Option<u64>>,
    /// The snapshot that it is being sent, and for which size.
    drawing: Option<(Drawing, Size)>,
    exited: bool,
    acks: u64,
}

impl Process {
    pub fn new(epoch: u64, size: Size, session: Lasting) -> Self {
        Self {
            epoch,
            printed: 0,
            waiting: VecDeque::new(),
            written: BTreeMap::new(),
            attached: None,
            session,
            sizes: vec![(0, size)],
            shown: 0,
            base: 0,
            was_free: true,
        }
    }

    /// Another process takes its place.
    pub fn end(&mut self) -> Lasting {
        std::mem::take(&mut self.session)
    }

    /// The terminal has this size from now on.
    pub fn resize(&mut self, size: Size) {
        let printed = self.printed;
        if self.sizes.len() > 1 && self.sizes.last().is_some_and(|&(from, _)| from == printed) {
            self.sizes.pop();
        }
        if self.size_at(printed) != size {
            self.sizes.push((printed, size));
        }
    }

    fn size_at(&self, offset: u64) -> Size {
        let size = self.sizes.iter().rev().find(|&&(from, _)| from <= offset);
        size.expect("it has had one from the start").1
    }

    /// The size that a maker of snapshots knows of, which has heard of what was printed before this offset, and of nothing later.
    pub fn drawn_size(&self, offset: u64) -> Size {
        self.size_at(offset.saturating_sub(1))
    }

    /// Whether the page attached is being sent a snapshot.
    pub fn draws(&self) -> bool {
        self.attached
            .as_ref()
            .is_some_and(|attached| attached.drawing.is_some())
    }

    /// The program prints so much more.
    pub fn print(&mut self, bytes: usize) -> Vec<u8> {
        let from = self.printed;
        self.printed += bytes as u64;
        content::bytes(self.epoch, from, bytes)
    }

    /// Input was accepted.
    pub fn accept(&mut self, inst: &str, key: u64, parts: Vec<Typed>) {
        let inst = || inst.to_owned();
        self.waiting.extend(parts.into_iter().map(|typed| Waiting {
            inst: inst(),
            key,
            typed,
        }));
    }

    /// The terminal takes input. What a life that is forgotten had typed may be gone (S4).
    pub fn take(&mut self, bytes: &[u8], session: &Session) -> Vec<(String, u64)> {
        let mut rest = bytes;
        let mut taken = Vec::new();
        while !rest.is_empty() {
            let Some(first) = self.waiting.front_mut() else {
                panic!("the terminal is typed what nobody typed (I3)");
            };
            let count = (first.typed.bytes as usize).min(rest.len());
            let (part, tail) = rest.split_at(count);
            if !content::matches(first.key, first.typed.from, part) {
                holds!(
                    session.accepted(&first.inst).is_none(),
                    "the terminal is typed something else (I3)"
                );
                self.waiting.pop_front();
                continue;
            }
            taken.push((first.inst.clone(), count as u64));
            first.typed.from += count as u64;
            first.typed.bytes -= count as u64;
            if first.typed.bytes == 0 {
                self.waiting.pop_front();
            }
            rest = tail;
        }
        taken
    }

    /// It wrote so much of a life's input.
    pub fn wrote(&mut self, inst: &str, bytes: u64) {
        *self.written.entry(inst.to_owned()).or_default() += bytes;
    }

    /// It reads no more input.
    pub fn stop(&mut self) {
        self.waiting.clear();
    }

    pub fn is_typed_out(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The page attached says something. Nothing is done about it before the machine has.
    pub fn hear(&mut self, socket: usize, text: &str) {
        if let (Ok(Some(FromClient::Pong(n))), Some(asked)) =
            (FromClient::parse(text), self.session.asked.get_mut(&socket))
        {
            asked.1 |= asked.0 == n;
        }
        let Some(attached) = self.attached.as_mut().filter(|attached| attached.socket == socket) else {
            return;
        };
        match FromClient::parse(text) {
            Ok(Some(FromClient::Ack { out, .. })) => attached.acked = attached.acked.max(out.min(attached.cursor)),
            Ok(Some(FromClient::Hold)) => attached.held = true,
            Ok(Some(FromClient::Live)) => attached.held = false,
            _ => {}
        }
    }

    /// The session sends a frame.
    pub fn send(&mut self, socket: usize, hello: (&str, &Attach), session: &Session, frame: &Transmit, window: usize) {
        match frame {
            Transmit::Close { .. } => {}
            Transmit::Binary(bytes) => {
                let at = self.on(socket, "output");
                holds!(at.owes_gap.is_none(), "output before the gap (S5)");
                holds!(!at.exited, "output after the exit (I13)");
                if let Some((mut drawing, size)) = at.drawing.take() {
                    holds!(
                        at.told == size,
                        "a snapshot for {size:?} on a terminal of {:?} (S12)",
                        at.told
                    );
                    let (rest, ended) = drawing.take(bytes);
                    holds!(rest.is_empty(), "output in the frame of a snapshot");
                    at.drawing = (!ended).then_some((drawing, size));
                    return;
                }
                let from = at.cursor;
                at.cursor += bytes.len() as u64;
                holds!(
                    at.cursor <= at.acked + window as u64,
                    "sent to {} with {} acked and a window of {window} (S5)",
                    at.cursor,
                    at.acked
                );
                let (cursor, told) = (at.cursor, at.told);
                holds!(
                    told == self.size_at(from),
                    "output at {from} goes to a terminal of {told:?}"
                );
                let mut changes = self.sizes.iter();
                holds!(
                    !changes.any(|&(at, _)| from < at && at < cursor),
                    "output at {from} spans two sizes"
                );
                holds!(
                    content::matches(self.epoch, from, bytes),
                    "output sent at {from} is not what was printed (I1)"
                );
                holds!(cursor <= self.printed, "output sent that was not printed (I7)");
                self.shown = self.shown.max(cursor);
            }
            Transmit::Text(text) => match FromServer::parse(text) {
                Ok(Some(frame)) => self.tell(socket, hello, session, frame),
                other => panic!("the server sends {text}: {other:?}"),
            },
        }
    }

    fn tell(&mut self, socket: usize, (inst, hello): (&str, &Attach), session: &Session, frame: FromServer) {
        match frame {
            FromServer::Welcome(welcome) => self.welcome(socket, inst, hello, session, &welcome),
            FromServer::Gap(gap) => self.gap(socket, gap, session),
            FromServer::Ping { n, out: None } => {
                self.session.asked.insert(socket, (n, false));
            }
            FromServer::Error { .. } => {}
            FromServer::Ping { out: Some(out), .. } | FromServer::Mark(out) => {
                let cursor = self.on(socket, "a mark").cursor;
                holds!(cursor == out, "a mark at {out}, but sent to {cursor} (I2)");
            }
            FromServer::Ack(written) => {
                let count = self.written.get(inst).copied().unwrap_or_default();
                holds!(written <= count, "input acked to {written}, written to {count} (I3)");
                let at = self.on(socket, "an ack");
                holds!(at.acks <= written, "acks of input go back (I6)");
                at.acks = written;
            }
            FromServer::Exit { out, .. } => {
                let printed = self.printed;
                let at = self.on(socket, "the exit");
                holds!(at.drawing.is_none(), "an exit within a snapshot (I13)");
                holds!(
                    out == at.cursor && out == printed,
                    "an exit at {out}, sent to {}, printed {printed} (I13)",
                    at.cursor
                );
                at.exited = true;
            }
            FromServer::Size(size) => self.on(socket, "a size").told = size,
            FromServer::Pong(_) => {
                self.on(socket, "a pong");
            }
        }
    }

    fn welcome(&mut self, socket: usize, inst: &str, hello: &Attach, session: &Session, welcome: &Welcome) {
        let lasting = &mut self.session;
        holds!(welcome.generation > lasting.generation, "generations go back (I6)");
        lasting.generation = welcome.generation;
        let last = lasting
            .attempts
            .insert(inst.to_owned(), hello.attempt)
            .unwrap_or_default();
        holds!(
            hello.attempt > last,
            "hello {} of {inst} attaches after {last} (I6)",
            hello.attempt
        );
        let proven = lasting.asked.get(&socket).is_some_and(|&(_, answered)| answered);
        let another = lasting.last.replace(inst.to_owned()).is_some_and(|last| last != inst);
        holds!(
            proven || !another,
            "{inst} takes the session over and was not asked whether it is there (S2)"
        );
        holds!(welcome.epoch == self.epoch, "a welcome to another process");
        holds!(
            welcome.live >= self.shown,
            "bytes from {} on were shown and are called live (I14)",
            welcome.live
        );
        holds!(welcome.live <= self.printed, "live is beyond what was printed");
        holds!(
            session.accepted(inst) == Some(welcome.accepted),
            "welcome.in is not what was accepted (I7)"
        );
        let known = hello.epoch == Some(self.epoch);
        let foreign = hello.epoch.is_some() && !known;
        let base = session.base();
        if let (Some(out), true) = (hello.out, known) {
            holds!(
                welcome.out == out,
                "welcome.out {} to hello.out {out} (C2)",
                welcome.out
            );
            holds!(welcome.outcome != Outcome::New, "a known process is called new");
        } else {
            holds!(
                welcome.outcome == Outcome::New || !foreign,
                "another process is not called new (S8)"
            );
            holds!(
                welcome.out >= base.min(self.base),
                "welcome.out {} is gone",
                welcome.out
            );
        }
        let has_screen = known && hello.out.is_some();
        let owes_gap = welcome.outcome == Outcome::Gap || !has_screen && welcome.out > 0;
        let ok = known && hello.out.is_some() && welcome.outcome == Outcome::Ok;
        self.attached = Some(Attached {
            socket,
            cursor: welcome.out,
            acked: if ok { hello.done } else { welcome.out },
            held: false,
            told: welcome.size,
            owes_gap: owes_gap.then_some(hello.out.filter(|_| known)),
            drawing: None,
            exited: false,
            acks: 0,
        });
        self.shown = self.shown.max(welcome.out);
    }

    fn gap(&mut self, socket: usize, gap: Gap, session: &Session) {
        let (drawing, size) = (Drawing::announced(self.epoch, &gap), self.drawn_size(gap.to));
        let at = self.on(socket, "a gap");
        holds!(at.drawing.is_none(), "a gap within a snapshot (S12)");
        if let Some(from) = at.owes_gap.take() {
            holds!(
                gap.from == from,
                "the gap after the welcome is from {:?}, not {from:?}",
                gap.from
            );
        } else {
            holds!(gap.from.is_some(), "a gap from nowhere on a line with a screen");
        }
        if let Some(from) = gap.from {
            holds!(from == at.cursor, "a gap from {from}, sent to {} (S5)", at.cursor);
            holds!(
                from < session.base(),
                "a gap from {from}, which is there from {} on (S5)",
                session.base()
            );
        }
        // A snapshot that has grown old on a page on hold is sent all the same.
        holds!(
            gap.to >= session.base() || drawing.is_some(),
            "a gap to {}, which is gone (S5)",
            gap.to
        );
        holds!(
            gap.to <= session.head(),
            "a gap to {}, which was not printed (I7)",
            gap.to
        );
        at.drawing = drawing.map(|drawing| (drawing, size));
        at.cursor = gap.to;
        at.acked = gap.to;
        self.shown = self.shown.max(gap.to);
    }

    /// Only the attached page's socket is told of the stream (I5).
    fn on(&mut self, socket: usize, what: &str) -> &mut Attached {
        match &mut self.attached {
            Some(attached) if attached.socket == socket => attached,
            _ => panic!("{what} on a socket that is not attached (I5)"),
        }
    }

    /// What must hold at any time.
    pub fn check(&mut self, session: &Session, ring: usize) {
        holds!(session.epoch() == self.epoch, "the epoch changed");
        holds!(
            session.head() == self.printed,
            "head {} of {} printed (I1)",
            session.head(),
            self.printed
        );
        let base = session.base();
        holds!(self.base <= base && base <= session.head(), "base {base} (I7)");
        holds!(
            session.head() - base <= ring as u64,
            "the ring holds more than {ring} bytes (I9)"
        );
        let current = session.attached().map(|socket| socket.0 as usize);
        // A welcome that is not sent yet attaches too: until then nothing is acked that it would take back.
        let at = self.attached.as_ref().filter(|at| Some(at.socket) == current);
        let busy = at.is_some_and(|at| !at.held);
        if let (Some(at), false, true) = (at, self.was_free, busy) {
            let evicted = base > self.base;
            holds!(
                !evicted || base <= at.acked,
                "{base} is evicted, {} acked, attached and live (I8)",
                at.acked
            );
            holds!(
                session.acked() == Some(at.acked),
                "acked {:?}, heard {} (I5)",
                session.acked(),
                at.acked
            );
            holds!(at.acked <= at.cursor, "acked beyond what was sent (I7)");
        }
        if let Some(at) = at {
            holds!(
                session.cursor() == Some(at.cursor),
                "cursor {:?}, sent {} (I7)",
                session.cursor(),
                at.cursor
            );
        }
        self.was_free = !busy;
        self.base = base;
    }
}
