//! The server's side of a world: what its sessions hear, and what they want done.

use crate::host::{Asked, Host, digest, key, whole};
use crate::socket::{Frame, HostEnd, PageEnd};
use crate::world::World;
use relatch::host::{Action, Decision, Ending, SocketId, Transmit};
use relatch::session::SessionKey;
use relatch::wire::{Attach, FromClient, FromServer, Identity};

/// What only the frames of the current socket may change (I5).
#[derive(PartialEq, Eq, Debug)]
struct Guarded {
    attached: Option<SocketId>,
    generation: u64,
    acked: Option<u64>,
    held: bool,
    waiting: usize,
    size: relatch::wire::Size,
    expires: Option<u64>,
    ended: Option<Ending>,
}

impl World {
    fn guarded(&self, key: &SessionKey) -> Option<Guarded> {
        let session = self.host.get(key)?;
        Some(Guarded {
            attached: session.attached(),
            generation: session.generation(),
            acked: session.acked(),
            held: session.held(),
            waiting: session.input_waiting(),
            size: session.size(),
            expires: session.expires(),
            ended: session.ended(),
        })
    }

    /// The server is given the socket's next frame.
    pub fn up(&mut self, at: usize) -> Result<(), String> {
        let frame = self.sockets[at].change(|socket| socket.up.pop_front()).unwrap();
        match (self.sockets[at].host_end.clone(), frame) {
            (HostEnd::Left, _) => Ok(()),
            (HostEnd::Waiting, Frame::Text(text)) => match FromClient::parse(&text) {
                Ok(Some(FromClient::Hello(identity, attach))) => self.hello(at, &identity, &attach),
                _ => Err("the first frame is no hello".to_owned()),
            },
            (HostEnd::Waiting, Frame::Binary(_)) => Err("input comes before the hello".to_owned()),
            (HostEnd::Waiting, Frame::Close(_)) => {
                self.sockets[at].change(|socket| socket.host_leaves());
                Ok(())
            }
            (HostEnd::Served(_), Frame::Close(_)) => self.host_loses(at),
            (HostEnd::Served(key), Frame::Text(text)) => self.guard(at, &key, |world, socket| {
                world.host.change(|host| {
                    let now = host.now;
                    host.get_mut(&key).unwrap().text(now, socket, &text);
                });
                Ok(())
            }),
            (HostEnd::Served(key), Frame::Binary(bytes)) => {
                self.guard(at, &key, |world, socket| world.input(&key, socket, &bytes))
            }
        }
    }

    /// The server hears that the socket is lost.
    pub fn host_loses(&mut self, at: usize) -> Result<(), String> {
        let end = self.sockets[at].host_end.clone();
        if let HostEnd::Served(key) = end {
            self.guard(at, &key, |world, socket| {
                world.host.change(|host| {
                    let now = host.now;
                    host.get_mut(&key).unwrap().gone(now, socket);
                });
                Ok(())
            })?;
        }
        self.sockets[at].change(|socket| socket.host_leaves());
        Ok(())
    }

    /// Does what comes from a socket, and checks that it changes only what it may.
    fn guard(
        &mut self,
        at: usize,
        key: &SessionKey,
        what: impl FnOnce(&mut Self, SocketId) -> Result<(), String>,
    ) -> Result<(), String> {
        let socket = SocketId(self.sockets[at].id);
        let Some(before) = self.guarded(key) else {
            return Err("a session is gone and its sockets were not told".to_owned());
        };
        what(self, socket)?;
        let after = self.guarded(key).unwrap();
        if after.attached == Some(socket) && before.attached != Some(socket) {
            self.attached(at, key, &before, &after)?;
        } else if before.attached != Some(socket) && before != after {
            return Err(format!(
                "I5: a socket that is not current changes {before:?} to {after:?}"
            ));
        }
        self.pump()
    }

    /// The socket is the session's from now on (I6).
    fn attached(&mut self, at: usize, key: &SessionKey, before: &Guarded, after: &Guarded) -> Result<(), String> {
        let proven = self.sockets[at].asked;
        let socket = &self.sockets[at];
        self.ghost = socket.page_end == PageEnd::Left && proven;
        let (inst, attempt) = (format!("{key} {}", socket.inst), socket.attempt);
        if after.generation != before.generation + 1 {
            return Err(format!("I6: from {} to {}", before.generation, after.generation));
        }
        match self.tries.iter_mut().find(|(known, _)| *known == inst) {
            Some((_, highest)) if *highest >= attempt => Err(format!("I6: try {attempt} attaches after {highest}")),
            Some((_, highest)) => {
                *highest = attempt;
                Ok(())
            }
            None => {
                self.tries.push((inst, attempt));
                Ok(())
            }
        }
    }

    fn hello(&mut self, at: usize, identity: &Identity, attach: &Attach) -> Result<(), String> {
        let key = key(&identity.session, &identity.project);
        let hash = digest(&identity.secret);
        let now = self.host.now;
        match self.host.directory.decide(now, &whole(&key), attach.resume, &hash) {
            Decision::Attach => {}
            Decision::Create => {
                // What an earlier session of this name knew is forgotten.
                let name = format!("{key} ");
                self.tries.retain(|(known, _)| !known.starts_with(&name));
                self.epochs += 1;
                let session = self.setup.session(u64::from(self.epochs - 1), now);
                let inserted = |host: &mut Host| host.directory.insert(now, whole(&key), hash, session).is_ok();
                if !self.host.change(inserted) {
                    return Err("a session is made twice".to_owned());
                }
            }
            Decision::Refuse { code, retry_ms, msg } => {
                let msg = msg.to_owned();
                let text = FromServer::Error { code, retry_ms, msg }.to_text();
                self.sockets[at].change(|socket| {
                    socket.send_down(Frame::Text(text.into()));
                    socket.send_down(Frame::Close(code));
                    socket.host_leaves();
                });
                return Ok(());
            }
        }
        self.sockets[at].change(|socket| socket.host_end = HostEnd::Served(key.clone()));
        self.guard(at, &key, |world, socket| {
            world.host.change(|host| {
                let session = host.get_mut(&key).unwrap();
                session.attach(now, socket, &identity.inst, attach);
            });
            Ok(())
        })?;
        self.sockets[at].change(|socket| socket.asked = true);
        Ok(())
    }

    /// A hello with a wrong secret (I10).
    pub fn intrude(&mut self, at: usize) -> Result<(), String> {
        let key = self.host.keys()[at].clone();
        let number: u8 = key.session.as_str()[1..].parse().unwrap();
        let mut identity = self.identity(number, "intruder");
        identity.secret = "x".repeat(40);
        let attach = Attach {
            attempt: 1,
            resume: true,
            epoch: None,
            take: true,
            out: None,
            done: 0,
            in_lo: 0,
            in_hi: 0,
            size: None,
        };
        let now = self.host.now;
        let before = self.guarded(&key);
        let decision = self
            .host
            .directory
            .decide(now, &whole(&key), true, &digest(&identity.secret));
        if decision == Decision::Attach {
            let socket = SocketId(99);
            self.host.change(|host| {
                let session = host.get_mut(&key).unwrap();
                session.attach(now, socket, &identity.inst, &attach);
                session.gone(now, socket);
            });
        }
        if self.guarded(&key) != before {
            return Err("I10: a hello without the secret changes the session".to_owned());
        }
        Ok(())
    }

    fn input(&mut self, key: &SessionKey, socket: SocketId, bytes: &[u8]) -> Result<(), String> {
        let session = self.host.get(key).unwrap();
        let count = |session: &relatch::host::Session| {
            let accepted = session.last_inst().and_then(|inst| session.accepted(inst));
            accepted.unwrap_or_default()
        };
        let (before, epoch) = (count(session), session.epoch());
        let after = self.host.change(|host| {
            let now = host.now;
            let session = host.get_mut(key).unwrap();
            session.binary(now, socket, bytes);
            count(session)
        });
        if after > before {
            self.ledger.change(|ledger| ledger.accept(epoch, bytes))?;
        }
        Ok(())
    }

    pub fn host_timer(&mut self, due: u64) -> Result<(), String> {
        let attached: Vec<_> = self
            .host
            .keys()
            .into_iter()
            .map(|key| (self.guarded(&key), key))
            .collect();
        self.host.change(|host| {
            host.now += due;
            host.timeout();
        });
        for (before, key) in attached {
            let ended = self
                .host
                .get(&key)
                .is_some_and(|session| session.ended() == Some(Ending::Expired));
            if ended && before.is_some_and(|before| before.attached.is_some()) {
                return Err("I12: a session expires while a page is attached".to_owned());
            }
        }
        self.pump()
    }

    pub fn print(&mut self, at: usize) -> Result<(), String> {
        let key = self.host.keys()[at].clone();
        let content = self.setup.content;
        let session = self.host.get(&key).unwrap();
        let live = session.attached().is_some() && !session.held();
        let kept_from = session.base().max(session.acked().unwrap_or_default());
        self.host.change(|host| {
            let now = host.now;
            let session = host.get_mut(&key).unwrap();
            let byte = content.byte(session.epoch(), session.head());
            session.printed(now, &[byte]);
        });
        let base = self.host.get(&key).unwrap().base();
        if live && base > kept_from {
            return Err(format!(
                "I8: output up to {base} is evicted, and was acked up to {kept_from}"
            ));
        }
        self.pump()
    }

    /// The process takes a byte of input.
    pub fn take(&mut self, at: usize) -> Result<(), String> {
        let key = self.host.keys()[at].clone();
        self.take_one(&key)?;
        if self.setup.two_phases { Ok(()) } else { self.wrote(at) }
    }

    fn take_one(&mut self, key: &SessionKey) -> Result<(), String> {
        let (bytes, epoch) = self.host.change(|host| {
            let session = host.get_mut(key).unwrap();
            let bytes = session.take_input(1);
            let epoch = session.epoch();
            host.taken(key).extend(&bytes);
            (bytes, epoch)
        });
        self.ledger.change(|ledger| ledger.write(epoch, &bytes))
    }

    /// What was taken has been written.
    pub fn wrote(&mut self, at: usize) -> Result<(), String> {
        let key = self.host.keys()[at].clone();
        self.host.change(|host| host.write(&key));
        self.pump()
    }

    pub fn restart(&mut self, at: usize) -> Result<(), String> {
        let key = self.host.keys()[at].clone();
        self.epochs += 1;
        let epoch = u64::from(self.epochs - 1);
        self.host.change(|host| {
            let now = host.now;
            host.restart(&key);
            host.get_mut(&key).unwrap().restarted(epoch, now);
            host.note_width(&key);
        });
        self.pump()
    }

    /// The server's process ends, and another one knows nothing.
    pub fn forget_all(&mut self) -> Result<(), String> {
        let directory = self.setup.directory();
        self.host.change(|host| {
            host.directory = directory;
            host.taken.clear();
            host.asked.clear();
            host.widths.clear();
        });
        for socket in &mut self.sockets {
            socket.change(|socket| {
                socket.cut_up();
                socket.host_leaves();
                socket.cut_down();
            });
        }
        Ok(())
    }

    /// Gives the sockets what the sessions have for them, as far as they take it, and does what the sessions want done.
    pub fn pump(&mut self) -> Result<(), String> {
        for key in self.host.keys() {
            let session = self.host.get(&key).unwrap();
            let over = session.ended().is_some();
            let wanted: Vec<SocketId> = session.sockets().collect();
            for id in wanted {
                self.fill(&key, id, over)?;
            }
            while self.setup.eager && self.host.get(&key).unwrap().input_waiting() > 0 {
                self.take_one(&key)?;
                let count = self.host.change(|host| host.write(&key));
                assert_eq!(count, 1);
                let wanted: Vec<SocketId> = self.host.get(&key).unwrap().sockets().collect();
                for id in wanted {
                    self.fill(&key, id, over)?;
                }
            }
            let actions = self.host.change(|host| host.actions(&key));
            for action in actions {
                match action {
                    Action::End(ending) => self.end(&key, ending)?,
                    Action::Snapshot {
                        generation,
                        from,
                        scrollback,
                    } => self.ask(&key, generation, from, scrollback),
                    Action::Resize(_) if self.setup.bounds.snapshots => self.host.change(|host| host.note_width(&key)),
                    Action::Resize(_) | Action::Repaint(_) => {}
                }
            }
        }
        Ok(())
    }

    fn ask(&mut self, key: &SessionKey, generation: u64, from: u64, scrollback: bool) {
        let session = self.host.get(key).unwrap();
        let asked = Asked {
            key: key.clone(),
            epoch: session.epoch(),
            generation,
            from,
            scrollback,
            last: None,
        };
        self.host.change(|host| host.asked.push(asked));
    }

    /// A snapshot is there, or is not to be had.
    pub fn paint(&mut self, out: Option<u64>) -> Result<(), String> {
        self.host.change(|host| host.paint(out));
        self.pump()
    }

    /// The same after a socket has taken a frame: nothing has happened to the sessions.
    pub fn refill(&mut self) -> Result<(), String> {
        let idle = self
            .host
            .directory
            .iter()
            .all(|(_, session)| session.sockets().next().is_none());
        if idle { Ok(()) } else { self.pump() }
    }

    fn fill(&mut self, key: &SessionKey, id: SocketId, over: bool) -> Result<(), String> {
        let Some(at) = self.sockets.iter().position(|socket| socket.id == id.0) else {
            return Err("a session speaks to a socket that is no more".to_owned());
        };
        while over || self.sockets[at].down.len() < self.setup.pipe {
            let next = self.host.change(|host| {
                let now = host.now;
                host.get_mut(key).unwrap().transmit(now, id)
            });
            let Some(next) = next else { break };
            match next {
                Transmit::Text(text) => self.sockets[at].change(|socket| socket.send_down(Frame::Text(text.into()))),
                Transmit::Binary(bytes) => {
                    self.check_window(key)?;
                    self.sockets[at].change(|socket| socket.send_down(Frame::Binary(bytes.into())));
                }
                Transmit::Close { code, reason } => {
                    if code == 4400 {
                        return Err(format!(
                            "S7: the server finds that the client breaks the protocol: {reason}"
                        ));
                    }
                    self.sockets[at].change(|socket| {
                        socket.send_down(Frame::Close(code));
                        socket.host_leaves();
                    });
                    break;
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, key: &SessionKey, ending: Ending) -> Result<(), String> {
        self.check_ending(key, ending)?;
        self.host.change(|host| {
            let now = host.now;
            host.directory.forget(now, &whole(key));
            host.forget(key);
        });
        Ok(())
    }
}
