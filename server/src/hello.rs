//! The first frame of a socket under `relatch.v1`: who comes, and whether they may (S1).

use crate::access::{self, Token};
use crate::profile::{self, DEFAULT_KIND};
use relatch::host::Key;
use relatch::session::{Parsed, ProjectId, SessionId, SessionKey};
use relatch::wire::{Attach, FromClient, FromServer, Identity};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A hello whose token was found and whose every field was checked.
#[derive(Clone, Debug)]
pub(crate) struct Hello {
    pub(crate) key: Key,
    /// The session's id came in the older form `<id>_<projectId>`.
    pub(crate) migrated: bool,
    /// The SHA-256 of the session's secret, which itself is not kept.
    pub(crate) hash: [u8; 32],
    pub(crate) kind: String,
    /// The page's life.
    pub(crate) inst: String,
    pub(crate) attach: Attach,
}

/// Why a socket under `relatch.v1` is sent away before any session has heard of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: u16,
    pub(crate) retry_ms: Option<u64>,
    pub(crate) msg: String,
}

impl Hello {
    /// Reads the first frame.
    pub(crate) fn read(text: &str, tokens: &[Token]) -> Result<Self, Refused> {
        let (identity, attach) = match FromClient::parse(text) {
            Ok(Some(FromClient::Hello(identity, attach))) => (identity, attach),
            Ok(_) => return Err(Refused::new(4400, "the first frame must be a hello")),
            Err(error) => return Err(Refused::new(4400, error)),
        };
        let Identity {
            session,
            secret,
            project,
            kind,
            auth,
            inst,
        } = identity;
        let principal = access::principal(tokens, &auth.unwrap_or_default())
            .ok_or_else(|| Refused::new(4401, "the access token is missing or wrong"))?;
        let project = ProjectId::new(&project).map_err(|error| Refused::field("project", error))?;
        let parsed = SessionId::parse(&session, &project).map_err(|error| Refused::field("sid", error))?;
        let migrated = matches!(parsed, Parsed::Migrated(_));
        let session = match parsed {
            Parsed::Current(id) | Parsed::Migrated(id) => id,
            Parsed::Absent => return Err(Refused::field("sid", "an id has at least 1 character")),
        };
        let kind = kind.unwrap_or_else(|| DEFAULT_KIND.to_owned());
        if !profile::is_kind(&kind) {
            return Err(Refused::field(
                "kind",
                "must be 1 to 64 of the characters A-Z a-z 0-9 _ -",
            ));
        }
        Ok(Self {
            key: Key {
                principal: principal.number(),
                session: SessionKey { session, project },
            },
            migrated,
            hash: Sha256::digest(secret).into(),
            kind,
            inst,
            attach,
        })
    }
}

impl Refused {
    pub(crate) fn new(code: u16, msg: impl fmt::Display) -> Self {
        Self {
            code,
            retry_ms: None,
            msg: msg.to_string(),
        }
    }

    fn field(field: &str, rule: impl fmt::Display) -> Self {
        Self::new(4400, format_args!("{field}: {rule}"))
    }

    /// The `error` frame that says it.
    pub(crate) fn to_text(&self) -> String {
        let error = FromServer::Error {
            code: self.code,
            retry_ms: self.retry_ms,
            msg: self.msg.clone(),
        };
        error.to_text()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789a";

    fn hello(sid: &str, project: &str, more: &str) -> String {
        format!(
            r#"{{"t":"hello","v":1,"sid":"{sid}","secret":"{SECRET}","project":"{project}","inst":"a","try":1,"want":"new","take":false,"out":null,"done":0,"in_lo":0,"in_hi":0{more}}}"#
        )
    }

    fn read(text: &str) -> Result<Hello, Refused> {
        Hello::read(text, &[Token::new("token").unwrap()])
    }

    #[test]
    fn an_older_id_is_migrated_with_its_project() {
        let hello = read(&hello("abc_my_project", "my_project", r#","auth":"token""#)).unwrap();
        assert_eq!(hello.key.session.to_text(), "abc:my_project");
        assert!(hello.migrated);
        assert_eq!(hello.kind, "system");
    }

    #[test]
    fn of_the_secret_only_the_hash_is_kept() {
        let hello = read(&hello("a", "p", r#","auth":"token""#)).unwrap();
        let hash: String = hello.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        // From `printf … | sha256sum`.
        assert_eq!(hash, "263b9741bfc84598b8f5688c5481887c8493d40b0b557de2f2f9b0329139c5db");
        assert!(!format!("{hello:?}").contains(SECRET));
    }

    #[test]
    fn each_bad_field_is_named_with_its_rule() {
        let long = "x".repeat(129);
        for (text, code, msg) in [
            (String::new(), 4400, "not one JSON object"),
            (
                r#"{"t":"ack","out":0}"#.to_owned(),
                4400,
                "the first frame must be a hello",
            ),
            (r#"{"t":"later"}"#.to_owned(), 4400, "the first frame must be a hello"),
            (
                hello("a", "p", "").replace(SECRET, "short"),
                4400,
                "a control frame's field is missing or out of range: secret",
            ),
            (hello("a", "p", ""), 4401, "the access token is missing or wrong"),
            (
                hello("a", "p", r#","auth":"other""#),
                4401,
                "the access token is missing or wrong",
            ),
            (
                hello("a", "a:b", r#","auth":"token""#),
                4400,
                "project: an id has only the characters A-Z a-z 0-9 _ -",
            ),
            (
                hello("a b", "p", r#","auth":"token""#),
                4400,
                "sid: an id has only the characters A-Z a-z 0-9 _ -",
            ),
            (
                hello(&long, "p", r#","auth":"token""#),
                4400,
                "sid: an id has at most 128 characters",
            ),
            (
                hello("", "p", r#","auth":"token""#),
                4400,
                "sid: an id has at least 1 character",
            ),
            (
                hello("a", "p", r#","auth":"token","kind":"a/b""#),
                4400,
                "kind: must be 1 to 64 of the characters A-Z a-z 0-9 _ -",
            ),
        ] {
            let refused = read(&text).unwrap_err();
            assert_eq!((refused.code, refused.msg.as_str()), (code, msg), "{text}");
        }
    }
}
