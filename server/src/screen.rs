//! What terminal output means, as far as a replay must know it: where a sequence begins and ends, and which ones ask or ring.

pub(crate) mod mute;

use relatch::wire::Size;

/// A screen kept beside a pty.
#[derive(Debug, Default)]
pub struct Screen {
    bytes: Vec<u8>,
}

impl Screen {
    /// A blank screen.
    pub fn new(_size: Size) -> Self {
        Self::default()
    }

    /// Takes the next bytes of the pty.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The pty has this size from now on.
    pub fn resize(&mut self, _size: Size) {}

    /// The bytes that make a blank terminal show this screen.
    pub fn snapshot(&mut self, _scrollback: usize) -> Vec<u8> {
        self.bytes.clone()
    }
}
