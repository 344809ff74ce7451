//! What terminal output means: the screen kept beside a pty, and which sequences ask or ring.
//!
//! A [`Screen`] reads what the page's terminal would have read, and writes bytes that bring a blank terminal to the same state.
//! The page's terminal is xterm.js, so it is followed wherever emulators differ: in the widths of characters, in what becomes
//! of half a wide one, in which rows scroll off, in what a new size does.
//!
//! | file | subject |
//! |---|---|
//! | `emulator` | the crate alacritty_terminal, behind this one file: its parser, cells and grid |
//! | `reader` | bytes to text, controls and sequences; what has begun and not ended |
//! | `control` | which function a sequence is |
//! | `terminal`, `motion`, `edit`, `row` | the functions |
//! | `buffer`, `pen`, `modes`, `charset` | the state |
//! | `resize` | a new size |
//! | `width` | how many columns a character takes, from xterm.js |
//! | `paint`, `paint_rows`, `brush` | the state as bytes |
//! | `mute` | what a passthrough replay leaves out |
//!
//! # What is kept
//!
//! Both screens and up to 100 lines above (more where the terminal is narrow, since a wider one has fewer of them): characters
//! with up to 16 combining ones, whether a row goes on from the one above, all attributes, colours and underlines, protection,
//! hyperlinks with their ids. The cursor, behind the last column too; the pen. Of each screen the saved cursor, scroll region
//! and tab stops. Character sets and the one in force. All modes of xterm.js: those of the mouse and of the cursor, insert,
//! origin, wraparound both ways, keypad and cursor keys, bracketed paste, focus, newline, a synchronized update that has begun.
//! The title, up to 4096 bytes. The sequence or character that has begun, up to 64 KiB; a longer one goes on as a string that
//! is ignored up to its end.
//!
//! # What is not
//!
//! - What xterm.js does not know or by default does not do: the title stack, 80 and 132 columns, kitty's keyboard protocol,
//!   modifyOtherKeys, the mouse's encodings 1005 and 1015, images, double-width lines.
//! - The palette, as OSC 4, 10, 11 and 12 change it: a page that keeps its terminal keeps its colours; one that is new has
//!   those of its theme.
//! - What bytes cannot bring about: half of a wide character that a new size or an inserted cell has cut off comes as an empty
//!   cell; a first row that goes on from lines which are not sent does not go on; on a new size of the alternate screen,
//!   xterm.js hides columns and shows them again, here they are gone.
//! - Where the saved cursor is once xterm.js has lost track of it (lines above were cleared, or the size changed, since): it
//!   comes where it would be restored to. And what xterm.js forgets of a hyperlink whose first line is erased is still here.
//! - More than 1 MiB of hyperlinks, or one of more than 4 KiB: their text comes without.
//!
//! # Bounds
//!
//! A screen is taken to have 2 to 1024 columns, as xterm.js has at least two, 1 to 512 rows, and at most 131,072 cells of 24 bytes.
//! [`Screen::keeps`] says whether a size is within.

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

/// The most lines above the screen that a snapshot has.
const MOST_ABOVE: usize = 100;
/// The fewest columns, which are xterm.js's, and the most.
const COLS: (usize, usize) = (2, 1024);
/// The most rows.
const ROWS: usize = 512;
/// The most cells of a screen, 1024 × 128 or 256 × 512: two screens of so many take 6 MiB.
const CELLS: usize = 128 * 1024;

/// The screen of a terminal, kept from what its pty says.
///
/// Its memory is bounded, whatever it is fed; see the module's documentation for what it keeps.
pub struct Screen {
    terminal: Terminal,
    reader: Reader,
}

impl Screen {
    /// A blank screen. A size outside the bounds is taken for the nearest within.
    pub fn new(size: Size) -> Self {
        let (cols, rows) = bounded(size);
        Self {
            terminal: Terminal::new(cols, rows),
            reader: Reader::default(),
        }
    }

    /// Takes the next bytes of the pty, cut anywhere.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.reader.feed(bytes, &mut self.terminal);
    }

    /// The pty has this size from now on; bounded as in [`Screen::new`].
    pub fn resize(&mut self, size: Size) {
        let (cols, rows) = bounded(size);
        self.terminal.resize(cols, rows);
    }

    /// Whether a terminal of this size can be kept: a larger one is followed as if it had the most columns and rows that can be.
    pub fn keeps(size: Size) -> bool {
        let (cols, rows) = bounded(size);
        (usize::from(size.cols).max(COLS.0), usize::from(size.rows)) == (cols, rows)
    }

    /// The bytes that bring a terminal to this state: one of this size whose screen is blank, whose cursor is at home and whose
    /// modes are at their defaults.
    ///
    /// Up to `scrollback` of the last 100 lines above the screen come first. They end with the sequence or character that has
    /// begun, so that the pty's next bytes may follow.
    pub fn snapshot(&self, scrollback: usize) -> Vec<u8> {
        paint::paint(&self.terminal, self.reader.open(), scrollback.min(MOST_ABOVE))
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
