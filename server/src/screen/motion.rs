//! Where the cursor goes, and what scrolls for it.

use super::emulator::{Glyph, goes_on, set_goes_on};
use super::row;
use super::terminal::Terminal;

impl Terminal {
    /// Keeps the cursor on the screen and, with origin mode, in the scroll region.
    pub(super) fn restrict(&mut self, most: usize) {
        let origin = self.modes.origin;
        let buffer = self.shown_mut();
        buffer.x = buffer.x.min(most);
        buffer.y = if origin {
            buffer.y.clamp(buffer.top, buffer.bottom)
        } else {
            buffer.y.min(buffer.rows() - 1)
        };
    }

    pub(super) fn restrict_to_last(&mut self) {
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
        } else if y > buffer.top && y <= buffer.bottom && goes_on(buffer.row(y)) {
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
}

fn signed(by: usize) -> isize {
    isize::try_from(by).unwrap_or(isize::MAX)
}
