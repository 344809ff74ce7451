//! The terminal's state, and what is done to it: the control functions as xterm.js has them, so that a page shows after a
//! snapshot what it would have shown without.

use super::buffer::{Buffer, Saved};
use super::charset::Charset;
use super::emulator::{Cell, Glyph, Link, put, set_goes_on};
use super::modes::Modes;
use super::pen::{Ink, Pen};
use super::row;
use super::width::width;

/// How many rows above the screen are kept at least, and in how many cells: as many as a wider terminal may need.
const ROWS_ABOVE: usize = 100;
const CELLS_ABOVE: usize = 16_000;
/// The longest title that is kept, in bytes.
const LONGEST_TITLE: usize = 4096;
/// The longest hyperlink, in bytes; what is behind a longer one is shown without.
const LONGEST_LINK: usize = 4096;
/// What all hyperlinks on the screens may take, in bytes.
const MOST_LINKS: usize = 1 << 20;

/// A terminal.
pub(super) struct Terminal {
    pub(super) main: Buffer,
    pub(super) other: Buffer,
    pub(super) on_other: bool,
    pub(super) pen: Pen,
    pub(super) modes: Modes,
    pub(super) charsets: [Option<Charset>; 4],
    pub(super) level: usize,
    /// The one in force: after a restored cursor not that of `level`.
    pub(super) charset: Option<Charset>,
    pub(super) title: Option<String>,
    /// The width of the character just written, which a combining one joins; 0 if anything came between.
    pub(super) join: u8,
    /// A cell as the pen writes it, and one as erasing leaves it.
    ink: Cell,
    pub(super) blank: Cell,
    /// How many bytes of hyperlinks may come before those that are shown are counted again, and how many have come.
    links_left: usize,
    links_asked: usize,
}

impl Terminal {
    pub(super) fn new(cols: usize, rows: usize) -> Self {
        Self {
            main: Buffer::new(cols, rows, room(cols)),
            other: Buffer::new(cols, rows, 0),
            on_other: false,
            pen: Pen::default(),
            modes: Modes::default(),
            charsets: [None; 4],
            level: 0,
            charset: None,
            title: None,
            join: 0,
            ink: Cell::default(),
            blank: Cell::default(),
            links_left: MOST_LINKS,
            links_asked: 0,
        }
    }

    /// The screen that is shown.
    pub(super) fn shown(&self) -> &Buffer {
        if self.on_other { &self.other } else { &self.main }
    }

    pub(super) fn shown_mut(&mut self) -> &mut Buffer {
        if self.on_other { &mut self.other } else { &mut self.main }
    }

    /// The pen has changed.
    pub(super) fn dip(&mut self) {
        let look = self.pen.look();
        self.ink = look.blank();
        self.blank = look.erased().blank();
    }

    /// Writes ASCII characters.
    pub(super) fn print_ascii(&mut self, mut text: &[u8]) {
        while let Some(first) = text.first() {
            if self.charset.is_some() || self.modes.insert || self.shown().x >= self.shown().cols() {
                self.print(char::from(*first));
                text = text.get(1..).unwrap_or_default();
                continue;
            }
            let ink = self.ink.clone();
            let buffer = self.shown_mut();
            let (x, y) = (buffer.x, buffer.y);
            let n = text.len().min(buffer.cols() - x);
            let (now, later) = text.split_at(n);
            let cells = buffer.row_mut(y);
            split_wide(cells, x, &ink);
            for (at, byte) in (x..).zip(now) {
                put(cells, at, ink.with(Some(char::from(*byte)), 1));
            }
            mend(cells, x + n, &ink);
            buffer.x = x + n;
            self.join = 1;
            text = later;
        }
    }

    /// Writes a character.
    pub(super) fn print(&mut self, c: char) {
        let c = match self.charset {
            Some(charset) if c < '\x7f' => charset.map(c),
            _ => c,
        };
        let mut columns = width(c);
        let joins = columns == 0 && self.join != 0;
        if joins {
            columns = self.join;
        }
        self.join = columns;
        let (ink, blank) = (self.ink.clone(), self.blank.clone());
        let (wraps, inserts) = (self.modes.wrap, self.modes.insert);
        let buffer = self.shown_mut();
        let cols = buffer.cols();
        let x = buffer.x;
        split_wide(buffer.row_mut(buffer.y), x, &ink);
        if joins {
            let cells = buffer.row_mut(buffer.y);
            let back = if row::width(cells, x.wrapping_sub(1)) == 0 {
                2
            } else {
                1
            };
            if let Some(cell) = x.checked_sub(back).and_then(|x| cells.get_mut(x)) {
                cell.add_mark(c);
            }
            return;
        }
        if buffer.x + usize::from(columns) > cols {
            if wraps {
                for x in buffer.x..cols {
                    put(buffer.row_mut(buffer.y), x, ink.clone());
                }
                buffer.x = 0;
                buffer.y += 1;
                if buffer.y == buffer.bottom + 1 {
                    buffer.y -= 1;
                    buffer.scroll(blank, true);
                } else {
                    buffer.y = buffer.y.min(buffer.rows() - 1);
                    set_goes_on(buffer.row_mut(buffer.y), true);
                }
            } else {
                buffer.x = cols - 1;
                if columns == 2 {
                    return;
                }
            }
        }
        let x = buffer.x;
        let cells = buffer.row_mut(buffer.y);
        if inserts {
            row::insert(cells, x, columns.into(), &ink);
        }
        put(cells, x, ink.with(Some(c), columns));
        if columns == 2 {
            put(cells, x + 1, ink.with(None, 0));
        }
        let x = (x + usize::from(columns.max(1))).min(cols);
        mend(cells, x, &ink);
        buffer.x = x;
    }

    /// REP.
    pub(super) fn repeat(&mut self, times: usize) {
        let buffer = self.shown();
        let Some(x) = buffer.x.checked_sub(self.join.into()).filter(|_| self.join != 0) else {
            return;
        };
        let Some(cell) = buffer.row(buffer.y).get(x) else {
            return;
        };
        let text: Vec<char> = cell.char().into_iter().chain(cell.marks().iter().copied()).collect();
        // More than fill the screen and what is above it only scroll: whole rows of that may be left out.
        let (cols, most) = (buffer.cols(), buffer.cols() * (buffer.rows() + room(buffer.cols()) + 1));
        let times = if times > most { most + times % cols } else { times };
        if let [c @ ' '..='~'] = text.as_slice() {
            return self.print_ascii(&vec![*c as u8; times]);
        }
        for _ in 0..times {
            for c in &text {
                self.print(*c);
            }
        }
    }

    pub(super) fn save_cursor(&mut self) {
        let (ink, charset) = (self.pen.ink.clone(), self.charset);
        let buffer = self.shown_mut();
        let y = buffer.base + i64::try_from(buffer.y).unwrap_or(0);
        buffer.saved = Saved {
            x: buffer.x,
            y,
            ink,
            charset,
        };
    }

    pub(super) fn restore_cursor(&mut self) {
        let buffer = self.shown_mut();
        buffer.x = buffer.saved.x;
        buffer.y = usize::try_from(buffer.saved.y - buffer.base).unwrap_or(0);
        let Saved { ink, charset, .. } = buffer.saved.clone();
        self.pen.ink = ink;
        self.charset = charset;
        self.dip();
        self.restrict_to_last();
    }

    /// Goes to the other screen, which is blank then.
    pub(super) fn enter_other(&mut self) {
        if self.on_other {
            return;
        }
        let (x, y) = (self.main.x, self.main.y);
        let (cols, rows) = (self.main.cols(), self.main.rows());
        let other = &mut self.other;
        other.lines.scroll_up(0, rows - 1, rows, self.blank.clone());
        debug_assert_eq!((other.cols(), other.rows()), (cols, rows));
        other.x = x;
        other.y = y;
        self.on_other = true;
    }

    pub(super) fn leave_other(&mut self) {
        if self.on_other {
            self.main.x = self.other.x;
            self.main.y = self.other.y;
            self.other.leave();
            self.on_other = false;
        }
    }

    pub(super) fn set_level(&mut self, level: usize) {
        self.level = level;
        self.charset = self.charsets.get(level).copied().flatten();
    }

    pub(super) fn designate(&mut self, level: usize, charset: Option<Charset>) {
        if let Some(place) = self.charsets.get_mut(level) {
            *place = charset;
        }
        if self.level == level {
            self.charset = charset;
        }
    }

    pub(super) fn set_title(&mut self, title: &str) {
        let end = (0..=title.len().min(LONGEST_TITLE))
            .rev()
            .find(|end| title.is_char_boundary(*end));
        self.title = title.get(..end.unwrap_or(0)).map(str::to_owned);
    }

    /// OSC 8, with its parameters.
    pub(super) fn set_link(&mut self, id: Option<&str>, uri: &str) {
        let link = if uri.is_empty() {
            None
        } else {
            let link = Link::new(id, uri);
            self.has_room_for(link.size()).then_some(link)
        };
        self.pen.set_link(link);
        self.dip();
    }

    fn has_room_for(&mut self, bytes: usize) -> bool {
        if bytes > LONGEST_LINK {
            return false;
        }
        self.links_asked += bytes;
        // Counting takes its time: it is not done for each link of a stream of them.
        if self.links_left < bytes && self.links_asked > MOST_LINKS / 4 {
            self.links_asked = 0;
            // Those that are no longer shown do not count.
            let shown = self.main.lines.link_bytes() + self.other.lines.link_bytes();
            self.links_left = MOST_LINKS.saturating_sub(shown);
        }
        let left = self.links_left.checked_sub(bytes);
        self.links_left = left.unwrap_or(self.links_left);
        left.is_some()
    }

    /// DECSTR.
    pub(super) fn soft_reset(&mut self) {
        self.pen = Pen::default();
        self.dip();
        self.modes.reset();
        self.modes.hidden = false;
        self.reset_charsets();
        let buffer = self.shown_mut();
        buffer.top = 0;
        buffer.bottom = buffer.rows() - 1;
        buffer.saved = Saved {
            y: buffer.base,
            ink: Ink::default(),
            ..Saved::default()
        };
    }

    /// RIS. What xterm.js keeps stays: title, the cursor's visibility, blinking and newline mode.
    pub(super) fn reset(&mut self) {
        self.modes.reset();
        self.modes.reset_mouse();
        self.main.reset();
        self.other.reset();
        self.on_other = false;
        self.pen = Pen::default();
        self.reset_charsets();
        self.join = 0;
        self.ink = Cell::default();
        self.blank = Cell::default();
        self.links_left = MOST_LINKS;
        self.links_asked = 0;
    }

    fn reset_charsets(&mut self) {
        self.charsets = [None; 4];
        self.level = 0;
        self.charset = None;
    }
}

/// How many rows above the screen are kept.
pub(super) fn room(cols: usize) -> usize {
    ROWS_ABOVE.max(CELLS_ABOVE / cols.max(1)).min(4 * ROWS_ABOVE)
}

/// The cursor is on the second half of a wide character: the first half goes.
fn split_wide(cells: &mut [Cell], x: usize, ink: &Cell) {
    if let Some(left) = x.checked_sub(1).filter(|left| row::width(cells, *left) == 2) {
        put(cells, left, ink.clone());
    }
}

/// What was written ends in the middle of a wide character: its second half goes.
fn mend(cells: &mut [Cell], x: usize, ink: &Cell) {
    if row::is_half(cells, x) {
        put(cells, x, ink.clone());
    }
}
