//! One page's socket in passthrough, from the upgrade to the close.

use crate::access::Principal;
use crate::config::Bounds;
use crate::line::Line;
use crate::mock::Tap;
use crate::query::{Query, QueryError};
use crate::registry::{FULL_RETRY_MS, Refusal, Registry, STOPPING, Seat};
use crate::session::{self, Departure, Ending, Next, Over};
use crate::terminal::Exit;
use crate::ws::{Close, Frame, GATHER, Gone, Receiver, Sender};
use bytes::Bytes;
use relatch::session::SessionId;
use relatch::wire::Control;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// The most bytes kept of what a page sends before its place is settled.
const EARLY_BYTES: usize = 1024 * 1024 + 64 * 1024;

const SUPERSEDED: &str = "another page has the session";

/// What a socket needs of the server.
pub(crate) struct Page {
    pub(crate) registry: Arc<Registry>,
    pub(crate) bounds: Bounds,
    pub(crate) stopping: CancellationToken,
    pub(crate) line: Arc<Line>,
    pub(crate) tap: Tap,
    /// Whose token the page has; `None` if it is nobody's.
    pub(crate) principal: Option<Principal>,
    pub(crate) query: Result<Query, QueryError>,
}

/// Why a seated page's socket is done.
enum Done {
    /// The page has gone.
    Gone(Departure),
    /// The server closes; the session stays.
    Close(Close),
    /// The server closes, because the process has exited.
    Exited(Exit),
}

/// Why a page got no seat.
enum Unseated {
    /// It went by itself.
    Gone,
    Refused(Close),
}

impl Page {
    /// Serves the page until its socket is closed.
    pub(crate) async fn serve(self, mut sender: Sender, mut receiver: Receiver) {
        self.tap.opened();
        let (seat, early) = match self.seat(&mut sender, &mut receiver).await {
            Ok(seated) => seated,
            Err(Unseated::Gone) => return sender.answer_close().await,
            Err(Unseated::Refused(close)) => {
                let session = self.query.as_ref().ok().and_then(|query| query.session.as_ref());
                let session = session.map(SessionId::as_str);
                tracing::info!(session, code = close.code, reason = close.reason, "refused");
                sender.close(receiver, close.code, &close.reason).await;
                return;
            }
        };
        self.tap.attached(&seat.session.key.to_string());
        if seat.attachment.cold {
            let (session, generation) = (Arc::clone(&seat.session), seat.attachment.generation);
            tokio::spawn(async move { session.repaint(generation).await });
        }
        self.show(seat, early, sender, receiver).await;
    }

    /// Finds the page its seat. A page that takes a session over must answer a ping first (S2): an upgrade that was held up in
    /// the network must not throw out a living page. What it sends meanwhile is returned.
    async fn seat(&self, sender: &mut Sender, receiver: &mut Receiver) -> Result<(Seat, Vec<Frame>), Unseated> {
        let query = self.query.as_ref().map_err(|error| refused(4400, error.to_string()))?;
        let Some(principal) = self.principal else {
            return Err(refused(4401, "the access token is missing or wrong"));
        };
        let mut early = Vec::new();
        let attached = match self.registry.attach(principal, query, false) {
            Err(Refusal::Session(session::Refusal::Unproven)) => {
                let proof = timeout(self.bounds.proof, prove(sender, receiver, &mut early));
                tokio::select! {
                    proved = proof => match proved {
                        Ok(proved) => proved?,
                        Err(_) => return Err(refused(4408, "no answer to the ping")),
                    },
                    () = self.stopping.cancelled() => return Err(refused_with(&Refusal::Stopping, query)),
                }
                self.registry.attach(principal, query, true)
            }
            attached => attached,
        };
        match attached {
            Ok(seat) => Ok((seat, early)),
            Err(refusal) => Err(refused_with(&refusal, query)),
        }
    }

    async fn show(&self, mut seat: Seat, early: Vec<Frame>, mut sender: Sender, mut receiver: Receiver) {
        let session = Arc::clone(&seat.session);
        let generation = seat.attachment.generation;
        let control = self.query.as_ref().is_ok_and(|query| query.control);
        let ear = Ear {
            page: self,
            session: &session,
            generation,
            control,
        };
        let done = tokio::select! {
            done = ear.listen(early, &mut receiver) => done,
            done = self.speak(&mut seat, control, &mut sender) => done,
            close = self.tap.close() => Done::Close(close),
        };
        match done {
            Done::Gone(departure) => {
                self.registry.leave(&seat, &departure);
                sender.answer_close().await;
            }
            Done::Close(close) => {
                self.registry.leave(&seat, &Departure::Lost("closed by the server"));
                tracing::info!(session = %session.key, generation, code = close.code, reason = close.reason, "closed");
                sender.close(receiver, close.code, &close.reason).await;
            }
            Done::Exited(exit) => {
                // A page that has not heard of it is told when it comes back.
                self.registry.leave(&seat, &Departure::Lost("exit"));
                let code = if exit == Exit::NotStarted { 1011 } else { 4410 };
                if sender.close(receiver, code, &exit.to_string()).await {
                    self.registry.end(&seat, Ending::Told);
                }
            }
        }
    }

    /// Sends the page what its terminal prints, and pings.
    async fn speak(&self, seat: &mut Seat, control: bool, sender: &mut Sender) -> Done {
        let mut pings = interval_at(Instant::now() + self.bounds.ping, self.bounds.ping);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut not_before = Instant::now();
        let mut first = (seat.attachment.cold && control).then_some(Word::Reset);
        loop {
            let word = match first.take() {
                Some(word) => word,
                None => tokio::select! {
                    _ = pings.tick() => Word::Ping,
                    next = next(seat, not_before) => match next {
                        Next::Output(output) => Word::Output(output),
                        Next::Over(over) => return over.into(),
                    },
                },
            };
            let length = word.length();
            let sent = tokio::select! {
                sent = word.say(sender) => sent,
                // A page that takes nothing loses its seat all the same.
                over = seat.session.taken_from(seat.attachment.generation) => return over.into(),
            };
            if sent.is_err() {
                return Done::Gone(Departure::Lost("not sent"));
            }
            if length > 0 {
                seat.session.sent(&seat.attachment.feed);
                self.tap.saw(length);
                let full = length >= session::LONGEST_OUTPUT;
                not_before = Instant::now() + if full { Duration::ZERO } else { GATHER };
            }
        }
    }
}

/// Waits for what the page gets next, until `not_before` at least.
async fn next(seat: &mut Seat, not_before: Instant) -> Next {
    sleep_until(not_before).await;
    seat.session.next(&mut seat.attachment.feed).await
}

/// What is said to a page.
enum Word {
    Reset,
    Ping,
    Output(Vec<u8>),
}

impl Word {
    /// How many bytes of output it has.
    fn length(&self) -> usize {
        match self {
            Self::Output(output) => output.len(),
            Self::Reset | Self::Ping => 0,
        }
    }

    async fn say(self, sender: &mut Sender) -> Result<(), Gone> {
        match self {
            Self::Reset => sender.text(Control::Reset.to_text()).await,
            Self::Ping => sender.ping(b"").await,
            Self::Output(output) => sender.binary(output).await,
        }
    }
}

/// The listening side of a seated page.
struct Ear<'a> {
    page: &'a Page,
    session: &'a session::Session,
    generation: u64,
    control: bool,
}

impl Ear<'_> {
    async fn listen(&self, early: Vec<Frame>, receiver: &mut Receiver) -> Done {
        for frame in early {
            if let Err(done) = self.hear(frame).await {
                return done;
            }
        }
        loop {
            let frame = match timeout(self.page.bounds.silence, receiver.next()).await {
                Ok(Ok(frame)) => frame,
                Ok(Err(gone)) => return gone.into(),
                Err(_) => return Done::Gone(Departure::Lost("silent")),
            };
            if let Err(done) = self.hear(frame).await {
                return done;
            }
        }
    }

    async fn hear(&self, frame: Frame) -> Result<(), Done> {
        let length = match frame {
            Frame::Text(text) if self.control => {
                self.control(&text)?;
                text.len()
            }
            Frame::Text(bytes) | Frame::Binary(bytes) => {
                self.input(&bytes).await?;
                bytes.len()
            }
            Frame::Ping | Frame::Pong(_) => return Ok(()),
        };
        self.page.tap.saw(length);
        Ok(())
    }

    fn control(&self, text: &Bytes) -> Result<(), Done> {
        let text = String::from_utf8_lossy(text);
        match Control::parse(&text) {
            Ok(Some(Control::Resize(size))) => self.session.resize(self.generation, size),
            Ok(Some(Control::Reset) | None) => {}
            Err(error) => return Err(close(4400, error.to_string())),
        }
        Ok(())
    }

    /// Queues input. While the queue is full nothing is read, but the connection's end is still seen.
    async fn input(&self, bytes: &Bytes) -> Result<(), Done> {
        tokio::select! {
            queued = self.session.input(self.generation, bytes) => queued.map_err(Done::from),
            () = self.page.line.over() => Err(Done::Gone(Departure::Lost("line lost"))),
        }
    }
}

/// Pings the page and waits for the answer; other frames are kept for later.
async fn prove(sender: &mut Sender, receiver: &mut Receiver, early: &mut Vec<Frame>) -> Result<(), Unseated> {
    const PROOF: &[u8] = b"take";
    sender.ping(PROOF).await.map_err(|_| Unseated::Gone)?;
    let mut bytes = 0;
    loop {
        let frame = receiver.next().await.map_err(|_| Unseated::Gone)?;
        match &frame {
            Frame::Pong(answer) if answer == PROOF => return Ok(()),
            Frame::Ping | Frame::Pong(_) => continue,
            Frame::Text(sent) | Frame::Binary(sent) => bytes += sent.len(),
        }
        if bytes > EARLY_BYTES {
            return Err(refused(4408, "too much was sent before the ping was answered"));
        }
        early.push(frame);
    }
}

fn refused(code: u16, reason: impl Into<String>) -> Unseated {
    Unseated::Refused(Close {
        code,
        reason: reason.into(),
    })
}

fn refused_with(refusal: &Refusal, query: &Query) -> Unseated {
    match refusal {
        Refusal::Kind => refused(4403, format!("kind: there is no profile {}", query.kind)),
        Refusal::Unknown => refused(4404, "there is no such session any more"),
        Refusal::Full => refused(1013, format!("{{\"retry_ms\":{FULL_RETRY_MS}}}")),
        Refusal::Stopping => refused(1012, STOPPING),
        Refusal::Random => refused(1011, "no random bytes for an id"),
        Refusal::Session(session::Refusal::Stale) => refused(4408, "a later attempt of this page was here before"),
        Refusal::Session(session::Refusal::Superseded) => refused(4409, SUPERSEDED),
        // Both are settled before: the first by the ping, the second by a new session.
        Refusal::Session(session::Refusal::Unproven | session::Refusal::Ended) => refused(4408, "too late"),
    }
}

fn close(code: u16, reason: impl Into<String>) -> Done {
    Done::Close(Close {
        code,
        reason: reason.into(),
    })
}

impl From<Gone> for Done {
    fn from(gone: Gone) -> Self {
        match (gone.answer(), gone) {
            (Some(close), _) => Self::Close(close),
            (None, Gone::Closed(code)) => Self::Gone(Departure::Closed(code)),
            (None, _) => Self::Gone(Departure::Lost("line lost")),
        }
    }
}

impl From<Over> for Done {
    fn from(over: Over) -> Self {
        match over {
            Over::Superseded => close(4409, SUPERSEDED),
            Over::Exited(exit) => Self::Exited(exit),
            Over::Ended(Ending::Shutdown) => close(1012, STOPPING),
            Over::Ended(Ending::Closed | Ending::Told | Ending::Expired) => close(4410, "ended"),
        }
    }
}
