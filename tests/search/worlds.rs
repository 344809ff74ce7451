//! The worlds, one for each concern.

use crate::content::Content;
use crate::explore::explore;
use crate::setup::{Budget, Setup};
use relatch::host::Bounds;
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
        connected: false,
        pipe: 1,
        late: true,
        eager: false,
        ..Setup::new("connection")
    }
}

/// Sockets that their page has left, still full.
pub fn old_sockets() -> Setup {
    Setup {
        pipe: 1,
        late: true,
        eager: false,
        budget: Budget {
            keys: 2,
            prints: 2,
            cuts: 1,
            reconnects: 2,
            host_timers: 1,
            ..Budget::default()
        },
        ..Setup::new("old sockets")
    }
}

/// Acks, gaps, a page that is hidden.
pub fn window() -> Setup {
    Setup {
        bounds: Bounds {
            ring: 4,
            window: 2,
            frame: 2,
            mark: 3,
            ..Bounds::default()
        },
        content: Content::Pairs,
        paced: true,
        budget: Budget {
            prints: 8,
            cuts: 1,
            hides: 1,
            page_timers: 1,
            ..Budget::default()
        },
        ..Setup::new("window and ring")
    }
}

/// A page without pace, sizes, and a slow socket.
pub fn sizes() -> Setup {
    Setup {
        bounds: Bounds {
            ring: 3,
            window: 3,
            frame: 1,
            mark: 2,
            ..Bounds::default()
        },
        pipe: 1,
        budget: Budget {
            prints: 5,
            cuts: 2,
            resizes: 2,
            host_timers: 1,
            ..Budget::default()
        },
        sized: true,
        ..Setup::new("sizes")
    }
}

/// Two pages have one session: take-overs, pings and pongs that come late, reloads.
pub fn two_pages() -> Setup {
    Setup {
        budget: Budget {
            keys: 1,
            prints: 1,
            cuts: 1,
            pages: 1,
            takes: 1,
            reloads: 1,
            host_timers: 1,
            page_timers: 1,
            ..Budget::default()
        },
        ..Setup::new("two pages")
    }
}

/// Exits, restarts, a server that forgets, retention.
pub fn life() -> Setup {
    Setup {
        budget: Budget {
            keys: 1,
            prints: 1,
            cuts: 1,
            host_timers: 2,
            restarts: 1,
            forgets: 1,
            exits: 1,
            closes: 1,
            sessions: 1,
            intruders: 1,
            reloads: 1,
            ..Budget::default()
        },
        ..Setup::new("life and restart")
    }
}

/// Little credit, input that is typed again and input that is late.
pub fn input() -> Setup {
    Setup {
        bounds: Bounds {
            input: 2,
            ..Bounds::default()
        },
        two_phases: true,
        eager: false,
        paste: 2,
        budget: Budget {
            keys: 2,
            cuts: 2,
            sleeps: 1,
            page_timers: 1,
            freezes: 1,
            restarts: 1,
            ..Budget::default()
        },
        ..Setup::new("input and credit")
    }
}

/// A breaker that opens at once, a page that is frozen, a user who reconnects.
pub fn breaker() -> Setup {
    Setup {
        breaker: 1,
        budget: Budget {
            keys: 1,
            prints: 1,
            cuts: 1,
            refusals: 2,
            freezes: 1,
            reconnects: 1,
            page_timers: 2,
            closes: 1,
            takes: 1,
            ..Budget::default()
        },
        ..Setup::new("breaker")
    }
}

/// How many states of each world are searched.
fn most() -> usize {
    let told = std::env::var("RELATCH_SEARCH_STATES").ok();
    told.map_or(100_000, |told| told.parse().expect("RELATCH_SEARCH_STATES is a number"))
}

fn search(setup: Setup) {
    let report = explore(setup, most());
    // Shown whether the test passes or not.
    let _ = writeln!(std::io::stderr(), "{report}");
    assert!(report.violation.is_none(), "{}", report.name);
}

#[test]
fn cuts_lose_nothing_and_double_nothing() {
    search(connection());
}

#[test]
fn what_comes_on_old_sockets_changes_nothing() {
    search(old_sockets());
}

#[test]
fn output_waits_for_acks_and_gaps_are_announced() {
    search(window());
}

#[test]
fn sizes_come_in_order_with_output() {
    search(sizes());
}

#[test]
fn two_pages_share_a_session_without_mixing_it_up() {
    search(two_pages());
}

#[test]
fn a_session_ends_once_and_never_too_soon() {
    search(life());
}

#[test]
fn input_waits_for_credit_and_arrives_once() {
    search(input());
}

#[test]
fn an_open_breaker_probes_and_a_frozen_page_comes_back() {
    search(breaker());
}
