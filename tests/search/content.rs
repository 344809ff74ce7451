//! What each byte of output says of itself: its process and its offset.

/// How output is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// Each byte is a character.
    Plain,
    /// Each two bytes are one, so that a screen can be begun at even offsets alone.
    Pairs,
}

/// How many bytes a process may print.
const MOST: u64 = 14;

impl Content {
    pub fn byte(self, epoch: u64, offset: u64) -> u8 {
        assert!(epoch < 4 && offset < MOST, "a world's output must be told apart");
        match self {
            Self::Plain => (0x30 + epoch * MOST + offset) as u8,
            Self::Pairs if offset % 2 == 0 => (0xc3 + epoch * MOST / 2 + offset / 2) as u8,
            Self::Pairs => (0x80 + epoch * MOST / 2 + offset / 2) as u8,
        }
    }

    /// The process and the offset.
    pub fn read(self, byte: u8) -> (u64, u64) {
        let byte = u64::from(byte);
        let (half, odd) = match self {
            Self::Plain => return ((byte - 0x30) / MOST, (byte - 0x30) % MOST),
            Self::Pairs if byte >= 0xc3 => (byte - 0xc3, 0),
            Self::Pairs => (byte - 0x80, 1),
        };
        (half / (MOST / 2), half % (MOST / 2) * 2 + odd)
    }

    /// Whether a screen can be begun at this offset.
    pub fn is_ground(self, offset: u64) -> bool {
        self == Self::Plain || offset % 2 == 0
    }
}
