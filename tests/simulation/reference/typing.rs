//! What a page's user typed, and where each byte of it is (I3, I4; C1, C4, C5).

use crate::content;
use crate::holds;
use relatch::client::{DropReason, Dropped};
use relatch::time::Millis;
use std::collections::{BTreeMap, VecDeque};

/// So many bytes that were typed, from the `from`th on.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    pub from: u64,
    pub bytes: u64,
    /// The process that the page showed then.
    meant: Option<u64>,
    at: Millis,
}

/// One load of a page.
pub struct Typing {
    key: u64,
    next: u64,
    queue: VecDeque<Typed>,
    streams: BTreeMap<Name, Stream>,
    current: Option<Name>,
    /// A welcome that the client has taken, and whose stream goes on once what it gives up has been said.
    welcome: Option<(Name, u64)>,
    accepted: Ranges,
    /// What can never have been accepted.
    refused: Ranges,
}

/// A page life and a process.
type Name = (String, u64);

/// What a page life gave to one process, by its place in that stream.
#[derive(Default)]
struct Stream {
    runs: VecDeque<(u64, Typed)>,
    end: u64,
    /// Given to the present connection up to here.
    sent: u64,
    /// Below this the client keeps nothing.
    floor: u64,
    /// What is above was reported, and is decided by the next welcome.
    lost: bool,
}

impl Typing {
    pub fn new(key: u64) -> Self {
        Self {
            key,
            next: 0,
            queue: VecDeque::new(),
            streams: BTreeMap::new(),
            current: None,
            welcome: None,
            accepted: Ranges::default(),
            refused: Ranges::default(),
        }
    }

    /// What the content of its bytes follows from.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// The user types; the page shows this process.
    pub fn typed(&mut self, at: Millis, bytes: u64, meant: Option<u64>) -> (Typed, Vec<u8>) {
        let from = self.next;
        let typed = Typed { from, bytes, meant, at };
        self.next += bytes;
        (typed, content::bytes(self.key, typed.from, bytes as usize))
    }

    /// The client took it.
    pub fn taken(&mut self, typed: Typed) {
        self.queue.push_back(typed);
    }

    /// The client refused it.
    pub fn refused(&mut self, typed: Typed) {
        self.refused.add(typed.from, typed.bytes, "refused and");
    }

    /// The client was given a welcome and will go on with it.
    pub fn welcome(&mut self, inst: &str, epoch: u64, accepted: u64) {
        self.welcome = Some(((inst.to_owned(), epoch), accepted));
    }

    /// The welcome's stream goes on.
    pub fn go_on(&mut self) {
        let Some((name, accepted)) = self.welcome.take() else {
            return;
        };
        if self.current.as_ref() != Some(&name) {
            let kept = self.kept();
            holds!(kept == 0, "{kept} bytes of input are given up, and nobody is told (C4)");
            // Another life or process: its stream begins, even if it was there before.
            self.streams.insert(name.clone(), Stream::default());
            self.current = Some(name.clone());
        }
        let stream = self.streams.get_mut(&name).expect("just made");
        holds!(
            accepted <= stream.end,
            "welcome.in {accepted} of a stream of {} (I7)",
            stream.end
        );
        holds!(
            accepted >= stream.floor,
            "welcome.in {accepted} goes back below {} (I3)",
            stream.floor
        );
        stream.give_up_to(accepted);
        if std::mem::take(&mut stream.lost) {
            stream.truncate(accepted);
        }
        stream.sent = accepted;
    }

    /// The client reports what did not arrive.
    pub fn dropped(&mut self, dropped: &Dropped) {
        let Dropped {
            reason,
            messages,
            bytes,
        } = *dropped;
        if reason != DropReason::SessionLost {
            self.go_on();
        }
        let kept = self.kept();
        let of_stream = kept > 0 && messages == 1 && bytes as u64 == kept;
        match reason {
            DropReason::Overflow => {}
            DropReason::Unknown => {
                holds!(
                    of_stream,
                    "{bytes} bytes in {messages} messages reported as unknown; the stream keeps {kept}"
                );
                self.lose();
            }
            DropReason::SessionLost if of_stream => self.lose(),
            DropReason::Expired if of_stream && self.is_stale() => {
                // The server has said where it stands: the rest cannot have arrived.
                let stream = self.stream().expect("it keeps something");
                for (_, typed) in stream.truncate(stream.floor) {
                    self.refused.add(typed.from, typed.bytes, "expired and");
                }
            }
            DropReason::Expired | DropReason::Closed | DropReason::Superseded | DropReason::SessionLost => {
                holds!(
                    messages <= self.queue.len(),
                    "{messages} messages reported as {reason:?}; {} are queued, the stream keeps {kept}",
                    self.queue.len()
                );
                let mut sum = 0;
                for _ in 0..messages {
                    let typed = self.queue.pop_front().expect("counted");
                    sum += typed.bytes;
                    self.refused.add(typed.from, typed.bytes, "reported as never sent and");
                }
                holds!(
                    sum == bytes as u64,
                    "{bytes} bytes reported as {reason:?}, {sum} were queued"
                );
            }
        }
    }

    /// The client hands input to its socket.
    pub fn sent(&mut self, bytes: &[u8]) {
        self.go_on();
        let end = self.stream().map_or(0, |stream| stream.sent) + bytes.len() as u64;
        while self.stream().is_none_or(|stream| stream.end < end) {
            holds!(!self.queue.is_empty(), "input is sent that nobody typed (I3)");
            self.move_on();
        }
        let key = self.key;
        let stream = self.stream().expect("it has bytes");
        stream.check(key, stream.sent, bytes);
        stream.sent = end;
    }

    /// The client has taken an ack.
    pub fn acked(&mut self, offset: u64) {
        if let Some(stream) = self.stream() {
            stream.give_up_to(offset);
        }
    }

    /// The server has accepted input of a life for a process.
    pub fn accepted(&mut self, inst: &str, epoch: u64, from: u64, bytes: &[u8]) -> Vec<Typed> {
        let name = (inst.to_owned(), epoch);
        let key = self.key;
        let Some(stream) = self.streams.get_mut(&name) else {
            panic!("input of {inst} accepted in epoch {epoch}, to which it never attached (I4)");
        };
        stream.check(key, from, bytes);
        let parts = stream.parts(from, bytes.len() as u64);
        for typed in &parts {
            let meant = typed.meant;
            holds!(
                meant.is_none_or(|meant| meant == epoch),
                "input typed for {meant:?} reached epoch {epoch} (I4)"
            );
            self.refused
                .check(typed.from, typed.bytes, "reported as never sent, but accepted");
            self.accepted.add(typed.from, typed.bytes, "accepted twice (I3):");
        }
        parts
    }

    /// The client has so much in its queue.
    pub fn sync(&mut self, messages: usize, bytes: usize) {
        while self.queue.len() > messages {
            self.move_on();
        }
        let sum: u64 = self.queue.iter().map(|typed| typed.bytes).sum();
        holds!(
            (self.queue.len(), sum) == (messages, bytes as u64),
            "the queue has {messages} messages, {bytes} bytes; it should have {}, {sum}",
            self.queue.len()
        );
    }

    /// The page has a line again, after it had none since `lost_at`: what waited for longer than input is kept is gone (C5).
    pub fn check_age(&self, now: Millis, lost_at: Millis, age: Millis) {
        let stream = self.current.as_ref().and_then(|name| self.streams.get(name));
        let given = stream.iter().flat_map(|stream| {
            let runs = stream.runs.iter();
            runs.filter(|(at, typed)| at + typed.bytes > stream.floor)
                .map(|(_, typed)| typed)
        });
        for typed in given.chain(&self.queue) {
            let since = typed.at.max(lost_at);
            holds!(
                since + age >= now,
                "input waited from {since} to {now} ms, and is sent (C5)"
            );
        }
    }

    /// Nothing of what was typed still waits for anything.
    pub fn is_settled(&self) -> bool {
        self.queue.is_empty() && self.kept() == 0
    }

    fn kept(&self) -> u64 {
        let stream = self.current.as_ref().and_then(|name| self.streams.get(name));
        stream.map_or(0, Stream::kept)
    }

    fn is_stale(&self) -> bool {
        let stream = self.current.as_ref().and_then(|name| self.streams.get(name));
        stream.is_some_and(|stream| stream.sent == stream.floor)
    }

    fn lose(&mut self) {
        if let Some(stream) = self.stream() {
            stream.lost = true;
        }
    }

    fn stream(&mut self) -> Option<&mut Stream> {
        self.streams.get_mut(self.current.as_ref()?)
    }

    fn move_on(&mut self) {
        let typed = self.queue.pop_front().expect("asked before");
        let Some(stream) = self.stream() else {
            panic!("a message left the queue for no stream");
        };
        stream.runs.push_back((stream.end, typed));
        stream.end += typed.bytes;
    }
}

impl Stream {
    fn kept(&self) -> u64 {
        if self.lost { 0 } else { self.end - self.floor }
    }

    fn give_up_to(&mut self, offset: u64) {
        self.floor = self.floor.max(offset);
        while self
            .runs
            .front()
            .is_some_and(|(at, typed)| at + typed.bytes <= self.floor)
        {
            self.runs.pop_front();
        }
    }

    /// Ends it here; what was behind.
    fn truncate(&mut self, end: u64) -> Vec<(u64, Typed)> {
        let mut gone = Vec::new();
        while let Some((at, typed)) = self.runs.pop_back() {
            if at + typed.bytes <= end {
                self.runs.push_back((at, typed));
                break;
            }
            let kept = end.saturating_sub(at);
            if kept > 0 {
                self.runs.push_back((at, Typed { bytes: kept, ..typed }));
            }
            gone.push((
                at + kept,
                Typed {
                    from: typed.from + kept,
                    bytes: typed.bytes - kept,
                    ..typed
                },
            ));
            if kept > 0 {
                break;
            }
        }
        self.end = end.min(self.end);
        gone
    }

    /// What was typed of these bytes.
    fn parts(&self, from: u64, bytes: u64) -> Vec<Typed> {
        let to = from + bytes;
        let mut parts = Vec::new();
        let mut sum = 0;
        for &(at, typed) in &self.runs {
            let (start, end) = (at.max(from), (at + typed.bytes).min(to));
            if start < end {
                sum += end - start;
                parts.push(Typed {
                    from: typed.from + (start - at),
                    bytes: end - start,
                    ..typed
                });
            }
        }
        holds!(
            sum == bytes,
            "{bytes} bytes of input at {from}, of which {} were never sent (I3)",
            bytes - sum
        );
        parts
    }

    fn check(&self, key: u64, from: u64, bytes: &[u8]) {
        let mut rest = bytes;
        for typed in self.parts(from, bytes.len() as u64) {
            let (part, tail) = rest.split_at(typed.bytes as usize);
            holds!(
                content::matches(key, typed.from, part),
                "input at {from} is not what was typed (I3)"
            );
            rest = tail;
        }
    }
}

/// Disjoint ranges of what was typed.
#[derive(Default)]
struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    fn check(&self, from: u64, bytes: u64, what: &str) {
        let before = self.0.range(..from + bytes).next_back();
        if let Some((&start, &end)) = before {
            holds!(
                end <= from || bytes == 0,
                "{what}: typed bytes {from}..{} meet {start}..{end}",
                from + bytes
            );
        }
    }

    fn add(&mut self, from: u64, bytes: u64, what: &str) {
        if bytes == 0 {
            return;
        }
        self.check(from, bytes, what);
        let (mut start, mut end) = (from, from + bytes);
        if let Some((&before, &its_end)) = self.0.range(..from).next_back()
            && its_end == from
        {
            start = before;
        }
        if let Some(its_end) = self.0.remove(&end) {
            end = its_end;
        }
        self.0.insert(start, end);
    }
}
