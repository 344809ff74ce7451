//! Random runs: about 100,000 steps, each of which keeps every promise of the world, and a network that heals at their end.
//!
//! A run that fails is printed as bytes; put into a file of `tests/corpus/client`, it is played for ever.

use crate::ops::Run;
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn random_runs_keep_every_promise(bytes in vec(any::<u8>(), 0..1500)) {
        Run::read(&bytes).play();
    }

    #[test]
    fn random_runs_of_a_page_that_resumes_keep_every_promise(bytes in vec(any::<u8>(), 0..1500)) {
        Run::read_resumed(&bytes).play();
    }
}
