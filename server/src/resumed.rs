//! One session under `relatch.v1`: the machine of the crate `relatch`, shared by its sockets and its terminal.
//!
//! The machine decides everything. Here it is locked, told the time, and its tasks are woken: sockets when there is something to
//! say, the session's own task for input, room, timers and the end. It knows nothing of WebSocket.

mod shadow;
mod terminal;

pub(crate) use terminal::run;

use crate::clock::{Clock, millis};
use crate::config::Bounds;
use crate::terminal::{Control, DEFAULT_SIZE, Exit};
use crate::view::{self, View};
use crate::watched::Watched;
use relatch::host::{self, Action, SocketId, Transmit};
use relatch::session::SessionKey;
use relatch::time::Millis;
use relatch::wire::{self, Attach};
use shadow::Shadow;
use std::time::Duration;
use tokio::sync::Notify;

/// A session, shared by the task that runs it and by the sockets that come and go.
pub(crate) struct Resumed {
    pub(crate) key: SessionKey,
    pub(crate) kind: String,
    bounds: Bounds,
    clock: Clock,
    state: Watched<State>,
    /// Something to say, or the end: what sockets wait for.
    for_sockets: Notify,
    /// Input, room for output, another time to wait for, the end: what the session's task waits for.
    for_task: Notify,
}

struct State {
    machine: host::Session,
    /// The terminal's screen.
    shadow: Shadow,
    /// The terminal's other side, once it is open.
    control: Option<Control>,
    /// The program is to draw its screen again.
    repaint: bool,
    /// The session is over without the machine's doing: the server stops.
    stopped: bool,
}

/// What a socket gets next.
#[derive(Debug)]
pub(crate) enum Next {
    Say(Transmit),
    /// Nothing more, ever.
    Nothing,
    /// The server stops.
    Stopping,
}

impl Resumed {
    pub(crate) fn new(key: SessionKey, kind: String, bounds: Bounds, clock: Clock, epoch: u64, hello: &Attach) -> Self {
        let machine_bounds = host::Bounds {
            retention: millis(bounds.retention),
            ping: millis(bounds.ping),
            silence: millis(bounds.silence),
            proof: millis(bounds.proof),
            snapshots: true,
            ..host::Bounds::default()
        };
        let size = hello.size.unwrap_or(DEFAULT_SIZE);
        Self {
            key,
            kind,
            bounds,
            clock,
            state: Watched::new(State {
                machine: host::Session::new(machine_bounds, epoch, size, clock.now()),
                shadow: Shadow::default(),
                control: None,
                repaint: false,
                stopped: false,
            }),
            for_sockets: Notify::new(),
            for_task: Notify::new(),
        }
    }

    /// A hello came on this new socket, and its secret is the session's. What follows from it is said by [`Resumed::next`].
    pub(crate) fn attach(&self, socket: SocketId, inst: &str, attach: &Attach) {
        self.tell(|machine, now| machine.attach(now, socket, inst, attach));
    }

    /// A text frame came.
    pub(crate) fn text(&self, socket: SocketId, text: &str) {
        self.tell(|machine, now| machine.text(now, socket, text));
    }

    /// A binary frame came.
    pub(crate) fn binary(&self, socket: SocketId, bytes: &[u8]) {
        self.tell(|machine, now| machine.binary(now, socket, bytes));
    }

    /// The socket is gone. Nothing happens to the session if it has a newer one (S9).
    pub(crate) fn gone(&self, socket: SocketId) {
        self.tell(|machine, now| machine.gone(now, socket));
    }

    /// Waits for what the socket gets next.
    pub(crate) async fn next(&self, socket: SocketId) -> Next {
        let next = self.state.until(&self.for_sockets, |state| {
            if state.stopped {
                return Some(Next::Stopping);
            }
            let said = self.step(state, |machine, now| machine.transmit(now, socket));
            let known = || state.machine.knows(socket);
            match said {
                Some(said) => Some(Next::Say(said)),
                None => (!known()).then_some(Next::Nothing),
            }
        });
        let next = next.await;
        // What was said may be a gap or a ping: room for output, or another time to wait for.
        self.for_task.notify_waiters();
        next
    }

    /// Whether this is the socket of the page that is attached.
    pub(crate) fn shows(&self, socket: SocketId) -> bool {
        self.state.lock().machine.attached() == Some(socket)
    }

    /// Waits until the socket is no longer that of the page that is attached.
    pub(crate) async fn dismissed(&self, socket: SocketId) {
        let dismissed = |state: &mut State| state.stopped || state.machine.attached() != Some(socket);
        self.state
            .until(&self.for_sockets, |state| dismissed(state).then_some(()))
            .await;
    }

    /// Another process, of this epoch, takes the place of the one that runs; the page that is attached has to come back (1012).
    pub(crate) fn restart(&self, epoch: u64) {
        {
            let mut state = self.state.lock();
            state.control = None;
            state.shadow = Shadow::default();
            state.repaint = false;
            self.step(&mut state, |machine, now| machine.restarted(epoch, now));
        }
        tracing::info!(session = %self.key, epoch, "restarted");
        self.wake();
    }

    /// Ends the session, because the server stops.
    pub(crate) fn stop(&self) {
        self.state.lock().stopped = true;
        self.wake();
    }

    /// Waits until the session is over.
    pub(crate) async fn over(&self) {
        self.state
            .until(&self.for_task, |state| state.is_over().then_some(()))
            .await;
    }

    pub(crate) fn view(&self) -> View {
        let state = self.state.lock();
        let machine = &state.machine;
        let inst = machine.last_inst();
        let retained = machine
            .expires()
            .map(|until| Duration::from_millis(until.saturating_sub(self.clock.now())));
        View {
            key: self.key.to_string(),
            kind: self.kind.clone(),
            attached: machine.attached().is_some(),
            generation: machine.generation(),
            inst: inst.map(str::to_owned),
            bytes_in: inst.and_then(|inst| machine.accepted(inst)).unwrap_or_default(),
            bytes_out: machine.head(),
            detached_for: retained.map(|retained| self.bounds.retention.saturating_sub(retained)),
            retained_for: retained,
            breaker_at: None,
            pid: state.control.as_ref().and_then(Control::pid),
            exit: machine.exit().map(exit_from),
            resumed: Some(view::Resumed {
                epoch: machine.epoch(),
                base: machine.base(),
                head: machine.head(),
                cursor: machine.cursor(),
                acked: machine.acked(),
                held: machine.held(),
                input_waiting: machine.input_waiting(),
            }),
        }
    }

    /// Tells the machine what happened, and wakes whoever may have to act on it.
    fn tell(&self, what: impl FnOnce(&mut host::Session, Millis)) {
        self.step(&mut self.state.lock(), what);
        self.wake();
    }

    /// Lets the machine act, carries out what it wants done to the terminal, and logs what became of the session.
    fn step<T>(&self, state: &mut State, what: impl FnOnce(&mut host::Session, Millis) -> T) -> T {
        let before = (state.machine.generation(), state.machine.attached());
        let result = what(&mut state.machine, self.clock.now());
        while let Some(action) = state.machine.poll_action() {
            match action {
                Action::Resize(size) => {
                    if let Some(control) = &state.control {
                        control.resize(size);
                    }
                    state.shadow.resize(size);
                }
                Action::Repaint(_) => state.repaint = true,
                Action::Snapshot {
                    generation, scrollback, ..
                } => {
                    let snapshot = state.shadow.snapshot(&state.machine, scrollback);
                    tracing::debug!(session = %self.key, bytes = snapshot.as_ref().map(|made| made.bytes.len()), "snapshot");
                    state.machine.painted(generation, snapshot);
                    // The socket that asked has been told that there is nothing to send yet.
                    self.for_sockets.notify_waiters();
                }
                Action::End(ending) => tracing::info!(session = %self.key, ?ending, "ended"),
            }
        }
        let after = (state.machine.generation(), state.machine.attached());
        if before != after {
            self.log(before, after, &state.machine);
        }
        result
    }

    fn log(&self, before: (u64, Option<SocketId>), after: (u64, Option<SocketId>), machine: &host::Session) {
        let (generation, socket) = after;
        match socket {
            Some(_) if generation != before.0 => {
                let (inst, taken_over) = (machine.last_inst(), before.1.is_some());
                tracing::info!(session = %self.key, generation, inst, taken_over, "attached");
            }
            None if machine.ended().is_none() => {
                tracing::info!(session = %self.key, generation, retained = ?self.bounds.retention, "detached");
            }
            Some(_) | None => {}
        }
    }

    fn wake(&self) {
        self.for_sockets.notify_waiters();
        self.for_task.notify_waiters();
    }
}

impl State {
    fn is_over(&self) -> bool {
        self.stopped || self.machine.ended().is_some()
    }
}

/// How the wire says an exit. What could not be started has the status that a shell gives it.
fn exit_to(exit: Exit) -> wire::Exit {
    match exit {
        Exit::Code(code) => wire::Exit::Code(u32::try_from(code).unwrap_or_default()),
        Exit::Signal(signal) => wire::Exit::Signal(u32::try_from(signal).unwrap_or_default()),
        Exit::NotStarted => wire::Exit::Code(127),
    }
}

fn exit_from(exit: wire::Exit) -> Exit {
    match exit {
        wire::Exit::Code(code) => Exit::Code(i32::try_from(code).unwrap_or_default()),
        wire::Exit::Signal(signal) => Exit::Signal(i32::try_from(signal).unwrap_or_default()),
    }
}
