//! What is done to the cells of one row, with the rules of xterm.js for what becomes of half a wide character.

use super::emulator::{Cell, Glyph, goes_on, put, set_goes_on};

/// The width of the cell at `x`: 0 for the second half of a wide character.
pub(super) fn width(row: &[Cell], x: usize) -> u8 {
    row.get(x).map_or(1, Glyph::columns)
}

/// Whether the cell is the second half of a wide character.
pub(super) fn is_half(row: &[Cell], x: usize) -> bool {
    row.get(x)
        .is_some_and(|cell| cell.columns() == 0 && cell.char().is_none())
}

/// The columns up to the last one in which something is written.
pub(super) fn written(row: &[Cell]) -> usize {
    let last = row.iter().rposition(|cell| cell.char().is_some());
    last.map_or(0, |at| at + usize::from(width(row, at)))
}

/// Makes room for `n` cells at `x`.
pub(super) fn insert(row: &mut [Cell], x: usize, n: usize, blank: &Cell) {
    let Some(x) = x.checked_rem(row.len()) else { return };
    let whole = goes_on(row);
    before(row, x, blank);
    let end = (x + n).min(row.len());
    if let Some(rest) = row.get_mut(x..).filter(|rest| n < rest.len()) {
        rest.rotate_right(n);
    }
    fill(row, x, end, blank);
    let last = row.len() - 1;
    if width(row, last) == 2 {
        put(row, last, blank.clone());
    }
    set_goes_on(row, whole);
}

/// Takes `n` cells out at `x`; blank ones come in at the end.
pub(super) fn delete(row: &mut [Cell], x: usize, n: usize, blank: &Cell) {
    let Some(x) = x.checked_rem(row.len()) else { return };
    let whole = goes_on(row);
    let len = row.len();
    let start = match row.get_mut(x..).filter(|rest| n < rest.len()) {
        Some(rest) => {
            rest.rotate_left(n);
            len - n
        }
        None => x,
    };
    fill(row, start, len, blank);
    before(row, x, blank);
    if is_half(row, x) {
        put(row, x, blank.clone());
    }
    set_goes_on(row, whole);
}

/// Blanks the cells from `start` to before `end`; with `sparing`, not those that are protected.
pub(super) fn erase(row: &mut [Cell], start: usize, end: usize, blank: &Cell, sparing: bool) {
    let spared = |row: &[Cell], x: usize| sparing && row.get(x).is_some_and(Glyph::is_protected);
    if let Some(left) = start
        .checked_sub(1)
        .filter(|left| width(row, *left) == 2 && !spared(row, *left))
    {
        put(row, left, blank.clone());
    }
    if end < row.len() && end > 0 && width(row, end - 1) == 2 && !spared(row, end) {
        put(row, end, blank.clone());
    }
    for x in start..end.min(row.len()) {
        if !spared(row, x) {
            put(row, x, blank.clone());
        }
    }
}

fn before(row: &mut [Cell], x: usize, blank: &Cell) {
    if let Some(left) = x.checked_sub(1).filter(|left| width(row, *left) == 2) {
        put(row, left, blank.clone());
    }
}

fn fill(row: &mut [Cell], start: usize, end: usize, blank: &Cell) {
    for x in start..end {
        put(row, x, blank.clone());
    }
}
