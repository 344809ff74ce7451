//! The loop between the machine and the browser: hand in what happened, carry out what it says, arm the timer.

use super::address::{self, Parameters};
use super::global;
use super::identity::{self, Identity};
use super::link::Output;
use super::listen::Listening;
use super::options::{Options, Source, url_text};
use super::promise;
use super::socket::{Socket, SocketEvent};
use super::timer::Timer;
use crate::client::{Action, Client, Event, Failure, Input, Open, SocketId, State, Warning};
use crate::error::Refusal;
use js_sys::{Array, Object, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;

/// Tells the page.
type Sink = Rc<dyn Fn(Output)>;

pub(super) struct Driver {
    me: Weak<Driver>,
    source: Source,
    options: Options,
    pub(super) client: RefCell<Client>,
    pub(super) identity: RefCell<Identity>,
    socket: RefCell<Option<Socket>>,
    timer: RefCell<Timer>,
    listening: RefCell<Vec<Listening>>,
    /// Gone once the link is disposed of: it may hold the page's object that holds this one.
    sink: RefCell<Option<Sink>>,
    /// The page's life, as [`Claim::life`](crate::client::Claim::life) counts it, and the name it has.
    life: RefCell<(u32, String)>,
    /// Somebody further up the stack carries out the actions.
    draining: Cell<bool>,
    /// The message that the next `Deliver` is about.
    message: RefCell<Option<JsValue>>,
}

impl Driver {
    pub(super) fn start(
        source: Source,
        options: Options,
        identity: Identity,
        storage_failed: bool,
        sink: Sink,
    ) -> Rc<Self> {
        let seed = u64::from_le_bytes(identity::random());
        let driver = Rc::new_cyclic(|me: &Weak<Driver>| Self {
            me: me.clone(),
            source,
            client: RefCell::new(Client::new(options.config.clone(), seed)),
            options,
            identity: RefCell::new(identity),
            socket: RefCell::new(None),
            timer: RefCell::default(),
            listening: RefCell::default(),
            sink: RefCell::new(Some(sink)),
            life: RefCell::new((0, identity::instance())),
            draining: Cell::new(false),
            message: RefCell::new(None),
        });
        driver.listen();
        // The first attempt comes in a task of its own: nothing is told before the page has put up its listeners.
        driver.arm(Some(0), move |driver| {
            if storage_failed {
                driver.warn_of_storage();
            }
            if !global::is_online() {
                driver.input(Input::Offline);
            }
            driver.input(Input::Connect);
        });
        driver
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
        if self.client.borrow().state() == State::Closed {
            self.identity.borrow_mut().release();
        }
        let next = self.client.borrow().next_timeout();
        self.arm(next, |driver| driver.input(Input::Timeout));
    }

    fn next_action(&self) -> Option<Action> {
        self.client.borrow_mut().poll_action()
    }

    fn act(&self, action: Action) {
        match action {
            Action::NewSession => {
                let kept = self.identity.borrow_mut().renew();
                self.check_storage(kept);
            }
            Action::ForgetSession => {
                let kept = self.identity.borrow_mut().forget();
                self.check_storage(kept);
            }
            Action::Open(open) => self.resolve_url(open),
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

    fn tell(&self, output: Output) {
        let sink = self.sink.borrow().clone();
        if let Some(sink) = sink {
            sink(output);
        }
    }

    /// Asks the page for the URL, then for credentials, then opens the socket. Whatever fails on the way fails the attempt.
    fn resolve_url(&self, open: Open) {
        let (me, id) = (self.me.clone(), open.socket);
        let value = match &self.source {
            Source::Fixed(url) => Ok(url.into()),
            Source::Function(function) => function.call0(&JsValue::UNDEFINED),
        };
        promise::settle(value, move |value| {
            let Some(driver) = me.upgrade() else { return };
            match value.ok().as_ref().and_then(url_text) {
                Some(url) => driver.resolve_auth(open, url),
                None => driver.fail(id, Failure::Url),
            }
        });
    }

    fn resolve_auth(&self, open: Open, url: String) {
        let Some(auth) = &self.options.auth else {
            return self.connect(&open, &url, None);
        };
        let argument = Object::new();
        let _ = Reflect::set(&argument, &"renew".into(), &open.renew.into());
        let me = self.me.clone();
        promise::settle(auth.call1(&JsValue::UNDEFINED, &argument), move |value| {
            let Some(driver) = me.upgrade() else { return };
            match value.ok().and_then(|token| token.as_string()) {
                Some(token) => driver.connect(&open, &url, Some(&token)),
                None => driver.fail(open.socket, Failure::Auth),
            }
        });
    }

    fn connect(&self, open: &Open, url: &str, access: Option<&str>) {
        if self.client.borrow().current_socket() != Some(open.socket) {
            // The machine has given this attempt up while the page was asked.
            return;
        }
        let Some(url) = address::parse(url) else {
            return self.fail(open.socket, Failure::Url);
        };
        let url = address::complete(
            &url,
            &Parameters {
                names: &self.options.names,
                identity: &self.identity.borrow(),
                access,
                claim: self
                    .options
                    .config
                    .control
                    .then_some((&open.claim, &self.life(open.claim.life))),
            },
        );
        let protocols: Array = self.options.protocols.iter().map(JsValue::from).collect();
        let me = self.me.clone();
        let opened = Socket::open(open.socket, &url, &protocols, move |id, event| {
            if let Some(driver) = me.upgrade() {
                driver.hear(id, event);
            }
        });
        match opened {
            Ok(socket) => *self.socket.borrow_mut() = Some(socket),
            Err(_) => self.fail(open.socket, Failure::Socket),
        }
    }

    /// The name of the page's life; a new one where the machine counted on.
    fn life(&self, count: u32) -> String {
        let mut life = self.life.borrow_mut();
        if life.0 != count {
            *life = (count, identity::instance());
        }
        life.1.clone()
    }

    fn fail(&self, socket: SocketId, what: Failure) {
        self.input(Input::Failed { socket, what });
    }

    fn hear(&self, socket: SocketId, event: SocketEvent) {
        match event {
            SocketEvent::Opened => self.input(Input::Opened(socket)),
            SocketEvent::Closed { code, reason } => {
                self.socket.take();
                self.input(Input::Closed { socket, code, reason });
            }
            SocketEvent::Message(data) => match data.as_string() {
                Some(text) if self.options.config.control => self.input(Input::Control { socket, text }),
                text => {
                    let bytes = match &text {
                        Some(text) => text.len(),
                        None => data.unchecked_ref::<js_sys::ArrayBuffer>().byte_length() as usize,
                    };
                    *self.message.borrow_mut() = Some(data);
                    self.input(Input::Message { socket, bytes });
                }
            },
        }
    }

    /// Listens to what the page goes through. `freeze` and `resume` are of the Page Lifecycle draft; where they are missing nothing is lost.
    fn listen(&self) {
        let heard = |types| {
            let me = self.me.clone();
            move |target| {
                Listening::new(target, types, move |event| {
                    if let Some(driver) = me.upgrade() {
                        driver.hear_page(&event);
                    }
                })
            }
        };
        let mut listening = vec![heard(&["online", "offline", "pageshow", "pagehide"])(global::target())];
        if let Some(document) = global::property("document") {
            listening.push(heard(&["visibilitychange", "freeze", "resume"])(
                document.unchecked_into(),
            ));
        }
        if let Some(signal) = &self.options.signal {
            listening.push(heard(&["abort"])(signal.clone()));
        }
        *self.listening.borrow_mut() = listening;
    }

    fn hear_page(&self, event: &web_sys::Event) {
        let is = |value: Option<JsValue>, name: &str| {
            let property = value.and_then(|value| Reflect::get(&value, &name.into()).ok());
            property.and_then(|value| value.as_bool()).unwrap_or(false)
        };
        match event.type_().as_str() {
            "online" => self.input(Input::Online),
            "offline" => self.input(Input::Offline),
            "pageshow" | "resume" => self.input(Input::Wake),
            "visibilitychange" if !is(global::property("document"), "hidden") => self.input(Input::Wake),
            "freeze" => self.input(Input::Freeze),
            // A page that is not kept closes its sockets with 1001 itself.
            "pagehide" if is(Some(event.into()), "persisted") => self.input(Input::Freeze),
            "abort" => self.dispose(),
            _ => {}
        }
    }

    /// Lets go of everything: the machine, the page's events, and the page's own object.
    pub(super) fn dispose(&self) {
        self.input(Input::Dispose);
        self.listening.take();
        self.sink.take();
    }

    pub(super) fn socket_buffered(&self) -> u32 {
        self.socket.borrow().as_ref().map_or(0, Socket::buffered)
    }

    fn arm(&self, at: Option<u64>, fire: impl FnOnce(&Driver) + 'static) {
        let me = self.me.clone();
        self.timer.borrow_mut().set(at, move || {
            if let Some(driver) = me.upgrade() {
                driver.timer.borrow_mut().fired();
                fire(&driver);
            }
        });
    }

    fn check_storage(&self, kept: bool) {
        if !kept {
            self.warn_of_storage();
        }
    }

    fn warn_of_storage(&self) {
        self.tell(Output::Event(Event::Warning(Warning::Storage)));
    }
}
