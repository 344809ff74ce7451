//! Each rule is needed: without it, a test that shows its behaviour fails.

use crate::common::without;
use crate::{directory, epochs, exit, fence, gaps, input, pause, retention, snapshots, stale, takeover, window};
use relatch::host::Rule;
use std::panic::catch_unwind;

fn is_needed(rule: Rule, tests: &[fn()]) {
    for (at, test) in tests.iter().enumerate() {
        let survives = without(rule, || catch_unwind(test).is_ok());
        assert!(!survives, "test {at} passes without {rule:?}");
        test();
    }
}

#[test]
fn the_fence() {
    is_needed(
        Rule::ServerFence,
        &[
            fence::old_control_frames_change_nothing,
            fence::the_end_of_an_old_socket_ends_nothing,
        ],
    );
}

#[test]
fn stale_input() {
    is_needed(
        Rule::StaleInput,
        &[
            fence::old_input_is_not_typed,
            fence::a_loser_that_types_on_changes_nothing,
        ],
    );
}

#[test]
fn the_ping_of_a_take_over() {
    is_needed(
        Rule::TakeOverPing,
        &[
            takeover::it_takes_once_it_has_answered_a_ping,
            takeover::a_delayed_hello_does_not_throw_out_a_living_page,
        ],
    );
}

#[test]
fn the_number_of_an_attempt() {
    is_needed(
        Rule::AttemptNumber,
        &[
            stale::a_replayed_hello_is_refused,
            stale::a_hello_older_than_the_last_is_refused,
        ],
    );
}

#[test]
fn the_window() {
    is_needed(Rule::Window, &[window::no_more_is_sent_than_the_window_lets_through]);
}

#[test]
fn the_signal_of_a_gap() {
    is_needed(
        Rule::GapSignal,
        &[
            gaps::a_page_that_was_away_for_too_long_hears_what_is_missing,
            gaps::a_page_on_hold_hears_of_the_gap_when_it_is_live_again,
        ],
    );
}

#[test]
fn the_epoch() {
    is_needed(
        Rule::Epoch,
        &[
            epochs::another_process_is_announced_as_new,
            epochs::offsets_of_the_old_process_mean_nothing_for_the_new_one,
        ],
    );
}

#[test]
fn input_counted_for_each_life() {
    is_needed(Rule::InputPerLife, &[input::each_life_of_a_page_begins_at_nothing]);
}

#[test]
fn the_ack_of_an_exit() {
    is_needed(
        Rule::ExitAck,
        &[
            exit::the_session_ends_once_the_page_has_heard_of_it,
            exit::a_page_that_was_away_hears_of_it_too,
        ],
    );
}

#[test]
fn the_pause() {
    is_needed(
        Rule::Pause,
        &[pause::a_page_that_never_acks_holds_the_terminal_up_and_loses_nothing],
    );
}

#[test]
fn the_check_of_a_hello() {
    is_needed(
        Rule::UnverifiedHello,
        &[
            directory::a_wrong_secret_is_answered_like_an_unknown_session,
            retention::a_hello_that_is_refused_or_unproven_does_not_prolong_it,
        ],
    );
}

#[test]
fn the_offset_of_a_snapshot() {
    is_needed(
        Rule::SnapshotOffset,
        &[snapshots::output_goes_on_where_the_snapshot_ends],
    );
}

#[test]
fn who_a_snapshot_is_for() {
    is_needed(
        Rule::SnapshotFence,
        &[snapshots::an_answer_for_an_earlier_attachment_is_not_used],
    );
}

#[test]
fn the_size_of_a_snapshot() {
    is_needed(
        Rule::SnapshotSize,
        &[snapshots::a_snapshot_goes_to_a_terminal_of_its_size_and_output_to_one_of_its_own],
    );
}
