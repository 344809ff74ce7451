//! Which session a link has: found in storage, migrated, made anew; and the secret that proves it ours.

use super::outside::{Outside, Stored};
use super::storage::StoreError;
use crate::session::{Parsed, ProjectId, RANDOM_LENGTH, SessionId, SessionKey, base36};
use crate::wire::is_secret;

/// A session's name and its secret, which is empty without resume.
pub(super) struct Identity {
    pub(super) key: SessionKey,
    pub(super) secret: String,
}

/// What storage had under a link's place.
pub(super) type Loaded = Result<Option<String>, StoreError>;

/// What storage gave.
pub(super) struct Found {
    pub(super) identity: Identity,
    /// With resume: both the id and its secret were there, so an earlier page made the session.
    pub(super) whole: bool,
    pub(super) storage_failed: bool,
}

/// Takes the session that storage has, or makes one and keeps it.
pub(super) fn find(project: ProjectId, id: Loaded, secret: Loaded, resume: bool, outside: &impl Outside) -> Found {
    let mut storage_failed = id.is_err() || secret.is_err();
    let id = id.ok().flatten().unwrap_or_default();
    let (session, known, keep) = match SessionId::parse(&id, &project) {
        Ok(Parsed::Current(session)) => (session, true, false),
        Ok(Parsed::Migrated(session)) => (session, true, true),
        // What is stored but is no id belongs to nobody: a new one takes its place.
        Ok(Parsed::Absent) | Err(_) => (make(outside), false, true),
    };
    if keep {
        storage_failed |= outside.store(Stored::Id, Some(session.as_str())).is_err();
    }
    let mut secret = secret.ok().flatten().unwrap_or_default();
    let whole = resume && known && is_secret(&secret);
    if resume && !whole {
        secret = make_secret(outside);
        storage_failed |= outside.store(Stored::Secret, Some(&secret)).is_err();
    }
    let key = SessionKey { session, project };
    let identity = Identity { key, secret };
    Found {
        identity,
        whole,
        storage_failed,
    }
}

/// A new id.
pub(super) fn make(outside: &impl Outside) -> SessionId {
    SessionId::generate(js_sys::Date::now() as u64, random(outside))
}

/// A new secret: 50 characters of base 36 hold 258 bits.
pub(super) fn make_secret(outside: &impl Outside) -> String {
    base36(&random::<100>(outside))
}

/// 26 random characters: one life of the page.
pub(super) fn instance(outside: &impl Outside) -> String {
    base36(&random::<{ 2 * RANDOM_LENGTH }>(outside))
}

pub(super) fn random<const N: usize>(outside: &impl Outside) -> [u8; N] {
    let mut bytes = [0; N];
    outside.fill(&mut bytes);
    bytes
}
