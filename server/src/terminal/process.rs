//! The processes of a terminal: the one that was started, and all that it left in its session.

use super::Exit;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::future::pending;
use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;
use std::{fs, io};
use tokio::process::Child;
use tokio::time::{Instant, sleep};

/// How often an ending session's processes are looked for.
const LOOK: Duration = Duration::from_millis(50);

/// What runs on a terminal; nothing, for an echo.
pub(crate) struct Process(Option<Leader>);

/// The process that was started. It leads its session, whose number is its own.
struct Leader {
    child: Child,
    session: Pid,
    /// Nothing of the session is left.
    ended: bool,
}

impl Process {
    pub(super) fn none() -> Self {
        Self(None)
    }

    pub(super) fn of(child: Child, session: Pid) -> Self {
        Self(Some(Leader {
            child,
            session,
            ended: false,
        }))
    }

    /// Waits for the exit. May be dropped and called again. An echo never exits.
    pub(crate) async fn exit(&mut self) -> Exit {
        match &mut self.0 {
            Some(leader) => leader.exit().await,
            None => pending().await,
        }
    }

    /// Tells every process of the session that its terminal is going.
    pub(crate) fn hang_up(&self) {
        if let Some(leader) = &self.0 {
            leader.hang_up();
        }
    }

    /// Ends every process of the session: with SIGHUP, and after `grace` with SIGKILL.
    pub(crate) async fn end(self, grace: Duration) {
        let Some(mut leader) = self.0 else { return };
        leader.hang_up();
        let deadline = Instant::now() + grace;
        while leader.has_members() {
            if Instant::now() >= deadline {
                leader.signal(Signal::KILL);
                break;
            }
            sleep(LOOK).await;
        }
        leader.ended = true;
        leader.exit().await;
    }
}

impl Leader {
    async fn exit(&mut self) -> Exit {
        match self.child.wait().await {
            Ok(status) => match status.signal() {
                Some(signal) => Exit::Signal(signal),
                None => Exit::Code(status.code().unwrap_or_default()),
            },
            // It was reaped elsewhere; how it exited is lost.
            Err(_) => Exit::Code(0),
        }
    }

    fn hang_up(&self) {
        self.signal(Signal::HUP);
        // A stopped process acts on nothing else.
        self.signal(Signal::CONT);
    }

    fn has_members(&mut self) -> bool {
        let running = matches!(self.child.try_wait(), Ok(None));
        running || members(self.session).is_ok_and(|members| !members.is_empty())
    }

    /// Signals those too that job control has put into groups of their own: a signal to the leader's group would miss them.
    fn signal(&self, signal: Signal) {
        match members(self.session) {
            Ok(members) => {
                for member in members {
                    // A process that has gone meanwhile needs no signal.
                    let _ = kill_process(member, signal);
                }
            }
            // Without /proc the leader's own group is all that can be found, and only until it is reaped.
            Err(_) if self.child.id().is_some() => {
                let _ = kill_process_group(self.session, signal);
            }
            Err(_) => {}
        }
    }
}

/// A server that is dropped rather than stopped leaves nothing running either.
impl Drop for Leader {
    fn drop(&mut self) {
        if !self.ended {
            self.signal(Signal::KILL);
        }
    }
}

/// The living processes whose session this is.
fn members(session: Pid) -> io::Result<Vec<Pid>> {
    let mut members = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Ok(entry) = entry else { continue };
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // It may be gone by now.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
            continue;
        };
        if session_of(&stat) == Some(session.as_raw_nonzero().get()) {
            members.extend(Pid::from_raw(pid));
        }
    }
    Ok(members)
}

/// Reads proc_pid_stat(5): `pid (name) state ppid pgrp session …`; the name may hold spaces and brackets. `None` for a zombie.
fn session_of(stat: &str) -> Option<i32> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    let state = fields.next()?;
    let session = fields.nth(2)?.parse().ok();
    if matches!(state, "Z" | "X") { None } else { session }
}

#[cfg(test)]
mod tests {
    use super::session_of;

    #[test]
    fn a_name_with_brackets_does_not_hide_the_session() {
        assert_eq!(session_of("7 (a) b (c)) S 1 7 42 34816 7"), Some(42));
        assert_eq!(session_of("7 (sh) Z 1 7 42 34816 7"), None);
        assert_eq!(session_of("nonsense"), None);
    }
}
