//! The reference model: what each end must have seen, kept apart from both machines, and held against them after every step.
//!
//! - [`Typing`]: what a page's user typed, and where each byte of it is: queued, given to a stream, accepted, or reported as dropped.
//! - [`Reading`]: what a page's terminal has of which process.
//! - `Drawing`: a snapshot that is on its way, at either end.
//! - [`Process`]: what one process printed and was typed, and what its page was sent.

mod drawing;
mod process;
mod reading;
mod typing;

pub use drawing::snapshot;
pub use process::{Lasting, Process};
pub use reading::Reading;
pub use typing::{Typed, Typing};

/// A rule that was broken. Caught where the run was begun.
#[macro_export]
macro_rules! holds {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            panic!($($text)+);
        }
    };
}
