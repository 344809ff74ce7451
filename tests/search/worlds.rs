//! The worlds, one for each concern.

use crate::explore::{Report, explore};
use crate::setup::{Budget, Setup};
use std::io::Write;

/// Cuts, welcomes that are lost, old sockets that come late.
pub fn connection() -> Setup {
    Setup {
        budget: Budget {
            keys: 2,
            prints: 2,
            cuts: 2,
            refusals: 1,
            page_timers: 2,
            host_timers: 1,
            ..Budget::default()
        },
        ..Setup::new("connection")
    }
}

pub fn all() -> Vec<Setup> {
    vec![connection()]
}

/// How many states of each world are searched.
fn most() -> usize {
    let told = std::env::var("RELATCH_SEARCH_STATES").ok();
    told.map_or(100_000, |told| told.parse().expect("RELATCH_SEARCH_STATES is a number"))
}

fn search(setup: Setup) {
    let report: Report = explore(setup, most());
    // Shown whether the test passes or not.
    let _ = writeln!(std::io::stderr(), "{report}");
    assert!(report.violation.is_none(), "{report}");
}

#[test]
fn cuts_lose_nothing_and_double_nothing() {
    search(connection());
}
