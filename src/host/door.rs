//! The sockets that are not the session's page: those that must prove themselves first, and those that are sent away.

use super::hello::STALE;
use super::session::later;
use super::{Session, SocketId, Transmit};
use crate::time::Millis;
use crate::wire::{Attach, FromServer};
use std::collections::VecDeque;

/// How many pages may be taking the session over at once; the oldest is sent away then.
pub(super) const PENDING: usize = 4;

/// How many sockets may wait to hear why they are sent away; the oldest is forgotten then.
pub(super) const LEAVING: usize = 64;

/// Said with 4408.
pub(super) const LATE: &str = "the ping was not answered in time";

/// A page that takes the session from another, and has not shown yet that it is there (S2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pending {
    pub(super) socket: SocketId,
    pub(super) inst: String,
    pub(super) attach: Attach,
    /// The number of its ping.
    pub(super) n: u64,
    /// The ping was sent.
    pub(super) asked: bool,
    /// Until when the answer counts.
    pub(super) until: Millis,
}

/// Why a socket is closed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Farewell {
    code: u16,
    msg: String,
    /// It is also said in an `error` before the close.
    error: bool,
}

/// Sockets to which only their end is still to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Leaving(VecDeque<(SocketId, Farewell)>);

impl Pending {
    /// What the socket is told next: its ping, once.
    pub(super) fn transmit(&mut self) -> Option<Transmit> {
        if std::mem::replace(&mut self.asked, true) {
            return None;
        }
        let ping = FromServer::Ping { n: self.n, out: None };
        Some(Transmit::Text(ping.to_text()))
    }
}

impl Farewell {
    /// A refusal: `error`, then close with the same code.
    pub(super) fn refusal(code: u16, msg: impl Into<String>) -> Self {
        Self {
            code,
            msg: msg.into(),
            error: true,
        }
    }

    /// A close that is no error.
    pub(super) fn plain(code: u16, msg: &'static str) -> Self {
        Self {
            code,
            msg: msg.to_owned(),
            error: false,
        }
    }
}

impl Leaving {
    pub(super) fn push(&mut self, socket: SocketId, farewell: Farewell) {
        self.0.push_back((socket, farewell));
        if self.0.len() > LEAVING {
            self.0.pop_front();
        }
    }

    pub(super) fn sockets(&self) -> impl Iterator<Item = SocketId> {
        self.0.iter().map(|&(socket, _)| socket)
    }

    pub(super) fn forget(&mut self, socket: SocketId) {
        self.0.retain(|&(leaving, _)| leaving != socket);
    }

    /// What the socket is told next.
    pub(super) fn transmit(&mut self, socket: SocketId) -> Option<Transmit> {
        let (_, farewell) = self.0.iter_mut().find(|&&mut (leaving, _)| leaving == socket)?;
        let Farewell { code, msg, error } = farewell;
        if std::mem::take(error) {
            let error = FromServer::Error {
                code: *code,
                retry_ms: None,
                msg: msg.clone(),
            };
            return Some(Transmit::Text(error.to_text()));
        }
        let close = Transmit::Close {
            code: *code,
            reason: std::mem::take(msg),
        };
        self.forget(socket);
        Some(close)
    }
}

impl Session {
    /// Pings a page that takes the session over (S2).
    pub(super) fn ask(&mut self, now: Millis, socket: SocketId, inst: &str, attach: &Attach) {
        let earlier = self.pending.iter().position(|pending| pending.inst == inst);
        if let Some(pending) = earlier.and_then(|at| self.pending.get(at))
            && attach.attempt <= pending.attach.attempt
        {
            return self.leaving.push(socket, Farewell::refusal(4408, STALE));
        }
        if let Some(pending) = earlier.and_then(|at| self.pending.remove(at)) {
            self.leaving.push(pending.socket, Farewell::refusal(4408, STALE));
        }
        self.proofs += 1;
        self.pending.push_back(Pending {
            socket,
            inst: inst.to_owned(),
            attach: *attach,
            n: self.proofs,
            asked: false,
            until: later(now, self.bounds.proof),
        });
        if self.pending.len() > PENDING
            && let Some(oldest) = self.pending.pop_front()
        {
            let crowded = Farewell::refusal(4408, "later pages ask for the session too");
            self.leaving.push(oldest.socket, crowded);
        }
    }
}
