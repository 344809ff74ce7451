//! The session as its terminal sees it.

use super::Session;
use crate::profile::Profile;
use crate::run::{self, Owner};
use crate::terminal::{Control, Exit};
use relatch::session::SessionKey;
use relatch::wire::Size;
use std::time::Duration;

/// Runs the session to its end; nothing of it is left then.
pub(crate) async fn run(session: &Session, profile: &Profile) {
    run::run(session, profile).await;
    // What is left after an exit is its answer, for a page that has not had it.
    session.over().await;
}

impl Owner for Session {
    fn key(&self) -> &SessionKey {
        &self.key
    }

    fn kind(&self) -> &str {
        &self.kind
    }

    fn grace(&self) -> Duration {
        self.bounds.grace
    }

    fn size(&self) -> Option<Size> {
        self.state.lock().size
    }

    fn opened(&self, control: Control) {
        // There is one terminal a session.
        let _ = self.terminal.set(control);
        self.show_size(self.state.lock().size);
    }

    async fn print(&self, output: &[u8]) {
        let printed = self.state.until(&self.for_terminal, |state| {
            state.has_room().then(|| state.tail.push(output))
        });
        printed.await;
        self.for_page.notify_waiters();
    }

    async fn input(&self, most: usize) -> Vec<u8> {
        let input = self.state.until(&self.for_terminal, |state| {
            let most = state.input.len().min(most);
            (most > 0).then(|| state.input.drain(..most).collect())
        });
        let input = input.await;
        self.for_input.notify_waiters();
        input
    }

    /// There was room for more as soon as it was taken.
    fn wrote(&self, _: usize) {}

    fn exited(&self, exit: Exit) {
        {
            let mut state = self.state.lock();
            state.exit = Some(exit);
            state.input.clear();
        }
        self.wake_all();
    }

    async fn over(&self) {
        Session::over(self).await;
    }
}
