//! Operations on a house and its sessions, drawn from bytes: for random runs, for the corpus and for fuzzing.

use crate::house::{House, key};
use crate::room::LIVES;
use arbitrary::{Arbitrary, Unstructured};
use relatch::host::{Bounds, Key};
use relatch::time::Millis;
use relatch::wire::{Attach, FromClient, Size};

/// A house, and what happens in it.
#[derive(Clone, Debug)]
pub struct Run {
    setup: Setup,
    ops: Vec<Op>,
}

/// Bounds small enough to reach, some of them beyond reason.
#[derive(Arbitrary, Clone, Debug)]
struct Setup {
    ring: u8,
    window: u8,
    input: u8,
    frame: u8,
    mark: u8,
    patience: u8,
}

#[derive(Arbitrary, Clone, Debug)]
enum Op {
    Hello(Who, Twist),
    /// A page's next hello, as it should be.
    Back(Who),
    Frame(u8, Frame),
    Text(u8, u8),
    Input(u8, u8),
    Gone(u8),
    Transmit(u8, u8),
    /// All are sent what there is for them.
    Flush,
    Print {
        session: u8,
        bytes: u16,
        rude: bool,
    },
    Take(u8, u8),
    Wrote(u8, u8),
    /// Rare, as little happens after it.
    Exit(u8, u8),
    Restart(u8, u8),
    /// Time passes, in ms.
    Pass(u16),
}

/// Which life of which page says hello.
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Who {
    session: u8,
    inst: u8,
    take: bool,
}

/// What is not as it should be.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Twist {
    Secret,
    Attempt(Offset),
    Want,
    Epoch(Option<Offset>),
    Out(Option<Offset>),
    Done(Offset),
    Low(Offset),
    High(Offset),
    /// Nothing is: not even the numbers that go together.
    All {
        epoch: Option<Offset>,
        out: Option<Offset>,
        done: Offset,
        low: Offset,
        high: Offset,
    },
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Frame {
    Ack(Offset),
    ExitAck,
    Resize(u8),
    Hold,
    Live,
    Ping(u8),
    /// The answer that is due, or another.
    Pong(Offset),
    Bye(u8),
}

/// The right number, one beside it, or any.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Offset {
    Right,
    Above(u8),
    Below(u8),
    Any(u64),
}

/// What is no frame, or none from a client, or one that is not known or comes too late.
const TEXTS: [&str; 8] = [
    "",
    "hold",
    r#"{"t":"snap"}"#,
    r#"{"t":"mark","out":0}"#,
    r#"{"t":"ack","out":-1}"#,
    r#"{"t":"ack","out":0,"out":0}"#,
    r#"{"t":"resize","cols":0,"rows":1}"#,
    r#"{"t":"hello","v":1,"sid":"a","secret":"0123456789abcdef0123456789abcdef","project":"p","inst":"a","try":1,"want":"new","done":0,"in_lo":0,"in_hi":0}"#,
];

/// The largest number in a frame.
const LARGEST: u64 = (1 << 53) - 1;

/// How many sockets back an operation reaches.
const BACK: usize = 8;

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

    /// Plays it: the house checks its promises at each step. Then pages come that behave.
    ///
    /// All of it happens twice: to a house that draws screens in place of what is gone, and to one that does not.
    pub fn play(self) {
        self.clone().play_with(false);
        self.play_with(true);
    }

    fn play_with(self, snapshots: bool) {
        let bounds = Bounds {
            snapshots,
            ..self.setup.bounds()
        };
        let mut house = House::new(bounds);
        for op in self.ops {
            op.play(&mut house);
        }
        house.heal();
    }
}

impl Setup {
    const QUIET: Self = Self {
        ring: 128,
        window: 64,
        input: 32,
        frame: 16,
        mark: 200,
        patience: 100,
    };

    fn bounds(&self) -> Bounds {
        // The buffers' sizes are tamed, the largest to the ring's.
        let size = |size: u8| if size == u8::MAX { usize::MAX } else { size.into() };
        let patience = 1 + Millis::from(self.patience);
        Bounds {
            ring: 3 * usize::from(self.ring),
            window: size(self.window),
            input: self.input.into(),
            frame: size(self.frame),
            mark: size(self.mark),
            retention: 1000 * patience,
            ping: 100 * patience,
            silence: 300 * patience,
            proof: 50 * patience,
            snapshots: false,
        }
    }
}

impl Op {
    fn play(self, house: &mut House) {
        match self {
            Self::Hello(who, twist) => {
                let secret = matches!(twist, Twist::Secret);
                let attach = twist.twisted(who.attach(house));
                house.hello(&who.key(), who.life(), secret.into(), &attach);
            }
            Self::Back(who) => {
                let attach = who.attach(house);
                house.hello(&who.key(), who.life(), 0, &attach);
            }
            Self::Frame(socket, frame) => {
                if let Some(at) = named(house, socket) {
                    let text = frame.text(house, at);
                    house.text(at, &text);
                }
            }
            Self::Text(socket, which) => {
                if let Some(at) = named(house, socket) {
                    house.text(at, TEXTS[usize::from(which) % TEXTS.len()]);
                }
            }
            Self::Input(socket, bytes) => {
                if let Some(at) = named(house, socket) {
                    house.input(at, bytes.into());
                }
            }
            Self::Gone(socket) => {
                if let Some(at) = named(house, socket) {
                    house.gone(at);
                }
            }
            Self::Transmit(socket, most) => {
                if let Some(at) = named(house, socket) {
                    house.transmit(at, most.into());
                }
            }
            Self::Flush => {
                let all = house.sockets.len();
                (all.saturating_sub(BACK)..all).for_each(|at| house.transmit(at, usize::MAX));
            }
            Self::Print { session, bytes, rude } => {
                // A page that is slow to process makes room for less than this.
                house.print(&session_of(session), usize::from(bytes) % 2048, rude);
            }
            Self::Take(session, most) => house.take(&session_of(session), most.into()),
            Self::Wrote(session, bytes) => house.wrote(&session_of(session), bytes.into()),
            Self::Exit(session, chance) if chance < 32 => house.exit(&session_of(session)),
            Self::Restart(session, chance) if chance < 64 => house.restart(&session_of(session)),
            Self::Exit(..) | Self::Restart(..) => {}
            Self::Pass(span) => {
                house.pass(span.into());
                house.draw(span.into());
            }
        }
    }
}

/// One of two sessions that each of two principals may have.
fn session_of(session: u8) -> Key {
    // Most of what happens, happens in one.
    match session {
        0..192 => key(0, 0),
        _ => key(session % 2, session / 2 % 2),
    }
}

/// One of the last sockets.
fn named(house: &House, socket: u8) -> Option<usize> {
    house.sockets.len().checked_sub(1 + usize::from(socket) % BACK)
}

impl Who {
    fn key(self) -> Key {
        session_of(self.session)
    }

    fn life(self) -> u8 {
        // The last is that of the page which comes in the end.
        if self.inst < 192 {
            self.inst % 3
        } else {
            self.inst % (LIVES - 1)
        }
    }

    /// The hello that this life would say.
    fn attach(self, house: &House) -> Attach {
        let (key, life) = (self.key(), self.life());
        let page = house.page(&key, life);
        let input = house.accepted(&key, life);
        Attach {
            attempt: page.attempt + 1,
            resume: house.directory.get(&key).is_some(),
            epoch: page.epoch,
            take: self.take,
            out: page.place(),
            done: page.place().unwrap_or(0),
            in_lo: input,
            in_hi: input,
            size: None,
        }
    }
}

impl Twist {
    fn twisted(self, mut attach: Attach) -> Attach {
        match self {
            Self::Secret => {}
            Self::Attempt(offset) => attach.attempt = offset.near(attach.attempt).clamp(1, LARGEST / 2),
            Self::Want => attach.resume = !attach.resume,
            Self::Epoch(epoch) => attach.epoch = epoch.map(|offset| offset.near(attach.epoch.unwrap_or(0))),
            Self::Out(out) => {
                attach.out = out.map(|offset| offset.near(attach.out.unwrap_or(0)));
                attach.done = attach.done.min(attach.out.unwrap_or(0));
            }
            Self::Done(offset) => attach.done = offset.near(attach.done),
            Self::Low(offset) => attach.in_lo = offset.near(attach.in_lo),
            Self::High(offset) => attach.in_hi = offset.near(attach.in_hi),
            Self::All {
                epoch,
                out,
                done,
                low,
                high,
            } => {
                attach.epoch = epoch.map(|offset| offset.near(attach.epoch.unwrap_or(0)));
                attach.out = out.map(|offset| offset.near(attach.out.unwrap_or(0)));
                attach.done = done.near(attach.done);
                attach.in_lo = low.near(attach.in_lo);
                attach.in_hi = high.near(attach.in_hi);
            }
        }
        attach
    }
}

impl Frame {
    fn text(self, house: &House, at: usize) -> String {
        let socket = &house.sockets[at];
        let received = house.page(&socket.key, socket.inst).received.unwrap_or(0);
        let frame = match self {
            Self::Ack(offset) => FromClient::Ack {
                out: offset.near(received),
                exit: false,
            },
            Self::ExitAck => FromClient::Ack {
                out: received,
                exit: true,
            },
            Self::Resize(side) => FromClient::Resize(Size {
                cols: 1 + u16::from(side),
                rows: 24,
            }),
            Self::Hold => FromClient::Hold,
            Self::Live => FromClient::Live,
            Self::Ping(n) => FromClient::Ping(n.into()),
            Self::Pong(offset) => FromClient::Pong(offset.near(socket.ping)),
            Self::Bye(chance) => FromClient::Bye { kill: chance < 32 },
        };
        frame.to_text()
    }
}

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
}
