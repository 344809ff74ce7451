//! A part of a world: shared by the worlds in which it is the same, and hashed once.

use crate::hash::hash;
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

#[derive(Debug)]
pub struct Part<T> {
    value: Rc<T>,
    /// Known once it was asked for.
    hash: Cell<Option<u64>>,
}

impl<T: Clone + Hash> Part<T> {
    pub fn new(value: T) -> Self {
        Self {
            value: Rc::new(value),
            hash: Cell::new(None),
        }
    }

    pub fn change<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R {
        self.hash.set(None);
        change(Rc::make_mut(&mut self.value))
    }
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        Self {
            value: Rc::clone(&self.value),
            hash: self.hash.clone(),
        }
    }
}

impl<T> Deref for Part<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Hash> Hash for Part<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let known = self.hash.get().unwrap_or_else(|| hash(&*self.value));
        self.hash.set(Some(known));
        state.write_usize(known as usize);
    }
}
