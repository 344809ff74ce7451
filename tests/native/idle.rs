//! When nothing is waited for, no timer is armed.

use crate::common::{World, accept, exact};
use relatch::client::Input;

#[test]
fn a_link_that_was_never_connected_waits_for_nothing() {
    let mut world = World::new(exact());
    for (at, input) in [
        Input::Online,
        Input::Offline,
        Input::Wake,
        Input::Freeze,
        Input::Leave,
        Input::Elsewhere(Some(1000)),
        Input::Elsewhere(None),
        Input::Timeout,
    ]
    .into_iter()
    .enumerate()
    {
        world.at(at as u64, input);
    }
    world.run_until(1_000_000);
    assert_eq!(world.client.next_timeout(), None);
    world.shows("");
}

#[test]
fn a_stable_line_waits_for_nothing() {
    let mut world = World::new(exact()).server(|_| accept(40)).connected();
    world.run_until(5039);
    assert_eq!(world.client.next_timeout(), Some(5040));
    world.run_until(5040);
    assert_eq!(world.client.next_timeout(), None);
    world.message_at(6000);
    world.send_at(6000, "x").unwrap();
    assert_eq!(world.client.next_timeout(), None);
}

#[test]
fn a_frozen_page_waits_for_nothing() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::Freeze);
    assert_eq!(world.client.next_timeout(), None);
}

#[test]
fn connect_is_heard_once() {
    let mut world = World::stable(exact());
    world.at(20_000, Input::Connect);
    world.shows("");
}
