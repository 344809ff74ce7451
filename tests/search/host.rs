//! The server: its directory, its sessions and their processes.

use crate::content::snapshot;
use crate::hash::NOON;
use crate::setup::SIZE;
use relatch::host::{Action, Directory, Key, Session, Snapshot};
use relatch::session::{Parsed, ProjectId, SessionId, SessionKey};
use relatch::time::Millis;
use relatch::wire::Size;

#[derive(Clone, Debug, Hash)]
pub struct Host {
    pub directory: Directory<Session>,
    pub now: Millis,
    /// Bytes of input that were taken to be written, with their session.
    pub taken: Vec<(SessionKey, Vec<u8>)>,
    /// The snapshots that were asked for, the first asked for first.
    pub asked: Vec<Asked>,
    /// From which offset on a terminal has had which width, where snapshots show it.
    pub widths: Vec<(SessionKey, u64, u16)>,
}

/// A snapshot that was asked for. Whoever asked may be gone when it comes.
#[derive(Clone, Debug, Hash)]
pub struct Asked {
    pub key: SessionKey,
    pub epoch: u64,
    pub generation: u64,
    pub from: u64,
    pub scrollback: bool,
    /// All that its process has printed, once another has taken its place.
    pub last: Option<u64>,
}

impl Host {
    pub fn new(directory: Directory<Session>) -> Self {
        Self {
            directory,
            now: NOON,
            taken: Vec::new(),
            asked: Vec::new(),
            widths: Vec::new(),
        }
    }

    pub fn keys(&self) -> Vec<SessionKey> {
        self.directory.iter().map(|(key, _)| key.session.clone()).collect()
    }

    pub fn get(&self, key: &SessionKey) -> Option<&Session> {
        self.directory.get(&whole(key))
    }

    pub fn get_mut(&mut self, key: &SessionKey) -> Option<&mut Session> {
        self.directory.get_mut(&whole(key))
    }

    pub fn taken(&mut self, key: &SessionKey) -> &mut Vec<u8> {
        let at = self
            .taken
            .iter()
            .position(|(taken, _)| taken == key)
            .unwrap_or_else(|| {
                self.taken.push((key.clone(), Vec::new()));
                self.taken.len() - 1
            });
        &mut self.taken[at].1
    }

    pub fn has_taken(&self, key: &SessionKey) -> bool {
        self.taken
            .iter()
            .any(|(taken, bytes)| taken == key && !bytes.is_empty())
    }

    /// Tells the session that what was taken has been written; how much that was.
    pub fn write(&mut self, key: &SessionKey) -> usize {
        let count = self.taken(key).len();
        self.forget_taken(key);
        if let Some(session) = self.get_mut(key) {
            session.wrote(count);
        }
        count
    }

    pub fn forget_taken(&mut self, key: &SessionKey) {
        self.taken.retain(|(taken, _)| taken != key);
    }

    /// Nothing is wanted any more of what belongs to this session.
    pub fn forget(&mut self, key: &SessionKey) {
        self.forget_taken(key);
        self.asked.retain(|asked| asked.key != *key);
        self.widths.retain(|(of, ..)| of != key);
    }

    /// Notes how wide the session's terminal is.
    pub fn note_width(&mut self, key: &SessionKey) {
        let Some(session) = self.get(key) else { return };
        let (head, cols) = (session.head(), session.size().cols);
        if self.width_at(key, head + 1) != cols {
            self.widths.push((key.clone(), head, cols));
        }
    }

    /// How wide it is for who has heard of what was printed before `out`, and of nothing later.
    fn width_at(&self, key: &SessionKey, out: u64) -> u16 {
        let mut widths = self.widths.iter().rev();
        let width = widths.find(|(of, from, _)| of == key && *from < out);
        width.map_or(SIZE.cols, |&(.., cols)| cols)
    }

    /// Answers the first who asked with a snapshot of what was printed before `out`, or with none.
    pub fn paint(&mut self, out: Option<u64>) {
        let asked = self.asked.remove(0);
        let snapshot = out.map(|out| {
            let cols = self.width_at(&asked.key, out);
            Snapshot {
                out,
                size: Size { cols, ..SIZE },
                bytes: snapshot(asked.epoch, asked.scrollback, out, cols),
            }
        });
        if let Some(session) = self.get_mut(&asked.key) {
            session.painted(asked.generation, snapshot);
        }
    }

    /// Another process takes the place of this session's: who asked for its screen may still be answered.
    pub fn restart(&mut self, key: &SessionKey) {
        let head = self.get(key).map(|session| session.head());
        self.forget_taken(key);
        self.widths.retain(|(of, ..)| of != key);
        for asked in self.asked.iter_mut().filter(|asked| asked.key == *key) {
            asked.last = asked.last.or(head);
        }
    }

    /// Lets time pass unnoticed.
    pub fn pass(&mut self, span: Millis) {
        self.now += span;
        for key in self.keys() {
            let (from, to) = (self.now, NOON);
            if let Some(session) = self.get_mut(&key) {
                session.rebase(from, to);
            }
        }
        self.directory.rebase(self.now, NOON);
        self.now = NOON;
    }

    pub fn due_in(&self) -> Option<Millis> {
        let sessions = self.directory.iter().filter_map(|(_, session)| session.next_timeout());
        let next = sessions.chain(self.directory.next_timeout()).min()?;
        Some(next.saturating_sub(self.now))
    }

    pub fn timeout(&mut self) {
        let now = self.now;
        for key in self.keys() {
            if let Some(session) = self.get_mut(&key) {
                session.timeout(now);
            }
        }
        self.directory.timeout(now);
        self.pass(0);
    }

    pub fn actions(&mut self, key: &SessionKey) -> Vec<Action> {
        let session = self.get_mut(key).unwrap();
        std::iter::from_fn(|| session.poll_action()).collect()
    }
}

/// The one principal's.
pub fn whole(key: &SessionKey) -> Key {
    Key {
        principal: 0,
        session: key.clone(),
    }
}

pub fn key(session: &str, project: &str) -> SessionKey {
    let project = ProjectId::new(project).unwrap();
    let session = match SessionId::parse(session, &project).unwrap() {
        Parsed::Current(session) | Parsed::Migrated(session) => session,
        Parsed::Absent => panic!("a hello without a session"),
    };
    SessionKey { session, project }
}

/// Stands for SHA-256.
pub fn digest(secret: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.iter_mut().zip(secret.bytes()).for_each(|(to, from)| *to = from);
    hash
}
