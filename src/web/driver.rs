//! The loop between the machine and its outside: hand in what happened, carry out what it says, arm the timer.

use super::global;
use super::identity::{self, Identity, Loaded};
use super::outside::{Outside, Stored};
use super::page::Request;
use crate::client::{Action, Client, Event, Failure, Input, Open, Payload, SocketId, State, Warning};
use crate::close::DISPOSED;
use crate::config::Config;
use crate::decimal;
use crate::error::Refusal;
use crate::session::ProjectId;
use crate::time::{LONGEST_TIMER, Millis};
use crate::wire::{self, Attach, FromClient, LONGEST_CONTROL};
use std::cell::{Cell, RefCell};

pub(super) struct Driver<O> {
    pub(super) outside: O,
    pub(super) client: RefCell<Client>,
    pub(super) identity: RefCell<Identity>,
    /// Which kind of terminal a hello asks for.
    kind: Option<String>,
    /// The present attempt's access token, for its hello.
    token: RefCell<Option<String>>,
    /// Storage had failed before there was anybody to tell.
    storage_failed: bool,
    /// The page was told that storage has failed.
    warned: Cell<bool>,
    /// Names the page; with the count of its lives, one of them.
    page_name: String,
    /// The present attempt's life of the page.
    life: RefCell<String>,
    /// When the timer fires.
    armed: Cell<Option<Millis>>,
    /// Somebody further up the stack carries out the actions.
    draining: Cell<bool>,
    /// Nothing more is wanted. A page that says so from within a listener is still told what came before.
    disposed: Cell<bool>,
}

/// Which terminal a link is to.
pub(super) struct Terminal {
    pub(super) project: ProjectId,
    pub(super) kind: Option<String>,
}

impl<O: Outside> Driver<O> {
    /// A driver whose [`arm`](Self::arm) is to be called once it is in its place.
    pub(super) fn new(mut config: Config, terminal: Terminal, id: Loaded, secret: Loaded, outside: O) -> Self {
        let Terminal { project, kind } = terminal;
        let seed = u64::from_le_bytes(identity::random(&outside));
        let found = identity::find(project, id, secret, config.resume, &outside);
        config.found = found.whole;
        Self {
            client: RefCell::new(Client::new(config, seed)),
            identity: RefCell::new(found.identity),
            kind,
            token: RefCell::new(None),
            storage_failed: found.storage_failed,
            warned: Cell::new(false),
            page_name: identity::instance(&outside),
            life: RefCell::default(),
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
            Action::NewSession => self.take_new_session(),
            Action::ForgetSession => self.keep_session(false),
            Action::Open(open) => self.open(&open),
            Action::Greet(socket, attach) => self.greet(socket, attach),
            Action::Transmit(_, message) => self.outside.send(&message),
            Action::Discard { code, reason, .. } => self.outside.discard(code, &reason),
            Action::Deliver => self.outside.deliver(),
            Action::Emit(event) => self.outside.tell(event),
        }
    }

    /// Asks the page where to go.
    fn open(&self, open: &Open) {
        let key = self.identity.borrow().key.clone();
        let mut life = self.page_name.clone();
        decimal::push(&mut life, open.claim.life.into());
        self.life.replace(life.clone());
        let request = Request {
            renew: open.renew,
            key: &key,
            claim: &open.claim,
            life: &life,
        };
        self.outside.address(open.socket, &request);
    }

    /// Opens the socket, unless the machine has given this attempt up while the page was asked. The token is for the hello.
    pub(super) fn connect(&self, socket: SocketId, url: &str, token: Option<String>) {
        if self.client.borrow().current_socket() != Some(socket) {
            return;
        }
        self.token.replace(token);
        if !self.outside.connect(socket, url) {
            self.fail(socket, Failure::Socket);
        }
    }

    /// Says hello.
    fn greet(&self, socket: SocketId, attach: Attach) {
        let identity = self.identity.borrow();
        let hello = wire::Identity {
            session: identity.key.session.as_str().to_owned(),
            secret: identity.secret.clone(),
            project: identity.key.project.as_str().to_owned(),
            kind: self.kind.clone(),
            auth: self.token.take(),
            inst: self.life.borrow().clone(),
        };
        drop(identity);
        let hello = FromClient::Hello(hello, attach).to_text();
        if hello.len() > LONGEST_CONTROL {
            // All but the token is bounded well below.
            self.outside.discard(DISPOSED, "");
            return self.fail(socket, Failure::Auth);
        }
        self.outside.send(&Payload::Text(hello));
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

    fn take_new_session(&self) {
        let resume = self.client.borrow().config().resume;
        let session = identity::make(&self.outside);
        let secret = resume.then(|| identity::make_secret(&self.outside));
        let mut identity = self.identity.borrow_mut();
        identity.key.session = session;
        identity.secret = secret.unwrap_or_default();
        drop(identity);
        self.keep_session(true);
    }

    /// Stores the session's id and secret, or takes them out. The page's storage may call back into the link: nothing is borrowed
    /// meanwhile.
    fn keep_session(&self, there: bool) {
        let identity = self.identity.borrow();
        let (session, secret) = (identity.key.session.clone(), identity.secret.clone());
        drop(identity);
        let kept = |what, value: &str| self.outside.store(what, there.then_some(value)).is_ok();
        let has_id = kept(Stored::Id, session.as_str());
        if !(has_id & (secret.is_empty() || kept(Stored::Secret, &secret))) {
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
