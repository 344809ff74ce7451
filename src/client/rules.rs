//! Rules of the protocol that a test may have the client break, to show that the breach is found. In a real build none can be.

use super::Client;

/// A rule, named after what breaks without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(not(feature = "mutants"), allow(unreachable_pub, reason = "only a test may name it"))]
pub enum Rule {
    /// Only the present socket is listened to.
    Fence,
    /// Nothing is sent before the welcome.
    WaitForWelcome,
    /// After the welcome, input goes on from what the server accepted.
    Rewind,
    /// A welcome is answered with an ack.
    AckAfterWelcome,
    /// `hold` is said again to each connection.
    HoldAgain,
    /// An exit is acknowledged.
    ExitAck,
    /// Another process is not typed what was meant for the one before.
    Epoch,
    /// Input that waited too long is not sent.
    StaleInput,
    /// Within a snapshot the page has no screen to go on from.
    SnapshotPlace,
    /// The bytes of a snapshot are no output.
    SnapshotCount,
}

impl Client {
    /// This client, breaking a rule.
    #[cfg(feature = "mutants")]
    #[must_use]
    pub fn without(mut self, rule: Rule) -> Self {
        self.broken = Some(rule);
        self
    }

    #[cfg(feature = "mutants")]
    pub(super) fn keeps(&self, rule: Rule) -> bool {
        self.broken != Some(rule)
    }

    #[cfg(not(feature = "mutants"))]
    pub(super) const fn keeps(&self, _: Rule) -> bool {
        true
    }
}
