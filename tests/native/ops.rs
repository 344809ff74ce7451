//! Operations on a client in its world, drawn from bytes: for random runs, for the corpus and for fuzzing.

use crate::common::{Answer, EPOCH, World, accept, accept_then_close, refuse, there};
use arbitrary::{Arbitrary, Unstructured};
use relatch::backoff::Jitter;
use relatch::breaker::BreakerState;
use relatch::client::{Failure, Input, Payload, SocketId, State};
use relatch::config::{Config, Heartbeat};
use relatch::time::Millis;
use relatch::wire::{Attach, Exit, FromServer, Gap, Outcome, Size, Welcome};

/// A client's configuration, and what happens to it.
#[derive(Clone, Debug)]
pub struct Run {
    setup: Setup,
    /// For a page that resumes.
    session: Option<Session>,
    ops: Vec<ResumeOp>,
}

#[derive(Arbitrary, Clone, Debug)]
struct Setup {
    seed: u8,
    jitter: bool,
    control: bool,
    renewable: bool,
    heartbeat: bool,
    tight_queue: bool,
    server: Server,
}

/// A session that is resumed.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Session {
    found: bool,
    host: Host,
}

/// What hellos meet, unless an operation comes first.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Host {
    Silent,
    There,
    /// Another answer each time.
    Moody,
}

/// What attempts meet, unless an operation comes first.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Server {
    Silent,
    Down,
    Up,
    /// Another answer each time.
    Moody,
}

#[derive(Arbitrary, Clone, Debug)]
enum Op {
    /// Time passes, in ms.
    Pass(u16),
    /// The page's event loop stands still, for so many seconds.
    Sleep(u8),
    Net(u8, Net),
    /// The page's surroundings say something.
    Page(Page),
    Send(u8),
    Resize(u8),
    User(User),
}

/// What happens to a page that resumes.
#[derive(Arbitrary, Clone, Debug)]
enum ResumeOp {
    Usual(Op),
    Frame(u8, Frame),
    Processed(u16),
    Pace,
    Hide,
}

/// A frame of the server's, possible or not.
#[derive(Arbitrary, Clone, Debug)]
enum Frame {
    /// The welcome that is due, or one that is wrong in one number.
    Welcome(Twist),
    Gap {
        /// From nothing.
        cold: bool,
        from: Offset,
        to: Offset,
    },
    Size(u8),
    Ack(Offset),
    Mark(Offset),
    Ping(Option<Offset>),
    Pong,
    Exit(Offset),
    Error {
        code: u16,
        delay: Option<u32>,
    },
    Text(u8),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Twist {
    None,
    Epoch(bool),
    Outcome(u8),
    Out(Offset),
    In(Offset),
    Live(Offset),
    Window(u16),
    Credit(u16),
    Ping(u64),
}

/// The right number, one beside it, or any.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Offset {
    Right,
    Above(u16),
    Below(u16),
    Any(u64),
}

/// Something happens to the socket named last, or to an earlier one.
#[derive(Arbitrary, Clone, Debug)]
enum Net {
    Open,
    Close { code: u16, delay: Option<u32> },
    Lost,
    Usual(u8),
    Fail(u8),
    Message(u16),
    Control(u8),
}

#[derive(Arbitrary, Clone, Debug)]
enum Page {
    Online,
    Offline,
    Wake,
    Freeze,
    Timeout,
}

#[derive(Arbitrary, Clone, Debug)]
enum User {
    Connect,
    Reconnect,
    NewSession,
    /// Disposes, which is final, in one of 256 cases.
    Leave(u8),
}

/// Every code that has a row of its own.
const CODES: [u16; 20] = [
    1000, 1001, 1002, 1006, 1008, 1011, 1012, 1013, 3000, 3003, 4000, 4099, 4400, 4401, 4403, 4404, 4408, 4409, 4410,
    4429,
];

const FRAMES: [&str; 4] = [r#"{"t":"reset"}"#, r#"{"t":"later"}"#, r#"{"t":"resize"}"#, "reset"];

/// What is no frame, or none from a server, or one that is not known.
const TEXTS: [&str; 8] = [
    "",
    "reset",
    r#"{"t":"snap"}"#,
    r#"{"t":"hold"}"#,
    r#"{"t":"welcome"}"#,
    r#"{"t":"mark","out":-1}"#,
    r#"{"t":"ack","in":1,"in":2}"#,
    r#"{"t":"exit","out":0}"#,
];

/// What a run of a page that resumes begins with.
const RESUME: &[u8] = b"\xffr";

const BEAT: Millis = 10_000;
const ANSWER: Millis = 5000;
/// The longest wait that is not a server's wish.
const LONGEST_WAIT: Millis = 36_000;

impl Run {
    /// Every string of bytes is a run.
    pub fn read(bytes: &[u8]) -> Self {
        let resumed = bytes.strip_prefix(RESUME);
        let mut bytes = Unstructured::new(resumed.unwrap_or(bytes));
        let setup = Setup::arbitrary(&mut bytes).unwrap_or(Setup::QUIET);
        let session = resumed.map(|_| Session::arbitrary(&mut bytes).unwrap_or(Session::QUIET));
        let mut ops = Vec::new();
        while !bytes.is_empty() {
            let op = match session {
                Some(_) => ResumeOp::arbitrary(&mut bytes),
                None => Op::arbitrary(&mut bytes).map(ResumeOp::Usual),
            };
            let Ok(op) = op else { break };
            ops.push(op);
        }
        Self { setup, session, ops }
    }

    /// The same for a page that resumes.
    pub fn read_resumed(bytes: &[u8]) -> Self {
        Self::read(&[RESUME, bytes].concat())
    }

    /// Plays it: the world checks the client's promises at each step. Then the network heals.
    pub fn play(self) {
        let Setup { seed, server, .. } = self.setup;
        let mut config = self.setup.config();
        if let Some(session) = self.session {
            (config.resume, config.found) = (true, session.found);
            (config.control, config.heartbeat) = (false, None);
        }
        let mut world = World::seeded(config, seed.into()).server(move |attempt| server.answer(attempt));
        if let Some(session) = self.session {
            world.host(move |hello| session.host.answer(hello));
        }
        world.at(0, Input::Connect);
        for op in self.ops {
            op.play(&mut world);
        }
        heal(&mut world);
    }
}

impl Setup {
    const QUIET: Self = Self {
        seed: 0,
        jitter: false,
        control: false,
        renewable: false,
        heartbeat: false,
        tight_queue: false,
        server: Server::Silent,
    };

    fn config(&self) -> Config {
        let mut config = Config {
            control: self.control,
            renewable: self.renewable,
            // The two do not go together.
            heartbeat: (self.heartbeat && !self.control).then(|| Heartbeat {
                message: Payload::Text("ping".to_owned()),
                every: BEAT,
                timeout: ANSWER,
            }),
            ..Config::default()
        };
        if !self.jitter {
            config.backoff.jitter = Jitter::None;
        }
        if self.tight_queue {
            (config.queue.messages, config.queue.bytes) = (3, 200);
        }
        config
    }
}

impl Server {
    fn answer(self, attempt: u32) -> Answer {
        match self {
            Self::Silent => Answer::default(),
            Self::Down => refuse(10),
            Self::Up => accept(40),
            Self::Moody => match attempt % 7 {
                0 => Answer::default(),
                1 => accept(40).message(60, 5),
                2 => refuse(300),
                3 => accept_then_close(1012, "", 3000),
                4 => accept_then_close(4404, "", 20),
                5 => accept(12_000).close(13_000, 1006, ""),
                _ => accept_then_close(1006, "", 6000),
            },
        }
    }
}

impl Session {
    const QUIET: Self = Self {
        found: false,
        host: Host::Silent,
    };
}

impl Host {
    fn answer(self, hello: &Attach) -> Answer {
        let welcome = |after, welcome| Answer::default().frame(after, &FromServer::Welcome(welcome));
        let due = there(hello);
        match self {
            Self::Silent => Answer::default(),
            Self::There => welcome(10, due),
            Self::Moody => match hello.attempt % 8 {
                0 => Answer::default(),
                1 => welcome(10, due).message(20, 500).frame(30, &FromServer::Ack(0)),
                2 => welcome(
                    10,
                    Welcome {
                        accepted: hello.in_lo,
                        in_window: 100,
                        window: 1000,
                        live: due.out + 300,
                        ..due
                    },
                )
                .message(20, 700),
                3 => welcome(
                    10,
                    Welcome {
                        epoch: EPOCH + hello.attempt,
                        outcome: Outcome::New,
                        out: 0,
                        live: 0,
                        accepted: 0,
                        ..due
                    },
                ),
                4 => {
                    let outcome = Outcome::Gap;
                    let to = due.out + 100;
                    let out = hello.out.unwrap_or(to);
                    welcome(
                        10,
                        Welcome {
                            outcome,
                            out,
                            live: to,
                            ..due
                        },
                    )
                    .frame(
                        10,
                        &FromServer::Gap(Gap {
                            from: hello.out,
                            to,
                            snap: hello.attempt % 100,
                        }),
                    )
                    .message(20, 50)
                }
                5 => Answer::default()
                    .frame(10, &FromServer::Ping { n: 3, out: None })
                    .frame(20, &FromServer::Welcome(due)),
                6 => Answer::default().frame(10, &refusal(1013, Some(20_000))),
                _ => welcome(10, due).close(6000, 1006, ""),
            },
        }
    }
}

fn refusal(code: u16, retry_ms: Option<Millis>) -> FromServer {
    FromServer::Error {
        code,
        retry_ms,
        msg: String::new(),
    }
}

impl ResumeOp {
    fn play(self, world: &mut World) {
        let input = match self {
            Self::Usual(op) => return op.play(world),
            Self::Frame(which, frame) => {
                let socket = named(world, which);
                let text = frame.text(world);
                Input::Control { socket, text }
            }
            Self::Processed(bytes) => Input::Processed(bytes.into()),
            Self::Pace => Input::Pace,
            Self::Hide => Input::Hide,
        };
        world.feed(input).expect("no wish");
    }
}

impl Frame {
    fn text(self, world: &World) -> String {
        let offsets = world.client.offsets();
        let (received, sent) = (offsets.received, offsets.input);
        let frame = match self {
            Self::Welcome(twist) => match &world.hello {
                Some(hello) => FromServer::Welcome(twist.twisted(there(hello))),
                None => FromServer::Pong(0),
            },
            Self::Gap { cold, from, to } => FromServer::Gap(Gap {
                from: (!cold).then(|| from.near(received)),
                to: to.near(received),
                snap: to.snap(),
            }),
            Self::Size(side) => FromServer::Size(Size {
                cols: 1 + u16::from(side),
                rows: 24,
            }),
            Self::Ack(offset) => FromServer::Ack(offset.near(sent)),
            Self::Mark(offset) => FromServer::Mark(offset.near(received)),
            Self::Ping(offset) => FromServer::Ping {
                n: 1,
                out: offset.map(|offset| offset.near(received)),
            },
            Self::Pong => FromServer::Pong(1),
            Self::Exit(offset) => FromServer::Exit {
                exit: Exit::Code(0),
                out: offset.near(received),
            },
            Self::Error { code, delay } => refusal(1000 + code % 4000, delay.map(Millis::from)),
            Self::Text(which) => return TEXTS[usize::from(which) % TEXTS.len()].to_owned(),
        };
        frame.to_text()
    }
}

impl Twist {
    fn twisted(self, mut welcome: Welcome) -> Welcome {
        match self {
            Self::None => {}
            Self::Epoch(up) => welcome.epoch = if up { welcome.epoch + 1 } else { 0 },
            Self::Outcome(which) => {
                welcome.outcome = [Outcome::Ok, Outcome::Gap, Outcome::New][usize::from(which) % 3];
            }
            Self::Out(offset) => {
                welcome.out = offset.near(welcome.out);
                welcome.live = welcome.live.max(welcome.out);
            }
            Self::In(offset) => welcome.accepted = offset.near(welcome.accepted),
            Self::Live(offset) => welcome.live = offset.near(welcome.live),
            Self::Window(window) => welcome.window = 1 + u64::from(window),
            Self::Credit(credit) => welcome.in_window = 1 + u64::from(credit),
            Self::Ping(every) => welcome.ping_ms = 1 + every % (LARGEST - 1),
        }
        welcome
    }
}

/// The largest number that a server says: a frame may have one twice as large, but nothing can be counted from there.
const LARGEST: u64 = (1 << 52) - 1;

impl Offset {
    fn near(self, right: u64) -> u64 {
        let offset = match self {
            Self::Right => right,
            Self::Above(by) => right + u64::from(by),
            Self::Below(by) => right.saturating_sub(by.into()),
            Self::Any(offset) => offset,
        };
        offset % (LARGEST + 1)
    }

    /// How long the snapshot is that goes with this gap: most often there is none, or a short one.
    fn snap(self) -> u64 {
        match self {
            Self::Right | Self::Below(_) => 0,
            Self::Above(by) => u64::from(by) % 2000,
            Self::Any(offset) => offset.rotate_left(7) % (LARGEST + 1),
        }
    }
}

/// The socket named last, or an earlier one.
fn named(world: &World, which: u8) -> SocketId {
    let last = world.opens.last().map_or(0, |(_, open)| open.socket.0);
    let back = if which < 32 { which % 4 + 1 } else { 0 };
    SocketId(last.saturating_sub(back.into()))
}

impl Op {
    fn play(self, world: &mut World) {
        let now = world.now();
        let input = match self {
            Self::Pass(span) => return world.run_until(now + Millis::from(span)),
            Self::Sleep(seconds) => return world.sleep_until(now + Millis::from(seconds) * 1000),
            Self::Net(which, what) => what.input(named(world, which)),
            Self::Page(page) => page.input(),
            Self::Send(len) => Input::Send(Payload::Binary(vec![len; len.into()])),
            Self::Resize(side) => Input::Resize(Size {
                cols: u16::from(side) + 1,
                rows: 24,
            }),
            Self::User(user) => user.input(),
        };
        // A refusal is an answer; the world knows when it is due.
        let _ = world.feed(input);
    }
}

impl Net {
    fn input(self, socket: SocketId) -> Input {
        let closed = |code: u16, reason: String| Input::Closed { socket, code, reason };
        match self {
            Self::Open => Input::Opened(socket),
            Self::Close { code, delay } => {
                let reason = delay.map(|delay| format!(r#"{{"retry_ms":{delay}}}"#));
                closed(1000 + code % 4000, reason.unwrap_or_default())
            }
            Self::Lost => closed(1006, String::new()),
            Self::Usual(which) => closed(CODES[usize::from(which) % CODES.len()], String::new()),
            Self::Fail(which) => {
                let failures = [Failure::Url, Failure::Auth, Failure::Socket];
                if which >= 240 {
                    // Not a variant of its own, which would give the corpus another meaning.
                    return Input::Elsewhere((which < 255).then(|| u64::from(which) * 20));
                }
                let what = failures[usize::from(which) % failures.len()];
                Input::Failed { socket, what }
            }
            Self::Message(bytes) => Input::Message {
                socket,
                bytes: bytes.into(),
            },
            Self::Control(which) => Input::Control {
                socket,
                text: FRAMES[usize::from(which) % FRAMES.len()].to_owned(),
            },
        }
    }
}

impl Page {
    fn input(self) -> Input {
        match self {
            Self::Online => Input::Online,
            Self::Offline => Input::Offline,
            Self::Wake => Input::Wake,
            Self::Freeze => Input::Freeze,
            Self::Timeout => Input::Timeout,
        }
    }
}

impl User {
    fn input(self) -> Input {
        let close = |code| Input::Close {
            code,
            reason: "bye".to_owned(),
        };
        match self {
            Self::Connect => Input::Connect,
            Self::Reconnect => Input::Reconnect,
            Self::NewSession => Input::NewSession,
            Self::Leave(0) => Input::Dispose,
            Self::Leave(how) if how % 2 == 0 => close(1000),
            Self::Leave(_) => close(3001),
        }
    }
}

/// Once the network is there again and stays, the client is ready within the longest wait, unless only its user may bring it back.
fn heal(world: &mut World) {
    world.clear_network();
    world.answer(|_| accept(50));
    world.welcomes(|hello| Welcome {
        in_window: 1 << 20,
        ..there(hello)
    });
    world.echo(Some(50));
    let resume = world.client.config().resume;
    if resume && world.client.state() == State::Ready {
        // What the server has not acked until now it never will.
        world.close_at(world.now(), 1006, "");
    }
    world.at(world.now(), Input::Online);
    world.at(world.now(), Input::Wake);
    match world.client.state() {
        State::Closed | State::Superseded => return,
        State::Connecting => {
            // Sockets are counted as the attempts that a hello counts.
            let attempt = world.socket().0;
            match world.hello.filter(|hello| hello.attempt == u64::from(attempt)) {
                Some(hello) => world.frame_at(world.now(), &FromServer::Welcome(there(&hello))),
                None => world.at(world.now(), Input::Opened(world.socket())),
            }
        }
        State::Idle | State::Ready | State::Waiting | State::OpenCircuit | State::Offline => {}
    }
    if world.client.config().heartbeat.is_some() {
        // What was asked before the network was there again is never answered, and costs the line.
        world.run_until(world.now() + BEAT + ANSWER);
    }
    let deadline = (world.now() + LONGEST_WAIT).max(world.server_delay_ends());
    world.run_until(deadline + 50);
    assert_eq!(
        world.client.state(),
        State::Ready,
        "the network is there, and the client is not"
    );
    world.run_until(deadline + 5050);
    assert_eq!(world.client.breaker().state(), BreakerState::Closed);
    assert_eq!(world.client.queued(), (0, 0));
}
