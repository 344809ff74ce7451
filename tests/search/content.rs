//! What each byte of output says of itself: its process and its offset; and what the bytes of a snapshot say.

/// How output is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// Each byte is a character.
    Plain,
    /// Each two bytes are one, so that a screen can be begun at even offsets alone.
    Pairs,
}

impl Content {
    /// How many bytes a process may print.
    pub fn most(self) -> u64 {
        match self {
            Self::Plain => 19,
            Self::Pairs => 28,
        }
    }

    pub fn byte(self, epoch: u64, offset: u64) -> u8 {
        let most = self.most();
        match self {
            Self::Plain => (0x30 + epoch * most + offset) as u8,
            Self::Pairs if offset.is_multiple_of(2) => (0xc3 + epoch * most / 2 + offset / 2) as u8,
            Self::Pairs => (0x80 + epoch * most / 2 + offset / 2) as u8,
        }
    }

    /// The process and the offset; nothing if it is a byte of a snapshot.
    pub fn read(self, byte: u8) -> Option<(u64, u64)> {
        let (byte, most) = (u64::from(byte), self.most());
        let (half, odd) = match self {
            Self::Plain => return byte.checked_sub(0x30).map(|place| (place / most, place % most)),
            Self::Pairs if byte >= 0xc3 => (byte - 0xc3, 0),
            Self::Pairs => (byte.checked_sub(0x80)?, 1),
        };
        Some((half / (most / 2), half % (most / 2) * 2 + odd))
    }

    /// Whether a screen can be begun at this offset.
    pub fn is_ground(self, offset: u64) -> bool {
        self == Self::Plain || offset.is_multiple_of(2)
    }
}

/// The bytes of a snapshot: whose it is and whether it has what was scrolled off, which offset it shows, and the terminal's width.
pub fn snapshot(epoch: u64, scrollback: bool, out: u64, cols: u16) -> Vec<u8> {
    vec![epoch as u8 * 2 + u8::from(scrollback), out as u8, (cols - COLS) as u8]
}

/// No terminal is narrower.
const COLS: u16 = 80;

/// What a page has of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Painted {
    /// It is to show what was scrolled off.
    scrollback: bool,
    count: u8,
    epoch: u64,
}

impl Painted {
    pub fn new(scrollback: bool) -> Self {
        Self {
            scrollback,
            count: 0,
            epoch: 0,
        }
    }

    /// The next byte of it, on a screen of this process, before output from `next` on, on a terminal of this width.
    pub fn take(&mut self, epoch: Option<u64>, next: u64, cols: u16, byte: u8) -> Result<(), String> {
        match self.count {
            0 => {
                self.epoch = u64::from(byte / 2);
                if epoch.is_some_and(|epoch| epoch != self.epoch) {
                    return Err(format!("I4: a snapshot of process {} for {epoch:?}", self.epoch));
                }
                if (byte % 2 == 1) != self.scrollback {
                    return Err(format!("S12: scrollback is wanted: {}", self.scrollback));
                }
            }
            1 if u64::from(byte) != next => {
                return Err(format!("I1: a snapshot of {byte} goes before output from {next}"));
            }
            2 if cols != COLS + u16::from(byte) => {
                return Err(format!(
                    "S12: a snapshot {} wide on a terminal of {cols}",
                    COLS + u16::from(byte)
                ));
            }
            1 | 2 => {}
            _ => return Err("a snapshot goes on behind its end".to_owned()),
        }
        self.count += 1;
        Ok(())
    }

    /// All that was announced has come; whose it is.
    pub fn finish(self) -> Result<u64, String> {
        if self.count == 3 {
            Ok(self.epoch)
        } else {
            Err("a snapshot ends before its end".to_owned())
        }
    }
}
