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

/// The fewest columns, which are xterm.js's, and the most.
const COLS: (usize, usize) = (2, 1024);
/// The most rows.
const ROWS: usize = 512;
/// The most cells of a screen, 1024 × 128 or 256 × 512: two screens of so many take 6 MiB.
const CELLS: usize = 128 * 1024;

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

    /// Whether a terminal of this size can be kept: a larger one is followed as if it had the most columns and rows that can be.
    pub fn keeps(size: Size) -> bool {
        let (cols, rows) = bounded(size);
        (usize::from(size.cols).max(COLS.0), usize::from(size.rows)) == (cols, rows)
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
    let cols = usize::from(size.cols).clamp(COLS.0, COLS.1);
    let rows = usize::from(size.rows).clamp(1, ROWS.min(CELLS / cols));
    (cols, rows)
}
