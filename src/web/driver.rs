//! The loop between the machine and its outside: hand in what happened, carry out what it says, arm the timer.

use super::global;
use super::identity;
use super::outside::Outside;
use super::page::Request;
use super::storage::StoreError;
use crate::client::{Action, Client, Event, Failure, Input, Open, SocketId, State, Warning};
use crate::config::Config;
use crate::decimal;
use crate::error::Refusal;
use crate::session::{ProjectId, SessionKey};
use crate::time::{LONGEST_TIMER, Millis};
use std::cell::{Cell, RefCell};

pub(super) struct Driver<O> {
    pub(super) outside: O,
    pub(super) client: RefCell<Client>,
    pub(super) key: RefCell<SessionKey>,
    /// Storage had failed before there was anybody to tell.
    storage_failed: bool,
    /// The page was told that storage has failed.
    warned: Cell<bool>,
    /// Names the page; with the count of its lives, one of them.
    page_name: String,
    /// When the timer fires.
    armed: Cell<Option<Millis>>,
    /// Somebody further up the stack carries out the actions.
    draining: Cell<bool>,
    /// Nothing more is wanted. A page that says so from within a listener is still told what came before.
    disposed: Cell<bool>,
}

impl<O: Outside> Driver<O> {
    /// A driver whose [`arm`](Self::arm) is to be called once it is in its place.
    pub(super) fn new(
        mut config: Config,
        project: ProjectId,
        loaded: Result<Option<String>, StoreError>,
        outside: O,
    ) -> Self {
        let seed = u64::from_le_bytes(identity::random(&outside));
        let found = identity::find(project, loaded, config.resume && !config.found, &outside);
        config.found = found.known;
        Self {
            client: RefCell::new(Client::new(config, seed)),
            key: RefCell::new(found.key),
            storage_failed: found.storage_failed,
            warned: Cell::new(false),
            page_name: identity::instance(&outside),
            armed: Cell::new(None),
            draining: Cell::new(false),
            disposed: Cell::new(false),
            outside,
        }
    }

    /// The first attempt comes in a task of its own: nothing is told before the page has put up its listeners.
    pub(super) fn on_timer(&self) {
        self.armed.set(None);
        if self.storage_failed {
            self.warn_of_storage();
        }
        self.input(if self.is_idle() { Input::Connect } else { Input::Timeout });
    }

    fn is_idle(&self) -> bool {
        self.client.borrow().state() == State::Idle
    }

    /// Hands an input in that cannot be refused.
    pub(super) fn input(&self, input: Input) {
        let _ = self.command(input);
    }

    /// Hands a wish in.
    pub(super) fn command(&self, input: Input) -> Result<(), Refusal> {
        let result = self.client.borrow_mut().handle(global::now(), input);
        self.drain();
        result
    }

    /// Carries out what the machine says. A page that calls back from a listener adds to the same queue, so the order holds.
    fn drain(&self) {
        if self.draining.replace(true) {
            return;
        }
        while let Some(action) = self.next_action() {
            self.act(action);
        }
        self.draining.set(false);
        if self.disposed.get() {
            self.outside.release();
        }
        self.arm();
    }

    fn next_action(&self) -> Option<Action> {
        self.client.borrow_mut().poll_action()
    }

    /// The machine names one socket at a time, which is the one that is there.
    fn act(&self, action: Action) {
        match action {
            Action::NewSession => {
                let session = identity::make(&self.outside);
                self.key.borrow_mut().session = session;
                self.keep_session(true);
            }
            Action::ForgetSession => self.keep_session(false),
            Action::Open(open) => self.open(&open),
            Action::Greet(_, attach) => self.outside.greet(&attach),
            Action::Transmit(_, message) => self.outside.send(&message),
            Action::Discard { code, reason, .. } => self.outside.discard(code, &reason),
            Action::Deliver => self.outside.deliver(),
            Action::Emit(event) => self.outside.tell(event),
        }
    }

    /// Asks the page where to go.
    fn open(&self, open: &Open) {
        let key = self.key.borrow().clone();
        let mut life = self.page_name.clone();
        decimal::push(&mut life, open.claim.life.into());
        let request = Request {
            renew: open.renew,
            key: &key,
            claim: &open.claim,
            life: &life,
        };
        self.outside.address(open.socket, &request);
    }

    /// Opens the socket, unless the machine has given this attempt up while the page was asked.
    pub(super) fn connect(&self, socket: SocketId, url: &str) {
        if self.wants(socket) && !self.outside.connect(socket, url) {
            self.fail(socket, Failure::Socket);
        }
    }

    /// Whether the present attempt is this one.
    pub(super) fn wants(&self, socket: SocketId) -> bool {
        self.client.borrow().current_socket() == Some(socket)
    }

    pub(super) fn fail(&self, socket: SocketId, what: Failure) {
        self.input(Input::Failed { socket, what });
    }

    /// Lets go of everything: the machine, and once it has been told so, the page.
    pub(super) fn dispose(&self) {
        self.disposed.set(true);
        self.input(Input::Dispose);
    }

    /// Arms the one timer for when the machine wants it, or before: one that is armed already is left alone if it comes first.
    pub(super) fn arm(&self) {
        let next = if self.is_idle() {
            Some(0)
        } else {
            self.client.borrow().next_timeout()
        };
        let armed = self.armed.get();
        if armed.is_some() && armed <= next {
            return;
        }
        self.armed.set(next);
        let delay = |at: Millis| at.saturating_sub(global::now()).min(LONGEST_TIMER) as u32;
        self.outside.arm(next.map(delay));
    }

    /// Stores the session's id, or takes it out. The page's storage may call back into the link: nothing is borrowed meanwhile.
    fn keep_session(&self, there: bool) {
        let session = self.key.borrow().session.clone();
        if self.outside.store(there.then(|| session.as_str())).is_err() {
            self.warn_of_storage();
        }
    }

    /// Says once that storage has failed.
    fn warn_of_storage(&self) {
        if !self.warned.replace(true) {
            self.outside.tell(Event::Warning(Warning::Storage));
        }
    }
}
