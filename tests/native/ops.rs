//! Operations on a client in its world, drawn from bytes: for random runs, for the corpus and for fuzzing.

use crate::common::{Answer, World, accept, accept_then_close, refuse};
use arbitrary::{Arbitrary, Unstructured};
use relatch::backoff::Jitter;
use relatch::breaker::BreakerState;
use relatch::client::{Failure, Input, Payload, SocketId, State};
use relatch::config::{Config, Heartbeat};
use relatch::time::Millis;
use relatch::wire::Size;

/// A client's configuration, and what happens to it.
#[derive(Clone, Debug)]
pub struct Run {
    setup: Setup,
    ops: Vec<Op>,
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

const BEAT: Millis = 10_000;
const ANSWER: Millis = 5000;
/// The longest wait that is not a server's wish.
const LONGEST_WAIT: Millis = 36_000;

impl Run {
    /// Every string of bytes is a run.
    pub fn read(bytes: &[u8]) -> Self {
        let mut bytes = Unstructured::new(bytes);
        let setup = Setup::arbitrary(&mut bytes).unwrap_or(Setup::QUIET);
        let mut ops = Vec::new();
        while !bytes.is_empty() {
            let Ok(op) = Op::arbitrary(&mut bytes) else { break };
            ops.push(op);
        }
        Self { setup, ops }
    }

    /// Plays it: the world checks the client's promises at each step. Then the network heals.
    pub fn play(self) {
        let Setup { seed, server, .. } = self.setup;
        let mut world = World::seeded(self.setup.config(), seed.into()).server(move |attempt| server.answer(attempt));
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

impl Op {
    fn play(self, world: &mut World) {
        let now = world.now();
        let input = match self {
            Self::Pass(span) => return world.run_until(now + Millis::from(span)),
            Self::Sleep(seconds) => return world.sleep_until(now + Millis::from(seconds) * 1000),
            Self::Net(which, what) => {
                let last = world.opens.last().map_or(0, |(_, open)| open.socket.0);
                let back = if which < 32 { which % 4 + 1 } else { 0 };
                what.input(SocketId(last.saturating_sub(back.into())))
            }
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
    world.echo(Some(50));
    world.at(world.now(), Input::Online);
    world.at(world.now(), Input::Wake);
    match world.client.state() {
        State::Closed | State::Superseded => return,
        State::Connecting => world.at(world.now(), Input::Opened(world.socket())),
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
