//! Which session a link has: found in storage, migrated, made anew, kept.

use super::page::Page;
use crate::session::{Parsed, ProjectId, RANDOM_LENGTH, SessionId, SessionKey, base36};

/// A link's session and its place in storage.
pub(super) struct Identity {
    key: SessionKey,
    place: String,
}

impl Identity {
    /// Finds the session under `relatch:<projectId>:<name>`, or makes one; and whether storage failed.
    pub(super) fn find(project: ProjectId, name: &str, page: &dyn Page) -> (Self, bool) {
        let place = String::from("relatch:") + project.as_str() + ":" + name;
        let loaded = page.load(&place);
        let failed = loaded.is_err();
        let found = loaded.ok().flatten().unwrap_or_default();
        let (session, keep) = match SessionId::parse(&found, &project) {
            Ok(Parsed::Current(session)) => (session, false),
            Ok(Parsed::Migrated(session)) => (session, true),
            // What is stored but is no id belongs to nobody: a new one takes its place.
            Ok(Parsed::Absent) | Err(_) => (make(), true),
        };
        let key = SessionKey { session, project };
        let identity = Self { key, place };
        let kept = !keep || page.store(&identity.place, Some(identity.key.session.as_str())).is_ok();
        (identity, failed || !kept)
    }

    /// Takes a new id.
    pub(super) fn renew(&mut self) {
        self.key.session = make();
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn key(&self) -> &SessionKey {
        &self.key
    }
}

fn make() -> SessionId {
    SessionId::generate(js_sys::Date::now() as u64, random())
}

/// Bytes from `crypto.getRandomValues`. Every browser and worker has it; where it is missing there is nothing safe to fall back to, and
/// zeros make an id that the page's clock alone tells apart. An id identifies and never authenticates, so that is no breach.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let _ = getrandom::fill(&mut bytes);
    bytes
}

/// 26 random characters: one life of the page.
pub(super) fn instance() -> String {
    base36(&random::<{ 2 * RANDOM_LENGTH }>())
}
