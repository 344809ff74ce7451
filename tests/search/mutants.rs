//! The search notices when a rule is broken: each rule that can be turned off is, and some world then shows a violation.

use crate::explore::explore;
use crate::setup::{Broken, Setup};
use crate::worlds;
use relatch::{client, host};
use std::io::Write;

/// How many states of a world may be searched for a violation.
const MOST: usize = 400_000;

fn finds(rule: &str, broken: Broken, worlds: Vec<Setup>) {
    let mut searched = 0;
    for world in worlds {
        let report = explore(Setup { broken, ..world }, MOST);
        searched += report.states;
        let Some(violation) = &report.violation else { continue };
        let name = report.name;
        let _ = writeln!(
            std::io::stderr(),
            "{rule}: {name}, {searched} states: {}",
            violation.what
        );
        if std::env::var_os("RELATCH_SEARCH_TRACES").is_some() {
            let _ = writeln!(std::io::stderr(), "{report}");
        }
        return;
    }
    panic!("nothing in {searched} states shows that {rule} is broken");
}

fn client_without(rule: client::Rule, worlds: Vec<Setup>) {
    let broken = Broken {
        client: Some(rule),
        host: None,
    };
    finds(&format!("client without {rule:?}"), broken, worlds);
}

fn host_without(rule: host::Rule, worlds: Vec<Setup>) {
    let broken = Broken {
        client: None,
        host: Some(rule),
    };
    finds(&format!("host without {rule:?}"), broken, worlds);
}

#[test]
fn the_clients_fence_is_needed() {
    client_without(client::Rule::Fence, worlds::old_sockets());
}

#[test]
fn waiting_for_the_welcome_is_needed() {
    client_without(client::Rule::WaitForWelcome, worlds::connection());
}

#[test]
fn going_back_to_what_was_accepted_is_needed() {
    client_without(client::Rule::Rewind, worlds::connection());
}

#[test]
fn an_ack_after_the_welcome_is_needed() {
    client_without(client::Rule::AckAfterWelcome, worlds::window());
}

#[test]
fn saying_hold_again_is_needed() {
    client_without(client::Rule::HoldAgain, worlds::window());
}

#[test]
fn acking_the_exit_is_needed() {
    client_without(client::Rule::ExitAck, worlds::life());
}

#[test]
fn noticing_another_process_is_needed() {
    client_without(client::Rule::Epoch, worlds::life());
}

#[test]
fn dropping_input_that_is_late_is_needed() {
    client_without(client::Rule::StaleInput, worlds::input());
}

#[test]
fn the_servers_fence_is_needed() {
    host_without(host::Rule::ServerFence, worlds::connection());
}

#[test]
fn the_servers_fence_for_input_is_needed() {
    host_without(host::Rule::StaleInput, worlds::old_sockets());
}

#[test]
fn the_ping_of_a_take_over_is_needed() {
    host_without(host::Rule::TakeOverPing, worlds::two_pages());
}

#[test]
fn the_number_of_an_attempt_is_needed() {
    host_without(host::Rule::AttemptNumber, worlds::connection());
}

#[test]
fn the_window_is_needed() {
    host_without(host::Rule::Window, worlds::window());
}

#[test]
fn announcing_gaps_is_needed() {
    host_without(host::Rule::GapSignal, worlds::window());
}

#[test]
fn announcing_another_process_is_needed() {
    host_without(host::Rule::Epoch, worlds::life());
}

#[test]
fn counting_input_by_page_life_is_needed() {
    host_without(host::Rule::InputPerLife, worlds::two_pages());
}

#[test]
fn keeping_an_exit_until_it_is_heard_of_is_needed() {
    host_without(host::Rule::ExitAck, worlds::life());
}

#[test]
fn pausing_the_terminal_is_needed() {
    host_without(host::Rule::Pause, worlds::window());
}

#[test]
fn verifying_a_hello_first_is_needed() {
    host_without(host::Rule::UnverifiedHello, worlds::life());
}

#[test]
fn having_no_place_within_a_snapshot_is_needed() {
    client_without(client::Rule::SnapshotPlace, worlds::snapshots());
}

#[test]
fn counting_snapshots_apart_is_needed() {
    client_without(client::Rule::SnapshotCount, worlds::snapshots());
}

#[test]
fn going_on_where_the_snapshot_ends_is_needed() {
    host_without(host::Rule::SnapshotOffset, worlds::snapshots());
}

#[test]
fn a_snapshot_for_who_asked_is_needed() {
    host_without(host::Rule::SnapshotFence, worlds::snapshots());
}

#[test]
fn telling_a_snapshots_size_is_needed() {
    host_without(host::Rule::SnapshotSize, worlds::slow_snapshots());
}
