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
    blank: Cell,
    /// How many bytes of hyperlinks may come before they are counted again.
    links_left: usize,
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
        for _ in 0..times {
            for c in &text {
                self.print(*c);
            }
        }
    }

    /// Keeps the cursor on the screen and, with origin mode, in the scroll region.
    fn restrict(&mut self, most: usize) {
        let origin = self.modes.origin;
        let buffer = self.shown_mut();
        buffer.x = buffer.x.min(most);
        buffer.y = if origin {
            buffer.y.clamp(buffer.top, buffer.bottom)
        } else {
            buffer.y.min(buffer.rows() - 1)
        };
    }

    fn restrict_to_last(&mut self) {
        self.restrict(self.shown().cols() - 1);
    }

    pub(super) fn go_to(&mut self, x: usize, y: usize) {
        let origin = self.modes.origin;
        let buffer = self.shown_mut();
        buffer.x = x;
        buffer.y = if origin { buffer.top + y } else { y };
        self.restrict_to_last();
    }

    /// Moves the cursor. With origin mode xterm.js counts the row from the region's top once more.
    pub(super) fn go_by(&mut self, x: isize, y: isize) {
        self.restrict_to_last();
        let buffer = self.shown();
        self.go_to(buffer.x.saturating_add_signed(x), buffer.y.saturating_add_signed(y));
    }

    pub(super) fn go_up(&mut self, by: usize) {
        let buffer = self.shown();
        let room = buffer.y.checked_sub(buffer.top);
        self.go_by(0, -signed(by.min(room.unwrap_or(by))));
    }

    pub(super) fn go_down(&mut self, by: usize) {
        let buffer = self.shown();
        let room = buffer.bottom.checked_sub(buffer.y);
        self.go_by(0, signed(by.min(room.unwrap_or(by))));
    }

    pub(super) fn carriage_return(&mut self) {
        self.shown_mut().x = 0;
    }

    pub(super) fn line_feed(&mut self) {
        let (blank, newline) = (self.blank.clone(), self.modes.newline == Some(true));
        let buffer = self.shown_mut();
        if newline {
            buffer.x = 0;
        }
        buffer.y += 1;
        if buffer.y == buffer.bottom + 1 {
            buffer.y -= 1;
            buffer.scroll(blank, false);
        } else if buffer.y >= buffer.rows() {
            buffer.y = buffer.rows() - 1;
        } else {
            set_goes_on(buffer.row_mut(buffer.y), false);
        }
        if buffer.x >= buffer.cols() {
            buffer.x -= 1;
        }
    }

    /// IND.
    pub(super) fn index(&mut self) {
        self.restrict_to_last();
        let blank = self.blank.clone();
        let buffer = self.shown_mut();
        buffer.y += 1;
        if buffer.y == buffer.bottom + 1 {
            buffer.y -= 1;
            buffer.scroll(blank, false);
        }
        self.restrict_to_last();
    }

    /// RI.
    pub(super) fn reverse_index(&mut self) {
        self.restrict_to_last();
        let blank = self.blank.clone();
        let buffer = self.shown_mut();
        if buffer.y == buffer.top {
            buffer.lines.scroll_down(buffer.top, buffer.bottom, 1, blank);
        } else {
            buffer.y = buffer.y.saturating_sub(1);
            self.restrict_to_last();
        }
    }

    pub(super) fn backspace(&mut self) {
        if !self.modes.wrap_back {
            self.restrict_to_last();
            let buffer = self.shown_mut();
            buffer.x = buffer.x.saturating_sub(1);
            return;
        }
        self.restrict(self.shown().cols());
        let buffer = self.shown_mut();
        let y = buffer.y;
        if buffer.x > 0 {
            buffer.x -= 1;
        } else if y > buffer.top && y <= buffer.bottom && super::emulator::goes_on(buffer.row(y)) {
            set_goes_on(buffer.row_mut(y), false);
            buffer.y -= 1;
            buffer.x = buffer.cols() - 1;
            // A wide character that did not fit left the last column empty.
            let cells = buffer.row(buffer.y);
            if row::width(cells, buffer.x) > 0 && cells.get(buffer.x).is_some_and(|cell| cell.char().is_none()) {
                buffer.x = buffer.x.saturating_sub(1);
            }
        }
        self.restrict_to_last();
    }

    pub(super) fn tab(&mut self, forward: bool, times: usize) {
        let buffer = self.shown_mut();
        for _ in 0..times.min(buffer.cols()) {
            if buffer.x < buffer.cols() {
                buffer.x = if forward {
                    buffer.next_tab(buffer.x)
                } else {
                    buffer.previous_tab(buffer.x)
                };
            }
        }
    }

    /// ED.
    pub(super) fn erase_display(&mut self, what: u16, sparing: bool) {
        self.restrict(self.shown().cols());
        let blank = self.blank.clone();
        let buffer = self.shown_mut();
        let (x, y, cols, rows) = (buffer.x, buffer.y, buffer.cols(), buffer.rows());
        let clear = |buffer: &mut Buffer, y: usize| {
            let cells = buffer.row_mut(y);
            for at in 0..cells.len() {
                if !(sparing && cells.get(at).is_some_and(Glyph::is_protected)) {
                    put(cells, at, blank.clone());
                }
            }
            set_goes_on(cells, false);
        };
        match what {
            0 => {
                row::erase(buffer.row_mut(y), x, cols, &blank, sparing);
                if x == 0 {
                    set_goes_on(buffer.row_mut(y), false);
                }
                (y + 1..rows).for_each(|y| clear(buffer, y));
            }
            1 => {
                row::erase(buffer.row_mut(y), 0, x + 1, &blank, sparing);
                set_goes_on(buffer.row_mut(y), false);
                if x + 1 >= cols && buffer.base == 0 {
                    set_goes_on(buffer.row_mut(y + 1), false);
                }
                (0..y).for_each(|y| clear(buffer, y));
            }
            2 => (0..rows).for_each(|y| clear(buffer, y)),
            3 => buffer.forget_above(),
            _ => {}
        }
    }

    /// EL.
    pub(super) fn erase_line(&mut self, what: u16, sparing: bool) {
        self.restrict(self.shown().cols());
        let blank = self.blank.clone();
        let buffer = self.shown_mut();
        let (x, cols) = (buffer.x, buffer.cols());
        let cells = buffer.row_mut(buffer.y);
        let (start, end, ends) = match what {
            0 => (x, cols, x == 0),
            1 => (0, x + 1, false),
            2 => (0, cols, true),
            _ => return,
        };
        row::erase(cells, start, end, &blank, sparing);
        if ends {
            set_goes_on(cells, false);
        }
    }

    /// ICH, DCH and ECH, from the cursor on.
    pub(super) fn edit(&mut self, edit: impl FnOnce(&mut [Cell], usize, &Cell)) {
        self.restrict_to_last();
        let blank = self.blank.clone();
        let buffer = self.shown_mut();
        let x = buffer.x;
        edit(buffer.row_mut(buffer.y), x, &blank);
    }

    /// SL, SR, DECIC and DECDC: the same in each row of the scroll region.
    pub(super) fn edit_region(&mut self, edit: impl Fn(&mut [Cell], usize, &Cell)) {
        let blank = self.blank.clone();
        let buffer = self.shown_mut();
        if !(buffer.top..=buffer.bottom).contains(&buffer.y) {
            return;
        }
        let x = buffer.x;
        for y in buffer.top..=buffer.bottom {
            let cells = buffer.row_mut(y);
            edit(cells, x, &blank);
            set_goes_on(cells, false);
        }
    }

    /// IL and DL.
    pub(super) fn shift_lines(&mut self, down: bool, by: usize) {
        self.restrict_to_last();
        let blank = self.blank.clone();
        let buffer = self.shown_mut();
        if !(buffer.top..=buffer.bottom).contains(&buffer.y) {
            return;
        }
        if down {
            buffer.lines.scroll_down(buffer.y, buffer.bottom, by, blank);
        } else {
            buffer.lines.scroll_up(buffer.y, buffer.bottom, by, blank);
        }
        buffer.x = 0;
    }

    /// SU and SD. Nothing is kept of what leaves the screen.
    pub(super) fn shift_region(&mut self, down: bool, by: usize) {
        let blank = self.blank.clone();
        let buffer = self.shown_mut();
        if down {
            // That one xterm.js fills without the pen's background.
            buffer.lines.scroll_down(buffer.top, buffer.bottom, by, Cell::default());
        } else {
            buffer.lines.scroll_up(buffer.top, buffer.bottom, by, blank);
        }
    }

    /// DECSTBM; rows count from 1, 0 is the default.
    pub(super) fn set_region(&mut self, top: usize, bottom: usize) {
        let buffer = self.shown_mut();
        let top = top.max(1);
        let bottom = if bottom == 0 || bottom > buffer.rows() {
            buffer.rows()
        } else {
            bottom
        };
        if bottom > top {
            buffer.top = top - 1;
            buffer.bottom = bottom - 1;
            self.go_to(0, 0);
        }
    }

    /// DECALN.
    pub(super) fn align(&mut self) {
        let look = self.pen.look();
        let look = super::emulator::Look {
            underline: look.underline.min(1),
            underline_colour: super::emulator::Colour::Default,
            link: None,
            ..look
        };
        let cell = look.blank().with(Some('E'), 1);
        self.go_to(0, 0);
        let buffer = self.shown_mut();
        for y in buffer.y..buffer.rows() {
            let cells = buffer.row_mut(y);
            cells.fill(cell.clone());
            set_goes_on(cells, false);
        }
        self.go_to(0, 0);
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
        if self.links_left < bytes {
            // Those that are no longer shown do not count.
            let shown = self.main.lines.link_bytes() + self.other.lines.link_bytes();
            self.links_left = MOST_LINKS.saturating_sub(shown);
        }
        let left = self.links_left.checked_sub(bytes);
        self.links_left = left.unwrap_or(0);
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
        let (cols, rows) = (self.main.cols(), self.main.rows());
        self.modes.reset();
        self.modes.reset_mouse();
        let (title, modes) = (self.title.take(), self.modes.clone());
        *self = Self {
            title,
            modes,
            ..Self::new(cols, rows)
        };
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
    if let Some(left) = x.checked_sub(1) {
        if row::width(cells, left) == 2 {
            put(cells, left, ink.clone());
        }
    }
}

/// What was written ends in the middle of a wide character: its second half goes.
fn mend(cells: &mut [Cell], x: usize, ink: &Cell) {
    if row::is_half(cells, x) {
        put(cells, x, ink.clone());
    }
}

fn signed(by: usize) -> isize {
    isize::try_from(by).unwrap_or(isize::MAX)
}
