//! What a front end says of one link.

use super::driver::Driver;
use super::storage::{DomStorage, Store};
use crate::client::{Claim, Failure, SocketId};
use crate::config::{Config, ConfigError};
use crate::session::{ProjectId, SessionKey};
use js_sys::Array;
use std::rc::{Rc, Weak};

/// Asks where an attempt goes.
pub type Ask = Box<dyn Fn(&Request<'_>, Reply)>;

/// One link's options.
pub struct Options {
    /// What the machine is told.
    pub config: Config,
    /// The project.
    pub project: ProjectId,
    /// Tells apart the links that a page has to one project: 1 to 128 characters; `default` by default.
    pub name: String,
    /// Subprotocols to offer; none by default.
    pub protocols: Array,
    /// Where the session's id is kept; `sessionStorage` by default, `None` is as long as the page.
    pub store: Option<Rc<dyn Store>>,
    /// Asked before each attempt where it goes: at once or later it answers by the [`Reply`].
    pub address: Ask,
}

/// An attempt that wants an address.
pub struct Request<'a> {
    /// The server refused the credentials of the attempt before.
    pub renew: bool,
    /// The session to attach to.
    pub key: &'a SessionKey,
    /// What the page says of itself to a server that speaks `control=1`.
    pub claim: Option<(&'a Claim, &'a str)>,
}

/// The answer to a [`Request`]. One that comes after the attempt was given up, or never, does no harm.
pub struct Reply {
    pub(super) driver: Weak<Driver>,
    pub(super) socket: SocketId,
}

impl Reply {
    /// Connects to this URL, `ws:` or `wss:`.
    pub fn connect(&self, url: &str) {
        if let Some(driver) = self.driver.upgrade() {
            driver.connect(self.socket, url);
        }
    }

    /// Fails the attempt.
    pub fn fail(&self, what: Failure) {
        if let Some(driver) = self.driver.upgrade() {
            driver.fail(self.socket, what);
        }
    }
}

impl Request<'_> {
    /// The query that a passthrough socket goes with, `sessionId=…&projectId=…`, without a `?` before it.
    pub fn query(&self) -> String {
        let mut query = String::from("sessionId=");
        query.push_str(self.key.session.as_str());
        query.push_str("&projectId=");
        query.push_str(self.key.project.as_str());
        if let Some((claim, life)) = self.claim {
            query.push_str("&control=1&inst=");
            query.push_str(life);
            let number = |query: &mut String, name: &str, value: u32| {
                query.push_str(name);
                query.push_str(&value.to_string());
            };
            number(&mut query, "&try=", claim.attempt);
            for (said, text) in [
                (claim.known, "&known=1"),
                (claim.warm, "&warm=1"),
                (claim.take, "&take=1"),
            ] {
                if said {
                    query.push_str(text);
                }
            }
            if let Some(size) = claim.size {
                number(&mut query, "&cols=", size.cols.into());
                number(&mut query, "&rows=", size.rows.into());
            }
        }
        query
    }
}

impl Options {
    /// Everything by default, to one URL that has neither a query nor a fragment.
    pub fn new(url: &str, project: ProjectId) -> Self {
        let url = url.to_owned();
        Self {
            config: Config::default(),
            project,
            name: "default".to_owned(),
            protocols: Array::new(),
            store: Some(Rc::new(DomStorage::Session)),
            address: Box::new(move |request, reply| reply.connect(&(url.clone() + "?" + &request.query()))),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.config.check()?;
        let (field, rule) = ("name", "must be a string of 1 to 128 characters");
        match self.name.len() {
            1..=128 => Ok(()),
            _ => Err(ConfigError { field, rule }),
        }
    }
}
