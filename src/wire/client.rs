//! What a client sends under `relatch.v1`.

use super::flat::{Object, Value, Writer};
use super::{PROTOCOL_VERSION, Size, WireError, is_secret, is_token, object, optional_text};

/// A control frame from a client.
#[allow(clippy::large_enum_variant, reason = "a hello comes once a socket, and none is kept")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FromClient {
    /// The first frame of every socket.
    Hello(Identity, Attach),
    /// Output up to here was processed, cumulative.
    Ack {
        /// The offset behind the last byte processed.
        out: u64,
        /// The exit has been heard of.
        exit: bool,
    },
    /// The terminal's size from now on. The latest wins.
    Resize(Size),
    /// The page cannot process output for now: do not wait for it.
    Hold,
    /// The page can process output again.
    Live,
    /// To be answered with the same number.
    Ping(u64),
    /// The answer to a ping.
    Pong(u64),
    /// The user is done.
    Bye {
        /// The session is to end; otherwise it is kept for the retention.
        kill: bool,
    },
}

/// Who says hello.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The session's id, as [`SessionId::parse`](crate::session::SessionId::parse) reads it.
    pub session: String,
    /// Proves that the session is the client's: 32 to 128 of `A-Z a-z 0-9 _ -`, from at least 32 random bytes.
    pub secret: String,
    /// The project's id.
    pub project: String,
    /// Which kind of terminal to start; the server's choice if there is none.
    pub kind: Option<String>,
    /// The access token.
    pub auth: Option<String>,
    /// Names this life of the page: 1 to 64 of `A-Z a-z 0-9 _ -`, at random, kept in memory alone.
    pub inst: String,
}

/// What a client attaches with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attach {
    /// `try`: the page's count of hellos, from 1.
    pub attempt: u64,
    /// The session was there before, so an unknown one is not to be made.
    pub resume: bool,
    /// The epoch that the client knows.
    pub epoch: Option<u64>,
    /// The page may take the session from another.
    pub take: bool,
    /// Output received; `None` if the client has no screen.
    pub out: Option<u64>,
    /// Output processed; 0 without a screen.
    pub done: u64,
    /// Input acknowledged.
    pub in_lo: u64,
    /// Input that may have been sent, up to here.
    pub in_hi: u64,
    /// The terminal's size, once it is known.
    pub size: Option<Size>,
}

impl FromClient {
    /// Reads a text frame. `None` is a frame whose `t` is not known here: it is to be ignored.
    ///
    /// # Errors
    /// [`WireError`], if the frame is too long, is not a flat object, or has a field that is missing or breaks its rule.
    pub fn parse(text: &str) -> Result<Option<Self>, WireError> {
        let object = object(text)?;
        let integer = |name| object.integer(name).ok_or(WireError::Field(name));
        Ok(Some(match object.text("t").ok_or(WireError::Field("t"))? {
            "hello" => {
                let (identity, attach) = hello(&object)?;
                Self::Hello(identity, attach)
            }
            "ack" => Self::Ack {
                out: integer("out")?,
                exit: flag(&object, "exit")?,
            },
            "resize" => Self::Resize(object.size()?),
            "hold" => Self::Hold,
            "live" => Self::Live,
            "ping" => Self::Ping(integer("n")?),
            "pong" => Self::Pong(integer("n")?),
            "bye" => Self::Bye {
                kill: flag(&object, "kill")?,
            },
            _ => return Ok(None),
        }))
    }

    /// The frame's text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Hello(identity, attach) => write_hello(identity, attach),
            _ => self.later_text(),
        }
    }

    /// The text of a frame that comes after the hello. Kept apart, so that a module which leaves the hello to its page does not carry what
    /// writes one; a hello gives no text.
    pub(crate) fn later_text(&self) -> String {
        match self {
            Self::Hello(..) => String::new(),
            Self::Ack { out, exit } => {
                let mut frame = Writer::new("ack");
                frame.integer("out", *out);
                if *exit {
                    frame.flag("exit", true);
                }
                frame.finish()
            }
            Self::Resize(size) => {
                let mut frame = Writer::new("resize");
                frame.size(*size);
                frame.finish()
            }
            Self::Hold => Writer::new("hold").finish(),
            Self::Live => Writer::new("live").finish(),
            Self::Ping(n) => numbered("ping", *n),
            Self::Pong(n) => numbered("pong", *n),
            Self::Bye { kill } => {
                let mut frame = Writer::new("bye");
                frame.flag("kill", *kill);
                frame.finish()
            }
        }
    }
}

fn numbered(t: &'static str, n: u64) -> String {
    let mut frame = Writer::new(t);
    frame.integer("n", n);
    frame.finish()
}

fn write_hello(identity: &Identity, attach: &Attach) -> String {
    let mut frame = Writer::new("hello");
    frame.integer("v", PROTOCOL_VERSION);
    frame.text("sid", &identity.session);
    frame.text("secret", &identity.secret);
    frame.text("project", &identity.project);
    if let Some(kind) = &identity.kind {
        frame.text("kind", kind);
    }
    if let Some(auth) = &identity.auth {
        frame.text("auth", auth);
    }
    frame.text("inst", &identity.inst);
    frame.integer("try", attach.attempt);
    frame.text("want", if attach.resume { "resume" } else { "new" });
    if let Some(epoch) = attach.epoch {
        frame.integer("epoch", epoch);
    }
    frame.flag("take", attach.take);
    frame.maybe("out", attach.out);
    frame.integer("done", attach.done);
    frame.integer("in_lo", attach.in_lo);
    frame.integer("in_hi", attach.in_hi);
    if let Some(size) = attach.size {
        frame.size(size);
    }
    frame.finish()
}

fn hello(object: &Object) -> Result<(Identity, Attach), WireError> {
    let integer = |name| object.integer(name).ok_or(WireError::Field(name));
    let text = |name| object.text(name).map(str::to_owned).ok_or(WireError::Field(name));
    let optional = |name| Ok(optional_text(object, name)?.map(str::to_owned));
    let checked = |name, check: fn(&str) -> bool| {
        text(name).and_then(|text: String| {
            if check(&text) {
                Ok(text)
            } else {
                Err(WireError::Field(name))
            }
        })
    };
    if integer("v")? != PROTOCOL_VERSION {
        return Err(WireError::Field("v"));
    }
    let identity = Identity {
        session: text("sid")?,
        secret: checked("secret", is_secret)?,
        project: text("project")?,
        kind: optional("kind")?,
        auth: optional("auth")?,
        inst: checked("inst", |inst| is_token(inst, 1..=64))?,
    };
    let attach = Attach {
        attempt: integer("try").and_then(|n| if n > 0 { Ok(n) } else { Err(WireError::Field("try")) })?,
        resume: match object.text("want") {
            Some("resume") => true,
            Some("new") => false,
            _ => return Err(WireError::Field("want")),
        },
        epoch: object.maybe("epoch").ok_or(WireError::Field("epoch"))?,
        take: flag(object, "take")?,
        out: object.maybe("out").ok_or(WireError::Field("out"))?,
        done: integer("done")?,
        in_lo: integer("in_lo")?,
        in_hi: integer("in_hi")?,
        size: size(object)?,
    };
    Ok((identity, attach))
}

/// A flag that may be left out or `null`, which is `false`.
fn flag(object: &Object, name: &'static str) -> Result<bool, WireError> {
    match object.value(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(WireError::Field(name)),
    }
}

/// A size, of which both sides are there or neither.
fn size(object: &Object) -> Result<Option<Size>, WireError> {
    let absent = |name| matches!(object.value(name), None | Some(Value::Null));
    if absent("cols") && absent("rows") {
        return Ok(None);
    }
    object.size().map(Some)
}
