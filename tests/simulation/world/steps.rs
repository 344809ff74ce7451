//! What each step does.

use super::{Happening, World};
use crate::page::Doom;
use crate::scenario::{Attack, Ends, Restart, Step};
use crate::wire::{Down, Up};
use relatch::client::{Input, SocketId};
use relatch::host::{Directory, Key};
use relatch::wire::{Attach, Exit, FromClient, Size};

impl World {
    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Type { tab, amount } => {
                let window = self.setup.bounds.input as u64;
                let page = self.page(tab);
                if self.now >= self.pages[page].asleep_until {
                    self.type_in(page, 1 + window * u64::from(amount) / 1000);
                }
            }
            Step::Resize { tab, cols } => {
                let page = self.page(tab);
                let size = Size { cols, rows: 24 };
                if self.user(tab, Input::Resize(size)) {
                    self.pages[page].size = Some(size);
                }
            }
            Step::Reconnect { tab } => {
                let page = self.page(tab);
                self.returns(page);
                self.user(tab, Input::Reconnect);
            }
            Step::Close { tab, code } => {
                let page = self.page(tab);
                self.pages[page].story.left |= self.now >= self.pages[page].asleep_until;
                let reason = String::new();
                self.user(tab, Input::Close { code, reason });
            }
            Step::Dispose { tab } => {
                let page = self.page(tab);
                let awake = self.now >= self.pages[page].asleep_until;
                self.pages[page].story.disposed |= awake;
                self.user(tab, Input::Dispose);
            }
            Step::NewSession { tab } => {
                let page = self.page(tab);
                self.returns(page);
                self.user(tab, Input::NewSession);
            }
            Step::Reload { tab } => {
                let page = self.page(tab);
                self.leave(page);
                let (tab, storage) = (self.pages[page].tab, self.pages[page].storage);
                self.load(tab, storage);
            }
            Step::Duplicate { tab, shared } => self.duplicate(tab, shared),
            Step::Hide { tab } => {
                let page = self.page(tab);
                self.pages[page].hidden = true;
                self.user(tab, Input::Hide);
            }
            Step::Wake { tab } => {
                let page = self.page(tab);
                self.pages[page].hidden = false;
                self.user(tab, Input::Wake);
            }
            Step::Freeze { tab, ms } => {
                let page = self.page(tab);
                self.user(tab, Input::Freeze);
                let until = self.now + ms;
                self.pages[page].asleep_until = self.pages[page].asleep_until.max(until);
                self.schedule(until, Happening::Thaw(page));
            }
            Step::Online { tab } => {
                self.user(tab, Input::Online);
            }
            Step::Offline { tab } => {
                self.user(tab, Input::Offline);
            }
            Step::Sleep { tab, ms } => {
                let page = self.page(tab);
                let it = &mut self.pages[page];
                it.asleep_until = it.asleep_until.max(self.now + ms);
            }
            Step::LateTimers { tab, ms } => {
                let page = self.page(tab);
                self.pages[page].timers_late_until = self.now + ms;
            }
            Step::Terminal { tab, ms } => {
                let page = self.page(tab);
                self.pages[page].terminal.each = ms;
            }
            Step::TerminalStalls { tab, ms } => {
                let page = self.page(tab);
                self.pages[page].terminal.stalled_until = self.now + ms;
            }
            Step::NewTerminal { tab } => {
                let page = self.page(tab);
                let it = &mut self.pages[page];
                if self.now >= it.asleep_until {
                    it.terminal.paced = true;
                    it.terminal.number += 1;
                    it.terminal.due = false;
                    it.terminal.writes.clear();
                    it.reading.pending = 0;
                    self.user(tab, Input::Pace);
                }
            }
            Step::Cut { .. }
            | Step::CutNext { .. }
            | Step::Slow { .. }
            | Step::SlowNext { .. }
            | Step::Overtaken { .. }
            | Step::Outage { .. }
            | Step::CloseFrom { .. } => self.line_step(step),
            Step::Print { .. } | Step::ProgramStalls { .. } | Step::Exit { .. } | Step::Restart { .. } => {
                self.server_step(step);
            }
            Step::Attack { tab, kind } => self.attack(tab, kind),
        }
    }

    fn line_step(&mut self, step: Step) {
        match step {
            Step::Cut { tab, up, down, ends } => {
                if let Some(wire) = self.line_of(self.page(tab)) {
                    self.cut(wire, up, down, ends);
                }
            }
            Step::CutNext { tab, up, down, ends } => {
                let page = self.page(tab);
                self.pages[page].doom.breaks = Some((up, down, ends));
            }
            Step::Slow { tab, up, ms } => {
                if let Some(wire) = self.line_of(self.page(tab)) {
                    let wire = &mut self.wires[wire];
                    *(if up { &mut wire.up.slow } else { &mut wire.down.slow }) = ms;
                }
            }
            Step::SlowNext { tab, up, ms } => {
                let page = self.page(tab);
                self.pages[page].doom.slow = if up { (ms, 0) } else { (0, ms) };
            }
            Step::Overtaken { tab, ms } => {
                let page = self.page(tab);
                self.pages[page].doom.overtaken = Some(ms);
            }
            Step::Outage { kind, ms } => self.weather.outage = Some((kind, self.now + ms)),
            Step::CloseFrom { tab, code, retry } => {
                let Some(wire) = self.line_of(self.page(tab)) else {
                    return;
                };
                let reason = retry.map_or_else(String::new, |ms| format!(r#"{{"retry_ms":{ms}}}"#));
                self.push_down(
                    wire,
                    Down::Close {
                        code,
                        reason,
                        proxy: true,
                    },
                );
                self.ends_hear(
                    wire,
                    Ends {
                        page: None,
                        server: Some(0),
                    },
                );
            }
            _ => {}
        }
    }

    fn server_step(&mut self, step: Step) {
        match step {
            Step::Print { session, amount } => {
                let ring = self.setup.bounds.ring as u64;
                self.program_of(session, |terminal, _| {
                    terminal.backlog += 1 + ring * u64::from(amount) / 1000
                });
            }
            Step::ProgramStalls { session, ms } => {
                self.program_of(session, |terminal, now| terminal.stalled_until = now + ms);
            }
            Step::Exit { session, signal } => {
                let exit = if signal { Exit::Signal(9) } else { Exit::Code(3) };
                self.program_of(session, |terminal, _| terminal.exit = Some(exit));
            }
            Step::Restart { kind } => self.restart_server(kind),
            _ => {}
        }
    }

    fn program_of(&mut self, session: u8, change: impl FnOnce(&mut crate::server::Terminal, u64)) {
        let Some(key) = self.session(session) else { return };
        if let Some(host) = self.server.directory.get_mut(&key) {
            change(&mut host.terminal, self.now);
        }
        self.stir(&key);
    }

    fn restart_server(&mut self, kind: Restart) {
        if !matches!(kind, Restart::Processes) {
            self.cut_all();
        }
        let keys = self.server.keys();
        match kind {
            Restart::Processes | Restart::Kept => keys.iter().for_each(|key| self.restart(key)),
            Restart::Forgotten => {
                self.server.ended.clear();
                self.server.directory = Directory::new(64, self.setup.bounds.retention);
                if let Some(rule) = self.server.broken {
                    let directory = std::mem::replace(&mut self.server.directory, Directory::new(1, 1));
                    self.server.directory = directory.without(rule);
                }
            }
        }
    }

    /// The user does something in a tab; `false` if it was refused, or the page stands still.
    fn user(&mut self, tab: u8, input: Input) -> bool {
        let page = self.page(tab);
        self.now >= self.pages[page].asleep_until && self.feed(page, input)
    }

    /// The user wants the page's line again.
    fn returns(&mut self, page: usize) {
        let it = &mut self.pages[page];
        if self.now >= it.asleep_until {
            it.story.superseded = false;
            it.story.left = false;
        }
    }

    /// The page's tab goes elsewhere: its socket closes behind it, and nothing of the page is left.
    pub(super) fn leave(&mut self, page: usize) {
        let it = &mut self.pages[page];
        it.gone = true;
        if let Some((_, wire)) = it.wire.take() {
            self.wires[wire].page_open = false;
            self.send_up(wire, Up::Close);
        }
    }

    fn duplicate(&mut self, tab: u8, shared: bool) {
        let page = self.page(tab);
        if self.tabs.len() >= 4 {
            return;
        }
        let storage = self.pages[page].storage;
        let storage = if shared || self.setup.shared {
            storage
        } else {
            self.storage.push(self.storage[storage].clone());
            self.storage.len() - 1
        };
        self.tabs.push(0);
        self.load(self.tabs.len() - 1, storage);
    }

    /// A socket that is nobody's page.
    fn attack(&mut self, tab: u8, kind: Attack) {
        let page = self.page(tab);
        let it = &self.pages[page];
        let mut identity = it.identity(it.life);
        let mut attach = Attach {
            attempt: it.attempt + 100,
            resume: true,
            epoch: it.reading.epoch,
            take: true,
            out: None,
            done: 0,
            in_lo: 0,
            in_hi: 0,
            size: None,
        };
        match kind {
            Attack::WrongSecret { resume } => {
                identity.secret = "x".repeat(40);
                attach.resume = resume;
            }
            Attack::OtherPrincipal => identity.auth = Some("you".to_owned()),
            Attack::OtherProject => identity.project = "other".to_owned(),
            Attack::Garbage | Attack::Silence => {}
        }
        // With a wrong secret an unknown id would be the attacker's own.
        let known = self
            .server
            .keys()
            .iter()
            .any(|key| key.session.session.as_str() == identity.session);
        if matches!(kind, Attack::WrongSecret { resume: false }) && !known {
            return;
        }
        let wire = self.new_wire(None, SocketId(0), Doom::default());
        self.send_up(wire, Up::Syn);
        let hello = FromClient::Hello(identity, attach).to_text();
        match kind {
            Attack::Silence => return,
            Attack::Garbage => self.send_up(wire, Up::Text(r#"{"t":"hello","v":1}"#.to_owned())),
            _ => self.send_up(wire, Up::Text(hello)),
        }
        self.send_up(wire, Up::Text(FromClient::Ack { out: 3, exit: true }.to_text()));
        self.send_up(wire, Up::Text(FromClient::Bye { kill: true }.to_text()));
        self.send_up(wire, Up::Binary(b"rm -rf".to_vec()));
    }

    fn page(&self, tab: u8) -> usize {
        self.tabs[usize::from(tab) % self.tabs.len()]
    }

    fn session(&self, number: u8) -> Option<Key> {
        let keys = self.server.keys();
        (!keys.is_empty()).then(|| keys[usize::from(number) % keys.len()].clone())
    }
}
