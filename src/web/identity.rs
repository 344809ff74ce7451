//! Which session a link has: found in storage, migrated, made anew, kept.

use super::page::Page;
use super::places;
use crate::session::{Parsed, ProjectId, SessionId, SessionKey};

/// A link's session and its place in storage.
pub(super) struct Identity {
    key: SessionKey,
    place: String,
    claimed: bool,
    /// Storage failed: the id is kept in the page's memory.
    failed: bool,
}

impl Identity {
    /// Finds the session under `relatch:<projectId>:<name>`, or makes one.
    pub(super) fn find(project: ProjectId, name: &str, page: &dyn Page) -> Self {
        let mut identity = Self {
            place: String::from("relatch:") + project.as_str() + ":" + name,
            key: SessionKey {
                session: make(),
                project,
            },
            claimed: false,
            failed: false,
        };
        let loaded = page.load(&identity.place);
        identity.failed = loaded.is_err();
        let found = loaded.unwrap_or_else(|_| places::recall(&identity.place));
        match SessionId::parse(&found.unwrap_or_default(), &identity.key.project) {
            Ok(Parsed::Current(session)) => identity.key.session = session,
            Ok(Parsed::Migrated(session)) => {
                identity.key.session = session;
                identity.keep(page, true);
            }
            // What is stored but is no id belongs to nobody: the new one takes its place.
            Ok(Parsed::Absent) | Err(_) => identity.keep(page, true),
        }
        identity
    }

    /// Takes a new id.
    pub(super) fn renew(&mut self, page: &dyn Page) {
        self.key.session = make();
        self.keep(page, true);
    }

    /// Takes the id out of storage.
    pub(super) fn forget(&mut self, page: &dyn Page) {
        self.keep(page, false);
    }

    /// Whether storage has failed.
    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Stores the id or takes it out; in memory once storage has failed.
    fn keep(&mut self, page: &dyn Page, there: bool) {
        let id = there.then(|| self.key.session.as_str());
        self.failed = self.failed || page.store(&self.place, id).is_err();
        if self.failed {
            places::keep(&self.place, id);
        }
    }

    /// Makes this the page's one live link of its name; `false` if there is another.
    pub(super) fn claim(&mut self) -> bool {
        self.claimed = self.claimed || !places::claim(&self.place, true);
        self.claimed
    }

    /// Lets another link have the name.
    pub(super) fn release(&mut self) {
        if std::mem::take(&mut self.claimed) {
            places::claim(&self.place, false);
        }
    }

    pub(super) fn key(&self) -> &SessionKey {
        &self.key
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.release();
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

/// 16 random bytes in hexadecimal: one life of the page.
pub(super) fn instance() -> String {
    let mut text = String::new();
    for byte in random::<16>() {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
        }
    }
    text
}
