//! A page's driver: it hands the client what happened and does what the client says, as the browser's does.

use super::{Happening, World};
use crate::holds;
use crate::page::{Credentials, Page};
use crate::wire::Up;
use relatch::client::{Action, DropReason, Event, Input, Payload, Reason, Reset, SocketId, State};
use relatch::wire::{Attach, FromClient, FromServer};

/// What an input brought to the client.
#[derive(Default)]
struct Cause {
    frame: Option<FromServer>,
    bytes: Option<Vec<u8>>,
    /// A code that was not the server's.
    proxy: bool,
    reset: bool,
}

impl World {
    /// A page is loaded into a tab.
    pub(super) fn load(&mut self, tab: usize, storage: usize) {
        let number = self.pages.len();
        let kept = self.storage[storage].clone();
        let mut page = Page::load(number, tab, storage, kept, &self.setup, self.seed);
        self.storage[storage] = Some(page.session.clone());
        if let Some(rule) = self.broken {
            page.client = page.client.without(rule);
        }
        self.pages.push(page);
        self.tabs[tab] = number;
        if self.setup.paced {
            self.feed(number, Input::Pace);
        }
        self.feed(number, Input::Connect);
    }

    pub(super) fn feed(&mut self, page: usize, input: Input) -> bool {
        self.hand(page, input, Cause::default())
    }

    pub(super) fn hear_text(&mut self, page: usize, socket: SocketId, text: String) {
        let current = self.is_current(page, socket);
        let frame = FromServer::parse(&text).ok().flatten().filter(|_| current);
        let cause = Cause {
            frame,
            ..Cause::default()
        };
        self.hand(page, Input::Control { socket, text }, cause);
    }

    pub(super) fn hear_bytes(&mut self, page: usize, socket: SocketId, bytes: Vec<u8>) {
        let input = Input::Message {
            socket,
            bytes: bytes.len(),
        };
        // What comes on another socket is not to be delivered.
        let bytes = self.is_current(page, socket).then_some(bytes);
        self.hand(
            page,
            input,
            Cause {
                bytes,
                ..Cause::default()
            },
        );
    }

    pub(super) fn hear_close(&mut self, page: usize, socket: SocketId, code: u16, reason: String, proxy: bool) {
        if self.is_current(page, socket) {
            self.pages[page].wire = None;
            self.pages[page].story.meddled |= proxy && matches!(code, 1002..=1010 | 3000 | 3003 | 4400..=4410);
        }
        self.hand(
            page,
            Input::Closed { socket, code, reason },
            Cause {
                proxy,
                ..Cause::default()
            },
        );
    }

    fn is_current(&self, page: usize, socket: SocketId) -> bool {
        self.pages[page].wire.is_some_and(|(current, _)| current == socket)
    }

    /// The user types; `false` if that is refused.
    pub(super) fn type_in(&mut self, page: usize, bytes: u64) {
        let it = &mut self.pages[page];
        let (typed, content) = it.typing.typed(self.now, bytes, it.reading.epoch);
        let result = it.client.handle(self.now, Input::Send(Payload::Binary(content)));
        self.log(|| format!("page {page}: {bytes} bytes typed: {result:?}"));
        let it = &mut self.pages[page];
        match result {
            Ok(()) => it.typing.taken(typed),
            Err(_) => it.typing.refused(typed),
        }
        self.carry_out(page, Cause::default());
    }

    fn hand(&mut self, page: usize, input: Input, cause: Cause) -> bool {
        if self.pages[page].gone {
            return false;
        }
        self.log(|| format!("page {page}: {}", show(&input)));
        let result = self.pages[page].client.handle(self.now, input);
        self.carry_out(page, cause);
        result.is_ok()
    }

    fn carry_out(&mut self, page: usize, mut cause: Cause) {
        let it = &mut self.pages[page];
        let actions: Vec<_> = std::iter::from_fn(|| it.client.poll_action()).collect();
        let kept = !actions.iter().any(|action| matches!(action, Action::Discard { .. }));
        cause.reset = actions
            .iter()
            .any(|action| matches!(action, Action::Emit(Event::Reset(_))));
        match &cause.frame {
            Some(FromServer::Welcome(welcome)) if kept => {
                let inst = it.inst(it.life);
                it.typing.welcome(&inst, welcome.epoch, welcome.accepted);
            }
            Some(FromServer::Ack(written)) if kept => it.typing.acked(*written),
            Some(FromServer::Mark(out) | FromServer::Ping { out: Some(out), .. }) if kept => it.reading.mark(*out),
            _ => {}
        }
        for action in actions {
            self.act(page, action, &mut cause);
        }
        let (now, it) = (self.now, &mut self.pages[page]);
        it.typing.go_on();
        let (messages, bytes) = it.client.queued();
        // The rest of a message that has left the queue is the stream's.
        let unsent = it.client.unsent();
        it.typing.sync(messages - usize::from(unsent > 0), bytes - unsent);
        if it.client.state() != State::Ready {
            it.lost_at.get_or_insert(now);
        } else if let Some(lost_at) = it.lost_at.take() {
            it.typing.check_age(now, lost_at, it.client.config().queue.age);
        }
    }

    fn act(&mut self, page: usize, action: Action, cause: &mut Cause) {
        match action {
            Action::NewSession => {
                self.credentials += 1;
                let it = &mut self.pages[page];
                it.session = Credentials::make(self.seed, 100 + self.credentials);
                it.reading.turn();
                it.story.exited = false;
                self.storage[it.storage] = Some(it.session.clone());
            }
            Action::ForgetSession => self.storage[self.pages[page].storage] = None,
            Action::Open(open) => {
                let it = &mut self.pages[page];
                holds!(!it.story.superseded, "a superseded page opens a socket (I15)");
                holds!(it.wire.is_none(), "a second socket (C1)");
                it.life = open.claim.life;
                self.log(|| format!("page {page}: open {open:?}"));
                self.open(page, &open);
            }
            Action::Greet(socket, attach) => self.greet(page, socket, &attach),
            Action::Transmit(socket, payload) => self.transmit(page, socket, payload),
            Action::Discard { socket, code, .. } => {
                self.log(|| format!("page {page}: discards {socket:?} with {code}"));
                if let Some((current, wire)) = self.pages[page].wire.take() {
                    holds!(current == socket, "discards another socket");
                    self.wires[wire].page_open = false;
                    self.send_up(wire, Up::Close);
                }
            }
            Action::Deliver => {
                let Some(bytes) = cause.bytes.take() else {
                    panic!("output of a socket that was given up is delivered (C1)");
                };
                self.deliver(page, &bytes);
            }
            Action::Emit(event) => self.tell(page, event, cause),
        }
    }

    fn greet(&mut self, page: usize, socket: SocketId, attach: &Attach) {
        let it = &mut self.pages[page];
        holds!(attach.attempt > it.attempt, "hellos are not counted upwards (I6)");
        it.attempt = attach.attempt;
        match attach.out {
            Some(out) => {
                holds!(it.reading.is_whole(), "a place within a snapshot (C2)");
                holds!(
                    out == it.reading.received(),
                    "hello.out {out}, received {} (C1)",
                    it.reading.received()
                );
                holds!(
                    attach.epoch == it.reading.epoch,
                    "hello.epoch {:?}, shown {:?}",
                    attach.epoch,
                    it.reading.epoch
                );
                holds!(
                    attach.done <= it.reading.processed(),
                    "hello.done is beyond what was processed (I7)"
                );
            }
            None => it.reading.begin_anew(),
        }
        let hello = FromClient::Hello(it.identity(it.life), *attach).to_text();
        self.transmit(page, socket, Payload::Text(hello));
    }

    fn transmit(&mut self, page: usize, socket: SocketId, payload: Payload) {
        let it = &mut self.pages[page];
        let Some((_, wire)) = it.wire.filter(|&(current, _)| current == socket) else {
            panic!("sent on a socket that is not there");
        };
        match &payload {
            Payload::Text(text) => match FromClient::parse(text) {
                Ok(Some(FromClient::Ack { out, .. })) => {
                    let processed = it.reading.processed();
                    holds!(out <= processed, "acked {out}, processed {processed} (I7)");
                }
                Ok(Some(FromClient::Resize(_))) => {
                    holds!(it.reading.is_live(), "a size before the replay is processed");
                }
                Ok(Some(_)) => {}
                other => panic!("the page sends {text}: {other:?}"),
            },
            Payload::Binary(bytes) => it.typing.sent(bytes),
        }
        self.log(|| match &payload {
            Payload::Text(text) => format!("page {page} -> wire {wire}: {text}"),
            Payload::Binary(bytes) => format!("page {page} -> wire {wire}: {} bytes", bytes.len()),
        });
        self.send_up(
            wire,
            match payload {
                Payload::Text(text) => Up::Text(text),
                Payload::Binary(bytes) => Up::Binary(bytes),
            },
        );
    }

    fn deliver(&mut self, page: usize, bytes: &[u8]) {
        let it = &mut self.pages[page];
        it.reading.bytes(bytes);
        if it.terminal.paced {
            it.reading.pending += bytes.len() as u64;
            it.terminal.writes.push_back(bytes.len());
            self.stir_terminal(page);
        }
    }

    pub(super) fn stir_terminal(&mut self, page: usize) {
        let terminal = &mut self.pages[page].terminal;
        if !terminal.due && !terminal.writes.is_empty() {
            terminal.due = true;
            let at = (self.now + terminal.each).max(terminal.stalled_until);
            let number = terminal.number;
            self.schedule(at, Happening::Terminal(page, number));
        }
    }

    /// The terminal has processed a write, or more.
    pub(super) fn process(&mut self, page: usize, number: u64) {
        let it = &mut self.pages[page];
        if number != it.terminal.number {
            return;
        }
        it.terminal.due = false;
        if self.now >= it.terminal.stalled_until {
            let writes = self.chance.between(1, 4);
            for _ in 0..writes {
                let it = &mut self.pages[page];
                let Some(bytes) = it.terminal.writes.pop_front() else {
                    break;
                };
                it.reading.pending -= bytes as u64;
                self.feed(page, Input::Processed(bytes));
            }
        }
        self.stir_terminal(page);
    }

    fn tell(&mut self, page: usize, event: Event, cause: &mut Cause) {
        self.log(|| format!("page {page}: {event:?}"));
        let crowded = self.pages.len() > 15;
        let it = &mut self.pages[page];
        match event {
            Event::Resumed(resumed) => {
                it.typing.go_on();
                if let Some(FromServer::Welcome(welcome)) = &cause.frame {
                    it.reading.welcome(welcome, resumed.replay, cause.reset);
                }
            }
            Event::Gap(gap) => it.reading.gap(gap),
            Event::Dropped(dropped) => {
                holds!(dropped.messages > 0, "nothing is reported as dropped");
                holds!(
                    dropped.reason != DropReason::Closed || it.client.state() == State::Closed,
                    "dropped as closed, but it is not"
                );
                it.typing.dropped(&dropped);
            }
            Event::Exit(_) => {
                holds!(it.reading.is_whole(), "an exit within a snapshot (I13)");
                it.reading.exited = true;
                it.story.exited = true;
            }
            Event::Reset(Reset::SessionLost) => it.reading.turn(),
            Event::StateChange(change) => {
                holds!(
                    change.reason != Reason::Desync || cause.proxy || crowded,
                    "the two ends are out of step: {:?} {:?}",
                    change.close,
                    cause.frame
                );
                if change.state == State::Superseded {
                    it.story.superseded = true;
                }
            }
            Event::Reset(Reset::Server | Reset::Restarted) | Event::Warning(_) | Event::Size(_) | _ => {}
        }
    }
}

fn show(input: &Input) -> String {
    match input {
        Input::Message { socket, bytes } => format!("{bytes} bytes on {socket:?}"),
        Input::Control { socket, text } => format!("{text} on {socket:?}"),
        other => format!("{other:?}"),
    }
}
