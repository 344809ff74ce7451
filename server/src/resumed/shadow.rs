//! The screen that a session's output has drawn so far: what a page is sent in place of output that is gone.

use crate::screen::Screen;
use relatch::host::{self, Snapshot};
use relatch::wire::Size;

/// How much of what was scrolled off a page without a screen gets, in lines.
const SCROLLBACK: usize = 100;

/// The longest snapshot that is sent, in bytes. One of 80 × 24 has some 10 KB; a longer one is none.
const LONGEST: usize = 4 * 1024 * 1024;

/// How much is parsed at once when the screen is begun.
const PIECE: usize = 64 * 1024;

/// The screen, which is not kept before it is needed: as long as the machine has all output, it needs none. Most sessions never print
/// more than that.
#[derive(Default)]
pub(super) enum Shadow {
    #[default]
    Asleep,
    Awake(Box<Screen>),
    /// Something was printed on a screen too large to be kept: nobody knows what is on it, or on what became of it.
    Lost,
}

impl Shadow {
    /// The terminal prints this, and the machine is told so next.
    pub(super) fn print(&mut self, machine: &host::Session, output: &[u8]) {
        if matches!(self, Self::Asleep) && machine.base() == 0 && machine.evicts(output.len()) {
            *self = drawn(machine);
        }
        if let Self::Awake(screen) = self {
            screen.feed(output);
        }
    }

    /// The terminal has another size from now on.
    pub(super) fn resize(&mut self, size: Size) {
        if let Self::Awake(screen) = self {
            if Screen::keeps(size) {
                screen.resize(size);
            } else {
                *self = Self::Lost;
            }
        }
    }

    /// The screen as it is now, behind all that was printed; `None` if it is not to be had.
    pub(super) fn snapshot(&self, machine: &host::Session, scrollback: bool) -> Option<Snapshot> {
        let Self::Awake(screen) = self else { return None };
        let bytes = screen.snapshot(if scrollback { SCROLLBACK } else { 0 });
        (bytes.len() <= LONGEST).then(|| Snapshot {
            out: machine.head(),
            size: machine.size(),
            bytes,
        })
    }
}

/// The screen that all output so far has drawn.
fn drawn(machine: &host::Session) -> Shadow {
    let mut at = 0;
    let (size, mut output) = machine.output(at, PIECE);
    if !Screen::keeps(size) {
        return Shadow::Lost;
    }
    let mut screen = Screen::new(size);
    while !output.is_empty() {
        screen.feed(&output);
        at += output.len() as u64;
        let (size, next) = machine.output(at, PIECE);
        if !Screen::keeps(size) {
            return Shadow::Lost;
        }
        screen.resize(size);
        output = next;
    }
    Shadow::Awake(Box::new(screen))
}
