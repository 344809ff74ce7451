//! The query of `GET /terminal`: what a passthrough page says of itself.

use crate::profile::{self, DEFAULT_KIND};
use relatch::session::{IdError, Parsed, ProjectId, SessionId};
use relatch::wire::Size;
use std::fmt;

/// The longest `inst`, in characters.
const LONGEST_INST: usize = 64;

/// One past the largest `try`, 2^53: every integer below it is exact in JavaScript.
const TRY_END: u64 = 1 << 53;

/// A page life: 1 to 64 of the characters `A-Z a-z 0-9 _ -`, made by the page when it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inst(String);

/// What the query says, every field checked.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// The session; `None` if the page has none yet.
    pub(crate) session: Option<SessionId>,
    /// The session's id came in the older form `<id>_<projectId>`.
    pub(crate) migrated: bool,
    pub(crate) project: ProjectId,
    pub(crate) kind: String,
    pub(crate) size: Option<Size>,
    pub(crate) access: String,
    /// This page was ready before: an unknown id is then no reason to make a session.
    pub(crate) known: bool,
    /// The page still has its screen.
    pub(crate) warm: bool,
    /// Text frames are control frames.
    pub(crate) control: bool,
    /// The page's life and its count of attempts.
    pub(crate) life: Option<(Inst, u64)>,
    /// The page may take the session from another life of it.
    pub(crate) take: bool,
}

/// Which field breaks which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueryError {
    pub(crate) field: &'static str,
    rule: Rule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Id(IdError),
    Twice,
    Flag,
    Side,
    Together(&'static str),
    Inst,
    Try,
    Kind,
}

impl Inst {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Query {
    /// Reads the part of the URL after `?`. Parameters that are not known here are left to others.
    pub(crate) fn parse(raw: &str) -> Result<Self, QueryError> {
        let mut fields = Fields::read(raw)?;
        let id_error = |field| {
            move |error| QueryError {
                field,
                rule: Rule::Id(error),
            }
        };
        let project = fields.take("projectId").unwrap_or_else(|| "default".to_owned());
        let project = ProjectId::new(&project).map_err(id_error("projectId"))?;
        let session = fields.take("sessionId").unwrap_or_default();
        let session = SessionId::parse(&session, &project).map_err(id_error("sessionId"))?;
        let migrated = matches!(session, Parsed::Migrated(_));
        let kind = fields.take("kind").unwrap_or_else(|| DEFAULT_KIND.to_owned());
        if !profile::is_kind(&kind) {
            return Err(QueryError {
                field: "kind",
                rule: Rule::Kind,
            });
        }
        Ok(Self {
            session: match session {
                Parsed::Absent => None,
                Parsed::Current(id) | Parsed::Migrated(id) => Some(id),
            },
            migrated,
            project,
            kind,
            size: fields.size()?,
            access: fields.take("access").unwrap_or_default(),
            known: fields.flag("known")?,
            warm: fields.flag("warm")?,
            control: fields.flag("control")?,
            life: fields.life()?,
            take: fields.flag("take")?,
        })
    }
}

const KNOWN: [&str; 12] = [
    "sessionId",
    "projectId",
    "kind",
    "cols",
    "rows",
    "access",
    "known",
    "warm",
    "control",
    "inst",
    "try",
    "take",
];

/// The parameters known here, each at most once.
struct Fields([Option<String>; KNOWN.len()]);

impl Fields {
    fn read(raw: &str) -> Result<Self, QueryError> {
        let mut fields = Self([const { None }; KNOWN.len()]);
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            let known = KNOWN.iter().zip(&mut fields.0).find(|(known, _)| **known == name);
            if let Some((&field, slot)) = known
                && slot.replace(value.into_owned()).is_some()
            {
                return Err(QueryError {
                    field,
                    rule: Rule::Twice,
                });
            }
        }
        Ok(fields)
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let (_, slot) = KNOWN.iter().zip(&mut self.0).find(|(known, _)| **known == name)?;
        slot.take()
    }

    fn flag(&mut self, field: &'static str) -> Result<bool, QueryError> {
        match self.take(field).as_deref() {
            None | Some("0") => Ok(false),
            Some("1") => Ok(true),
            Some(_) => Err(QueryError {
                field,
                rule: Rule::Flag,
            }),
        }
    }

    fn size(&mut self) -> Result<Option<Size>, QueryError> {
        let cols = self.side("cols")?;
        let rows = self.side("rows")?;
        match (cols, rows) {
            (None, None) => Ok(None),
            (Some(cols), Some(rows)) => Ok(Size::new(cols, rows)),
            (None, Some(_)) => Err(QueryError {
                field: "cols",
                rule: Rule::Together("rows"),
            }),
            (Some(_), None) => Err(QueryError {
                field: "rows",
                rule: Rule::Together("cols"),
            }),
        }
    }

    fn side(&mut self, field: &'static str) -> Result<Option<u64>, QueryError> {
        let Some(text) = self.take(field) else {
            return Ok(None);
        };
        match integer(&text) {
            Some(side @ 1..=65535) => Ok(Some(side)),
            _ => Err(QueryError {
                field,
                rule: Rule::Side,
            }),
        }
    }

    fn life(&mut self) -> Result<Option<(Inst, u64)>, QueryError> {
        let (inst, attempt) = match (self.take("inst"), self.take("try")) {
            (None, None) => return Ok(None),
            (Some(inst), Some(attempt)) => (inst, attempt),
            (None, Some(_)) => {
                return Err(QueryError {
                    field: "inst",
                    rule: Rule::Together("try"),
                });
            }
            (Some(_), None) => {
                return Err(QueryError {
                    field: "try",
                    rule: Rule::Together("inst"),
                });
            }
        };
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !matches!(inst.len(), 1..=LONGEST_INST) || !inst.bytes().all(allowed) {
            return Err(QueryError {
                field: "inst",
                rule: Rule::Inst,
            });
        }
        match integer(&attempt) {
            Some(number @ 0..TRY_END) => Ok(Some((Inst(inst), number))),
            _ => Err(QueryError {
                field: "try",
                rule: Rule::Try,
            }),
        }
    }
}

/// Digits alone: `str::parse` would take a sign as well.
fn integer(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.field)?;
        match self.rule {
            Rule::Id(error) => error.fmt(f),
            Rule::Twice => f.write_str("given twice"),
            Rule::Flag => f.write_str("must be 0 or 1"),
            Rule::Side => f.write_str("must be an integer in 1..=65535"),
            Rule::Together(other) => write!(f, "must be given together with {other}"),
            Rule::Inst => f.write_str("must be 1 to 64 of the characters A-Z a-z 0-9 _ -"),
            Rule::Try => f.write_str("must be an integer in 0..2^53"),
            Rule::Kind => f.write_str("must be 1 to 64 of the characters A-Z a-z 0-9 _ -"),
        }
    }
}

impl std::error::Error for QueryError {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Query;

    #[test]
    fn an_empty_query_has_the_defaults() {
        let query = Query::parse("").unwrap();
        assert_eq!(query.session, None);
        assert_eq!((query.project.as_str(), query.kind.as_str()), ("default", "system"));
        assert!(query.size.is_none() && query.life.is_none());
        assert!(!(query.known || query.warm || query.control || query.take));
    }

    #[test]
    fn an_older_id_is_migrated_with_its_project() {
        let query = Query::parse("sessionId=abc_my_project&projectId=my_project").unwrap();
        assert_eq!(query.session.unwrap().as_str(), "abc");
        assert!(query.migrated);
    }

    #[test]
    fn each_bad_field_is_named_with_its_rule() {
        let long = format!("sessionId={}", "x".repeat(129));
        for (raw, message) in [
            (
                "sessionId=a%20b",
                "sessionId: an id has only the characters A-Z a-z 0-9 _ -",
            ),
            ("sessionId=_default", "sessionId: an id has at least 1 character"),
            (long.as_str(), "sessionId: an id has at most 128 characters"),
            (
                "sessionId=%FF%FE",
                "sessionId: an id has only the characters A-Z a-z 0-9 _ -",
            ),
            ("projectId=", "projectId: an id has at least 1 character"),
            (
                "projectId=a:b",
                "projectId: an id has only the characters A-Z a-z 0-9 _ -",
            ),
            ("kind=a/b", "kind: must be 1 to 64 of the characters A-Z a-z 0-9 _ -"),
            ("cols=0&rows=1", "cols: must be an integer in 1..=65535"),
            ("cols=1&rows=65536", "rows: must be an integer in 1..=65535"),
            ("cols=+1&rows=1", "cols: must be an integer in 1..=65535"),
            ("cols=80", "rows: must be given together with cols"),
            ("rows=24", "cols: must be given together with rows"),
            ("known=yes", "known: must be 0 or 1"),
            ("warm=", "warm: must be 0 or 1"),
            ("control=true", "control: must be 0 or 1"),
            ("take=2", "take: must be 0 or 1"),
            ("inst=a", "try: must be given together with inst"),
            ("try=1", "inst: must be given together with try"),
            ("inst=&try=1", "inst: must be 1 to 64 of the characters A-Z a-z 0-9 _ -"),
            ("inst=a&try=-1", "try: must be an integer in 0..2^53"),
            ("inst=a&try=9007199254740992", "try: must be an integer in 0..2^53"),
            ("kind=system&kind=system", "kind: given twice"),
        ] {
            assert_eq!(Query::parse(raw).unwrap_err().to_string(), message, "{raw}");
            assert!(message.len() <= 123);
        }
    }

    #[test]
    fn what_is_not_known_here_is_left_alone() {
        assert!(Query::parse("utm_source=x&utm_source=y&=&&a").is_ok());
    }
}
