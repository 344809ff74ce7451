//! Sessions under `relatch.v1`: the directory decides what a hello may do, and the registry does it.

use super::{FULL_RETRY_MS, Registry, STOPPING};
use crate::hello::{Hello, Refused};
use crate::resumed::{self, Resumed};
use relatch::host::{self, Decision, Key, SocketId};
use relatch::wire::flat::INTEGER_END;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Registry {
    /// A number for a socket that no other has had.
    pub(crate) fn socket(&self) -> SocketId {
        SocketId(self.sockets.fetch_add(1, Ordering::Relaxed))
    }

    /// Finds the session that a hello may attach to, or makes it (S1, S8).
    pub(crate) fn find(self: &Arc<Self>, hello: &Hello) -> Result<Arc<Resumed>, Refused> {
        let Some(profile) = self.profiles.named(&hello.kind) else {
            let msg = format_args!("kind: there is no profile {}", hello.kind);
            return Err(Refused::new(4403, msg));
        };
        let mut sessions = self.lock();
        let Some(sessions) = sessions.as_mut() else {
            return Err(Refused::new(1012, STOPPING));
        };
        let now = self.clock.now();
        let is_full = sessions.len() >= self.bounds.sessions;
        let directory = &mut sessions.resumed;
        directory.timeout(now);
        match directory.decide(now, &hello.key, hello.attach.resume, &hello.hash) {
            Decision::Attach => directory.get(&hello.key).map(Arc::clone).ok_or_else(unknown),
            Decision::Refuse { code, retry_ms, msg } => Err(Refused {
                retry_ms,
                ..Refused::new(code, msg)
            }),
            Decision::Create if is_full => Err(Refused {
                retry_ms: Some(FULL_RETRY_MS),
                ..Refused::new(1013, "there are as many sessions as there may be")
            }),
            Decision::Create => {
                host::check_first(&hello.attach).map_err(|msg| Refused::new(4400, msg))?;
                let epoch = new_epoch()?;
                let (key, kind) = (hello.key.session.clone(), hello.kind.clone());
                let session = Resumed::new(key, kind, self.bounds.clone(), self.clock, epoch, &hello.attach);
                let session = Arc::new(session);
                tracing::info!(session = %session.key, kind = hello.kind, migrated = hello.migrated, epoch, "created");
                let entered = directory.insert(now, hello.key.clone(), hello.hash, Arc::clone(&session));
                entered.map_err(|_| unknown())?;
                let (registry, running) = (Arc::clone(self), Arc::clone(&session));
                let (key, profile) = (hello.key.clone(), profile.clone());
                self.tasks.spawn(async move {
                    let forgotten = async {
                        running.over().await;
                        registry.forget_resumed(&key, &running);
                    };
                    tokio::join!(resumed::run(&running, &profile), forgotten);
                });
                Ok(session)
            }
        }
    }

    /// Takes the session out, if it is still the one under its key. That it was there is remembered for the retention (S8).
    fn forget_resumed(&self, key: &Key, session: &Arc<Resumed>) {
        if let Some(sessions) = self.lock().as_mut()
            && let Some(found) = sessions.resumed.get(key)
            && Arc::ptr_eq(found, session)
        {
            sessions.resumed.forget(self.clock.now(), key);
        }
    }
}

/// A number for a process: random, below 2^53.
pub(super) fn new_epoch() -> Result<u64, Refused> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| Refused::new(1011, "no random bytes for an epoch"))?;
    Ok(u64::from_le_bytes(random) % INTEGER_END)
}

fn unknown() -> Refused {
    Refused::new(4404, "there is no such session")
}
