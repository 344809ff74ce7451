//! The task of a terminal: it moves bytes between the terminal and the session that it is run for, and sees the end of both.

use crate::profile::Profile;
use crate::terminal::{Control, Exit, Process, Terminal};
use relatch::session::SessionKey;
use relatch::wire::Size;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until};

/// How long after the process has exited its terminal may stay open before it counts as read to its end (S11): a child left
/// in the background can hold it open for as long as it likes.
const DRAIN: Duration = Duration::from_millis(500);

/// The most bytes moved at once. A pty gives no more either.
const CHUNK: usize = 4096;

/// The session that a terminal is run for.
pub(crate) trait Owner: Sync {
    fn key(&self) -> &SessionKey;

    /// The profile's name.
    fn kind(&self) -> &str;

    /// How long what runs on the terminal has between SIGHUP and SIGKILL.
    fn grace(&self) -> Duration;

    /// The terminal's size, if a page has said it.
    fn size(&self) -> Option<Size>;

    /// The terminal is open, and this is how to tell it its size from now on. The page may have changed it since.
    fn opened(&self, control: Control);

    /// The terminal printed, and is read no further until there is room for this. Room that there was before the terminal was read
    /// may be gone by now, as a page has come.
    fn print(&self, output: &[u8]) -> impl Future<Output = ()> + Send;

    /// Waits for input: 1 to `most` bytes.
    fn input(&self, most: usize) -> impl Future<Output = Vec<u8>> + Send;

    /// The terminal has taken so many bytes of that input.
    fn wrote(&self, bytes: usize);

    /// The process has exited, and all that it printed is here.
    fn exited(&self, exit: Exit);

    /// Waits until the terminal is no longer wanted.
    fn over(&self) -> impl Future<Output = ()> + Send;
}

/// Opens the terminal and runs it until its process has exited or it is no longer wanted; nothing of it is left then.
pub(crate) async fn run(owner: &impl Owner, profile: &Profile) {
    match Terminal::open(profile, owner.size()) {
        Ok(terminal) => drive(owner, terminal).await,
        Err(error) => {
            tracing::error!(session = %owner.key(), kind = owner.kind(), %error, "not started");
            owner.exited(Exit::NotStarted);
        }
    }
}

async fn drive(owner: &impl Owner, terminal: Terminal) {
    let Terminal {
        output,
        input,
        mut process,
        control,
    } = terminal;
    tracing::info!(session = %owner.key(), kind = owner.kind(), pid = control.pid(), "started");
    owner.opened(control);
    tokio::select! {
        exit = drain(owner, output, &mut process) => {
            tracing::info!(session = %owner.key(), %exit, "exited");
            owner.exited(exit);
        }
        () = feed(owner, input) => {}
        () = owner.over() => {}
    }
    process.end(owner.grace()).await;
}

/// Moves output until the process has exited and all it printed is in the session.
async fn drain(owner: &impl Owner, mut output: impl AsyncRead + Unpin, process: &mut Process) -> Exit {
    let mut chunk = [0; CHUNK];
    let mut exited: Option<(Exit, Instant)> = None;
    loop {
        let deadline = exited.map_or_else(Instant::now, |(_, at)| at + DRAIN);
        tokio::select! {
            // Reading first: the deadline counts only once there is nothing to read.
            biased;
            read = output.read(&mut chunk) => match read {
                Ok(length @ 1..) => owner.print(chunk.get(..length).unwrap_or_default()).await,
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
async fn feed(owner: &impl Owner, mut input: impl AsyncWrite + Unpin) {
    loop {
        let chunk = owner.input(CHUNK).await;
        let mut left = chunk.as_slice();
        while !left.is_empty() {
            match input.write(left).await {
                Ok(length @ 1..) => {
                    owner.wrote(length);
                    left = left.get(length..).unwrap_or_default();
                }
                result => {
                    // The exit follows, or the session is being ended: input goes nowhere until then.
                    tracing::debug!(session = %owner.key(), ?result, "input not taken");
                    break;
                }
            }
        }
    }
}
