//! One of a terminal's two screens, with what belongs to it alone: cursor, scroll region, tab stops, the saved cursor.

use super::charset::Charset;
use super::emulator::{Cell, Glyph, Lines, set_goes_on};
use super::pen::Ink;
use super::row;

/// How many rows a page keeps above its screen: `scrollback` of the demo page. A saved cursor moves up with the rows until
/// so many are there.
const PAGE_KEEPS: i64 = 10_000;
/// Tab stops are this far apart.
const TAB: usize = 8;

/// One screen.
pub(super) struct Buffer {
    pub(super) lines: Lines,
    /// The cursor's column; the number of columns when the last one has just been written.
    pub(super) x: usize,
    pub(super) y: usize,
    /// The first and the last row of the scroll region.
    pub(super) top: usize,
    pub(super) bottom: usize,
    pub(super) saved: Saved,
    /// How many rows a page has above the screen.
    pub(super) base: i64,
    tabs: Vec<bool>,
}

/// A saved cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Saved {
    pub(super) x: usize,
    /// The row, counted from the first that a page has above the screen.
    pub(super) y: i64,
    pub(super) ink: Ink,
    pub(super) charset: Option<Charset>,
}

impl Buffer {
    pub(super) fn new(cols: usize, rows: usize, room: usize) -> Self {
        Self {
            lines: Lines::new(cols, rows, room),
            x: 0,
            y: 0,
            top: 0,
            bottom: rows.max(1) - 1,
            saved: Saved::default(),
            base: 0,
            tabs: default_tabs(cols),
        }
    }

    pub(super) fn cols(&self) -> usize {
        self.lines.cols()
    }

    pub(super) fn rows(&self) -> usize {
        self.lines.rows()
    }

    pub(super) fn row(&self, y: usize) -> &[Cell] {
        i32::try_from(y)
            .ok()
            .and_then(|y| self.lines.row(y))
            .unwrap_or_default()
    }

    pub(super) fn row_mut(&mut self, y: usize) -> &mut [Cell] {
        i32::try_from(y)
            .ok()
            .and_then(|y| self.lines.row_mut(y))
            .unwrap_or_default()
    }

    /// Scrolls the region up by one row, which is kept if the region begins with the screen.
    pub(super) fn scroll(&mut self, blank: Cell, goes_on: bool) {
        if self.top == 0 {
            self.lines.push(self.bottom, blank);
            if self.lines.has_room() {
                self.base = (self.base + 1).min(PAGE_KEEPS);
            }
        } else {
            self.lines.scroll_up(self.top, self.bottom, 1, blank);
        }
        set_goes_on(self.row_mut(self.bottom), goes_on);
    }

    /// As it was made.
    pub(super) fn reset(&mut self) {
        self.lines.clear();
        self.leave();
        self.saved = Saved::default();
        self.base = 0;
    }

    /// Forgets the rows above the screen.
    pub(super) fn forget_above(&mut self) {
        self.lines.forget_above();
        self.base = 0;
    }

    /// A blank screen, as it is after the other one was left: only the saved cursor stays.
    pub(super) fn leave(&mut self) {
        self.x = 0;
        self.y = 0;
        self.top = 0;
        self.bottom = self.rows() - 1;
        self.tabs = default_tabs(self.cols());
    }

    /// Where the saved cursor is.
    pub(super) fn saved_row(&self) -> usize {
        usize::try_from(self.saved.y - self.base)
            .unwrap_or(0)
            .min(self.rows() - 1)
    }

    pub(super) fn set_tab(&mut self, on: bool) {
        // Behind the last column it counts once there are more.
        self.tabs.resize(self.tabs.len().max(self.x + 1), false);
        if let Some(tab) = self.tabs.get_mut(self.x) {
            *tab = on;
        }
    }

    pub(super) fn clear_tabs(&mut self) {
        self.tabs.fill(false);
    }

    /// The tab stops.
    pub(super) fn tabs(&self) -> impl Iterator<Item = usize> {
        (0..self.cols()).filter(|x| self.is_tab(*x))
    }

    pub(super) fn next_tab(&self, x: usize) -> usize {
        let stop = (x + 1..self.cols()).find(|x| self.is_tab(*x));
        stop.unwrap_or(self.cols() - 1)
    }

    pub(super) fn previous_tab(&self, x: usize) -> usize {
        let stop = (0..x).rev().find(|x| self.is_tab(*x));
        stop.unwrap_or(0).min(self.cols() - 1)
    }

    /// The tab stops of a new width: those that are there, and from the last of them on the usual ones.
    pub(super) fn resize_tabs(&mut self) {
        let cols = self.cols();
        if self.tabs.len() < cols {
            self.tabs.resize(cols, false);
        }
        let from = if self.is_tab(cols) {
            cols
        } else {
            self.previous_tab(cols)
        };
        for tab in self.tabs.iter_mut().take(cols).skip(from).step_by(TAB) {
            *tab = true;
        }
    }

    fn is_tab(&self, x: usize) -> bool {
        self.tabs.get(x).copied().unwrap_or(false)
    }

    /// Whether the cursor is behind the last column without anything written there, which only happens to a row that has moved
    /// under it. The cursor gets there by writing: a snapshot has a space.
    pub(super) fn row_has_space(&self) -> bool {
        let cells = self.row(self.y);
        let Some(last) = cells
            .last()
            .filter(|cell| self.x >= self.cols() && cell.char().is_none() && cell.columns() == 1)
        else {
            return false;
        };
        !cells
            .iter()
            .all(|cell| cell.char().is_none() && cell.look() == last.look())
    }

    /// The columns before the cursor that the character there takes, if there is one.
    pub(super) fn width_before(&self) -> usize {
        let cells = self.row(self.y);
        match self.x {
            0 => 0,
            1 => 1,
            x if row::is_half(cells, x - 1) => 2,
            _ => 1,
        }
    }
}

fn default_tabs(cols: usize) -> Vec<bool> {
    (0..cols).map(|x| x % TAB == 0).collect()
}
