//! A page: the client machine with what the browser driver holds around it, a terminal, and the model of what both must have seen.

use crate::chance::{Chance, mix};
use crate::reference::{Reading, Typing};
use crate::scenario::{Outage, Setup};
use relatch::client::{Client, SocketId};
use relatch::config::{Config, QueueConfig};
use relatch::time::Millis;
use relatch::wire::{Identity, Size};
use std::collections::VecDeque;

/// One load of a page in a tab.
pub struct Page {
    pub tab: usize,
    pub client: Client,
    /// At random, made at load: with the count of lives it names one.
    name: String,
    pub session: Credentials,
    pub storage: usize,
    /// The life that its last hello names, and that hello's count.
    pub life: u32,
    pub attempt: u64,
    /// Since when it has no line.
    pub lost_at: Option<Millis>,
    /// The wire of the present socket.
    pub wire: Option<(SocketId, usize)>,
    pub terminal: Terminal,
    pub asleep_until: Millis,
    pub timers_late_until: Millis,
    pub hidden: bool,
    /// The size of its terminal, once it is known.
    pub size: Option<Size>,
    /// What strikes its next line.
    pub doom: Doom,
    /// The tab is closed, or shows a later load.
    pub gone: bool,
    pub reading: Reading,
    pub typing: Typing,
    pub story: Story,
}

/// What happened to a page that excuses how it ends.
#[derive(Default)]
pub struct Story {
    /// The user closed it, or disposed of it.
    pub left: bool,
    pub disposed: bool,
    /// The server or a proxy sent a code that is final, or that breaks what the page knows.
    pub meddled: bool,
    /// It was sent away by another page, or by a proxy that said so.
    pub superseded: bool,
    pub exited: bool,
}

/// What is kept under a session's place in storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub id: String,
    pub secret: String,
}

/// What strikes a page's next line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Doom {
    pub breaks: Option<(u8, u8, crate::scenario::Ends)>,
    pub slow: (Millis, Millis),
    pub overtaken: Option<Millis>,
}

/// A terminal that processes what it is given some time later, a write at a time.
pub struct Terminal {
    pub paced: bool,
    pub writes: VecDeque<usize>,
    pub each: Millis,
    pub stalled_until: Millis,
    /// It will look at its writes.
    pub due: bool,
    /// Callbacks of an earlier one are not heard.
    pub number: u64,
}

impl Page {
    pub fn load(
        number: usize,
        tab: usize,
        storage: usize,
        kept: Option<Credentials>,
        setup: &Setup,
        seed: u64,
    ) -> Self {
        let seed = mix(seed, 1000 + number as u64);
        let found = kept.is_some();
        let size = Size { cols: 80, rows: 24 };
        let size = Chance::new(seed).percent(70).then_some(size);
        let config = Config {
            resume: true,
            found,
            size,
            queue: if setup.tight {
                QueueConfig {
                    bytes: 300,
                    messages: 4,
                    ..QueueConfig::default()
                }
            } else {
                QueueConfig::default()
            },
            ..Config::default()
        };
        Self {
            tab,
            client: Client::new(config, seed),
            name: format!("page{number}-{seed:x}-"),
            session: kept.unwrap_or_else(|| Credentials::make(seed, 0)),
            storage,
            life: 0,
            attempt: 0,
            lost_at: None,
            wire: None,
            terminal: Terminal {
                paced: setup.paced,
                writes: VecDeque::new(),
                each: 1,
                stalled_until: 0,
                due: false,
                number: 0,
            },
            asleep_until: 0,
            timers_late_until: 0,
            hidden: false,
            size,
            doom: Doom::default(),
            gone: false,
            reading: Reading::default(),
            typing: Typing::new(mix(seed, 2)),
            story: Story::default(),
        }
    }

    /// The name of one of its lives.
    pub fn inst(&self, life: u32) -> String {
        format!("{}{life}", self.name)
    }

    pub fn identity(&self, life: u32) -> Identity {
        Identity {
            session: self.session.id.clone(),
            secret: self.session.secret.clone(),
            project: "default".to_owned(),
            kind: None,
            auth: Some("me".to_owned()),
            inst: self.inst(life),
        }
    }
}

impl Credentials {
    pub fn make(seed: u64, count: u64) -> Self {
        let (a, b) = (mix(seed, 10 + count), mix(seed, 9000 + count));
        Self {
            id: format!("session_1_{a:016x}{b:016x}"),
            secret: format!("{:016x}{:016x}{a:016x}", mix(a, b), mix(b, a)),
        }
    }
}

/// What meets new lines.
pub struct Weather {
    pub outage: Option<(Outage, Millis)>,
    pub latency: (Millis, Millis),
}

impl Weather {
    pub fn outage(&self, now: Millis) -> Option<Outage> {
        self.outage.filter(|&(_, until)| now < until).map(|(kind, _)| kind)
    }
}
