//! What a front end gives a link: where to go, where to keep the session's id, and whom to tell.

use super::dom::Dom;
use super::driver::Driver;
use super::storage::{DomStorage, StoreError};
use crate::client::{Claim, Event, Failure, SocketId};
use crate::decimal;
use crate::session::SessionKey;
use crate::wire::{LONGEST_TOKEN, json_length};
use std::rc::Weak;
use wasm_bindgen::JsValue;

/// The page, as a link sees it.
pub trait Page {
    /// Asks where an attempt goes; the answer is given at once or later, by the [`Reply`].
    fn address(&self, request: &Request<'_>, reply: Reply);

    /// Tells what happened.
    fn tell(&self, output: Output);

    /// The text kept under a key; by default in `sessionStorage`, which a reload of the tab finds again.
    ///
    /// # Errors
    /// [`StoreError`], if the place cannot be used: the id then lasts as long as the link, and a warning is told.
    fn load(&self, key: &str) -> Result<Option<String>, StoreError> {
        DomStorage::Session.load(key)
    }

    /// Keeps a text under a key, or takes away what is there.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    fn store(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        DomStorage::Session.store(key, value)
    }
}

/// What a link tells its page.
#[derive(Clone, Debug)]
pub enum Output {
    /// Something happened to the link.
    Event(Event),
    /// The server sent this: a string or an `ArrayBuffer`.
    Message(JsValue),
}

/// An attempt that wants an address.
pub struct Request<'a> {
    /// The server refused the credentials of the attempt before.
    pub renew: bool,
    /// The session to attach to.
    pub key: &'a SessionKey,
    /// What the page says of itself to a server that speaks `control=1`.
    pub claim: &'a Claim,
    /// The name of the page's life.
    pub life: &'a str,
}

impl Request<'_> {
    /// The query that a passthrough socket goes with, `sessionId=…&projectId=…`, without a `?` before it; with `control`, what the page
    /// says of itself besides.
    pub fn query(&self, control: bool) -> String {
        let mut query = String::from("sessionId=");
        query.push_str(self.key.session.as_str());
        query.push_str("&projectId=");
        query.push_str(self.key.project.as_str());
        if control {
            let claim = self.claim;
            query.push_str("&control=1&inst=");
            query.push_str(self.life);
            let size = claim.size.map_or([0, 0], |size| [size.cols.into(), size.rows.into()]);
            let numbers = [
                ("&try=", claim.attempt),
                ("&known=", claim.known.into()),
                ("&warm=", claim.warm.into()),
                ("&take=", claim.take.into()),
                ("&cols=", size[0]),
                ("&rows=", size[1]),
            ];
            for (name, number) in numbers {
                if number > 0 {
                    query.push_str(name);
                    decimal::push(&mut query, number.into());
                }
            }
        }
        query
    }
}

/// The answer to a [`Request`]. One that comes after the attempt was given up, or never, does no harm.
pub struct Reply {
    pub(super) driver: Weak<Driver<Dom>>,
    pub(super) socket: SocketId,
}

impl Reply {
    /// Connects to this URL, `ws:` or `wss:`.
    pub fn connect(self, url: &str) {
        self.connect_with(url, None);
    }

    /// The same; with resume, this access token goes with the hello. One of more than [`LONGEST_TOKEN`] bytes as JSON fails the attempt.
    pub fn connect_with(self, url: &str, token: Option<String>) {
        let Some(driver) = self.driver.upgrade() else { return };
        if token.as_ref().is_some_and(|token| json_length(token) > LONGEST_TOKEN) {
            driver.fail(self.socket, Failure::Auth);
        } else if driver.wants(self.socket) {
            driver.outside.take_token(token);
            driver.connect(self.socket, url);
        }
    }

    /// Fails the attempt.
    pub fn fail(self, what: Failure) {
        if let Some(driver) = self.driver.upgrade() {
            driver.fail(self.socket, what);
        }
    }
}
