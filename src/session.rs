//! Session ids: made, checked, migrated from the older form, and joined with a project to a key.
//!
//! Both ends use this file, so that they can never disagree about which session an id means.

use crate::decimal;
use crate::time::Millis;
use std::fmt;

/// The longest id, in characters.
pub const LONGEST_ID: usize = 128;

/// The length of a generated id's random part: 26 characters of base 36 hold 134 bits.
pub const RANDOM_LENGTH: usize = 26;

/// Names one session of a project: `[A-Za-z0-9_-]`, 1 to 128 characters. It identifies; it never authenticates.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(String);

/// Names a project: the same characters and length as a session id, so never a `:`. The default is `default`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProjectId(String);

/// Where a session is stored: `<sessionId>:<projectId>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey {
    /// The session's id.
    pub session: SessionId,
    /// The project that it belongs to.
    pub project: ProjectId,
}

/// What a stored or received string means as a session id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// The empty string: there is no session yet, make an id.
    Absent,
    /// An id to use as it stands.
    Current(SessionId),
    /// An older `<id>_<projectId>`: the `<id>`, to be kept for ever and stored in place of the old form.
    Migrated(SessionId),
}

/// Why a string is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdError {
    /// Nothing is there (a project id), or nothing is left once `_<projectId>` is taken off.
    Empty,
    /// More than [`LONGEST_ID`] characters.
    TooLong,
    /// The character at this byte is not one of `[A-Za-z0-9_-]`.
    Character(usize),
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an id has at least 1 character",
            Self::TooLong => "an id has at most 128 characters",
            Self::Character(_) => "an id has only the characters A-Z a-z 0-9 _ -",
        })
    }
}

impl std::error::Error for IdError {}

impl SessionId {
    /// Makes `session_<ms since 1970>_<26 characters of base 36>` from the time and 52 random bytes, two for each character.
    ///
    /// The bytes must come from a cryptographic source. A character's two bytes are reduced modulo 36, which leaves it at least 5.169 of
    /// the 5.170 bits that it could have: 134.4 in all.
    pub fn generate(since_1970: Millis, random: [u8; 2 * RANDOM_LENGTH]) -> Self {
        let mut id = String::from("session_");
        decimal::push(&mut id, since_1970);
        id.push('_');
        id.push_str(&base36(&random));
        Self(id)
    }

    /// Reads an id as the older system did: first the characters, then what kind it is, last the result's length.
    ///
    /// - the empty string is [`Parsed::Absent`];
    /// - three parts joined by `_`, the first of them `session`, are the id, even if the last equals the project;
    /// - else a tail `_<projectId>`, whose project may itself hold `_`, is taken off: [`Parsed::Migrated`];
    /// - anything else is the id.
    ///
    /// # Errors
    /// [`IdError`], if a character is outside `[A-Za-z0-9_-]`, or if the result is empty or longer than 128.
    pub fn parse(raw: &str, project: &ProjectId) -> Result<Parsed, IdError> {
        if raw.is_empty() {
            return Ok(Parsed::Absent);
        }
        check_characters(raw)?;
        if is_generated_form(raw) {
            check_length(raw)?;
            return Ok(Parsed::Current(Self(raw.to_owned())));
        }
        let base = raw
            .strip_suffix(project.as_str())
            .and_then(|rest| rest.strip_suffix('_'));
        let id = base.unwrap_or(raw);
        check_length(id)?;
        let id = Self(id.to_owned());
        Ok(if base.is_some() {
            Parsed::Migrated(id)
        } else {
            Parsed::Current(id)
        })
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ProjectId {
    /// Takes a project's id.
    ///
    /// # Errors
    /// [`IdError`], if it is empty, longer than 128 characters or has others than `[A-Za-z0-9_-]`.
    pub fn new(raw: &str) -> Result<Self, IdError> {
        check_characters(raw)?;
        check_length(raw)?;
        Ok(Self(raw.to_owned()))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ProjectId {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl SessionKey {
    /// The key's text.
    pub fn to_text(&self) -> String {
        self.session.0.clone() + ":" + &self.project.0
    }
}

impl fmt::Display for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// One character of base 36 for each two bytes.
pub(crate) fn base36(random: &[u8]) -> String {
    let mut text = String::new();
    for pair in random.chunks_exact(2) {
        let number = pair.iter().fold(0, |number, &byte| number * 256 + u32::from(byte));
        text.extend(char::from_digit(number % 36, 36));
    }
    text
}

fn is_generated_form(raw: &str) -> bool {
    let rest = raw.strip_prefix("session_").unwrap_or_default();
    rest.bytes().filter(|&byte| byte == b'_').count() == 1
}

fn check_characters(raw: &str) -> Result<(), IdError> {
    match raw
        .bytes()
        .position(|b| !(b.is_ascii_alphanumeric() || b == b'_' || b == b'-'))
    {
        Some(at) => Err(IdError::Character(at)),
        None => Ok(()),
    }
}

fn check_length(id: &str) -> Result<(), IdError> {
    match id.len() {
        0 => Err(IdError::Empty),
        1..=LONGEST_ID => Ok(()),
        _ => Err(IdError::TooLong),
    }
}
