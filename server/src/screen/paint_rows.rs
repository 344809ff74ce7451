//! The rows of a screen as bytes.

use super::brush::Brush;
use super::buffer::Buffer;
use super::charset::Charset;
use super::emulator::{Cell, Colour, Glyph, Look, goes_on, set_goes_on};
use super::row;
use super::width::width;

/// Paints the rows of a screen, from a cursor at home. The cursor's row counts in the one that `is_shown`.
pub(super) fn paint_rows(brush: &mut Brush, buffer: &Buffer, above: usize, is_shown: bool) {
    let above = buffer.lines.above().min(above);
    let first = -i32::try_from(above).unwrap_or(0);
    let last = i32::try_from(buffer.rows()).unwrap_or(0) - 1;
    let mut newlines = 0;
    let mut before: Option<End> = None;
    let goes_on_first = first_goes_on(brush, buffer, above);
    for y in first..=last {
        let Some(cells) = buffer.lines.row(y) else { continue };
        let with_space =
            (is_shown && buffer.row_has_space() && usize::try_from(y) == Ok(buffer.y)).then(|| spaced(cells));
        let cells = with_space.as_deref().unwrap_or(cells);
        let wrapped = goes_on(cells) && (y > first || goes_on_first);
        let mut dirty = usize::from(wrapped);
        if wrapped && y > first {
            lines(brush, &mut newlines);
            dirty = before.take().map_or(1, |end| end.wrap(brush, cells.len()));
        }
        let next_wrapped = buffer.lines.row(y + 1).is_some_and(goes_on);
        if !is_blank(cells) || next_wrapped {
            lines(brush, &mut newlines);
        }
        before = Some(paint_row(brush, cells, dirty, next_wrapped));
        if !next_wrapped && y < last {
            newlines += 1;
        }
    }
    if above > 0 {
        lines(brush, &mut newlines);
    }
}

/// The first of all rows may go on from one that is gone: it begins as the second one, and the first is taken out. With rows
/// above it that are not painted it is left out that it goes on. Returns whether it does.
fn first_goes_on(brush: &mut Brush, buffer: &Buffer, above: usize) -> bool {
    let first = -i32::try_from(above).unwrap_or(0);
    let is_first = i64::from(first) + buffer.base == 0;
    let is_lost = buffer.rows() == 1 && buffer.lines.has_room();
    let does = is_first && !is_lost && buffer.lines.row(first).is_some_and(goes_on);
    if does {
        brush.text(format_args!("\x1b[{}G  \r", buffer.cols()));
        if buffer.rows() > 1 {
            brush.raw(b"\x1b[H\x1b[M");
        }
    }
    does
}

/// A row with a space in its last column.
fn spaced(cells: &[Cell]) -> Vec<Cell> {
    let mut cells = cells.to_vec();
    if let Some(last) = cells.last_mut() {
        let goes_on = goes_on(std::slice::from_ref(last));
        *last = last.look().blank().with(Some(' '), 1);
        set_goes_on(std::slice::from_mut(last), goes_on);
    }
    cells
}

fn lines(brush: &mut Brush, newlines: &mut usize) {
    if *newlines > 0 && !brush.background_is(Colour::Default) {
        // A row that scrolls in has the background of the pen.
        brush.plain();
    }
    for _ in 0..std::mem::take(newlines) {
        brush.raw(b"\r\n");
    }
}

fn is_blank(cells: &[Cell]) -> bool {
    cells
        .iter()
        .all(|cell| cell.char().is_none() && cell.look() == Look::default())
}

/// How a row ends from which the next one goes on.
enum End {
    /// Its last column is written: the cursor is behind it.
    Full,
    /// The cursor is on its last column, which shall be empty and look so.
    Empty(Look),
}

impl End {
    /// Writes a character into the next row, so that the row goes on there. Returns how many columns of that need painting.
    fn wrap(self, brush: &mut Brush, cols: usize) -> usize {
        match self {
            Self::Full => {
                if !brush.background_is(Colour::Default) {
                    brush.plain();
                }
                brush.raw(b" \r");
                1
            }
            Self::Empty(look) => {
                // A wide character does not fit there. A row that scrolls in has the background of the pen.
                let filled = look.bg != Colour::Default;
                brush.look(&look);
                brush.raw("\u{4e00}\r".as_bytes());
                if filled { cols } else { 2 }
            }
        }
    }
}

/// Paints a row, from its first column; so many of its columns are not blank. It `continues` if the next row goes on from it.
fn paint_row(brush: &mut Brush, cells: &[Cell], not_blank: usize, continues: bool) -> End {
    let mut dirty = vec![false; cells.len()];
    dirty.iter_mut().take(not_blank).for_each(|dirty| *dirty = true);
    let halves = halves(brush, cells, cells.len() - usize::from(continues), &mut dirty);
    let mut skipped = 0;
    let mut x = 0;
    while let Some(cell) = cells.get(x) {
        // A new size may have cut off half of a wide character: no bytes do that.
        let is_whole = cell.columns() != 2 || row::is_half(cells, x + 1);
        if cell.char().is_some() && is_whole {
            brush.times(skipped, 'C');
            skipped = 0;
            character(brush, cell, None);
            x += usize::from(cell.columns().max(1));
            continue;
        }
        if halves.contains(&x) {
            skipped += 1;
            x += 1;
            continue;
        }
        let look = cell.look().erased();
        let is_erased = |x: usize| {
            cells
                .get(x)
                .is_some_and(|cell| cell.char().is_none() && cell.look().erased() == look)
                && !halves.contains(&x)
        };
        let end = (x + 1..cells.len()).find(|x| !is_erased(*x)).unwrap_or(cells.len());
        let was_written = dirty.get(x..end).unwrap_or_default().contains(&true);
        if was_written || look != Look::default() {
            brush.times(skipped, 'C');
            skipped = 0;
            brush.background(&look);
            brush.times(end - x, 'X');
        }
        skipped += end - x;
        x = end;
    }
    match cells.last() {
        Some(last) if continues && skipped > 0 => {
            brush.times(skipped - 1, 'C');
            End::Empty(last.look())
        }
        _ => End::Full,
    }
}

/// What is in a cell, looking as it does, for a terminal with this character set.
pub(super) fn character(brush: &mut Brush, cell: &Cell, charset: Option<Charset>) {
    brush.look(&cell.look());
    let c = cell.char().unwrap_or(' ');
    if width(c) == 0 {
        if cell.columns() != 0 {
            // It stands where nothing stood that it could join: no bytes do that.
            brush.raw(b" ");
            return;
        }
        // Not to join what was written before it.
        brush.raw(b"\0");
    }
    brush.glyph(cell, charset);
}

/// Cells in which nothing is written but that look like a pen: what is left when half of a wide character is overwritten.
/// They come about in the same way here, before the rest of the row. Returns where they are, before
/// column `end`.
fn halves(brush: &mut Brush, cells: &[Cell], end: usize, dirty: &mut [bool]) -> Vec<usize> {
    let is_half = |cell: &Cell| cell.char().is_none() && cell.columns() == 1 && cell.look() != cell.look().erased();
    let mut all: Vec<usize> = (0..end).filter(|x| cells.get(*x).is_some_and(is_half)).collect();
    if cells.len() < 2 {
        return Vec::new();
    }
    if all.starts_with(&[0, 1]) {
        // The first column's takes the second one for a while: only one of them can be.
        all.remove(0);
    }
    // From the right, since each takes the column on its left for a while.
    for x in all.iter().rev() {
        let Some(cell) = cells.get(*x) else { continue };
        brush.look(&cell.look());
        let (wide, narrow) = if *x == 0 { (0, 1) } else { (x - 1, x - 1) };
        brush.text(format_args!("\x1b[{}G\u{4e00}\x1b[{}Gx", wide + 1, narrow + 1));
        for at in [wide, wide + 1] {
            if let Some(dirty) = dirty.get_mut(at) {
                *dirty = true;
            }
        }
    }
    if !all.is_empty() {
        brush.raw(b"\r");
    }
    all
}
