//! A page under `relatch.v1` that follows the client's rules, and notices when the server breaks its own.

use super::{ACCESS, Client, Closed, PATIENCE, TestServer, fresh_id};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use relatch::wire::{
    Attach, Exit, FromClient, FromServer, Gap, Identity, LONGEST_BINARY, Outcome, PROTOCOL, Size, Welcome,
};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// One life of a page: its hellos, what it has and what it typed. Its sockets come and go.
pub struct Page {
    pub identity: Identity,
    pub attempt: u64,
    /// It has been welcomed before.
    pub known: bool,
    pub take: bool,
    pub epoch: Option<u64>,
    /// Output received; `None` without a screen.
    pub out: Option<u64>,
    pub size: Option<Size>,
    /// What it has on its screen, since the last epoch or gap.
    pub output: Vec<u8>,
    /// The last snapshot, as far as it has come.
    pub snapshot: Vec<u8>,
    /// How much of it is still to come.
    unpainted: u64,
    /// Everything typed in this epoch.
    typed: Vec<u8>,
    /// Input that the server has written, and input that was sent.
    pub written: u64,
    sent: u64,
    /// Whether it acks what it gets, as a page should.
    pub acks: bool,
    pub welcome: Option<Welcome>,
    pub gaps: Vec<Gap>,
    pub sizes: Vec<Size>,
    pub marks: usize,
    pub pings: usize,
    pub pongs: Vec<u64>,
    pub exit: Option<(Exit, u64)>,
    /// The last `error`: its code and for how long not to come back.
    pub error: Option<(u16, Option<u64>)>,
    /// The longest and the number of the binary frames.
    pub largest: usize,
    pub frames: usize,
    socket: Option<Client>,
}

impl Page {
    /// A page of a session of its own that does not exist yet.
    pub fn new() -> Self {
        let id = fresh_id();
        Self::of(Identity {
            secret: format!("{id}-0123456789012345678901234567890123456789"),
            session: id,
            project: "default".to_owned(),
            kind: None,
            auth: Some(ACCESS.to_owned()),
            inst: fresh_id(),
        })
    }

    pub fn of(identity: Identity) -> Self {
        Self {
            identity,
            attempt: 0,
            known: false,
            take: true,
            epoch: None,
            out: None,
            size: None,
            output: Vec::new(),
            snapshot: Vec::new(),
            unpainted: 0,
            typed: Vec::new(),
            written: 0,
            sent: 0,
            acks: true,
            welcome: None,
            gaps: Vec::new(),
            sizes: Vec::new(),
            marks: 0,
            pings: 0,
            pongs: Vec::new(),
            exit: None,
            error: None,
            largest: 0,
            frames: 0,
            socket: None,
        }
    }

    pub fn kind(mut self, kind: &str) -> Self {
        self.identity.kind = Some(kind.to_owned());
        self
    }

    /// The page after a reload: the same session and secret, another life without a screen (C1).
    pub fn reloaded(&self) -> Self {
        let mut page = Self::of(Identity {
            inst: fresh_id(),
            ..self.identity.clone()
        });
        page.known = true;
        page
    }

    pub fn key(&self) -> String {
        format!("{}:{}", self.identity.session, self.identity.project)
    }

    /// The next hello.
    pub fn hello(&mut self) -> FromClient {
        self.attempt += 1;
        if std::mem::take(&mut self.unpainted) > 0 {
            // Half a screen is none.
            self.out = None;
        }
        let attach = Attach {
            attempt: self.attempt,
            resume: self.known,
            epoch: self.epoch.filter(|_| self.out.is_some()),
            take: self.take,
            out: self.out,
            done: self.out.unwrap_or(0),
            in_lo: self.written,
            in_hi: self.sent,
            size: self.size,
        };
        FromClient::Hello(self.identity.clone(), attach)
    }

    /// Opens a socket, says hello and is welcomed.
    pub async fn attach(&mut self, server: &TestServer) -> Welcome {
        match self.try_attach(server).await {
            Ok(welcome) => welcome,
            Err(closed) => panic!("refused with {closed:?}"),
        }
    }

    pub async fn try_attach(&mut self, server: &TestServer) -> Result<Welcome, Closed> {
        self.try_attach_at(&server.authority()).await
    }

    /// Attaches to the server at `host:port`.
    pub async fn try_attach_at(&mut self, authority: &str) -> Result<Welcome, Closed> {
        self.open_at(authority).await;
        let hello = self.hello();
        self.say(&hello).await;
        self.welcomed().await
    }

    /// Opens a socket and says nothing yet.
    pub async fn open(&mut self, server: &TestServer) {
        self.open_at(&server.authority()).await;
    }

    pub async fn open_at(&mut self, authority: &str) {
        self.welcome = None;
        self.error = None;
        let socket = Client::connect(authority, "", &[("sec-websocket-protocol", PROTOCOL)]).await;
        self.socket = Some(socket.unwrap());
    }

    /// Waits for the welcome.
    pub async fn welcomed(&mut self) -> Result<Welcome, Closed> {
        while self.welcome.is_none() {
            self.step().await?;
        }
        Ok(self.welcome.unwrap())
    }

    pub async fn say(&mut self, frame: &FromClient) {
        self.say_text(&frame.to_text()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        // A server that has closed already is seen with the next step.
        let _ = self.socket().socket.send(Message::text(text)).await;
    }

    /// Sends bytes as they are, past all rules.
    pub async fn send_raw(&mut self, bytes: Vec<u8>) {
        let _ = self.socket().socket.send(Message::Binary(bytes.into())).await;
    }

    /// Types, as far as there is credit; the rest goes as acks come.
    pub async fn send(&mut self, text: &str) {
        self.typed.extend_from_slice(text.as_bytes());
        self.send_on().await;
    }

    /// How much of what was typed the server has not written yet.
    pub fn unwritten(&self) -> usize {
        self.typed.len() - self.written as usize
    }

    /// How much was sent beyond what the server has written.
    pub fn in_flight(&self) -> u64 {
        self.sent - self.written
    }

    async fn send_on(&mut self) {
        let Some(welcome) = self.welcome else { return };
        loop {
            let credit = self.written + welcome.in_window - self.sent;
            let from = self.sent as usize;
            let length = (self.typed.len() - from).min(credit as usize).min(LONGEST_BINARY);
            if length == 0 {
                return;
            }
            self.sent += length as u64;
            let frame = self.typed[from..from + length].to_vec();
            self.send_raw(frame).await;
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).into_owned()
    }

    /// Takes the next frame and does what the rules say; the end of the socket is an error.
    pub async fn step(&mut self) -> Result<(), Closed> {
        let frame = timeout(PATIENCE, self.socket().socket.next()).await;
        match frame.unwrap_or_else(|_| panic!("nothing more came; so far {:?}", tail(&self.output))) {
            Some(Ok(Message::Binary(bytes))) => self.on_output(&bytes).await,
            Some(Ok(Message::Text(text))) => {
                let frame = FromServer::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
                self.on_frame(frame.unwrap_or_else(|| panic!("unknown: {text}"))).await;
            }
            Some(Ok(Message::Close(Some(CloseFrame { code, reason })))) => {
                // The answer goes out with the next read.
                let _ = timeout(PATIENCE, self.socket().socket.next()).await;
                return Err((code.into(), reason.to_string()));
            }
            Some(Ok(Message::Close(None))) => return Err((1005, String::new())),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err((1006, String::new())),
        }
        Ok(())
    }

    async fn on_output(&mut self, bytes: &Bytes) {
        assert!(self.welcome.is_some(), "output before the welcome");
        assert!(self.exit.is_none(), "output after the exit");
        self.largest = self.largest.max(bytes.len());
        self.frames += 1;
        if self.unpainted > 0 {
            self.snapshot.extend_from_slice(bytes);
            let left = self.unpainted.checked_sub(bytes.len() as u64);
            self.unpainted = left.expect("a frame of which a part is snapshot and a part is output");
            return;
        }
        self.output.extend_from_slice(bytes);
        self.out = Some(self.out.unwrap() + bytes.len() as u64);
        if self.acks {
            self.ack().await;
        }
    }

    async fn ack(&mut self) {
        let out = self.out.unwrap();
        self.say(&FromClient::Ack { out, exit: false }).await;
    }

    async fn on_frame(&mut self, frame: FromServer) {
        match frame {
            FromServer::Welcome(welcome) => self.on_welcome(welcome).await,
            FromServer::Gap(gap) => {
                if let Some(from) = gap.from {
                    assert_eq!(Some(from), self.out, "a gap from elsewhere");
                    self.output.clear();
                }
                assert_eq!(self.unpainted, 0, "a gap within a snapshot");
                self.snapshot.clear();
                self.unpainted = gap.snap;
                self.out = Some(gap.to);
                self.gaps.push(gap);
                self.ack().await;
            }
            FromServer::Size(size) => self.sizes.push(size),
            FromServer::Ack(written) => {
                assert!(self.written <= written && written <= self.sent, "an ack of {written}");
                self.written = written;
                self.send_on().await;
            }
            FromServer::Mark(out) => {
                assert_eq!(Some(out), self.out, "a mark (I2)");
                self.marks += 1;
            }
            FromServer::Ping { n, out } => {
                if let Some(out) = out {
                    assert_eq!(Some(out), self.out, "a ping's mark (I2)");
                }
                self.pings += 1;
                self.say(&FromClient::Pong(n)).await;
            }
            FromServer::Pong(n) => self.pongs.push(n),
            FromServer::Exit { exit, out } => {
                assert_eq!(Some(out), self.out, "an exit before the last byte (I13)");
                self.exit = Some((exit, out));
                if self.acks {
                    self.say(&FromClient::Ack { out, exit: true }).await;
                }
            }
            FromServer::Error { code, retry_ms, .. } => self.error = Some((code, retry_ms)),
        }
    }

    async fn on_welcome(&mut self, welcome: Welcome) {
        assert!(self.welcome.is_none(), "a second welcome");
        let same = self.epoch.is_none_or(|epoch| epoch == welcome.epoch);
        if welcome.outcome == Outcome::New || self.out.is_none() {
            self.output.clear();
            self.out = Some(welcome.out);
        }
        assert_eq!(self.out, Some(welcome.out), "another place (C2)");
        if !same {
            // A line typed for the old process must never reach a new one (C4).
            assert_eq!(welcome.outcome, Outcome::New);
            self.typed.clear();
            self.written = 0;
            self.sent = 0;
        }
        assert!(welcome.accepted <= self.sent, "more was accepted than sent (I7)");
        self.sent = welcome.accepted;
        self.epoch = Some(welcome.epoch);
        self.known = true;
        self.take = false;
        self.welcome = Some(welcome);
        if self.acks {
            self.ack().await;
        }
        self.send_on().await;
    }

    /// Reads until the output so far contains `wanted`.
    pub async fn read_until(&mut self, wanted: &str) {
        // Pings come all the time: they are no reason to wait on.
        let latest = Instant::now() + PATIENCE;
        let mut from = 0;
        while !self.output[from..]
            .windows(wanted.len())
            .any(|part| part == wanted.as_bytes())
        {
            from = self.output.len().saturating_sub(wanted.len());
            let gaps = self.gaps.len();
            assert!(Instant::now() < latest, "no {wanted:?}; got {:?}", tail(&self.output));
            if let Err(closed) = self.step().await {
                panic!("closed with {closed:?} before {wanted:?}; got {:?}", tail(&self.output));
            }
            if self.gaps.len() > gaps {
                from = 0;
            }
        }
    }

    /// Reads until the next gap's snapshot is complete, and returns the gap.
    pub async fn read_snapshot(&mut self) -> Gap {
        let gaps = self.gaps.len();
        self.step_until(|page| page.gaps.len() > gaps && page.unpainted == 0)
            .await;
        self.gaps[gaps]
    }

    /// Reads until this offset.
    pub async fn read_to(&mut self, out: u64) {
        self.step_until(|page| page.out.unwrap() >= out).await;
    }

    /// Types `text` and waits until it has come back.
    pub async fn echo(&mut self, text: &str) {
        self.send(text).await;
        self.read_until(text).await;
    }

    /// Takes frames until `done`.
    pub async fn step_until(&mut self, done: impl Fn(&Self) -> bool) {
        let latest = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < latest, "it never became as wanted, at {:?}", self.out);
            if let Err(closed) = self.step().await {
                panic!("closed with {closed:?} at {:?}", self.out);
            }
        }
    }

    /// Reads to the end. An `error` before it has the same code (S10).
    pub async fn closed(&mut self) -> Closed {
        let latest = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < latest, "still open");
            if let Err(closed) = self.step().await {
                if let Some((code, _)) = self.error {
                    assert_eq!(code, closed.0);
                }
                return closed;
            }
        }
    }

    /// Knows what this page has typed.
    pub fn catch_up(&mut self, other: &Self) {
        self.typed = other.typed.clone();
        self.written = other.written;
        self.sent = other.sent;
    }

    /// Closes with this code and waits for the answer.
    pub async fn close(&mut self, code: u16) {
        self.socket.take().unwrap().close(code).await;
    }

    /// Cuts the connection without a close frame.
    pub fn cut(&mut self) {
        self.socket.take().unwrap().cut();
    }

    pub fn socket(&mut self) -> &mut Client {
        self.socket.as_mut().expect("no socket")
    }
}

fn tail(output: &[u8]) -> String {
    String::from_utf8_lossy(&output[output.len().saturating_sub(2000)..]).into_owned()
}
