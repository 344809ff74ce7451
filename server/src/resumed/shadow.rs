//! The screen that a session's output has drawn so far: what a page is sent in place of output that is gone.

use crate::screen::Screen;
use relatch::host::{self, Snapshot};
use relatch::wire::Size;

/// How much of what was scrolled off a page without a screen gets, in lines.
const SCROLLBACK: usize = 100;

/// How much is parsed at once when the screen is begun.
const PIECE: usize = 64 * 1024;

/// The screen, which is not kept before it is needed: as long as the machine has all output, it needs none. Most sessions never print
/// more than that.
#[derive(Default)]
pub(super) struct Shadow(Option<Box<Screen>>);

impl Shadow {
    /// The terminal prints this, and the machine is told so next.
    pub(super) fn print(&mut self, machine: &host::Session, output: &[u8]) {
        if self.0.is_none() && machine.base() == 0 && machine.evicts(output.len()) {
            self.0 = Some(Box::new(drawn(machine)));
        }
        if let Some(screen) = &mut self.0 {
            screen.feed(output);
        }
    }

    /// The terminal has another size from now on.
    pub(super) fn resize(&mut self, size: Size) {
        if let Some(screen) = &mut self.0 {
            screen.resize(size);
        }
    }

    /// The screen as it is now, behind all that was printed.
    pub(super) fn snapshot(&self, machine: &host::Session, scrollback: bool) -> Option<Snapshot> {
        let screen = self.0.as_ref().filter(|_| Screen::keeps(machine.size()))?;
        Some(Snapshot {
            out: machine.head(),
            size: machine.size(),
            bytes: screen.snapshot(if scrollback { SCROLLBACK } else { 0 }),
        })
    }
}

/// The screen that all output so far has drawn.
fn drawn(machine: &host::Session) -> Screen {
    let mut at = 0;
    let (size, mut output) = machine.output(at, PIECE);
    let mut screen = Screen::new(size);
    while !output.is_empty() {
        screen.feed(&output);
        at += output.len() as u64;
        let (size, next) = machine.output(at, PIECE);
        screen.resize(size);
        output = next;
    }
    screen
}
