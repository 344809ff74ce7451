//! Erasing, and what moves cells and rows while the cursor stays.

use super::buffer::Buffer;
use super::emulator::{Cell, Colour, Glyph, Look, UNSEEN, put, set_goes_on};
use super::row;
use super::terminal::Terminal;

impl Terminal {
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
                if x + 1 >= cols {
                    // Meant for the next row; xterm.js counts it from the first one above the screen.
                    let next = i64::try_from(y + 1).unwrap_or(0) - buffer.base;
                    let next = i32::try_from(next).ok().and_then(|next| buffer.lines.row_mut(next));
                    set_goes_on(next.unwrap_or_default(), false);
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

    /// DECALN.
    pub(super) fn align(&mut self) {
        let look = self.pen.look();
        let look = Look {
            // The style is not taken over.
            underline: if look.underline == 0 { 0 } else { UNSEEN },
            underline_colour: Colour::Default,
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
}
