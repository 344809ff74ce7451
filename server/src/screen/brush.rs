//! Writes bytes for a terminal, and knows how what it writes next would look.

use super::charset::Charset;
use super::emulator::{
    BLINK, BOLD, Cell, Colour, DIM, Glyph, HIDDEN, INVERSE, ITALIC, Link, Look, OVERLINE, PROTECTED, STRUCK, UNSEEN,
};
use std::collections::HashMap;
use std::io::Write;

/// The attributes that are a switch: the flag, and the number that sets it.
const SWITCHES: [(u16, u8); 8] = [
    (BOLD, 1),
    (DIM, 2),
    (ITALIC, 3),
    (BLINK, 5),
    (INVERSE, 7),
    (HIDDEN, 8),
    (STRUCK, 9),
    (OVERLINE, 53),
];

/// The most bytes of hyperlinks in a snapshot, whose cells may take turns with long ones; what comes later is shown without.
const MOST_LINK_BYTES: usize = 256 * 1024;

/// The bytes so far.
pub(super) struct Brush {
    out: Vec<u8>,
    look: Look,
    /// The numbers of the hyperlinks without an id.
    links: HashMap<String, usize>,
    /// How many bytes of hyperlinks were written.
    link_bytes: usize,
    /// The saved cursor is not that of a new terminal.
    pub(super) has_saved: bool,
    /// The cursor may be saved on the way.
    pub(super) may_save: bool,
}

impl Brush {
    pub(super) fn new() -> Self {
        Self {
            out: Vec::new(),
            look: Look::default(),
            links: HashMap::new(),
            link_bytes: 0,
            has_saved: false,
            may_save: true,
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, text: impl std::fmt::Display) {
        // Writing into memory does not fail.
        let _ = write!(self.out, "{text}");
    }

    /// The cursor to a column and a row, from 0.
    pub(super) fn go_to(&mut self, x: usize, y: usize) {
        match (x, y) {
            (0, 0) => self.raw(b"\x1b[H"),
            (0, y) => self.text(format_args!("\x1b[{}H", y + 1)),
            (x, y) => self.text(format_args!("\x1b[{};{}H", y + 1, x + 1)),
        }
    }

    /// A sequence with a number that is left out where it is 1.
    pub(super) fn times(&mut self, n: usize, last: char) {
        match n {
            0 => {}
            1 => self.text(format_args!("\x1b[{last}")),
            _ => self.text(format_args!("\x1b[{n}{last}")),
        }
    }

    /// What is in a cell.
    pub(super) fn glyph(&mut self, cell: &Cell, charset: Option<Charset>) {
        let Some(c) = cell.char() else { return };
        let c = charset.and_then(|charset| charset.unmap(c)).unwrap_or(c);
        self.char(c);
        cell.marks().iter().for_each(|mark| self.char(*mark));
    }

    pub(super) fn char(&mut self, c: char) {
        self.raw(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// What is written next looks like this.
    pub(super) fn look(&mut self, look: &Look) {
        self.link(look.link.as_ref());
        if look.underline == UNSEEN && self.look.underline != UNSEEN && !self.may_save {
            // It is not to be seen anyway.
            self.look(&Look {
                underline: 0,
                ..look.clone()
            });
            return;
        }
        if self.look == *look {
            return;
        }
        let change = change(&self.look, look);
        let anew = change_from_reset(look);
        // There is no way back to the default: 59 means white to xterm.js.
        let must = self.look.underline_colour != Colour::Default && look.underline_colour == Colour::Default;
        // What is unseen must not become seen.
        let stays = self.look.underline == UNSEEN && look.underline == UNSEEN && !must;
        if must || (anew.len() < change.len() && !stays) {
            self.sgr(&anew);
            self.look.flags &= !PROTECTED;
        } else if !change.is_empty() {
            self.sgr(&change);
        }
        if look.underline == UNSEEN && !stays {
            // The saved cursor keeps that it is underlined, but not the style.
            self.raw(b"\x1b7\x1b[24m\x1b8");
            self.has_saved = true;
        }
        if (self.look.flags ^ look.flags) & PROTECTED != 0 {
            let on = u8::from(look.flags & PROTECTED != 0);
            self.text(format_args!("\x1b[{on}\"q"));
        }
        self.look.clone_from(look);
    }

    /// Restores the cursor, which was saved with this look.
    pub(super) fn restore(&mut self, saved: &Look) {
        if self.look.underline != UNSEEN {
            self.look(saved);
        }
        self.raw(b"\x1b8");
    }

    /// After the cursor was saved as it is: back to that, with an underline that is not seen.
    pub(super) fn restore_unseen(&mut self) {
        self.raw(b"\x1b[24m\x1b8");
        self.look.underline = UNSEEN;
    }

    /// As a terminal is at first, but for the link.
    pub(super) fn plain(&mut self) {
        let link = self.look.link.clone();
        self.look(&Look {
            link,
            ..Look::default()
        });
    }

    /// The background alone, and no link.
    pub(super) fn background(&mut self, look: &Look) {
        self.look(&look.erased());
    }

    /// That which erasing leaves.
    pub(super) fn background_is(&self, bg: Colour) -> bool {
        self.look.bg == bg
    }

    fn sgr(&mut self, params: &str) {
        self.text(format_args!("\x1b[{params}m"));
    }

    fn link(&mut self, link: Option<&Link>) {
        if self.look.link.as_ref() == link {
            return;
        }
        let link = link.filter(|link| {
            let bytes = link.uri().len() + link.own_id().map_or(0, str::len);
            self.link_bytes = self.link_bytes.saturating_add(bytes);
            self.link_bytes <= MOST_LINK_BYTES
        });
        match link {
            None => self.raw(b"\x1b]8;;\x1b\\"),
            Some(link) => {
                // One without an id gets one here, since it may be opened several times and is to stay one link.
                let next = self.links.len() + 1;
                let id = match link.own_id() {
                    Some(id) => id.to_owned(),
                    None => format!("_{}", self.links.entry(link.identity().to_owned()).or_insert(next)),
                };
                self.text(format_args!("\x1b]8;id={id};{}\x1b\\", link.uri()));
            }
        }
        self.look.link = link.cloned();
    }
}

fn change_from_reset(look: &Look) -> String {
    let change = change(&Look::default(), look);
    if change.is_empty() {
        change
    } else {
        format!("0;{change}")
    }
}

/// The parameters that lead from one look to another.
fn change(from: &Look, to: &Look) -> String {
    let mut params: Vec<String> = Vec::new();
    let (mut off, mut on) = (from.flags & !to.flags, to.flags & !from.flags);
    if off & (BOLD | DIM) != 0 {
        // One number switches both off.
        params.push("22".into());
        on |= to.flags & (BOLD | DIM);
        off &= !(BOLD | DIM);
    }
    for (flag, number) in SWITCHES {
        if off & flag != 0 {
            params.push(if flag == OVERLINE {
                "55".into()
            } else {
                (number + 20).to_string()
            });
        }
        if on & flag != 0 {
            params.push(number.to_string());
        }
    }
    if from.underline != to.underline {
        params.push(match to.underline {
            0 => "24".into(),
            1 | UNSEEN => "4".into(),
            style => format!("4:{style}"),
        });
    }
    if from.fg != to.fg {
        params.push(colour(to.fg, 30, 90));
    }
    if from.bg != to.bg {
        params.push(colour(to.bg, 40, 100));
    }
    if from.underline_colour != to.underline_colour {
        params.push(colour(to.underline_colour, 50, 0));
    }
    params.join(";")
}

fn colour(colour: Colour, base: u8, bright: u8) -> String {
    match colour {
        Colour::Default => (base + 9).to_string(),
        // The underline has none of the sixteen by name: none comes here.
        Colour::Named(index) if index < 8 => (base + index).to_string(),
        Colour::Named(index) => (bright + index - 8).to_string(),
        Colour::Indexed(index) => format!("{};5;{index}", base + 8),
        Colour::True(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}
