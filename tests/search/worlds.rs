//! The worlds, by concern. Each is searched to its end; what may happen in it how often keeps that near.

use crate::budget::Budget;
use crate::budget::May::{
    self, Close, Cut, Exit, ForgetAll, Freeze, Hide, HostTimer, Intrude, Key, NewSession, NoScreen, OpenPage,
    PageTimer, Print, Reconnect, Refuse, Reload, Resize, Restart, Sleep, TakeOver,
};
use crate::content::Content;
use crate::explore::explore;
use crate::setup::Setup;
use relatch::host::Bounds;
use std::io::Write;

/// Cuts, welcomes that are lost, frames that come late.
pub fn connection() -> Vec<Setup> {
    let world = Setup {
        connected: false,
        pipe: 1,
        half: true,
        late: true,
        eager: false,
        ..Setup::new("connection")
    };
    each(
        &world,
        &[
            &[(Cut, 2), (Key, 2), (Print, 1)],
            &[(Cut, 2), (Key, 1), (Print, 2)],
            &[(Cut, 3), (Key, 1)],
            &[(Cut, 1), (Key, 1), (Refuse, 1), (PageTimer, 1)],
            &[(Cut, 1), (Print, 1), (PageTimer, 1), (HostTimer, 1)],
            &[
                (Cut, 4),
                (Key, 3),
                (Print, 3),
                (Refuse, 2),
                (PageTimer, 3),
                (HostTimer, 2),
            ],
        ],
    )
}

/// Sockets that their page has left, still full.
pub fn old_sockets() -> Vec<Setup> {
    let world = Setup {
        pipe: 1,
        half: true,
        late: true,
        eager: false,
        ..Setup::new("old sockets")
    };
    each(
        &world,
        &[
            &[(Reconnect, 2), (Key, 2), (Print, 1)],
            &[(Reconnect, 3), (Key, 1), (Print, 1)],
            &[(Reconnect, 1), (Cut, 1), (Key, 1), (Print, 1), (HostTimer, 1)],
            &[
                (Reconnect, 3),
                (Cut, 2),
                (Key, 3),
                (Print, 3),
                (HostTimer, 2),
                (PageTimer, 2),
            ],
        ],
    )
}

/// Acks, gaps, a page that is hidden.
pub fn window() -> Vec<Setup> {
    let world = Setup {
        bounds: Bounds {
            ring: 4,
            window: 2,
            frame: 2,
            mark: 3,
            ..Bounds::default()
        },
        content: Content::Pairs,
        paced: true,
        ..Setup::new("window and ring")
    };
    each(
        &world,
        &[
            &[(Print, 7), (Cut, 1), (Hide, 1)],
            &[(Print, 4), (Cut, 2), (Hide, 1)],
            &[(Print, 5), (Cut, 1), (Hide, 2)],
            &[(Print, 6), (Reload, 1), (Cut, 1)],
            &[(Print, 4), (Hide, 1), (PageTimer, 1), (HostTimer, 1)],
            &[
                (Print, 10),
                (Cut, 3),
                (Hide, 3),
                (Reload, 1),
                (PageTimer, 2),
                (HostTimer, 2),
                (Exit, 1),
            ],
        ],
    )
}

/// A page that does not count, a slow socket, sizes.
pub fn sizes() -> Vec<Setup> {
    let world = Setup {
        bounds: Bounds {
            ring: 3,
            window: 3,
            frame: 1,
            mark: 2,
            ..Bounds::default()
        },
        pipe: 1,
        sized: true,
        ..Setup::new("sizes")
    };
    each(
        &world,
        &[
            &[(Print, 4), (Cut, 2), (Resize, 1)],
            &[(Print, 4), (Cut, 1), (Resize, 2)],
            &[(Print, 3), (Cut, 1), (Resize, 1), (Reload, 1)],
            &[
                (Print, 6),
                (Cut, 3),
                (Resize, 3),
                (Reload, 1),
                (HostTimer, 2),
                (Restart, 1),
            ],
        ],
    )
}

/// Two pages have one session: take-overs, pings and pongs that come late, reloads.
pub fn two_pages() -> Vec<Setup> {
    each(
        &Setup::new("two pages"),
        &[
            &[(OpenPage, 1), (TakeOver, 2), (Key, 2), (Print, 1)],
            &[(OpenPage, 1), (TakeOver, 1), (Reload, 1), (Key, 1), (Print, 1)],
            &[(OpenPage, 1), (TakeOver, 1), (Cut, 1), (Key, 1), (Print, 1)],
            &[(OpenPage, 1), (TakeOver, 1), (Reload, 1), (Cut, 1)],
            &[(OpenPage, 1), (TakeOver, 1), (HostTimer, 2), (PageTimer, 1), (Key, 1)],
            &[(OpenPage, 1), (TakeOver, 1), (Restart, 1), (Exit, 1), (Key, 1)],
            &[(OpenPage, 1), (TakeOver, 1), (Close, 1), (NewSession, 1), (Key, 1)],
            &[(Reload, 2), (Cut, 1), (Key, 1), (Print, 1)],
            &[
                (OpenPage, 2),
                (TakeOver, 3),
                (Reload, 2),
                (Cut, 2),
                (Key, 3),
                (Print, 2),
                (HostTimer, 2),
                (Restart, 1),
            ],
        ],
    )
}

/// Exits, restarts, a server that forgets, retention.
pub fn life() -> Vec<Setup> {
    each(
        &Setup::new("life and restart"),
        &[
            &[(Exit, 1), (Print, 2), (Key, 1), (Cut, 2)],
            &[(Exit, 1), (Restart, 1), (Print, 2), (Key, 1), (Cut, 1)],
            &[(Restart, 2), (Print, 1), (Key, 2), (Cut, 1)],
            &[(Restart, 1), (Reload, 1), (Print, 1), (Key, 1), (Cut, 1)],
            &[(ForgetAll, 1), (Print, 1), (Key, 2), (Cut, 1)],
            &[(ForgetAll, 1), (Restart, 1), (Reload, 1), (Key, 1)],
            &[(HostTimer, 4), (Cut, 1), (Key, 1), (Exit, 1), (Intrude, 1)],
            &[(Close, 1), (TakeOver, 1), (Cut, 1), (Key, 1), (Print, 1), (Exit, 1)],
            &[(NewSession, 2), (Cut, 1), (Key, 1), (Print, 1)],
            &[(Exit, 1), (Reload, 2), (Cut, 1), (Print, 1)],
            &[
                (Exit, 1),
                (Restart, 1),
                (ForgetAll, 1),
                (HostTimer, 3),
                (Reload, 1),
                (Close, 1),
                (TakeOver, 1),
                (NewSession, 1),
                (Cut, 2),
                (Key, 2),
                (Print, 2),
            ],
        ],
    )
}

/// Little credit, input that is sent again and input that is late.
pub fn input() -> Vec<Setup> {
    let world = Setup {
        bounds: Bounds {
            input: 2,
            ..Bounds::default()
        },
        two_phases: true,
        eager: false,
        paste: 2,
        ..Setup::new("input and credit")
    };
    each(
        &world,
        &[
            &[(Key, 3), (Cut, 2)],
            &[(Key, 2), (Cut, 1), (Restart, 1), (Reload, 1)],
            &[(Key, 2), (Cut, 1), (Sleep, 1), (PageTimer, 1)],
            &[(Key, 2), (Cut, 1), (Sleep, 1), (Freeze, 1)],
            &[(Key, 2), (Cut, 1), (Restart, 1), (Exit, 1)],
            &[
                (Key, 4),
                (Cut, 3),
                (Restart, 1),
                (Reload, 1),
                (Sleep, 1),
                (Freeze, 1),
                (PageTimer, 2),
                (HostTimer, 1),
            ],
        ],
    )
}

/// A breaker that opens at once, a page that is frozen, a user who does not wait.
pub fn breaker() -> Vec<Setup> {
    let world = Setup {
        breaker: 1,
        ..Setup::new("breaker")
    };
    each(
        &world,
        &[
            &[(Refuse, 3), (Cut, 2), (Key, 1), (Print, 1)],
            &[(Refuse, 1), (Freeze, 2), (Cut, 1), (Key, 1)],
            &[(Refuse, 2), (Reconnect, 2), (Cut, 1), (Key, 1)],
            &[(PageTimer, 3), (Refuse, 2), (Key, 1), (Sleep, 1)],
            &[
                (Refuse, 4),
                (Freeze, 2),
                (Reconnect, 2),
                (Close, 1),
                (TakeOver, 1),
                (PageTimer, 3),
                (Sleep, 1),
                (Cut, 2),
                (Key, 3),
                (Print, 2),
            ],
        ],
    )
}

/// Screens in place of output that is gone: reloads, cuts, exits and restarts before, within and behind them.
pub fn snapshots() -> Vec<Setup> {
    let world = Setup {
        bounds: Bounds {
            ring: 2,
            window: 2,
            frame: 1,
            mark: 2,
            snapshots: true,
            ..Bounds::default()
        },
        content: Content::Pairs,
        ..Setup::new("snapshots")
    };
    each(
        &world,
        &[
            &[(Print, 5), (Reload, 1), (Cut, 1)],
            &[(Print, 5), (Cut, 2)],
            &[(Print, 4), (Reload, 1), (Cut, 1), (NoScreen, 1)],
            &[(Print, 4), (Reload, 1), (Exit, 1), (Cut, 1)],
            &[(Print, 3), (Reload, 1), (Restart, 1), (Key, 1)],
            &[(Print, 4), (Cut, 1), (Restart, 1), (Reload, 1)],
            &[(Print, 4), (OpenPage, 1), (TakeOver, 1)],
            &[(Print, 3), (OpenPage, 1), (Reload, 1), (NoScreen, 1)],
            &[(Print, 4), (Reload, 1), (HostTimer, 1), (PageTimer, 1)],
            &[
                (Print, 8),
                (Reload, 2),
                (Cut, 2),
                (NoScreen, 1),
                (Exit, 1),
                (Restart, 1),
                (OpenPage, 1),
                (TakeOver, 1),
                (Key, 1),
                (HostTimer, 1),
                (PageTimer, 1),
            ],
        ],
    )
}

/// Snapshots for a page that is hidden, whose terminal is slow and changes its size.
pub fn slow_snapshots() -> Vec<Setup> {
    let world = Setup {
        bounds: Bounds {
            ring: 2,
            window: 2,
            frame: 1,
            mark: 2,
            snapshots: true,
            ..Bounds::default()
        },
        paced: true,
        sized: true,
        ..Setup::new("slow snapshots")
    };
    each(
        &world,
        &[
            &[(Print, 3), (Reload, 1), (Resize, 1)],
            &[(Print, 3), (Cut, 1), (Resize, 1)],
            &[(Print, 4), (Hide, 1), (Reload, 1)],
            &[(Print, 5), (Hide, 2)],
            &[(Print, 5), (Hide, 1), (Cut, 1)],
            &[
                (Print, 8),
                (Hide, 2),
                (Reload, 1),
                (Cut, 2),
                (Resize, 2),
                (NoScreen, 1),
                (HostTimer, 1),
                (PageTimer, 1),
            ],
        ],
    )
}

/// The same world with each of these budgets. The last is too large to be exhausted.
fn each(world: &Setup, budgets: &[&[(May, u8)]]) -> Vec<Setup> {
    let with = |budget: &&[(May, u8)]| Setup {
        budget: Budget::of(budget),
        ..world.clone()
    };
    budgets.iter().map(with).collect()
}

/// How many states of the largest world of a concern are searched.
const LARGEST: usize = 100_000;

/// No other world has so many.
const MOST: usize = 2_000_000;

fn search(worlds: Vec<Setup>) {
    let told = std::env::var("RELATCH_SEARCH_STATES").ok();
    let largest = told.map_or(LARGEST, |told| told.parse().expect("RELATCH_SEARCH_STATES is a number"));
    let last = worlds.len() - 1;
    for (at, world) in worlds.into_iter().enumerate() {
        let report = explore(world, if at == last { largest } else { MOST });
        // Shown whether the test passes or not.
        let _ = writeln!(std::io::stderr(), "{report}");
        assert!(report.violation.is_none(), "{} has a violation", report.name);
        assert!(at == last || report.exhausted, "{} is not exhausted", report.name);
    }
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

#[test]
fn a_snapshot_goes_before_just_the_output_that_it_does_not_show() {
    search(snapshots());
}

#[test]
fn snapshots_come_at_the_right_size_and_hold_nothing_up() {
    search(slow_snapshots());
}
