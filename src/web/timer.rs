//! The one timer of a link.

use super::global;
use crate::time::{LONGEST_TIMER, Millis};
use gloo_timers::callback::Timeout;

/// Fires no later than asked; dropped, it never fires.
#[derive(Default)]
pub(super) struct Timer {
    armed: Option<(Millis, Timeout)>,
}

impl Timer {
    /// Sees to it that `fire` is called at `at`, or before, for a timer that is armed already is left alone if it comes first.
    pub(super) fn set(&mut self, at: Option<Millis>, fire: impl FnOnce() + 'static) {
        let Some(at) = at else {
            self.armed = None;
            return;
        };
        if self.armed.as_ref().is_some_and(|&(armed, _)| armed <= at) {
            return;
        }
        let delay = at.saturating_sub(global::now()).min(LONGEST_TIMER);
        self.armed = Some((at, Timeout::new(delay as u32, fire)));
    }

    /// Notes that it fired.
    pub(super) fn fired(&mut self) {
        if let Some((_, timeout)) = self.armed.take() {
            timeout.forget();
        }
    }
}
