//! One session: a terminal that outlives the sockets which show it.
//!
//! Sockets see this file's face alone, and it knows nothing of sockets. What is decided is in `state`, how its terminal sees it in `run`.

mod run;
mod state;
mod tail;

pub(crate) use run::run;
pub(crate) use state::{Feed, PIECE_BYTES as LONGEST_OUTPUT};

use crate::config::Bounds;
use crate::query::Inst;
use crate::terminal::{Control, Exit, REPAINT};
use crate::view::View;
use crate::watched::Watched;
use relatch::session::SessionKey;
use relatch::wire::Size;
use state::State;
use std::pin::pin;
use std::sync::OnceLock;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

/// A session, shared by the task that runs it and by the sockets that come and go.
pub(crate) struct Session {
    pub(crate) key: SessionKey,
    pub(crate) kind: String,
    bounds: Bounds,
    state: Watched<State>,
    terminal: OnceLock<Control>,
    /// Output, exit, ending or another generation: what a page waits for.
    for_page: Notify,
    /// Room for input.
    for_input: Notify,
    /// Input, room for output, a page that came or went: what the session's task waits for.
    for_terminal: Notify,
}

/// What a page says of itself when it comes.
#[derive(Clone, Debug)]
pub(crate) struct Hello {
    /// The page's life and its count of attempts.
    pub(crate) life: Option<(Inst, u64)>,
    /// The page may take the session from another life.
    pub(crate) take: bool,
    /// The page still has its screen.
    pub(crate) warm: bool,
    pub(crate) size: Option<Size>,
}

/// A page's hold on the session, until the next one's.
#[derive(Debug)]
pub(crate) struct Attachment {
    /// Which attachment of the session it is, from 1 on.
    pub(crate) generation: u64,
    /// The page is given a screen from its start.
    pub(crate) cold: bool,
    /// What it is given, in order.
    pub(crate) feed: Feed,
}

/// Why a page was not attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A later attempt of the same life was here before.
    Stale,
    /// Another life has the session.
    Superseded,
    /// Another life has the session: ask again once the page has answered a ping.
    Unproven,
    /// The session has just ended.
    Ended,
}

/// What a page gets next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Output, 1 byte to [`LONGEST_OUTPUT`].
    Output(Vec<u8>),
    Over(Over),
}

/// Why a page is done with the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// Another page has the session now.
    Superseded,
    /// The terminal's process has exited, and all its output has been sent.
    Exited(Exit),
    /// The session is over.
    Ended(Ending),
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The page closed with 1000.
    Closed,
    /// The page has been told that the process exited.
    Told,
    /// Nobody came back in time.
    Expired,
    /// The server stops.
    Shutdown,
}

/// How a socket went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Departure {
    /// The page closed it with this code (1005 if it gave none).
    Closed(u16),
    /// The server closed it or lost it.
    Lost(&'static str),
}

impl Session {
    pub(crate) fn new(key: SessionKey, kind: String, size: Option<Size>, bounds: Bounds) -> Self {
        let now = Instant::now();
        Self {
            key,
            kind,
            state: Watched::new(State::new(size, now, now + bounds.retention)),
            bounds,
            terminal: OnceLock::new(),
            for_page: Notify::new(),
            for_input: Notify::new(),
            for_terminal: Notify::new(),
        }
    }

    /// Attaches a page; the one before is superseded. `proven` says that this page has answered a ping.
    pub(crate) fn attach(&self, hello: &Hello, proven: bool) -> Result<Attachment, Refusal> {
        let attachment = {
            let mut state = self.state.lock();
            let taken_over = state.attached;
            let attachment = state.attach(hello, proven)?;
            self.show_size(state.size);
            tracing::info!(
                session = %self.key,
                generation = attachment.generation,
                cold = attachment.cold,
                taken_over,
                "attached"
            );
            attachment
        };
        self.wake_all();
        Ok(attachment)
    }

    /// Waits for what the page gets next.
    pub(crate) async fn next(&self, feed: &mut Feed) -> Next {
        self.state.until(&self.for_page, |state| state.next(feed)).await
    }

    /// Notes that all that the page was given has been handed to its socket: a page that comes back warm is not sent it again.
    pub(crate) fn sent(&self, feed: &Feed) {
        self.state.lock().sent(feed);
        self.for_terminal.notify_waiters();
    }

    /// Waits until the session is no longer this attachment's.
    pub(crate) async fn taken_from(&self, generation: u64) -> Over {
        self.state
            .until(&self.for_page, |state| state.taken_from(generation))
            .await
    }

    /// Queues input, waiting for room. An error says why the page is no longer heard.
    pub(crate) async fn input(&self, generation: u64, bytes: &[u8]) -> Result<(), Over> {
        let queued = self
            .state
            .until(&self.for_input, |state| state.push_input(generation, bytes));
        let result = queued.await;
        self.for_terminal.notify_waiters();
        result
    }

    /// Sets the terminal's size, if this is the present attachment.
    pub(crate) fn resize(&self, generation: u64, size: Size) {
        let mut state = self.state.lock();
        if state.generation == generation {
            state.size = Some(size);
            self.show_size(state.size);
        }
    }

    /// Makes a full-screen program draw itself again: a size that changes and changes back, as the same size again repaints
    /// nothing.
    pub(crate) async fn repaint(&self, generation: u64) {
        let current = |state: &State| {
            state
                .size
                .filter(|size| size.rows > 1 && state.generation == generation)
        };
        if let Some(size) = current(&self.state.lock()) {
            let rows = size.rows - 1;
            self.show_size(Some(Size { rows, ..size }));
        }
        sleep(REPAINT).await;
        let state = self.state.lock();
        self.show_size(current(&state));
    }

    /// Notes that a socket has gone. Nothing happens if the session has a newer one (S9).
    pub(crate) fn detach(&self, generation: u64, departure: &Departure) {
        let keep = match departure {
            Departure::Closed(1001) => self.bounds.retention_1001.min(self.bounds.retention),
            Departure::Closed(_) | Departure::Lost(_) => self.bounds.retention,
        };
        let detached = self.state.lock().detach(generation, departure, keep, Instant::now());
        if detached {
            let breaker = matches!(departure, Departure::Closed(4000..=4099));
            tracing::info!(session = %self.key, generation, ?departure, retained = ?keep, breaker, "detached");
            self.wake_all();
        }
    }

    /// Ends the session, unless a newer generation than `of` has it. Returns whether it has ended now.
    pub(crate) fn end(&self, ending: Ending, of: Option<u64>) -> bool {
        {
            let mut state = self.state.lock();
            if state.ending.is_some() || of.is_some_and(|generation| generation != state.generation) {
                return false;
            }
            state.ending = Some(ending);
            state.attached = false;
        }
        tracing::info!(session = %self.key, ?ending, "ended");
        self.wake_all();
        true
    }

    pub(crate) fn view(&self) -> View {
        let state = self.state.lock();
        let now = Instant::now();
        View {
            key: self.key.to_string(),
            kind: self.kind.clone(),
            attached: state.attached,
            generation: state.generation,
            inst: state.last.as_ref().map(|inst| inst.as_str().to_owned()),
            bytes_in: state.bytes_in,
            bytes_out: state.tail.head(),
            detached_for: state.detached.map(|detached| now - detached.since),
            retained_for: state.detached.map(|detached| detached.until - now),
            breaker_at: state.breaker_at,
            pid: self.terminal.get().and_then(Control::pid),
            exit: state.exit,
            resumed: None,
        }
    }

    /// Waits until the session is over: somebody ended it, or nobody came back in time.
    async fn over(&self) {
        loop {
            let mut woken = pin!(self.for_terminal.notified());
            woken.as_mut().enable();
            let until = {
                let state = self.state.lock();
                if state.ending.is_some() {
                    return;
                }
                state.detached.map(|detached| detached.until)
            };
            let Some(until) = until else {
                woken.await;
                continue;
            };
            tokio::select! {
                () = woken => {}
                () = sleep_until(until) => self.expire(until),
            }
        }
    }

    /// Ends the session, if it is still the same detachment that has run out.
    fn expire(&self, until: Instant) {
        let generation = {
            let state = self.state.lock();
            let same = state.detached.is_some_and(|detached| detached.until == until);
            same.then_some(state.generation)
        };
        if generation.is_some() {
            self.end(Ending::Expired, generation);
        }
    }

    fn show_size(&self, size: Option<Size>) {
        if let (Some(control), Some(size)) = (self.terminal.get(), size) {
            control.resize(size);
        }
    }

    fn wake_all(&self) {
        self.for_page.notify_waiters();
        self.for_input.notify_waiters();
        self.for_terminal.notify_waiters();
    }
}
