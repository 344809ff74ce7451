//! A socket: two queues of frames, and where each of its ends stands.

use relatch::session::SessionKey;
use std::collections::VecDeque;
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Frame {
    Text(Rc<str>),
    Binary(Rc<[u8]>),
    Close(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageEnd {
    Opening,
    Open,
    /// Closed by the page, or it was told that it is. Its machine does not want to hear of it any more.
    Left,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostEnd {
    /// No hello has come.
    Waiting,
    /// A session has it.
    Served(SessionKey),
    Left,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Socket {
    /// The host's name for it.
    pub id: u64,
    pub page: usize,
    /// Which load of the page opened it.
    pub load: u8,
    /// The page's name for it.
    pub number: u32,
    /// The page's life that it speaks for.
    pub inst: String,
    /// The `try` of its hello.
    pub attempt: u64,
    pub up: VecDeque<Frame>,
    pub down: VecDeque<Frame>,
    /// Nothing arrives from here on.
    pub up_cut: bool,
    pub down_cut: bool,
    /// The page may be given what comes after it has left.
    pub late: bool,
    /// The hello is some time ago: if the socket is attached only now, its page has answered a ping.
    pub asked: bool,
    pub page_end: PageEnd,
    pub host_end: HostEnd,
}

impl Socket {
    pub fn is_over(&self) -> bool {
        self.page_end == PageEnd::Left && self.host_end == HostEnd::Left && self.down.is_empty()
    }

    pub fn is_cut(&self) -> bool {
        self.up_cut || self.down_cut
    }

    pub fn send_up(&mut self, frame: Frame) {
        if !self.up_cut && self.host_end != HostEnd::Left {
            self.up.push_back(frame);
        }
    }

    pub fn send_down(&mut self, frame: Frame) {
        if !self.down_cut && (self.page_end != PageEnd::Left || self.late) {
            self.down.push_back(frame);
        }
    }

    pub fn cut_up(&mut self) {
        self.up_cut = true;
        self.up.clear();
    }

    pub fn cut_down(&mut self) {
        self.down_cut = true;
        self.down.clear();
    }

    pub fn host_leaves(&mut self) {
        self.host_end = HostEnd::Left;
        self.up.clear();
    }
}
