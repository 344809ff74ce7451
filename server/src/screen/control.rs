//! Which control function a sequence is.

use super::charset::Charset;
use super::emulator::{Params, Perform};
use super::row;
use super::terminal::Terminal;

impl Terminal {
    /// A C0 control.
    pub(super) fn control(&mut self, byte: u8) {
        match byte {
            0x08 => self.backspace(),
            0x09 => self.tab(true, 1),
            0x0a..=0x0c => self.line_feed(),
            0x0d => self.carriage_return(),
            0x0e => self.set_level(1),
            0x0f => self.set_level(0),
            _ => {}
        }
        self.join = 0;
    }

    /// An OSC, without its ends.
    pub(super) fn osc(&mut self, text: &str) {
        self.join = 0;
        let (number, text) = text.split_once(';').unwrap_or((text, ""));
        match number {
            "0" | "2" => self.set_title(text),
            "8" => {
                let Some((params, uri)) = text.split_once(';') else {
                    return;
                };
                // A C1 control would have ended it in xterm.js.
                if text.contains(char::is_control) || (uri.is_empty() && !params.trim().is_empty()) {
                    return;
                }
                let id = params.trim().split(':').find_map(|param| param.strip_prefix("id="));
                self.set_link(id.filter(|id| !id.is_empty()), uri);
            }
            _ => {}
        }
    }

    fn private_mode(&mut self, mode: u16, on: bool) {
        match mode {
            2 if on => (0..4).for_each(|level| self.designate(level, None)),
            6 => {
                self.modes.origin = on;
                self.go_to(0, 0);
            }
            47 | 1047 if on => self.enter_other(),
            47 | 1047 => self.leave_other(),
            1048 if on => self.save_cursor(),
            1048 => self.restore_cursor(),
            1049 if on => {
                self.save_cursor();
                self.enter_other();
            }
            1049 => {
                self.leave_other();
                self.restore_cursor();
            }
            _ => self.modes.set_private(mode, on),
        }
    }
}

impl Perform for Terminal {
    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: char) {
        // Of too many parameters the first ones count; too many intermediates are no function.
        if !(ignore && intermediates.len() > 1) {
            self.function(params, intermediates, action);
        }
        self.join = 0;
    }

    fn esc_dispatch(&mut self, intermediates: &[u8], _ignore: bool, byte: u8) {
        match (intermediates, byte) {
            ([], b'7') => self.save_cursor(),
            ([], b'8') => self.restore_cursor(),
            ([], b'D') => self.index(),
            ([], b'E') => {
                self.carriage_return();
                self.index();
            }
            ([], b'H') => self.shown_mut().set_tab(true),
            ([], b'M') => self.reverse_index(),
            ([], b'=') => self.modes.keypad = true,
            ([], b'>') => self.modes.keypad = false,
            ([], b'c') => self.reset(),
            ([], b'n' | b'}') => self.set_level(2),
            ([], b'o' | b'|') => self.set_level(3),
            ([], b'~') => self.set_level(1),
            (b"%", b'@' | b'G') => {
                self.set_level(0);
                self.designate(0, None);
            }
            (b"#", b'8') => self.align(),
            (b"(", set) => self.select(0, set),
            (b")" | b"-", set) => self.select(1, set),
            (b"*" | b".", set) => self.select(2, set),
            (b"+", set) => self.select(3, set),
            _ => {}
        }
        self.join = 0;
    }
}

impl Terminal {
    fn select(&mut self, level: usize, set: u8) {
        if Charset::is_known(set) {
            self.designate(level, Charset::of(set));
        }
    }

    fn function(&mut self, params: &Params, intermediates: &[u8], action: char) {
        let param = |at: usize| {
            params
                .iter()
                .nth(at)
                .and_then(|param| param.first())
                .copied()
                .unwrap_or(0)
        };
        let first = param(0);
        let n = usize::from(first.max(1));
        let forward = isize::try_from(n).unwrap_or(1);
        match (intermediates, action) {
            ([], '@') => self.edit(|cells, x, blank| row::insert(cells, x, n, blank)),
            (b" ", '@') => self.edit_region(|cells, _, blank| row::delete(cells, 0, n, blank)),
            ([], 'A') => self.go_up(n),
            (b" ", 'A') => self.edit_region(|cells, _, blank| row::insert(cells, 0, n, blank)),
            ([], 'B') => self.go_down(n),
            ([], 'C' | 'a') => self.go_by(forward, 0),
            ([], 'D') => self.go_by(-forward, 0),
            ([], 'E') => {
                self.go_down(n);
                self.carriage_return();
            }
            ([], 'F') => {
                self.go_up(n);
                self.carriage_return();
            }
            ([], 'G' | '`') => self.go_to(n - 1, self.shown().y),
            ([], 'H' | 'f') => self.go_to(usize::from(param(1).max(1)) - 1, n - 1),
            ([], 'I') => self.tab(true, n),
            ([], 'J') => self.erase_display(first, false),
            (b"?", 'J') => self.erase_display(first, true),
            ([], 'K') => self.erase_line(first, false),
            (b"?", 'K') => self.erase_line(first, true),
            ([], 'L') => self.shift_lines(true, n),
            ([], 'M') => self.shift_lines(false, n),
            ([], 'P') => self.edit(|cells, x, blank| row::delete(cells, x, n, blank)),
            ([], 'S') => self.shift_region(false, n),
            ([], 'T') => self.shift_region(true, n),
            ([], 'X') => self.edit(|cells, x, blank| row::erase(cells, x, x + n, blank, false)),
            ([], 'Z') => self.tab(false, n),
            ([], 'b') => self.repeat(n),
            ([], 'd') => self.go_to(self.shown().x, n - 1),
            ([], 'e') => self.go_by(0, forward),
            ([], 'g') if first == 0 => self.shown_mut().set_tab(false),
            ([], 'g') if first == 3 => self.shown_mut().clear_tabs(),
            ([], 'h' | 'l') => {
                for mode in params.iter().filter_map(|param| param.first()) {
                    self.modes.set(*mode, action == 'h');
                }
            }
            (b"?", 'h' | 'l') => {
                for mode in params.iter().filter_map(|param| param.first()) {
                    self.private_mode(*mode, action == 'h');
                }
            }
            ([], 'm') => {
                self.pen.set(params);
                self.dip();
            }
            (b"!", 'p') => self.soft_reset(),
            (b" ", 'q') => self.modes.set_cursor(first),
            (b"\"", 'q') if first <= 2 => {
                self.pen.protect(first == 1);
                self.dip();
            }
            ([], 'r') => self.set_region(first.into(), param(1).into()),
            ([], 's') => self.save_cursor(),
            ([], 'u') => self.restore_cursor(),
            (b"'", '}') => self.edit_region(|cells, x, blank| row::insert(cells, x, n, blank)),
            (b"'", '~') => self.edit_region(|cells, x, blank| row::delete(cells, x, n, blank)),
            _ => {}
        }
    }
}
