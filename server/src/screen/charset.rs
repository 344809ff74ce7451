//! Character sets that programs designate for G0 to G3, as xterm.js has them.

/// A character set other than ASCII, by the byte that designates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charset(u8);

impl Charset {
    /// The set that this byte designates; `None` is ASCII.
    pub(super) fn of(byte: u8) -> Option<Self> {
        table(byte).map(|_| Self(byte))
    }

    /// Whether a byte designates a set at all, ASCII too.
    pub(super) fn is_known(byte: u8) -> bool {
        byte == b'B' || table(byte).is_some()
    }

    /// The byte that designates it.
    pub(super) fn byte(self) -> u8 {
        self.0
    }

    /// What this ASCII character is in the set.
    pub(super) fn map(self, c: char) -> char {
        self.pairs().find(|(from, _)| *from == c).map_or(c, |(_, to)| to)
    }

    /// The character that gives `c` when it is written in this set.
    pub(super) fn unmap(self, c: char) -> Option<char> {
        if self.map(c) == c {
            return Some(c);
        }
        self.pairs().find(|(_, to)| *to == c).map(|(from, _)| from)
    }

    fn pairs(self) -> impl Iterator<Item = (char, char)> {
        let (from, to) = table(self.0).unwrap_or_default();
        from.chars().zip(to.chars())
    }
}

fn table(byte: u8) -> Option<(&'static str, &'static str)> {
    Some(match byte {
        // DEC's special characters and lines.
        b'0' => ("`abcdefghijklmnopqrstuvwxyz{|}~", "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·"),
        // Dutch. Its ij is two characters, of which xterm.js takes the first.
        b'4' => ("#@[\\]{|}~", "£¾i½|¨f¼´"),
        b'5' | b'C' => ("[\\]^`{|}~", "ÄÖÅÜéäöåü"),
        b'6' | b'E' => ("@[\\]^`{|}~", "ÄÆØÅÜäæøåü"),
        b'7' | b'H' => ("@[\\]^`{|}~", "ÉÄÖÅÜéäöåü"),
        b'A' => ("#", "£"),
        b'R' => ("#@[\\]{|}~", "£à°ç§éùè¨"),
        b'Q' => ("@[\\]^`{|}~", "àâçêîôéùèû"),
        b'K' => ("@[\\]{|}~", "§ÄÖÜäöüß"),
        b'Y' => ("#@[\\]`{|}~", "£§°çéùàòèì"),
        b'Z' => ("#@[\\]{|}", "£§¡Ñ¿°ñç"),
        b'=' => ("#@[\\]^_`{|}~", "ùàéçêîèôäöüû"),
        _ => return None,
    })
}
