//! The terminal emulator's crate: its parser, its cells and its grid. No other file knows it.
//!
//! The crate's own `Term` is not used. It hides what a snapshot needs (the other screen, scroll region, tab stops, saved
//! cursors), and its control functions differ from those of xterm.js, which is what the page has, in what they do to
//! cells, to scrollback and to wrapped lines.

use alacritty_terminal::grid::Grid;
use alacritty_terminal::index::Line;
use alacritty_terminal::term::cell::{Flags, Hyperlink};
use alacritty_terminal::vte::ansi::{Color, NamedColor, Rgb};
use std::collections::HashSet;

pub(super) use alacritty_terminal::term::cell::Cell;
pub(super) use alacritty_terminal::vte::{Params, Parser, Perform};

/// A hyperlink, shared by the cells that show it. The crate invents an id where a program gave none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link(Hyperlink);

impl Link {
    pub(super) fn new(id: Option<&str>, uri: &str) -> Self {
        // Theirs begin with a letter, so that an invented one is told apart.
        Self(Hyperlink::new(id.map(|id| format!("p{id}")), uri.to_owned()))
    }

    /// The id that a program gave.
    pub(super) fn own_id(&self) -> Option<&str> {
        self.0.id().strip_prefix('p')
    }

    /// What no other link has.
    pub(super) fn identity(&self) -> &str {
        self.0.id()
    }

    pub(super) fn uri(&self) -> &str {
        self.0.uri()
    }

    /// The bytes it takes.
    pub(super) fn size(&self) -> usize {
        self.0.id().len() + self.0.uri().len()
    }
}

/// The most combining characters that one cell keeps.
const MOST_MARKS: usize = 16;

/// A space that a program wrote. To xterm.js that is not the same as a cell in which nothing was written.
const WRITTEN_SPACE: char = '\0';

// How a cell looks, in the crate's flags. It has no bit for an overline, for blinking and for protection (DECSCA): the
// underline's style is kept as a number in three of its five bits, which leaves enough.
pub(super) const INVERSE: u16 = Flags::INVERSE.bits();
pub(super) const BOLD: u16 = Flags::BOLD.bits();
pub(super) const ITALIC: u16 = Flags::ITALIC.bits();
pub(super) const DIM: u16 = Flags::DIM.bits();
pub(super) const HIDDEN: u16 = Flags::HIDDEN.bits();
pub(super) const STRUCK: u16 = Flags::STRIKEOUT.bits();
pub(super) const OVERLINE: u16 = Flags::DOTTED_UNDERLINE.bits();
pub(super) const PROTECTED: u16 = Flags::DASHED_UNDERLINE.bits();
pub(super) const BLINK: u16 = 0x8000;
const STYLE: [u16; 3] = [
    Flags::UNDERLINE.bits(),
    Flags::DOUBLE_UNDERLINE.bits(),
    Flags::UNDERCURL.bits(),
];
/// On a row's first cell: the row goes on from the one above it. The crate would mark the last cell of the row above.
const GOES_ON: u16 = Flags::WRAPLINE.bits();
const WIDE: u16 = Flags::WIDE_CHAR.bits();
const SPACER: u16 = Flags::WIDE_CHAR_SPACER.bits();

const NAMED: [NamedColor; 16] = [
    NamedColor::Black,
    NamedColor::Red,
    NamedColor::Green,
    NamedColor::Yellow,
    NamedColor::Blue,
    NamedColor::Magenta,
    NamedColor::Cyan,
    NamedColor::White,
    NamedColor::BrightBlack,
    NamedColor::BrightRed,
    NamedColor::BrightGreen,
    NamedColor::BrightYellow,
    NamedColor::BrightBlue,
    NamedColor::BrightMagenta,
    NamedColor::BrightCyan,
    NamedColor::BrightWhite,
];

/// A colour as a program names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Colour {
    /// That of the theme.
    #[default]
    Default,
    /// One of the sixteen, 0..=15.
    Named(u8),
    /// One of the palette.
    Indexed(u8),
    /// Red, green and blue.
    True(u8, u8, u8),
}

/// What a cell looks like, apart from what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) fg: Colour,
    pub(super) bg: Colour,
    /// [`BOLD`] and its like.
    pub(super) flags: u16,
    /// The underline: 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed, or [`UNSEEN`].
    pub(super) underline: u8,
    pub(super) underline_colour: Colour,
    pub(super) link: Option<Link>,
}

/// Underlined, but in no style: what a restored cursor leaves in xterm.js if its style has been reset meanwhile.
pub(super) const UNSEEN: u8 = 6;

/// The look bits among a cell's flags.
const LOOK: u16 = INVERSE | BOLD | ITALIC | DIM | HIDDEN | STRUCK | OVERLINE | PROTECTED | BLINK;

impl Colour {
    fn into_crate(self, default: NamedColor) -> Color {
        match self {
            Self::Default => Color::Named(default),
            Self::Named(index) => Color::Named(NAMED.get(usize::from(index)).copied().unwrap_or(default)),
            Self::Indexed(index) => Color::Indexed(index),
            Self::True(r, g, b) => Color::Spec(Rgb { r, g, b }),
        }
    }

    fn from_crate(color: Color) -> Self {
        match color {
            Color::Named(name) => u8::try_from(name as usize)
                .ok()
                .filter(|index| *index < 16)
                .map_or(Self::Default, Self::Named),
            Color::Indexed(index) => Self::Indexed(index),
            Color::Spec(Rgb { r, g, b }) => Self::True(r, g, b),
        }
    }
}

impl Look {
    /// What erasing leaves: the background alone.
    pub(super) fn erased(&self) -> Self {
        Self {
            bg: self.bg,
            ..Self::default()
        }
    }

    /// A cell of this look in which nothing is written.
    pub(super) fn blank(&self) -> Cell {
        let mut flags = self.flags & LOOK;
        for (bit, flag) in STYLE.iter().enumerate() {
            if self.underline >> bit & 1 == 1 {
                flags |= flag;
            }
        }
        let mut cell = Cell {
            fg: self.fg.into_crate(NamedColor::Foreground),
            bg: self.bg.into_crate(NamedColor::Background),
            flags: Flags::from_bits_retain(flags),
            ..Cell::default()
        };
        if self.underline_colour != Colour::Default {
            cell.set_underline_color(Some(self.underline_colour.into_crate(NamedColor::Foreground)));
        }
        if let Some(link) = &self.link {
            cell.set_hyperlink(Some(link.0.clone()));
        }
        cell
    }
}

/// What this server asks of the crate's cells.
pub(super) trait Glyph {
    /// This cell with `c` in it, `width` columns wide. A width of 0 is the second half of a wide character (with `None`),
    /// or a combining character that has nothing to combine with.
    fn with(&self, c: Option<char>, width: u8) -> Cell;
    /// What is written in it.
    fn char(&self) -> Option<char>;
    /// The combining characters behind that.
    fn marks(&self) -> &[char];
    /// Adds a combining character, as xterm.js does: to an empty cell it is a character of its own.
    fn add_mark(&mut self, c: char);
    fn columns(&self) -> u8;
    fn look(&self) -> Look;
    fn is_protected(&self) -> bool;
}

impl Glyph for Cell {
    fn with(&self, c: Option<char>, width: u8) -> Cell {
        let mut cell = self.clone();
        cell.c = match c {
            None => ' ',
            Some(' ') => WRITTEN_SPACE,
            Some(c) => c,
        };
        let flags = match width {
            0 => SPACER,
            2 => WIDE,
            _ => 0,
        };
        cell.flags.insert(Flags::from_bits_retain(flags));
        cell
    }

    fn char(&self) -> Option<char> {
        match self.c {
            ' ' => None,
            WRITTEN_SPACE => Some(' '),
            c => Some(c),
        }
    }

    fn marks(&self) -> &[char] {
        self.zerowidth().unwrap_or_default()
    }

    fn add_mark(&mut self, c: char) {
        if self.char().is_none() {
            *self = Cell {
                c,
                flags: self.flags & !Flags::from_bits_retain(WIDE | SPACER),
                ..self.clone()
            };
        } else if self.marks().len() < MOST_MARKS {
            self.push_zerowidth(c);
        }
    }

    fn columns(&self) -> u8 {
        match self.flags.bits() & (WIDE | SPACER) {
            0 => 1,
            SPACER => 0,
            _ => 2,
        }
    }

    fn look(&self) -> Look {
        let flags = self.flags.bits();
        let underline = (0..).zip(STYLE).map(|(bit, flag)| u8::from(flags & flag != 0) << bit);
        Look {
            fg: Colour::from_crate(self.fg),
            bg: Colour::from_crate(self.bg),
            flags: flags & LOOK,
            underline: underline.sum(),
            underline_colour: self.underline_color().map(Colour::from_crate).unwrap_or_default(),
            link: self.hyperlink().map(Link),
        }
    }

    fn is_protected(&self) -> bool {
        self.flags.bits() & PROTECTED != 0
    }
}

/// Puts a cell into a row; that the row goes on from the one above stays.
pub(super) fn put(row: &mut [Cell], x: usize, cell: Cell) {
    if let Some(place) = row.get_mut(x) {
        let goes_on = if x == 0 { place.flags.bits() & GOES_ON } else { 0 };
        *place = cell;
        place.flags.insert(Flags::from_bits_retain(goes_on));
    }
}

/// Whether a row goes on from the one above it.
pub(super) fn goes_on(row: &[Cell]) -> bool {
    row.first().is_some_and(|cell| cell.flags.bits() & GOES_ON != 0)
}

/// Says whether a row goes on from the one above it.
pub(super) fn set_goes_on(row: &mut [Cell], goes_on: bool) {
    if let Some(cell) = row.first_mut() {
        cell.flags.set(Flags::from_bits_retain(GOES_ON), goes_on);
    }
}

/// The rows of a screen and those that have scrolled off it.
pub(super) struct Lines {
    /// All of them as one screen of the crate: its own history grows by a thousand rows at once.
    grid: Grid<Cell>,
    cols: usize,
    rows: usize,
    /// How many rows above the screen there is room for, and how many are there.
    room: usize,
    above: usize,
}

impl Lines {
    /// Blank rows, at least one of at least one column, and room for so many above.
    pub(super) fn new(cols: usize, rows: usize, room: usize) -> Self {
        let (cols, rows) = (cols.max(1), rows.max(1));
        Self {
            grid: Grid::new(room + rows, cols, 0),
            cols,
            rows,
            room,
            above: 0,
        }
    }

    /// These rows, the last of them on the screen.
    pub(super) fn from_rows(cols: usize, rows: usize, room: usize, from: &[Vec<Cell>]) -> Self {
        let mut lines = Self::new(cols, rows, room);
        lines.above = from.len().saturating_sub(lines.rows).min(room);
        let first = from.len().saturating_sub(lines.rows + lines.above);
        for (y, row) in (-index(lines.above)..).zip(from.iter().skip(first)) {
            if let Some(place) = lines.row_mut(y) {
                for (cell, with) in place.iter_mut().zip(row) {
                    cell.clone_from(with);
                }
            }
        }
        lines
    }

    /// All blank, and nothing above. What is blank already costs nothing.
    pub(super) fn clear(&mut self) {
        for y in -index(self.above)..index(self.rows) {
            if let Some(line) = self.line(y) {
                self.grid[line].reset(&Cell::default());
            }
        }
        self.above = 0;
    }

    pub(super) fn cols(&self) -> usize {
        self.cols
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Whether rows that scroll off are kept.
    pub(super) fn has_room(&self) -> bool {
        self.room > 0
    }

    /// How many rows are kept of those that have scrolled off.
    pub(super) fn above(&self) -> usize {
        self.above
    }

    fn line(&self, y: i32) -> Option<Line> {
        let in_it = y >= -index(self.above) && y < index(self.rows);
        in_it.then(|| Line(index(self.room) + y))
    }

    /// A row of the screen, from 0, or one above it, from -1 up.
    pub(super) fn row(&self, y: i32) -> Option<&[Cell]> {
        self.line(y).map(|line| &self.grid[line][..])
    }

    pub(super) fn row_mut(&mut self, y: i32) -> Option<&mut [Cell]> {
        self.line(y).map(|line| &mut self.grid[line][..])
    }

    /// Scrolls rows 0 to `bottom` up by one; the first one is kept above the screen.
    pub(super) fn push(&mut self, bottom: usize, blank: Cell) {
        self.above = (self.above + 1).min(self.room);
        self.grid.cursor.template = blank;
        let end = self.room + bottom.min(self.rows - 1) + 1;
        self.grid.scroll_up(&(Line(0)..Line(index(end))), 1);
    }

    /// Scrolls a region up; what leaves it is gone.
    pub(super) fn scroll_up(&mut self, top: usize, bottom: usize, by: usize, blank: Cell) {
        if let Some((region, by)) = self.region(top, bottom, by) {
            self.grid.cursor.template = blank;
            self.grid.scroll_up(&region, by);
        }
    }

    /// Scrolls a region down.
    pub(super) fn scroll_down(&mut self, top: usize, bottom: usize, by: usize, blank: Cell) {
        if let Some((region, by)) = self.region(top, bottom, by) {
            self.grid.cursor.template = blank;
            self.grid.scroll_down(&region, by);
        }
    }

    fn region(&self, top: usize, bottom: usize, by: usize) -> Option<(std::ops::Range<Line>, usize)> {
        let bottom = bottom.min(self.rows - 1);
        let height = (bottom + 1).checked_sub(top).filter(|height| *height > 0)?;
        let region = Line(index(self.room + top))..Line(index(self.room + bottom + 1));
        Some((region, by.min(height)))
    }

    /// Forgets the rows above the screen.
    pub(super) fn forget_above(&mut self) {
        self.above = 0;
    }

    /// The bytes of all hyperlinks that are shown.
    pub(super) fn link_bytes(&self) -> usize {
        let mut seen = HashSet::new();
        let shown = (-index(self.above)..index(self.rows))
            .filter_map(|y| self.row(y))
            .flatten();
        let links = shown.filter_map(|cell| cell.hyperlink());
        links
            .filter(|link| seen.insert(link.uri().as_ptr()))
            .map(|link| Link(link).size())
            .sum()
    }
}

/// Rows are few: a screen has at most some hundred.
fn index(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}
