//! One socket under `relatch.v1`, from the upgrade to the close. What is said on it is the session's machine's word.

use crate::access::Token;
use crate::config::Bounds;
use crate::hello::{Hello, Refused};
use crate::mock::Tap;
use crate::registry::{Registry, STOPPING};
use crate::resumed::{Next, Resumed};
use crate::ws::{Close, Frame, GATHER, Gone, Receiver, Sender};
use relatch::host::{SocketId, Transmit};
use relatch::wire::{FromServer, LONGEST_BINARY};
use std::sync::Arc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// What a socket needs of the server.
pub(crate) struct Client {
    pub(crate) registry: Arc<Registry>,
    pub(crate) access: Vec<Token>,
    pub(crate) bounds: Bounds,
    pub(crate) stopping: CancellationToken,
    pub(crate) tap: Tap,
}

/// How a socket ends.
enum Done {
    /// The page closed it, or it is lost.
    Gone,
    Close(Close),
    /// An `error` is said first (S10).
    Refuse(Refused),
}

impl Client {
    /// Serves the socket until it is closed.
    pub(crate) async fn serve(self, mut sender: Sender, mut receiver: Receiver) {
        self.tap.opened();
        let done = tokio::select! {
            done = self.attend(&mut sender, &mut receiver) => done,
            close = self.tap.close() => Done::Close(close),
        };
        match done {
            Done::Gone => sender.answer_close().await,
            Done::Close(close) => {
                sender.close(receiver, close.code, &close.reason).await;
            }
            Done::Refuse(refused) => {
                let text = refused.to_text();
                let Refused { code, msg: reason, .. } = refused;
                sender.say_and_close(receiver, text, Close { code, reason }).await;
            }
        }
    }

    async fn attend(&self, sender: &mut Sender, receiver: &mut Receiver) -> Done {
        let hello = match self.hello(receiver).await {
            Ok(hello) => hello,
            Err(done) => return done,
        };
        let session = match self.registry.find(&hello) {
            Ok(session) => session,
            Err(refused) => {
                let Refused { code, msg, .. } = &refused;
                tracing::info!(session = %hello.key.session, code, msg, "refused");
                return Done::Refuse(refused);
            }
        };
        let socket = Socket {
            tap: &self.tap,
            id: self.registry.socket(),
            session: &session,
        };
        session.attach(socket.id, &hello.inst, &hello.attach);
        // However this ends, by a fault too, the session hears that the socket is gone.
        let socket = Leaver(socket);
        tokio::select! {
            done = socket.0.listen(receiver) => done,
            done = socket.0.speak(sender) => done,
        }
    }

    /// Waits for the hello.
    async fn hello(&self, receiver: &mut Receiver) -> Result<Hello, Done> {
        let first = tokio::select! {
            first = timeout(self.bounds.hello, first(receiver)) => match first {
                Ok(first) => first?,
                Err(_) => return Err(refuse(4408, "no hello came in time")),
            },
            () = self.stopping.cancelled() => return Err(refuse(1012, STOPPING)),
        };
        self.tap.saw(first.len());
        Hello::read(&String::from_utf8_lossy(&first), &self.access).map_err(|refused| {
            tracing::info!(code = refused.code, msg = refused.msg, "refused");
            Done::Refuse(refused)
        })
    }
}

/// The first frame, which must be text.
async fn first(receiver: &mut Receiver) -> Result<bytes::Bytes, Done> {
    loop {
        match receiver.next().await? {
            Frame::Text(text) => return Ok(text),
            Frame::Binary(_) => return Err(refuse(4400, "the first frame must be a hello")),
            Frame::Ping | Frame::Pong(_) => {}
        }
    }
}

/// A socket that has said hello.
struct Socket<'a> {
    tap: &'a Tap,
    id: SocketId,
    session: &'a Resumed,
}

/// Takes leave of the session when it is dropped.
struct Leaver<'a>(Socket<'a>);

impl Drop for Leaver<'_> {
    fn drop(&mut self) {
        self.0.session.gone(self.0.id);
    }
}

impl Socket<'_> {
    /// Hands every frame to the session at once: credit, not a socket that is not read, holds input back (S4).
    async fn listen(&self, receiver: &mut Receiver) -> Done {
        loop {
            let length = match receiver.next().await {
                Ok(Frame::Text(text)) => {
                    self.session.text(self.id, &String::from_utf8_lossy(&text));
                    text.len()
                }
                Ok(Frame::Binary(bytes)) => {
                    self.session.binary(self.id, &bytes);
                    bytes.len()
                }
                Ok(Frame::Ping | Frame::Pong(_)) => continue,
                Err(gone) => {
                    tracing::info!(session = %self.session.key, ?gone, "socket gone");
                    return gone.into();
                }
            };
            self.tap.saw(length);
        }
    }

    /// Says what the session has to say.
    async fn speak(&self, sender: &mut Sender) -> Done {
        let mut not_before = Instant::now();
        let mut shown = false;
        loop {
            // Output that keeps coming is gathered meanwhile.
            sleep_until(not_before).await;
            let said = match self.session.next(self.id).await {
                Next::Say(said) => said,
                Next::Nothing => return Done::Gone,
                Next::Stopping => return refuse(1012, STOPPING),
            };
            if !shown && self.session.shows(self.id) {
                shown = true;
                self.tap.attached(&self.session.key.to_string());
            }
            let (length, gather) = match &said {
                Transmit::Text(text) => {
                    self.log(text);
                    (text.len(), false)
                }
                Transmit::Binary(bytes) => (bytes.len(), bytes.len() < LONGEST_BINARY),
                Transmit::Close { code, reason } => {
                    let (code, reason) = (*code, reason.clone());
                    tracing::info!(session = %self.session.key, code, reason, "closed");
                    return Done::Close(Close { code, reason });
                }
            };
            let sending = async {
                match said {
                    Transmit::Text(text) => sender.text(text).await,
                    Transmit::Binary(bytes) => sender.binary(bytes).await,
                    Transmit::Close { .. } => Ok(()),
                }
            };
            let sent = tokio::select! {
                biased;
                sent = sending => sent,
                // A page that takes nothing loses the session all the same.
                () = self.session.dismissed(self.id), if shown => Ok(()),
            };
            if let Err(gone) = sent {
                return gone.into();
            }
            self.tap.saw(length);
            not_before = Instant::now();
            if gather {
                not_before += GATHER;
            }
        }
    }

    /// Logs what an operator would ask about later.
    fn log(&self, text: &str) {
        let session = &self.session.key;
        match FromServer::parse(text) {
            Ok(Some(FromServer::Gap(gap))) => {
                tracing::info!(%session, from = gap.from, to = gap.to, snapshot = gap.snap, "gap")
            }
            Ok(Some(FromServer::Error { code, msg, .. })) => tracing::info!(%session, code, msg, "refused"),
            _ => {}
        }
    }
}

fn refuse(code: u16, msg: &str) -> Done {
    Done::Refuse(Refused::new(code, msg))
}

impl From<Gone> for Done {
    fn from(gone: Gone) -> Self {
        gone.answer().map_or(Self::Gone, Self::Close)
    }
}
