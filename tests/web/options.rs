//! Options that break their rule are errors that name the field.

use crate::lab::{Lab, Setup, text};
use relatch::config::Heartbeat;
use wasm_bindgen_test::wasm_bindgen_test;

type Change = fn(&mut Setup);

fn heartbeat(every: u64, timeout: u64) -> Option<Heartbeat> {
    let message = text("beat");
    Some(Heartbeat {
        message,
        every,
        timeout,
    })
}

#[wasm_bindgen_test]
fn each_bound_of_each_option_is_kept() {
    const HOUR: u64 = 3_600_000;
    let bad: [(&str, Change); 28] = [
        ("backoff.base", |setup| setup.options.config.backoff.base = 0),
        ("backoff.base", |setup| setup.options.config.backoff.base = HOUR + 1),
        ("backoff.max", |setup| setup.options.config.backoff.max = 0),
        ("backoff.max", |setup| setup.options.config.backoff.max = HOUR + 1),
        ("backoff.max", |setup| setup.options.config.backoff.max = 49),
        ("backoff.factor", |setup| {
            setup.options.config.backoff.factor_percent = 99
        }),
        ("backoff.factor", |setup| {
            setup.options.config.backoff.factor_percent = 1001
        }),
        ("breaker.failures", |setup| setup.options.config.breaker.failures = 0),
        ("breaker.failures", |setup| setup.options.config.breaker.failures = 1001),
        ("breaker.recovery", |setup| setup.options.config.breaker.recovery = 0),
        ("breaker.recovery", |setup| {
            setup.options.config.breaker.recovery = HOUR + 1
        }),
        ("connectTimeout", |setup| setup.options.config.connect_timeout = 0),
        ("connectTimeout", |setup| {
            setup.options.config.connect_timeout = HOUR + 1
        }),
        ("stableAfter", |setup| setup.options.config.stable_after = 0),
        ("stableAfter", |setup| setup.options.config.stable_after = HOUR + 1),
        ("queue.bytes", |setup| setup.options.config.queue.bytes = (1 << 30) + 1),
        ("queue.messages", |setup| {
            setup.options.config.queue.messages = 1_000_001
        }),
        ("queue.age", |setup| setup.options.config.queue.age = 0),
        ("queue.age", |setup| setup.options.config.queue.age = HOUR + 1),
        ("heartbeat.every", |setup| {
            setup.options.config.heartbeat = heartbeat(0, 1)
        }),
        ("heartbeat.every", |setup| {
            setup.options.config.heartbeat = heartbeat(HOUR + 1, 1)
        }),
        ("heartbeat.every", |setup| {
            setup.options.config.heartbeat = heartbeat(u64::MAX, 1)
        }),
        ("heartbeat.timeout", |setup| {
            setup.options.config.heartbeat = heartbeat(1, 0)
        }),
        ("heartbeat.timeout", |setup| {
            setup.options.config.heartbeat = heartbeat(1, HOUR + 1)
        }),
        ("connectTimeout", |setup| {
            setup.options.config.connect_timeout = u64::MAX
        }),
        ("name", |setup| setup.options.name.clear()),
        ("name", |setup| setup.options.name = "x".repeat(129)),
        ("name", |setup| setup.options.name = "é".repeat(65)),
    ];
    let lab = Lab::new();
    for (field, change) in bad {
        let error = lab.try_link_with(change).err().expect(field);
        assert_eq!(error.field, field, "{error}");
        assert!(
            error.to_string().starts_with(field) && error.rule.starts_with("must "),
            "{error}"
        );
    }
}

#[wasm_bindgen_test]
fn the_bounds_themselves_are_taken() {
    const HOUR: u64 = 3_600_000;
    let good: [Change; 4] = [
        |setup| {
            let config = &mut setup.options.config;
            (config.backoff.base, config.backoff.max, config.backoff.factor_percent) = (1, 1, 100);
            (config.breaker.failures, config.breaker.recovery) = (1, 1);
            (config.connect_timeout, config.stable_after) = (1, 1);
            (config.queue.bytes, config.queue.messages, config.queue.age) = (0, 0, 1);
            config.heartbeat = heartbeat(1, 1);
        },
        |setup| {
            let config = &mut setup.options.config;
            (config.backoff.base, config.backoff.max, config.backoff.factor_percent) = (HOUR, HOUR, 1000);
            (config.breaker.failures, config.breaker.recovery) = (1000, HOUR);
            (config.connect_timeout, config.stable_after) = (HOUR, HOUR);
            (config.queue.bytes, config.queue.messages, config.queue.age) = (1 << 30, 1_000_000, HOUR);
            config.heartbeat = heartbeat(HOUR, HOUR);
        },
        |setup| setup.options.name = "x".to_owned(),
        |setup| setup.options.name = "x".repeat(128),
    ];
    let lab = Lab::new();
    for change in good {
        lab.link_with(change).dispose();
    }
}
