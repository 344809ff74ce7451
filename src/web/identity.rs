//! Which session a link has: found in storage, migrated, made anew, kept.

use super::page;
use super::storage::Store;
use crate::session::{Parsed, ProjectId, SessionId, SessionKey};
use std::rc::Rc;

/// A link's session and its place in storage.
pub(super) struct Identity {
    key: SessionKey,
    /// Where the id is kept; in the page's memory without one, or once it has failed.
    store: Option<Rc<dyn Store>>,
    place: String,
    claimed: bool,
    /// Storage failed, and nobody was told yet.
    failed: bool,
}

impl Identity {
    /// Finds the session under `relatch:<projectId>:<name>`, or makes one.
    pub(super) fn find(project: ProjectId, name: &str, store: Option<Rc<dyn Store>>) -> Self {
        let mut identity = Self {
            place: String::from("relatch:") + project.as_str() + ":" + name,
            key: SessionKey {
                session: make(),
                project,
            },
            store,
            claimed: false,
            failed: false,
        };
        let found = identity.load().unwrap_or_default();
        match SessionId::parse(&found, &identity.key.project) {
            Ok(Parsed::Current(session)) => identity.key.session = session,
            Ok(Parsed::Migrated(session)) => {
                identity.key.session = session;
                identity.keep(true);
            }
            // What is stored but is no id belongs to nobody: the new one takes its place.
            Ok(Parsed::Absent) | Err(_) => identity.keep(true),
        }
        identity
    }

    /// Takes a new id.
    pub(super) fn renew(&mut self) {
        self.key.session = make();
        self.keep(true);
    }

    /// Takes the id out of storage.
    pub(super) fn forget(&mut self) {
        self.keep(false);
    }

    /// Whether storage has failed since this was last asked.
    pub(super) fn take_failure(&mut self) -> bool {
        std::mem::take(&mut self.failed)
    }

    fn load(&mut self) -> Option<String> {
        if let Some(store) = &self.store {
            match store.get(&self.place) {
                Ok(found) => return found,
                Err(_) => self.fail(),
            }
        }
        page::recall(&self.place)
    }

    /// Stores the id or takes it out.
    fn keep(&mut self, there: bool) {
        let id = there.then(|| self.key.session.as_str());
        match &self.store {
            Some(store) if store.set(&self.place, id).is_ok() => return,
            Some(_) | None => page::keep(&self.place, id),
        }
        if self.store.is_some() {
            self.fail();
        }
    }

    fn fail(&mut self) {
        self.failed = true;
        self.store = None;
    }

    /// Makes this the page's one live link of its name; `false` if there is another.
    pub(super) fn claim(&mut self) -> bool {
        self.claimed = self.claimed || !page::claim(&self.place, true);
        self.claimed
    }

    /// Lets another link have the name.
    pub(super) fn release(&mut self) {
        if std::mem::take(&mut self.claimed) {
            page::claim(&self.place, false);
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
