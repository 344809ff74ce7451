//! Which session a link has: found in storage, migrated, made anew.

use super::outside::Outside;
use super::storage::StoreError;
use crate::session::{Parsed, ProjectId, RANDOM_LENGTH, SessionId, SessionKey, base36};

/// What storage gave.
pub(super) struct Found {
    pub(super) key: SessionKey,
    /// The id was there as it stands, and its secret if it has one.
    pub(super) known: bool,
    pub(super) storage_failed: bool,
}

/// Takes the session that storage has, or makes one and keeps it. An id that lacks its secret is kept with a new one: nobody else's session
/// has the two together.
pub(super) fn find(
    project: ProjectId,
    loaded: Result<Option<String>, StoreError>,
    lacks_secret: bool,
    outside: &impl Outside,
) -> Found {
    let failed = loaded.is_err();
    let found = loaded.ok().flatten().unwrap_or_default();
    let (session, known) = match SessionId::parse(&found, &project) {
        Ok(Parsed::Current(session)) => (session, true),
        Ok(Parsed::Migrated(session)) => (session, false),
        // What is stored but is no id belongs to nobody: a new one takes its place.
        Ok(Parsed::Absent) | Err(_) => (make(outside), false),
    };
    let known = known && !lacks_secret;
    let kept = known || outside.store(Some(session.as_str())).is_ok();
    Found {
        key: SessionKey { session, project },
        known,
        storage_failed: failed || !kept,
    }
}

/// A new id.
pub(super) fn make(outside: &impl Outside) -> SessionId {
    SessionId::generate(js_sys::Date::now() as u64, random(outside))
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
