//! What fuzzing has found worth keeping, played again.

use crate::checks::check_screen_file;
use std::fs;
use std::path::Path;

#[test]
fn the_screens_corpus_has_the_same_snapshot_once_restored() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/screen");
    let entries = fs::read_dir(&folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "nothing in {}", folder.display());
    for file in files {
        println!("{}", file.display());
        check_screen_file(&fs::read(&file).unwrap());
    }
}
