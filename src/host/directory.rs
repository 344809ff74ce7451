//! Which sessions there are, and what a hello may do there before any session hears of it (S1, S8).

use super::LATEST;
use super::rules::{Rule, Rules};
use crate::session::SessionKey;
use crate::time::Millis;
use std::collections::{BTreeMap, VecDeque};

/// How many sessions that are no more are remembered; the oldest is forgotten then.
pub const REMEMBERED: usize = 1024;

/// When a client is to come back if there is no room for its session.
const FULL_RETRY_MS: Millis = 5_000;

/// Whose a session is, and which. Principals never see each other's (I11).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Who was authenticated.
    pub principal: u64,
    /// The session's id and its project.
    pub session: SessionKey,
}

/// What a hello may do. Nothing has changed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub enum Decision {
    /// The session is there and the secret is its own: attach to it ([`Directory::get`]).
    Attach,
    /// There is none, and one may be made ([`Directory::insert`]).
    Create,
    /// Send `error`, then close with the same code.
    Refuse {
        /// The close code.
        code: u16,
        /// For how long the client is not to come back.
        retry_ms: Option<Millis>,
        /// For a person.
        msg: &'static str,
    },
}

/// The sessions of a server, each with the hash of its secret and the driver's handle.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Directory<T> {
    most: usize,
    retention: Millis,
    rules: Rules,
    sessions: BTreeMap<Key, Entry<T>>,
    /// Those that are no more, and until when that is remembered; the oldest at the front.
    forgotten: VecDeque<(Key, Millis)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Entry<T> {
    hash: [u8; 32],
    handle: T,
}

impl<T> Directory<T> {
    /// An empty directory of at most so many sessions, which remembers for so long that one is no more.
    pub fn new(most: usize, retention: Millis) -> Self {
        Self {
            most,
            retention: retention.min(LATEST),
            rules: Rules::default(),
            sessions: BTreeMap::new(),
            forgotten: VecDeque::new(),
        }
    }

    /// The same directory without one of its rules, to show that breaking it is noticed.
    #[cfg(feature = "mutants")]
    #[must_use]
    pub fn without(mut self, rule: Rule) -> Self {
        self.rules = Rules::without(rule);
        self
    }

    /// Decides what a hello may do: its key, whether it wants to resume, and the SHA-256 of its secret. Changes nothing (I10).
    ///
    /// A wrong secret is answered as an unknown session is, whatever the hello wants: whether the id is in use is not said.
    pub fn decide(&self, now: Millis, key: &Key, resume: bool, hash: &[u8; 32]) -> Decision {
        if let Some(entry) = self.sessions.get(key) {
            if is_same(&entry.hash, hash) || !self.rules.keep(Rule::UnverifiedHello) {
                return Decision::Attach;
            }
            return UNKNOWN;
        }
        if resume || self.remembers(now, key) {
            return UNKNOWN;
        }
        if self.sessions.len() >= self.most {
            return Decision::Refuse {
                code: 1013,
                retry_ms: Some(FULL_RETRY_MS),
                msg: "there are as many sessions as there may be",
            };
        }
        Decision::Create
    }

    /// Enters a session. The handle comes back, and nothing changes, if the key has a session or there is no room.
    ///
    /// # Errors
    /// The handle, if [`decide`](Self::decide) would not have said [`Create`](Decision::Create).
    pub fn insert(&mut self, now: Millis, key: Key, hash: [u8; 32], handle: T) -> Result<(), T> {
        if self.decide(now, &key, false, &hash) != Decision::Create {
            return Err(handle);
        }
        self.sessions.insert(key, Entry { hash, handle });
        Ok(())
    }

    /// Takes a session out: it has ended. Its id is remembered for the retention, and `new` for it is refused (S8).
    pub fn forget(&mut self, now: Millis, key: &Key) -> Option<T> {
        let (key, entry) = self.sessions.remove_entry(key)?;
        self.forgotten
            .push_back((key, now.min(LATEST).saturating_add(self.retention)));
        if self.forgotten.len() > REMEMBERED {
            self.forgotten.pop_front();
        }
        Some(entry.handle)
    }

    /// The session under a key.
    pub fn get(&self, key: &Key) -> Option<&T> {
        self.sessions.get(key).map(|entry| &entry.handle)
    }

    /// The session under a key.
    pub fn get_mut(&mut self, key: &Key) -> Option<&mut T> {
        self.sessions.get_mut(key).map(|entry| &mut entry.handle)
    }

    /// All sessions, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &T)> {
        self.sessions.iter().map(|(key, entry)| (key, &entry.handle))
    }

    /// How many sessions there are.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether there is no session.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Time passed.
    pub fn timeout(&mut self, now: Millis) {
        while self.forgotten.front().is_some_and(|&(_, until)| until <= now) {
            self.forgotten.pop_front();
        }
    }

    /// When [`timeout`](Self::timeout) is wanted; `None` if nothing is waited for.
    pub fn next_timeout(&self) -> Option<Millis> {
        self.forgotten.front().map(|&(_, until)| until)
    }

    /// The same directory, as if its clock showed `to` where it shows `from`: see [`Session::rebase`](super::Session::rebase).
    pub fn rebase(&mut self, from: Millis, to: Millis) {
        for (_, until) in &mut self.forgotten {
            *until = (*until + to).saturating_sub(from);
        }
    }

    /// Whether the key's session is no more. One whose time is over is not remembered, be `timeout` late or not.
    fn remembers(&self, now: Millis, key: &Key) -> bool {
        let mut forgotten = self.forgotten.iter();
        forgotten.any(|(gone, until)| gone == key && *until > now)
    }
}

const UNKNOWN: Decision = Decision::Refuse {
    code: 4404,
    retry_ms: None,
    msg: "there is no such session",
};

/// Compares in a time that does not depend on where the two differ (S1).
fn is_same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b));
    std::hint::black_box(difference) == 0
}
