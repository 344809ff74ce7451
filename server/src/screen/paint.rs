//! From the terminal's state to bytes that bring a blank terminal there.
//!
//! The order: the main screen with the rows above it, what belongs to it (tab stops, the saved cursor), the other screen if
//! that is shown, the modes, the cursor, the pen, and the sequence or character that has begun.

use super::brush::Brush;
use super::buffer::{Buffer, Saved};
use super::emulator::{Cell, Colour, Glyph, Look, UNSEEN, goes_on};
use super::modes::Modes;
use super::pen::Ink;
use super::row;
use super::terminal::Terminal;
use super::width::width;

/// The bytes. `open` is what has begun and not ended; up to `above` rows come from above the screen.
pub(super) fn paint(terminal: &Terminal, open: &[u8], above: usize) -> Vec<u8> {
    let mut brush = Brush::default();
    rows(&mut brush, &terminal.main, above);
    if terminal.on_other {
        own_state(&mut brush, &terminal.main, false);
        region(&mut brush, &terminal.main);
        brush.go_to(terminal.main.x.min(terminal.main.cols() - 1), terminal.main.y);
        brush.look(&Look::default());
        brush.raw(b"\x1b[?1047h\x1b[H");
        rows(&mut brush, &terminal.other, 0);
    }
    let shown = terminal.shown();
    own_state(&mut brush, shown, terminal.pen.look().underline == UNSEEN);
    region(&mut brush, shown);
    if let Some(title) = &terminal.title {
        let title: String = title.chars().filter(|c| !c.is_control()).collect();
        brush.text(format_args!("\x1b]0;{title}\x1b\\"));
    }
    modes(&mut brush, &terminal.modes);
    // Whatever comes between a character and a combining one keeps them apart: then the character comes last. And a charset
    // that is not the one of its level is there since the cursor was restored: it is restored here too.
    let joins = terminal.join != 0;
    let restored = is_restored(terminal);
    let first = joins || restored;
    if first {
        charsets(&mut brush, terminal);
    }
    if restored {
        brush.restore(&ink_look(&shown.saved.ink));
    }
    cursor(&mut brush, terminal, joins, first);
    if !first {
        charsets(&mut brush, terminal);
    }
    if !joins {
        insert(&mut brush, &terminal.modes);
    }
    pen(&mut brush, terminal);
    brush.raw(open);
    brush.into_bytes()
}

/// What belongs to one screen, apart from its rows and its scroll region. With `unseen` the pen's underline is [`UNSEEN`].
fn own_state(brush: &mut Brush, buffer: &Buffer, unseen: bool) {
    if let Some(tabs) = buffer.own_tabs() {
        brush.raw(b"\x1b[3g");
        for x in tabs {
            brush.go_to(x, 0);
            brush.raw(b"\x1bH");
        }
    }
    let Saved { x, ink, charset, .. } = &buffer.saved;
    let (x, y) = (*x, buffer.saved_row());
    if (x, y) == (0, 0) && charset.is_none() && *ink == Default::default() {
        return;
    }
    brush.go_to(x.min(buffer.cols() - 1), y);
    brush.look(&ink_look(ink));
    match charset {
        None => brush.raw(b"\x1b7"),
        Some(charset) => brush.text(format_args!("\x1b({}\x1b7\x1b(B", char::from(charset.byte()))),
    }
    if unseen && ink.underlined {
        // Now, since later that would save another cursor.
        brush.restore_unseen();
    }
}

fn ink_look(ink: &Ink) -> Look {
    Look {
        fg: ink.fg,
        bg: ink.bg,
        flags: ink.flags,
        underline: u8::from(ink.underlined),
        ..Look::default()
    }
}

fn is_restored(terminal: &Terminal) -> bool {
    let charset = terminal.charsets.get(terminal.level).copied().flatten();
    terminal.charset != charset && terminal.charset == terminal.shown().saved.charset
}

fn region(brush: &mut Brush, buffer: &Buffer) {
    if (buffer.top, buffer.bottom) != (0, buffer.rows() - 1) {
        brush.text(format_args!("\x1b[{};{}r", buffer.top + 1, buffer.bottom + 1));
    }
}

fn modes(brush: &mut Brush, modes: &Modes) {
    let switches = [
        (modes.cursor_keys, "?1h"),
        (modes.keypad, "?66h"),
        (!modes.wrap, "?7l"),
        (modes.wrap_back, "?45h"),
        (modes.hidden, "?25l"),
        (modes.focus, "?1004h"),
        (modes.paste, "?2004h"),
        (modes.update, "?2026h"),
        (modes.origin, "?6h"),
        (modes.newline == Some(true), "20h"),
        (modes.newline == Some(false), "20l"),
        (modes.blink == Some(true), "?12h"),
        (modes.blink == Some(false), "?12l"),
    ];
    for (on, switch) in switches {
        if on {
            brush.text(format_args!("\x1b[{switch}"));
        }
    }
    for mode in [modes.mouse, modes.encoding] {
        if mode != 0 {
            brush.text(format_args!("\x1b[?{mode}h"));
        }
    }
    if modes.cursor != 0 {
        brush.text(format_args!("\x1b[{} q", modes.cursor));
    }
}

fn insert(brush: &mut Brush, modes: &Modes) {
    if modes.insert {
        brush.raw(b"\x1b[4h");
    }
}

fn charsets(brush: &mut Brush, terminal: &Terminal) {
    for (charset, level) in terminal.charsets.iter().zip(['(', ')', '*', '+']) {
        if let Some(charset) = charset {
            brush.text(format_args!("\x1b{level}{}", char::from(charset.byte())));
        }
    }
    match terminal.level {
        0 => {}
        1 => brush.raw(b"\x0e"),
        2 => brush.raw(b"\x1bn"),
        _ => brush.raw(b"\x1bo"),
    }
}

/// The cursor. Behind the last column it gets by writing there once more, and before a combining character by writing what
/// that will join.
fn cursor(brush: &mut Brush, terminal: &Terminal, joins: bool, in_charset: bool) {
    let buffer = terminal.shown();
    let y = if terminal.modes.origin {
        buffer.y.saturating_sub(buffer.top)
    } else {
        buffer.y
    };
    let behind = buffer.x >= buffer.cols();
    if !behind && !joins {
        brush.go_to(buffer.x, y);
        return;
    }
    let columns = buffer.width_before();
    let x = buffer.x - columns;
    let cells = buffer.row(buffer.y);
    brush.go_to(x, y);
    let Some(cell) = cells.get(x) else { return };
    if cell.char().is_some() {
        if joins && terminal.modes.insert {
            // It goes in where it is taken out now.
            brush.background(&cell.look());
            brush.times(columns, 'P');
            insert(brush, &terminal.modes);
        }
        brush.cell(cell, terminal.charset.filter(|_| in_charset));
        return;
    }
    brush.look(&cell.look());
    brush.raw(b" ");
    if cells
        .iter()
        .all(|other| other.char().is_none() && other.look() == cell.look())
    {
        // The row was erased behind the cursor.
        brush.raw(b"\x1b[2K");
    }
}

fn pen(brush: &mut Brush, terminal: &Terminal) {
    let mut look = terminal.pen.look();
    look.underline_colour = terminal.pen.underline_colour();
    brush.look(&look);
}

/// Paints the rows of a screen, from a cursor at home.
fn rows(brush: &mut Brush, buffer: &Buffer, above: usize) {
    let above = buffer.lines.above().min(above);
    let first = -i32::try_from(above).unwrap_or(0);
    let last = i32::try_from(buffer.rows()).unwrap_or(0) - 1;
    let mut newlines = 0;
    let mut before: Option<Painted> = None;
    let goes_on_first = first_goes_on(brush, buffer);
    for y in first..=last {
        let Some(cells) = buffer.lines.row(y) else { continue };
        let wrapped = goes_on(cells) && (y > first || goes_on_first);
        if wrapped && y > first {
            lines(brush, &mut newlines);
            if let Some(before) = before.take() {
                before.wrap(brush, cells, buffer.rows() > 1);
            }
        }
        let next_wrapped = buffer.lines.row(y + 1).is_some_and(goes_on);
        if !is_blank(cells) || next_wrapped {
            lines(brush, &mut newlines);
        }
        before = Some(paint_row(brush, cells, wrapped, next_wrapped));
        if !next_wrapped && y < last {
            newlines += 1;
        }
    }
    if above > 0 {
        lines(brush, &mut newlines);
    }
}

/// The first row of a screen with nothing above it may go on from one that is gone: it begins as the second row, and the first
/// is taken out. Returns whether it is so.
fn first_goes_on(brush: &mut Brush, buffer: &Buffer) -> bool {
    let does = buffer.lines.above() == 0 && buffer.rows() > 1 && goes_on(buffer.row(0));
    if does {
        brush.text(format_args!("\x1b[{}G  \x1b[H\x1b[M", buffer.cols()));
    }
    does
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

/// What is left to do to a row once the next one has begun.
struct Painted {
    /// Its last cell has a space so that the row wraps, and shall be erased to this look.
    hole: Option<Look>,
}

impl Painted {
    /// Writes a space into the next row, so that the row goes on there.
    fn wrap(self, brush: &mut Brush, next: &[Cell], can_go_up: bool) {
        if !brush.background_is(Colour::Default) {
            brush.plain();
        }
        brush.raw(b" \r");
        if let Some(look) = self.hole.filter(|_| can_go_up) {
            brush.background(&look);
            brush.text(format_args!("\x1b[A\x1b[{}G\x1b[X\x1b[B\r", next.len()));
        }
    }
}

/// Paints a row, from its first column; `begun` if a space is there already. It `continues` if the next row goes on from it.
fn paint_row(brush: &mut Brush, cells: &[Cell], begun: bool, continues: bool) -> Painted {
    let mut dirty = vec![false; cells.len()];
    if let (true, Some(first)) = (begun, dirty.first_mut()) {
        *first = true;
    }
    let halves = halves(brush, cells, &mut dirty);
    let mut skipped = 0;
    let mut x = 0;
    while let Some(cell) = cells.get(x) {
        let look = cell.look();
        if cell.char().is_some() && !(cell.columns() == 2 && !row::is_half(cells, x + 1)) {
            brush.times(skipped, 'C');
            skipped = 0;
            character(brush, cell);
            x += usize::from(cell.columns().max(1));
            continue;
        }
        let is_erased = |x: usize| {
            cells
                .get(x)
                .is_some_and(|cell| cell.char().is_none() && cell.look() == look)
        };
        if halves.contains(&x) {
            skipped += 1;
            x += 1;
            continue;
        }
        let end = (x..cells.len())
            .find(|x| halves.contains(x) || !is_erased(*x))
            .unwrap_or(cells.len())
            .max(x + 1);
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
    let mut hole = None;
    if continues && skipped > 0 {
        // Only a row that is full wraps.
        brush.times(skipped - 1, 'C');
        brush.background(&cells.last().map(Glyph::look).unwrap_or_default());
        brush.raw(b" ");
        hole = cells.last().map(|cell| cell.look().erased());
    }
    Painted { hole }
}

fn character(brush: &mut Brush, cell: &Cell) {
    let c = cell.char().unwrap_or(' ');
    if width(c) == 0 {
        if cell.columns() != 0 {
            // It stands where nothing stood that it could join: no bytes do that.
            brush.look(&cell.look());
            brush.raw(b" ");
            return;
        }
        // Not to join what was written before it.
        brush.look(&cell.look());
        brush.raw(b"\0");
    }
    brush.cell(cell, None);
}

/// Cells in which nothing is written but that look like a pen: what is left when half of a wide character is overwritten.
/// They come about in the same way here, before the rest of the row. Returns where they are.
fn halves(brush: &mut Brush, cells: &[Cell], dirty: &mut [bool]) -> Vec<usize> {
    let is_half = |cell: &Cell| cell.char().is_none() && cell.columns() == 1 && cell.look() != cell.look().erased();
    let all: Vec<usize> = (0..cells.len())
        .filter(|x| cells.get(*x).is_some_and(is_half))
        .collect();
    if cells.len() < 2 {
        return Vec::new();
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
