//! What the page sent while the link was not ready: bounded in bytes, messages and age, and nothing leaves it unsaid.

use crate::config::QueueConfig;
use crate::payload::Payload;
use crate::time::Millis;
use std::collections::VecDeque;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Queue {
    config: QueueConfig,
    messages: VecDeque<(Millis, Payload)>,
    bytes: usize,
}

/// How many messages of how many bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Tally {
    pub(super) messages: usize,
    pub(super) bytes: usize,
}

impl Tally {
    pub(super) fn add(&mut self, bytes: usize) {
        self.messages += 1;
        self.bytes += bytes;
    }
}

impl Queue {
    pub(super) fn new(config: QueueConfig) -> Self {
        Self {
            config,
            messages: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Keeps a message, or hands it back if it does not fit.
    pub(super) fn push(&mut self, now: Millis, message: Payload) -> Result<(), Payload> {
        let fits = self.messages.len() < self.config.messages as usize
            && message.len() <= (self.config.bytes as usize).saturating_sub(self.bytes);
        if !fits {
            return Err(message);
        }
        self.bytes += message.len();
        self.messages.push_back((now, message));
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Option<Payload> {
        let (_, message) = self.messages.pop_front()?;
        self.bytes -= message.len();
        Some(message)
    }

    /// When the oldest message has been kept long enough.
    pub(super) fn expires_at(&self) -> Option<Millis> {
        let (since, _) = self.messages.front()?;
        Some(since + self.config.age)
    }

    /// Takes out what has been kept long enough.
    pub(super) fn expire(&mut self, now: Millis) -> Tally {
        let mut gone = Tally::default();
        while self.expires_at().is_some_and(|at| at <= now) {
            if let Some(message) = self.pop() {
                gone.add(message.len());
            }
        }
        gone
    }

    /// Counts each message's age from now on.
    pub(super) fn renew(&mut self, now: Millis) {
        for (since, _) in &mut self.messages {
            *since = now;
        }
    }

    /// Moves each message's time.
    #[cfg(feature = "host")]
    pub(super) fn shift(&mut self, shift: impl FnMut(&mut Millis)) {
        self.messages.iter_mut().map(|(since, _)| since).for_each(shift);
    }

    /// The content of all messages.
    #[cfg(feature = "host")]
    pub(super) fn bytes(&self) -> Vec<u8> {
        let bytes = |(_, message): &(Millis, Payload)| match message {
            Payload::Text(text) => text.clone().into_bytes(),
            Payload::Binary(bytes) => bytes.clone(),
        };
        self.messages.iter().flat_map(bytes).collect()
    }

    pub(super) fn clear(&mut self) -> Tally {
        let tally = self.tally();
        self.messages.clear();
        self.bytes = 0;
        tally
    }

    pub(super) fn tally(&self) -> Tally {
        Tally {
            messages: self.messages.len(),
            bytes: self.bytes,
        }
    }
}
