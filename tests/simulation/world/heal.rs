//! The end of a run: faults stop, users rest, and within a stated time every page is ready and has everything, or has ended as documented.

use super::World;
use crate::page::Doom;
use crate::server::{Host, Socket};
use relatch::client::{Input, State};
use relatch::host::Key;
use relatch::time::Millis;

/// Within this time a page comes back, whatever was before: a dead line is noticed (35 s), an attempt times out (10 s), the longest wait of
/// the ladder or the breaker's recovery passes (36 s) once or twice, and a server's own delay does (10 s).
const HEALED_WITHIN: Millis = 180_000;

/// How often it is asked whether all is well.
const LOOK: Millis = 5000;

impl World {
    pub(super) fn heal(&mut self) {
        self.log(|| "* the network heals".to_owned());
        self.weather.outage = None;
        self.weather.latency = (1, 20);
        for page in 0..self.pages.len() {
            let it = &mut self.pages[page];
            it.doom = Doom::default();
            it.terminal.each = 1;
            it.terminal.stalled_until = 0;
            it.timers_late_until = 0;
            it.hidden = false;
            if let Some((_, wire)) = it.wire {
                (self.wires[wire].up.slow, self.wires[wire].down.slow) = (0, 0);
            }
        }
        for key in self.server.keys() {
            if let Some(host) = self.server.directory.get_mut(&key) {
                host.terminal.stalled_until = 0;
                host.terminal.due = false;
            }
            self.stir(&key);
        }
        for page in 0..self.pages.len() {
            let until = self.pages[page].asleep_until;
            self.run_until(until.max(self.now));
            self.pages[page].terminal.due = false;
            self.stir_terminal(page);
            self.feed(page, Input::Online);
            self.feed(page, Input::Wake);
        }
        self.settle();
        self.speak();
        self.settle();
    }

    /// Everybody says something once more: it arrives.
    fn speak(&mut self) {
        self.log(|| "* everybody speaks".to_owned());
        for page in 0..self.pages.len() {
            if !self.pages[page].gone && self.pages[page].client.state() == State::Ready {
                self.type_in(page, 5);
            }
        }
        for key in self.server.keys() {
            if let Some(host) = self.server.directory.get_mut(&key) {
                host.terminal.backlog += 9;
            }
            self.stir(&key);
        }
    }

    fn settle(&mut self) {
        let until = self.now + HEALED_WITHIN;
        let mut unsettled = self.unsettled();
        while unsettled.is_some() && self.now < until {
            self.run_until(self.now + LOOK);
            unsettled = self.unsettled();
        }
        if let Some(unsettled) = unsettled {
            panic!("{HEALED_WITHIN} ms after the network has healed: {unsettled}");
        }
    }

    /// What is still to come about.
    fn unsettled(&self) -> Option<String> {
        let pages = self.pages.iter().enumerate().filter(|(_, page)| !page.gone);
        let mut unsettled = pages.filter_map(|(number, _)| {
            let what = self.page_unsettled(number)?;
            Some(format!("page {number} {what}"))
        });
        unsettled.next()
    }

    fn page_unsettled(&self, number: usize) -> Option<String> {
        let page = &self.pages[number];
        match page.client.state() {
            State::Superseded | State::Closed if !page.typing.is_settled() => {
                Some("keeps input that it has not reported".to_owned())
            }
            State::Ready => self.ready_unsettled(number),
            State::Superseded => self.superseded_unsettled(number),
            State::Closed => {
                let story = &page.story;
                let excused = story.left || story.disposed || story.exited || story.meddled;
                (!excused).then(|| "is closed, and nobody wanted that".to_owned())
            }
            state => Some(format!("is {state:?}")),
        }
    }

    fn ready_unsettled(&self, number: usize) -> Option<String> {
        let page = &self.pages[number];
        let wire = self.line_of(number)?;
        let Some(Socket::In { key, .. }) = self.server.sockets.get(&wire) else {
            return Some("is ready on a line that the server does not have".to_owned());
        };
        let Some(host) = self.server.directory.get(key) else {
            return Some("is ready without a session".to_owned());
        };
        let printed = host.process.printed;
        let reading = &page.reading;
        let what = if host.terminal.exit.is_some() {
            "has not heard of its process's exit"
        } else if host.session.attached().map(|socket| socket.0) != Some(wire as u64) {
            "is ready but not attached"
        } else if host.terminal.backlog > 0 {
            "has a program that cannot print"
        } else if !reading.is_whole() {
            "waits for a snapshot"
        } else if reading.received() != printed || reading.processed() != printed {
            "has not caught up"
        } else if !page.typing.is_settled() {
            "has input that waits"
        } else if !host.process.is_typed_out() || !host.terminal.taken.is_empty() {
            "has input that is not written"
        } else if page
            .size
            .is_some_and(|size| host.session.exit().is_none() && host.terminal.size != size)
        {
            "has another size than its terminal"
        } else {
            return None;
        };
        Some(format!(
            "{what}: received {}, processed {}, printed {printed}",
            reading.received(),
            reading.processed()
        ))
    }

    /// Two pages come to rest with one of them attached, unless that one's user left.
    fn superseded_unsettled(&self, number: usize) -> Option<String> {
        let page = &self.pages[number];
        if !page.story.superseded {
            return Some("is superseded, and nobody was there".to_owned());
        }
        if page.story.meddled {
            return None;
        }
        let mut hosts = self.server.directory.iter();
        let mine = |host: &Host, key: &Key| {
            key.principal == 0 && key.session.session.as_str() == page.session.id && !host.stranger
        };
        let (_, host) = hosts.find(|(key, host)| mine(host, key))?;
        if host.session.attached().is_some() {
            return None;
        }
        let last = host.session.last_inst()?;
        let winner = self.pages.iter().find(|other| last == other.inst(other.life))?;
        // It may have turned to another session since, its good-bye lost.
        if winner.session != page.session {
            return None;
        }
        (!winner.gone && winner.client.state() == State::Superseded && !winner.story.meddled)
            .then(|| "is superseded, and so is who took the session".to_owned())
    }
}
