//! The one helper: a virtual clock and a scripted network around a [`Client`], which keeps a timeline of all that the client does and
//! checks its promises after every step.

mod answer;
mod ledger;
mod promises;
mod session;
mod streams;
mod timeline;

pub use answer::{Answer, accept, accept_then_close, refuse};
pub use session::{EPOCH, WELCOME, resuming, there};

use promises::Promises;
use relatch::backoff::{BackoffConfig, Jitter};
use relatch::client::{Action, Claim, Client, Event, Input, Open, Payload, SocketId, State};
use relatch::config::Config;
use relatch::error::Refusal;
use relatch::time::Millis;
use relatch::wire::{Attach, FromServer, Welcome};
use std::collections::BTreeMap;

/// The default configuration, but for waits that are exact.
pub fn exact() -> Config {
    Config {
        backoff: BackoffConfig {
            jitter: Jitter::None,
            ..BackoffConfig::default()
        },
        ..Config::default()
    }
}

/// A client in a world of its own: time passes and sockets open and close as the test says.
pub struct World {
    pub client: Client,
    /// Every socket asked for, and when.
    pub opens: Vec<(Millis, Open)>,
    /// The last hello.
    pub hello: Option<Attach>,
    /// The input that the last socket was given.
    pub input: Vec<u8>,
    now: Millis,
    server: Box<dyn FnMut(u32) -> Answer>,
    /// What a hello is answered with.
    host: Box<dyn FnMut(&Attach) -> Answer>,
    /// What is on its way, by when it comes and the order in which it was scheduled.
    network: BTreeMap<(Millis, usize), Input>,
    scheduled: usize,
    /// The socket that the driver holds.
    live: Option<SocketId>,
    /// The page's event loop stands still until then.
    asleep_until: Millis,
    /// The server answers whatever is sent after this time.
    echo: Option<Millis>,
    timeline: Vec<String>,
    promises: Promises,
}

impl World {
    /// A client in `idle` at 0 ms, whose attempts meet silence.
    pub fn new(config: Config) -> Self {
        Self::seeded(config, 1)
    }

    /// The same, with waits spread by this seed.
    pub fn seeded(config: Config, seed: u64) -> Self {
        config.check().expect("a test's configuration is in range");
        Self {
            promises: Promises::new(&config),
            client: Client::new(config, seed),
            opens: Vec::new(),
            hello: None,
            input: Vec::new(),
            now: 0,
            server: Box::new(|_| Answer::default()),
            host: Box::new(|_| Answer::default()),
            network: BTreeMap::new(),
            scheduled: 0,
            live: None,
            asleep_until: 0,
            echo: None,
            timeline: Vec::new(),
        }
    }

    /// Answers each attempt from now on; they are counted from 1.
    pub fn server(mut self, server: impl FnMut(u32) -> Answer + 'static) -> Self {
        self.answer(server);
        self
    }

    /// As [`server`](Self::server), in the middle of a test.
    pub fn answer(&mut self, server: impl FnMut(u32) -> Answer + 'static) {
        self.server = Box::new(server);
    }

    /// Answers each hello from now on with this welcome, at once.
    pub fn welcomes(&mut self, mut welcome: impl FnMut(&Attach) -> Welcome + 'static) {
        self.host(move |hello| Answer::default().frame(0, &FromServer::Welcome(welcome(hello))));
    }

    /// Answers each hello from now on.
    pub fn host(&mut self, host: impl FnMut(&Attach) -> Answer + 'static) {
        self.host = Box::new(host);
    }

    /// Nothing that was on its way arrives.
    pub fn clear_network(&mut self) {
        self.network.clear();
    }

    /// From now on the server answers what it is sent, after this time, with a message.
    pub fn echo(&mut self, after: Option<Millis>) {
        self.echo = after;
    }

    /// Connects at 0 ms.
    pub fn connected(mut self) -> Self {
        self.at(0, Input::Connect);
        self
    }

    /// A line that has been stable since 10 s.
    pub fn stable(config: Config) -> Self {
        let mut world = Self::new(config).server(|_| accept(0)).connected();
        world.run_until(10_000);
        assert_eq!(world.client.state(), State::Ready);
        world.timeline.clear();
        world.opens.clear();
        world
    }

    /// A page that resumes, whose sockets open at once and whose hellos meet silence.
    pub fn greeted(config: Config) -> Self {
        let mut world = Self::new(config).server(|_| accept(0)).connected();
        world.run_until(0);
        world.timeline.clear();
        world
    }

    /// A page that resumes, attached since 0 ms; its later hellos are answered as well.
    pub fn resumed(config: Config) -> Self {
        let mut world = Self::new(config).server(|_| accept(0));
        world.welcomes(there);
        world.at(0, Input::Connect);
        world.run_until(0);
        assert_eq!(world.client.state(), State::Ready);
        world.timeline.clear();
        world
    }

    /// Lets time pass, and all that comes in it.
    pub fn run_until(&mut self, until: Millis) {
        let mut at_this_instant = 0;
        loop {
            let awake = self.now.max(self.asleep_until);
            let arrival = self.network.keys().next().map(|&(at, _)| at.max(awake));
            let timer = self.client.next_timeout().map(|at| at.max(awake));
            let Some(next) = [arrival, timer].into_iter().flatten().min().filter(|&at| at <= until) else {
                break;
            };
            at_this_instant = if next > self.now { 0 } else { at_this_instant + 1 };
            assert!(at_this_instant < 1000, "time stands still at {next} ms");
            self.now = next;
            if timer == Some(next) {
                self.feed(Input::Timeout).expect("a timeout is no wish");
                let due = self.client.next_timeout();
                assert!(
                    due.is_none_or(|at| at > next),
                    "a timer due by {due:?} is left at {next} ms"
                );
            } else if let Some((_, input)) = self.network.pop_first() {
                self.feed(input).expect("what comes from the network is no wish");
            }
        }
        self.now = self.now.max(until);
    }

    /// Lets time pass until then, and feeds an input that is not refused.
    pub fn at(&mut self, at: Millis, input: Input) {
        self.try_at(at, input).expect("not refused");
    }

    /// Lets time pass until then, and feeds an input.
    pub fn try_at(&mut self, at: Millis, input: Input) -> Result<(), Refusal> {
        self.run_until(at);
        self.feed(input)
    }

    /// The page's event loop stands still until then: timers and arrivals come late, timers first.
    pub fn sleep_until(&mut self, until: Millis) {
        self.asleep_until = until;
        self.run_until(until);
    }

    /// The server closes the current socket.
    pub fn close_at(&mut self, at: Millis, code: u16, reason: &str) {
        self.run_until(at);
        let socket = self.socket();
        let reason = reason.to_owned();
        self.at(at, Input::Closed { socket, code, reason });
    }

    /// A message of ten bytes comes on the current socket.
    pub fn message_at(&mut self, at: Millis) {
        self.run_until(at);
        let socket = self.socket();
        self.at(at, Input::Message { socket, bytes: 10 });
    }

    /// A control frame comes on the current socket.
    pub fn control_at(&mut self, at: Millis, text: &str) {
        self.run_until(at);
        let socket = self.socket();
        let text = text.to_owned();
        self.at(at, Input::Control { socket, text });
    }

    /// A frame of the server comes on the current socket.
    pub fn frame_at(&mut self, at: Millis, frame: &FromServer) {
        self.control_at(at, &frame.to_text());
    }

    /// So much output comes on the current socket.
    pub fn output_at(&mut self, at: Millis, bytes: usize) {
        self.run_until(at);
        let socket = self.socket();
        self.at(at, Input::Message { socket, bytes });
    }

    /// The page sends a text.
    pub fn send_at(&mut self, at: Millis, text: &str) -> Result<(), Refusal> {
        self.try_at(at, Input::Send(Payload::Text(text.to_owned())))
    }

    /// Feeds one input now, does what the client wants done, and checks what it has promised.
    pub fn feed(&mut self, input: Input) -> Result<(), Refusal> {
        let of = socket_of(&input);
        let untouched = (of.is_some() && of != self.live).then(|| outside(&self.client));
        if matches!(input, Input::Closed { .. } | Input::Failed { .. }) && of == self.live {
            self.live = None;
        }
        self.promises.before(&self.client, self.now, &input);
        let answer = self.client.handle(self.now, input.clone());
        let mut actions = Vec::new();
        while let Some(action) = self.client.poll_action() {
            self.carry_out(&action);
            actions.push(action);
        }
        if let Some(untouched) = untouched {
            let now = outside(&self.client);
            assert!(
                actions.is_empty() && now == untouched,
                "a stale {input:?} changed something"
            );
        }
        assert_eq!(self.client.current_socket(), self.live, "after {input:?}");
        self.promises.after(&self.client, self.now, &input, answer, &actions);
        answer
    }

    fn carry_out(&mut self, action: &Action) {
        if let Some(text) = timeline::text(action) {
            self.timeline.push(format!("{} {text}", self.now));
        }
        match action {
            Action::Open(open) => {
                assert_eq!(self.live, None, "a second socket beside the first");
                self.live = Some(open.socket);
                self.opens.push((self.now, open.clone()));
                for (after, happening) in (self.server)(open.claim.attempt).0 {
                    self.schedule(after, happening.input(open.socket));
                }
            }
            Action::Transmit(socket, message) => {
                assert_eq!(self.live, Some(*socket), "sent on a socket that is not there");
                if let Payload::Binary(bytes) = message {
                    self.input.extend(bytes);
                }
                if let Some(after) = self.echo {
                    self.schedule(
                        after,
                        Input::Message {
                            socket: *socket,
                            bytes: 1,
                        },
                    );
                }
            }
            Action::Discard { socket, .. } => {
                assert_eq!(self.live.take(), Some(*socket), "discarded a socket that is not there");
            }
            Action::Greet(socket, attach) => {
                assert_eq!(self.live, Some(*socket), "a hello on a socket that is not there");
                self.hello = Some(*attach);
                self.input.clear();
                for (after, happening) in (self.host)(attach).0 {
                    self.schedule(after, happening.input(*socket));
                }
            }
            Action::NewSession | Action::ForgetSession | Action::Deliver | Action::Emit(_) => {}
        }
    }

    fn schedule(&mut self, after: Millis, input: Input) {
        self.scheduled += 1;
        self.network.insert((self.now + after, self.scheduled), input);
    }

    /// The time.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The socket that the driver holds, which a test knows to be there.
    pub fn socket(&self) -> SocketId {
        self.live.expect("a socket")
    }

    /// What the last attempt said of the page.
    pub fn claim(&self) -> Claim {
        self.opens.last().expect("an attempt").1.claim
    }

    /// When the delay that the server asked for last is over, at the latest.
    pub fn server_delay_ends(&self) -> Millis {
        self.promises.server_delay_ends()
    }

    /// When attempts were made.
    pub fn attempts(&self) -> Vec<Millis> {
        self.opens.iter().map(|&(at, _)| at).collect()
    }

    /// What happened since the last look, one line each.
    pub fn look(&mut self) -> Vec<String> {
        std::mem::take(&mut self.timeline)
    }

    /// Holds what happened since the last look against this, line by line.
    #[track_caller]
    pub fn shows(&mut self, expected: &str) {
        let expected: Vec<_> = expected
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        assert_eq!(self.look(), expected);
    }
}

/// The socket that an input is about.
fn socket_of(input: &Input) -> Option<SocketId> {
    match input {
        Input::Opened(socket)
        | Input::Closed { socket, .. }
        | Input::Failed { socket, .. }
        | Input::Message { socket, .. }
        | Input::Control { socket, .. } => Some(*socket),
        Input::Timeout
        | Input::Connect
        | Input::Send(_)
        | Input::Resize(_)
        | Input::Online
        | Input::Offline
        | Input::Wake
        | Input::Hide
        | Input::Processed(_)
        | Input::Pace
        | Input::Freeze
        | Input::Leave
        | Input::Elsewhere(_)
        | Input::Reconnect
        | Input::Close { .. }
        | Input::Dispose
        | Input::NewSession => None,
    }
}

/// All that can be seen of a client.
fn outside(client: &Client) -> impl PartialEq + use<> {
    (
        (
            client.state(),
            client.current_socket(),
            client.attempt(),
            client.queued(),
        ),
        (client.next_timeout(), client.next_attempt()),
        (client.breaker().clone(), client.stats().clone()),
    )
}

/// The events among these actions.
fn events(actions: &[Action]) -> impl Iterator<Item = &Event> {
    actions.iter().filter_map(|action| match action {
        Action::Emit(event) => Some(event),
        _ => None,
    })
}
