//! Which session a link has: found in storage, migrated, made anew, kept.

use super::storage::Storage;
use crate::session::{Parsed, ProjectId, SessionId, SessionKey};
use std::cell::RefCell;

thread_local! {
    /// The storage keys of this page's live links.
    static CLAIMED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A link's session and its place in storage.
pub(super) struct Identity {
    session: SessionId,
    project: ProjectId,
    storage: Storage,
    place: String,
    claimed: bool,
}

impl Identity {
    /// Finds the session under `relatch:<projectId>:<name>`, or makes one; and whether storage failed, so that memory takes its place.
    pub(super) fn find(project: ProjectId, name: &str, storage: Storage) -> (Self, bool) {
        let place = ["relatch:", project.as_str(), ":", name].concat();
        let stored = storage.get(&place);
        let (storage, failed) = match stored {
            Ok(_) => (storage, false),
            Err(_) => (Storage::Memory, true),
        };
        let found = stored.ok().or_else(|| storage.get(&place).ok()).flatten();
        let parsed = SessionId::parse(&found.unwrap_or_default(), &project);
        let (session, keep) = match parsed {
            Ok(Parsed::Current(session)) => (session, false),
            Ok(Parsed::Migrated(session)) => (session, true),
            // What is stored but is no id belongs to nobody: a new one takes its place.
            Ok(Parsed::Absent) | Err(_) => (make(), true),
        };
        let mut identity = Self {
            session,
            project,
            storage,
            place,
            claimed: false,
        };
        let failed = failed | (keep && !identity.keep());
        (identity, failed)
    }

    /// Takes a new id; `false` if storage failed and memory took its place.
    pub(super) fn renew(&mut self) -> bool {
        self.session = make();
        self.keep()
    }

    /// Takes the id out of storage; `false` as for [`renew`](Self::renew).
    pub(super) fn forget(&mut self) -> bool {
        let done = self.storage.remove(&self.place).is_ok();
        self.fall_back(done)
    }

    fn keep(&mut self) -> bool {
        let done = self.storage.set(&self.place, self.session.as_str()).is_ok();
        if !done {
            self.storage = Storage::Memory;
            let _ = self.storage.set(&self.place, self.session.as_str());
        }
        done
    }

    fn fall_back(&mut self, done: bool) -> bool {
        if !done {
            self.storage = Storage::Memory;
        }
        done
    }

    /// Makes this the page's one live link of its name; `false` if there is another.
    pub(super) fn claim(&mut self) -> bool {
        self.claimed = self.claimed
            || CLAIMED.with_borrow_mut(|all| {
                let free = !all.contains(&self.place);
                if free {
                    all.push(self.place.clone());
                }
                free
            });
        self.claimed
    }

    /// Lets another link have the name.
    pub(super) fn release(&mut self) {
        if std::mem::take(&mut self.claimed) {
            CLAIMED.with_borrow_mut(|all| all.retain(|place| *place != self.place));
        }
    }

    pub(super) fn session(&self) -> &SessionId {
        &self.session
    }

    pub(super) fn project(&self) -> &ProjectId {
        &self.project
    }

    pub(super) fn key(&self) -> SessionKey {
        SessionKey {
            session: self.session.clone(),
            project: self.project.clone(),
        }
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
    let digits = random::<16>().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
