//! What each byte of output says of itself: its process and its offset.

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

    /// The process and the offset.
    pub fn read(self, byte: u8) -> (u64, u64) {
        let (byte, most) = (u64::from(byte), self.most());
        let (half, odd) = match self {
            Self::Plain => return ((byte - 0x30) / most, (byte - 0x30) % most),
            Self::Pairs if byte >= 0xc3 => (byte - 0xc3, 0),
            Self::Pairs => (byte - 0x80, 1),
        };
        (half / (most / 2), half % (most / 2) * 2 + odd)
    }

    /// Whether a screen can be begun at this offset.
    pub fn is_ground(self, offset: u64) -> bool {
        self == Self::Plain || offset.is_multiple_of(2)
    }
}
