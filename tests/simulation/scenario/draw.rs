//! Draws a scenario from a seed. What is changed here changes what every seed means, those of the corpus too.

use super::{Attack, Ends, Outage, Restart, Scenario, Setup, Step};
use crate::chance::{Chance, mix};
use relatch::host::Bounds;
use relatch::time::Millis;

/// What kind of trouble a run has, so that each kind is met alone too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Lines,
    Pages,
    Programs,
    Restarts,
    /// Terminals that stand still, pages that nobody looks at, and lines that break meanwhile.
    Terminals,
    /// So many page lives that the server forgets some.
    Crowd,
    All,
}

const CODES: [u16; 20] = [
    1000, 1001, 1006, 1008, 1011, 1012, 1013, 3000, 3003, 4000, 4099, 4400, 4401, 4403, 4404, 4408, 4409, 4410, 4429,
    4321,
];

impl Scenario {
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let kind = match chance.below(10) {
            0 => Kind::Plain,
            1 | 2 => Kind::Lines,
            3 | 4 => Kind::Pages,
            5 => Kind::Programs,
            6 => Kind::Restarts,
            7 if chance.percent(30) => Kind::Crowd,
            7 => Kind::Terminals,
            _ => Kind::All,
        };
        let mut setup = Setup::new(&mut chance, kind);
        setup.bounds.snapshots = mix(seed, 4).is_multiple_of(2);
        let count = chance.between(8, 70);
        let pace = chance.below(3);
        let steps = (0..count)
            .map(|_| (pause(&mut chance, pace, kind, &setup), Step::new(&mut chance, kind)))
            .collect();
        Self { seed, setup, steps }
    }
}

impl Setup {
    fn new(chance: &mut Chance, kind: Kind) -> Self {
        let default = Bounds::default();
        let bounds = match chance.below(24) {
            0 => default.clone(),
            1 => Bounds {
                ring: 100_000,
                window: 40_000,
                input: 8000,
                mark: 30_000,
                ..default
            },
            2..=10 => {
                let ring = chance.between(40, 900) as usize;
                Bounds {
                    ring,
                    window: chance.between(8, ring as u64) as usize,
                    input: chance.between(1, 80) as usize,
                    frame: chance.between(1, (ring as u64 / 2).min(64)) as usize,
                    mark: chance.between(1, 300) as usize,
                    ..default
                }
            }
            _ => Bounds {
                ring: 8192,
                window: chance.pick(&[512, 2048, 8192]),
                input: chance.pick(&[64, 512, 2048]),
                frame: chance.pick(&[200, 512, 4096]),
                mark: 1024,
                ..default
            },
        };
        let retention = chance.pick(&[20_000, 90_000, 1_800_000]);
        Self {
            bounds: Bounds {
                retention,
                proof: chance.pick(&[3000, 10_000]),
                ..bounds
            },
            tabs: if matches!(kind, Kind::Pages | Kind::Crowd | Kind::All) {
                chance.between(1, 2) as usize
            } else {
                1
            },
            shared: chance.percent(30),
            paced: chance.percent(75),
            latency: chance.pick(&[(0, 0), (1, 5), (20, 80), (1, 900)]),
            room: bounds.frame * chance.between(1, 12) as usize,
            echo: chance.percent(50),
            leaky: chance.percent(20),
            tight: chance.percent(20),
        }
    }
}

fn pause(chance: &mut Chance, pace: u64, kind: Kind, setup: &Setup) -> Millis {
    match chance.below(20) + pace {
        // Long enough for a program that nobody should hold up to be noticed.
        0 if kind == Kind::Terminals => chance.between(80_000, 120_000),
        0..=5 => 0,
        6..=11 => chance.between(1, 40),
        12..=15 => chance.between(40, 800),
        16..=18 => chance.between(800, 6000),
        19 => chance.between(6000, 20_000),
        20 => chance.between(20_000, 70_000),
        _ if chance.percent(20) => setup.bounds.retention.min(100_000) + chance.below(3000),
        _ => chance.between(6000, 20_000),
    }
}

fn ends(chance: &mut Chance) -> Ends {
    let mut heard = || match chance.below(4) {
        0 => None,
        1 => Some(0),
        2 => Some(chance.below(200)),
        _ => Some(chance.below(20_000)),
    };
    Ends {
        page: heard(),
        server: heard(),
    }
}

fn span(chance: &mut Chance) -> Millis {
    let most = chance.pick(&[50, 500, 5000, 60_000]);
    chance.below(most)
}

impl Step {
    fn new(chance: &mut Chance, kind: Kind) -> Self {
        use Kind::{All, Crowd, Lines, Pages, Plain, Programs, Restarts, Terminals};
        let with = |kinds: &[Kind], weight: u64| if kinds.contains(&kind) { weight } else { 0 };
        let weights = [
            60,
            45,
            with(&[Plain, All], 6),
            with(&[Lines, Pages, Programs, Restarts, Terminals, All], 40),
            with(&[Lines, Restarts, All], 30),
            with(&[Pages, All], 30) + with(&[Crowd], 300),
            with(&[Plain, Pages, Programs, All], 25),
            with(&[Programs], 30) + with(&[All], 12),
            with(&[Restarts, All], 10),
            with(&[All], 12),
            with(&[Terminals], 90),
        ];
        match chance.weighted(&weights) {
            0 => Self::typing(chance),
            1 => Self::Print {
                session: chance.next() as u8,
                amount: amount(chance),
            },
            2 => Self::Resize {
                tab: chance.next() as u8,
                cols: chance.between(1, 120) as u16,
            },
            3 => Self::line(chance),
            4 => Self::weather(chance),
            5 if kind == Crowd && chance.percent(80) => Self::Reload {
                tab: chance.next() as u8,
            },
            5 => Self::page(chance),
            6 => Self::surroundings(chance),
            7 => Self::program(chance),
            8 => Self::Restart {
                kind: chance.pick(&[Restart::Processes, Restart::Kept, Restart::Kept, Restart::Forgotten]),
            },
            9 => Self::hostile(chance),
            _ => Self::terminal(chance),
        }
    }

    fn typing(chance: &mut Chance) -> Self {
        let tab = chance.next() as u8;
        let amount = match chance.below(12) {
            0..=7 => 0,
            8..=9 => chance.below(300) as u32,
            _ => chance.below(4000) as u32,
        };
        Self::Type { tab, amount }
    }

    fn line(chance: &mut Chance) -> Self {
        let tab = chance.next() as u8;
        let (up, down) = (chance.below(5) as u8, chance.below(5) as u8);
        match chance.below(10) {
            0..=4 => Self::Cut {
                tab,
                up,
                down,
                ends: ends(chance),
            },
            5..=7 => Self::CutNext {
                tab,
                up,
                down,
                ends: ends(chance),
            },
            8 => Self::Cut {
                tab,
                up: 0,
                down: 0,
                ends: Ends {
                    page: None,
                    server: None,
                },
            },
            _ => Self::Reconnect { tab },
        }
    }

    fn weather(chance: &mut Chance) -> Self {
        let tab = chance.next() as u8;
        let up = chance.percent(50);
        let ms = chance.pick(&[100, 1000, 2000, 4000, 9000, 14_000, 30_000]);
        match chance.below(6) {
            0 | 1 => Self::SlowNext { tab, up, ms },
            2 => Self::Slow { tab, up, ms },
            3 => Self::Overtaken {
                tab,
                ms: chance.below(4900),
            },
            4 => Self::Outage {
                kind: chance.pick(&[Outage::Refuse, Outage::Swallow, Outage::Url]),
                ms: span(chance),
            },
            _ => Self::CloseFrom {
                tab,
                code: chance.pick(&[1000, 1001, 1006, 1011, 1012, 1013, 4400, 4408, 4429]),
                retry: chance.percent(20).then(|| chance.below(8000)),
            },
        }
    }

    fn page(chance: &mut Chance) -> Self {
        let tab = chance.next() as u8;
        match chance.below(14) {
            0..=4 => Self::Reload { tab },
            5 | 6 => Self::Duplicate {
                tab,
                shared: chance.percent(50),
            },
            7..=9 => Self::Reconnect { tab },
            10 => Self::NewSession { tab },
            11 => Self::Close {
                tab,
                code: chance.pick(&[1000, 3000, 4000]),
            },
            12 => Self::Dispose { tab },
            _ => Self::Freeze { tab, ms: span(chance) },
        }
    }

    fn surroundings(chance: &mut Chance) -> Self {
        let tab = chance.next() as u8;
        match chance.below(13) {
            12 => Self::Freeze { tab, ms: span(chance) },
            0 | 1 => Self::Hide { tab },
            2 | 3 => Self::Wake { tab },
            4 => Self::Online { tab },
            5 => Self::Offline { tab },
            6 => Self::Sleep { tab, ms: span(chance) },
            7 => Self::LateTimers { tab, ms: span(chance) },
            8 => Self::Terminal {
                tab,
                ms: chance.pick(&[0, 5, 100, 1000]),
            },
            9 | 10 => Self::TerminalStalls { tab, ms: span(chance) },
            _ => Self::NewTerminal { tab },
        }
    }

    fn terminal(chance: &mut Chance) -> Self {
        let tab = chance.next() as u8;
        match chance.below(10) {
            0 | 1 => Self::Hide { tab },
            2 => Self::Wake { tab },
            3 | 4 => Self::TerminalStalls {
                tab,
                ms: chance.pick(&[20, 300, 5000, 300_000]),
            },
            5 => Self::Terminal {
                tab,
                ms: chance.pick(&[0, 5, 30, 200]),
            },
            6 | 7 => Self::Print {
                session: chance.next() as u8,
                amount: chance.between(500, 2500) as u32,
            },
            8 => Self::SlowNext {
                tab,
                up: chance.percent(50),
                ms: chance.pick(&[30, 500, 3000]),
            },
            _ => Self::Reconnect { tab },
        }
    }

    fn program(chance: &mut Chance) -> Self {
        let session = chance.next() as u8;
        match chance.below(6) {
            0..=2 => Self::ProgramStalls {
                session,
                ms: span(chance),
            },
            3 => Self::Print { session, amount: 3000 },
            _ => Self::Exit {
                session,
                signal: chance.percent(30),
            },
        }
    }

    fn hostile(chance: &mut Chance) -> Self {
        let tab = chance.next() as u8;
        if chance.percent(50) {
            return Self::CloseFrom {
                tab,
                code: chance.pick(&CODES),
                retry: chance.percent(20).then(|| chance.below(8000)),
            };
        }
        Self::Attack {
            tab,
            kind: chance.pick(&[
                Attack::WrongSecret { resume: true },
                Attack::WrongSecret { resume: false },
                Attack::OtherPrincipal,
                Attack::OtherProject,
                Attack::Garbage,
                Attack::Silence,
            ]),
        }
    }
}

/// Most outputs are small; some flow over.
fn amount(chance: &mut Chance) -> u32 {
    match chance.below(10) {
        0..=4 => chance.below(30) as u32,
        5..=7 => chance.below(400) as u32,
        _ => chance.below(2500) as u32,
    }
}
