//! One test's own project, in which it makes its links.

use crate::line::Line;
use crate::server;
use relatch::backoff::{BackoffConfig, Jitter};
use relatch::client::{Claim, Payload};
use relatch::config::{BreakerConfig, Config, ConfigError};
use relatch::session::ProjectId;
use relatch::web::{DomStorage, Options, Reply, Request, StoreError};
use std::cell::Cell;
use std::rc::Rc;

/// Makes links that share no session with those of any other test.
pub struct Lab {
    pub project: ProjectId,
}

/// Answers where an attempt goes.
pub type Address = Box<dyn Fn(&Asked, Reply)>;

/// What a link is made of.
pub struct Setup {
    pub options: Options,
    /// The server's terminal by default.
    pub address: Address,
    pub shelf: Rc<dyn Shelf>,
}

/// What a link asked when it wanted an address.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The query for the server, without the access token.
    pub query: String,
    pub renew: bool,
    pub claim: Claim,
    pub life: String,
}

/// Where a link keeps its id.
pub trait Shelf {
    fn load(&self, key: &str) -> Result<Option<String>, StoreError>;
    fn store(&self, key: &str, value: Option<&str>) -> Result<(), StoreError>;
}

impl Shelf for DomStorage {
    fn load(&self, key: &str) -> Result<Option<String>, StoreError> {
        DomStorage::load(*self, key)
    }

    fn store(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        DomStorage::store(*self, key, value)
    }
}

/// Times that a test can wait for, to the millisecond: waits of 50, 100, 200, 400, 400 … ms, a recovery of 200 ms.
pub fn short() -> Config {
    Config {
        backoff: BackoffConfig {
            base: 50,
            max: 400,
            jitter: Jitter::None,
            ..BackoffConfig::default()
        },
        breaker: BreakerConfig {
            recovery: 200,
            ..BreakerConfig::default()
        },
        // Longer than any test: no line lasts unless its test says so.
        stable_after: 60_000,
        ..Config::default()
    }
}

impl Lab {
    pub fn new() -> Self {
        thread_local! {
            static COUNT: Cell<u32> = const { Cell::new(0) };
        }
        let number = COUNT.replace(COUNT.get() + 1);
        let project = ProjectId::new(&format!("web_test_{number}")).unwrap();
        Self { project }
    }

    /// A link with short times.
    pub fn link(&self) -> Line {
        self.link_with(|_| {})
    }

    /// The same, with changes.
    pub fn link_with(&self, change: impl FnOnce(&mut Setup)) -> Line {
        self.try_link_with(change).unwrap()
    }

    pub fn try_link_with(&self, change: impl FnOnce(&mut Setup)) -> Result<Line, ConfigError> {
        let mut setup = Setup {
            options: Options {
                config: short(),
                ..Options::new(self.project.clone())
            },
            address: Box::new(|asked, reply| reply.connect(&server::terminal(&asked.query))),
            shelf: Rc::new(DomStorage::Session),
        };
        change(&mut setup);
        Line::new(setup)
    }

    /// A link whose session the server shows it: faults can strike it.
    pub async fn attached(&self) -> Line {
        self.attached_with(|_| {}).await
    }

    /// The same, with changes.
    pub async fn attached_with(&self, change: impl FnOnce(&mut Setup)) -> Line {
        let mut line = self.link_with(change);
        line.ready().await;
        line.echo("attached").await;
        line
    }

    /// A link with short times that resumes its session.
    pub fn resuming(&self) -> Line {
        self.resuming_with(|_| {})
    }

    /// The same, with changes.
    pub fn resuming_with(&self, change: impl FnOnce(&mut Setup)) -> Line {
        self.link_with(|setup| {
            resume(setup);
            change(setup);
        })
    }

    /// Where the link of this name keeps its id.
    pub fn place(&self, name: &str) -> String {
        format!("relatch:{}:{name}", self.project.as_str())
    }
}

impl Asked {
    pub fn new(request: &Request<'_>, control: bool) -> Self {
        Self {
            query: request.query(control),
            renew: request.renew,
            claim: *request.claim,
            life: request.life.to_owned(),
        }
    }
}

/// What makes a link one that resumes.
pub fn resume(setup: &mut Setup) {
    setup.options.config.resume = true;
    setup.address = Box::new(|_, reply| {
        let (url, token) = server::resumable();
        reply.connect_with(&url, Some(token));
    });
}

pub fn text(text: &str) -> Payload {
    Payload::Text(text.to_owned())
}
