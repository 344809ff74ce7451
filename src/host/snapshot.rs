//! The screen for a page that lacks output: it is asked for, and sent in place of what is gone (S12).

use crate::wire::Size;

/// The screen of a terminal at one place of its output, as bytes that draw it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// What was parsed when it was made: the next byte of output.
    pub out: u64,
    /// The terminal's size there.
    pub size: Size,
    /// Draws the screen on a terminal of this size whose modes are at their defaults, whose screen is blank and whose cursor is at home;
    /// at the end stands what `out` leaves unfinished of a sequence or a character.
    pub bytes: Vec<u8>,
}

/// What an attachment has of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Painting {
    /// None is needed, or it was not asked for yet.
    None,
    /// It was asked for, to show at least this.
    Asked(u64),
    /// It is here, and the gap that goes before it is still to be sent.
    Made(Snapshot),
    /// The gap was sent, and so was this much of it.
    Sent(Snapshot, usize),
}

impl Painting {
    /// The snapshot that is being sent.
    pub(super) fn sent(&self) -> Option<&Snapshot> {
        match self {
            Self::Sent(snapshot, _) => Some(snapshot),
            Self::Made(_) | Self::None | Self::Asked(_) => None,
        }
    }

    /// The next bytes of it, at most `most`; once it is through there is none.
    pub(super) fn take(&mut self, most: usize) -> Vec<u8> {
        let Self::Sent(snapshot, sent) = self else {
            return Vec::new();
        };
        let left = snapshot.bytes.get(*sent..).unwrap_or_default();
        let piece = left.get(..most).unwrap_or(left).to_vec();
        *sent += piece.len();
        if *sent >= snapshot.bytes.len() {
            *self = Self::None;
        }
        piece
    }
}
