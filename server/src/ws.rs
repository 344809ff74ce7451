//! WebSocket, as the rest of the server sees it. The WebSocket crate is used in this file alone.

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use relatch::wire::PROTOCOL;
use std::error::Error as _;
use std::time::Duration;
use tokio::time::timeout;

/// The longest message taken from a page: 64 KiB. A longer one is answered with 1009.
pub(crate) const LONGEST_MESSAGE: usize = 64 * 1024;

/// The longest reason of a close frame, in bytes (RFC 6455 §5.5: 125 less the code's 2).
const LONGEST_REASON: usize = 123;

/// How long the other side may take to answer a close frame, and to take it in the first place.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// How far apart frames that are not full leave: output that keeps coming is gathered meanwhile, a lone echo leaves at once.
pub(crate) const GATHER: Duration = Duration::from_millis(2);

/// Buffers of each socket, in bytes: small, as most sockets are idle.
const READ_BUFFER: usize = 4 * 1024;
const WRITE_BUFFER: usize = 16 * 1024;

/// The half that sends.
pub(crate) struct Sender(SplitSink<WebSocket, Message>);

/// The half that receives.
pub(crate) struct Receiver(SplitStream<WebSocket>);

/// A frame from the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A whole text message; it is UTF-8.
    Text(Bytes),
    /// A whole binary message.
    Binary(Bytes),
    /// The answer to a ping, with the ping's bytes.
    Pong(Bytes),
    /// A ping of the page's. It is answered already.
    Ping,
}

/// A close frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Close {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

/// Why nothing more comes from the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// The page closed with this code; 1005 if it gave none.
    Closed(u16),
    /// The connection is gone without a close frame.
    Lost,
    /// A message was longer than [`LONGEST_MESSAGE`].
    TooLong,
    /// A text message is not UTF-8.
    NotUtf8,
    /// The bytes are not WebSocket.
    Protocol,
}

/// Whether the page offers the subprotocol under which sessions are resumed; it is chosen then.
pub(crate) fn resumes(upgrade: WebSocketUpgrade) -> (WebSocketUpgrade, bool) {
    let upgrade = upgrade.protocols([PROTOCOL]);
    let chosen = upgrade.selected_protocol().is_some();
    (upgrade, chosen)
}

/// Answers an upgrade, and hands the open socket to `serve`.
pub(crate) fn accept<Serve, Served>(upgrade: WebSocketUpgrade, serve: Serve) -> Response
where
    Serve: FnOnce(Sender, Receiver) -> Served + Send + 'static,
    Served: Future<Output = ()> + Send + 'static,
{
    upgrade
        .max_message_size(LONGEST_MESSAGE)
        .max_frame_size(LONGEST_MESSAGE)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .on_upgrade(|socket| {
            let (sender, receiver) = socket.split();
            serve(Sender(sender), Receiver(receiver))
        })
}

impl Sender {
    /// Sends a binary message.
    pub(crate) async fn binary(&mut self, bytes: Vec<u8>) -> Result<(), Gone> {
        self.send(Message::Binary(bytes.into())).await
    }

    /// Sends a text message.
    pub(crate) async fn text(&mut self, text: String) -> Result<(), Gone> {
        self.send(Message::Text(text.into())).await
    }

    /// Sends a ping with these bytes, 125 at most.
    pub(crate) async fn ping(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        self.send(Message::Ping(Bytes::copy_from_slice(bytes))).await
    }

    /// Says something, and closes the socket.
    pub(crate) async fn say_and_close(mut self, receiver: Receiver, text: String, close: Close) {
        // A page that takes nothing is closed without it.
        let _ = timeout(CLOSE_LIMIT, self.text(text)).await;
        self.close(receiver, close.code, &close.reason).await;
    }

    /// Closes the socket. Returns whether the page answered, which says that it has had the code.
    pub(crate) async fn close(mut self, mut receiver: Receiver, code: u16, reason: &str) -> bool {
        let close = Message::Close(Some(CloseFrame {
            code,
            reason: cut(reason, LONGEST_REASON).into(),
        }));
        let answer = async {
            self.send(close).await.ok()?;
            loop {
                match receiver.next().await {
                    Ok(_) => {}
                    Err(gone) => return matches!(gone, Gone::Closed(_)).then_some(()),
                }
            }
        };
        timeout(CLOSE_LIMIT, answer)
            .await
            .is_ok_and(|answered| answered.is_some())
    }

    /// Answers the page's close frame.
    pub(crate) async fn answer_close(mut self) {
        // A page that has gone already needs no answer.
        let _ = timeout(CLOSE_LIMIT, self.0.close()).await;
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        self.0.send(message).await.map_err(|error| gone(&error))
    }
}

impl Receiver {
    /// Waits for the next frame. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> Result<Frame, Gone> {
        match self.0.next().await {
            None => Err(Gone::Lost),
            Some(Err(error)) => Err(gone(&error)),
            Some(Ok(Message::Text(text))) => Ok(Frame::Text(text.into())),
            Some(Ok(Message::Binary(bytes))) => Ok(Frame::Binary(bytes)),
            Some(Ok(Message::Ping(_))) => Ok(Frame::Ping),
            Some(Ok(Message::Pong(bytes))) => Ok(Frame::Pong(bytes)),
            Some(Ok(Message::Close(frame))) => Err(Gone::Closed(frame.map_or(1005, |frame| frame.code))),
        }
    }
}

impl Gone {
    /// What the page is told of it; nothing, if it closed by itself or its line is lost.
    pub(crate) fn answer(self) -> Option<Close> {
        let (code, reason) = match self {
            Self::Closed(_) | Self::Lost => return None,
            Self::TooLong => (1009, "a message has at most 65536 bytes"),
            Self::NotUtf8 => (1007, "a text message is not UTF-8"),
            Self::Protocol => (1002, "not WebSocket"),
        };
        Some(Close {
            code,
            reason: reason.to_owned(),
        })
    }
}

fn gone(error: &axum::Error) -> Gone {
    use tungstenite::Error;
    use tungstenite::error::ProtocolError;
    match error.source().and_then(|source| source.downcast_ref()) {
        Some(Error::Capacity(_)) => Gone::TooLong,
        Some(Error::Utf8(_)) => Gone::NotUtf8,
        Some(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing)) => {
            Gone::Lost
        }
        Some(Error::Protocol(_)) => Gone::Protocol,
        _ => Gone::Lost,
    }
}

/// The longest beginning of `text` that has at most `most` bytes.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_reason_is_cut_between_characters() {
        assert_eq!(cut("abc", 5), "abc");
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("é", 0), "");
    }
}
