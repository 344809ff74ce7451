//! What fuzzing has found worth keeping, played again.

use crate::checks::{check_flat_file, check_frame_file, check_session_file};
use crate::ops::Run;
use std::fs;
use std::path::Path;

/// The files of a folder of `tests/corpus`, in order.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "nothing in {}", folder.display());
    files
}

#[test]
fn the_clients_corpus_keeps_every_promise() {
    for (name, bytes) in files("client") {
        println!("{name}");
        Run::read(&bytes).play();
    }
}

#[test]
fn the_corpus_of_session_ids_is_read_or_refused() {
    for (name, bytes) in files("session") {
        println!("{name}");
        check_session_file(&bytes);
    }
}

#[test]
fn the_corpus_of_flat_json_is_read_or_refused() {
    for (name, bytes) in files("flat") {
        println!("{name}");
        check_flat_file(&bytes);
    }
}

#[test]
fn the_corpus_of_frames_is_read_or_refused() {
    for (name, bytes) in files("frames") {
        println!("{name}");
        check_frame_file(&bytes);
    }
}
