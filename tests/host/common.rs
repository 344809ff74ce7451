//! The one helper: a session on a stage, whose sockets are read out as short lines, and whose bounds are checked after every step.

use relatch::host::{Action, Bounds, Directory, Rule, Session, Snapshot, SocketId, Transmit};
use relatch::time::Millis;
use relatch::wire::{Attach, Exit, FromClient, FromServer, Gap, Outcome, Size};
use std::cell::Cell;

/// The epoch of every session on a stage.
pub const EPOCH: u64 = 77;

/// The size of every session on a stage.
pub const SIZE: Size = Size { cols: 80, rows: 24 };

thread_local! {
    static WITHOUT: Cell<Option<Rule>> = const { Cell::new(None) };
}

/// Does something on this thread with stages that lack a rule.
#[cfg(feature = "mutants")]
pub fn without<T>(rule: Rule, act: impl FnOnce() -> T) -> T {
    WITHOUT.set(Some(rule));
    let result = act();
    WITHOUT.set(None);
    result
}

/// A directory whose handles are numbers.
pub fn directory(most: usize, retention: Millis) -> Directory<u32> {
    let directory = Directory::new(most, retention);
    #[cfg(feature = "mutants")]
    if let Some(rule) = WITHOUT.get() {
        return directory.without(rule);
    }
    directory
}

/// Bounds small enough to reach: a window of 64 bytes before a ring of 128, frames of 16, credit of 32, a mark each 1000.
pub fn small() -> Bounds {
    Bounds {
        ring: 128,
        window: 64,
        input: 32,
        frame: 16,
        mark: 1000,
        ..Bounds::default()
    }
}

/// A session, its terminal, and the time.
pub struct Stage {
    pub session: Session,
    pub bounds: Bounds,
    pub now: Millis,
    /// What was written to the terminal.
    pub typed: String,
    generation: u64,
}

/// The hello of a page that knows no session yet: its `try`.
pub fn fresh(attempt: u64) -> Attach {
    Attach {
        attempt,
        resume: false,
        epoch: None,
        take: false,
        out: None,
        done: 0,
        in_lo: 0,
        in_hi: 0,
        size: None,
    }
}

/// The hello of a page that comes back with a screen: its `try`, what it has processed of the output, and what it has typed.
pub fn back(attempt: u64, out: u64, typed: u64) -> Attach {
    Attach {
        resume: true,
        epoch: Some(EPOCH),
        out: Some(out),
        done: out,
        in_hi: typed,
        ..fresh(attempt)
    }
}

/// The hello of a page that was loaded anew and takes the session.
pub fn take(attempt: u64) -> Attach {
    Attach {
        resume: true,
        take: true,
        ..fresh(attempt)
    }
}

impl Stage {
    /// A session that nobody has attached to, at 0 ms.
    pub fn new(bounds: Bounds) -> Self {
        let session = Session::new(bounds.clone(), EPOCH, SIZE, 0);
        #[cfg(feature = "mutants")]
        let session = match WITHOUT.get() {
            Some(rule) => session.without(rule),
            None => session,
        };
        Self {
            session,
            bounds,
            now: 0,
            typed: String::new(),
            generation: 0,
        }
    }

    /// A session with page `a` on socket 1, which has heard its welcome.
    pub fn attached(bounds: Bounds) -> Self {
        let mut stage = Self::new(bounds);
        stage.hello(1, "a", &fresh(1));
        assert_eq!(stage.hear(1), "welcome 1 new out 0 in 0 live 0");
        stage
    }

    /// A page's hello comes on a new socket.
    pub fn hello(&mut self, socket: u64, inst: &str, attach: &Attach) {
        self.session.attach(self.now, SocketId(socket), inst, attach);
        self.check();
    }

    /// A hello comes on a new socket, and what it hears is given back.
    pub fn greet(&mut self, socket: u64, inst: &str, attach: &Attach) -> String {
        self.hello(socket, inst, attach);
        self.hear(socket)
    }

    /// A control frame comes.
    pub fn say(&mut self, socket: u64, frame: &FromClient) {
        self.text(socket, &frame.to_text());
    }

    /// A text frame comes.
    pub fn text(&mut self, socket: u64, text: &str) {
        self.session.text(self.now, SocketId(socket), text);
        self.check();
    }

    /// The page has processed output up to here.
    pub fn ack(&mut self, socket: u64, out: u64) {
        self.say(socket, &FromClient::Ack { out, exit: false });
    }

    /// Input comes.
    pub fn input(&mut self, socket: u64, bytes: &[u8]) {
        self.session.binary(self.now, SocketId(socket), bytes);
        self.check();
    }

    /// A socket is gone.
    pub fn gone(&mut self, socket: u64) {
        self.session.gone(self.now, SocketId(socket));
        self.check();
    }

    /// The terminal prints.
    pub fn print(&mut self, bytes: &[u8]) {
        self.session.printed(self.now, bytes);
        self.check();
    }

    /// The terminal prints dots, as long as it is read, up to so many; how many it printed.
    pub fn flood(&mut self, most: usize) -> usize {
        let mut printed = 0;
        while printed < most && self.session.may_read() {
            let bytes = self.bounds.frame.min(most - printed);
            self.print(&vec![b'.'; bytes]);
            printed += bytes;
        }
        printed
    }

    /// The process exits with 0.
    pub fn exit(&mut self) {
        self.session.exited(self.now, Exit::Code(0));
        self.check();
    }

    /// A snapshot that was asked for is there, or is not to be had.
    pub fn painted(&mut self, generation: u64, snapshot: Option<Snapshot>) {
        self.session.painted(generation, snapshot);
        self.check();
    }

    /// All input that waits is written to the terminal.
    pub fn write_all(&mut self) {
        let bytes = self.session.take_input(usize::MAX);
        self.typed += std::str::from_utf8(&bytes).unwrap();
        self.session.wrote(bytes.len());
        self.check();
    }

    /// Time passes, and every timeout in it.
    pub fn pass(&mut self, span: Millis) {
        let until = self.now + span;
        while let Some(at) = self.session.next_timeout().filter(|&at| at <= until) {
            self.now = self.now.max(at);
            self.session.timeout(self.now);
            self.check();
            let next = self.session.next_timeout();
            assert!(next.is_none_or(|next| next > at), "a timer due by {at} ms is left");
        }
        self.now = until;
    }

    /// The next frame of a socket, read out.
    pub fn next(&mut self, socket: u64) -> Option<String> {
        let socket = SocketId(socket);
        let announced = self.session.sockets().any(|ready| ready == socket);
        let transmit = self.session.transmit(self.now, socket);
        let asked = announced && transmit.is_none();
        let quiet = self.session.sockets().all(|ready| ready != socket);
        assert!(
            announced || transmit.is_none(),
            "`sockets` says who has something to send"
        );
        assert!(!asked || quiet && self.bounds.snapshots, "it asks once");
        if let Some(Transmit::Binary(bytes)) = &transmit {
            assert!(!bytes.is_empty() && bytes.len() <= self.bounds.frame);
        }
        self.check();
        transmit.map(|transmit| read_out(&transmit))
    }

    /// All that a socket is sent now, read out.
    pub fn hear(&mut self, socket: u64) -> String {
        let lines: Vec<String> = std::iter::from_fn(|| self.next(socket)).collect();
        lines.join(", ")
    }

    /// What is to be done to the terminal.
    pub fn actions(&mut self) -> Vec<Action> {
        std::iter::from_fn(|| self.session.poll_action()).collect()
    }

    /// What holds after every step (I6, I7, I9, I12).
    fn check(&mut self) {
        let session = &self.session;
        assert!(session.generation() >= self.generation, "generations go on");
        self.generation = session.generation();
        assert!(session.base() <= session.head());
        assert!(session.head() - session.base() <= self.bounds.ring as u64);
        if let (Some(acked), Some(cursor)) = (session.acked(), session.cursor()) {
            assert!(acked <= cursor && cursor <= session.head());
        }
        assert!(session.input_waiting() <= 16 * self.bounds.input);
        assert!(session.sockets().count() <= 69);
        let waits = session.attached().is_none() && session.ended().is_none();
        assert_eq!(
            session.expires().is_some(),
            waits,
            "who is alone waits, and no one else"
        );
    }
}

fn read_out(transmit: &Transmit) -> String {
    match transmit {
        Transmit::Binary(bytes) if bytes.iter().all(|&byte| byte == b'.') => format!("{} dots", bytes.len()),
        Transmit::Binary(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        Transmit::Close { code, .. } => format!("close {code}"),
        Transmit::Text(text) => match FromServer::parse(text).unwrap().unwrap() {
            FromServer::Welcome(welcome) => format!(
                "welcome {} {} out {} in {} live {}",
                welcome.generation,
                match welcome.outcome {
                    Outcome::Ok => "ok",
                    Outcome::Gap => "gap",
                    Outcome::New => "new",
                },
                welcome.out,
                welcome.accepted,
                welcome.live
            ),
            FromServer::Gap(Gap { from, to, snap }) => {
                let from = from.map(|from| from.to_string()).unwrap_or_default();
                let with = if snap > 0 {
                    format!(" with {snap}")
                } else {
                    String::new()
                };
                format!("gap {from}..{to}{with}")
            }
            FromServer::Size(size) => format!("size {}x{}", size.cols, size.rows),
            FromServer::Ack(accepted) => format!("ack {accepted}"),
            FromServer::Mark(out) => format!("mark {out}"),
            FromServer::Ping { n, out: Some(out) } => format!("ping {n} at {out}"),
            FromServer::Ping { n, out: None } => format!("ping {n}"),
            FromServer::Pong(n) => format!("pong {n}"),
            FromServer::Exit { exit, out } => format!("exit {exit:?} at {out}"),
            FromServer::Error { code, .. } => format!("error {code}"),
        },
    }
}
