//! A part of a world: shared by the worlds in which it is the same, and hashed once.

use crate::hash::hash;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

#[derive(Debug)]
pub struct Part<T> {
    value: Rc<T>,
    hash: u64,
}

impl<T: Clone + Hash> Part<T> {
    pub fn new(value: T) -> Self {
        let hash = hash(&value);
        Self {
            value: Rc::new(value),
            hash,
        }
    }

    pub fn change<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R {
        let value = Rc::make_mut(&mut self.value);
        let result = change(value);
        self.hash = hash(value);
        result
    }

    pub fn hashed(&self) -> u64 {
        self.hash
    }
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        Self {
            value: Rc::clone(&self.value),
            hash: self.hash,
        }
    }
}

impl<T> Deref for Part<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Hash for Part<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.hash as usize);
    }
}
