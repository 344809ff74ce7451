//! The server's driver: frames to the sessions, frames from them while there is room, and the programs behind them.

use super::lines::show;
use super::{Happening, World};
use crate::holds;
use crate::reference::{Process, snapshot};
use crate::server::{Asked, Frame, Host, Socket, Terminal};
use relatch::host::{Action, Ending, Key, Snapshot, SocketId, Transmit};

impl World {
    pub(super) fn serve_frame(&mut self, wire: usize, frame: Frame) {
        match self.server.sockets.get(&wire) {
            Some(Socket::Door) => {
                let text = match &frame {
                    Frame::Text(text) => text,
                    Frame::Binary(_) => "",
                };
                let sessions = self.server.directory.len();
                let key = self.server.hello(self.now, wire, text);
                let made = self.server.directory.len() > sessions;
                let stranger = self.wires[wire].page.is_none();
                if let Some(host) = key.as_ref().and_then(|key| self.server.directory.get_mut(key)) {
                    if made {
                        host.stranger = stranger;
                    }
                    holds!(
                        host.stranger == stranger,
                        "somebody is let in whose session it is not (I10, I11)"
                    );
                }
                self.farewells();
                if let Some(key) = key {
                    self.after(&key);
                }
            }
            Some(Socket::In { .. }) => self.accept_frame(wire, &frame),
            Some(Socket::Out) | None => {}
        }
    }

    fn accept_frame(&mut self, wire: usize, frame: &Frame) {
        let Some(Socket::In { key, inst, .. }) = self.server.sockets.get(&wire) else {
            return;
        };
        let (key, inst) = (key.clone(), inst.clone());
        let before = self
            .server
            .directory
            .get(&key)
            .map(|host| Before::of(host, wire, &inst));
        self.server.frame(self.now, wire, frame);
        if let (Some(before), Some(host)) = (before, self.server.directory.get_mut(&key)) {
            let accepted = host.session.accepted(&inst).unwrap_or_default();
            holds!(accepted >= before.accepted, "input is taken back (I3)");
            if let (Frame::Binary(bytes), true) = (frame, accepted > before.accepted) {
                holds!(
                    before.current,
                    "input of a socket that is not attached is accepted (I5)"
                );
                holds!(
                    accepted - before.accepted == bytes.len() as u64,
                    "half a frame is accepted (S4)"
                );
                let page = self.wires[wire].page.expect("an attacker is never attached");
                let typing = &mut self.pages[page].typing;
                let parts = typing.accepted(&inst, host.session.epoch(), before.accepted, bytes);
                if host.session.exit().is_none() {
                    host.process.accept(&inst, typing.key(), parts);
                }
            } else {
                holds!(accepted == before.accepted, "input from nowhere (I3)");
            }
            let untouched = (host.session.acked(), host.session.held(), host.session.size());
            let attached = host.session.attached() == before.attached;
            holds!(
                before.current || !attached || untouched == before.rest,
                "a frame of a socket that is not attached changed something (I5)"
            );
        }
        self.after(&key);
    }

    /// Whatever the session of this key wants done after it has heard something.
    pub(super) fn after(&mut self, key: &Key) {
        self.serve(key);
        if let Some(host) = self.server.directory.get_mut(key) {
            host.detached = match (host.session.attached(), host.detached) {
                (Some(_), _) => None,
                (None, since) => since.or(Some(self.now)),
            };
        }
        self.stir(key);
    }

    /// Sends what there is to send, and does what is to be done.
    pub(super) fn serve(&mut self, key: &Key) {
        while self.serve_once(key) {}
        let Some(host) = self.server.directory.get_mut(key) else {
            return;
        };
        let mut asked = Vec::new();
        while let Some(action) = host.session.poll_action() {
            match action {
                Action::Resize(size) => host.terminal.size = size,
                Action::Repaint(_) => host.terminal.backlog += 11,
                Action::Snapshot {
                    generation,
                    from,
                    scrollback,
                } => asked.push(Asked {
                    key: key.clone(),
                    epoch: host.process.epoch,
                    generation,
                    from,
                    scrollback,
                }),
                Action::End(ending) => {
                    self.end(key, ending);
                    break;
                }
            }
        }
        for asked in asked {
            let slow = self.chance.pick(&[5, 200, 8000]);
            let at = self.now + self.chance.below(slow);
            self.schedule(at, Happening::Drawn(self.asked.len()));
            self.asked.push(asked);
        }
        self.stir(key);
    }

    fn serve_once(&mut self, key: &Key) -> bool {
        let Some(host) = self.server.directory.get_mut(key) else {
            return false;
        };
        let over = host.session.ended().is_some();
        let sockets: Vec<_> = host.session.sockets().collect();
        let mut sent = false;
        for socket in sockets {
            let wire = socket.0 as usize;
            let Some(host) = self.server.directory.get_mut(key) else {
                return false;
            };
            if self.wires[wire].down.under_way >= self.setup.room && !over {
                continue;
            }
            let Some(frame) = host.session.transmit(self.now, socket) else {
                continue;
            };
            sent = true;
            if let Some(Socket::In { inst, attach, .. }) = self.server.sockets.get(&wire) {
                let window = self.setup.bounds.window;
                host.process.send(wire, (inst, attach), &host.session, &frame, window);
            } else {
                panic!(
                    "a session sends {} on wire {wire}, which it does not have",
                    show(&frame)
                );
            }
            self.send_down(wire, frame);
        }
        sent
    }

    fn end(&mut self, key: &Key, ending: Ending) {
        self.log(|| format!("  the session ends: {ending:?}"));
        while self.serve_once(key) {}
        let Some(host) = self.server.directory.forget(self.now, key) else {
            return;
        };
        let remembered = self.now + self.setup.bounds.retention;
        self.server.ended.insert(key.clone(), remembered);
        match ending {
            Ending::Killed | Ending::Exited => {
                holds!(host.may_end, "a session ended that nobody ended: {ending:?} (I12)")
            }
            Ending::Expired => {
                let since = host.detached.unwrap_or(self.now);
                let waited = self.now - since;
                holds!(
                    waited >= self.setup.bounds.retention,
                    "a session expired after {waited} ms (I12)"
                );
            }
        }
    }

    /// What the server itself has to say.
    pub(super) fn farewells(&mut self) {
        while let Some((wire, frame)) = self.server.farewells.pop_front() {
            self.send_down(wire, frame);
        }
    }

    pub(super) fn close_door(&mut self, wire: usize) {
        if let Some(Socket::Door) = self.server.sockets.get(&wire) {
            self.server.farewells.push_back((
                wire,
                Transmit::Close {
                    code: 4408,
                    reason: "no hello".to_owned(),
                },
            ));
            self.farewells();
        }
    }

    pub(super) fn server_timeout(&mut self) {
        self.server.directory.timeout(self.now);
        for key in self.server.keys() {
            let Some(host) = self.server.directory.get_mut(&key) else {
                continue;
            };
            if host.session.next_timeout().is_some_and(|at| at <= self.now) {
                host.session.timeout(self.now);
                self.after(&key);
            }
        }
    }

    /// Sees to it that the program does what it can.
    pub(super) fn stir(&mut self, key: &Key) {
        let Some(host) = self.server.directory.get_mut(key) else {
            return;
        };
        let Host {
            session,
            terminal,
            process,
            ..
        } = host;
        if terminal.due || session.exit().is_some() {
            return;
        }
        let reads = session.input_waiting() > 0 || !terminal.taken.is_empty();
        let prints = session.may_read() && (terminal.backlog > 0 || terminal.exit.is_some());
        if prints || reads {
            terminal.due = true;
            let wait = self.chance.below(3);
            let at = if prints {
                self.now
            } else {
                self.now.max(terminal.stalled_until)
            };
            let epoch = process.epoch;
            self.schedule(at + wait, Happening::Program(epoch));
        }
    }

    pub(super) fn program(&mut self, epoch: u64) {
        let hosts = self.server.directory.iter();
        let key = hosts
            .filter(|(_, host)| host.process.epoch == epoch)
            .map(|(key, _)| key.clone())
            .next();
        let Some(key) = key else { return };
        let (frame, ring) = (self.setup.bounds.frame as u64, self.setup.bounds.ring as u64);
        let Some(host) = self.server.directory.get_mut(&key) else {
            return;
        };
        let Host {
            session,
            terminal,
            process,
            ..
        } = host;
        terminal.due = false;
        if session.exit().is_some() {
            return;
        }
        let most = self.chance.between(1, frame.min(ring));
        if session.may_read() {
            let bytes = terminal.backlog.min(most);
            terminal.backlog -= bytes;
            session.printed(self.now, &process.print(bytes as usize));
            if let (0, Some(exit)) = (terminal.backlog, terminal.exit) {
                session.exited(self.now, exit);
                process.stop();
                terminal.taken.clear();
            }
        }
        if self.now >= terminal.stalled_until && session.exit().is_none() {
            let bytes = session.take_input(self.chance.between(1, 9000) as usize);
            terminal.taken.extend(process.take(&bytes, session));
            let written = terminal.write(self.chance.between(1, 5000));
            let sum: u64 = written.iter().map(|&(_, bytes)| bytes).sum();
            for (inst, bytes) in written {
                process.wrote(&inst, bytes);
            }
            session.wrote(sum as usize);
            if self.setup.echo {
                terminal.backlog += sum;
            }
        }
        self.after(&key);
    }

    /// A snapshot that was asked for is there, or is not to be had.
    pub(super) fn drawn(&mut self, number: usize) {
        let Asked {
            key,
            epoch,
            generation,
            from,
            scrollback,
        } = self.asked[number].clone();
        let Some(host) = self.server.directory.get_mut(&key) else {
            return;
        };
        let mut out = from;
        let mut size = host.session.size();
        if host.process.epoch == epoch {
            let head = host.session.head();
            let least = from.max(host.parsed);
            out = if self.chance.percent(40) {
                head
            } else {
                self.chance.between(least, head)
            };
            host.parsed = out;
            size = host.process.drawn_size(out);
        }
        let bytes = snapshot(epoch, out, scrollback);
        let snapshot = self.chance.percent(90).then_some(Snapshot { out, size, bytes });
        self.log(|| format!("  process {epoch:x} is drawn at {out}: {}", snapshot.is_some()));
        if let Some(host) = self.server.directory.get_mut(&key) {
            host.session.painted(generation, snapshot);
        }
        self.after(&key);
    }

    /// The session's process is another from now on.
    pub(super) fn restart(&mut self, key: &Key) {
        let epoch = self.server.epoch();
        let Some(host) = self.server.directory.get_mut(key) else {
            return;
        };
        host.session.restarted(epoch, self.now);
        host.process = Process::new(epoch, host.session.size(), host.process.end());
        host.terminal = Terminal::new(host.session.size());
        host.may_end = false;
        host.parsed = 0;
        self.after(key);
    }
}

/// What a frame of a socket that is not attached may not change.
struct Before {
    accepted: u64,
    current: bool,
    attached: Option<SocketId>,
    rest: (Option<u64>, bool, relatch::wire::Size),
}

impl Before {
    fn of(host: &Host, wire: usize, inst: &str) -> Self {
        let session = &host.session;
        Self {
            accepted: session.accepted(inst).unwrap_or_default(),
            current: session.attached() == Some(SocketId(wire as u64)),
            attached: session.attached(),
            rest: (session.acked(), session.held(), session.size()),
        }
    }
}
