//! What terminal output means: the screen kept beside a pty, and which sequences ask or ring.

mod brush;
mod buffer;
mod charset;
mod control;
mod edit;
mod emulator;
mod modes;
mod motion;
pub(crate) mod mute;
mod paint;
mod paint_rows;
mod pen;
mod reader;
mod resize;
mod row;
mod terminal;
mod width;

use reader::Reader;
use relatch::wire::Size;
use terminal::Terminal;

/// The smallest and the largest screen that is kept: xterm.js has at least two columns.
const COLS: (u16, u16) = (2, 1024);
const ROWS: (u16, u16) = (1, 512);

/// A screen kept beside a pty.
pub struct Screen {
    terminal: Terminal,
    reader: Reader,
}

impl Screen {
    /// A blank screen.
    pub fn new(size: Size) -> Self {
        let (cols, rows) = bounded(size);
        Self {
            terminal: Terminal::new(cols, rows),
            reader: Reader::default(),
        }
    }

    /// Takes the next bytes of the pty.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.reader.feed(bytes, &mut self.terminal);
    }

    /// The pty has this size from now on.
    pub fn resize(&mut self, size: Size) {
        let (cols, rows) = bounded(size);
        self.terminal.resize(cols, rows);
    }

    /// The bytes that make a blank terminal show this screen, with up to so many of the 100 lines above it that are kept.
    pub fn snapshot(&self, scrollback: usize) -> Vec<u8> {
        paint::paint(&self.terminal, self.reader.open(), scrollback)
    }
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen").finish_non_exhaustive()
    }
}

fn bounded(size: Size) -> (usize, usize) {
    (
        size.cols.clamp(COLS.0, COLS.1).into(),
        size.rows.clamp(ROWS.0, ROWS.1).into(),
    )
}
