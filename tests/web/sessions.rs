//! Which session a link has: found again, migrated, made anew.

use crate::browser::session_storage;
use crate::lab::{Lab, text};
use crate::server::{sessions, until_session};
use relatch::client::{DropReason, State};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_new_id_has_the_form_that_both_ends_know_and_is_kept() {
    let lab = Lab::new();
    let line = lab.link();
    let id = line.id();
    let [word, time, random] = id.split('_').collect::<Vec<_>>()[..] else {
        panic!("{id}")
    };
    assert_eq!((word, random.len()), ("session", 26));
    let age = js_sys::Date::now() - time.parse::<f64>().unwrap();
    assert!((0.0..60_000.0).contains(&age), "{id}");
    assert_eq!(
        session_storage().get_item(&lab.place("default")).unwrap(),
        Some(id.clone())
    );
    assert_eq!(line.key().to_text(), format!("{id}:{}", lab.project.as_str()));
}

#[wasm_bindgen_test]
async fn a_page_that_is_loaded_again_finds_its_session_and_makes_no_other() {
    let lab = Lab::new();
    let mut first = lab.attached().await;
    let id = first.id();
    first.echo("before").await;
    drop(first);

    let mut second = lab.link();
    assert_eq!(second.id(), id);
    second.ready().await;
    second.receive("before").await;
    second.echo("after").await;
    let found = sessions(lab.project.as_str()).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].generation(), 2.0);
}

#[wasm_bindgen_test]
async fn a_legacy_id_is_migrated_once() {
    let lab = Lab::new();
    let (storage, place) = (session_storage(), lab.place("default"));
    // The project's own id holds `_`, as the test projects all do.
    let legacy = format!("term-7_{}", lab.project.as_str());
    storage.set_item(&place, &legacy).unwrap();
    for _ in 0..2 {
        let mut line = lab.link();
        assert_eq!(line.id(), "term-7");
        assert_eq!(storage.get_item(&place).unwrap().as_deref(), Some("term-7"));
        line.ready().await;
        line.echo("found").await;
    }
    let found = sessions(lab.project.as_str()).await;
    assert_eq!(found.len(), 1);
}

#[wasm_bindgen_test]
async fn an_id_of_the_form_in_use_is_taken_as_it_is() {
    let lab = Lab::new();
    let (storage, place) = (session_storage(), lab.place("default"));
    for id in ["session_1700000000000_abc", "plain", "A-b_c"] {
        storage.set_item(&place, id).unwrap();
        assert_eq!(lab.link().id(), id);
        assert_eq!(storage.get_item(&place).unwrap().as_deref(), Some(id));
    }
}

#[wasm_bindgen_test]
async fn what_is_stored_but_is_no_id_gives_way_to_a_new_one() {
    let lab = Lab::new();
    let (storage, place) = (session_storage(), lab.place("default"));
    let suffix_alone = format!("_{}", lab.project.as_str());
    let too_long = "x".repeat(129);
    for stored in ["", "a b", "a:b", "<script>", &suffix_alone, &too_long] {
        storage.set_item(&place, stored).unwrap();
        let id = lab.link().id();
        assert!(id.starts_with("session_"), "{stored:?} gave {id}");
        assert_eq!(storage.get_item(&place).unwrap(), Some(id));
    }
}

#[wasm_bindgen_test]
async fn each_name_has_a_session_of_its_own() {
    let lab = Lab::new();
    let mut one = lab.attached_with(|setup| setup.options.name = "one".to_owned()).await;
    let mut two = lab.attached_with(|setup| setup.options.name = "two".to_owned()).await;
    assert_ne!(one.id(), two.id());
    one.echo("for one").await;
    two.echo("for two").await;
    assert_eq!(session_storage().get_item(&lab.place("two")).unwrap(), Some(two.id()));
    assert_eq!(sessions(lab.project.as_str()).await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_new_session_ends_the_old_one_and_is_kept() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    let old = line.key();
    line.new_session().unwrap();
    assert_ne!(line.id(), old.session.as_str());
    assert_eq!(
        session_storage().get_item(&lab.place("default")).unwrap(),
        Some(line.id())
    );
    line.ready().await;
    line.echo("new").await;
    until_session(&old, |session| session.is_none()).await;
    assert_eq!(sessions(lab.project.as_str()).await.len(), 1);
}

#[wasm_bindgen_test]
async fn what_was_queued_for_a_session_does_not_reach_the_next() {
    let lab = Lab::new();
    let mut line = lab.link();
    line.send(text("for the old")).unwrap();
    line.new_session().unwrap();
    assert_eq!(line.dropped().await.reason, DropReason::SessionLost);
    line.ready().await;
    line.echo("new").await;
    assert_eq!(line.on_server().await.unwrap().bytes_in(), 3.0);
}

#[wasm_bindgen_test]
async fn a_session_that_the_user_ended_is_not_found_again() {
    let lab = Lab::new();
    let mut line = lab.attached().await;
    let ended = line.key();
    line.close(1000, "").unwrap();
    assert_eq!(session_storage().get_item(&lab.place("default")).unwrap(), None);
    until_session(&ended, |session| session.is_none()).await;
    assert_ne!(lab.link().id(), ended.session.as_str());

    line.reconnect().unwrap();
    line.change_to(State::Ready).await;
    assert_ne!(line.id(), ended.session.as_str());
}
