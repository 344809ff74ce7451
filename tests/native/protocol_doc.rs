//! `docs/protocol.md` and the codec say the same.

use crate::frames::{End, RULES, fields, kind_of_client, kind_of_server};
use relatch::close::{CloseTable, Verdict};
use relatch::wire::{FromClient, FromServer, LONGEST_BINARY, LONGEST_CONTROL, PROTOCOL, PROTOCOL_VERSION};

const DOC: &str = include_str!("../../docs/protocol.md");

/// A frame in a block of the kind `text client` or `text server`, and the message that it stands below.
struct Example {
    end: End,
    below: (End, &'static str),
    text: &'static str,
}

/// A row of a message's table.
struct Row {
    message: (End, &'static str),
    field: &'static str,
    kind: &'static str,
    required: &'static str,
}

/// The lines of the part that describes messages, each with the message that it belongs to and the kind of its fenced block, if it is in one.
fn lines() -> impl Iterator<Item = ((End, &'static str), Option<&'static str>, &'static str)> {
    let (mut end, mut message, mut block) = (None, None, None);
    DOC.lines().filter_map(move |line| {
        if let Some(info) = line.strip_prefix("```") {
            block = block.is_none().then_some(info);
            return None;
        }
        if let Some(title) = line.strip_prefix("## ") {
            message = None;
            end = match title {
                "From the client" => Some(End::Client),
                "From the server" => Some(End::Server),
                _ => None,
            };
        } else if let Some(title) = line.strip_prefix("### `") {
            message = title.strip_suffix('`');
        }
        Some(((end?, message?), block, line))
    })
}

fn examples() -> Vec<Example> {
    let end = |block| match block {
        "text client" => End::Client,
        "text server" => End::Server,
        other => panic!("a message's block is `text client` or `text server`, not `{other}`"),
    };
    lines()
        .filter_map(|(below, block, text)| {
            let end = end(block?);
            Some(Example { end, below, text })
        })
        .collect()
}

fn rows() -> Vec<Row> {
    let row = |(message, _, line): ((End, &'static str), _, &'static str)| {
        let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
        Some(Row {
            message,
            field: cells.next()?.strip_suffix('`')?,
            kind: cells.next()?,
            required: cells.next()?,
        })
    };
    lines().filter_map(row).collect()
}

/// Reads an example by its end's parser: its kind, and the text that the codec writes for it.
fn read(example: &Example) -> (&'static str, String) {
    let text = example.text;
    match example.end {
        End::Client => {
            let frame = FromClient::parse(text).expect(text).expect(text);
            (kind_of_client(&frame), frame.to_text())
        }
        End::Server => {
            let frame = FromServer::parse(text).expect(text).expect(text);
            (kind_of_server(&frame), frame.to_text())
        }
    }
}

#[test]
fn every_example_stands_below_its_message_and_is_what_the_codec_writes() {
    for example in examples() {
        let (kind, written) = read(&example);
        assert_eq!(written, example.text);
        assert_eq!((example.end, kind), example.below, "{written}");
    }
    let frames = DOC.lines().filter(|line| line.starts_with("{\"t\":"));
    assert_eq!(
        frames.count(),
        examples().len(),
        "every frame in the document is an example"
    );
}

#[test]
fn every_field_of_every_message_occurs_in_an_example() {
    for (end, kind, rules) in RULES {
        let of_kind: Vec<_> = examples()
            .into_iter()
            .filter(|example| example.below == (end, kind))
            .collect();
        assert!(!of_kind.is_empty(), "{end:?} {kind} has no example");
        for name in rules.split_whitespace().map(|rule| rule.trim_end_matches('?')) {
            let occurs = of_kind
                .iter()
                .any(|example| fields(example.text).iter().any(|(field, _)| *field == name));
            assert!(occurs, "{name} of {end:?} {kind} occurs in no example");
        }
    }
}

#[test]
fn every_message_has_a_table_of_just_the_fields_that_the_codec_knows() {
    for (end, kind, rules) in RULES {
        let described: Vec<String> = rows()
            .iter()
            .filter(|row| row.message == (end, kind))
            .map(|row| match row.required {
                "yes" => row.field.to_owned(),
                "no" => format!("{}?", row.field),
                other => panic!("{kind}.{}: required is yes or no, not {other}", row.field),
            })
            .collect();
        // A hello's size may be left out, but only as a whole.
        let rules = if kind == "hello" {
            rules.replace("cols rows", "cols? rows?")
        } else {
            rules.to_owned()
        };
        assert_eq!(described.join(" "), rules, "{end:?} {kind}");
    }
    let messages: Vec<_> = RULES.iter().map(|rule| (rule.0, rule.1)).collect();
    assert!(
        lines().all(|(message, ..)| messages.contains(&message)),
        "a message that the codec does not know"
    );
}

#[test]
fn every_field_has_the_type_that_its_examples_have() {
    for row in rows() {
        let values = examples().into_iter().filter(|example| example.below == row.message);
        for example in values {
            for (_, value) in fields(example.text).into_iter().filter(|(name, _)| *name == row.field) {
                let kind = match value.as_bytes()[0] {
                    b'"' => "string",
                    b't' | b'f' => "boolean",
                    b'n' if row.required == "no" => continue,
                    _ => "integer",
                };
                assert!(
                    row.kind.starts_with(kind),
                    "{:?} {}: {}",
                    row.message,
                    row.field,
                    row.kind
                );
            }
        }
    }
}

#[test]
fn names_and_bounds_are_the_codecs() {
    assert!(DOC.starts_with(&format!("# The protocol {PROTOCOL}\n")));
    assert!(DOC.contains(&format!("- at most {LONGEST_CONTROL} bytes of UTF-8;")));
    assert!(DOC.contains(&format!("more than {} KiB in one;", LONGEST_BINARY / 1024)));
    let version = rows().into_iter().find(|row| row.field == "v").unwrap();
    assert_eq!(version.kind, format!("integer, {PROTOCOL_VERSION}"));
}

#[test]
fn close_codes_mean_what_the_table_of_the_client_says() {
    let (_, codes) = DOC.split_once("\n## Close codes\n").unwrap();
    let (codes, _) = codes.split_once("\nWhat the client closes with").unwrap();
    let mut checked = 0;
    for line in codes.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        for code in cells[1].split(", ").filter_map(|code| code.parse::<u16>().ok()) {
            let verdict = CloseTable::default().verdict(code);
            let says = |start: &str| assert!(cells[3].starts_with(start), "{code} is {verdict:?}: {}", cells[3]);
            match verdict {
                // What the code alone means depends on the `exit` before it.
                _ if code == 1000 => says("after `exit`"),
                Verdict::Retry | Verdict::RetryUncounted | Verdict::SlowDown => says("retries"),
                Verdict::Stop | Verdict::Superseded | Verdict::Ended => says("stops"),
                Verdict::Renew => says("asks for a new token"),
                Verdict::Afresh => says("attaches afresh"),
                Verdict::Gone => says("discards"),
                Verdict::OpenBreaker => panic!("{code}: no such code is used here"),
            }
            checked += 1;
        }
    }
    assert!(checked > 12, "{checked}");
}
