//! What must hold after every step, whatever it was.

use super::World;
use crate::holds;
use relatch::client::State;
use relatch::time::Millis;

/// A program is held up no longer than this by a page that nobody looks at: a line that takes nothing is given up within 40 s, and the
/// slowest that there is delays a `hold` by 30.
const HELD_UP: Millis = 75_000;

/// No run makes so many.
const MOST_SESSIONS: usize = 64;

impl World {
    pub(super) fn check(&mut self) {
        let ring = self.setup.bounds.ring;
        holds!(self.server.directory.len() <= MOST_SESSIONS, "too many sessions (I9)");
        for key in self.server.keys() {
            if let Some(host) = self.server.directory.get_mut(&key) {
                host.process.check(&host.session, ring);
                let waiting = host.session.input_waiting();
                // Each of the lives that are remembered has a credit of its own.
                holds!(
                    waiting <= 16 * self.setup.bounds.input,
                    "{waiting} bytes of input wait (I9)"
                );
            }
        }
        self.check_hold();
        for page in self.pages.iter().filter(|page| !page.gone) {
            if page.client.state() != State::Ready {
                continue;
            }
            let offsets = page.client.offsets();
            let reading = &page.reading;
            holds!(
                offsets.received == reading.received(),
                "received {}, given {} (I7)",
                offsets.received,
                reading.received()
            );
            holds!(
                offsets.processed == reading.processed(),
                "processed {}, really {} (I7)",
                offsets.processed,
                reading.processed()
            );
        }
    }

    /// A hidden page never blocks its program for long, be its terminal as slow as it may.
    fn check_hold(&mut self) {
        for key in self.server.keys() {
            let Some(host) = self.server.directory.get_mut(&key) else {
                continue;
            };
            let socket = host.session.attached();
            let page = socket.and_then(|socket| self.wires[socket.0 as usize].page);
            let hidden = page.is_some_and(|page| self.pages[page].hidden && self.pages[page].asleep_until <= self.now);
            // A snapshot takes as long as the line does.
            let waits = host.terminal.backlog > 0 && !host.session.may_read() && !host.process.draws();
            let blocked = hidden && waits;
            // A line that is slow is no page that stands still: what it acks, the program may print.
            let acked = host.session.acked();
            host.blocked = match (socket, host.blocked) {
                (Some(socket), Some(before @ (_, of, at))) if blocked && (of, at) == (socket, acked) => Some(before),
                (Some(socket), _) if blocked => Some((self.now, socket, acked)),
                _ => None,
            };
            let since = host.blocked.map_or(self.now, |(since, ..)| since);
            holds!(
                self.now - since < HELD_UP,
                "a hidden page holds its program up since {since} ms (S6)"
            );
        }
    }
}
