//! What the next character will look like: SGR (`CSI … m`) as xterm.js reads it.

use super::emulator::{
    BLINK, BOLD, Colour, DIM, HIDDEN, INVERSE, ITALIC, Link, Look, OVERLINE, PROTECTED, Params, STRUCK, UNSEEN,
};

/// The pen. Its parts are those of xterm.js, which saves and restores some of them with the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pen {
    pub(super) ink: Ink,
    /// The underline's style, 0..=5.
    style: u8,
    underline_colour: Colour,
    pub(super) link: Option<Link>,
}

/// What is saved with the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ink {
    pub(super) fg: Colour,
    pub(super) bg: Colour,
    /// [`BOLD`] and its like.
    pub(super) flags: u16,
    pub(super) underlined: bool,
    /// Whether style, underline colour and link count.
    extended: bool,
}

impl Pen {
    /// What is written with it looks so.
    pub(super) fn look(&self) -> Look {
        let Ink {
            fg,
            bg,
            flags,
            underlined,
            extended,
        } = self.ink;
        Look {
            fg,
            bg,
            flags,
            underline: match (underlined, extended) {
                (false, _) => 0,
                (true, false) => 1,
                (true, true) if self.style == 0 => UNSEEN,
                (true, true) => self.style,
            },
            underline_colour: if extended {
                self.underline_colour
            } else {
                Colour::Default
            },
            link: if extended { self.link.clone() } else { None },
        }
    }

    /// The underline's colour, in force or not.
    pub(super) fn underline_colour(&self) -> Colour {
        self.underline_colour
    }

    /// Opens or closes a hyperlink.
    pub(super) fn set_link(&mut self, link: Option<Link>) {
        self.link = link;
        self.update();
    }

    /// DECSCA.
    pub(super) fn protect(&mut self, on: bool) {
        self.flag(PROTECTED, on);
    }

    /// SGR.
    pub(super) fn set(&mut self, params: &Params) {
        let params: Vec<&[u16]> = params.iter().collect();
        let mut at = 0;
        while let Some(param) = params.get(at) {
            at += 1;
            match (param.first().copied().unwrap_or(0), param.get(1)) {
                (0, _) => self.reset(),
                (1, _) => self.flag(BOLD, true),
                (2, _) => self.flag(DIM, true),
                (3, _) => self.flag(ITALIC, true),
                (4, style) => self.underline(style.copied().unwrap_or(1)),
                (5, _) => self.flag(BLINK, true),
                (7, _) => self.flag(INVERSE, true),
                (8, _) => self.flag(HIDDEN, true),
                (9, _) => self.flag(STRUCK, true),
                (21, _) => self.underline(2),
                (22, _) => self.flag(BOLD | DIM, false),
                (23, _) => self.flag(ITALIC, false),
                (24, _) => self.underline(0),
                (25, _) => self.flag(BLINK, false),
                (27, _) => self.flag(INVERSE, false),
                (28, _) => self.flag(HIDDEN, false),
                (29, _) => self.flag(STRUCK, false),
                (n @ 30..=37, _) => self.ink.fg = named(n - 30),
                (39, _) => self.ink.fg = Colour::Default,
                (n @ 40..=47, _) => self.ink.bg = named(n - 40),
                (49, _) => self.ink.bg = Colour::Default,
                (53, _) => self.flag(OVERLINE, true),
                (55, _) => self.flag(OVERLINE, false),
                (59, _) => {
                    // Meant to be the default; in xterm.js it is white.
                    self.underline_colour = Colour::True(255, 255, 255);
                    self.update();
                }
                (n @ 90..=97, _) => self.ink.fg = named(n - 90 + 8),
                (n @ 100..=107, _) => self.ink.bg = named(n - 100 + 8),
                (which @ (38 | 48 | 58), _) => {
                    let (colour, taken) = colour(params.get(at - 1..).unwrap_or_default());
                    at += taken;
                    if let Some(colour) = colour {
                        match which {
                            38 => self.ink.fg = colour,
                            48 => self.ink.bg = colour,
                            _ => self.underline_colour = colour,
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn reset(&mut self) {
        self.ink = Ink::default();
        self.style = 0;
        self.underline_colour = Colour::Default;
        self.update();
    }

    fn flag(&mut self, flag: u16, on: bool) {
        if on {
            self.ink.flags |= flag;
        } else {
            self.ink.flags &= !flag;
        }
    }

    fn underline(&mut self, style: u16) {
        self.style = u8::try_from(style).ok().filter(|style| *style <= 5).unwrap_or(1);
        self.ink.underlined = self.style != 0;
        self.update();
    }

    fn update(&mut self) {
        self.ink.extended = self.style != 0 || self.link.is_some();
    }
}

fn named(index: u16) -> Colour {
    Colour::Named(u8::try_from(index).unwrap_or(0))
}

/// Reads the colour of `38`, `48` or `58`, with `;` or `:` between its parts, and how many further parameters it took. The
/// slots are: which, the kind (5 the palette, 2 red, green and blue), the colour space, and up to three numbers.
fn colour(params: &[&[u16]]) -> (Option<Colour>, usize) {
    let mut slots = [0_u16; 6];
    let mut space = 0;
    let mut taken = 0;
    fn fill(slots: &mut [u16; 6], at: usize, value: u16) {
        if let Some(slot) = slots.get_mut(at) {
            *slot = value;
        }
    }
    while let Some((first, more)) = params.get(taken).and_then(|param| param.split_first()) {
        fill(&mut slots, taken + space, *first);
        if !more.is_empty() {
            for (at, value) in more.iter().enumerate() {
                if slots[1] == 5 {
                    space = 1;
                }
                if at > 0 && taken + at + 1 + space >= slots.len() {
                    break;
                }
                fill(&mut slots, taken + at + 1 + space, *value);
            }
            break;
        }
        if (slots[1] == 5 && taken + space >= 2) || (slots[1] == 2 && taken + space >= 5) {
            break;
        }
        if slots[1] != 0 {
            space = 1;
        }
        taken += 1;
        if taken >= params.len() || taken + space >= slots.len() {
            break;
        }
    }
    let [_, _, _, a, b, c] = slots.map(|slot| (slot & 0xff) as u8);
    let colour = match slots[1] {
        2 => Some(Colour::True(a, b, c)),
        5 => Some(Colour::Indexed(a)),
        _ => None,
    };
    (colour, taken)
}
