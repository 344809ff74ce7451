//! The page that is attached: how far it has been served, and what it is still to be told.

use super::SocketId;
use crate::time::Millis;
use crate::wire::{Size, Welcome};

/// One page's hold on a session, until the next one's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attachment {
    pub(super) socket: SocketId,
    /// What is said first, until it is (S3).
    pub(super) welcome: Option<Welcome>,
    /// The page had no screen and begins behind the start: that is said after the welcome.
    pub(super) begins_late: bool,
    /// The next byte of output to send.
    pub(super) cursor: u64,
    /// Output processed by the page, as it says (S5).
    pub(super) acked: u64,
    /// The page cannot process output for now.
    pub(super) held: bool,
    /// The size that the page was last told.
    pub(super) told: Size,
    /// Where the next mark is due.
    pub(super) mark_at: u64,
    /// The page's last ping that is not answered yet.
    pub(super) pong: Option<u64>,
    /// Input was written since the last ack.
    pub(super) ack_due: bool,
    pub(super) ping_due: bool,
    /// When the next ping is due, once the last one has been sent.
    pub(super) ping_at: Millis,
    /// How many pings were sent; also the last one's number.
    pub(super) pings: u64,
    /// When the last frame came.
    pub(super) heard: Millis,
    pub(super) exit_sent: bool,
}
