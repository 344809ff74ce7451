//! What a world is made of, and what may happen in it how often.

use crate::budget::Budget;
use crate::content::Content;
use relatch::backoff::{BackoffConfig, Jitter};
use relatch::client::Client;
use relatch::config::{BreakerConfig, Config, QueueConfig};
use relatch::host::{Bounds, Directory, Session};
use relatch::wire::Size;

#[derive(Clone, Debug)]
pub struct Setup {
    pub name: &'static str,
    pub bounds: Bounds,
    pub content: Content,
    /// The pages say what their terminals have processed.
    pub paced: bool,
    /// How many frames a socket takes from the server before it is slow.
    pub pipe: usize,
    /// What is written to the process is taken first and written later.
    pub two_phases: bool,
    /// The page is attached from the beginning.
    pub connected: bool,
    /// The pages know their terminals' sizes.
    pub sized: bool,
    /// A socket may be cut in one direction first.
    pub half: bool,
    /// A page may still be given what comes on a socket that it has left.
    pub late: bool,
    /// The process takes input as soon as there is any.
    pub eager: bool,
    /// What is typed at once.
    pub paste: usize,
    /// Failures that open the breaker.
    pub breaker: u32,
    pub budget: Budget,
    pub broken: Broken,
}

/// The rule that one of the two ends breaks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Broken {
    #[cfg(feature = "mutants")]
    pub client: Option<relatch::client::Rule>,
    #[cfg(feature = "mutants")]
    pub host: Option<relatch::host::Rule>,
}

pub const SIZE: Size = Size { cols: 80, rows: 24 };

impl Setup {
    /// A world in which nothing goes wrong and nothing happens.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            bounds: Bounds {
                ring: 8,
                window: 4,
                input: 4,
                frame: 2,
                mark: 3,
                ..Bounds::default()
            },
            content: Content::Plain,
            paced: false,
            pipe: 4,
            two_phases: false,
            connected: true,
            sized: false,
            half: false,
            late: false,
            eager: true,
            paste: 1,
            breaker: 1000,
            budget: Budget::default(),
            broken: Broken::default(),
        }
    }

    pub fn client(&self, found: bool) -> Client {
        let client = Client::new(
            Config {
                resume: true,
                found,
                backoff: BackoffConfig {
                    max: 1000,
                    jitter: Jitter::None,
                    ..BackoffConfig::default()
                },
                breaker: BreakerConfig {
                    failures: self.breaker,
                    ..BreakerConfig::default()
                },
                queue: QueueConfig {
                    bytes: 8,
                    messages: 8,
                    ..QueueConfig::default()
                },
                size: self.sized.then_some(SIZE),
                ..Config::default()
            },
            1,
        );
        #[cfg(feature = "mutants")]
        if let Some(rule) = self.broken.client {
            return client.without(rule);
        }
        client
    }

    pub fn session(&self, epoch: u64, now: u64) -> Session {
        let session = Session::new(self.bounds.clone(), epoch, SIZE, now);
        #[cfg(feature = "mutants")]
        if let Some(rule) = self.broken.host {
            return session.without(rule);
        }
        session
    }

    pub fn directory(&self) -> Directory<Session> {
        let directory = Directory::new(4, self.bounds.retention);
        #[cfg(feature = "mutants")]
        if let Some(rule) = self.broken.host {
            return directory.without(rule);
        }
        directory
    }
}
