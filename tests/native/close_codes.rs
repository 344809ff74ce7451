//! The table of close codes: every code against a literal list of rows, and a page's own rows before them.

use relatch::close::{CloseError, CloseTable, LONGEST_REASON, RowError, Verdict, check_close, retry_delay};
use std::ops::RangeInclusive;

/// Every row that is not [`Verdict::Retry`].
#[rustfmt::skip]
const ROWS: [(RangeInclusive<u16>, Verdict); 23] = [
    (1000..=1000, Verdict::Ended),
    (1001..=1001, Verdict::RetryUncounted),
    (1002..=1003, Verdict::Stop),
    (1007..=1007, Verdict::Stop),
    (1008..=1008, Verdict::Renew),
    (1009..=1010, Verdict::Stop),
    (1012..=1012, Verdict::RetryUncounted),
    (1013..=1013, Verdict::SlowDown),
    (3000..=3000, Verdict::Renew),
    (3003..=3003, Verdict::Stop),
    (4000..=4099, Verdict::OpenBreaker),
    (4400..=4400, Verdict::Afresh),
    (4401..=4401, Verdict::Renew),
    (4403..=4403, Verdict::Stop),
    (4404..=4404, Verdict::Gone),
    (4409..=4409, Verdict::Superseded),
    (4410..=4410, Verdict::Ended),
    (4429..=4429, Verdict::SlowDown),
    // Codes that lose the line, each named so that a slip in the rows above is seen twice.
    (1005..=1006, Verdict::Retry),
    (1011..=1011, Verdict::Retry),
    (1014..=1015, Verdict::Retry),
    (3001..=3002, Verdict::Retry),
    (4408..=4408, Verdict::Retry),
];

#[test]
fn every_code_has_its_rows_verdict() {
    let table = CloseTable::default();
    for code in 1000..=4999 {
        let row = ROWS.iter().find(|(codes, _)| codes.contains(&code));
        let expected = row.map_or(Verdict::Retry, |&(_, verdict)| verdict);
        assert_eq!(table.verdict(code), expected, "{code}");
    }
}

#[test]
fn the_codes_of_an_application_without_a_row_are_unmapped() {
    let table = CloseTable::default();
    for code in 0..=u16::MAX {
        let mapped = code < 4000 || ROWS.iter().any(|(codes, _)| codes.contains(&code));
        assert_eq!(table.is_unmapped(code), !mapped, "{code}");
    }
}

#[test]
fn a_pages_row_goes_before_the_tables_and_the_last_before_all() {
    let mut table = CloseTable::default();
    table.set(1000..=4999, Verdict::Stop).unwrap();
    table.set(4500..=4510, Verdict::Gone).unwrap();
    table.set(4505..=4505, Verdict::Ended).unwrap();
    let verdicts = [1000, 4404, 4499, 4500, 4505, 4510, 4511].map(|code| table.verdict(code));
    use Verdict::{Ended, Gone, Stop};
    assert_eq!(verdicts, [Stop, Stop, Stop, Gone, Ended, Gone, Stop]);
    assert!(!table.is_unmapped(4999));
}

#[test]
fn a_reversed_range_is_an_error_that_says_so() {
    let mut table = CloseTable::default();
    let reversed = RangeInclusive::new(4110, 4099);
    assert_eq!(table.set(reversed, Verdict::OpenBreaker), Err(RowError::Reversed));
    assert_eq!(
        RowError::Reversed.to_string(),
        "must not have a reversed range, whose last code is below its first"
    );
    assert_eq!(table, CloseTable::default());
}

#[test]
fn a_range_outside_1000_to_4999_is_an_error() {
    let mut table = CloseTable::default();
    for codes in [999..=1000, 4999..=5000, 0..=65_535] {
        assert_eq!(table.set(codes, Verdict::Stop), Err(RowError::OutOfRange));
    }
    table.set(1000..=4999, Verdict::Stop).unwrap();
}

#[test]
fn a_delay_is_read_from_a_reason() {
    assert_eq!(retry_delay(r#"{"retry_ms":1500}"#), Some(1500));
    assert_eq!(
        retry_delay(r#"{"t":"error","retry_ms":1500,"msg":"later"}"#),
        Some(1500)
    );
    assert_eq!(retry_delay(r#"{"retry_ms":0}"#), Some(1000));
    assert_eq!(retry_delay(r#"{"retry_ms":600001}"#), Some(600_000));
    for reason in [
        "",
        "1500",
        "{}",
        r#"{"retry_ms":null}"#,
        r#"{"retry_ms":1.5}"#,
        r#"{"retry_ms":1500}}"#,
    ] {
        assert_eq!(retry_delay(reason), None, "{reason}");
    }
}

#[test]
fn a_page_closes_with_1000_or_a_code_of_its_own() {
    for code in 0..=u16::MAX {
        let allowed = code == 1000 || (3000..=4999).contains(&code);
        assert_eq!(
            check_close(code, ""),
            if allowed { Ok(()) } else { Err(CloseError::Code) },
            "{code}"
        );
    }
}

#[test]
fn a_reason_has_123_bytes_at_most() {
    assert_eq!(check_close(1000, &"x".repeat(LONGEST_REASON)), Ok(()));
    assert_eq!(
        check_close(1000, &"x".repeat(LONGEST_REASON + 1)),
        Err(CloseError::Reason)
    );
    assert_eq!(check_close(1000, &"é".repeat(62)), Err(CloseError::Reason));
}
