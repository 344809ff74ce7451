//! Plays seeds: the corpus, and fresh ones over all cores. One that fails is played again with a trace, and made as short as it goes.

use crate::scenario::Scenario;
use crate::world::{Trace, World};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How much of a failing run is shown.
const SHOWN: usize = 60;

/// How many fresh seeds every test run plays.
const FRESH: u64 = 20_000;

const CORPUS: &str = include_str!("../corpus/simulation.txt");

#[test]
fn seeds_that_once_failed_hold() {
    for line in CORPUS.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if !line.is_empty() {
            let seed = line.parse().expect("a line of the corpus begins with a seed");
            for snapshots in [false, true] {
                let mut scenario = Scenario::new(seed);
                scenario.setup.bounds.snapshots = snapshots;
                check(scenario);
            }
        }
    }
}

#[test]
fn fresh_seeds_hold() {
    let first = number("RELATCH_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        now.as_millis() as u64 % (1 << 40)
    });
    let count = number("RELATCH_SEEDS").unwrap_or(FRESH);
    say(&format!("{count} seeds from RELATCH_SEED={first}"));
    let started = Instant::now();
    let survey = number("RELATCH_SURVEY").is_some();
    let next = AtomicU64::new(0);
    let failed = Mutex::new(BTreeMap::<String, Vec<u64>>::new());
    let play = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count || (!survey && !failed.lock().unwrap().is_empty()) {
                return;
            }
            if let Some(why) = failure(&Scenario::new(first + index)) {
                failed
                    .lock()
                    .unwrap()
                    .entry(kind(&why))
                    .or_default()
                    .push(first + index);
            }
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores()).map(|_| scope.spawn(play)).collect();
        let mut said = Instant::now();
        while !threads.iter().all(|thread| thread.is_finished()) {
            std::thread::sleep(Duration::from_millis(20));
            if said.elapsed() > Duration::from_secs(10) {
                said = Instant::now();
                rate(next.load(Ordering::Relaxed).min(count), started);
            }
        }
    });
    rate(next.load(Ordering::Relaxed).min(count), started);
    let failed = failed.into_inner().unwrap();
    if survey {
        for (kind, seeds) in &failed {
            println!("{:>5} x {kind}, with {:?}", seeds.len(), &seeds[..seeds.len().min(4)]);
        }
    }
    if let Some(&seed) = failed.values().flatten().next() {
        check(Scenario::new(seed));
    }
}

/// What failed, without the numbers of the single case.
fn kind(why: &str) -> String {
    let text = why.split_once('\n').map_or(why, |(_, text)| text);
    text.chars().filter(|c| !c.is_ascii_digit()).take(110).collect()
}

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn rate(played: u64, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{played} seeds in {seconds:.0} s, {:.0} a second",
        played as f64 / seconds
    );
}

/// Says it at once, past what the test runner keeps back.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// Plays a scenario; one that fails is shown and fails the test.
fn check(scenario: Scenario) {
    let seed = scenario.seed;
    let Some(why) = failure(&scenario) else { return };
    let scenario = shrink(scenario, &kind(&why));
    let trace = Trace::default();
    let why = play(&scenario, Some(trace.clone())).unwrap_or_default();
    let lines = trace.borrow();
    let skipped = lines
        .len()
        .saturating_sub(number("RELATCH_LINES").map_or(SHOWN, |lines| lines as usize));
    println!("{:?}", scenario.setup);
    println!("the steps that are needed:");
    for (pause, step) in &scenario.steps {
        println!("  after {pause:>5} ms {step:?}");
    }
    println!("the end of it:");
    lines.iter().skip(skipped).for_each(|line| println!("{line}"));
    panic!("seed {seed}: {why}");
}

/// Leaves out steps as long as it still fails in the same way.
fn shrink(mut scenario: Scenario, why: &str) -> Scenario {
    let fails = |scenario: &Scenario| failure(scenario).is_some_and(|other| kind(&other) == why);
    let mut size = scenario.steps.len().next_power_of_two();
    while size > 0 {
        let mut at = 0;
        while at < scenario.steps.len() {
            let mut shorter = scenario.clone();
            let end = (at + size).min(shorter.steps.len());
            let pause: u64 = shorter.steps.drain(at..end).map(|(pause, _)| pause).sum();
            let mut patient = shorter.clone();
            if let Some((later, _)) = patient.steps.get_mut(at) {
                *later += pause;
            }
            if fails(&patient) {
                scenario = patient;
            } else if fails(&shorter) {
                scenario = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    scenario
}

/// Why a run fails, if it does.
pub fn failure(scenario: &Scenario) -> Option<String> {
    play(scenario, None)
}

fn play(scenario: &Scenario, trace: Option<Trace>) -> Option<String> {
    attempt(|| World::new(scenario, trace).play(scenario))
}

thread_local! {
    static PLAYING: Cell<bool> = const { Cell::new(false) };
    static SAID: Rc<RefCell<String>> = Rc::default();
}

/// What the panic says, if there is one; it is not printed.
pub fn attempt(run: impl FnOnce()) -> Option<String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if PLAYING.get() {
                SAID.with(|said| *said.borrow_mut() = format!("{info}"));
            } else {
                usual(info);
            }
        }));
    });
    PLAYING.set(true);
    let failed = catch_unwind(AssertUnwindSafe(run)).is_err();
    PLAYING.set(false);
    failed.then(|| SAID.with(|said| said.take()))
}
