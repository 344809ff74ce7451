//! A server with its sessions and the pages that speak to it, which checks what both may expect after every step.

use crate::page::{Page, Socket};
use crate::room::{EXIT, LIVES, Limits, Room, drawn, name, printed, typed};
use relatch::host::{Bounds, Decision, Directory, Key, Session, Snapshot, SocketId, check_first};
use relatch::session::{Parsed, ProjectId, SessionId, SessionKey};
use relatch::time::Millis;
use relatch::wire::{Attach, FromClient, Size};
use std::collections::BTreeMap;

/// How many sessions there may be.
const MOST: usize = 3;

/// The size of every terminal at first.
const SIZE: Size = Size { cols: 80, rows: 24 };

pub struct House {
    pub directory: Directory<Room>,
    pub now: Millis,
    bounds: Bounds,
    limits: Limits,
    pub sockets: Vec<Socket>,
    pages: BTreeMap<(Key, u8), Page>,
    epochs: u64,
}

pub fn key(principal: u8, session: u8) -> Key {
    let project = ProjectId::default();
    let name = format!("session-{session}");
    let Ok(Parsed::Current(session)) = SessionId::parse(&name, &project) else {
        panic!("{name}")
    };
    Key {
        principal: principal.into(),
        session: SessionKey { session, project },
    }
}

impl House {
    pub fn new(bounds: Bounds) -> Self {
        Self {
            directory: Directory::new(MOST, bounds.retention),
            now: 0,
            limits: Limits::new(&bounds),
            bounds,
            sockets: Vec::new(),
            pages: BTreeMap::new(),
            epochs: 0,
        }
    }

    pub fn keys(&self) -> Vec<Key> {
        self.directory.iter().map(|(key, _)| key.clone()).collect()
    }

    /// What a life of a page knows of a session.
    pub fn page(&self, key: &Key, inst: u8) -> Page {
        self.pages.get(&(key.clone(), inst)).copied().unwrap_or_default()
    }

    /// How much this life has typed, as the session has it.
    pub fn accepted(&self, key: &Key, inst: u8) -> u64 {
        let room = self.directory.get(key);
        room.and_then(|room| room.session.accepted(&name(inst))).unwrap_or(0)
    }

    /// A hello comes on a new socket.
    pub fn hello(&mut self, key: &Key, inst: u8, secret: u8, attach: &Attach) {
        let page = self.pages.entry((key.clone(), inst)).or_default();
        page.attempt = page.attempt.max(attach.attempt);
        let id = SocketId(self.sockets.len() as u64 + 1);
        let hash = [secret; 32];
        let there = self.directory.get(key).is_some();
        match self.directory.decide(self.now, key, attach.resume, &hash) {
            Decision::Attach => assert!(there && secret == 0, "a secret is checked"),
            Decision::Create => {
                assert!(!there && !attach.resume && self.directory.len() < MOST);
                if secret != 0 || check_first(attach).is_err() {
                    return;
                }
                self.epochs += 1;
                let epoch = 1000 + self.epochs;
                let room = Room::new(Session::new(self.bounds.clone(), epoch, SIZE, self.now));
                let entered = self.directory.insert(self.now, key.clone(), hash, room);
                assert!(entered.is_ok(), "what may be made can be");
            }
            Decision::Refuse { code, .. } => {
                let full = !there && !attach.resume && self.directory.len() == MOST;
                assert!(code == 4404 || code == 1013 && full);
                return assert!(!there || secret != 0, "its own page is let in");
            }
        }
        self.sockets.push(Socket::new(id, key, inst, attach));
        self.tell(key, |session, now| {
            let another = session.last_inst().is_some_and(|last| last != name(inst));
            session.attach(now, id, &name(inst), attach);
            let attached = session.attached() == Some(id);
            assert!(!another || !attached, "another page is asked first");
        });
    }

    /// A text frame comes on a socket.
    pub fn text(&mut self, at: usize, text: &str) {
        let Some(Socket { id, key, .. }) = self.sockets.get(at) else {
            return;
        };
        let (id, key) = (*id, key.clone());
        self.tell(&key, |session, now| {
            let stranger = (!session.knows(id)).then(|| session.clone());
            session.text(now, id, text);
            assert!(
                stranger.is_none_or(|before| before == *session),
                "it is not heard any more"
            );
        });
    }

    /// Input comes on a socket, of this length.
    pub fn input(&mut self, at: usize, bytes: u64) {
        let Some(Socket { id, key, inst, .. }) = self.sockets.get(at) else {
            return;
        };
        let (id, key, inst) = (*id, key.clone(), *inst);
        let from = self.accepted(&key, inst);
        let bytes: Vec<u8> = (from..from + bytes).map(|offset| typed(inst, offset)).collect();
        self.tell(&key, |session, now| {
            let stranger = (!session.knows(id)).then(|| session.clone());
            session.binary(now, id, &bytes);
            assert!(
                stranger.is_none_or(|before| before == *session),
                "it is not heard any more"
            );
        });
    }

    pub fn gone(&mut self, at: usize) {
        let Some(socket) = self.sockets.get_mut(at) else { return };
        socket.closed = true;
        let (id, key) = (socket.id, socket.key.clone());
        self.tell(&key, |session, now| {
            let attached = session.attached();
            session.gone(now, id);
            assert_eq!(session.attached(), attached.filter(|&attached| attached != id));
        });
    }

    /// The terminal prints, as a driver reads it: not while it may not be read. What is `rude` is read all the same.
    pub fn print(&mut self, key: &Key, most: usize, rude: bool) {
        let mut left = most;
        while left > 0 {
            let Some(room) = self.directory.get(key) else { return };
            if !(rude || room.session.may_read()) {
                return;
            }
            let (epoch, head) = (room.session.epoch(), room.session.head());
            let bytes = left.min(self.limits.frame);
            let bytes: Vec<u8> = (head..head + bytes as u64)
                .map(|offset| printed(epoch, offset))
                .collect();
            left -= bytes.len();
            self.tell(key, |session, now| {
                let base = session.base();
                session.printed(now, &bytes);
                let waits = session.attached().is_some() && !session.held() && !rude;
                let lost = session.base() > base && session.acked().is_some_and(|acked| session.base() > acked);
                assert!(!waits || !lost, "what the page has not processed is kept");
            });
        }
    }

    /// Input is taken: of each life what follows what was taken of it before.
    pub fn take(&mut self, key: &Key, most: usize) {
        let Some(room) = self.directory.get_mut(key) else {
            return;
        };
        let waiting = room.session.input_waiting();
        let bytes = room.session.take_input(most);
        assert_eq!(bytes.len(), most.min(waiting));
        for byte in bytes {
            let inst = byte % LIVES;
            let next = &mut room.typed[usize::from(inst)];
            assert_eq!(byte, typed(inst, *next), "input is typed in order");
            *next += 1;
        }
        self.check(key);
    }

    pub fn wrote(&mut self, key: &Key, bytes: usize) {
        self.tell(key, |session, _| session.wrote(bytes));
    }

    pub fn exit(&mut self, key: &Key) {
        self.tell(key, |session, now| session.exited(now, EXIT));
    }

    pub fn restart(&mut self, key: &Key) {
        self.epochs += 1;
        let epoch = 1000 + self.epochs;
        if let Some(room) = self.directory.get_mut(key) {
            room.restarted = true;
        }
        self.tell(key, |session, now| session.restarted(epoch, now));
    }

    /// Time passes, and every timeout in it.
    pub fn pass(&mut self, span: Millis) {
        let until = self.now + span;
        while let Some(at) = self.next_timeout().filter(|&at| at <= until) {
            self.now = self.now.max(at);
            for key in self.keys() {
                self.tell(&key, |session, now| session.timeout(now));
            }
            self.directory.timeout(self.now);
            assert!(self.next_timeout().is_none_or(|next| next > at), "a timer is left");
        }
        self.now = until;
    }

    /// The snapshots that were asked for are there, or some are not to be had.
    pub fn draw(&mut self, chance: u64) {
        for key in self.keys() {
            let Some(room) = self.directory.get_mut(&key) else {
                continue;
            };
            for asked in std::mem::take(&mut room.asked) {
                let there = room.session.head().saturating_sub(asked.from);
                let out = asked.from + chance % (there + 1);
                let snapshot = Snapshot {
                    out,
                    size: SIZE,
                    bytes: drawn(asked.epoch, out, asked.scrollback),
                };
                let snapshot = (!chance.is_multiple_of(5)).then_some(snapshot);
                room.session.painted(asked.generation, snapshot);
            }
            self.check(&key);
        }
    }

    /// A socket is sent what there is for it, at most so many frames.
    pub fn transmit(&mut self, at: usize, most: usize) {
        for _ in 0..most {
            let Some(socket) = self.sockets.get_mut(at) else { return };
            let key = socket.key.clone();
            let Some(room) = self.directory.get_mut(&key) else {
                return;
            };
            let announced = room.session.sockets().any(|ready| ready == socket.id);
            let before = room.session.cursor();
            let transmit = room.session.transmit(self.now, socket.id);
            let asked = announced && transmit.is_none();
            let quiet = room.session.sockets().all(|ready| ready != socket.id);
            assert!(
                announced || transmit.is_none(),
                "`sockets` says who has something to send"
            );
            assert!(!asked || quiet && self.bounds.snapshots, "it asks once");
            let Some(transmit) = transmit else {
                return self.check(&key);
            };
            let page = self.pages.entry((key.clone(), socket.inst)).or_default();
            socket.hear(page, room, &self.limits, before, transmit);
            self.check(&key);
        }
    }

    /// Another page comes to each session and behaves: it is shown all that there is, and can type.
    pub fn heal(mut self) {
        self.pass(0);
        for key in self.keys() {
            let life = LIVES - 1;
            let attempt = self.page(&key, life).attempt + 1;
            let attach = Attach {
                attempt,
                resume: true,
                epoch: None,
                take: true,
                out: None,
                done: 0,
                in_lo: 0,
                in_hi: self.accepted(&key, life),
                size: None,
            };
            let at = self.sockets.len();
            self.hello(&key, life, 0, &attach);
            self.transmit(at, 1);
            let n = self.sockets[at].ping;
            if n > 0 {
                self.text(at, &FromClient::Pong(n).to_text());
            }
            let mut shown = None;
            while shown.is_none() || shown != self.page(&key, life).place() {
                shown = self.page(&key, life).place();
                self.transmit(at, usize::MAX);
                self.draw(1);
                self.transmit(at, usize::MAX);
                let out = self.page(&key, life).received.unwrap();
                self.text(at, &FromClient::Ack { out, exit: false }.to_text());
            }
            let session = &self.directory.get(&key).unwrap().session;
            assert_eq!(
                (session.cursor(), session.attached()),
                (shown, Some(self.sockets[at].id))
            );
            assert_eq!(shown, Some(session.head()));
            assert!(session.may_read());

            self.take(&key, usize::MAX);
            self.wrote(&key, usize::MAX);
            let before = self.accepted(&key, life);
            self.input(at, 1);
            assert_eq!(self.accepted(&key, life), before + 1);
        }
    }

    fn next_timeout(&self) -> Option<Millis> {
        let sessions = self
            .directory
            .iter()
            .filter_map(|(_, room)| room.session.next_timeout());
        sessions.chain(self.directory.next_timeout()).min()
    }

    fn tell(&mut self, key: &Key, what: impl FnOnce(&mut Session, Millis)) {
        if let Some(room) = self.directory.get_mut(key) {
            what(&mut room.session, self.now);
            self.check(key);
        }
    }

    /// Checks what holds after every step. A session that is over is forgotten, once it has said so.
    fn check(&mut self, key: &Key) {
        let Some(room) = self.directory.get_mut(key) else {
            return;
        };
        if room.check(&self.limits, &self.sockets) {
            for at in 0..self.sockets.len() {
                if self.sockets[at].key == *key {
                    self.transmit(at, 2);
                }
            }
            assert!(self.directory.forget(self.now, key).is_some());
        }
    }
}
