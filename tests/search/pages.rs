//! The pages' side of a world: what their clients hear, and what they want done.

use crate::page::Page;
use crate::part::Part;
use crate::screen::Screen;
use crate::socket::{Frame, HostEnd, PageEnd, Socket};
use crate::world::World;
use relatch::client::{Action, Dropped, Event, Input, Open, Payload, Resumed, SocketId, State};
use relatch::wire::{Attach, FromClient, FromServer, Identity};
use std::collections::VecDeque;

impl World {
    pub fn open_page(&mut self, session: u8, found: bool) -> Result<(), String> {
        let page = self.new_page(session, found);
        self.pages.push(Part::new(page));
        self.connect(self.pages.len() - 1)
    }

    /// The browser closes the page's socket, and a new page is where it was.
    pub fn reload(&mut self, at: usize) -> Result<(), String> {
        for socket in self.sockets.iter_mut().filter(|socket| socket.page == at) {
            socket.change(|socket| {
                leave(socket, 1001, false);
            });
        }
        let (session, stored) = (self.pages[at].session, self.pages[at].stored);
        let session = if stored { session } else { self.new_session() };
        let page = self.new_page(session, stored);
        self.pages[at] = Part::new(page);
        self.connect(at)
    }

    fn new_page(&mut self, session: u8, found: bool) -> Page {
        self.loads += 1;
        Page::new(self.setup.client(found), self.loads - 1, session)
    }

    fn connect(&mut self, at: usize) -> Result<(), String> {
        if self.setup.paced {
            self.tell(at, Input::Pace)?;
        }
        self.tell(at, Input::Connect)
    }

    pub fn accept(&mut self, at: usize) -> Result<(), String> {
        self.sockets[at].change(|socket| socket.page_end = PageEnd::Open);
        let socket = &self.sockets[at];
        self.tell(socket.page, Input::Opened(SocketId(socket.number)))
    }

    /// The page hears that its socket is closed.
    pub fn page_loses(&mut self, at: usize, code: u16) -> Result<(), String> {
        let socket = self.sockets[at].change(|socket| {
            if socket.page_end == PageEnd::Opening {
                socket.host_leaves();
            }
            socket.page_end = PageEnd::Left;
            socket.down.clear();
            socket.clone()
        });
        if self.pages[socket.page].load != socket.load {
            return Ok(());
        }
        let reason = String::new();
        let number = SocketId(socket.number);
        self.tell(
            socket.page,
            Input::Closed {
                socket: number,
                code,
                reason,
            },
        )
    }

    /// The page is given the socket's next frame, wanted or not.
    pub fn down(&mut self, at: usize) -> Result<(), String> {
        let frame = self.sockets[at].change(|socket| socket.down.pop_front()).unwrap();
        let socket = &self.sockets[at];
        let (page, number) = (socket.page, SocketId(socket.number));
        if self.pages[page].load != socket.load {
            return Ok(());
        }
        match frame {
            Frame::Text(text) => {
                let socket = number;
                let text = String::from(&*text);
                let welcome = match FromServer::parse(&text) {
                    Ok(Some(FromServer::Welcome(welcome))) => Some(welcome.epoch),
                    _ => None,
                };
                self.tell(page, Input::Control { socket, text })?;
                if welcome.is_some() && self.pages[page].client.current_socket() == Some(number) {
                    self.pages[page].change(|page| page.epoch = welcome);
                }
            }
            Frame::Binary(bytes) => self.tell_all(
                page,
                Input::Message {
                    socket: number,
                    bytes: bytes.len(),
                },
                &bytes,
            )?,
            Frame::Close(code) => self.page_loses(at, code)?,
        }
        // There is room for more.
        self.refill()
    }

    pub fn type_some(&mut self, at: usize) -> Result<(), String> {
        let (load, epoch) = (self.pages[at].load, self.pages[at].epoch);
        let count = self.setup.paste;
        let bytes = self
            .ledger
            .change(|ledger| (0..count).map(|_| ledger.type_one(load, epoch)).collect());
        self.tell(at, Input::Send(Payload::Binary(bytes)))
    }

    /// Tells a page's client what happened, and does what it wants.
    pub fn tell(&mut self, at: usize, input: Input) -> Result<(), String> {
        self.tell_all(at, input, &[])
    }

    fn tell_all(&mut self, at: usize, input: Input, content: &[u8]) -> Result<(), String> {
        let mut before = self.pages[at].client.kept_input();
        if let Input::Send(Payload::Binary(bytes)) = &input {
            before.extend(bytes);
        }
        let by_user = matches!(input, Input::Reconnect | Input::NewSession);
        let superseded = self.pages[at].client.state() == State::Superseded;
        let (actions, result) = self.pages[at].change(|page| page.handle(input));
        let (mut sure, mut unsure) = (0, 0);
        for action in actions {
            match action {
                Action::Open(_) if superseded && !by_user => {
                    return Err("I15: a superseded page opens a socket".to_owned());
                }
                Action::Emit(Event::Dropped(Dropped { reason, bytes, .. })) => {
                    if matches!(
                        reason,
                        relatch::client::DropReason::Unknown | relatch::client::DropReason::SessionLost
                    ) {
                        unsure += bytes;
                    } else {
                        sure += bytes;
                    }
                }
                action => self.act(at, action, content)?,
            }
        }
        if let Err(refusal) = result {
            return Err(format!("a client refuses: {refusal}"));
        }
        if self.pages[at].lost.is_some() && self.pages[at].client.state() == State::Ready {
            self.pages[at].change(Page::finds_line)?;
        }
        let after = self.pages[at].client.kept_input();
        if before != after {
            self.ledger
                .change(|ledger| ledger.settle(&before, &after, sure, unsure))?;
        } else if sure + unsure > 0 {
            return Err("bytes are said to be dropped, and none are".to_owned());
        }
        Ok(())
    }

    fn act(&mut self, at: usize, action: Action, content: &[u8]) -> Result<(), String> {
        match action {
            Action::NewSession => {
                let session = self.new_session();
                self.pages[at].change(|page| {
                    page.session = session;
                    page.stored = true;
                    page.epoch = None;
                    // Either the user asked for it, or a reset is on its way.
                    page.screen = Screen::Blank;
                });
            }
            Action::ForgetSession => self.pages[at].change(|page| page.stored = false),
            Action::Open(open) => self.open(at, open)?,
            Action::Greet(socket, attach) => self.greet(at, socket, attach),
            Action::Transmit(socket, payload) => {
                let frame = match payload {
                    Payload::Text(text) => Frame::Text(text.into()),
                    Payload::Binary(bytes) => Frame::Binary(bytes.into()),
                };
                if let Some(socket) = self.socket_of(at, socket) {
                    self.sockets[socket].change(|socket| socket.send_up(frame));
                }
            }
            Action::Discard { socket, code, .. } => {
                if code == 4400 {
                    return Err("S7: the client finds that the server breaks the protocol".to_owned());
                }
                if let Some(socket) = self.socket_of(at, socket) {
                    let late = self.setup.late;
                    self.sockets[socket].change(|socket| leave(socket, code, late));
                }
            }
            Action::Deliver => {
                let content_is = self.setup.content;
                let paced = self.setup.paced;
                self.pages[at].change(|page| {
                    page.unprocessed += if paced { content.len() } else { 0 };
                    page.screen.show(content_is, page.cols, content)
                })?;
            }
            Action::Emit(event) => self.hear(at, &event)?,
        }
        Ok(())
    }

    fn open(&mut self, at: usize, open: Open) -> Result<(), String> {
        let load = self.pages[at].load;
        let mut mine = self
            .sockets
            .iter()
            .filter(|socket| socket.page == at && socket.load == load);
        if mine.any(|socket| socket.page_end != PageEnd::Left) {
            return Err("C1: a page opens a socket while it has one".to_owned());
        }
        let free = |id: &u64| self.sockets.iter().all(|socket| socket.id != *id);
        let id = (1..).find(free).unwrap();
        self.sockets.push(Part::new(Socket {
            id,
            page: at,
            load,
            number: open.socket.0,
            inst: self.pages[at].inst(open.claim.life),
            attempt: open.claim.attempt.into(),
            up: VecDeque::new(),
            down: VecDeque::new(),
            up_cut: false,
            down_cut: false,
            late: self.setup.late,
            asked: false,
            page_end: PageEnd::Opening,
            host_end: HostEnd::Waiting,
        }));
        Ok(())
    }

    fn greet(&mut self, at: usize, socket: SocketId, attach: Attach) {
        let Some(socket) = self.socket_of(at, socket) else {
            return;
        };
        let identity = self.identity(self.pages[at].session, &self.sockets[socket].inst);
        let frame = Frame::Text(FromClient::Hello(identity, attach).to_text().into());
        self.sockets[socket].change(|socket| socket.send_up(frame));
    }

    pub fn identity(&self, session: u8, inst: &str) -> Identity {
        Identity {
            session: format!("s{session}"),
            secret: format!("secret-{session}-0123456789012345678901234567890"),
            project: "p".to_owned(),
            inst: inst.to_owned(),
            ..Identity::default()
        }
    }

    fn socket_of(&self, at: usize, number: SocketId) -> Option<usize> {
        let load = self.pages[at].load;
        let mut sockets = self.sockets.iter();
        sockets.position(|socket| socket.page == at && socket.load == load && socket.number == number.0)
    }

    fn hear(&mut self, at: usize, event: &Event) -> Result<(), String> {
        let (content, snapshots) = (self.setup.content, self.setup.bounds.snapshots);
        self.pages[at].change(|page| {
            match event {
                Event::Exit(_) => page.exit_heard = true,
                Event::Size(size) | Event::Resumed(Resumed { size, .. }) if snapshots => page.cols = size.cols,
                Event::StateChange(change) if change.state == State::Closed => page.closes(change.reason),
                Event::StateChange(_) => page.closed = None,
                _ => {}
            }
            page.screen.hear(content, event)
        })?;
        if let Event::Exit(_) = event {
            self.check_exit(at)?;
        }
        Ok(())
    }
}

/// The page closes its end.
fn leave(socket: &mut Socket, code: u16, late: bool) {
    match socket.page_end {
        PageEnd::Opening => socket.host_leaves(),
        PageEnd::Open => socket.send_up(Frame::Close(code)),
        PageEnd::Left => {}
    }
    socket.page_end = PageEnd::Left;
    if !late {
        socket.down.clear();
    }
}
