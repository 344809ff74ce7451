//! Flat JSON objects (RFC 8259): values are strings, integers in 0..2^53, booleans or null; nothing nested, no key twice.
//!
//! A small strict codec of our own, because a general one weighs more in WASM than the rest of this crate together.

use crate::decimal;
use std::fmt;

/// One past the largest integer taken, 2^53: every integer below it is exact in JavaScript.
pub const INTEGER_END: u64 = 1 << 53;

/// One parsed object: its fields in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object(Vec<(String, Value)>);

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// An integer below [`INTEGER_END`].
    Integer(u64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// Why a text is no flat object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlatError {
    /// Not JSON, or JSON of another kind than one object with text after it at most white space.
    Syntax,
    /// An object or array inside the object.
    Nested,
    /// A number that is not an integer in 0..2^53.
    Number,
    /// A string with a bad escape, a lone surrogate or a raw control character, or without an end.
    Text,
    /// A key that was there before.
    Twice,
}

impl fmt::Display for FlatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "not one JSON object",
            Self::Nested => "a value is nested",
            Self::Number => "a number is not an integer in 0..2^53",
            Self::Text => "a string has a bad escape or a raw control character",
            Self::Twice => "a key is there twice",
        })
    }
}

impl std::error::Error for FlatError {}

impl Object {
    /// Reads one object.
    ///
    /// # Errors
    /// [`FlatError`], for the first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, FlatError> {
        Reader { text, at: 0 }.object()
    }

    /// The value under `name`.
    pub fn value(&self, name: &str) -> Option<&Value> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        Some(value)
    }

    /// The string under `name`; `None` if there is none or it is of another kind.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            Value::Integer(_) | Value::Bool(_) | Value::Null => None,
        }
    }

    /// The integer under `name`; `None` if there is none or it is of another kind.
    pub fn integer(&self, name: &str) -> Option<u64> {
        match self.value(name)? {
            Value::Integer(number) => Some(*number),
            Value::Text(_) | Value::Bool(_) | Value::Null => None,
        }
    }

    /// The integer under `name`, where none and `null` are both `Some(None)`; `None` if it is of another kind.
    pub fn maybe(&self, name: &str) -> Option<Option<u64>> {
        match self.value(name) {
            None | Some(Value::Null) => Some(None),
            Some(_) => self.integer(name).map(Some),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn object(mut self) -> Result<Object, FlatError> {
        let mut fields = Vec::new();
        let mut end = self.open()?;
        while !end {
            let field = self.field(&fields)?;
            fields.push(field);
            end = match self.token() {
                b',' => false,
                b'}' => true,
                _ => return Err(FlatError::Syntax),
            };
        }
        match self.token() {
            END if self.at > self.text.len() => Ok(Object(fields)),
            _ => Err(FlatError::Syntax),
        }
    }

    /// Reads the opening brace, and the closing one if it follows at once.
    fn open(&mut self) -> Result<bool, FlatError> {
        if self.token() != b'{' {
            return Err(FlatError::Syntax);
        }
        let start = self.at;
        let empty = self.token() == b'}';
        if !empty {
            self.at = start;
        }
        Ok(empty)
    }

    fn field(&mut self, before: &[(String, Value)]) -> Result<(String, Value), FlatError> {
        if self.token() != b'"' {
            return Err(FlatError::Syntax);
        }
        let key = self.string()?;
        if before.iter().any(|(known, _)| *known == key) {
            return Err(FlatError::Twice);
        }
        if self.token() != b':' {
            return Err(FlatError::Syntax);
        }
        Ok((key, self.value()?))
    }

    fn value(&mut self) -> Result<Value, FlatError> {
        match self.token() {
            b'"' => self.string().map(Value::Text),
            digit @ (b'-' | b'0'..=b'9') => self.integer(digit),
            b't' => self.word("rue", Value::Bool(true)),
            b'f' => self.word("alse", Value::Bool(false)),
            b'n' => self.word("ull", Value::Null),
            b'{' | b'[' => Err(FlatError::Nested),
            _ => Err(FlatError::Syntax),
        }
    }

    /// Reads the rest of a word.
    fn word(&mut self, rest: &str, value: Value) -> Result<Value, FlatError> {
        for wanted in rest.bytes() {
            if self.byte() != wanted {
                return Err(FlatError::Syntax);
            }
        }
        Ok(value)
    }

    /// Reads the rest of an integer that begins with this byte.
    fn integer(&mut self, first: u8) -> Result<Value, FlatError> {
        let mut number = u64::from(first.wrapping_sub(b'0'));
        loop {
            let before = self.at;
            match self.byte() {
                // A minus or a leading zero has no digit after it.
                digit @ b'0'..=b'9' if (1..INTEGER_END).contains(&number) && first != b'-' => {
                    number = number * 10 + u64::from(digit - b'0');
                }
                b'0'..=b'9' | b'.' | b'e' | b'E' => return Err(FlatError::Number),
                _ if number >= INTEGER_END || first == b'-' => return Err(FlatError::Number),
                _ => {
                    self.at = before;
                    return Ok(Value::Integer(number));
                }
            }
        }
    }

    /// Reads the rest of a string.
    fn string(&mut self) -> Result<String, FlatError> {
        let mut out = String::new();
        let mut plain = self.at;
        loop {
            let at = self.at;
            let byte = self.byte();
            if byte != b'"' && byte != b'\\' && byte >= b' ' {
                continue;
            }
            // Both ends are beside an ASCII byte or at the text's own, so the slice is whole characters.
            out.push_str(self.text.get(plain..at).unwrap_or_default());
            match byte {
                b'"' => return Ok(out),
                b'\\' => out.push(self.escape().ok_or(FlatError::Text)?),
                _ => return Err(FlatError::Text),
            }
            plain = self.at;
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.byte() {
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    /// Reads four hexadecimal digits, and for a high surrogate the low one after it.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex4()?;
        if first & 0xfc00 != 0xd800 {
            return char::from_u32(first);
        }
        if self.byte() != b'\\' || self.byte() != b'u' {
            return None;
        }
        let second = self.hex4()?;
        if second & 0xfc00 != 0xdc00 {
            return None;
        }
        char::from_u32(0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff))
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number * 16 + char::from(self.byte()).to_digit(16)?;
        }
        Some(number)
    }

    /// The next byte that is no white space, or [`END`].
    fn token(&mut self) -> u8 {
        loop {
            match self.byte() {
                b' ' | b'\t' | b'\n' | b'\r' => {}
                byte => return byte,
            }
        }
    }

    /// The next byte, or [`END`].
    fn byte(&mut self) -> u8 {
        let byte = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        byte.unwrap_or(END)
    }
}

/// Stands for the text's end. A raw NUL is an error wherever it stands, so only [`Reader::object`] must tell the two apart.
const END: u8 = 0;

/// Writes one control frame, field by field. Names are ours and need no escapes.
#[derive(Clone, Debug)]
pub struct Writer(String);

impl Writer {
    /// A frame of this kind: an object with the field `t` so far.
    pub fn new(t: &'static str) -> Self {
        Self(String::from(r#"{"t":""#) + t + "\"")
    }

    /// Adds a string.
    pub fn text(&mut self, name: &'static str, value: &str) {
        self.key(name);
        self.0.push('"');
        for c in value.chars() {
            if c < ' ' || c == '"' || c == '\\' {
                self.0.push_str("\\u00");
                for nibble in [c as u32 / 16, c as u32 % 16] {
                    self.0.extend(char::from_digit(nibble, 16));
                }
            } else {
                self.0.push(c);
            }
        }
        self.0.push('"');
    }

    /// Adds an integer; the caller keeps it below [`INTEGER_END`].
    pub fn integer(&mut self, name: &'static str, value: u64) {
        self.key(name);
        decimal::push(&mut self.0, value);
    }

    /// Adds an integer, or `null`.
    pub fn maybe(&mut self, name: &'static str, value: Option<u64>) {
        match value {
            Some(value) => self.integer(name, value),
            None => self.word(name, "null"),
        }
    }

    /// Adds `true` or `false`.
    pub fn flag(&mut self, name: &'static str, value: bool) {
        self.word(name, if value { "true" } else { "false" });
    }

    fn word(&mut self, name: &'static str, word: &str) {
        self.key(name);
        self.0.push_str(word);
    }

    /// The object's text.
    pub fn finish(self) -> String {
        self.0 + "}"
    }

    fn key(&mut self, name: &'static str) {
        self.0.push_str(",\"");
        self.0.push_str(name);
        self.0.push_str("\":");
    }
}
