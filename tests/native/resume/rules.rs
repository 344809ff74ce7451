//! Each rule that a test can have a client break is missed when it is broken.

use crate::common::{Answer, EPOCH, WELCOME, World, accept, resuming, there};
use relatch::client::{Input, Rule};
use relatch::wire::{Exit, FromServer, Gap, Welcome};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Whether this play goes another way, or breaks a promise of the world, where the rule is broken.
fn is_missed(rule: Rule, play: fn(&mut World)) -> bool {
    let told = |mut world: World| {
        play(&mut world);
        // What is said in another order is not missed.
        let mut told = world.look();
        told.sort();
        told
    };
    let page = || World::new(resuming()).server(|_| accept(0));
    let kept = told(page());
    let mut broken = page();
    broken.client = broken.client.without(rule);
    catch_unwind(AssertUnwindSafe(|| told(broken))).map_or(true, |told| told != kept)
}

fn resumed(world: &mut World) {
    world.welcomes(there);
    world.at(0, Input::Connect);
    world.run_until(0);
    world.at(0, Input::Pace);
}

#[test]
fn a_client_that_listens_to_an_old_socket_is_found() {
    assert!(is_missed(Rule::Fence, |world| {
        resumed(world);
        let old = world.socket();
        world.close_at(10, 1006, "");
        world.run_until(3000);
        world.at(3000, Input::Message { socket: old, bytes: 5 });
    }));
}

#[test]
fn a_client_that_does_not_wait_for_the_welcome_is_found() {
    assert!(is_missed(Rule::WaitForWelcome, |world| {
        resumed(world);
        world.close_at(10, 1006, "");
        world.send_at(20, "x").unwrap();
        world.run_until(3000);
    }));
}

#[test]
fn a_client_that_does_not_send_again_is_found() {
    assert!(is_missed(Rule::Rewind, |world| {
        resumed(world);
        world.send_at(10, "x").unwrap();
        world.welcomes(|hello| Welcome {
            accepted: 0,
            ..there(hello)
        });
        world.close_at(10, 1006, "");
        world.run_until(3000);
    }));
}

#[test]
fn a_client_that_does_not_acknowledge_a_welcome_is_found() {
    assert!(is_missed(Rule::AckAfterWelcome, resumed));
}

#[test]
fn a_client_that_says_hold_once_is_found() {
    assert!(is_missed(Rule::HoldAgain, |world| {
        resumed(world);
        world.output_at(10, 200_000);
        world.at(20, Input::Hide);
        world.close_at(30, 1006, "");
        world.run_until(3000);
    }));
}

#[test]
fn a_client_that_does_not_acknowledge_an_exit_is_found() {
    assert!(is_missed(Rule::ExitAck, |world| {
        resumed(world);
        let exit = Exit::Code(0);
        world.frame_at(10, &FromServer::Exit { exit, out: 0 });
    }));
}

#[test]
fn a_client_that_types_into_another_process_is_found() {
    assert!(is_missed(Rule::Epoch, |world| {
        resumed(world);
        world.close_at(10, 4400, "");
        world.host(|_| Answer::default());
        world.run_until(10);
        let next = FromServer::Welcome(Welcome {
            epoch: EPOCH + 1,
            ..WELCOME
        });
        world.close_at(20, 1006, "");
        world.send_at(30, "x").unwrap();
        world.run_until(3000);
        world.frame_at(3000, &next);
    }));
}

#[test]
fn a_client_that_sends_what_is_old_is_found() {
    assert!(is_missed(Rule::StaleInput, |world| {
        resumed(world);
        world.send_at(10, "x").unwrap();
        world.at(20, Input::Offline);
        world.welcomes(|hello| Welcome {
            accepted: 0,
            ..there(hello)
        });
        world.close_at(30, 1006, "");
        world.at(30_000, Input::Online);
        world.run_until(40_000);
    }));
}

/// A page that is cut off within a snapshot.
fn half_drawn(world: &mut World) {
    resumed(world);
    let gap = Gap {
        from: Some(0),
        to: 5000,
        snap: 50,
    };
    world.frame_at(10, &FromServer::Gap(gap));
    world.output_at(20, 20);
    world.close_at(30, 1006, "");
    world.run_until(3000);
}

#[test]
fn a_client_that_goes_on_within_a_snapshot_is_found() {
    assert!(is_missed(Rule::SnapshotPlace, half_drawn));
}

#[test]
fn a_client_that_counts_a_snapshot_as_output_is_found() {
    assert!(is_missed(Rule::SnapshotCount, half_drawn));
}
