//! Whatever comes in whatever order: no panic, and every bound and promise of the helper holds.

use crate::common::{EPOCH, Stage, small};
use relatch::host::{Action, Bounds, Snapshot};
use relatch::wire::{Attach, FromClient, Size};

/// Splitmix64: the same numbers from the same seed everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (n ^ (n >> 31)) % most
    }

    fn offset(&mut self, stage: &Stage) -> u64 {
        let session = &stage.session;
        match self.below(4) {
            0 => session.base(),
            1 => session.cursor().unwrap_or(0),
            2 => session.head(),
            _ => self.below(session.head() + 3),
        }
    }

    fn hello(&mut self, stage: &Stage, attempt: u64) -> Attach {
        let out = (self.below(3) > 0).then(|| self.offset(stage));
        let typed = stage.session.accepted("i0").unwrap_or(0);
        Attach {
            attempt,
            resume: true,
            epoch: (self.below(4) > 0).then(|| EPOCH + self.below(2)),
            take: self.below(2) > 0,
            out,
            done: out.unwrap_or(0).saturating_sub(self.below(3)),
            in_lo: 0,
            in_hi: typed + self.below(3),
            size: None,
        }
    }

    fn frame(&mut self, stage: &Stage) -> FromClient {
        match self.below(16) {
            0..8 => FromClient::Ack {
                out: self.offset(stage),
                exit: self.below(50) == 0,
            },
            8 => FromClient::Resize(Size {
                cols: 1 + self.below(3) as u16,
                rows: 2,
            }),
            9 => FromClient::Hold,
            10 => FromClient::Live,
            11 => FromClient::Ping(1),
            12..15 => FromClient::Pong(self.below(10)),
            _ => FromClient::Bye {
                kill: self.below(20) == 0,
            },
        }
    }
}

#[test]
fn no_order_of_events_breaks_a_promise() {
    for seed in 0..300 {
        let mut chance = Chance(seed);
        let snapshots = chance.below(2) == 0;
        let mut stage = Stage::new(Bounds { snapshots, ..small() });
        let mut sockets = 0;
        let mut asked = None;
        for step in 0..400 {
            let socket = 1 + sockets - chance.below(sockets + 1).min(3).min(sockets);
            match chance.below(16) {
                0..2 => {
                    sockets += 1;
                    let attempt = step / (1 + chance.below(2));
                    let hello = chance.hello(&stage, attempt);
                    let inst = format!("i{}", chance.below(3));
                    stage.hello(sockets, &inst, &hello);
                }
                2..5 => {
                    let frame = chance.frame(&stage);
                    stage.say(socket, &frame);
                }
                5 => stage.input(socket, &b"0123456789"[..chance.below(10) as usize]),
                6..9 => {
                    let most = chance.below(200) as usize;
                    stage.flood(most);
                }
                9 => stage.write_all(),
                10..14 => {
                    for socket in 1..=sockets {
                        stage.hear(socket);
                    }
                }
                14 => stage.pass(chance.below(20_000)),
                _ => match chance.below(40) {
                    0 => stage.exit(),
                    1 => stage.session.restarted(EPOCH + chance.below(2), stage.now),
                    _ => stage.gone(socket),
                },
            }
            for action in stage.actions() {
                if let Action::Snapshot { generation, from, .. } = action {
                    asked = Some((generation, from));
                }
            }
            if let Some((generation, from)) = asked.take_if(|_| chance.below(3) == 0) {
                let snapshot = Snapshot {
                    out: from + chance.below(20),
                    size: Size { cols: 80, rows: 24 },
                    bytes: vec![b'#'; chance.below(50) as usize],
                };
                let snapshot = (chance.below(5) > 0).then_some(snapshot);
                stage.painted(generation, snapshot);
            }
        }
    }
}
