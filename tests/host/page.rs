//! What a page hears of a session.

use crate::room::{EXIT, Limits, Room, drawn, name, printed};
use relatch::host::{Key, SocketId, Transmit};
use relatch::wire::{Attach, FromServer, Outcome};

/// A socket, from its hello on.
pub struct Socket {
    pub id: SocketId,
    pub key: Key,
    pub inst: u8,
    pub attach: Attach,
    /// The ping that it was sent last.
    pub ping: u64,
    welcomed: bool,
    /// The code of the error that it was sent.
    error: Option<u16>,
    pub closed: bool,
}

/// One life of a page, as it knows itself.
#[derive(Clone, Copy, Default)]
pub struct Page {
    pub attempt: u64,
    pub epoch: Option<u64>,
    pub received: Option<u64>,
    /// It begins late, and the gap that says so has not come.
    late: bool,
    /// What is still to come of a snapshot.
    drawing: usize,
    scrollback: bool,
}

impl Page {
    /// Up to where it has a screen.
    pub fn place(&self) -> Option<u64> {
        self.received.filter(|_| !self.late && self.drawing == 0)
    }
}

impl Socket {
    pub fn new(id: SocketId, key: &Key, inst: u8, attach: &Attach) -> Self {
        Self {
            id,
            key: key.clone(),
            inst,
            attach: *attach,
            ping: 0,
            welcomed: false,
            error: None,
            closed: false,
        }
    }

    /// Takes in what came, and checks that it could. `before` is how far output was sent before.
    pub fn hear(&mut self, page: &mut Page, room: &mut Room, limits: &Limits, before: Option<u64>, transmit: Transmit) {
        let session = &room.session;
        assert!(!self.closed, "nothing comes behind a close");
        let current = room.welcomed == Some(self.id) && session.attached() == Some(self.id);
        match transmit {
            Transmit::Binary(bytes) => {
                assert!(current && self.error.is_none());
                assert!((1..=limits.frame).contains(&bytes.len()));
                assert!(!page.late);
                let received = page.received.as_mut().unwrap();
                assert_eq!(Some(*received), before);
                if page.drawing > 0 {
                    let all = drawn(session.epoch(), *received, page.scrollback);
                    let from = all.len() - page.drawing;
                    assert_eq!(bytes, all[from..from + bytes.len()], "a snapshot at {received}");
                    page.drawing -= bytes.len();
                    return;
                }
                for byte in bytes {
                    assert_eq!(byte, printed(session.epoch(), *received), "at {received}");
                    *received += 1;
                }
                // A page may come back with more than a window that it has not processed. It is sent nothing more then.
                assert!(*received - session.acked().unwrap() <= limits.window as u64);
            }
            Transmit::Close { code, .. } => {
                assert!(!session.knows(self.id));
                let plain = [1000, 4410].contains(&code);
                assert_eq!(self.error, (!plain).then_some(code));
                self.closed = true;
            }
            Transmit::Text(text) => match FromServer::parse(&text).unwrap().unwrap() {
                FromServer::Error { code, .. } => assert_eq!(self.error.replace(code), None),
                FromServer::Ping { n, out: None } => {
                    assert!(!current && !self.welcomed && self.attach.take);
                    self.ping = n;
                }
                FromServer::Welcome(welcome) => {
                    assert!(!self.welcomed && session.attached() == Some(self.id));
                    assert_eq!(welcome.generation, session.generation());
                    assert_eq!(welcome.epoch, session.epoch());
                    assert!(welcome.out <= welcome.live && welcome.live <= session.head());
                    assert_eq!(Some(welcome.accepted), session.accepted(&name(self.inst)));
                    assert_eq!(welcome.window, limits.window as u64);
                    let hello = &self.attach;
                    let known = hello.epoch == Some(welcome.epoch);
                    if let Some(out) = hello.out.filter(|_| known) {
                        assert_eq!(welcome.out, out);
                        assert_ne!(welcome.outcome, Outcome::New);
                    }
                    assert!(known || hello.epoch.is_none() || welcome.outcome == Outcome::New);
                    self.welcomed = true;
                    room.welcomed = Some(self.id);
                    let found = known && hello.out.is_some();
                    *page = Page {
                        attempt: page.attempt,
                        epoch: Some(welcome.epoch),
                        received: Some(welcome.out),
                        late: !found && welcome.out > 0,
                        drawing: 0,
                        scrollback: false,
                    };
                }
                FromServer::Gap(gap) => {
                    assert!(current && gap.to <= session.head());
                    assert!(page.drawing == 0 && page.late == gap.from.is_none());
                    match gap.from {
                        Some(from) => assert!(page.received == Some(from) && from < gap.to),
                        None => assert!(page.received.is_some_and(|out| 0 < out && out <= gap.to)),
                    }
                    page.received = Some(gap.to);
                    page.scrollback = std::mem::take(&mut page.late);
                    page.drawing = gap.snap as usize;
                    let all = drawn(session.epoch(), gap.to, page.scrollback);
                    assert!(page.drawing == 0 || page.drawing == all.len());
                }
                FromServer::Ack(written) => {
                    assert!(current && written <= session.accepted(&name(self.inst)).unwrap());
                }
                FromServer::Mark(out) => assert!(current && page.received == Some(out)),
                FromServer::Ping { out, .. } => assert!(current && page.received == out),
                FromServer::Exit { exit, out } => {
                    assert!(current && exit == EXIT && page.place() == Some(out));
                    assert_eq!(out, session.head());
                }
                FromServer::Size(_) | FromServer::Pong(_) => assert!(current),
            },
        }
    }
}
