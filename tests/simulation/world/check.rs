//! What must hold after every step, whatever it was.

use super::World;
use crate::holds;
use relatch::client::State;

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
                holds!(waiting <= 16 * self.setup.bounds.input, "{waiting} bytes of input wait (I9)");
            }
        }
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
}
