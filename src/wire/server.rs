//! What a server sends under `relatch.v1`.

use super::flat::{Object, Writer};
use super::{Size, WireError, object, optional_text};
use crate::time::Millis;
use std::cell::Cell;

/// A control frame from a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FromServer {
    /// The client is attached: the first frame after its hello, but for the ping of a take-over.
    Welcome(Welcome),
    /// Output from `from` to `to` is not to be had any more.
    Gap(Gap),
    /// The terminal's size from here on, in order with the output.
    Size(Size),
    /// Input up to here was written to the terminal, cumulative.
    Ack(u64),
    /// The next byte of output is this one: a check.
    Mark(u64),
    /// To be answered with the same number; the next byte of output is `out`, where it says so.
    Ping {
        /// The number.
        n: u64,
        /// A check as [`Mark`](Self::Mark) is.
        out: Option<u64>,
    },
    /// The answer to a ping.
    Pong(u64),
    /// The process has exited, and all it printed has been sent.
    Exit {
        /// How.
        exit: Exit,
        /// The offset behind the last byte.
        out: u64,
    },
    /// Why the socket is about to be closed.
    Error {
        /// The close code, 1000 to 4999.
        code: u16,
        /// For how long the client is not to come back.
        retry_ms: Option<Millis>,
        /// For a person.
        msg: String,
    },
}

/// What a client is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Welcome {
    /// Names the process: another one has another number.
    pub epoch: u64,
    /// `gen`: which attachment of the session this is, from 1.
    pub generation: u64,
    /// Whether the client's place was found.
    pub outcome: Outcome,
    /// The offset of the next byte of output.
    pub out: u64,
    /// `in`: how much input of this life of the page was accepted.
    pub accepted: u64,
    /// Output below this offset was printed before the attachment: it is replay.
    pub live: u64,
    /// How far ahead of the client's acks output is sent, in bytes; at least 1.
    pub window: u64,
    /// How far ahead of the server's acks input may be sent, in bytes; at least 1.
    pub in_window: u64,
    /// How much output is kept for those who come back, in bytes.
    pub ring_bytes: u64,
    /// How long the session is kept without a client, in ms.
    pub retain_ms: Millis,
    /// How often the server pings, in ms; at least 1.
    pub ping_ms: Millis,
    /// The terminal's size at `out`.
    pub size: Size,
}

/// `res`: how a client was attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Output goes on where the client has it, or from its start.
    Ok,
    /// Output is missing: a [`Gap`] follows.
    Gap,
    /// The process is one that the client does not know.
    New,
}

/// Output that is not to be had any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gap {
    /// The first byte that is missing; `None` if the client had no screen.
    pub from: Option<u64>,
    /// The next byte of output that comes.
    pub to: u64,
    /// Before it come so many bytes that are no output: a snapshot of the screen at `to`. 0 if there is none.
    pub snap: u64,
}

/// How a process exited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// By itself, with this status.
    Code(u32),
    /// Killed by this signal, by its number.
    Signal(u32),
}

impl FromServer {
    /// Reads a text frame. `None` is a frame whose `t` is not known here: it is to be ignored.
    ///
    /// # Errors
    /// [`WireError`], if the frame is too long, is not a flat object, or has a field that is missing or breaks its rule.
    pub fn parse(text: &str) -> Result<Option<Self>, WireError> {
        let object = object(text)?;
        let fields = Fields::new(&object);
        let frame = match object.text("t").ok_or(WireError::Field("t"))? {
            "welcome" => Self::Welcome(Welcome {
                epoch: fields.integer("epoch"),
                generation: fields.positive("gen"),
                outcome: match object.text("res") {
                    Some("ok") => Outcome::Ok,
                    Some("gap") => Outcome::Gap,
                    Some("new") => Outcome::New,
                    _ => fields.breaks("res", Outcome::New),
                },
                out: fields.integer("out"),
                accepted: fields.integer("in"),
                live: fields.integer("live"),
                window: fields.positive("window"),
                in_window: fields.positive("in_window"),
                ring_bytes: fields.integer("ring_bytes"),
                retain_ms: fields.integer("retain_ms"),
                ping_ms: fields.positive("ping_ms"),
                size: fields.size(),
            }),
            "gap" => Self::Gap(Gap {
                from: fields.maybe("from"),
                to: fields.integer("to"),
                snap: fields.maybe("snap").unwrap_or_default(),
            }),
            "size" => Self::Size(fields.size()),
            "ack" => Self::Ack(fields.integer("in")),
            "mark" => Self::Mark(fields.integer("out")),
            "ping" => Self::Ping {
                n: fields.integer("n"),
                out: fields.maybe("out"),
            },
            "pong" => Self::Pong(fields.integer("n")),
            "exit" => Self::Exit {
                exit: match fields.maybe("code") {
                    Some(code) => Exit::Code(fields.small("code", code)),
                    None => Exit::Signal(fields.small("signal", fields.integer("signal"))),
                },
                out: fields.integer("out"),
            },
            "error" => Self::Error {
                code: match fields.integer("code") {
                    code @ 1000..=4999 => code as u16,
                    _ => fields.breaks("code", 0),
                },
                retry_ms: fields.maybe("retry_ms"),
                msg: match optional_text(&object, "msg") {
                    Ok(msg) => msg.unwrap_or_default().to_owned(),
                    Err(_) => fields.breaks("msg", String::new()),
                },
            },
            _ => return Ok(None),
        };
        fields.kept()?;
        Ok(Some(frame))
    }

    /// The frame's text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Welcome(welcome) => welcome.to_text(),
            Self::Gap(Gap { from, to, snap }) => {
                let mut frame = Writer::new("gap");
                frame.maybe("from", *from);
                frame.integer("to", *to);
                if *snap > 0 {
                    frame.integer("snap", *snap);
                }
                frame.text("why", "ring");
                frame.finish()
            }
            Self::Size(size) => {
                let mut frame = Writer::new("size");
                frame.size(*size);
                frame.finish()
            }
            Self::Ack(accepted) => numbered("ack", "in", *accepted),
            Self::Mark(out) => numbered("mark", "out", *out),
            Self::Ping { n, out } => {
                let mut frame = Writer::new("ping");
                frame.integer("n", *n);
                if let Some(out) = out {
                    frame.integer("out", *out);
                }
                frame.finish()
            }
            Self::Pong(n) => numbered("pong", "n", *n),
            Self::Exit { exit, out } => {
                let mut frame = Writer::new("exit");
                match exit {
                    Exit::Code(code) => frame.integer("code", u64::from(*code)),
                    Exit::Signal(signal) => frame.integer("signal", u64::from(*signal)),
                }
                frame.integer("out", *out);
                frame.finish()
            }
            Self::Error { code, retry_ms, msg } => {
                let mut frame = Writer::new("error");
                frame.integer("code", u64::from(*code));
                if let Some(retry_ms) = retry_ms {
                    frame.integer("retry_ms", *retry_ms);
                }
                frame.text("msg", msg);
                frame.finish()
            }
        }
    }
}

/// Reads a frame's fields, and remembers the first that breaks its rule: one check at the end weighs less than one a field.
struct Fields<'a> {
    object: &'a Object,
    broken: Cell<Option<&'static str>>,
}

impl<'a> Fields<'a> {
    fn new(object: &'a Object) -> Self {
        let broken = Cell::new(None);
        Self { object, broken }
    }

    fn integer(&self, name: &'static str) -> u64 {
        self.at_least(0, name)
    }

    fn positive(&self, name: &'static str) -> u64 {
        self.at_least(1, name)
    }

    fn at_least(&self, least: u64, name: &'static str) -> u64 {
        match self.object.integer(name) {
            Some(number) if number >= least => number,
            _ => self.breaks(name, 0),
        }
    }

    fn maybe(&self, name: &'static str) -> Option<u64> {
        self.object.maybe(name).unwrap_or_else(|| self.breaks(name, None))
    }

    fn small(&self, name: &'static str, number: u64) -> u32 {
        u32::try_from(number).unwrap_or_else(|_| self.breaks(name, 0))
    }

    fn size(&self) -> Size {
        let (cols, rows) = (self.integer("cols"), self.integer("rows"));
        Size::new(cols, rows).unwrap_or_else(|| self.breaks("cols, rows", Size { cols: 1, rows: 1 }))
    }

    /// Notes that this field breaks its rule, and gives what stands in its place.
    fn breaks<T>(&self, name: &'static str, instead: T) -> T {
        self.broken.set(self.broken.get().or(Some(name)));
        instead
    }

    fn kept(&self) -> Result<(), WireError> {
        self.broken.get().map_or(Ok(()), |name| Err(WireError::Field(name)))
    }
}

impl Welcome {
    fn to_text(self) -> String {
        let mut frame = Writer::new("welcome");
        frame.integer("epoch", self.epoch);
        frame.integer("gen", self.generation);
        frame.text(
            "res",
            match self.outcome {
                Outcome::Ok => "ok",
                Outcome::Gap => "gap",
                Outcome::New => "new",
            },
        );
        frame.integer("out", self.out);
        frame.integer("in", self.accepted);
        frame.integer("live", self.live);
        frame.integer("window", self.window);
        frame.integer("in_window", self.in_window);
        frame.integer("ring_bytes", self.ring_bytes);
        frame.integer("retain_ms", self.retain_ms);
        frame.integer("ping_ms", self.ping_ms);
        frame.size(self.size);
        frame.finish()
    }
}

fn numbered(t: &'static str, name: &'static str, number: u64) -> String {
    let mut frame = Writer::new(t);
    frame.integer(name, number);
    frame.finish()
}
