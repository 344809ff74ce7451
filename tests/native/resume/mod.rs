//! A page that resumes its session under `relatch.v1`, against a server that says what the test wants.

mod acks;
mod every_input;
mod exits;
mod gaps;
mod hellos;
mod hold;
mod input;
mod leaving;
mod mistakes;
mod refusals;
#[cfg(feature = "mutants")]
mod rules;
mod silence;
mod sizes;
mod snapshots;
mod stale;
mod taking;
mod welcomes;
