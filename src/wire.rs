//! Control frames: text frames that hold one flat JSON object with a field `t`, at most 4 KiB. Both ends use this file.
//!
//! Under `relatch.v1` they are [`FromClient`] and [`FromServer`]. A passthrough socket opened with `control=1` has two of its own,
//! [`Control`]: `resize` from the page and `reset` from the server.

mod client;
pub mod flat;
mod server;

pub use client::{Attach, FromClient, Identity};
pub use server::{Exit, FromServer, Gap, Outcome, Welcome};

use flat::{FlatError, Object, Value, Writer};
use std::fmt;
use std::ops::RangeInclusive;

/// The WebSocket subprotocol (RFC 6455 §1.9) under which sessions are resumed.
pub const PROTOCOL: &str = "relatch.v1";

/// The version that a hello names.
pub const PROTOCOL_VERSION: u64 = 1;

/// The longest binary frame that either end sends, in bytes: 16 KiB. One of more than 64 KiB is answered with 1009.
pub const LONGEST_BINARY: usize = 16 * 1024;

/// The longest control frame, in bytes.
pub const LONGEST_CONTROL: usize = 4096;

/// A control frame that one end sends and the other understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Control {
    /// Page to server: the terminal's size from now on. The latest wins.
    Resize(Size),
    /// Server to page: what follows is a terminal from its start; clear the screen first.
    Reset,
}

/// A terminal's size in character cells, each side in 1..=65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

/// Why a text frame is no control frame. Whoever receives such a frame closes with 4400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireError {
    /// Longer than [`LONGEST_CONTROL`].
    TooLong,
    /// Not one flat JSON object.
    Flat(FlatError),
    /// This field is missing or breaks its rule.
    Field(&'static str),
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("a control frame has at most 4096 bytes"),
            Self::Flat(error) => error.fmt(f),
            Self::Field(name) => {
                f.write_str("a control frame's field is missing or out of range: ")?;
                f.write_str(name)
            }
        }
    }
}

impl std::error::Error for WireError {}

impl Size {
    /// Takes a size; `None` if a side is not in 1..=65535.
    pub fn new(cols: u64, rows: u64) -> Option<Self> {
        let side = |n: u64| u16::try_from(n).ok().filter(|&n| n > 0);
        Some(Self {
            cols: side(cols)?,
            rows: side(rows)?,
        })
    }
}

impl Control {
    /// Reads a text frame. `None` is a frame whose `t` is not known here: it is to be ignored.
    ///
    /// # Errors
    /// [`WireError`], if the frame is too long, is not a flat object, or lacks a field that its `t` needs.
    pub fn parse(text: &str) -> Result<Option<Self>, WireError> {
        let object = object(text)?;
        match object.text("t").ok_or(WireError::Field("t"))? {
            "resize" => Ok(Some(Self::Resize(object.size()?))),
            "reset" => Ok(Some(Self::Reset)),
            _ => Ok(None),
        }
    }

    /// Reads a frame as a page does: whether it is [`Reset`](Self::Reset), the one `t` that a page knows.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse).
    pub fn is_reset(text: &str) -> Result<bool, WireError> {
        Ok(object(text)?.text("t").ok_or(WireError::Field("t"))? == "reset")
    }

    /// The frame's text.
    pub fn to_text(self) -> String {
        match self {
            Self::Resize(size) => {
                let mut out = Writer::new("resize");
                out.size(size);
                out.finish()
            }
            Self::Reset => Writer::new("reset").finish(),
        }
    }
}

fn object(text: &str) -> Result<Object, WireError> {
    if text.len() > LONGEST_CONTROL {
        return Err(WireError::TooLong);
    }
    Object::parse(text).map_err(WireError::Flat)
}

impl Object {
    /// The size in `cols` and `rows`.
    fn size(&self) -> Result<Size, WireError> {
        let side = |name| self.integer(name).ok_or(WireError::Field(name));
        Size::new(side("cols")?, side("rows")?).ok_or(WireError::Field("cols, rows"))
    }
}

impl Writer {
    fn size(&mut self, size: Size) {
        self.integer("cols", size.cols.into());
        self.integer("rows", size.rows.into());
    }
}

/// The longest access token of a hello, in bytes as it is written: all else in a hello fits beside it.
pub const LONGEST_TOKEN: usize = 3072;

/// How many bytes a text takes in a frame, its quotes left out.
pub fn json_length(text: &str) -> usize {
    let escaped = |c: char| c < ' ' || c == '"' || c == '\\';
    text.chars().map(|c| if escaped(c) { 6 } else { c.len_utf8() }).sum()
}

/// Whether a hello may have this as its secret: 32 to 128 of `A-Z a-z 0-9 _ -`.
pub fn is_secret(text: &str) -> bool {
    is_token(text, 32..=128)
}

/// Whether this is so many of `A-Z a-z 0-9 _ -`.
fn is_token(text: &str, lengths: RangeInclusive<usize>) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    lengths.contains(&text.len()) && text.bytes().all(plain)
}

/// A string that may be left out or `null`.
fn optional_text<'a>(object: &'a Object, name: &'static str) -> Result<Option<&'a str>, WireError> {
    match object.value(name) {
        None | Some(Value::Null) => Ok(None),
        Some(_) => object.text(name).map(Some).ok_or(WireError::Field(name)),
    }
}
