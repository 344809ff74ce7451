//! State under a lock, and tasks that wait until it is as they want it.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// State that is shared by tasks.
pub(crate) struct Watched<T>(Mutex<T>);

impl<T> Watched<T> {
    pub(crate) fn new(state: T) -> Self {
        Self(Mutex::new(state))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `ready` finds something in the state; `notify` says when to look again.
    pub(crate) async fn until<F>(&self, notify: &Notify, mut ready: impl FnMut(&mut T) -> Option<F>) -> F {
        loop {
            let mut woken = pin!(notify.notified());
            woken.as_mut().enable();
            if let Some(found) = ready(&mut self.lock()) {
                return found;
            }
            woken.await;
        }
    }
}
