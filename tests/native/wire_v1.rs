//! The frames of `relatch.v1`: strict about what it knows, calm about anything else.

use crate::checks::check_frame_file;
use crate::frames::{self, End, RULES, attach, fields, identity, text};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use relatch::wire::flat::{FlatError, INTEGER_END};
use relatch::wire::{
    Attach, Exit, FromClient, FromServer, Gap, Identity, LONGEST_CONTROL, Outcome, Size, Welcome, WireError,
};

/// A frame of either end.
#[derive(Clone, Debug, PartialEq)]
enum Frame {
    Client(FromClient),
    Server(FromServer),
}

fn read(end: End, text: &str) -> Result<Option<Frame>, WireError> {
    Ok(match end {
        End::Client => FromClient::parse(text)?.map(Frame::Client),
        End::Server => FromServer::parse(text)?.map(Frame::Server),
    })
}

/// Every frame in full, with its end, its kind and its rules.
fn full() -> Vec<(End, String, &'static str)> {
    let client = frames::of_client();
    let server = frames::of_server();
    let client = client
        .iter()
        .map(|frame| (End::Client, frame.to_text(), frames::kind_of_client(frame)));
    let server = server
        .iter()
        .map(|frame| (End::Server, frame.to_text(), frames::kind_of_server(frame)));
    let rules = |end, kind| RULES.iter().find(|(e, k, _)| (*e, *k) == (end, kind)).unwrap().2;
    client
        .chain(server)
        .map(|(end, text, kind)| (end, text, rules(end, kind)))
        .collect()
}

/// Replaces or removes a field.
fn with(frame: &str, name: &str, value: Option<&str>) -> String {
    let changed = fields(frame).into_iter().filter_map(|(n, v)| {
        if n == name {
            value.map(|value| (n, value))
        } else {
            Some((n, v))
        }
    });
    text(&changed.collect::<Vec<_>>())
}

/// Whether it may be left out of this frame, by its rules. Of an exit's two fields the one that is there may not.
fn is_optional(rules: &str, name: &str) -> bool {
    name != "code" && name != "signal" && rules.split(' ').any(|rule| rule == format!("{name}?"))
}

#[test]
fn frames_have_the_fields_that_their_rules_name_in_that_order() {
    for (end, frame, rules) in full() {
        let names: Vec<&str> = fields(&frame).iter().map(|(name, _)| *name).skip(1).collect();
        let mut expected: Vec<&str> = rules
            .split_whitespace()
            .map(|rule| rule.trim_end_matches('?'))
            .collect();
        if frame.contains(r#""t":"exit""#) {
            expected.retain(|name| names.contains(name));
        }
        assert_eq!(names, expected, "{end:?} {frame}");
        assert!(matches!(read(end, &frame), Ok(Some(_))), "{frame}");
    }
    let kinds = |end| RULES.iter().filter(|rule| rule.0 == end).count();
    assert_eq!(kinds(End::Client), frames::of_client().len());
    assert_eq!(
        kinds(End::Server),
        frames::of_server().len() - 1,
        "an exit is there twice"
    );
}

#[test]
fn a_field_that_is_missing_or_null_is_named_unless_it_may_be() {
    for (end, frame, rules) in full() {
        for (name, _) in fields(&frame) {
            let missing = with(&frame, name, None);
            let null = with(&frame, name, Some("null"));
            if is_optional(rules, name) {
                assert!(matches!(read(end, &missing), Ok(Some(_))), "{missing}");
                assert_eq!(read(end, &missing), read(end, &null), "{null}");
            } else {
                // Without a code it is a signal that kills.
                let name = if rules.starts_with("code? signal?") && name == "code" {
                    "signal"
                } else {
                    name
                };
                for text in [missing, null] {
                    let error = read(end, &text).expect_err(&text);
                    assert!(
                        matches!(error, WireError::Field(field) if field == name),
                        "{error:?} for {text}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_field_of_the_wrong_kind_is_named() {
    for (end, frame, _) in full() {
        for (name, value) in fields(&frame) {
            let wrong: &[&str] = match value.as_bytes() {
                [b'"', ..] => &["1", "true"],
                [b't' | b'f', ..] => &["1", "\"true\""],
                _ => &["\"1\"", "true"],
            };
            for value in wrong {
                let text = with(&frame, name, Some(value));
                if name == "why" {
                    assert!(
                        matches!(read(end, &text), Ok(Some(_))),
                        "a gap's reason is not read: {text}"
                    );
                    continue;
                }
                let error = read(end, &text).expect_err(&text);
                assert!(
                    matches!(error, WireError::Field(field) if field == name),
                    "{error:?} for {text}"
                );
            }
        }
    }
}

#[test]
fn a_value_out_of_its_range_names_the_field() {
    let long = |length| format!("\"{}\"", "x".repeat(length));
    let cases = [
        ("hello", "v", "0".to_owned(), "v"),
        ("hello", "v", "2".to_owned(), "v"),
        ("hello", "secret", long(31), "secret"),
        ("hello", "secret", long(129), "secret"),
        ("hello", "secret", format!("\"{}=\"", "x".repeat(43)), "secret"),
        ("hello", "inst", long(0), "inst"),
        ("hello", "inst", long(65), "inst"),
        ("hello", "inst", "\"é\"".to_owned(), "inst"),
        ("hello", "try", "0".to_owned(), "try"),
        ("hello", "want", "\"\"".to_owned(), "want"),
        ("hello", "want", "\"New\"".to_owned(), "want"),
        ("hello", "cols", "0".to_owned(), "cols, rows"),
        ("hello", "rows", "65536".to_owned(), "cols, rows"),
        ("resize", "cols", "65536".to_owned(), "cols, rows"),
        ("resize", "rows", "0".to_owned(), "cols, rows"),
        ("welcome", "res", "\"\"".to_owned(), "res"),
        ("welcome", "gen", "0".to_owned(), "gen"),
        ("welcome", "window", "0".to_owned(), "window"),
        ("welcome", "in_window", "0".to_owned(), "in_window"),
        ("welcome", "ping_ms", "0".to_owned(), "ping_ms"),
        ("welcome", "cols", "0".to_owned(), "cols, rows"),
        ("size", "rows", "0".to_owned(), "cols, rows"),
        ("exit", "code", "4294967296".to_owned(), "code"),
        ("exit", "signal", "4294967296".to_owned(), "signal"),
        ("error", "code", "999".to_owned(), "code"),
        ("error", "code", "5000".to_owned(), "code"),
        ("error", "code", "66536".to_owned(), "code"),
    ];
    for (kind, name, value, field) in cases {
        let start = format!(r#"{{"t":"{kind}""#);
        let of_kind = full().into_iter().filter(|(_, frame, _)| frame.starts_with(&start));
        let mut frames = of_kind.filter(|(_, frame, _)| fields(frame).iter().any(|(n, _)| *n == name));
        let (end, frame, _) = frames.next().unwrap();
        let text = with(&frame, name, Some(&value));
        assert_eq!(read(end, &text), Err(WireError::Field(field)), "{text}");
    }
    let shortest = Identity {
        secret: "x".repeat(32),
        inst: "-".to_owned(),
        ..identity()
    };
    let longest = Identity {
        secret: "_".repeat(128),
        inst: "9".repeat(64),
        ..identity()
    };
    for identity in [shortest, longest] {
        let hello = FromClient::Hello(identity, attach());
        assert_eq!(FromClient::parse(&hello.to_text()), Ok(Some(hello)));
    }
}

#[test]
fn every_integer_is_below_2_to_the_53() {
    for (end, frame, _) in full() {
        for (name, value) in fields(&frame) {
            if value.as_bytes()[0].is_ascii_digit() {
                for wrong in ["9007199254740992", "-1", "1.0", "1e3", "01"] {
                    let text = with(&frame, name, Some(wrong));
                    assert_eq!(read(end, &text), Err(WireError::Flat(FlatError::Number)), "{text}");
                }
            }
        }
    }
    assert_eq!(
        FromClient::parse(r#"{"t":"pong","n":9007199254740991}"#),
        Ok(Some(FromClient::Pong(INTEGER_END - 1)))
    );
}

#[test]
fn a_hello_without_what_may_be_left_out_is_a_hello() {
    let secret = "x".repeat(32);
    let text = format!(
        r#"{{"t":"hello","v":1,"sid":"s","secret":"{secret}","project":"p","inst":"i","try":1,"want":"new","done":0,"in_lo":0,"in_hi":0}}"#
    );
    let identity = Identity {
        session: "s".to_owned(),
        secret,
        project: "p".to_owned(),
        inst: "i".to_owned(),
        ..Identity::default()
    };
    let attach = Attach {
        attempt: 1,
        resume: false,
        epoch: None,
        take: false,
        out: None,
        done: 0,
        in_lo: 0,
        in_hi: 0,
        size: None,
    };
    let hello = FromClient::Hello(identity, attach);
    assert_eq!(FromClient::parse(&text), Ok(Some(hello.clone())));
    let nulls = text.replace(
        r#""v":1"#,
        r#""v":1,"kind":null,"auth":null,"epoch":null,"take":null,"out":null,"cols":null,"rows":null"#,
    );
    assert_eq!(FromClient::parse(&nulls), Ok(Some(hello)));
}

#[test]
fn a_hello_has_both_sides_of_a_size_or_neither() {
    let hello = FromClient::Hello(identity(), attach()).to_text();
    let without = |name| with(&hello, name, None);
    assert_eq!(FromClient::parse(&without("cols")), Err(WireError::Field("cols")));
    assert_eq!(FromClient::parse(&without("rows")), Err(WireError::Field("rows")));
    let neither = with(&without("cols"), "rows", None);
    let Ok(Some(FromClient::Hello(_, attach))) = FromClient::parse(&neither) else {
        panic!("{neither}")
    };
    assert_eq!(attach.size, None);
}

#[test]
fn an_exit_has_a_code_or_else_a_signal() {
    let exit = |exit| Ok(Some(FromServer::Exit { exit, out: 1 }));
    assert_eq!(
        FromServer::parse(r#"{"t":"exit","code":0,"out":1}"#),
        exit(Exit::Code(0))
    );
    assert_eq!(
        FromServer::parse(r#"{"t":"exit","code":null,"signal":9,"out":1}"#),
        exit(Exit::Signal(9))
    );
    assert_eq!(
        FromServer::parse(r#"{"t":"exit","signal":9,"code":4294967295,"out":1}"#),
        exit(Exit::Code(u32::MAX))
    );
    assert_eq!(
        FromServer::parse(r#"{"t":"exit","out":1}"#),
        Err(WireError::Field("signal"))
    );
}

#[test]
fn what_may_be_left_out_means_no() {
    assert_eq!(
        FromClient::parse(r#"{"t":"bye"}"#),
        Ok(Some(FromClient::Bye { kill: false }))
    );
    assert_eq!(
        FromClient::parse(r#"{"t":"ack","out":1,"exit":false}"#),
        Ok(Some(FromClient::Ack { out: 1, exit: false }))
    );
    let error = FromServer::Error {
        code: 4401,
        retry_ms: None,
        msg: String::new(),
    };
    assert_eq!(FromServer::parse(r#"{"t":"error","code":4401}"#), Ok(Some(error)));
}

#[test]
fn frames_are_read_whatever_else_they_hold_and_in_any_order() {
    for (end, frame, _) in full() {
        let mut more = fields(&frame);
        more.reverse();
        more.insert(0, ("new", "null"));
        more.push(("newer", "\"x\""));
        let text = format!(" {}\r\n", text(&more));
        assert_eq!(read(end, &text), read(end, &frame), "{text}");
    }
}

#[test]
fn a_frame_of_another_kind_is_ignored_and_one_of_none_is_not() {
    for end in [End::Client, End::Server] {
        for kind in ["", "snap", "snap_end", "Hello", "reset"] {
            assert_eq!(
                read(end, &format!(r#"{{"t":"{kind}","out":{{}}}}"#)),
                Err(WireError::Flat(FlatError::Nested))
            );
            assert_eq!(read(end, &format!(r#"{{"t":"{kind}","out":"x"}}"#)), Ok(None));
        }
        assert_eq!(read(end, "{}"), Err(WireError::Field("t")));
        assert_eq!(read(end, r#"{"t":null}"#), Err(WireError::Field("t")));
        assert_eq!(read(end, ""), Err(WireError::Flat(FlatError::Syntax)));
    }
    assert_eq!(FromServer::parse(&FromClient::Hold.to_text()), Ok(None));
    assert_eq!(FromClient::parse(&FromServer::Mark(1).to_text()), Ok(None));
}

#[test]
fn a_frame_of_4096_bytes_is_read_and_one_of_4097_is_not() {
    for (end, frame, _) in full() {
        let padded = |length: usize| {
            let room = length - frame.len() - r#","x":"""#.len();
            frame.replacen('}', &format!(r#","x":"{}"}}"#, "x".repeat(room)), 1)
        };
        assert_eq!(padded(LONGEST_CONTROL).len(), 4096);
        assert_eq!(read(end, &padded(4096)), read(end, &frame));
        assert_eq!(read(end, &padded(4097)), Err(WireError::TooLong));
    }
    let bytes = |length: usize| format!(r#"{{"t":"{}"}}"#, "é".repeat((length - 8) / 2));
    assert_eq!(FromServer::parse(&bytes(4096)), Ok(None), "bytes, not characters");
    assert_eq!(FromServer::parse(&bytes(4098)), Err(WireError::TooLong));
}

#[test]
fn a_hello_with_a_token_of_3072_bytes_fits_whatever_else_it_holds() {
    let largest = INTEGER_END - 1;
    let identity = Identity {
        session: "x".repeat(128),
        secret: "x".repeat(128),
        project: "x".repeat(128),
        kind: Some("x".repeat(64)),
        auth: Some("x".repeat(3072)),
        inst: "x".repeat(64),
    };
    let attach = Attach {
        attempt: largest,
        resume: true,
        epoch: Some(largest),
        take: false,
        out: Some(largest),
        done: largest,
        in_lo: largest,
        in_hi: largest,
        size: Size::new(65_535, 65_535),
    };
    let hello = FromClient::Hello(identity, attach);
    assert_eq!(FromClient::parse(&hello.to_text()), Ok(Some(hello)));
}

fn any_integer() -> impl Strategy<Value = u64> {
    prop_oneof![0..INTEGER_END, 0..100_u64, Just(INTEGER_END - 1)]
}

/// Any characters, control characters and quotes among them.
fn any_text() -> impl Strategy<Value = String> {
    vec(prop_oneof![any::<char>(), prop::char::range('\0', '~')], 0..30).prop_map(String::from_iter)
}

fn any_size() -> impl Strategy<Value = Size> {
    (1_u16.., 1_u16..).prop_map(|(cols, rows)| Size { cols, rows })
}

prop_compose! {
    fn any_identity()(
        session in any_text(),
        secret in "[A-Za-z0-9_-]{32,128}",
        project in any_text(),
        kind in option::of(any_text()),
        auth in option::of(any_text()),
        inst in "[A-Za-z0-9_-]{1,64}",
    ) -> Identity {
        Identity { session, secret, project, kind, auth, inst }
    }
}

prop_compose! {
    fn any_attach()(
        attempt in 1..INTEGER_END,
        resume: bool,
        epoch in option::of(any_integer()),
        take: bool,
        out in option::of(any_integer()),
        [done, in_lo, in_hi] in [any_integer(), any_integer(), any_integer()],
        size in option::of(any_size()),
    ) -> Attach {
        Attach { attempt, resume, epoch, take, out, done, in_lo, in_hi, size }
    }
}

prop_compose! {
    fn any_welcome()(
        [epoch, out, accepted, live, ring_bytes, retain_ms] in
            [any_integer(), any_integer(), any_integer(), any_integer(), any_integer(), any_integer()],
        [generation, window, in_window, ping_ms] in
            [1..INTEGER_END, 1..INTEGER_END, 1..INTEGER_END, 1..INTEGER_END],
        outcome in prop_oneof![Just(Outcome::Ok), Just(Outcome::Gap), Just(Outcome::New)],
        size in any_size(),
    ) -> Welcome {
        Welcome { epoch, generation, outcome, out, accepted, live, window, in_window, ring_bytes, retain_ms, ping_ms, size }
    }
}

fn any_from_client() -> impl Strategy<Value = FromClient> {
    prop_oneof![
        (any_identity(), any_attach()).prop_map(|(identity, attach)| FromClient::Hello(identity, attach)),
        (any_integer(), any::<bool>()).prop_map(|(out, exit)| FromClient::Ack { out, exit }),
        any_size().prop_map(FromClient::Resize),
        Just(FromClient::Hold),
        Just(FromClient::Live),
        any_integer().prop_map(FromClient::Ping),
        any_integer().prop_map(FromClient::Pong),
        any::<bool>().prop_map(|kill| FromClient::Bye { kill }),
    ]
}

fn any_gap() -> impl Strategy<Value = Gap> {
    let parts = (option::of(any_integer()), any_integer(), any_integer());
    parts.prop_map(|(from, to, snap)| Gap { from, to, snap })
}

fn any_from_server() -> impl Strategy<Value = FromServer> {
    let exit = prop_oneof![any::<u32>().prop_map(Exit::Code), any::<u32>().prop_map(Exit::Signal)];
    prop_oneof![
        any_welcome().prop_map(FromServer::Welcome),
        any_gap().prop_map(FromServer::Gap),
        any_size().prop_map(FromServer::Size),
        any_integer().prop_map(FromServer::Ack),
        any_integer().prop_map(FromServer::Mark),
        (any_integer(), option::of(any_integer())).prop_map(|(n, out)| FromServer::Ping { n, out }),
        any_integer().prop_map(FromServer::Pong),
        (exit, any_integer()).prop_map(|(exit, out)| FromServer::Exit { exit, out }),
        (1000..5000_u16, option::of(any_integer()), any_text()).prop_map(|(code, retry_ms, msg)| FromServer::Error {
            code,
            retry_ms,
            msg
        }),
    ]
}

proptest! {
    #[test]
    fn what_a_client_writes_is_read_back(frame in any_from_client()) {
        prop_assert_eq!(FromClient::parse(&frame.to_text()), Ok(Some(frame)));
    }

    #[test]
    fn what_a_server_writes_is_read_back(frame in any_from_server()) {
        prop_assert_eq!(FromServer::parse(&frame.to_text()), Ok(Some(frame)));
    }

    #[test]
    fn a_frame_that_was_cut_or_changed_is_read_or_refused(
        frame in prop_oneof![
            any_from_client().prop_map(|frame| frame.to_text()),
            any_from_server().prop_map(|frame| frame.to_text()),
        ],
        at: prop::sample::Index,
        byte: u8,
    ) {
        let mut bytes = frame.into_bytes();
        let at = at.index(bytes.len());
        check_frame_file(&bytes[..at]);
        bytes[at] = byte;
        check_frame_file(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any_text()) {
        check_frame_file(text.as_bytes());
    }

    #[test]
    fn any_likely_text_is_read_or_refused(
        t in "hello|ack|resize|hold|ping|bye|welcome|gap|size|mark|exit|error|snap",
        rest in r#"(,"(out|in|n|to|from|cols|rows|code|exit|kill|msg)":("x"|[0-9]{1,17}|true|null)){0,5}"#,
    ) {
        check_frame_file(format!(r#"{{"t":"{t}"{rest}}}"#).as_bytes());
    }
}
