//! A new size, as xterm.js takes it: rows come back from above the screen only to a cursor on the last row, and lines are
//! wrapped anew, but not the one with the cursor.

use super::buffer::Buffer;
use super::emulator::{Cell, Glyph, Lines, goes_on, set_goes_on};
use super::row;
use super::terminal::{Terminal, room};

impl Terminal {
    /// The size from now on.
    pub(super) fn resize(&mut self, cols: usize, rows: usize) {
        if (cols, rows) == (self.main.cols(), self.main.rows()) {
            return;
        }
        resize(&mut self.main, cols, rows, true);
        if self.on_other {
            resize(&mut self.other, cols, rows, false);
        } else {
            self.other.lines = Lines::new(cols, rows, 0);
            self.other.bottom = rows - 1;
        }
        self.main.resize_tabs();
        self.other.resize_tabs();
    }
}

/// A row, and whether it goes on from the one above.
#[derive(Clone)]
struct Row {
    cells: Vec<Cell>,
    goes_on: bool,
}

impl Row {
    fn blank(cols: usize, goes_on: bool) -> Self {
        let cells = vec![Cell::default(); cols];
        Self { cells, goes_on }
    }

    fn copy(&mut self, from: &[Cell], at: usize) {
        for (place, cell) in self.cells.iter_mut().skip(at).zip(from) {
            place.clone_from(cell);
        }
    }

    fn slice(&self, from: usize, len: usize) -> Vec<Cell> {
        self.cells.iter().skip(from).take(len).cloned().collect()
    }
}

/// All rows of a screen, while they change.
struct Change {
    rows: Vec<Row>,
    /// How many of them are above the screen.
    base: usize,
    /// The cursor's row on the screen.
    y: usize,
    /// The saved cursor's row, counted from the first.
    saved: i64,
    /// The width and the number of rows to come.
    cols: usize,
    height: usize,
}

fn resize(buffer: &mut Buffer, cols: usize, height: usize, wraps: bool) {
    let (old_cols, old_height) = (buffer.cols(), buffer.rows());
    let old_base = int(buffer.lines.above());
    let mut change = Change {
        rows: rows_of(buffer),
        base: buffer.lines.above(),
        y: buffer.y,
        saved: buffer.saved.y - buffer.base + old_base,
        cols,
        height,
    };
    if old_cols < cols {
        change.set_width();
    }
    let pulled = change.set_height(old_height);
    if !wraps {
        change.forget_above();
    }
    buffer.x = buffer.x.min(cols - 1);
    change.y = change.y.min(height - 1) + pulled;
    buffer.saved.x = buffer.saved.x.min(cols - 1);
    buffer.top = 0;
    buffer.bottom = height - 1;
    if wraps && old_cols < cols {
        change.widen(old_cols);
    } else if wraps && old_cols > cols {
        change.narrow(old_cols);
    }
    change.set_width();
    let base = change.base;
    change.rows.resize_with(base + height, || Row::blank(cols, false));
    buffer.y = change.y.min(height - 1);
    buffer.base = (buffer.base - old_base + int(base)).max(0);
    buffer.saved.y = (change.saved - int(base) + buffer.base).max(0);
    buffer.lines = lines_of(change, if wraps { room(cols) } else { 0 });
}

fn rows_of(buffer: &Buffer) -> Vec<Row> {
    let first = -int(buffer.lines.above());
    let all = (first..int(buffer.rows())).filter_map(|y| buffer.lines.row(i32::try_from(y).ok()?));
    let rows = all.map(|cells| {
        let mut row = Row {
            cells: cells.to_vec(),
            goes_on: goes_on(cells),
        };
        set_goes_on(&mut row.cells, false);
        row
    });
    rows.collect()
}

fn lines_of(change: Change, room: usize) -> Lines {
    let rows = change.rows.into_iter().map(|mut row| {
        set_goes_on(&mut row.cells, row.goes_on);
        row.cells
    });
    Lines::from_rows(change.cols, change.height, room, &rows.collect::<Vec<_>>())
}

fn int(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

impl Change {
    fn set_width(&mut self) {
        for row in &mut self.rows {
            row.cells.resize(self.cols, Cell::default());
        }
    }

    /// Adds rows or takes them away; returns how many came from above.
    fn set_height(&mut self, old: usize) -> usize {
        let mut pulled = 0;
        for _ in old..self.height {
            if self.rows.len() >= self.height + self.base {
                continue;
            }
            if self.base > 0 && self.rows.len() <= self.base + self.y + pulled + 1 {
                self.base -= 1;
                pulled += 1;
            } else {
                self.rows.push(Row::blank(self.cols, false));
            }
        }
        for _ in self.height..old {
            if self.rows.len() <= self.height + self.base {
                continue;
            }
            if self.rows.len() > self.base + self.y + 1 {
                self.rows.pop();
            } else {
                self.base += 1;
            }
        }
        pulled
    }

    /// The other screen has nothing above it.
    fn forget_above(&mut self) {
        let over = self.rows.len().saturating_sub(self.height);
        self.rows.drain(..over);
        self.base = self.base.saturating_sub(over);
        self.saved = (self.saved - int(over)).max(0);
    }

    /// The rows that a line takes which begins in row `y`.
    fn line(&self, y: usize) -> usize {
        let more = self.rows.iter().skip(y + 1).take_while(|row| row.goes_on);
        1 + more.count()
    }

    fn has_cursor(&self, y: usize, n: usize) -> bool {
        (y..y + n).contains(&(self.base + self.y))
    }

    /// Wraps for more columns than before.
    fn widen(&mut self, old_cols: usize) {
        let mut gone = Vec::new();
        let mut y = 0;
        while y + 1 < self.rows.len() {
            let n = self.line(y);
            if n > 1 && !self.has_cursor(y, n) {
                let Some(line) = self.rows.get_mut(y..y + n) else { break };
                let kept = fill_wider(line, old_cols, self.cols);
                gone.push(y + kept..y + n);
            }
            y += n;
        }
        let count: usize = gone.iter().map(ExactSizeIterator::len).sum();
        for range in gone.into_iter().rev() {
            self.rows.drain(range);
        }
        for _ in 0..count {
            if self.base > 0 {
                self.base -= 1;
                continue;
            }
            self.y = self.y.saturating_sub(1);
            if self.rows.len() < self.height {
                self.rows.push(Row::blank(self.cols, false));
            }
        }
        self.saved = (self.saved - int(count)).max(0);
    }

    /// Wraps for fewer columns than before.
    fn narrow(&mut self, old_cols: usize) {
        let mut added: Vec<(usize, Vec<Row>)> = Vec::new();
        let mut added_rows = 0;
        let mut end = self.rows.len();
        // Rows that are taken from the end meanwhile still count as lines.
        let mut left = end;
        while let Some(last) = end.checked_sub(1) {
            let y = (0..=last)
                .rev()
                .find(|y| self.rows.get(*y).is_none_or(|row| !row.goes_on))
                .unwrap_or(0);
            let n = end - y;
            end = y;
            let fits = n == 1
                && self
                    .rows
                    .get(y)
                    .is_none_or(|row| !row.goes_on && row::written(&row.cells) <= self.cols);
            if fits || self.has_cursor(y, n) {
                continue;
            }
            let mut line: Vec<Row> = self.rows.iter().skip(y).take(n).cloned().collect();
            let new = fill_narrower(&mut line, old_cols, self.cols);
            let more = line.split_off(n.min(line.len()));
            for (place, row) in self.rows.iter_mut().skip(y).zip(line) {
                *place = row;
            }
            added_rows += more.len();
            if !more.is_empty() {
                added.push((y + n, more));
            }
            for _ in 0..new {
                if self.base > 0 {
                    if self.base + self.height < left + added_rows {
                        self.base += 1;
                    }
                } else if self.y + 1 < self.height {
                    self.y += 1;
                    left = left.saturating_sub(1);
                } else {
                    self.base += 1;
                }
            }
            self.saved = (self.saved + int(new)).min(int(self.base + self.height) - 1);
        }
        self.rows.truncate(left);
        for (at, more) in added {
            let at = at.min(left);
            self.rows.splice(at..at, more);
        }
    }
}

/// Moves the cells of a line up into its first rows; returns how many rows are left.
fn fill_wider(line: &mut [Row], old_cols: usize, cols: usize) -> usize {
    let lengths: Vec<usize> = (0..line.len()).map(|at| length(line, at, old_cols)).collect();
    let (mut to, mut to_col) = (0, lengths.first().copied().unwrap_or(0));
    let (mut from, mut from_col) = (1, 0);
    while let Some(length) = lengths.get(from).copied() {
        let n = length.saturating_sub(from_col).min(cols - to_col);
        let cells = line.get(from).map(|row| row.slice(from_col, n)).unwrap_or_default();
        if let Some(row) = line.get_mut(to) {
            row.copy(&cells, to_col);
        }
        to_col += n;
        if to_col == cols {
            to += 1;
            to_col = 0;
        }
        from_col += n;
        if from_col >= length {
            from += 1;
            from_col = 0;
        }
        // A wide character does not fit into the last column.
        if to_col == 0 && to > 0 {
            let above = line.get_mut(to - 1).and_then(|row| row.cells.get_mut(cols - 1));
            if let Some(cell) = above.filter(|cell| cell.columns() == 2) {
                let wide = std::mem::take(cell);
                if let Some(row) = line.get_mut(to) {
                    row.copy(&[wide], 0);
                }
                to_col = 1;
            }
        }
    }
    if let Some(row) = line.get_mut(to) {
        row::erase(&mut row.cells, to_col, cols, &Cell::default(), false);
    }
    let last = (1..line.len()).rev();
    let empty = |at: &usize| *at > to || line.get(*at).is_some_and(|row| row::written(&row.cells) == 0);
    line.len() - last.take_while(empty).count()
}

/// Moves the cells of a line down, into further rows at its end if it needs them; returns how many it needs.
fn fill_narrower(line: &mut Vec<Row>, old_cols: usize, cols: usize) -> usize {
    let lengths: Vec<usize> = (0..line.len()).map(|at| length(line, at, old_cols)).collect();
    let cells: Vec<Cell> = line
        .iter()
        .zip(&lengths)
        .flat_map(|(row, length)| row.slice(0, *length))
        .collect();
    let mut cuts = Vec::new();
    let mut at = 0;
    while at < cells.len() {
        let left = cells.len() - at;
        let mut n = left.min(cols);
        if left >= cols && cells.get(at + cols - 1).is_some_and(|cell| cell.columns() == 2) {
            n = (cols - 1).max(1);
        }
        cuts.push((at, n));
        at += n;
    }
    let old = line.len();
    let new = cuts.len().saturating_sub(old);
    line.resize_with(old + new, || Row::blank(cols, true));
    for (row, (at, n)) in line.iter_mut().zip(cuts) {
        row.copy(cells.get(at..at + n).unwrap_or_default(), 0);
        if let Some(cell) = row.cells.get_mut(n).filter(|_| n < cols) {
            *cell = Cell::default();
        }
    }
    new
}

/// How much of a row belongs to the line: not the last column, if a wide character was too wide for it.
fn length(line: &[Row], at: usize, cols: usize) -> usize {
    let Some(row) = line.get(at) else { return 0 };
    let Some(next) = line.get(at + 1) else {
        return row::written(&row.cells);
    };
    let last = row.cells.get(cols - 1);
    let empty = last.is_some_and(|cell| cell.char().is_none() && cell.columns() == 1);
    if empty && row::width(&next.cells, 0) == 2 {
        cols - 1
    } else {
        cols
    }
}
