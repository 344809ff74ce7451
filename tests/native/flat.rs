//! The flat JSON codec: byte-exact, strict, and calm about anything.

use crate::checks::check_flat_file;
use proptest::prelude::*;
use relatch::wire::flat::{FlatError, INTEGER_END, Object, Value, Writer};

fn parse(text: &str) -> Result<Vec<(String, Value)>, FlatError> {
    let object = Object::parse(text)?;
    // The object's fields are asked for by name; these are the names that the tests use.
    let names = ["", "a", "b", "c", "d", "t"];
    let fields = names
        .iter()
        .filter_map(|&name| Some((name.to_owned(), object.value(name)?.clone())));
    Ok(fields.collect())
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn one(value: Value) -> Result<Vec<(String, Value)>, FlatError> {
    Ok(vec![("a".to_owned(), value)])
}

#[test]
fn flat_objects_are_read() {
    assert_eq!(parse("{}"), Ok(vec![]));
    assert_eq!(parse(" \t\r\n{ \n} \t"), Ok(vec![]));
    assert_eq!(parse(r#"{"a":"b"}"#), one(text("b")));
    assert_eq!(parse(r#"{"a":0}"#), one(Value::Integer(0)));
    assert_eq!(parse(r#"{"a":9007199254740991}"#), one(Value::Integer(INTEGER_END - 1)));
    assert_eq!(parse(r#"{"a":true}"#), one(Value::Bool(true)));
    assert_eq!(parse(r#"{"a":false}"#), one(Value::Bool(false)));
    assert_eq!(parse(r#"{"a":null}"#), one(Value::Null));
    let fields = parse(" { \"a\" : 1 , \"b\" : \"x\" } ").unwrap();
    assert_eq!(
        fields,
        [("a".to_owned(), Value::Integer(1)), ("b".to_owned(), text("x"))]
    );
    assert_eq!(parse(r#"{"":1}"#), Ok(vec![(String::new(), Value::Integer(1))]));
}

#[test]
fn strings_are_read_with_their_escapes() {
    let cases = [
        (r#""""#, ""),
        (r#""é€😀""#, "é€😀"),
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0041\u00e9\u20AC""#, "Aé€"),
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\uD83D\uDE00x""#, "😀x"),
        (r#""\u0000""#, "\0"),
        (r#""\udbff\udfff""#, "\u{10ffff}"),
        (r#""\ufffe\uffff""#, "\u{fffe}\u{ffff}"),
        ("\"\u{7f}\u{2028}\"", "\u{7f}\u{2028}"),
    ];
    for (raw, expected) in cases {
        assert_eq!(parse(&format!(r#"{{"a":{raw}}}"#)), one(text(expected)), "{raw}");
    }
}

#[test]
fn what_is_no_flat_object_is_refused_by_the_rule_that_it_breaks() {
    use FlatError::{Nested, Number, Syntax, Text, Twice};
    let cases = [
        ("", Syntax),
        ("null", Syntax),
        ("[]", Syntax),
        ("\u{feff}{}", Syntax),
        ("{", Syntax),
        ("{}x", Syntax),
        ("{}{}", Syntax),
        ("{,}", Syntax),
        (r#"{"a"}"#, Syntax),
        (r#"{"a":}"#, Syntax),
        (r#"{"a":1,}"#, Syntax),
        (r#"{"a":1 "b":2}"#, Syntax),
        (r#"{a:1}"#, Syntax),
        (r#"{'a':1}"#, Syntax),
        (r#"{"a":1"#, Syntax),
        (r#"{"a":"b}"#, Text),
        (r#"{"a":tru}"#, Syntax),
        (r#"{"a":truth}"#, Syntax),
        (r#"{"a":nul"#, Syntax),
        (r#"{"a":NaN}"#, Syntax),
        (r#"{"a":+1}"#, Syntax),
        (r#"{"a":{}}"#, Nested),
        (r#"{"a":[]}"#, Nested),
        (r#"{"a":-1}"#, Number),
        (r#"{"a":-0}"#, Number),
        (r#"{"a":-}"#, Number),
        (r#"{"a":01}"#, Number),
        (r#"{"a":00}"#, Number),
        (r#"{"a":1.0}"#, Number),
        (r#"{"a":1e3}"#, Number),
        (r#"{"a":1E3}"#, Number),
        (r#"{"a":9007199254740992}"#, Number),
        (r#"{"a":99999999999999999999999999999999}"#, Number),
        (r#"{"a":1,"a":2}"#, Twice),
        (r#"{"a":1,"\u0061":2}"#, Twice),
        ("{\"a\":\"\n\"}", Text),
        ("{\"a\":\"\0\"}", Text),
        (r#"{"a":"\x"}"#, Text),
        (r#"{"a":"\u12"}"#, Text),
        (r#"{"a":"\u+123"}"#, Text),
        (r#"{"a":"\ud800"}"#, Text),
        (r#"{"a":"\ud800x"}"#, Text),
        (r#"{"a":"\ud800\n"}"#, Text),
        (r#"{"a":"\ud800\ud800"}"#, Text),
        (r#"{"a":"\ud800A"}"#, Text),
        (r#"{"a":"\udc00"}"#, Text),
        (r#"{"\q":1}"#, Text),
    ];
    for (raw, error) in cases {
        assert_eq!(Object::parse(raw).map(|_| ()), Err(error), "{raw:?}");
    }
}

#[test]
fn a_field_of_another_kind_is_none() {
    let object = Object::parse(r#"{"a":"1","b":1,"c":null,"d":true}"#).unwrap();
    assert_eq!((object.text("a"), object.integer("a")), (Some("1"), None));
    assert_eq!((object.text("b"), object.integer("b")), (None, Some(1)));
    assert_eq!((object.text("c"), object.integer("c")), (None, None));
    assert_eq!((object.text("d"), object.integer("d")), (None, None));
    assert_eq!((object.text("e"), object.value("e")), (None, None));
}

#[test]
fn objects_are_written_byte_for_byte() {
    assert_eq!(Writer::new("reset").finish(), r#"{"t":"reset"}"#);
    let mut out = Writer::new("x");
    out.integer("n", INTEGER_END - 1);
    out.text("s", "\\\"/\u{0}\u{1f}\n\u{7f}é😀");
    assert_eq!(
        out.finish(),
        "{\"t\":\"x\",\"n\":9007199254740991,\"s\":\"\\u005c\\u0022/\\u0000\\u001f\\u000a\u{7f}é😀\"}"
    );
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(a: String, b in 0..INTEGER_END, c: String) {
        let mut out = Writer::new("x");
        out.text("a", &a);
        out.integer("b", b);
        out.text("c", &c);
        let object = Object::parse(&out.finish()).unwrap();
        prop_assert_eq!((object.text("a"), object.integer("b"), object.text("c")), (Some(a.as_str()), Some(b), Some(c.as_str())));
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        check_flat_file(text.as_bytes());
    }

    #[test]
    fn any_likely_text_is_read_or_refused(text in r#"\{("[a\\u0d89"]{0,6}"?[:,]? ?([0-9.e-]{1,3}|"[a\\u0dc]{0,8}"|null|\[)?[,}]?){0,4}\}?"#) {
        check_flat_file(text.as_bytes());
    }

    #[test]
    fn an_escaped_string_means_what_it_says(original: String) {
        let escaped: String = original.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let object = Object::parse(&format!(r#"{{"a":"{escaped}"}}"#)).unwrap();
        prop_assert_eq!(object.text("a"), Some(original.as_str()));
    }
}
