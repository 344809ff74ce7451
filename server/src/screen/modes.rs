//! The modes that xterm.js has, and their resets.

/// What is set and what is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Modes {
    /// DECCKM.
    pub(super) cursor_keys: bool,
    /// DECKPAM.
    pub(super) keypad: bool,
    /// DECOM.
    pub(super) origin: bool,
    /// DECAWM.
    pub(super) wrap: bool,
    /// Reverse wraparound, 45.
    pub(super) wrap_back: bool,
    /// IRM.
    pub(super) insert: bool,
    /// LNM, if a program has said anything of it. No reset touches it, nor the next one.
    pub(super) newline: Option<bool>,
    /// Mode 12.
    pub(super) blink: Option<bool>,
    /// DECSCUSR: 1 and 2 block, 3 and 4 underline, 5 and 6 bar, 7 and 8 the page's own; odd ones blink. 0 is all the page's own.
    pub(super) cursor: u16,
    /// The cursor is hidden (DECTCEM).
    pub(super) hidden: bool,
    /// Reports focus, 1004.
    pub(super) focus: bool,
    /// Bracketed paste, 2004.
    pub(super) paste: bool,
    /// A synchronized update has begun, 2026.
    pub(super) update: bool,
    /// What the mouse reports: 0, 9, 1000, 1002 or 1003.
    pub(super) mouse: u16,
    /// How: 0, 1006 or 1016. xterm.js does not know 1005 and 1015.
    pub(super) encoding: u16,
}

impl Default for Modes {
    fn default() -> Self {
        Self {
            cursor_keys: false,
            keypad: false,
            origin: false,
            wrap: true,
            wrap_back: false,
            insert: false,
            newline: None,
            blink: None,
            cursor: 0,
            hidden: false,
            focus: false,
            paste: false,
            update: false,
            mouse: 0,
            encoding: 0,
        }
    }
}

impl Modes {
    /// Resets what a soft reset resets in xterm.js, apart from the cursor's visibility.
    pub(super) fn reset(&mut self) {
        *self = Self {
            newline: self.newline,
            blink: self.blink,
            hidden: self.hidden,
            mouse: self.mouse,
            encoding: self.encoding,
            ..Self::default()
        };
    }

    /// Resets the mouse, which a full reset does.
    pub(super) fn reset_mouse(&mut self) {
        self.mouse = 0;
        self.encoding = 0;
    }

    /// SM and RM.
    pub(super) fn set(&mut self, mode: u16, on: bool) {
        match mode {
            4 => self.insert = on,
            20 => self.newline = Some(on),
            _ => {}
        }
    }

    /// DECSET and DECRST, as far as they are but a switch.
    pub(super) fn set_private(&mut self, mode: u16, on: bool) {
        match mode {
            1 => self.cursor_keys = on,
            7 => self.wrap = on,
            9 | 1000 | 1002 | 1003 => self.mouse = if on { mode } else { 0 },
            12 => self.blink = Some(on),
            25 => self.hidden = !on,
            45 => self.wrap_back = on,
            66 => self.keypad = on,
            1004 => self.focus = on,
            1006 | 1016 => self.encoding = if on { mode } else { 0 },
            2004 => self.paste = on,
            2026 => self.update = on,
            _ => {}
        }
    }

    /// DECSCUSR. A number that names no shape still says whether the cursor blinks.
    pub(super) fn set_cursor(&mut self, style: u16) {
        self.cursor = match style {
            0..=6 => style,
            _ if self.cursor == 0 => 8 - style % 2,
            _ => self.cursor.div_ceil(2) * 2 - style % 2,
        };
    }
}
