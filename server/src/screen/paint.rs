//! From the terminal's state to bytes that bring a blank terminal there.
//!
//! The order: the main screen with the rows above it, what belongs to it (tab stops, the saved cursor), the other screen if
//! that is shown, the modes, the cursor, the pen, and the sequence or character that has begun.

use super::brush::Brush;
use super::buffer::{Buffer, Saved};
use super::charset::Charset;
use super::emulator::{Cell, Glyph, Look, UNSEEN};
use super::modes::Modes;
use super::paint_rows::{character, paint_rows};
use super::pen::Ink;
use super::terminal::Terminal;
use super::width::width;

/// The bytes. `open` is what has begun and not ended; up to `above` rows come from above the screen.
pub(super) fn paint(terminal: &Terminal, open: &[u8], above: usize) -> Vec<u8> {
    let mut brush = Brush::new();
    paint_rows(&mut brush, &terminal.main, above, !terminal.on_other);
    if terminal.on_other {
        own_state(&mut brush, &terminal.main, false);
        region(&mut brush, &terminal.main);
        brush.go_to(terminal.main.x.min(terminal.main.cols() - 1), terminal.main.y);
        brush.look(&Look::default());
        brush.raw(b"\x1b[?1047h\x1b[H");
        brush.has_saved = false;
        paint_rows(&mut brush, &terminal.other, 0, true);
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
    let joins = joins(terminal);
    let restored = is_restored(terminal);
    let first = joins || restored;
    if first {
        charsets(&mut brush, terminal);
    }
    let in_force = match (first, restored) {
        (false, _) => None,
        (true, true) => terminal.charset,
        (true, false) => terminal.charsets.get(terminal.level).copied().flatten(),
    };
    // From here on the saved cursor is what it shall be.
    brush.may_save = false;
    if restored {
        brush.restore(&ink_look(&shown.saved.ink));
    }
    cursor(&mut brush, terminal, joins, in_force);
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
    // A page is not brought back to the usual ones by any reset that leaves its scrollback.
    brush.raw(b"\x1b[3g");
    for x in buffer.tabs() {
        brush.go_to(x, 0);
        brush.raw(b"\x1bH");
    }
    let Saved { x, ink, charset, .. } = &buffer.saved;
    let (x, y) = (*x, buffer.saved_row());
    if !brush.has_saved && (x, y) == (0, 0) && charset.is_none() && ink_look(ink) == Look::default() {
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

/// Whether a combining character would join the one before the cursor. After a new size that may be any character; where the
/// pen does not look like it, nothing is done about it.
fn joins(terminal: &Terminal) -> bool {
    let buffer = terminal.shown();
    let before = buffer.row(buffer.y).get(buffer.x - buffer.width_before());
    let is_one =
        |cell: &Cell| cell.char().is_some_and(|c| width(c) > 0) && usize::from(cell.columns()) == buffer.width_before();
    terminal.join != 0 && before.is_some_and(|cell| is_one(cell) && cell.look() == terminal.pen.look())
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
    // Nor to the usual cursor.
    brush.text(format_args!("\x1b[{} q", modes.cursor));
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
fn cursor(brush: &mut Brush, terminal: &Terminal, joins: bool, charset: Option<Charset>) {
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
    if cell
        .char()
        .is_some_and(|c| charset.is_some_and(|charset| charset.unmap(c).is_none()))
    {
        // It cannot be written in the charset that is restored: the cursor stays on it.
        return;
    }
    if cell.char().is_some() {
        if joins && terminal.modes.insert {
            // It goes in where it is taken out now.
            brush.background(&cell.look());
            brush.times(columns, 'P');
            insert(brush, &terminal.modes);
        }
        if joins {
            // It looks as the pen does. No sequence may follow, not even one that shows nowhere yet.
            pen(brush, terminal);
            brush.glyph(cell, charset);
        } else {
            character(brush, cell, charset);
            // Nothing joins it, and nothing repeats it.
            brush.raw(b"\0");
        }
        return;
    }
    brush.look(&cell.look());
    brush.raw(b" ");
    // Otherwise the row was erased behind the cursor.
    brush.raw(if buffer.row_has_space() { b"\0" } else { b"\x1b[1K" });
}

fn pen(brush: &mut Brush, terminal: &Terminal) {
    let mut look = terminal.pen.look();
    look.underline_colour = terminal.pen.underline_colour();
    brush.look(&look);
}
