//! A line to a terminal, for a Rust front end.

use super::detail;
use super::dom::{Dom, Resume, secret_place};
use super::driver::Driver;
use super::global;
use super::options::Options;
use super::page::Page;
use crate::client::{Input, Payload, State};
use crate::close::{CloseError, check_close};
use crate::config::ConfigError;
use crate::error::Refusal;
use crate::session::{SessionId, SessionKey};
use crate::wire::{PROTOCOL, Size, is_secret};
use js_sys::Array;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// A line that is kept alive until [`dispose`](Self::dispose) or drop; both keep the session.
pub struct Link {
    driver: Rc<Driver<Dom>>,
}

impl Link {
    /// Makes a link; its first attempt comes in the next task. The page is told of nothing before that task, unless the link itself is
    /// called first. Two live links of one project and name would take the session from each other: give each its own name.
    ///
    /// # Errors
    /// [`ConfigError`], if an option breaks its rule.
    pub fn new(options: Options, page: Rc<dyn Page>) -> Result<Self, ConfigError> {
        options.check()?;
        let Options {
            config,
            project,
            name,
            kind,
            mut protocols,
        } = options;
        let place = String::from("relatch:") + project.as_str() + ":" + &name;
        let loaded = page.load(&place);
        let mut config = config;
        let resume = config.resume.then(|| {
            // Not into the page's own array, which another link may be made with.
            protocols = Array::of1(&PROTOCOL.into());
            let secret = page.load(&secret_place(&place)).ok().flatten().unwrap_or_default();
            config.found = is_secret(&secret);
            Resume {
                secret: RefCell::new(secret),
                kind,
                token: RefCell::new(None),
                session: RefCell::new(None),
            }
        });
        let driver = Rc::new_cyclic(|driver| {
            let dom = Dom::new(driver.clone(), page, place, protocols, config.control, resume);
            Driver::new(config, project, loaded, dom)
        });
        driver.arm();
        driver.outside.hide();
        if !global::is_online() {
            driver.input(Input::Offline);
        }
        Ok(Self { driver })
    }

    /// Sends, or queues while the line is not there.
    ///
    /// # Errors
    /// [`Refusal`], if the link is closed, superseded or disposed of, or the queue is full.
    pub fn send(&self, message: Payload) -> Result<(), Refusal> {
        self.driver.command(Input::Send(message))
    }

    /// Tells the terminal's size, now and at each attempt, where the server understands control frames.
    ///
    /// # Errors
    /// [`Refusal::Disposed`].
    pub fn resize(&self, size: Size) -> Result<(), Refusal> {
        self.driver.command(Input::Resize(size))
    }

    /// With resume: from now on the page says what its terminal has processed, by [`processed`](Self::processed); before, whatever it
    /// is told counts as processed. The server does not send far ahead of that.
    pub fn pace(&self) {
        self.driver.input(Input::Pace);
    }

    /// With resume: the page's terminal has processed so many bytes more.
    pub fn processed(&self, bytes: usize) {
        self.driver.input(Input::Processed(bytes));
    }

    /// Closes: with 1000 the session ends too, with 3000..=4999 it is kept.
    ///
    /// # Errors
    /// [`CloseError`] for a code or reason that a page may not use. A link that is closed already stays so.
    pub fn close(&self, code: u16, reason: &str) -> Result<(), CloseError> {
        check_close(code, reason)?;
        let reason = reason.to_owned();
        // Refused only where there is nothing left to close.
        let _ = self.driver.command(Input::Close { code, reason });
        Ok(())
    }

    /// Makes an attempt now, whatever the state; it takes back a session that another page took.
    ///
    /// # Errors
    /// [`Refusal::Disposed`].
    pub fn reconnect(&self) -> Result<(), Refusal> {
        self.driver.command(Input::Reconnect)
    }

    /// Ends the session and goes on with a new one.
    ///
    /// # Errors
    /// As for [`reconnect`](Self::reconnect).
    pub fn new_session(&self) -> Result<(), Refusal> {
        self.driver.command(Input::NewSession)
    }

    /// Lets go of the line for good; the session is kept. Doing it again does nothing.
    pub fn dispose(&self) {
        self.driver.dispose();
    }

    /// Where the link stands.
    pub fn state(&self) -> State {
        self.driver.client.borrow().state()
    }

    /// The session's id.
    pub fn session_id(&self) -> SessionId {
        self.session_key().session
    }

    /// The session's key, `<sessionId>:<projectId>`.
    pub fn session_key(&self) -> SessionKey {
        self.driver.key.borrow().clone()
    }

    /// Bytes sent by the page that are not yet on the network.
    pub fn buffered_amount(&self) -> f64 {
        let (_, queued) = self.driver.client.borrow().queued();
        queued as f64 + self.driver.outside.buffered()
    }

    /// The link's state and counters as one plain object.
    pub fn snapshot(&self) -> JsValue {
        detail::snapshot(
            &self.driver.client.borrow(),
            &self.session_key(),
            self.buffered_amount(),
        )
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.dispose();
    }
}
