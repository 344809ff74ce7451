//! The search notices when a rule is broken: each rule that can be turned off is, and some world then shows a violation.

use crate::explore::explore;
use crate::setup::{Broken, Setup};
use crate::worlds;
use relatch::{client, host};
use std::io::Write;

/// How many states of a world may be searched for a violation.
const MOST: usize = 400_000;

fn finds(rule: &str, broken: Broken) {
    for world in worlds::all() {
        let report = explore(Setup { broken, ..world }, MOST);
        if let Some(violation) = &report.violation {
            let (name, states, what) = (report.name, report.states, &violation.what);
            let _ = writeln!(std::io::stderr(), "{rule}: {name}, {states} states: {what}");
            if std::env::var_os("RELATCH_SEARCH_TRACES").is_some() {
                let _ = writeln!(std::io::stderr(), "{report}");
            }
            return;
        }
    }
    panic!("nothing shows that {rule} is broken");
}

fn client_without(rule: client::Rule) {
    finds(&format!("client without {rule:?}"), Broken { client: Some(rule), host: None });
}

fn host_without(rule: host::Rule) {
    finds(&format!("host without {rule:?}"), Broken { client: None, host: Some(rule) });
}

#[test]
fn the_clients_fence_is_needed() {
    client_without(client::Rule::Fence);
}

#[test]
fn waiting_for_the_welcome_is_needed() {
    client_without(client::Rule::WaitForWelcome);
}

#[test]
fn going_back_to_what_was_accepted_is_needed() {
    client_without(client::Rule::Rewind);
}

#[test]
fn an_ack_after_the_welcome_is_needed() {
    client_without(client::Rule::AckAfterWelcome);
}

#[test]
fn saying_hold_again_is_needed() {
    client_without(client::Rule::HoldAgain);
}

#[test]
fn acking_the_exit_is_needed() {
    client_without(client::Rule::ExitAck);
}

#[test]
fn noticing_another_process_is_needed() {
    client_without(client::Rule::Epoch);
}

#[test]
fn dropping_input_that_is_late_is_needed() {
    client_without(client::Rule::StaleInput);
}

#[test]
fn the_servers_fence_is_needed() {
    host_without(host::Rule::ServerFence);
}

#[test]
fn the_servers_fence_for_input_is_needed() {
    host_without(host::Rule::StaleInput);
}

#[test]
fn the_ping_of_a_take_over_is_needed() {
    host_without(host::Rule::TakeOverPing);
}

#[test]
fn the_number_of_an_attempt_is_needed() {
    host_without(host::Rule::AttemptNumber);
}

#[test]
fn the_window_is_needed() {
    host_without(host::Rule::Window);
}

#[test]
fn announcing_gaps_is_needed() {
    host_without(host::Rule::GapSignal);
}

#[test]
fn announcing_another_process_is_needed() {
    host_without(host::Rule::Epoch);
}

#[test]
fn counting_input_by_page_life_is_needed() {
    host_without(host::Rule::InputPerLife);
}

#[test]
fn keeping_an_exit_until_it_is_heard_of_is_needed() {
    host_without(host::Rule::ExitAck);
}

#[test]
fn pausing_the_terminal_is_needed() {
    host_without(host::Rule::Pause);
}

#[test]
fn verifying_a_hello_first_is_needed() {
    host_without(host::Rule::UnverifiedHello);
}
