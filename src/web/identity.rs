//! Which session a link has: found in storage, migrated, made anew.

use super::outside::Outside;
use super::storage::StoreError;
use crate::session::{Parsed, ProjectId, RANDOM_LENGTH, SessionId, SessionKey, base36};

/// Takes the session that storage has, or makes one and keeps it; and says whether storage failed.
pub(super) fn find(
    project: ProjectId,
    loaded: Result<Option<String>, StoreError>,
    outside: &impl Outside,
) -> (SessionKey, bool) {
    let failed = loaded.is_err();
    let found = loaded.ok().flatten().unwrap_or_default();
    let (session, keep) = match SessionId::parse(&found, &project) {
        Ok(Parsed::Current(session)) => (session, false),
        Ok(Parsed::Migrated(session)) => (session, true),
        // What is stored but is no id belongs to nobody: a new one takes its place.
        Ok(Parsed::Absent) | Err(_) => (make(outside), true),
    };
    let kept = !keep || outside.store(Some(session.as_str())).is_ok();
    (SessionKey { session, project }, failed || !kept)
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
