//! A Rust front end's outside: the browser itself.

use super::driver::Driver;
use super::global;
use super::identity;
use super::listen::Listening;
use super::outside::Outside;
use super::page::{Output, Page, Reply, Request};
use super::socket::Socket;
use super::storage::StoreError;
use crate::client::{Event, Input, Payload, SocketId};
use crate::session::{SessionKey, base36};
use crate::wire::{Attach, FromClient, Identity};
use gloo_timers::callback::Timeout;
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

/// The page and the browser's objects of one link.
pub(super) struct Dom {
    driver: Weak<Driver<Dom>>,
    protocols: Array,
    /// Text frames are control frames.
    control: bool,
    /// Where the session's id is kept.
    place: String,
    /// What is said of the session under resume.
    resume: Option<Resume>,
    socket: RefCell<Option<Socket>>,
    timer: Cell<Option<Timeout>>,
    listening: Cell<(Option<Listening>, Option<Listening>)>,
    /// Gone once the link is disposed of.
    page: RefCell<Option<Rc<dyn Page>>>,
    /// The message that was heard last.
    message: Cell<Option<JsValue>>,
}

/// What a hello says beside its numbers.
pub(super) struct Resume {
    pub(super) secret: RefCell<String>,
    pub(super) kind: Option<String>,
    /// The access token of the present attempt.
    pub(super) token: RefCell<Option<String>>,
    /// The session of the present attempt, and its life of the page.
    pub(super) session: RefCell<Option<(SessionKey, String)>>,
}

impl Dom {
    pub(super) fn new(
        driver: Weak<Driver<Dom>>,
        page: Rc<dyn Page>,
        place: String,
        protocols: Array,
        control: bool,
        resume: Option<Resume>,
    ) -> Self {
        let dom = Self {
            driver,
            protocols,
            control: control || resume.is_some(),
            place,
            resume,
            socket: RefCell::new(None),
            timer: Cell::new(None),
            listening: Cell::default(),
            page: RefCell::new(Some(page)),
            message: Cell::new(None),
        };
        dom.listen();
        dom
    }

    /// Keeps the access token for the next hello.
    pub(super) fn take_token(&self, token: Option<String>) {
        if let Some(resume) = &self.resume {
            resume.token.replace(token);
        }
    }

    /// Bytes handed over but not yet on the network.
    pub(super) fn buffered(&self) -> f64 {
        self.socket.borrow().as_ref().map_or(0.0, Socket::buffered)
    }

    /// The page, until the link is disposed of.
    fn page(&self) -> Option<Rc<dyn Page>> {
        self.page.borrow().clone()
    }

    fn input(&self, input: Input) {
        if let Some(driver) = self.driver.upgrade() {
            driver.input(input);
        }
    }

    /// Calls this for an event while the driver is there.
    fn heard(&self, hear: impl Fn(&Self, &web_sys::Event) + 'static) -> impl Fn(web_sys::Event) + 'static {
        let driver = self.driver.clone();
        move |event| {
            if let Some(driver) = driver.upgrade() {
                hear(&driver.outside, &event);
            }
        }
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
        let heard = |target: EventTarget, types| Listening::new(target, types, self.heard(Self::hear_page));
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
            "visibilitychange" if is_hidden() => Input::Hide,
            "visibilitychange" => Input::Wake,
            "freeze" => Input::Freeze,
            // A page that is not kept closes its sockets with 1001 itself.
            "pagehide" if global::is(event, "persisted") => Input::Leave,
            _ => return,
        });
        self.hide();
    }

    /// Tells the machine if nobody looks at the page: a page may be loaded, or come back, without being seen.
    pub(super) fn hide(&self) {
        if is_hidden() {
            self.input(Input::Hide);
        }
    }
}

fn is_hidden() -> bool {
    global::is(&global::read(&global::target(), "document"), "hidden")
}

/// A new secret: 50 characters of base 36 hold 258 bits.
pub(super) fn make_secret(outside: &impl Outside) -> String {
    base36(&identity::random::<100>(outside))
}

/// Where a session's secret is kept, beside its id.
pub(super) fn secret_place(place: &str) -> String {
    place.to_owned() + ":secret"
}

impl Outside for Dom {
    fn arm(&self, delay: Option<u32>) {
        let driver = self.driver.clone();
        let fire = move || {
            if let Some(driver) = driver.upgrade() {
                // It has fired: there is nothing to clear, and its closure runs.
                driver.outside.timer.take().map(Timeout::forget);
                driver.on_timer();
            }
        };
        self.timer.set(delay.map(|delay| Timeout::new(delay, fire)));
    }

    fn address(&self, socket: SocketId, request: &Request<'_>) {
        if let Some(resume) = &self.resume {
            let said = (request.key.clone(), request.life.to_owned());
            resume.session.replace(Some(said));
        }
        if let Some(page) = self.page() {
            let driver = self.driver.clone();
            page.address(request, Reply { driver, socket });
        }
    }

    fn connect(&self, id: SocketId, url: &str) -> bool {
        let heard = self.heard(move |dom, event| dom.hear(id, event));
        let socket = Socket::open(url, &self.protocols, heard);
        let opened = socket.is_ok();
        *self.socket.borrow_mut() = socket.ok();
        opened
    }

    fn greet(&self, attach: &Attach) {
        let Some(resume) = &self.resume else { return };
        let Some((session, inst)) = resume.session.take() else {
            return;
        };
        let identity = Identity {
            session: session.session.as_str().to_owned(),
            secret: resume.secret.borrow().clone(),
            project: session.project.as_str().to_owned(),
            kind: resume.kind.clone(),
            auth: resume.token.take(),
            inst,
        };
        self.send(&Payload::Text(FromClient::Hello(identity, *attach).to_text()));
    }

    fn send(&self, message: &Payload) {
        if let Some(socket) = &*self.socket.borrow() {
            socket.send(message);
        }
    }

    fn discard(&self, code: u16, reason: &str) {
        if let Some(socket) = self.socket.take() {
            socket.close(code, reason);
        }
    }

    fn deliver(&self) {
        if let (Some(page), Some(message)) = (self.page(), self.message.take()) {
            page.tell(Output::Message(message));
        }
    }

    fn tell(&self, event: Event) {
        if let Some(page) = self.page() {
            page.tell(Output::Event(event));
        }
    }

    fn store(&self, id: Option<&str>) -> Result<(), StoreError> {
        let Some(page) = self.page() else { return Ok(()) };
        if let Some(resume) = &self.resume {
            let secret = id.map(|_| make_secret(self));
            let kept = page.store(&secret_place(&self.place), secret.as_deref());
            // Where storage fails, the link itself keeps it.
            resume.secret.replace(secret.unwrap_or_default());
            return page.store(&self.place, id).and(kept);
        }
        page.store(&self.place, id)
    }

    /// From `crypto.getRandomValues`, which every browser and worker has.
    fn fill(&self, bytes: &mut [u8]) {
        let _ = getrandom::fill(bytes);
    }

    fn release(&self) {
        self.listening.take();
        self.page.take();
    }
}
