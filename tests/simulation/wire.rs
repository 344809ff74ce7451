//! A socket between a page and the server: two directions, each in order, each of which may break by itself.

use crate::scenario::Ends;
use relatch::client::SocketId;
use relatch::time::Millis;
use std::collections::VecDeque;

pub struct Wire {
    /// The page's load; an attacker has none.
    pub page: Option<usize>,
    pub socket: SocketId,
    pub up: Pipe<Up>,
    pub down: Pipe<Down>,
    /// The page listens to it.
    pub page_open: bool,
    /// The server listens to it.
    pub server_open: bool,
    /// When each end hears of it, should a direction break by itself.
    pub ends: Ends,
    /// Its hello takes so long, and the page gives it up meanwhile.
    pub overtaken: Option<Millis>,
}

/// From a page to the server.
pub enum Up {
    Syn,
    Text(String),
    Binary(Vec<u8>),
    Close,
}

/// From the server to a page.
pub enum Down {
    Open,
    Text(String),
    Binary(Vec<u8>),
    Close {
        code: u16,
        reason: String,
        /// It was not the server that said so.
        proxy: bool,
    },
}

/// One direction.
pub struct Pipe<T> {
    frames: VecDeque<(Millis, T)>,
    latest: Millis,
    /// A frame takes so much longer.
    pub slow: Millis,
    /// Nothing that is sent arrives.
    dead: bool,
    /// After so many frames it breaks.
    pub left: Option<u8>,
    /// What was sent and did not arrive, in bytes.
    pub under_way: usize,
}

impl<T: Length> Pipe<T> {
    pub fn new() -> Self {
        Self {
            frames: VecDeque::new(),
            latest: 0,
            slow: 0,
            dead: false,
            left: None,
            under_way: 0,
        }
    }

    /// Sends a frame; when it arrives, unless it is lost.
    pub fn send(&mut self, now: Millis, latency: Millis, frame: T) -> Option<Millis> {
        self.under_way += frame.length();
        if self.dead {
            return None;
        }
        self.latest = self.latest.max(now + latency + self.slow);
        self.frames.push_back((self.latest, frame));
        Some(self.latest)
    }

    /// Takes the frame that arrives now; `None` if it was lost meanwhile. Says too whether the direction breaks behind it.
    pub fn arrive(&mut self, now: Millis) -> Option<(T, bool)> {
        if self.frames.front()?.0 > now {
            return None;
        }
        if self.left == Some(0) {
            self.cut(0);
            return None;
        }
        let (_, frame) = self.frames.pop_front()?;
        self.under_way -= frame.length();
        let breaks = self.left.as_mut().is_some_and(|left| {
            *left -= 1;
            *left == 0
        });
        if breaks {
            self.cut(0);
        }
        Some((frame, breaks))
    }

    /// Breaks it: of what is under way so many frames still arrive, and nothing else.
    pub fn cut(&mut self, keep: usize) {
        self.frames.truncate(keep);
        self.dead = true;
    }
}

pub trait Length {
    fn length(&self) -> usize;
}

impl Length for Up {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            Self::Syn | Self::Close => 0,
        }
    }
}

impl Length for Down {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            Self::Open | Self::Close { .. } => 0,
        }
    }
}
