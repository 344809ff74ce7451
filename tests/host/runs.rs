//! Random runs of a server and pages that may say anything: each step keeps every promise of the house.
//!
//! A run that fails is printed as bytes; put into a file of `tests/corpus/host`, it is played for ever.

use crate::ops::Run;
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn random_runs_keep_every_promise(bytes in vec(any::<u8>(), 0..1500)) {
        Run::read(&bytes).play();
    }
}
