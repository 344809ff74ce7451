//! Options that break their rule are errors that name the field.

use crate::lab::{Lab, Setup, text};
use relatch::config::{Config, Heartbeat};
use wasm_bindgen_test::wasm_bindgen_test;

/// In milliseconds, as every time.
const HOUR: u64 = 3_600_000;

type Change = fn(&mut Config);

fn heartbeat(every: u64, timeout: u64) -> Option<Heartbeat> {
    let message = text("beat");
    Some(Heartbeat {
        message,
        every,
        timeout,
    })
}

#[wasm_bindgen_test]
fn each_bound_of_each_number_is_kept() {
    let bad: [(&str, Change); 26] = [
        ("backoff.base", |config| config.backoff.base = 0),
        ("backoff.base", |config| config.backoff.base = HOUR + 1),
        ("backoff.max", |config| config.backoff.max = 0),
        ("backoff.max", |config| config.backoff.max = HOUR + 1),
        ("backoff.max", |config| config.backoff.max = config.backoff.base - 1),
        ("backoff.factor", |config| config.backoff.factor_percent = 99),
        ("backoff.factor", |config| config.backoff.factor_percent = 1001),
        ("breaker.failures", |config| config.breaker.failures = 0),
        ("breaker.failures", |config| config.breaker.failures = 1001),
        ("breaker.recovery", |config| config.breaker.recovery = 0),
        ("breaker.recovery", |config| config.breaker.recovery = HOUR + 1),
        ("connectTimeout", |config| config.connect_timeout = 0),
        ("connectTimeout", |config| config.connect_timeout = HOUR + 1),
        ("connectTimeout", |config| config.connect_timeout = u64::MAX),
        ("stableAfter", |config| config.stable_after = 0),
        ("stableAfter", |config| config.stable_after = HOUR + 1),
        ("queue.bytes", |config| config.queue.bytes = (1 << 30) + 1),
        ("queue.messages", |config| config.queue.messages = 1_000_001),
        ("queue.age", |config| config.queue.age = 0),
        ("queue.age", |config| config.queue.age = HOUR + 1),
        ("heartbeat.every", |config| config.heartbeat = heartbeat(0, 1)),
        ("heartbeat.every", |config| config.heartbeat = heartbeat(HOUR + 1, 1)),
        ("heartbeat.every", |config| config.heartbeat = heartbeat(u64::MAX, 1)),
        ("heartbeat.timeout", |config| config.heartbeat = heartbeat(1, 0)),
        ("heartbeat.timeout", |config| config.heartbeat = heartbeat(1, HOUR + 1)),
        ("heartbeat", |config| {
            config.heartbeat = heartbeat(1, 1);
            config.control = true;
        }),
    ];
    for (field, change) in bad {
        refused(field, |setup| change(&mut setup.options.config));
    }
}

#[wasm_bindgen_test]
fn a_name_has_a_length() {
    for name in [String::new(), "x".repeat(129), "é".repeat(65)] {
        refused("name", |setup| setup.options.name = name);
    }
}

fn refused(field: &str, change: impl FnOnce(&mut Setup)) {
    let error = Lab::new().try_link_with(change).err().expect(field);
    assert_eq!(error.field, field, "{error}");
    assert!(
        error.to_string().starts_with(field) && error.rule.starts_with("must "),
        "{error}"
    );
}

#[wasm_bindgen_test]
fn the_bounds_themselves_are_taken() {
    let good: [fn(&mut Setup); 2] = [
        |setup| {
            let config = &mut setup.options.config;
            (config.backoff.base, config.backoff.max, config.backoff.factor_percent) = (1, 1, 100);
            (config.breaker.failures, config.breaker.recovery) = (1, 1);
            (config.connect_timeout, config.stable_after) = (1, 1);
            (config.queue.bytes, config.queue.messages, config.queue.age) = (0, 0, 1);
            config.heartbeat = heartbeat(1, 1);
            setup.options.name = "x".to_owned();
        },
        |setup| {
            let config = &mut setup.options.config;
            (config.backoff.base, config.backoff.max, config.backoff.factor_percent) = (HOUR, HOUR, 1000);
            (config.breaker.failures, config.breaker.recovery) = (1000, HOUR);
            (config.connect_timeout, config.stable_after) = (HOUR, HOUR);
            (config.queue.bytes, config.queue.messages, config.queue.age) = (1 << 30, 1_000_000, HOUR);
            config.heartbeat = heartbeat(HOUR, HOUR);
            setup.options.name = "x".repeat(128);
        },
    ];
    for change in good {
        Lab::new().link_with(change);
    }
}
