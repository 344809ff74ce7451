//! All sessions, by key. A page that comes back finds its own.
//!
//! There are two kinds, each with keys of its own: a passthrough socket has no secret to show, so it never gets at a session under
//! `relatch.v1`. Together they are bounded in number.

mod resumed;

use crate::access::Principal;
use crate::clock::{Clock, millis};
use crate::config::Bounds;
use crate::hello::Refused;
use crate::profile::Profiles;
use crate::query::Query;
use crate::resumed::Resumed;
use crate::session::{self, Attachment, Departure, Ending, Hello, Session};
use crate::view::View;
use relatch::host::Directory;
use relatch::session::{SessionId, SessionKey};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio_util::task::TaskTracker;

/// How long a page is told to wait when there is no session to be had, in milliseconds.
pub(crate) const FULL_RETRY_MS: u64 = 30_000;

/// What a page is told when the server stops.
pub(crate) const STOPPING: &str = "the server stops";

/// Where a passthrough session is stored.
type Key = (Principal, SessionKey);

/// The sessions of a server.
pub(crate) struct Registry {
    profiles: Profiles,
    bounds: Bounds,
    clock: Clock,
    /// `None` once the server stops.
    sessions: Mutex<Option<Sessions>>,
    tasks: TaskTracker,
    /// How many sockets under `relatch.v1` there have been.
    sockets: AtomicU64,
}

struct Sessions {
    passthrough: HashMap<Key, Arc<Session>>,
    resumed: Directory<Arc<Resumed>>,
}

/// What a restart keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The sessions under `relatch.v1` and the hashes of their secrets; their processes are replaced.
    Sessions,
    Nothing,
}

/// A page's place in a session.
pub(crate) struct Seat {
    pub(crate) session: Arc<Session>,
    pub(crate) attachment: Attachment,
    principal: Principal,
}

/// Why a page got no seat; in every case nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No profile has this name.
    Kind,
    /// The page knows a session that is not here.
    Unknown,
    /// There are as many sessions as there may be.
    Full,
    /// The server stops.
    Stopping,
    /// The system gave no random bytes for an id.
    Random,
    /// The session itself refuses.
    Session(session::Refusal),
}

impl Registry {
    pub(crate) fn new(profiles: Profiles, bounds: Bounds) -> Arc<Self> {
        Arc::new(Self {
            profiles,
            clock: Clock::start(),
            sessions: Mutex::new(Some(Sessions::new(&bounds))),
            bounds,
            tasks: TaskTracker::new(),
            sockets: AtomicU64::new(0),
        })
    }

    /// Gives a passthrough page its seat, in a session that is there or in a new one. `proven` says that the page has answered a ping.
    pub(crate) fn attach(self: &Arc<Self>, principal: Principal, query: &Query, proven: bool) -> Result<Seat, Refusal> {
        let Some(profile) = self.profiles.named(&query.kind) else {
            return Err(Refusal::Kind);
        };
        if query.session.is_none() && query.known {
            return Err(Refusal::Unknown);
        }
        let id = match &query.session {
            Some(id) => id.clone(),
            None => new_id()?,
        };
        let key = SessionKey {
            session: id,
            project: query.project.clone(),
        };
        let hello = Hello {
            life: query.life.clone(),
            take: query.take,
            warm: query.warm,
            size: query.size,
        };

        let mut sessions = self.lock();
        let sessions = sessions.as_mut().ok_or(Refusal::Stopping)?;
        let count = sessions.len();
        let entry = sessions.passthrough.entry((principal, key.clone()));
        if let Entry::Occupied(found) = &entry {
            match found.get().attach(&hello, proven) {
                Err(session::Refusal::Ended) => {}
                Err(refusal) => return Err(Refusal::Session(refusal)),
                Ok(attachment) => {
                    return Ok(Seat {
                        session: Arc::clone(found.get()),
                        attachment,
                        principal,
                    });
                }
            }
        }
        if query.known {
            return Err(Refusal::Unknown);
        }
        if matches!(entry, Entry::Vacant(_)) && count >= self.bounds.sessions {
            return Err(Refusal::Full);
        }
        let session = Arc::new(Session::new(key, query.kind.clone(), query.size, self.bounds.clone()));
        tracing::info!(session = %session.key, kind = query.kind, migrated = query.migrated, "created");
        let attachment = session.attach(&hello, proven).map_err(Refusal::Session)?;
        entry.insert_entry(Arc::clone(&session));
        let (registry, running, profile) = (Arc::clone(self), Arc::clone(&session), profile.clone());
        self.tasks.spawn(async move {
            session::run(&running, &profile).await;
            registry.forget(principal, &running);
        });
        Ok(Seat {
            session,
            attachment,
            principal,
        })
    }

    /// Ends the session of this seat, unless another page has taken it.
    pub(crate) fn end(&self, seat: &Seat, ending: Ending) {
        if seat.session.end(ending, Some(seat.attachment.generation)) {
            self.forget(seat.principal, &seat.session);
        }
    }

    /// Leaves a seat: the session waits for the next page.
    pub(crate) fn leave(&self, seat: &Seat, departure: &Departure) {
        match departure {
            Departure::Closed(1000) => self.end(seat, Ending::Closed),
            Departure::Closed(_) | Departure::Lost(_) => seat.session.detach(seat.attachment.generation, departure),
        }
    }

    /// Ends all sessions, and waits until nothing of them runs.
    pub(crate) async fn shut_down(&self) {
        if let Some(sessions) = self.lock().take() {
            sessions.stop();
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Does to the sessions what a server does that stops and starts again. A passthrough session, which has no epoch to say that
    /// its process is another, is never kept.
    pub(crate) fn restart(&self, keep: Keep) -> Result<(), Refused> {
        let mut sessions = self.lock();
        let Some(sessions) = sessions.as_mut() else {
            return Ok(());
        };
        let mut kept = Sessions::new(&self.bounds);
        if keep == Keep::Sessions {
            std::mem::swap(&mut kept.resumed, &mut sessions.resumed);
        }
        std::mem::replace(sessions, kept).stop();
        for (_, session) in sessions.resumed.iter() {
            session.restart(resumed::new_epoch()?);
        }
        Ok(())
    }

    /// The sessions as they are now, in the order of their keys.
    pub(crate) fn views(&self) -> Vec<View> {
        let sessions = self.lock();
        let passthrough = sessions.iter().flat_map(|sessions| sessions.passthrough.values());
        let resumed = sessions.iter().flat_map(|sessions| sessions.resumed.iter());
        let mut views: Vec<View> = passthrough
            .map(|session| session.view())
            .chain(resumed.map(|(_, session)| session.view()))
            .collect();
        views.sort_by(|a, b| a.key.cmp(&b.key));
        views
    }

    /// Takes the session out, if it is still the one under its key.
    fn forget(&self, principal: Principal, session: &Arc<Session>) {
        if let Some(sessions) = self.lock().as_mut()
            && let Entry::Occupied(found) = sessions.passthrough.entry((principal, session.key.clone()))
            && Arc::ptr_eq(found.get(), session)
        {
            found.remove();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Sessions>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sessions {
    fn new(bounds: &Bounds) -> Self {
        Self {
            passthrough: HashMap::new(),
            // Both kinds are counted together, and not there.
            resumed: Directory::new(usize::MAX, millis(bounds.retention)),
        }
    }

    fn len(&self) -> usize {
        self.passthrough.len() + self.resumed.len()
    }

    /// Ends them all, and tells their pages that the server stops.
    fn stop(self) {
        for session in self.passthrough.into_values() {
            session.end(Ending::Shutdown, None);
        }
        for (_, session) in self.resumed.iter() {
            session.stop();
        }
    }
}

fn new_id() -> Result<SessionId, Refusal> {
    let mut random = [0; 52];
    getrandom::fill(&mut random).map_err(|_| Refusal::Random)?;
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX);
    Ok(SessionId::generate(millis, random))
}
