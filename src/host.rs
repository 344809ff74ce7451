//! The server's half of `relatch.v1`, as machines without I/O: what each session is, who is attached to it, and what it still has to say.
//!
//! - [`Directory`] knows which sessions there are and decides what a hello may do: attach, make one, or be refused (S1, S8).
//! - [`Session`] is one of them: the output that is kept, the page that is attached, the input that waits for the terminal (S2 to S12).
//!
//! A hello that [`Directory::decide`] answers with [`Decision::Create`] is checked by [`check_first`] before anything is made.
//!
//! **The contract** of both: tell them what happened with its time, then ask what there is to do: [`Session::transmit`] for each socket
//! until it has nothing more, [`Session::poll_action`], [`Session::take_input`], [`Session::may_read`], and [`Session::next_timeout`] for
//! when to come back.

mod attachment;
mod directory;
mod door;
mod hello;
mod input;
mod output;
mod rebase;
mod received;
mod rules;
mod session;
mod snapshot;
mod view;

pub use directory::{Decision, Directory, Key, REMEMBERED};
pub use hello::check_first;
pub use rules::Rule;
pub use session::Session;
pub use snapshot::Snapshot;

use crate::time::Millis;
use crate::wire::{LONGEST_BINARY, Size};

/// Names a socket of the driver's. A number is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocketId(pub u64);

/// A session's bounds. Sizes in bytes, times in ms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// Output kept for those who come back; 1 MiB by default.
    pub ring: usize,
    /// How far ahead of the client's acks output is sent; 256 KiB by default, and never more than `ring`.
    pub window: usize,
    /// Input that waits for the terminal, and so the client's credit; 64 KiB by default.
    pub input: usize,
    /// The longest binary frame sent; 16 KiB by default, and never more than half of `ring`.
    pub frame: usize,
    /// How long a session waits for a client; 30 min by default.
    pub retention: Millis,
    /// How often a client is pinged; 15 s by default.
    pub ping: Millis,
    /// How long a client may be silent before its socket is given up; 40 s by default.
    pub silence: Millis,
    /// How long a client that takes a session over may take to answer its ping; 10 s by default.
    pub proof: Millis,
    /// A mark is sent each so many bytes; 256 KiB by default.
    pub mark: usize,
    /// The driver answers [`Action::Snapshot`]; `false` by default. Else a page that lacks output goes on at the first place in ground
    /// state, and the program is to draw its screen again.
    pub snapshots: bool,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            ring: 1024 * 1024,
            window: 256 * 1024,
            input: 64 * 1024,
            frame: LONGEST_BINARY,
            retention: 30 * 60_000,
            ping: 15_000,
            silence: 40_000,
            proof: 10_000,
            mark: 256 * 1024,
            snapshots: false,
        }
    }
}

impl Bounds {
    /// The nearest bounds under which nothing overflows and nothing waits for ever.
    fn tamed(self) -> Self {
        let ring = self.ring.clamp(1, LARGEST);
        Self {
            ring,
            window: self.window.clamp(1, ring),
            input: self.input.clamp(1, LARGEST),
            // The terminal is paused while a frame more would not fit. A page says `hold` once it has half a window to process, and must
            // have been sent that by then.
            frame: self.frame.clamp(1, (ring / 2).max(1)),
            retention: self.retention.min(LATEST),
            ping: self.ping.clamp(1, LATEST),
            silence: self.silence.clamp(1, LATEST),
            proof: self.proof.clamp(1, LATEST),
            mark: self.mark.clamp(1, LARGEST),
            snapshots: self.snapshots,
        }
    }
}

/// The largest buffer, 1 GiB.
const LARGEST: usize = 1 << 30;

/// Later times are taken as this one, 2^53 ms: spans can be added to it without a thought.
const LATEST: Millis = 1 << 53;

/// What a socket is to send next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Transmit {
    /// A text frame.
    Text(String),
    /// A binary frame.
    Binary(Vec<u8>),
    /// A close frame, after which nothing more comes: forget the socket.
    Close {
        /// The close code.
        code: u16,
        /// The close reason.
        reason: String,
    },
}

/// What a session wants done to its terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Set the terminal's size.
    Resize(Size),
    /// Make the program draw its screen again: rows − 1, and back (S12).
    Repaint(Size),
    /// Make a [`Snapshot`] once all output before `from` has been parsed, and answer with [`Session::painted`] (S12). Until then the page
    /// is sent no output, and in the end it has to be answered, if only with `None`.
    Snapshot {
        /// The attachment that it is for: the answer names it too.
        generation: u64,
        /// What it is to show at least.
        from: u64,
        /// The page has none of what was scrolled off, and is to get the last of it.
        scrollback: bool,
    },
    /// The session is over: end the process and forget the session.
    End(Ending),
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// The user ended it (`bye {kill: true}`).
    Killed,
    /// The client has heard of the exit.
    Exited,
    /// Nobody came back in time.
    Expired,
}
