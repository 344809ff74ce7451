//! A session in the house, and what must hold of it.

use crate::page::Socket;
use relatch::host::{Action, Bounds, Session, SocketId};
use relatch::wire::Exit;

/// How every process exits.
pub const EXIT: Exit = Exit::Code(3);

/// What every process prints, over and over from an offset of its own: text, sequences and characters of several bytes.
const PRINTED: &[u8] =
    "plain\r\n\x1b[1;31mred\x1b[0m \u{20ac}\u{1f600}\x1b]0;title\x07\x1bP1$q\x1b\\ caf\u{e9}|".as_bytes();

/// How many lives a page may have.
pub const LIVES: u8 = 20;

/// Bounds as a session takes them.
pub struct Limits {
    pub ring: usize,
    pub window: usize,
    pub input: usize,
    pub frame: usize,
}

/// A session, and what was seen of it.
pub struct Room {
    pub session: Session,
    seen: Seen,
    /// The socket that was welcomed last.
    pub welcomed: Option<SocketId>,
    /// The next byte of each life that is to be typed.
    pub typed: [u64; LIVES as usize],
    accepted: [Option<u64>; LIVES as usize],
    /// The last `try` of each life that attached.
    attempts: [u64; LIVES as usize],
    pub restarted: bool,
    /// The snapshots that were asked for.
    pub asked: Vec<Asked>,
}

/// A snapshot that was asked for. Whoever asked may be gone when it comes.
pub struct Asked {
    pub generation: u64,
    pub epoch: u64,
    pub from: u64,
    pub scrollback: bool,
}

/// What only grows.
#[derive(Clone, Copy, Default)]
struct Seen {
    generation: u64,
    epoch: u64,
    head: u64,
    base: u64,
    cursor: Option<u64>,
    acked: Option<u64>,
    ended: bool,
}

impl Limits {
    pub fn new(bounds: &Bounds) -> Self {
        let ring = bounds.ring.max(1);
        Self {
            ring,
            window: bounds.window.clamp(1, ring),
            input: bounds.input.max(1),
            frame: bounds.frame.clamp(1, (ring / 2).max(1)),
        }
    }
}

impl Room {
    /// A session that has just been made.
    pub fn new(session: Session) -> Self {
        Self {
            seen: Seen {
                epoch: session.epoch(),
                ..Seen::default()
            },
            session,
            welcomed: None,
            typed: [0; LIVES as usize],
            accepted: [None; LIVES as usize],
            attempts: [0; LIVES as usize],
            restarted: false,
            asked: Vec::new(),
        }
    }

    /// Checks what holds after every step (I4 to I12). Whether the session is over.
    pub fn check(&mut self, limits: &Limits, sockets: &[Socket]) -> bool {
        let session = &mut self.session;
        let actions: Vec<Action> = std::iter::from_fn(|| session.poll_action()).collect();
        assert!(actions.len() <= 3);
        for action in &actions {
            if let &Action::Snapshot {
                generation,
                from,
                scrollback,
            } = action
            {
                assert!(session.attached().is_some() && generation == session.generation());
                assert!(session.base() <= from && from <= session.head());
                let epoch = session.epoch();
                self.asked.push(Asked {
                    generation,
                    epoch,
                    from,
                    scrollback,
                });
            }
        }
        let over = actions.iter().any(|action| matches!(action, Action::End(_)));
        let now = Seen {
            generation: session.generation(),
            epoch: session.epoch(),
            head: session.head(),
            base: session.base(),
            cursor: session.cursor(),
            acked: session.acked(),
            ended: session.ended().is_some(),
        };
        let before = std::mem::replace(&mut self.seen, now);
        let restarted = std::mem::take(&mut self.restarted) && !before.ended;
        assert_eq!(before.epoch != now.epoch, restarted, "a process has one epoch");
        assert!((before.generation..=before.generation + 1).contains(&now.generation));
        assert!(restarted || before.head <= now.head && before.base <= now.base);
        assert!(now.base <= now.head && now.head - now.base <= limits.ring as u64);
        assert_eq!(over, now.ended && !before.ended, "its end is said once");
        assert!(now.ended || !before.ended);
        if let (Some(acked), Some(cursor)) = (now.acked, now.cursor) {
            assert!(acked <= cursor && cursor <= now.head);
            if before.generation == now.generation {
                assert!(before.acked.unwrap() <= acked && before.cursor.unwrap() <= cursor);
            }
        }
        assert!(session.input_waiting() <= 16 * limits.input);
        assert!(session.sockets().count() <= 69);
        let waits = session.attached().is_none() && !now.ended;
        assert_eq!(
            session.expires().is_some(),
            waits,
            "who is alone waits, and no one else"
        );
        let attached = session.attached().filter(|_| before.generation < now.generation);
        let attached = attached.and_then(|id| sockets.iter().find(|socket| socket.id == id));
        for inst in 0..LIVES {
            let at = usize::from(inst);
            if let Some(socket) = attached.filter(|socket| socket.inst == inst) {
                let last = std::mem::replace(&mut self.attempts[at], socket.attach.attempt);
                let known = self.accepted[at];
                assert!(known.is_none() || last < socket.attach.attempt, "no hello counts twice");
                let accepted = session.accepted(&name(inst));
                assert!(accepted == Some(0) || accepted == known, "each life counts its own");
            }
            let accepted = session.accepted(&name(inst));
            let before = std::mem::replace(&mut self.accepted[at], accepted);
            if before > accepted {
                // The life was forgotten, or begins anew: so does its stream.
                self.typed[at] = 0;
            }
        }
        over
    }
}

/// The byte that a process prints at an offset.
pub fn printed(epoch: u64, offset: u64) -> u8 {
    PRINTED[((epoch % 8 * 5 + offset) % PRINTED.len() as u64) as usize]
}

/// A snapshot's bytes: of which process and which offset it is and whether it has what was scrolled off, as far as that goes into a
/// byte.
pub fn drawn(epoch: u64, out: u64, scrollback: bool) -> Vec<u8> {
    let byte = (epoch % 4 * 64 + out % 32 * 2) as u8 + u8::from(scrollback);
    vec![byte; 1 + (out % 40) as usize]
}

/// The byte that a life of a page types at an offset: of whom it is and where, as far as it goes into a byte.
pub fn typed(inst: u8, offset: u64) -> u8 {
    inst + LIVES * (offset % 12) as u8
}

/// A life's name.
pub fn name(inst: u8) -> String {
    format!("life-{inst}")
}
