//! Where ids are kept, and places that fail.

use crate::browser::{local_storage, session_storage};
use crate::lab::{Lab, Shelf, text};
use relatch::client::{Event, Warning};
use relatch::web::{DomStorage, Link, Output, StoreError};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use wasm_bindgen_test::wasm_bindgen_test;

/// Throws, for whatever is asked.
struct Broken;

impl Shelf for Broken {
    fn load(&self, _: &str) -> Result<Option<String>, StoreError> {
        Err(StoreError)
    }

    fn store(&self, _: &str, _: Option<&str>) -> Result<(), StoreError> {
        Err(StoreError)
    }
}

/// Can be read, but holds nothing more.
struct Full;

impl Shelf for Full {
    fn load(&self, _: &str) -> Result<Option<String>, StoreError> {
        Ok(Some("kept_before".to_owned()))
    }

    fn store(&self, _: &str, _: Option<&str>) -> Result<(), StoreError> {
        Err(StoreError)
    }
}

/// A page's own place.
#[derive(Default)]
struct Own(RefCell<HashMap<String, String>>);

impl Shelf for Own {
    fn load(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.0.borrow().get(key).cloned())
    }

    fn store(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        let mut texts = self.0.borrow_mut();
        match value {
            Some(value) => texts.insert(key.to_owned(), value.to_owned()),
            None => texts.remove(key),
        };
        Ok(())
    }
}

/// Calls back into its link whenever it stores something.
#[derive(Default)]
struct Talkative(RefCell<Weak<Link>>);

impl Shelf for Talkative {
    fn load(&self, _: &str) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    fn store(&self, _: &str, value: Option<&str>) -> Result<(), StoreError> {
        if let Some(link) = self.0.borrow().upgrade() {
            assert_eq!(value, Some(link.session_id().as_str()));
            link.send(text("from the storage")).unwrap();
        }
        Ok(())
    }
}

fn storage_warnings(outputs: &[Output]) -> usize {
    let is_one = |output: &&Output| matches!(output, Output::Event(Event::Warning(Warning::Storage)));
    outputs.iter().filter(is_one).count()
}

#[wasm_bindgen_test]
async fn storage_that_throws_is_warned_of_once_and_the_line_works_all_the_same() {
    let lab = Lab::new();
    let mut line = lab.link_with(|setup| setup.shelf = Rc::new(Broken));
    let id = line.id();
    assert_eq!(line.warning().await, Warning::Storage);
    line.ready().await;
    line.echo("works").await;
    line.strike(r#""rst""#).await;
    line.ready().await;
    assert_eq!(line.id(), id);

    line.new_session().unwrap();
    assert_ne!(line.id(), id);
    line.close(1000, "").unwrap();
    assert_eq!(storage_warnings(&line.unheard()), 0);
}

#[wasm_bindgen_test]
async fn storage_that_is_full_is_warned_of_when_it_is_first_written_to() {
    let lab = Lab::new();
    let mut line = lab.attached_with(|setup| setup.shelf = Rc::new(Full)).await;
    assert_eq!(line.id(), "kept_before");
    line.new_session().unwrap();
    assert_eq!(line.warning().await, Warning::Storage);
    line.ready().await;
    line.echo("works").await;
    assert_eq!(storage_warnings(&line.unheard()), 0);
}

#[wasm_bindgen_test]
async fn a_secret_that_cannot_be_kept_lasts_as_long_as_its_link() {
    let places: [Rc<dyn Shelf>; 2] = [Rc::new(Broken), Rc::new(Full)];
    for shelf in places {
        let lab = Lab::new();
        let mut line = lab.resuming_with(|setup| setup.shelf = shelf);
        assert_eq!(line.warning().await, Warning::Storage);
        line.ready().await;
        line.echo("works").await;
        line.strike(r#""rst""#).await;
        assert_eq!(line.resumed().await.offset, 5);
        let id = line.id();
        line.new_session().unwrap();
        line.ready().await;
        line.echo("works too").await;
        assert_ne!(line.id(), id);
        assert_eq!(storage_warnings(&line.unheard()), 0);
    }
}

#[wasm_bindgen_test]
async fn a_place_of_the_pages_own_is_found_again_and_emptied_at_the_end() {
    let lab = Lab::new();
    let own = Rc::new(Own::default());
    let shelf: Rc<dyn Shelf> = own.clone();
    let first = lab.attached_with(|setup| setup.shelf = Rc::clone(&shelf)).await;
    let id = first.id();
    first.dispose();
    let second = lab.attached_with(|setup| setup.shelf = shelf).await;
    assert_eq!(second.id(), id);
    assert_eq!(session_storage().get_item(&lab.place("default")).unwrap(), None);
    second.close(1000, "").unwrap();
    assert!(own.0.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_place_may_call_back_into_its_link() {
    let lab = Lab::new();
    let shelf = Rc::new(Talkative::default());
    let own = Rc::clone(&shelf);
    let mut line = lab.attached_with(|setup| setup.shelf = own).await;
    *shelf.0.borrow_mut() = line.weak();
    line.new_session().unwrap();
    line.ready().await;
    line.receive("from the storage").await;
}

#[wasm_bindgen_test]
async fn local_storage_is_used_if_asked_for() {
    let lab = Lab::new();
    let line = lab.link_with(|setup| setup.shelf = Rc::new(DomStorage::Local));
    let place = lab.place("default");
    assert_eq!(local_storage().get_item(&place).unwrap(), Some(line.id()));
    assert_eq!(session_storage().get_item(&place).unwrap(), None);
    line.close(1000, "").unwrap();
    assert_eq!(local_storage().get_item(&place).unwrap(), None);
}
