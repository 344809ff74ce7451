//! Flat JSON objects (RFC 8259): values are strings, integers in 0..2^53, booleans or null; nothing nested, no key twice.
//!
//! A small strict codec of our own, because a general one weighs more in WASM than the rest of this crate together.

use std::{fmt, mem};

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

/// Why a text is no flat object; the number is the byte at which it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlatError {
    /// Not JSON, or JSON of another kind than one object with text after it at most white space.
    Syntax(usize),
    /// An object or array inside the object.
    Nested(usize),
    /// A number that is not an integer in 0..2^53.
    Number(usize),
    /// A string with a bad escape, a lone surrogate or a raw control character.
    Text(usize),
    /// A key that was there before.
    Twice(usize),
}

impl fmt::Display for FlatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax(_) => "not one JSON object",
            Self::Nested(_) => "a value is nested",
            Self::Number(_) => "a number is not an integer in 0..2^53",
            Self::Text(_) => "a string has a bad escape or a raw control character",
            Self::Twice(_) => "a key is there twice",
        })
    }
}

impl std::error::Error for FlatError {}

impl Object {
    /// Reads one object.
    ///
    /// # Errors
    /// [`FlatError`], with the byte at which the text stops being one.
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
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn object(mut self) -> Result<Object, FlatError> {
        let mut fields: Vec<(String, Value)> = Vec::new();
        self.expect(b'{')?;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                self.space();
                let start = self.at;
                let key = self.string()?;
                if fields.iter().any(|(known, _)| *known == key) {
                    return Err(FlatError::Twice(start));
                }
                self.expect(b':')?;
                self.space();
                fields.push((key, self.value()?));
                self.space();
                match self.next() {
                    Some(b',') => {}
                    Some(b'}') => break,
                    _ => return Err(FlatError::Syntax(self.at)),
                }
            }
        }
        self.space();
        if self.at == self.text.len() {
            Ok(Object(fields))
        } else {
            Err(FlatError::Syntax(self.at))
        }
    }

    fn value(&mut self) -> Result<Value, FlatError> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.integer().map(Value::Integer),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'{' | b'[') => Err(FlatError::Nested(self.at)),
            _ => Err(FlatError::Syntax(self.at)),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, FlatError> {
        if self.rest().starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(FlatError::Syntax(self.at))
        }
    }

    fn integer(&mut self) -> Result<u64, FlatError> {
        let start = self.at;
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number * 10 + u64::from(digit - b'0');
            self.at += 1;
            let leading_zero = number < 10 && self.at - start > 1;
            if number >= INTEGER_END || leading_zero {
                return Err(FlatError::Number(start));
            }
        }
        let goes_on = matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        if self.at == start || goes_on {
            return Err(FlatError::Number(start));
        }
        Ok(number)
    }

    fn string(&mut self) -> Result<String, FlatError> {
        let start = self.at;
        self.expect(b'"')?;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let Some(plain) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                return Err(FlatError::Syntax(self.text.len()));
            };
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.next() {
                Some(b'"') => return Ok(out),
                Some(b'\\') => out.push(self.escape().ok_or(FlatError::Text(start))?),
                _ => return Err(FlatError::Text(start)),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.hex4()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if self.next()? != b'\\' || self.next()? != b'u' {
            return None;
        }
        let second = self.hex4()?;
        if !(0xdc00..0xe000).contains(&second) {
            return None;
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            number = number * 16 + char::from(self.next()?).to_digit(16)?;
        }
        Some(number)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), FlatError> {
        self.space();
        if self.peek() != Some(wanted) {
            return Err(FlatError::Syntax(self.at));
        }
        self.at += 1;
        Ok(())
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }
}

/// Writes one object, field by field.
#[derive(Clone, Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// An object without fields yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a string.
    pub fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        self.quote(value);
    }

    /// Adds an integer; the caller keeps it below [`INTEGER_END`].
    pub fn integer(&mut self, name: &str, value: u64) {
        self.key(name);
        self.0.push_str(&value.to_string());
    }

    /// The object's text.
    pub fn finish(&mut self) -> String {
        let mut out = mem::take(&mut self.0);
        out.push_str(if out.is_empty() { "{}" } else { "}" });
        out
    }

    fn key(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.quote(name);
        self.0.push(':');
    }

    fn quote(&mut self, text: &str) {
        self.0.push('"');
        for c in text.chars() {
            match c {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                c if c < ' ' => {
                    self.0.push_str("\\u00");
                    for nibble in [c as u32 / 16, c as u32 % 16] {
                        self.0.extend(char::from_digit(nibble, 16));
                    }
                }
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }
}
