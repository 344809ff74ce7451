//! Each rule that a machine can be told to break: the simulation notices.

use crate::run::{attempt, cores, failure};
use crate::scenario::Scenario;
use crate::world::World;
use relatch::{client, host};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Within so many seeds.
const SEEDS: u64 = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    Client(client::Rule),
    Host(host::Rule),
}

impl Broken {
    fn is_of_snapshots(self) -> bool {
        use client::Rule::{SnapshotCount, SnapshotPlace};
        use host::Rule::{SnapshotFence, SnapshotOffset, SnapshotSize};
        matches!(
            self,
            Self::Client(SnapshotPlace | SnapshotCount) | Self::Host(SnapshotOffset | SnapshotFence | SnapshotSize)
        )
    }
}

const ALL: [Broken; 24] = [
    Broken::Client(client::Rule::Fence),
    Broken::Client(client::Rule::WaitForWelcome),
    Broken::Client(client::Rule::Rewind),
    Broken::Client(client::Rule::AckAfterWelcome),
    Broken::Client(client::Rule::HoldAgain),
    Broken::Client(client::Rule::ExitAck),
    Broken::Client(client::Rule::Epoch),
    Broken::Client(client::Rule::StaleInput),
    Broken::Client(client::Rule::SnapshotPlace),
    Broken::Client(client::Rule::SnapshotCount),
    Broken::Host(host::Rule::ServerFence),
    Broken::Host(host::Rule::StaleInput),
    Broken::Host(host::Rule::TakeOverPing),
    Broken::Host(host::Rule::AttemptNumber),
    Broken::Host(host::Rule::Window),
    Broken::Host(host::Rule::GapSignal),
    Broken::Host(host::Rule::Epoch),
    Broken::Host(host::Rule::InputPerLife),
    Broken::Host(host::Rule::ExitAck),
    Broken::Host(host::Rule::Pause),
    Broken::Host(host::Rule::UnverifiedHello),
    Broken::Host(host::Rule::SnapshotOffset),
    Broken::Host(host::Rule::SnapshotFence),
    Broken::Host(host::Rule::SnapshotSize),
];

#[test]
fn mutants_are_found() {
    let next = AtomicUsize::new(0);
    let missed = Mutex::new(Vec::new());
    let search = || {
        while let Some(&broken) = ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
            match (1..=SEEDS).find_map(|seed| Some((seed, found(broken, seed)?))) {
                Some((seed, why)) => println!("{broken:?}: seed {seed}: {}", why.lines().nth(1).unwrap_or(&why)),
                None => missed.lock().unwrap().push(broken),
            }
        }
    };
    std::thread::scope(|scope| (0..cores()).for_each(|_| drop(scope.spawn(search))));
    let missed = missed.into_inner().unwrap();
    assert!(missed.is_empty(), "not found within {SEEDS} seeds: {missed:?}");
}

/// What the seed shows of the breach; nothing if it fails anyway.
fn found(broken: Broken, seed: u64) -> Option<String> {
    let mut scenario = Scenario::new(seed);
    // A rule of snapshots is broken in runs with snapshots, and any other in runs without.
    scenario.setup.bounds.snapshots = broken.is_of_snapshots();
    let why = attempt(|| World::new(&scenario, None).without(broken).play(&scenario));
    why.filter(|_| failure(&scenario).is_none())
}
