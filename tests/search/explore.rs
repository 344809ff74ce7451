//! Breadth first through all states of a world, so that what is found is found by the shortest way.

use crate::budget::Budget;
use crate::heal::{heal, run_hidden};
use crate::setup::Setup;
use crate::step::Step;
use crate::world::World;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::time::{Duration, Instant};

/// A set of hashes.
pub type Seen = HashSet<u64, BuildHasherDefault<Already>>;

/// What is hashed is a hash.
#[derive(Default)]
pub struct Already(u64);

impl Hasher for Already {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only hashes are looked for")
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The worlds that were seen, each with what could still happen to it. A world to which no more can happen than when it was seen
/// before is not new.
#[derive(Default)]
struct Visited(HashMap<u64, Vec<Budget>, BuildHasherDefault<Already>>);

impl Visited {
    fn is_new(&mut self, core: u64, budget: Budget) -> bool {
        let known = self.0.entry(core).or_default();
        let new = !known.iter().any(|known| known.covers(budget));
        if new {
            known.retain(|&known| !budget.covers(known));
            known.push(budget);
        }
        new
    }
}

/// What a search has seen.
pub struct Report {
    pub name: &'static str,
    /// What may happen in it how often.
    pub budget: Budget,
    pub states: usize,
    pub moves: usize,
    pub depth: usize,
    pub exhausted: bool,
    pub time: Duration,
    pub violation: Option<Violation>,
}

/// What went wrong, and the shortest way there.
pub struct Violation {
    pub what: String,
    pub trace: Vec<String>,
}

/// Searches a world until no state is new or there are too many.
pub fn explore(setup: Setup, most: usize) -> Report {
    let started = Instant::now();
    let root = World::new(setup);
    let mut report = Report {
        name: root.setup.name,
        budget: root.budget,
        states: 1,
        moves: 0,
        depth: 0,
        exhausted: false,
        time: Duration::ZERO,
        violation: None,
    };
    let mut seen = Visited::default();
    let mut healthy = Seen::default();
    let mut going = Seen::default();
    let mut came: Vec<(u32, Step)> = vec![(0, Step::HostTimer)];
    seen.is_new(root.core(), root.budget);
    let mut frontier = vec![(0, root.clone())];
    let found = 'search: loop {
        let mut next = Vec::new();
        for (number, world) in frontier {
            for step in world.steps() {
                report.moves += 1;
                let mut after = world.clone();
                if let Err(what) = after.apply(step) {
                    came.push((number, step));
                    break 'search Some((what, came.len() - 1, Vec::new()));
                }
                if !seen.is_new(after.core(), after.budget) {
                    continue;
                }
                came.push((number, step));
                let number = came.len() - 1;
                if let Err(stuck) = heal(&after, &mut healthy) {
                    break 'search Some((stuck.what, number, stuck.steps));
                }
                let hidden = after.setup.paced && after.pages.iter().any(|page| page.hidden);
                let went_on = if hidden { run_hidden(&after, &mut going) } else { Ok(()) };
                if let Err(stuck) = went_on {
                    break 'search Some((stuck.what, number, stuck.steps));
                }
                next.push((number as u32, after));
            }
            if came.len() >= most {
                break 'search None;
            }
        }
        if next.is_empty() {
            report.exhausted = true;
            break None;
        }
        report.depth += 1;
        frontier = next;
    };
    report.states = came.len();
    report.time = started.elapsed();
    report.violation = found.map(|(what, number, then)| Violation {
        trace: tell(root, &came, number, then),
        what,
    });
    report
}

/// The steps to a state, each with what it led to.
fn tell(root: World, came: &[(u32, Step)], mut number: usize, then: Vec<Option<Step>>) -> Vec<String> {
    let mut steps = Vec::new();
    while number > 0 {
        let (from, step) = came[number];
        steps.push(step);
        number = from as usize;
    }
    let mut world = root;
    let mut trace = vec![format!("   start  {}", world.describe())];
    for (count, step) in steps.into_iter().rev().enumerate() {
        let result = world.apply(step);
        let now = result.err().unwrap_or_else(|| world.describe());
        trace.push(format!("{:>3} {step:?}  {now}", count + 1));
    }
    for step in then {
        let result = match step {
            Some(step) => world.apply(step),
            None => world.wait().unwrap_or(Ok(())),
        };
        let name = step.map_or("time passes".to_owned(), |step| format!("{step:?}"));
        let now = result.err().unwrap_or_else(|| world.describe());
        trace.push(format!("  … {name}  {now}"));
    }
    trace
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            budget,
            states,
            moves,
            depth,
            exhausted,
            time,
            violation,
        } = self;
        let end = if *exhausted { "exhausted" } else { "not exhausted" };
        let time = time.as_secs_f32();
        write!(
            f,
            "{name} ({budget}): {states} states, {moves} moves, depth {depth}, {end}, {time:.1} s"
        )?;
        if let Some(Violation { what, trace }) = violation {
            write!(f, "\n{what}")?;
            for step in trace {
                write!(f, "\n{step}")?;
            }
        }
        Ok(())
    }
}
