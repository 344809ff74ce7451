//! Session ids: read, migrated, made and joined to keys.

use crate::checks::check_id;
use proptest::prelude::*;
use relatch::session::{IdError, LONGEST_ID, Parsed, ProjectId, RANDOM_LENGTH, SessionId, SessionKey};

fn project(raw: &str) -> ProjectId {
    ProjectId::new(raw).unwrap()
}

/// What an id is taken for, in a word.
fn read(raw: &str, of: &str) -> String {
    match SessionId::parse(raw, &project(of)) {
        Ok(Parsed::Absent) => "absent".to_owned(),
        Ok(Parsed::Current(id)) => format!("current {id}"),
        Ok(Parsed::Migrated(id)) => format!("migrated {id}"),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn every_older_form_is_read_as_it_always_was() {
    let cases = [
        // Nothing stored yet.
        ("", "p1", "absent"),
        // The form that is made today, also if its random part is the project.
        ("session_1700000000000_abc", "p1", "current session_1700000000000_abc"),
        ("session_1700000000000_p1", "p1", "current session_1700000000000_p1"),
        ("session__", "p1", "current session__"),
        // An older id with the project behind it, which may itself hold `_`, or look like a session.
        ("abc_p1", "p1", "migrated abc"),
        ("abc_my_project", "my_project", "migrated abc"),
        ("a_b_c_my_project", "my_project", "migrated a_b_c"),
        ("session_1_2_p1", "p1", "migrated session_1_2"),
        ("session_p1", "p1", "migrated session"),
        ("x_session_1_2", "session_1_2", "migrated x"),
        ("p1_p1", "p1", "migrated p1"),
        ("p1_p1_p1", "p1", "migrated p1_p1"),
        // An id of another project's, or of none.
        ("abc_p2", "p1", "current abc_p2"),
        ("abc", "p1", "current abc"),
        ("abcp1", "p1", "current abcp1"),
        ("p1", "p1", "current p1"),
        ("SESSION_1_2_p1", "p1", "migrated SESSION_1_2"),
        ("sessions_1_2", "p1", "current sessions_1_2"),
        ("-", "p1", "current -"),
        // Nothing is left of it.
        ("_p1", "p1", "Empty"),
        // Characters that no id has, wherever they are.
        ("a b", "p1", "Character(1)"),
        ("abc:p1", "p1", "Character(3)"),
        ("é", "p1", "Character(0)"),
        ("abc/../p1", "p1", "Character(3)"),
        ("abc_p1\n", "p1", "Character(6)"),
        ("session_1_\0", "p1", "Character(10)"),
    ];
    for (raw, of, expected) in cases {
        assert_eq!(read(raw, of), expected, "{raw:?} of {of}");
    }
}

#[test]
fn an_id_has_128_characters_at_most_once_its_project_is_taken_off() {
    let id = |length: usize| "x".repeat(length);
    assert_eq!(read(&id(128), "p1"), format!("current {}", id(128)));
    assert_eq!(read(&id(129), "p1"), "TooLong");
    assert_eq!(read(&format!("{}_p1", id(128)), "p1"), format!("migrated {}", id(128)));
    assert_eq!(read(&format!("{}_p1", id(129)), "p1"), "TooLong");
    assert_eq!(
        read(&format!("session_1_{}", id(118)), "p1"),
        format!("current session_1_{}", id(118))
    );
    assert_eq!(read(&format!("session_1_{}", id(119)), "p1"), "TooLong");
}

#[test]
fn a_character_is_named_before_the_length() {
    assert_eq!(read(&format!("{}!", "x".repeat(1000)), "p1"), "Character(1000)");
}

#[test]
fn a_project_id_obeys_the_same_rules() {
    assert_eq!(ProjectId::new(""), Err(IdError::Empty));
    assert_eq!(ProjectId::new("a:b"), Err(IdError::Character(1)));
    assert_eq!(ProjectId::new(&"x".repeat(129)), Err(IdError::TooLong));
    assert_eq!(ProjectId::new("My_Project-1").unwrap().as_str(), "My_Project-1");
}

#[test]
fn errors_say_the_rule() {
    assert_eq!(IdError::Empty.to_string(), "an id has at least 1 character");
    assert_eq!(IdError::TooLong.to_string(), "an id has at most 128 characters");
    assert_eq!(
        IdError::Character(3).to_string(),
        "an id has only the characters A-Z a-z 0-9 _ -"
    );
}

#[test]
fn a_key_is_session_and_project_with_a_colon() {
    let Ok(Parsed::Current(session)) = SessionId::parse("session_1_a", &project("p1")) else {
        panic!("an id");
    };
    let key = SessionKey {
        session,
        project: project("p1"),
    };
    assert_eq!(key.to_text(), "session_1_a:p1");
    assert_eq!(key.to_string(), key.to_text());
}

#[test]
fn an_id_is_made_of_the_time_and_a_digit_of_base_36_for_each_two_bytes() {
    let made = |time, random| SessionId::generate(time, random).as_str().to_owned();
    assert_eq!(made(0, [0; 52]), format!("session_0_{}", "0".repeat(26)));
    let mut random = [0; 52];
    random[1] = 35;
    random[3] = 36;
    random[50..].copy_from_slice(&[0x01, 0x0a]);
    // 35 is z, 36 is 0 again, 0x010a is 266 = 7 * 36 + 14.
    assert_eq!(
        made(1_700_000_000_000, random),
        format!("session_1700000000000_z0{}e", "0".repeat(23))
    );
    // 65535 is 15 modulo 36.
    assert_eq!(
        made(u64::MAX, [255; 52]),
        format!("session_{}_{}", u64::MAX, "f".repeat(26))
    );
}

#[test]
fn each_digit_of_the_random_part_is_as_likely_as_another() {
    // A fixed sequence of bytes, good enough to see a digit that is left out or favoured.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = || {
        let mut bytes = [0; 52];
        for byte in &mut bytes {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = (state >> 24) as u8;
        }
        bytes
    };
    let mut counts = vec![[0_u32; 36]; RANDOM_LENGTH];
    for _ in 0..7200 {
        let id = SessionId::generate(1, random());
        let tail = id.as_str().strip_prefix("session_1_").unwrap();
        for (place, digit) in tail.chars().enumerate() {
            counts[place][digit.to_digit(36).unwrap() as usize] += 1;
        }
    }
    // 200 expected; six standard deviations are 84.
    assert!(
        counts.iter().flatten().all(|&count| (116..=284).contains(&count)),
        "{counts:?}"
    );
}

proptest! {
    #[test]
    fn a_made_id_is_read_as_it_is_whatever_the_project(time: u64, random in prop::array::uniform(any::<u8>()), of in "[A-Za-z0-9_-]{1,40}") {
        let id = SessionId::generate(time, random);
        prop_assert_eq!(SessionId::parse(id.as_str(), &project(&of)), Ok(Parsed::Current(id.clone())));
        prop_assert!(id.as_str().len() <= LONGEST_ID);
    }

    #[test]
    fn an_older_id_is_migrated_once(base in "[A-Za-z0-9-]{1,60}", of in "[A-Za-z0-9_-]{1,40}") {
        let stored = format!("{base}_{of}");
        let generated = stored.starts_with("session_") && stored.matches('_').count() == 2;
        prop_assume!(!generated);
        let Ok(Parsed::Migrated(id)) = SessionId::parse(&stored, &project(&of)) else {
            panic!("{stored} was not migrated");
        };
        prop_assert_eq!(id.as_str(), base);
        // Without a `_` there is nothing left to take off.
        prop_assert_eq!(SessionId::parse(id.as_str(), &project(&of)), Ok(Parsed::Current(id.clone())));
    }

    #[test]
    fn whatever_is_read_is_an_id(raw: String, of in "[A-Za-z0-9_-]{1,10}") {
        check_id(&raw, &of);
    }

    #[test]
    fn whatever_is_read_of_likely_characters_is_an_id(raw in "(session)?[a-c_:é-]{0,140}(_a_b)?", of in "[ab_]{1,4}") {
        check_id(&raw, &of);
    }
}
