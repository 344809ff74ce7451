//! What a server sends under `relatch.v1`.

use super::flat::Writer;
use super::{Size, WireError, object, optional_text};
use crate::time::Millis;

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
    /// The next byte that comes.
    pub to: u64,
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
        let integer = |name| object.integer(name).ok_or(WireError::Field(name));
        let maybe = |name| object.maybe(name).ok_or(WireError::Field(name));
        let positive = |name| integer(name).and_then(|n| if n > 0 { Ok(n) } else { Err(WireError::Field(name)) });
        let small = |name| u32::try_from(integer(name)?).map_err(|_| WireError::Field(name));
        Ok(Some(match object.text("t").ok_or(WireError::Field("t"))? {
            "welcome" => Self::Welcome(Welcome {
                epoch: integer("epoch")?,
                generation: positive("gen")?,
                outcome: match object.text("res") {
                    Some("ok") => Outcome::Ok,
                    Some("gap") => Outcome::Gap,
                    Some("new") => Outcome::New,
                    _ => return Err(WireError::Field("res")),
                },
                out: integer("out")?,
                accepted: integer("in")?,
                live: integer("live")?,
                window: positive("window")?,
                in_window: positive("in_window")?,
                ring_bytes: integer("ring_bytes")?,
                retain_ms: integer("retain_ms")?,
                ping_ms: positive("ping_ms")?,
                size: object.size()?,
            }),
            "gap" => Self::Gap(Gap {
                from: maybe("from")?,
                to: integer("to")?,
            }),
            "size" => Self::Size(object.size()?),
            "ack" => Self::Ack(integer("in")?),
            "mark" => Self::Mark(integer("out")?),
            "ping" => Self::Ping {
                n: integer("n")?,
                out: maybe("out")?,
            },
            "pong" => Self::Pong(integer("n")?),
            "exit" => Self::Exit {
                exit: match maybe("code")? {
                    Some(_) => Exit::Code(small("code")?),
                    None => Exit::Signal(small("signal")?),
                },
                out: integer("out")?,
            },
            "error" => Self::Error {
                code: match u16::try_from(integer("code")?) {
                    Ok(code @ 1000..=4999) => code,
                    _ => return Err(WireError::Field("code")),
                },
                retry_ms: maybe("retry_ms")?,
                msg: optional_text(&object, "msg")?.unwrap_or_default().to_owned(),
            },
            _ => return Ok(None),
        }))
    }

    /// The frame's text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Welcome(welcome) => welcome.to_text(),
            Self::Gap(Gap { from, to }) => {
                let mut frame = Writer::new("gap");
                frame.maybe("from", *from);
                frame.integer("to", *to);
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
