//! What a world is made of, and what may happen in it how often.

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

/// How often each thing that nobody has to do may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Budget {
    pub keys: u8,
    pub prints: u8,
    pub cuts: u8,
    pub refusals: u8,
    pub page_timers: u8,
    pub host_timers: u8,
    pub sleeps: u8,
    pub hides: u8,
    pub freezes: u8,
    pub reloads: u8,
    pub pages: u8,
    pub takes: u8,
    pub restarts: u8,
    pub forgets: u8,
    pub exits: u8,
    pub closes: u8,
    pub sessions: u8,
    pub intruders: u8,
    pub resizes: u8,
    pub reconnects: u8,
}

impl Budget {
    /// All counts in one number, each in 5 bits of which the highest is 0.
    pub fn packed(&self) -> u128 {
        let Self {
            keys,
            prints,
            cuts,
            refusals,
            page_timers,
            host_timers,
            sleeps,
            hides,
            freezes,
            reloads,
            pages,
            ..
        } = *self;
        let Self {
            takes,
            restarts,
            forgets,
            exits,
            closes,
            sessions,
            intruders,
            resizes,
            reconnects,
            ..
        } = *self;
        let first = [
            keys,
            prints,
            cuts,
            refusals,
            page_timers,
            host_timers,
            sleeps,
            hides,
            freezes,
            reloads,
            pages,
        ];
        let second = [
            takes, restarts, forgets, exits, closes, sessions, intruders, resizes, reconnects,
        ];
        let counts = first.into_iter().chain(second);
        counts.fold(0, |packed, count| packed << 5 | u128::from(count))
    }

    /// Whether no count of `other` is above that of `these`.
    pub fn covers(these: u128, other: u128) -> bool {
        let high = (0..20).fold(0, |high, _| high << 5 | 16);
        ((these | high) - other) & high == high
    }
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
