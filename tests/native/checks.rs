//! What holds for every string that is read: for random strings, for the corpora and for fuzzing.

use relatch::close::{RETRY_DELAY, retry_delay};
use relatch::session::{IdError, LONGEST_ID, Parsed, ProjectId, SessionId};
use relatch::wire::flat::{Object, Writer};
use relatch::wire::{Control, FromClient, FromServer, LONGEST_CONTROL, WireError};

/// A project, a line's end, and what is read as an id of its.
pub fn check_session_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some((project, raw)) = text.split_once('\n') {
        check_id(raw, project);
    }
}

/// Text as control frames, close reasons and both ends of the codec read it.
pub fn check_flat_file(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let _ = Control::parse(text);
    if let Some(delay) = retry_delay(text) {
        assert!(RETRY_DELAY.contains(&delay));
    }
    if let Ok(object) = Object::parse(text) {
        let json = text.trim_matches([' ', '\t', '\r', '\n']);
        assert_eq!(
            Object::parse(json).as_ref(),
            Ok(&object),
            "white space around it means nothing"
        );
        let prefix = json.get(..json.len() - 1).expect("a brace at the end");
        assert!(Object::parse(prefix).is_err() && Object::parse(&format!("{json}}}")).is_err());
    }
    let mut out = Writer::new("x");
    out.text("s", text);
    assert_eq!(
        Object::parse(&out.finish()).expect("what was written").text("s"),
        Some(text)
    );
}

/// Text as both ends of `relatch.v1` read it. What is read, is written as what is read back, if that is short enough.
pub fn check_frame_file(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let client = FromClient::parse(text);
    if let Ok(Some(frame)) = &client {
        let again = frame.to_text();
        assert!(again.len() > LONGEST_CONTROL || FromClient::parse(&again).as_ref() == Ok(&Some(frame.clone())));
    }
    let server = FromServer::parse(text);
    if let Ok(Some(frame)) = &server {
        let again = frame.to_text();
        assert!(again.len() > LONGEST_CONTROL || FromServer::parse(&again).as_ref() == Ok(&Some(frame.clone())));
    }
    // What breaks the rules of all frames is refused by both ends alike.
    let common = |error: Option<WireError>| error.filter(|e| !matches!(e, WireError::Field(name) if *name != "t"));
    assert_eq!(common(client.err()), common(server.err()));
    assert_eq!(
        text.len() > LONGEST_CONTROL,
        FromServer::parse(text) == Err(WireError::TooLong)
    );
}

/// Whatever is taken is an id, and whatever is refused breaks the rule that is named.
pub fn check_id(raw: &str, of: &str) {
    let Ok(of) = ProjectId::new(of) else { return };
    match SessionId::parse(raw, &of) {
        Ok(Parsed::Absent) => assert_eq!(raw, ""),
        Ok(Parsed::Current(id)) => {
            assert_eq!(id.as_str(), raw);
            assert_shape(&id);
        }
        Ok(Parsed::Migrated(id)) => {
            assert_eq!(format!("{id}_{of}"), raw);
            assert_shape(&id);
        }
        Err(IdError::Character(at)) => {
            assert!(!raw[..at].contains(|c: char| !is_of_id(c)) && !is_of_id(raw[at..].chars().next().unwrap()))
        }
        Err(IdError::TooLong) => assert!(raw.len() > LONGEST_ID),
        Err(IdError::Empty) => assert_eq!(raw, format!("_{of}")),
        Err(other) => panic!("{other}"),
    }
}

fn assert_shape(id: &SessionId) {
    assert!(
        (1..=LONGEST_ID).contains(&id.as_str().len()) && id.as_str().chars().all(is_of_id),
        "{id}"
    );
}

fn is_of_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}
