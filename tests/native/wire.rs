//! Control frames.

use proptest::prelude::*;
use relatch::wire::flat::FlatError;
use relatch::wire::{Control, LONGEST_CONTROL, Size, WireError};

#[test]
fn frames_are_written_byte_for_byte() {
    let resize = Control::Resize(Size { cols: 80, rows: 24 });
    assert_eq!(resize.to_text(), r#"{"t":"resize","cols":80,"rows":24}"#);
    assert_eq!(Control::Reset.to_text(), r#"{"t":"reset"}"#);
}

#[test]
fn frames_are_read_whatever_else_they_hold() {
    let size = Size { cols: 1, rows: 65_535 };
    let text = r#" {"new":null,"rows":65535,"t":"resize","cols":1,"more":"x"} "#;
    assert_eq!(Control::parse(text), Ok(Some(Control::Resize(size))));
    assert_eq!(Control::parse(r#"{"t":"reset","why":1}"#), Ok(Some(Control::Reset)));
}

#[test]
fn a_frame_of_another_kind_is_ignored() {
    assert_eq!(Control::parse(r#"{"t":"hello","v":1}"#), Ok(None));
    assert_eq!(Control::parse(r#"{"t":""}"#), Ok(None));
}

#[test]
fn a_frame_that_lacks_what_it_needs_names_the_field() {
    let cases = [
        ("{}", "t"),
        (r#"{"t":1}"#, "t"),
        (r#"{"t":"resize","rows":24}"#, "cols"),
        (r#"{"t":"resize","cols":"80","rows":24}"#, "cols"),
        (r#"{"t":"resize","cols":80}"#, "rows"),
        (r#"{"t":"resize","cols":0,"rows":24}"#, "cols, rows"),
        (r#"{"t":"resize","cols":80,"rows":65536}"#, "cols, rows"),
    ];
    for (text, field) in cases {
        assert_eq!(Control::parse(text), Err(WireError::Field(field)), "{text}");
    }
    assert_eq!(Control::parse("x"), Err(WireError::Flat(FlatError::Syntax)));
}

#[test]
fn a_frame_has_4096_bytes_at_most() {
    let frame = |length: usize| format!(r#"{{"t":"{}"}}"#, "x".repeat(length - 8));
    assert_eq!(Control::parse(&frame(LONGEST_CONTROL)), Ok(None));
    assert_eq!(Control::parse(&frame(LONGEST_CONTROL + 1)), Err(WireError::TooLong));
}

#[test]
fn a_size_has_two_sides_of_1_to_65535() {
    assert_eq!(Size::new(1, 65_535), Some(Size { cols: 1, rows: 65_535 }));
    for (cols, rows) in [(0, 1), (1, 0), (65_536, 1), (1, 65_536), (1 << 32, 1)] {
        assert_eq!(Size::new(cols, rows), None);
    }
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(WireError::TooLong.to_string(), "a control frame has at most 4096 bytes");
    assert!(WireError::Field("cols").to_string().ends_with(": cols"));
    assert_eq!(WireError::Flat(FlatError::Nested).to_string(), "a value is nested");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(cols in 1_u16.., rows in 1_u16..) {
        let frame = Control::Resize(Size { cols, rows });
        prop_assert_eq!(Control::parse(&frame.to_text()), Ok(Some(frame)));
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _ = Control::parse(&text);
    }
}
