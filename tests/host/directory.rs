//! What a hello may do before any session hears of it (S1, S8, I10, I11).

use crate::common::directory;
use relatch::host::{Decision, Directory, Key, REMEMBERED};
use relatch::session::{ProjectId, SessionId, SessionKey};

const HASH: [u8; 32] = [7; 32];
const RETENTION: u64 = 1000;

fn key(principal: u64, project: &str, n: usize) -> Key {
    let mut random = [0; 52];
    random[0] = (n % 36) as u8;
    Key {
        principal,
        session: SessionKey {
            session: SessionId::generate(n as u64, random),
            project: ProjectId::new(project).unwrap(),
        },
    }
}

fn code(decision: Decision) -> u16 {
    match decision {
        Decision::Refuse { code, .. } => code,
        Decision::Attach | Decision::Create => panic!("not refused: {decision:?}"),
    }
}

/// A directory with session 1 of principal 1.
fn one() -> (Directory<u32>, Key) {
    let mut directory = directory(3, RETENTION);
    let key = key(1, "p", 1);
    assert_eq!(directory.decide(0, &key, false, &HASH), Decision::Create);
    assert_eq!(directory.insert(0, key.clone(), HASH, 1), Ok(()));
    (directory, key)
}

#[test]
fn a_session_that_is_there_is_attached_to_and_never_made_twice() {
    let (mut directory, key) = one();
    assert_eq!(directory.decide(0, &key, false, &HASH), Decision::Attach);
    assert_eq!(directory.decide(0, &key, true, &HASH), Decision::Attach);
    assert_eq!(directory.insert(0, key.clone(), HASH, 2), Err(2));
    assert_eq!(directory.get(&key), Some(&1));
}

#[test]
fn resuming_never_makes_one() {
    let directory = directory(3, RETENTION);
    assert_eq!(code(directory.decide(0, &key(1, "p", 1), true, &HASH)), 4404);
}

#[test]
pub fn a_wrong_secret_is_answered_like_an_unknown_session() {
    let (directory, known) = one();
    let before = directory.clone();
    let unknown = directory.decide(0, &key(1, "p", 2), true, &HASH);
    for at in 0..32 {
        let mut wrong = HASH;
        wrong[at] ^= 1;
        for resume in [false, true] {
            assert_eq!(directory.decide(0, &known, resume, &wrong), unknown);
        }
    }
    assert_eq!(directory, before);
}

#[test]
fn principals_and_projects_never_meet() {
    let (directory, _) = one();
    assert_eq!(directory.decide(0, &key(2, "p", 1), false, &HASH), Decision::Create);
    assert_eq!(directory.decide(0, &key(1, "q", 1), false, &HASH), Decision::Create);
    assert_eq!(code(directory.decide(0, &key(2, "p", 1), true, &HASH)), 4404);
}

#[test]
fn a_session_that_has_ended_is_not_made_again_for_a_while() {
    let (mut directory, key) = one();
    assert_eq!(directory.forget(500, &key), Some(1));
    assert_eq!(directory.forget(500, &key), None);
    assert_eq!(directory.next_timeout(), Some(1500));
    for resume in [false, true] {
        assert_eq!(code(directory.decide(1499, &key, resume, &HASH)), 4404);
    }
    // The driver's timer may be late.
    assert_eq!(directory.decide(1500, &key, false, &HASH), Decision::Create);
    directory.timeout(1500);
    assert_eq!(directory.next_timeout(), None);
}

#[test]
fn there_are_at_most_so_many() {
    let (mut directory, first) = one();
    for n in 2..=3 {
        assert_eq!(directory.insert(0, key(1, "p", n), HASH, 0), Ok(()));
    }
    let full = directory.decide(0, &key(1, "p", 4), false, &HASH);
    assert!(
        matches!(
            full,
            Decision::Refuse {
                code: 1013,
                retry_ms: Some(5000),
                ..
            }
        ),
        "{full:?}"
    );
    assert_eq!(directory.insert(0, key(1, "p", 4), HASH, 9), Err(9));
    assert_eq!(directory.decide(0, &first, false, &HASH), Decision::Attach);
    directory.forget(0, &first);
    assert_eq!(directory.decide(0, &key(1, "p", 4), false, &HASH), Decision::Create);
}

#[test]
fn those_that_are_no_more_are_remembered_up_to_a_number() {
    let mut directory = directory(1, RETENTION);
    for n in 0..=REMEMBERED {
        assert_eq!(directory.insert(0, key(1, "p", n), HASH, 0), Ok(()));
        directory.forget(0, &key(1, "p", n));
    }
    assert_eq!(directory.decide(0, &key(1, "p", 0), false, &HASH), Decision::Create);
    assert_eq!(code(directory.decide(0, &key(1, "p", 1), false, &HASH)), 4404);
}

#[test]
fn sessions_are_listed_in_order() {
    let (mut directory, first) = one();
    assert_eq!(directory.insert(0, key(0, "p", 5), HASH, 5), Ok(()));
    *directory.get_mut(&first).unwrap() = 2;
    assert_eq!(directory.iter().map(|(_, &handle)| handle).collect::<Vec<_>>(), [5, 2]);
    assert_eq!((directory.len(), directory.is_empty()), (2, false));
}
