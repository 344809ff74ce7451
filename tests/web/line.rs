//! A link, and all that it says.

use crate::lab::{Address, Asked, Setup, Shelf, text};
use crate::server::{self, PATIENCE};
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use relatch::client::{Dropped, Event, Reset, Resumed, State, StateChange, Warning};
use relatch::config::ConfigError;
use relatch::session::SessionKey;
use relatch::web::{Link, Output, Page, Reply, Request, StoreError};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::ops::Deref;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};
use wasm_bindgen::JsValue;

/// A link under test. Dropped, it is disposed of.
pub struct Line {
    link: Rc<Link>,
    ear: Rc<Ear>,
}

/// What a line has said.
#[derive(Default)]
pub struct Heard {
    pub bytes: Vec<u8>,
    pub events: Vec<Event>,
}

/// Is called for whatever a link says.
type Listener = Box<dyn Fn(&Output)>;

/// The page of one link: it answers, and keeps what it is told.
struct Ear {
    control: bool,
    address: Address,
    shelf: Rc<dyn Shelf>,
    asked: RefCell<Vec<Asked>>,
    heard: RefCell<VecDeque<Output>>,
    listener: RefCell<Option<Listener>>,
    waker: Cell<Option<Waker>>,
}

impl Line {
    pub fn new(setup: Setup) -> Result<Self, ConfigError> {
        let ear = Rc::new(Ear {
            control: setup.options.config.control,
            address: setup.address,
            shelf: setup.shelf,
            asked: RefCell::default(),
            heard: RefCell::default(),
            listener: RefCell::default(),
            waker: Cell::default(),
        });
        let page: Rc<dyn Page> = ear.clone();
        let link = Rc::new(Link::new(setup.options, page)?);
        Ok(Self { link, ear })
    }

    /// The addresses that were asked for, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.ear.asked.borrow().clone()
    }

    /// What was said and not yet awaited.
    pub fn unheard(&self) -> Vec<Output> {
        self.ear.heard.borrow().iter().cloned().collect()
    }

    /// For what the page calls back with.
    pub fn weak(&self) -> Weak<Link> {
        Rc::downgrade(&self.link)
    }

    /// Calls this from within the link whenever it says something, from now on.
    pub fn listen(&self, listener: impl Fn(&Link, &Output) + 'static) {
        let link = self.weak();
        *self.ear.listener.borrow_mut() = Some(Box::new(move |output| {
            if let Some(link) = link.upgrade() {
                listener(&link, output);
            }
        }));
    }

    /// Waits for the first output that is picked; those before it are passed over.
    pub async fn until<T>(&mut self, what: &str, mut pick: impl FnMut(Output) -> Option<T>) -> T {
        let late = Rc::new(Cell::new(false));
        let (ear, flag) = (Rc::clone(&self.ear), Rc::clone(&late));
        let _deadline = Timeout::new(PATIENCE, move || {
            flag.set(true);
            ear.wake();
        });
        let mut passed = Vec::new();
        poll_fn(|context| {
            while let Some(output) = self.ear.next() {
                passed.push(format!("{output:?}"));
                if let Some(picked) = pick(output) {
                    return Poll::Ready(picked);
                }
            }
            assert!(!late.get(), "waited in vain for {what}; there was: {passed:#?}");
            self.ear.waker.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await
    }

    /// Waits for the next change of state.
    pub async fn change(&mut self) -> StateChange {
        self.until("a change of state", |output| match output {
            Output::Event(Event::StateChange(change)) => Some(change),
            _ => None,
        })
        .await
    }

    /// Waits for the change to this state.
    pub async fn change_to(&mut self, state: State) -> StateChange {
        self.until(state.name(), |output| match output {
            Output::Event(Event::StateChange(change)) if change.state == state => Some(change),
            _ => None,
        })
        .await
    }

    pub async fn ready(&mut self) -> StateChange {
        self.change_to(State::Ready).await
    }

    /// Waits for the change that a close code brought.
    pub async fn lost(&mut self) -> StateChange {
        self.until("a close code", |output| match output {
            Output::Event(Event::StateChange(change)) if change.close.is_some() => Some(change),
            _ => None,
        })
        .await
    }

    pub async fn dropped(&mut self) -> Dropped {
        self.until("dropped messages", |output| match output {
            Output::Event(Event::Dropped(dropped)) => Some(dropped),
            _ => None,
        })
        .await
    }

    pub async fn warning(&mut self) -> Warning {
        self.until("a warning", |output| match output {
            Output::Event(Event::Warning(warning)) => Some(warning),
            _ => None,
        })
        .await
    }

    pub async fn reset(&mut self) -> Reset {
        self.until("a reset", |output| match output {
            Output::Event(Event::Reset(reset)) => Some(reset),
            _ => None,
        })
        .await
    }

    /// Waits for the word that the session goes on, or begins.
    pub async fn resumed(&mut self) -> Resumed {
        self.until("word of the session", |output| match output {
            Output::Event(Event::Resumed(resumed)) => Some(resumed),
            _ => None,
        })
        .await
    }

    /// Waits until so many bytes have come; and what was said before the last of them.
    pub async fn read(&mut self, count: usize) -> (Vec<u8>, Vec<Event>) {
        let mut heard = Heard::default();
        self.read_on(&mut heard, |heard| heard.bytes.len() >= count).await;
        (heard.bytes, heard.events)
    }

    /// Keeps what comes until that is enough.
    pub async fn read_on(&mut self, heard: &mut Heard, enough: impl Fn(&Heard) -> bool) {
        self.until("more", |output| {
            match output {
                Output::Message(data) => heard.bytes.extend(Uint8Array::new(&data).to_vec()),
                Output::Event(event) => heard.events.push(event),
            }
            enough(heard).then_some(())
        })
        .await;
    }

    /// Waits until this text has come, and gives all that came from now to there.
    pub async fn receive(&mut self, expected: &str) -> String {
        let mut received = String::new();
        self.until(expected, |output| {
            if let Output::Message(data) = output {
                received.push_str(&content(&data));
            }
            received.contains(expected).then(|| received.clone())
        })
        .await
    }

    /// Sends a text and waits for the terminal to say it.
    pub async fn echo(&mut self, message: &str) {
        self.send(text(message)).unwrap();
        self.receive(message).await;
    }

    /// A fault for this link's socket, now.
    pub async fn strike(&self, fault: &str) {
        server::strike(&self.session_key(), fault).await;
    }

    /// Its session, as the server sees it.
    pub async fn on_server(&self) -> Option<server::Session> {
        server::session(&self.session_key()).await
    }

    pub fn id(&self) -> String {
        self.session_id().as_str().to_owned()
    }

    pub fn key(&self) -> SessionKey {
        self.session_key()
    }
}

impl Deref for Line {
    type Target = Link;

    fn deref(&self) -> &Link {
        &self.link
    }
}

impl Ear {
    fn next(&self) -> Option<Output> {
        self.heard.borrow_mut().pop_front()
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Page for Ear {
    fn address(&self, request: &Request<'_>, reply: Reply) {
        let asked = Asked::new(request, self.control);
        self.asked.borrow_mut().push(asked.clone());
        (self.address)(&asked, reply);
    }

    fn tell(&self, output: Output) {
        if let Some(listener) = &*self.listener.borrow() {
            listener(&output);
        }
        self.heard.borrow_mut().push_back(output);
        self.wake();
    }

    fn load(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.shelf.load(key)
    }

    fn store(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        self.shelf.store(key, value)
    }
}

fn content(data: &JsValue) -> String {
    match data.as_string() {
        Some(text) => text,
        None => String::from_utf8_lossy(&Uint8Array::new(data).to_vec()).into_owned(),
    }
}
