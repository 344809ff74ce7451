//! What a server says of a session to a page that resumes it.

use super::exact;
use relatch::config::Config;
use relatch::wire::{Attach, Outcome, Size, Welcome};

/// The process behind the session.
pub const EPOCH: u64 = 7;

/// A new session's first welcome.
pub const WELCOME: Welcome = Welcome {
    epoch: EPOCH,
    generation: 1,
    outcome: Outcome::New,
    out: 0,
    accepted: 0,
    live: 0,
    window: 262_144,
    in_window: 65_536,
    ring_bytes: 1 << 20,
    retain_ms: 1_800_000,
    ping_ms: 15_000,
    size: Size { cols: 80, rows: 24 },
};

/// As [`exact`], for a page that resumes.
pub fn resuming() -> Config {
    Config {
        resume: true,
        ..exact()
    }
}

/// The welcome of a server that has the session and lost nothing: whatever was sent has come, and nothing was printed since.
pub fn there(hello: &Attach) -> Welcome {
    let found = hello.epoch.is_none_or(|epoch| epoch == EPOCH);
    let out = hello.out.filter(|_| found).unwrap_or_default();
    Welcome {
        generation: hello.attempt,
        outcome: if found && hello.resume {
            Outcome::Ok
        } else {
            Outcome::New
        },
        out,
        live: out,
        accepted: if found { hello.in_hi } else { 0 },
        ..WELCOME
    }
}
