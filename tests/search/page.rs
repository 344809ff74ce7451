//! A page: its client, its screen and its storage.

use crate::hash::NOON;
use crate::screen::Screen;
use crate::setup::SIZE;
use relatch::client::{Action, Client, Input, Reason, State};
use relatch::config::QueueConfig;
use relatch::error::Refusal;
use relatch::time::Millis;
use relatch::wire::Size;

#[derive(Clone, Debug, Hash)]
pub struct Page {
    pub client: Client,
    pub now: Millis,
    /// Which load of a page it is.
    pub load: u8,
    /// The session's number.
    pub session: u8,
    /// The session is in storage.
    pub stored: bool,
    pub screen: Screen,
    /// How wide the server says that its terminal is; 0 where nobody asks.
    pub cols: u16,
    /// The process that it was attached to last, as its user sees it.
    pub epoch: Option<u64>,
    /// Bytes that the terminal has not processed.
    pub unprocessed: usize,
    pub hidden: bool,
    pub frozen: bool,
    pub exit_heard: bool,
    pub size: Size,
    /// When it lost its line, and what input it kept then, as long as it has none.
    pub lost: Option<(Millis, Vec<u8>)>,
    /// Why it is closed, once it is.
    pub closed: Option<Closed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Closed {
    ByUser,
    Ended,
    Stopped,
}

impl Page {
    pub fn new(client: Client, load: u8, session: u8) -> Self {
        Self {
            client,
            now: NOON,
            load,
            session,
            stored: true,
            screen: Screen::Blank,
            cols: 0,
            epoch: None,
            unprocessed: 0,
            hidden: false,
            frozen: false,
            exit_heard: false,
            size: SIZE,
            lost: None,
            closed: None,
        }
    }

    /// Tells the client, and takes what it wants done.
    pub fn handle(&mut self, input: Input) -> (Vec<Action>, Result<(), Refusal>) {
        let was_ready = self.client.state() == State::Ready;
        let result = self.client.handle(self.now, input);
        let actions = std::iter::from_fn(|| self.client.poll_action()).collect();
        if was_ready && self.client.state() != State::Ready {
            self.lost = Some((self.now, self.client.kept_input()));
        }
        self.rest();
        (actions, result)
    }

    /// Lets time pass unnoticed.
    pub fn pass(&mut self, span: Millis) {
        self.now += span;
        self.rest();
    }

    /// Sets the clock back to noon.
    fn rest(&mut self) {
        self.client.rebase(self.now, NOON);
        if let Some((at, _)) = &mut self.lost {
            *at = *at + NOON - self.now;
        }
        self.now = NOON;
    }

    /// In how long its next timer fires.
    pub fn due_in(&self) -> Option<Millis> {
        Some(self.client.next_timeout()?.saturating_sub(self.now))
    }

    /// The next timer fires soon and of itself: an ack, or the next attempt.
    pub fn is_due_anyway(&self) -> bool {
        let attempt = self
            .client
            .next_attempt()
            .is_some_and(|at| Some(at) == self.client.next_timeout());
        attempt || (self.client.state() == State::Ready && self.due_in().is_some_and(|span| span <= 100))
    }

    /// Has a line again: what it kept for too long it does not keep any more (C5).
    pub fn finds_line(&mut self) -> Result<(), String> {
        let Some((at, kept)) = self.lost.take() else {
            return Ok(());
        };
        let age = NOON - at;
        let still = self.client.kept_input();
        if age > QueueConfig::default().age && kept.iter().any(|byte| still.contains(byte)) {
            return Err(format!("C5: input {still:?} is sent again after {age} ms"));
        }
        Ok(())
    }

    pub fn inst(&self, life: u32) -> String {
        format!("{}-{life}", self.load)
    }

    pub fn closes(&mut self, reason: Reason) {
        self.closed = Some(match reason {
            Reason::User | Reason::Disposed => Closed::ByUser,
            Reason::Ended => Closed::Ended,
            _ => Closed::Stopped,
        });
    }
}
