//! What an attempt meets.

use relatch::client::{Failure, Input, SocketId};
use relatch::time::Millis;
use relatch::wire::FromServer;

/// What happens to an attempt's socket, and how many ms after the attempt began. Nothing at all is a black hole.
#[derive(Clone, Debug, Default)]
pub struct Answer(pub Vec<(Millis, Happening)>);

#[derive(Clone, Debug)]
pub enum Happening {
    Open,
    Close(u16, String),
    Fail(Failure),
    Message(usize),
    Control(String),
}

/// The socket never opens, and says so after this time.
pub fn refuse(after: Millis) -> Answer {
    Answer::default().close(after, 1006, "")
}

/// The socket opens after this time and stays.
pub fn accept(after: Millis) -> Answer {
    Answer(vec![(after, Happening::Open)])
}

/// The socket opens at once and is closed by the server this much later.
pub fn accept_then_close(code: u16, reason: &str, after: Millis) -> Answer {
    accept(0).close(after, code, reason)
}

impl Answer {
    pub fn close(self, after: Millis, code: u16, reason: &str) -> Self {
        self.then(after, Happening::Close(code, reason.to_owned()))
    }

    pub fn fail(self, after: Millis, what: Failure) -> Self {
        self.then(after, Happening::Fail(what))
    }

    pub fn message(self, after: Millis, bytes: usize) -> Self {
        self.then(after, Happening::Message(bytes))
    }

    pub fn control(self, after: Millis, text: &str) -> Self {
        self.then(after, Happening::Control(text.to_owned()))
    }

    pub fn frame(self, after: Millis, frame: &FromServer) -> Self {
        self.control(after, &frame.to_text())
    }

    fn then(mut self, after: Millis, happening: Happening) -> Self {
        self.0.push((after, happening));
        self
    }
}

impl Happening {
    pub(super) fn input(self, socket: SocketId) -> Input {
        match self {
            Self::Open => Input::Opened(socket),
            Self::Close(code, reason) => Input::Closed { socket, code, reason },
            Self::Fail(what) => Input::Failed { socket, what },
            Self::Message(bytes) => Input::Message { socket, bytes },
            Self::Control(text) => Input::Control { socket, text },
        }
    }
}
