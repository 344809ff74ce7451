//! The session's own task: its terminals, one after another, its timers, and what a repaint takes.

use super::{Resumed, State, exit_to};
use crate::profile::Profile;
use crate::run::{self, Owner};
use crate::terminal::{Control, Exit, REPAINT};
use relatch::host;
use relatch::session::SessionKey;
use relatch::wire::Size;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{sleep, sleep_until};

/// Runs the session to its end; nothing of it is left then.
pub(crate) async fn run(session: &Resumed, profile: &Profile) {
    let terminals = async {
        while let Some(process) = session.process() {
            run::run(&process, profile).await;
            // What is left after an exit is its answer, for a page that has not had it.
            process.over().await;
        }
    };
    tokio::join!(terminals, session.keep_time(), session.repaint());
}

/// The process of one epoch. Once the session has another, nothing that this one does counts (I4).
struct Process<'a> {
    session: &'a Resumed,
    epoch: u64,
}

impl Process<'_> {
    /// Tells the machine what the process did, if it is still the session's.
    fn tell(&self, what: impl FnOnce(&mut host::Session, u64)) {
        self.session.tell(|machine, now| {
            if machine.epoch() == self.epoch {
                what(machine, now);
            }
        });
    }

    /// Waits until the session is as wanted, in this epoch.
    async fn until<T>(&self, mut ready: impl FnMut(&mut State) -> Option<T>) -> T {
        let found = self.session.state.until(&self.session.for_task, |state| {
            if state.machine.epoch() == self.epoch {
                ready(state)
            } else {
                None
            }
        });
        found.await
    }
}

impl Owner for Process<'_> {
    fn key(&self) -> &SessionKey {
        &self.session.key
    }

    fn kind(&self) -> &str {
        &self.session.kind
    }

    fn grace(&self) -> Duration {
        self.session.bounds.grace
    }

    fn size(&self) -> Option<Size> {
        Some(self.session.state.lock().machine.size())
    }

    fn opened(&self, control: Control) {
        let mut state = self.session.state.lock();
        if state.machine.epoch() == self.epoch {
            control.resize(state.machine.size());
            state.control = Some(control);
        }
    }

    async fn print(&self, output: &[u8]) {
        let clock = self.session.clock;
        let printed = self.until(|state| {
            state.machine.may_read().then(|| {
                state.shadow.print(&state.machine, output);
                state.machine.printed(clock.now(), output);
            })
        });
        printed.await;
        self.session.for_sockets.notify_waiters();
    }

    async fn input(&self, most: usize) -> Vec<u8> {
        self.until(|state| Some(state.machine.take_input(most)).filter(|input| !input.is_empty()))
            .await
    }

    fn wrote(&self, bytes: usize) {
        self.tell(|machine, _| machine.wrote(bytes));
    }

    fn exited(&self, exit: Exit) {
        self.tell(|machine, now| machine.exited(now, exit_to(exit)));
    }

    async fn over(&self) {
        let session = self.session;
        let over = session.state.until(&session.for_task, |state| {
            (state.is_over() || state.machine.epoch() != self.epoch).then_some(())
        });
        over.await;
    }
}

impl Resumed {
    /// The process that the session is to have now; `None` once it is over.
    fn process(&self) -> Option<Process<'_>> {
        let state = self.state.lock();
        (!state.is_over()).then(|| Process {
            session: self,
            epoch: state.machine.epoch(),
        })
    }

    /// Tells the machine when its time has come, until the session is over.
    async fn keep_time(&self) {
        loop {
            let mut woken = pin!(self.for_task.notified());
            woken.as_mut().enable();
            let next = {
                let state = self.state.lock();
                if state.is_over() {
                    return;
                }
                state.machine.next_timeout()
            };
            match next.and_then(|at| self.clock.instant(at)) {
                Some(at) => tokio::select! {
                    () = woken => {}
                    () = sleep_until(at) => self.tell(|machine, now| machine.timeout(now)),
                },
                None => woken.await,
            }
        }
    }

    /// Makes a full-screen program draw itself again whenever that is wanted: a size that changes and changes back, as the same
    /// size again repaints nothing (S12).
    async fn repaint(&self) {
        let wanted = async || {
            let wanted = self.state.until(&self.for_task, |state| {
                let over = state.is_over();
                (over || std::mem::take(&mut state.repaint)).then_some(!over)
            });
            wanted.await
        };
        while wanted().await {
            self.show_size(|size| Size {
                rows: size.rows.saturating_sub(1).max(1),
                ..size
            });
            sleep(REPAINT).await;
            self.show_size(|size| size);
        }
    }

    fn show_size(&self, changed: impl FnOnce(Size) -> Size) {
        let state = self.state.lock();
        if let Some(control) = &state.control {
            control.resize(changed(state.machine.size()));
        }
    }
}
