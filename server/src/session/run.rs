//! The task that runs a session: it moves bytes between the terminal and the state, and sees the end of both.

use super::{Exit, Session};
use crate::profile::Profile;
use crate::terminal::{Process, Terminal};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until};

/// How long after the process has exited its terminal may stay open before it counts as read to its end (S11): a child left
/// in the background can hold it open for as long as it likes.
const DRAIN: Duration = Duration::from_millis(500);

/// The most bytes moved at once. A pty gives no more either.
const CHUNK: usize = 4096;

/// Opens the terminal and runs the session to its end; nothing of it is left then.
pub(crate) async fn run(session: &Session, profile: &Profile) {
    let size = session.lock().size;
    match Terminal::open(profile, size) {
        Ok(terminal) => drive(session, terminal).await,
        Err(error) => {
            tracing::error!(session = %session.key, kind = session.kind, %error, "not started");
            session.exited(Exit::NotStarted);
        }
    }
    // What is left after an exit is its answer, for a page that has not had it.
    session.over().await;
}

async fn drive(session: &Session, terminal: Terminal) {
    let Terminal {
        output,
        input,
        mut process,
        control,
    } = terminal;
    tracing::info!(session = %session.key, kind = session.kind, pid = control.pid(), "started");
    // The page may have changed its size since; nobody else sets the terminal.
    let _ = session.terminal.set(control);
    session.show_size(session.lock().size);
    tokio::select! {
        exit = drain(session, output, &mut process) => session.exited(exit),
        () = feed(session, input) => {}
        () = session.over() => {}
    }
    process.end(session.bounds.grace).await;
}

/// Moves output until the process has exited and all it printed is in the session.
async fn drain(session: &Session, mut output: impl AsyncRead + Unpin, process: &mut Process) -> Exit {
    let mut chunk = [0; CHUNK];
    let mut exited: Option<(Exit, Instant)> = None;
    loop {
        session
            .until(&session.for_terminal, |state| state.has_room().then_some(()))
            .await;
        let deadline = exited.map_or_else(Instant::now, |(_, at)| at + DRAIN);
        tokio::select! {
            // Reading first: the deadline counts only once there is nothing to read.
            biased;
            read = output.read(&mut chunk) => match read {
                Ok(length @ 1..) => session.print(chunk.get(..length).unwrap_or_default()),
                // EIO: nobody has the terminal open any more.
                Ok(0) | Err(_) => break,
            },
            exit = process.exit(), if exited.is_none() => {
                process.hang_up();
                exited = Some((exit, Instant::now()));
            }
            () = sleep_until(deadline), if exited.is_some() => break,
        }
    }
    match exited {
        Some((exit, _)) => exit,
        None => process.exit().await,
    }
}

/// Moves input for as long as the session lives.
async fn feed(session: &Session, mut input: impl AsyncWrite + Unpin) {
    loop {
        let chunk = session.until(&session.for_terminal, |state| {
            let most = state.input.len().min(CHUNK);
            (most > 0).then(|| state.input.drain(..most).collect::<Vec<u8>>())
        });
        let chunk = chunk.await;
        session.for_input.notify_waiters();
        if let Err(error) = input.write_all(&chunk).await {
            // The exit follows, or the session is being ended: input goes nowhere until then.
            tracing::debug!(session = %session.key, %error, "input not taken");
        }
    }
}

impl Session {
    fn print(&self, output: &[u8]) {
        self.lock().tail.push(output);
        self.for_page.notify_waiters();
    }

    fn exited(&self, exit: Exit) {
        tracing::info!(session = %self.key, %exit, "exited");
        {
            let mut state = self.lock();
            state.exit = Some(exit);
            state.input.clear();
        }
        self.wake_all();
    }
}
