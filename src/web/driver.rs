//! The loop between the machine and the browser: hand in what happened, carry out what it says, arm the timer.

use super::global;
use super::identity::{self, Identity};
use super::listen::Listening;
use super::page::{Output, Page, Reply, Request};
use super::socket::Socket;
use super::timer::Timer;
use crate::client::{Action, Client, Event, Failure, Input, Open, SocketId, Warning};
use crate::config::Config;
use crate::decimal;
use crate::error::Refusal;
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

pub(super) struct Driver {
    me: Weak<Driver>,
    protocols: Array,
    /// Text frames are control frames.
    control: bool,
    pub(super) client: RefCell<Client>,
    pub(super) identity: RefCell<Identity>,
    socket: RefCell<Option<Socket>>,
    timer: RefCell<Timer>,
    listening: Cell<(Option<Listening>, Option<Listening>)>,
    /// Storage had failed before there was anybody to tell.
    storage_failed: bool,
    /// The page was told that storage has failed.
    warned: Cell<bool>,
    /// Gone once the link is disposed of: it may hold the page's object that holds this one.
    page: RefCell<Option<Rc<dyn Page>>>,
    /// Names the page; with the count of its lives, one of them.
    page_name: String,
    /// The first attempt's own task has run.
    started: Cell<bool>,
    /// Somebody further up the stack carries out the actions.
    draining: Cell<bool>,
    /// Nothing more is wanted. A page that says so from within a listener is still told what came before.
    disposed: Cell<bool>,
    /// The message that the next `Deliver` is about.
    message: Cell<Option<JsValue>>,
}

impl Driver {
    pub(super) fn start(config: Config, protocols: Array, found: (Identity, bool), page: Rc<dyn Page>) -> Rc<Self> {
        let seed = u64::from_le_bytes(identity::random());
        let driver = Rc::new_cyclic(|me: &Weak<Driver>| Self {
            me: me.clone(),
            protocols,
            control: config.control,
            client: RefCell::new(Client::new(config, seed)),
            identity: RefCell::new(found.0),
            storage_failed: found.1,
            socket: RefCell::new(None),
            timer: RefCell::default(),
            listening: Cell::default(),
            page: RefCell::new(Some(page)),
            page_name: identity::instance(),
            started: Cell::new(false),
            draining: Cell::new(false),
            disposed: Cell::new(false),
            warned: Cell::new(false),
            message: Cell::new(None),
        });
        driver.listen();
        driver.arm();
        driver
    }

    /// The first attempt comes in a task of its own: nothing is told before the page has put up its listeners.
    fn on_timer(&self) {
        self.timer.borrow_mut().fired();
        if self.started.replace(true) {
            return self.input(Input::Timeout);
        }
        if self.storage_failed {
            self.warn_of_storage();
        }
        if !global::is_online() {
            self.input(Input::Offline);
        }
        self.input(Input::Connect);
    }

    /// Hands an input in that cannot be refused.
    fn input(&self, input: Input) {
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
            self.page.take();
        }
        self.arm();
    }

    fn next_action(&self) -> Option<Action> {
        self.client.borrow_mut().poll_action()
    }

    fn act(&self, action: Action) {
        match action {
            Action::NewSession => {
                self.identity.borrow_mut().renew();
                self.keep_session(true);
            }
            Action::ForgetSession => self.keep_session(false),
            Action::Open(open) => self.open(&open),
            Action::Transmit(id, message) => {
                if let Some(socket) = self.socket.borrow().as_ref().filter(|socket| socket.id == id) {
                    socket.send(&message);
                }
            }
            Action::Discard {
                socket: id,
                code,
                reason,
            } => {
                let socket = self.socket.take().filter(|socket| socket.id == id);
                if let Some(socket) = socket {
                    socket.close(code, &reason);
                }
            }
            Action::Deliver => {
                if let Some(message) = self.message.take() {
                    self.tell(Output::Message(message));
                }
            }
            Action::Emit(event) => self.tell(Output::Event(event)),
        }
    }

    /// The page, until the link is disposed of.
    fn page(&self) -> Option<Rc<dyn Page>> {
        self.page.borrow().clone()
    }

    fn tell(&self, output: Output) {
        if let Some(page) = self.page() {
            page.tell(output);
        }
    }

    /// Asks the page where to go.
    fn open(&self, open: &Open) {
        let Some(page) = self.page() else { return };
        let key = self.identity.borrow().key().clone();
        let mut life = self.page_name.clone();
        decimal::push(&mut life, open.claim.life.into());
        let request = Request {
            renew: open.renew,
            key: &key,
            claim: &open.claim,
            life: &life,
        };
        page.address(&request, self.reply(open.socket));
    }

    pub(super) fn reply(&self, socket: SocketId) -> Reply {
        let driver = self.me.clone();
        Reply { driver, socket }
    }

    /// Opens the socket.
    pub(super) fn connect(&self, id: SocketId, url: &str) {
        if self.client.borrow().current_socket() != Some(id) {
            // The machine has given this attempt up while the page was asked.
            return;
        }
        let me = self.me.clone();
        let opened = Socket::open(id, url, &self.protocols, move |event| {
            if let Some(driver) = me.upgrade() {
                driver.hear(id, &event);
            }
        });
        match opened {
            Ok(socket) => *self.socket.borrow_mut() = Some(socket),
            Err(_) => self.fail(id, Failure::Socket),
        }
    }

    pub(super) fn fail(&self, socket: SocketId, what: Failure) {
        self.input(Input::Failed { socket, what });
    }

    fn hear(&self, socket: SocketId, event: &web_sys::Event) {
        match global::text(event, "type").as_str() {
            "message" => self.hear_message(socket, global::read(event, "data")),
            "open" => self.input(Input::Opened(socket)),
            _ => {
                self.socket.take();
                let code = global::number(event, "code") as u16;
                let reason = global::text(event, "reason");
                self.input(Input::Closed { socket, code, reason });
            }
        }
    }

    fn hear_message(&self, socket: SocketId, data: JsValue) {
        let text = data.as_string();
        match text {
            Some(text) if self.control => self.input(Input::Control { socket, text }),
            text => {
                let binary = || global::number(&data, "byteLength") as usize;
                let bytes = text.map_or_else(binary, |text| text.len());
                self.message.set(Some(data));
                self.input(Input::Message { socket, bytes });
            }
        }
    }

    /// Listens to what the page goes through. `freeze` and `resume` are of the Page Lifecycle draft; where they are missing nothing is lost.
    fn listen(&self) {
        let heard = |target: EventTarget, types| {
            let me = self.me.clone();
            Listening::new(target, types, move |event| {
                if let Some(driver) = me.upgrade() {
                    driver.hear_page(&event);
                }
            })
        };
        let document = global::read(&global::target(), "document");
        let page = heard(global::target(), &["online", "offline", "pageshow", "pagehide"]);
        let visible = document
            .is_object()
            .then(|| heard(document.unchecked_into(), &["visibilitychange", "freeze", "resume"]));
        self.listening.set((Some(page), visible));
    }

    fn hear_page(&self, event: &web_sys::Event) {
        self.input(match global::text(event, "type").as_str() {
            "online" => Input::Online,
            "offline" => Input::Offline,
            "pageshow" | "resume" => Input::Wake,
            "visibilitychange" if !global::is(&global::read(&global::target(), "document"), "hidden") => Input::Wake,
            "freeze" => Input::Freeze,
            // A page that is not kept closes its sockets with 1001 itself.
            "pagehide" if global::is(event, "persisted") => Input::Freeze,
            _ => return,
        });
    }

    /// Lets go of everything: the machine, the page's events, and once it has been told so, the page's own object.
    pub(super) fn dispose(&self) {
        self.disposed.set(true);
        self.listening.take();
        self.input(Input::Dispose);
    }

    pub(super) fn socket_buffered(&self) -> f64 {
        self.socket.borrow().as_ref().map_or(0.0, Socket::buffered)
    }

    fn arm(&self) {
        let started = self.started.get();
        let next = if started {
            self.client.borrow().next_timeout()
        } else {
            Some(0)
        };
        let me = self.me.clone();
        self.timer.borrow_mut().set(next, move || {
            if let Some(driver) = me.upgrade() {
                driver.on_timer();
            }
        });
    }

    /// Stores the session's id, or takes it out. The page's storage may call back into the link: nothing is borrowed meanwhile.
    fn keep_session(&self, there: bool) {
        let Some(page) = self.page() else { return };
        let identity = self.identity.borrow();
        let (place, key) = (identity.place().to_owned(), identity.key().clone());
        drop(identity);
        let id = there.then(|| key.session.as_str());
        if page.store(&place, id).is_err() {
            self.warn_of_storage();
        }
    }

    /// Says once that storage has failed.
    fn warn_of_storage(&self) {
        if !self.warned.replace(true) {
            self.tell(Output::Event(Event::Warning(Warning::Storage)));
        }
    }
}
