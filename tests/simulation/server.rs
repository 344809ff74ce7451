//! The server around the machines: sockets that wait to say hello, the directory, and a terminal with a program for each session.

use crate::chance::mix;
use crate::holds;
use crate::reference::{Lasting, Process};
use crate::scenario::Setup;
use relatch::host::{Decision, Directory, Key, Session, SocketId, Transmit};
use relatch::session::{Parsed, ProjectId, SessionId, SessionKey};
use relatch::time::Millis;
use relatch::wire::{Attach, Exit, FromClient, FromServer, Identity, LONGEST_BINARY, Size};
use std::collections::{BTreeMap, VecDeque};

/// How long a socket has to say hello.
pub const PATIENCE: Millis = 5000;

pub struct Server {
    pub directory: Directory<Host>,
    pub sockets: BTreeMap<usize, Socket>,
    /// Sessions that have ended, and until when that is remembered.
    pub ended: BTreeMap<Key, Millis>,
    /// What is said to sockets that no session knows.
    pub farewells: VecDeque<(usize, Transmit)>,
    seed: u64,
    epochs: u64,
    setup: Setup,
    pub broken: Option<relatch::host::Rule>,
}

/// A session with its terminal.
pub struct Host {
    pub session: Session,
    pub process: Process,
    pub terminal: Terminal,
    /// The user ended it, or its page has heard of the exit.
    pub may_end: bool,
    /// Since when nobody is attached.
    pub detached: Option<Millis>,
    /// It was made by an attacker, for himself.
    pub stranger: bool,
    /// Since when its program is held up by a page that nobody looks at, and gets no further: which socket, and what it has acked.
    pub blocked: Option<(Millis, SocketId, Option<u64>)>,
    /// So far its maker of snapshots has read.
    pub parsed: u64,
}

/// A snapshot that was asked for. Whoever asked may be gone when it comes, and the process too.
#[derive(Clone)]
pub struct Asked {
    pub key: Key,
    pub epoch: u64,
    pub generation: u64,
    pub from: u64,
    pub scrollback: bool,
}

/// What is between a session and its program.
pub struct Terminal {
    /// What the program has yet to print.
    pub backlog: u64,
    pub stalled_until: Millis,
    /// Taken from the session and not written yet: whose.
    pub taken: VecDeque<(String, u64)>,
    pub exit: Option<Exit>,
    pub size: Size,
    /// It will look for something to do.
    pub due: bool,
}

/// A socket, as the server has it.
pub enum Socket {
    /// It has not said hello.
    Door,
    In {
        key: Key,
        inst: String,
        attach: Attach,
    },
    /// It is being closed.
    Out,
}

impl Server {
    pub fn new(setup: &Setup, seed: u64) -> Self {
        Self {
            directory: Directory::new(64, setup.bounds.retention),
            sockets: BTreeMap::new(),
            ended: BTreeMap::new(),
            farewells: VecDeque::new(),
            seed,
            epochs: 0,
            setup: setup.clone(),
            broken: None,
        }
    }

    /// The number of a process that begins.
    pub fn epoch(&mut self) -> u64 {
        self.epochs += 1;
        mix(self.seed, 77 + self.epochs) >> 11
    }

    pub fn key(&self, socket: usize) -> Option<&Key> {
        match self.sockets.get(&socket) {
            Some(Socket::In { key, .. }) => Some(key),
            _ => None,
        }
    }

    pub fn keys(&self) -> Vec<Key> {
        self.directory.iter().map(|(key, _)| key.clone()).collect()
    }

    /// The first frame of a socket; the key of the session that it attaches to.
    pub fn hello(&mut self, now: Millis, socket: usize, text: &str) -> Option<Key> {
        let Ok(Some(FromClient::Hello(identity, attach))) = FromClient::parse(text) else {
            self.refuse(socket, 4400, None, "no hello");
            return None;
        };
        let Some(key) = key(&identity) else {
            self.refuse(socket, 4403, None, "no such project");
            return None;
        };
        let hash = hash(&identity.secret);
        let decision = self.directory.decide(now, &key, attach.resume, &hash);
        match decision {
            Decision::Refuse { code, retry_ms, msg } => {
                self.refuse(socket, code, retry_ms, msg);
                return None;
            }
            Decision::Create => {
                holds!(!attach.resume, "a session is made for who wants to resume (S8)");
                let gone = self.ended.get(&key).is_some_and(|&until| until > now);
                holds!(!gone, "a session that has ended is made again (S8)");
                let size = attach.size.unwrap_or(Size { cols: 80, rows: 24 });
                let host = self.host(now, size);
                holds!(
                    self.directory.insert(now, key.clone(), hash, host).is_ok(),
                    "there was room"
                );
            }
            Decision::Attach => {}
        }
        let host = self.directory.get_mut(&key)?;
        host.session
            .attach(now, SocketId(socket as u64), &identity.inst, &attach);
        let inst = identity.inst;
        self.sockets.insert(
            socket,
            Socket::In {
                key: key.clone(),
                inst,
                attach,
            },
        );
        Some(key)
    }

    fn host(&mut self, now: Millis, size: Size) -> Host {
        let epoch = self.epoch();
        let session = Session::new(self.setup.bounds.clone(), epoch, size, now);
        let session = match self.broken {
            Some(rule) => session.without(rule),
            None => session,
        };
        Host {
            session,
            process: Process::new(epoch, size, Lasting::default()),
            blocked: None,
            parsed: 0,
            stranger: false,
            terminal: Terminal::new(size),
            may_end: false,
            detached: Some(now),
        }
    }

    pub fn refuse(&mut self, socket: usize, code: u16, retry_ms: Option<Millis>, msg: &str) {
        let error = FromServer::Error {
            code,
            retry_ms,
            msg: msg.to_owned(),
        };
        let reason = retry_ms.map_or_else(String::new, |ms| format!(r#"{{"retry_ms":{ms}}}"#));
        self.farewells.push_back((socket, Transmit::Text(error.to_text())));
        self.farewells.push_back((socket, Transmit::Close { code, reason }));
        self.sockets.insert(socket, Socket::Out);
    }

    /// A frame of a socket that is in; the session's key, if it is there.
    pub fn frame(&mut self, now: Millis, socket: usize, frame: &Frame) -> Option<Key> {
        let key = self.key(socket)?.clone();
        let host = self.directory.get_mut(&key)?;
        let name = SocketId(socket as u64);
        match frame {
            Frame::Text(text) => {
                host.process.hear(socket, text);
                let bye = matches!(
                    FromClient::parse(text),
                    Ok(Some(
                        FromClient::Bye { kill: true } | FromClient::Ack { exit: true, .. }
                    ))
                );
                host.may_end |= bye && host.session.attached() == Some(name);
                host.session.text(now, name, text);
                host.process.resize(host.session.size());
            }
            Frame::Binary(bytes) => {
                holds!(bytes.len() <= LONGEST_BINARY, "a frame of {} bytes", bytes.len());
                host.session.binary(now, name, bytes);
            }
        }
        Some(key)
    }

    pub fn gone(&mut self, now: Millis, socket: usize) -> Option<Key> {
        let key = self.key(socket).cloned();
        self.sockets.remove(&socket);
        let key = key?;
        self.directory.get_mut(&key)?.session.gone(now, SocketId(socket as u64));
        Some(key)
    }

    /// When a machine here wants to hear that time has passed.
    pub fn next_timeout(&self) -> Option<Millis> {
        let sessions = self
            .directory
            .iter()
            .filter_map(|(_, host)| host.session.next_timeout());
        sessions.chain(self.directory.next_timeout()).min()
    }
}

/// A frame from a page.
pub enum Frame {
    Text(String),
    Binary(Vec<u8>),
}

impl Terminal {
    pub fn new(size: Size) -> Self {
        Self {
            backlog: 7,
            stalled_until: 0,
            taken: VecDeque::new(),
            exit: None,
            size,
            due: false,
        }
    }

    /// Notes that so much of what was taken is written; whose.
    pub fn write(&mut self, mut bytes: u64) -> Vec<(String, u64)> {
        let mut written = Vec::new();
        while bytes > 0
            && let Some((inst, there)) = self.taken.front_mut()
        {
            let count = bytes.min(*there);
            written.push((inst.clone(), count));
            bytes -= count;
            *there -= count;
            if *there == 0 {
                self.taken.pop_front();
            }
        }
        written
    }
}

/// The session that a hello names. The access token is the principal here.
fn key(identity: &Identity) -> Option<Key> {
    let principal = u64::from(identity.auth.as_deref() != Some("me"));
    let project = ProjectId::new(&identity.project).ok()?;
    let (Parsed::Current(session) | Parsed::Migrated(session)) = SessionId::parse(&identity.session, &project).ok()?
    else {
        return None;
    };
    Some(Key {
        principal,
        session: SessionKey { session, project },
    })
}

fn hash(secret: &str) -> [u8; 32] {
    let mut out = [0; 32];
    for (index, byte) in secret.bytes().enumerate() {
        out[index % 32] ^= byte.rotate_left(index as u32 / 32);
    }
    out
}
