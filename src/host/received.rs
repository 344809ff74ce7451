//! What comes from sockets.

use super::door::{Farewell, LATE, Pending};
use super::hello::Verdict;
use super::rules::Rule;
use super::{Action, Ending, Session, SocketId};
use crate::time::Millis;
use crate::wire::{FromClient, Size};

impl Session {
    /// A text frame came on this socket.
    pub fn text(&mut self, now: Millis, socket: SocketId, text: &str) {
        if self.pending.iter().any(|pending| pending.socket == socket) {
            return self.on_pending(now, socket, text);
        }
        if !self.is_current(socket, Rule::ServerFence) {
            return;
        }
        self.hear(now);
        let frame = match FromClient::parse(text) {
            Ok(frame) => frame,
            Err(error) => return self.fault(now, error.to_string()),
        };
        if !self.is_welcomed() && !matches!(frame, Some(FromClient::Pong(_))) {
            return self.fault(now, EARLY);
        }
        match frame {
            None | Some(FromClient::Pong(_)) => {}
            Some(FromClient::Hello(..)) => self.fault(now, "a second hello"),
            Some(FromClient::Ack { out, exit }) => self.on_ack(now, out, exit),
            Some(FromClient::Resize(size)) => self.on_resize(size),
            Some(FromClient::Hold) => self.hold(true),
            Some(FromClient::Live) => self.hold(false),
            Some(FromClient::Ping(n)) => {
                if let Some(current) = &mut self.current {
                    current.pong = Some(n);
                }
            }
            Some(FromClient::Bye { kill: true }) => self.end(Ending::Killed),
            Some(FromClient::Bye { kill: false }) => self.dismiss(now, Farewell::plain(1000, "bye")),
        }
    }

    /// A binary frame came on this socket.
    pub fn binary(&mut self, now: Millis, socket: SocketId, bytes: &[u8]) {
        if self.pending.iter().any(|pending| pending.socket == socket) {
            return self.refuse_pending(socket);
        }
        if !self.is_current(socket, Rule::StaleInput) {
            return;
        }
        self.hear(now);
        if !self.is_welcomed() {
            return self.fault(now, EARLY);
        }
        if self.exit.is_some() {
            self.input.count(bytes.len());
        } else if !self.input.push(bytes) {
            self.fault(now, "input beyond in_window");
        }
    }

    /// This socket is gone. Nothing happens to the session unless it was the current one's (S9).
    pub fn gone(&mut self, now: Millis, socket: SocketId) {
        self.leaving.forget(socket);
        self.pending.retain(|pending| pending.socket != socket);
        if self.is_current(socket, Rule::ServerFence) {
            self.detach(now);
        }
    }

    /// A frame of a page that is taking the session over: only the answer to its ping counts.
    fn on_pending(&mut self, now: Millis, socket: SocketId, text: &str) {
        let Ok(Some(FromClient::Pong(n))) = FromClient::parse(text) else {
            return self.refuse_pending(socket);
        };
        let answered = |pending: &Pending| pending.socket == socket && pending.asked && pending.n == n;
        let at = self.pending.iter().position(answered);
        let Some(pending) = at.and_then(|at| self.pending.remove(at)) else {
            return;
        };
        if pending.until <= now {
            return self.leaving.push(socket, Farewell::refusal(4408, LATE));
        }
        // All may have changed since the hello: it is judged as if it came now.
        match self.judge(&pending.inst, &pending.attach, true) {
            Verdict::Attach(place) => self.accept(now, socket, &pending.inst, &pending.attach, &place),
            Verdict::Refuse(farewell) => self.leaving.push(socket, farewell),
            // Not asked of who has proven it.
            Verdict::Prove => {}
        }
    }

    fn on_ack(&mut self, now: Millis, out: u64, exit: bool) {
        let Some(current) = &mut self.current else {
            return;
        };
        if out > current.cursor {
            return self.fault(now, "out: more than was sent");
        }
        if exit && !current.exit_sent {
            return self.fault(now, "exit: there was none");
        }
        current.acked = current.acked.max(out);
        if exit {
            self.end(Ending::Exited);
        }
    }

    fn on_resize(&mut self, size: Size) {
        if size != self.size && self.exit.is_none() {
            self.size = size;
            self.ring.resize(size);
            self.actions.push(Action::Resize(size));
        }
    }

    fn hold(&mut self, held: bool) {
        if let Some(current) = &mut self.current {
            current.held = held;
        }
    }

    fn hear(&mut self, now: Millis) {
        if let Some(current) = &mut self.current {
            current.heard = current.heard.max(now);
        }
    }

    /// The page breaks the protocol: its socket goes, the session lives on (S7).
    fn fault(&mut self, now: Millis, msg: impl Into<String>) {
        self.dismiss(now, Farewell::refusal(4400, msg));
    }

    fn refuse_pending(&mut self, socket: SocketId) {
        self.pending.retain(|pending| pending.socket != socket);
        self.leaving.push(socket, Farewell::refusal(4400, EARLY));
    }

    /// Whether frames of this socket count, as far as this rule says it.
    fn is_current(&self, socket: SocketId, rule: Rule) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.socket == socket || !self.rules.keep(rule))
    }

    /// Whether the page may have heard its welcome. A frame that came before was sent without waiting for it.
    fn is_welcomed(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.welcome.is_none())
    }
}

const EARLY: &str = "before the welcome only pong may come";
