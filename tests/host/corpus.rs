//! What fuzzing has found worth keeping, played again.

use crate::ops::Run;
use std::fs;
use std::path::Path;

#[test]
fn the_hosts_corpus_keeps_every_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/host");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "nothing in {}", folder.display());
    for file in files {
        println!("{}", file.display());
        Run::read(&fs::read(&file).unwrap()).play();
    }
}
