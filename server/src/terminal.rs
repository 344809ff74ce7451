//! What a session's page is connected to: a process on a pty, or an echo.

mod process;

pub(crate) use process::Process;

use crate::profile::Profile;
use relatch::wire::Size;
use rustix::process::Pid;
use rustix::termios::{Winsize, tcsetwinsize};
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, fmt, io};
use tokio::io::{AsyncRead, AsyncWrite, simplex};

/// The size of a terminal whose page has not said its own.
pub(crate) const DEFAULT_SIZE: Size = Size { cols: 80, rows: 24 };

/// How long a forced repaint leaves the terminal one row short. Programs that read the size later than that see no change.
pub(crate) const REPAINT: Duration = Duration::from_millis(50);

/// The bytes that an echo holds before it waits for its reader.
const ECHO_BYTES: usize = 4096;

/// An open terminal.
pub(crate) struct Terminal {
    /// What it prints.
    pub(crate) output: Box<dyn AsyncRead + Send + Unpin>,
    /// What it is typed.
    pub(crate) input: Box<dyn AsyncWrite + Send + Unpin>,
    pub(crate) process: Process,
    pub(crate) control: Control,
}

/// The side of a terminal that is not bytes.
#[derive(Debug)]
pub(crate) struct Control(Option<(OwnedFd, Pid)>);

/// How the terminal's process exited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Code(i32),
    Signal(i32),
    /// It could not be started at all.
    NotStarted,
}

impl Terminal {
    /// Opens the terminal and starts what runs on it.
    pub(crate) fn open(profile: &Profile, size: Option<Size>) -> Result<Self, OpenError> {
        let size = size.unwrap_or(DEFAULT_SIZE);
        match profile {
            Profile::Echo => Ok(Self::echo()),
            Profile::Shell => Self::on_pty(pty_process::Command::new(user_shell()), size),
            Profile::Command(line) => {
                let command = pty_process::Command::new("/bin/sh").arg("-c").arg(line);
                Self::on_pty(command, size)
            }
        }
    }

    fn echo() -> Self {
        let (output, input) = simplex(ECHO_BYTES);
        Self {
            output: Box::new(output),
            input: Box::new(input),
            process: Process::none(),
            control: Control(None),
        }
    }

    fn on_pty(command: pty_process::Command, size: Size) -> Result<Self, OpenError> {
        // Between opening a pty and its close-on-exec flag, another thread's fork would hand it on to a stranger's shell.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);

        let (pty, pts) = pty_process::open().map_err(OpenError::Pty)?;
        let fd = pty.as_fd().try_clone_to_owned().map_err(OpenError::Control)?;
        set_size(&fd, size);
        let child = with_environment(command).spawn(pts).map_err(OpenError::Spawn)?;
        let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let pid = pid.ok_or(OpenError::Gone)?;
        let (output, input) = pty.into_split();
        Ok(Self {
            output: Box::new(output),
            input: Box::new(input),
            process: Process::of(child, pid),
            control: Control(Some((fd, pid))),
        })
    }
}

impl Control {
    /// Tells the terminal its size. An echo has none.
    pub(crate) fn resize(&self, size: Size) {
        if let Some((fd, _)) = &self.0 {
            set_size(fd, size);
        }
    }

    /// The process on the terminal.
    pub(crate) fn pid(&self) -> Option<i32> {
        self.0.as_ref().map(|(_, pid)| pid.as_raw_nonzero().get())
    }
}

fn set_size(fd: &OwnedFd, size: Size) {
    let size = Winsize {
        ws_col: size.cols,
        ws_row: size.rows,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    if let Err(error) = tcsetwinsize(fd, size) {
        tracing::debug!(%error, "size not set");
    }
}

fn user_shell() -> PathBuf {
    env::var_os("SHELL")
        .filter(|shell| !shell.is_empty())
        .map_or_else(|| "/bin/sh".into(), PathBuf::from)
}

/// What a program on the terminal finds: the user's environment and home, a terminal's type, and not the server's own secret.
fn with_environment(command: pty_process::Command) -> pty_process::Command {
    let command = command
        .env("TERM", "xterm-256color")
        .env("COLORTERM", "truecolor")
        .env_remove(crate::cli::ACCESS_VARIABLE)
        .env_remove("COLUMNS")
        .env_remove("LINES")
        .kill_on_drop(true);
    match env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_dir()) {
        Some(home) => command.current_dir(home),
        None => command,
    }
}

/// Why a terminal was not opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    Pty(pty_process::Error),
    Control(io::Error),
    Spawn(pty_process::Error),
    /// The process was gone before its number could be read.
    Gone,
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
            Self::NotStarted => f.write_str("not started"),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pty(error) => write!(f, "no pty: {error}"),
            Self::Control(error) => write!(f, "no second handle on the pty: {error}"),
            Self::Spawn(error) => write!(f, "the command did not start: {error}"),
            Self::Gone => f.write_str("the command was gone at once"),
        }
    }
}

impl std::error::Error for OpenError {}
