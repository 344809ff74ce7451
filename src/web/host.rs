//! The npm package's outside: a link's host in TypeScript, which has the browser's objects at hand, and the page's options.

use super::calls;
use super::outside::Outside;
use super::page::Request;
use super::storage::StoreError;
use crate::backoff::Jitter;
use crate::client::{Event, Payload, SocketId, Warning};
use crate::close::Verdict;
use crate::config::{Config, Heartbeat};
use crate::wire::{Attach, Exit};

/// A link's outside: its host in TypeScript.
pub(super) struct Host {
    /// The link's handle.
    pub(super) link: usize,
}

impl Outside for Host {
    fn arm(&self, delay: Option<u32>) {
        calls::arm(self.link, delay.map_or(-1.0, f64::from));
    }

    fn address(&self, socket: SocketId, request: &Request<'_>) {
        let claim = request.claim;
        let flag = |set: bool, bit: u32| u32::from(set) << bit;
        let flags = flag(request.renew, 0) | flag(claim.known, 1) | flag(claim.warm, 2) | flag(claim.take, 3);
        let (cols, rows) = claim.size.map_or((0, 0), |size| (size.cols, size.rows));
        calls::address(self.link, socket.0, flags, claim.attempt, cols, rows, request.life);
    }

    fn connect(&self, socket: SocketId, url: &str) -> bool {
        calls::connect(self.link, socket.0, url)
    }

    fn greet(&self, attach: &Attach) {
        let offset = |offset: Option<u64>| offset.map_or(f64::NAN, |offset| offset as f64);
        let (cols, rows) = attach.size.map_or((0, 0), |size| (size.cols, size.rows));
        calls::greet(
            self.link,
            offset(attach.epoch),
            offset(attach.out),
            attach.done as f64,
            attach.in_lo as f64,
            attach.in_hi as f64,
            cols,
            rows,
        );
    }

    fn send(&self, message: &Payload) {
        match message {
            Payload::Text(text) => calls::send_text(self.link, text),
            Payload::Binary(bytes) => calls::send_bytes(self.link, bytes),
        }
    }

    fn discard(&self, code: u16, reason: &str) {
        calls::discard(self.link, code, reason);
    }

    fn deliver(&self) {
        calls::deliver(self.link);
    }

    fn tell(&self, event: Event) {
        match event {
            Event::StateChange(change) => {
                let (code, text) = change.close.unwrap_or_default();
                let delay = change.retry_in.map_or(f64::NAN, |delay| delay as f64);
                let (state, previous) = (change.state as u8, change.previous as u8);
                calls::changed(
                    self.link,
                    state,
                    previous,
                    change.reason as u8,
                    change.attempt,
                    delay,
                    code,
                    &text,
                );
            }
            Event::Reset(reset) => calls::reset(self.link, reset as u8),
            Event::Dropped(dropped) => calls::dropped(self.link, dropped.reason as u8, dropped.messages, dropped.bytes),
            Event::Warning(Warning::UnmappedCode(code)) => calls::unmapped(self.link, code),
            // TypeScript keeps the ids, and says so itself.
            Event::Warning(Warning::Storage) => {}
            Event::Resumed(resumed) => {
                let (offset, replay) = (resumed.offset as f64, resumed.replay as f64);
                let size = resumed.size;
                calls::resumed(self.link, resumed.outcome as u8, offset, replay, size.cols, size.rows);
            }
            Event::Gap(gap) => {
                let from = gap.from.map_or(f64::NAN, |from| from as f64);
                calls::gap(self.link, from, gap.to as f64, gap.snap as f64);
            }
            Event::Size(size) => calls::size(self.link, size.cols, size.rows),
            Event::Exit(Exit::Code(code)) => calls::exit(self.link, code, false),
            Event::Exit(Exit::Signal(signal)) => calls::exit(self.link, signal, true),
        }
    }

    fn store(&self, id: Option<&str>) -> Result<(), StoreError> {
        calls::store(self.link, id);
        Ok(())
    }

    fn fill(&self, bytes: &mut [u8]) {
        calls::fill(self.link, bytes);
    }

    /// TypeScript lets go of it itself.
    fn release(&self) {}
}

/// What `js/settings.ts` names by their index.
const VERDICTS: [Verdict; 10] = [
    Verdict::Retry,
    Verdict::RetryUncounted,
    Verdict::SlowDown,
    Verdict::Renew,
    Verdict::OpenBreaker,
    Verdict::Afresh,
    Verdict::Gone,
    Verdict::Superseded,
    Verdict::Ended,
    Verdict::Stop,
];

/// The options that TypeScript has checked.
pub(super) fn config(handle: usize, heartbeat: String) -> Config {
    let mut config = Config::default();
    let set = |field: &mut u64, place: u32| {
        let number = calls::number(handle, place);
        if number >= 0 {
            *field = number as u64;
        }
    };
    let small = |field: &mut u32, place: u32| {
        let number = calls::number(handle, place);
        if number >= 0 {
            *field = number as u32;
        }
    };
    let flag = |place: u32| calls::number(handle, place) == 1;
    set(&mut config.backoff.base, 0);
    small(&mut config.backoff.factor_percent, 1);
    set(&mut config.backoff.max, 2);
    if flag(3) {
        config.backoff.jitter = Jitter::None;
    }
    small(&mut config.breaker.failures, 4);
    set(&mut config.breaker.recovery, 5);
    set(&mut config.connect_timeout, 6);
    set(&mut config.stable_after, 7);
    small(&mut config.queue.bytes, 8);
    small(&mut config.queue.messages, 9);
    set(&mut config.queue.age, 10);
    config.control = flag(11);
    config.renewable = flag(12);
    let resume = calls::number(handle, 13);
    config.resume = resume > 0;
    config.found = resume > 1;
    let (mut every, mut timeout) = (0, 0);
    set(&mut every, 14);
    set(&mut timeout, 15);
    if every > 0 {
        let message = Payload::Text(heartbeat);
        config.heartbeat = Some(Heartbeat {
            message,
            every,
            timeout,
        });
    }
    // Rows of close codes, each an index into VERDICTS, the first code and the last; -1 after the last row.
    let mut place = 16;
    while let Some(verdict) = VERDICTS.get(calls::number(handle, place) as usize) {
        let codes = calls::number(handle, place + 1) as u16..=calls::number(handle, place + 2) as u16;
        // A row that is none has been refused before.
        let _ = config.close.set(codes, *verdict);
        place += 3;
    }
    config
}
