//! A line under `relatch.v1`: the hello, the welcome, and every frame after it (rules C1 to C10 of docs/protocol.md).

use super::input::SocketId;
use super::rules::Rule;
use super::{Action, Client, DropReason, Event, Phase, Reason, Reset, Resumed, Tally, Timer};
use crate::close::{DESYNC, retry_delay_in_bounds};
use crate::payload::Payload;
use crate::time::Millis;
use crate::wire::{Attach, FromClient, FromServer, Gap, Outcome, Welcome};

/// Output processed is acknowledged after this long at the latest.
const ACK_EVERY: Millis = 100;

/// What breaks the protocol.
struct Desync;

impl Client {
    /// Says hello. The counts are frozen: the socket before this one is not heard any more (C1).
    pub(super) fn greet(&mut self, socket: SocketId) {
        let (claim, resume, place) = (&self.claim, &self.resume, self.place());
        let attach = Attach {
            attempt: claim.attempt.into(),
            resume: claim.known,
            // Without a place in its output, the page still counts what it typed for this process.
            epoch: resume.epoch,
            take: claim.take,
            out: place,
            done: place.map_or(0, |_| resume.processed()),
            in_lo: resume.outbox.base(),
            in_hi: resume.outbox.most_sent(),
            size: claim.size,
        };
        self.act(Action::Greet(socket, attach));
        if !self.keeps(Rule::WaitForWelcome) {
            self.send_input();
        }
    }

    /// Output came.
    pub(super) fn on_output(&mut self, socket: SocketId, bytes: usize) {
        if self.is_placeless(socket) {
            self.give_up(Reason::Desync, DESYNC);
        } else if self.hear(socket) || !self.keeps(Rule::Fence) {
            self.stats.messages_in += 1;
            self.stats.bytes_in += bytes as u64;
            self.resume.receive(bytes as u64);
            self.act(Action::Deliver);
            self.keep_pace();
        }
    }

    /// A control frame came.
    pub(super) fn on_frame(&mut self, socket: SocketId, text: &str) {
        let greeting = self.is_greeting(socket);
        if !greeting && !self.hear(socket) {
            return;
        }
        let kept = match FromServer::parse(text) {
            Ok(Some(FromServer::Error { retry_ms, .. })) => {
                self.told_to_wait = retry_ms.map(retry_delay_in_bounds);
                Ok(())
            }
            Ok(Some(frame)) if greeting => self.on_greeted(frame),
            Ok(Some(frame)) => self.on_told(frame),
            Ok(None) => Ok(()),
            Err(_) => Err(Desync),
        };
        match kept {
            Ok(()) => self.keep_pace(),
            Err(Desync) => self.give_up(Reason::Desync, DESYNC),
        }
    }

    /// The terminal has processed output (C3).
    pub(super) fn on_processed(&mut self, bytes: usize) {
        self.resume.process(bytes as u64);
        self.keep_pace();
    }

    /// Says what is due by what has come and what was processed: acks, the size, whether the page can go on.
    pub(super) fn keep_pace(&mut self) {
        if !self.is_resumed() {
            return;
        }
        if self.resume.owes_ack() {
            self.send_ack(false);
        } else if self.resume.is_ahead() && self.timers.at(Timer::Ack).is_none() {
            self.arm(Timer::Ack, ACK_EVERY);
        }
        self.send_size();
        self.say_hold();
    }

    /// The same, with an ack in any case: a page that comes back may have a server waiting for one that was lost.
    pub(super) fn say_pace(&mut self) {
        if self.is_resumed() {
            self.send_ack(false);
            self.keep_pace();
        }
    }

    pub(super) fn send_ack(&mut self, exit: bool) {
        self.timers.stop(Timer::Ack);
        let out = self.resume.ack();
        self.tell_server(&FromClient::Ack { out, exit });
    }

    /// Sends what input the server gives credit for.
    pub(super) fn send_input(&mut self) {
        loop {
            while let Some(frame) = self.resume.next_input() {
                self.stats.messages_out += 1;
                self.stats.bytes_out += frame.len() as u64;
                self.hand_over(Payload::Binary(frame));
            }
            if !self.resume.has_credit(1) {
                return;
            }
            match self.queue.pop() {
                Some(Payload::Binary(bytes)) => self.resume.outbox.push(&bytes),
                Some(Payload::Text(text)) => self.resume.outbox.push(text.as_bytes()),
                None => return,
            }
        }
    }

    /// Says how the session is left, where the server is there to hear it.
    pub(super) fn say_bye(&mut self, kill: bool) {
        if self.is_resumed() {
            self.tell_server(&FromClient::Bye { kill });
        }
    }

    /// What is queued has not left because the server gives no credit yet: it is not late.
    pub(super) fn waits_for_credit(&self) -> bool {
        self.is_resumed()
    }

    /// Says that input that was given to a connection is given up.
    pub(super) fn drop_outbox(&mut self, reason: DropReason) {
        let mut tally = Tally::default();
        let bytes = self.resume.outbox.kept();
        if bytes > 0 {
            tally.add(bytes);
        }
        self.resume.outbox.discard();
        self.emit_dropped(reason, tally);
    }

    /// What the page has a screen of reaches up to here: not before its first gap has come, and not within a snapshot.
    fn place(&self) -> Option<u64> {
        let resume = &self.resume;
        let painting = resume.snap > 0 && self.keeps(Rule::SnapshotPlace);
        resume.received.filter(|_| !resume.begins_late && !painting)
    }

    fn is_resumed(&self) -> bool {
        self.config.resume && matches!(self.phase, Phase::Ready(_))
    }

    fn is_greeting(&self, socket: SocketId) -> bool {
        matches!(&self.phase, Phase::Connecting(attempt) if attempt.greeted && attempt.socket == socket)
    }

    /// Whether output on this socket has no place (C2): the welcome is still to come, or the gap that says where a page without a screen
    /// begins.
    fn is_placeless(&self, socket: SocketId) -> bool {
        let ready = self.resume.begins_late && self.current_socket() == Some(socket);
        self.is_greeting(socket) || ready
    }

    /// A frame before the welcome: a ping may come to see that this page is there (S2).
    fn on_greeted(&mut self, frame: FromServer) -> Result<(), Desync> {
        match frame {
            FromServer::Welcome(welcome) => self.on_welcome(&welcome),
            FromServer::Ping { n, out: None } => {
                self.tell_server(&FromClient::Pong(n));
                Ok(())
            }
            _ => Err(Desync),
        }
    }

    fn on_welcome(&mut self, welcome: &Welcome) -> Result<(), Desync> {
        let Phase::Connecting(attempt) = &self.phase else {
            return Err(Desync);
        };
        let (socket, retry) = (attempt.socket, attempt.retry);
        if welcome.live < welcome.out {
            return Err(Desync);
        }
        let another = self.resume.epoch.is_some_and(|epoch| epoch != welcome.epoch);
        if another && self.place().is_some() && welcome.outcome != Outcome::New {
            // A place is found only in the process that the hello named (C2).
            return Err(Desync);
        }
        if another && self.keeps(Rule::Epoch) {
            // What was typed for one process must not reach another (C4).
            self.drop_queue(DropReason::SessionLost);
            self.resume.give_up_place();
        }
        let reset = match (self.place(), welcome.outcome) {
            (Some(received), Outcome::Ok | Outcome::Gap) if received == welcome.out => None,
            // The place was not found, and nothing was said of why (C2).
            (Some(_), _) => return Err(Desync),
            (None, _) if another => Some(Reset::Restarted),
            (None, Outcome::New) => None,
            (None, Outcome::Ok | Outcome::Gap) => Some(Reset::Server),
        };
        if self.place().is_none() {
            self.resume.restart_at(welcome.out, 0, welcome.out > 0);
        }
        if self.keeps(Rule::Rewind) && !self.resume.outbox.rewind(welcome.accepted) {
            return Err(Desync);
        }
        if self.is_stale() && self.keeps(Rule::StaleInput) {
            self.drop_outbox(DropReason::Expired);
        }
        self.resume.begin(welcome);
        if self.keeps(Rule::HoldAgain) {
            self.resume.held = false;
        }
        let previous = self.state();
        self.expire_queue();
        self.be_ready(socket, retry);
        self.timers.stop(Timer::Age);
        self.prove();
        if let Some(reset) = reset {
            self.emit(Event::Reset(reset));
        }
        self.emit(Event::Resumed(Resumed {
            outcome: welcome.outcome,
            offset: welcome.out,
            replay: self.resume.replay(),
            size: welcome.size,
        }));
        if self.keeps(Rule::AckAfterWelcome) {
            self.send_ack(false);
        }
        self.say_hold();
        self.send_input();
        self.emit_change(previous, Reason::Opened, None);
        Ok(())
    }

    /// Whether the line was away for longer than input is kept: what was typed is meant for another moment (C5).
    fn is_stale(&self) -> bool {
        self.down_since
            .is_some_and(|since| self.now - since >= self.config.queue.age)
    }

    /// A frame after the welcome.
    fn on_told(&mut self, frame: FromServer) -> Result<(), Desync> {
        let received = self.resume.received.unwrap_or_default();
        let check = |out: u64| if out == received { Ok(()) } else { Err(Desync) };
        match frame {
            FromServer::Welcome(_) | FromServer::Error { .. } => return Err(Desync),
            FromServer::Gap(gap) => self.on_gap(gap)?,
            FromServer::Size(size) => self.emit(Event::Size(size)),
            FromServer::Ack(acked) => {
                if !self.resume.outbox.ack(acked) {
                    return Err(Desync);
                }
                self.send_input();
            }
            FromServer::Mark(out) => check(out)?,
            FromServer::Ping { n, out } => {
                out.map_or(Ok(()), check)?;
                self.tell_server(&FromClient::Pong(n));
            }
            FromServer::Pong(_) => {}
            FromServer::Exit { exit, out } => {
                check(out)?;
                if !std::mem::replace(&mut self.resume.exited, true) {
                    self.emit(Event::Exit(exit));
                }
                if self.keeps(Rule::ExitAck) {
                    self.send_ack(true);
                }
            }
        }
        Ok(())
    }

    /// Output is gone (C7): what comes next is `to`, and the server waits for an ack of it.
    fn on_gap(&mut self, gap: Gap) -> Result<(), Desync> {
        let received = self.resume.received.unwrap_or_default();
        let possible = match gap.from {
            Some(from) => from == received && from < gap.to,
            None => self.resume.begins_late && gap.to >= received,
        };
        if !possible {
            return Err(Desync);
        }
        let counted = self.keeps(Rule::SnapshotCount);
        let snap = if counted { gap.snap } else { 0 };
        self.resume.restart_at(gap.to, snap, false);
        self.stats.gaps += 1;
        self.emit(Event::Gap(gap));
        self.send_ack(false);
        Ok(())
    }

    fn say_hold(&mut self) {
        match self.resume.hold_due() {
            Some(true) => self.tell_server(&FromClient::Hold),
            Some(false) => self.tell_server(&FromClient::Live),
            None => {}
        }
    }
}
