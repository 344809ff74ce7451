//! The backoff, the breaker and the configuration, each alone.

use proptest::prelude::*;
use relatch::backoff::{Backoff, BackoffConfig, Jitter};
use relatch::breaker::{Breaker, BreakerState};
use relatch::client::Payload;
use relatch::config::{Config, ConfigError, Heartbeat};

fn ladder(base: u64, factor_percent: u32, max: u64, jitter: Jitter) -> BackoffConfig {
    BackoffConfig {
        base,
        factor_percent,
        max,
        jitter,
    }
}

fn steps(config: BackoffConfig, count: usize) -> Vec<u64> {
    let mut backoff = Backoff::new(config, 1);
    (0..count).map(|_| backoff.step()).collect()
}

#[test]
fn the_ladder_grows_by_its_factor_up_to_its_longest_wait() {
    assert_eq!(
        steps(ladder(1000, 200, 30_000, Jitter::None), 7),
        [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]
    );
    assert_eq!(steps(ladder(100, 150, 300, Jitter::None), 5), [100, 150, 225, 300, 300]);
    assert_eq!(steps(ladder(500, 100, 30_000, Jitter::None), 3), [500, 500, 500]);
    assert_eq!(steps(ladder(7, 1000, 7, Jitter::None), 3), [7, 7, 7]);
    assert_eq!(steps(ladder(1, 200, 4, Jitter::None), 4), [1, 2, 4, 4]);
}

#[test]
fn a_reset_is_the_foot_of_the_ladder() {
    let mut backoff = Backoff::new(ladder(1000, 200, 30_000, Jitter::None), 1);
    for _ in 0..10 {
        backoff.step();
    }
    backoff.reset();
    assert_eq!((backoff.step(), backoff.step()), (1000, 2000));
}

proptest! {
    #[test]
    fn every_wait_is_within_its_span(seed: u64, base in 1_u64..5000, factor in 100_u32..=1000, more in 0_u64..100_000) {
        let max = base + more;
        let caps = steps(ladder(base, factor, max, Jitter::None), 12);
        let mut backoff = Backoff::new(ladder(base, factor, max, Jitter::Spread), seed);
        for (count, &cap) in caps.iter().enumerate() {
            let span = match count {
                0 => 0..=cap,
                _ if cap == max => max..=max + max / 5,
                _ => cap - cap / 2..=cap,
            };
            let wait = backoff.step();
            prop_assert!(span.contains(&wait), "wait {} is {wait}, not in {span:?}", count + 1);
        }
    }

    #[test]
    fn a_stretched_wait_is_longer_by_a_fifth_at_most(seed: u64, wait: u64) {
        let stretched = Backoff::new(BackoffConfig::default(), seed).stretch(wait);
        prop_assert!(stretched >= wait && stretched - wait <= wait / 5);
        let exact = ladder(1, 100, 1, Jitter::None);
        prop_assert_eq!(Backoff::new(exact, seed).stretch(wait), wait);
    }

    #[test]
    fn a_breaker_opens_at_its_limit_and_lets_one_probe_through(limit in 1_u32..50, recovery in 0_u64..100_000) {
        let mut breaker = Breaker::new(limit);
        for count in 1..limit {
            prop_assert!(!breaker.failed(0, recovery));
            prop_assert!(breaker.allow(0) && breaker.allow(0));
            prop_assert_eq!(breaker.failures(), count);
        }
        prop_assert!(breaker.failed(7, recovery));
        prop_assert_eq!(breaker.state(), BreakerState::Open { until: 7 + recovery });
        prop_assert!(recovery == 0 || !breaker.allow(7 + recovery - 1));
        prop_assert!(breaker.allow(7 + recovery));
        prop_assert_eq!(breaker.state(), BreakerState::HalfOpen);
        prop_assert!(!breaker.allow(u64::MAX));
    }
}

#[test]
fn the_spans_are_used_to_their_ends() {
    let mut first: Vec<_> = (0..2000)
        .map(|seed| Backoff::new(BackoffConfig::default(), seed).step())
        .collect();
    first.sort_unstable();
    assert!(first[0] < 10 && first[1999] > 990);
    let halves = first.iter().filter(|&&wait| wait < 500).count();
    assert!((900..1100).contains(&halves), "{halves}");
}

#[test]
fn a_failed_probe_opens_the_breaker_again_and_a_success_closes_it() {
    let mut breaker = Breaker::new(5);
    breaker.open(0, 100);
    assert!(breaker.allow(100));
    assert!(breaker.failed(150, 100), "whatever the count");
    assert_eq!(breaker.state(), BreakerState::Open { until: 250 });
    assert!(breaker.allow(250));
    breaker.succeeded();
    assert_eq!((breaker.state(), breaker.failures()), (BreakerState::Closed, 0));
}

#[test]
fn a_recovery_that_is_cut_ends_now_and_not_later() {
    let mut breaker = Breaker::new(5);
    breaker.hasten(3);
    assert_eq!(breaker.state(), BreakerState::Closed);
    breaker.open(0, 100);
    breaker.hasten(40);
    assert_eq!(breaker.state(), BreakerState::Open { until: 40 });
    breaker.hasten(50);
    assert_eq!(breaker.state(), BreakerState::Open { until: 40 });
}

#[test]
fn a_breaker_without_a_limit_opens_at_the_first_failure() {
    assert!(Breaker::new(0).failed(0, 1));
}

#[test]
fn the_default_configuration_is_in_range() {
    assert_eq!(Config::default().check(), Ok(()));
}

/// Sets a field to a value; the field's name in a page's options.
type Field = (&'static str, fn(&mut Config, u64));

const SPANS: [Field; 8] = [
    ("backoff.base", |config, n| config.backoff.base = n),
    ("backoff.max", |config, n| {
        (config.backoff.base, config.backoff.max) = (1, n)
    }),
    ("breaker.recovery", |config, n| config.breaker.recovery = n),
    ("connectTimeout", |config, n| config.connect_timeout = n),
    ("stableAfter", |config, n| config.stable_after = n),
    ("queue.age", |config, n| config.queue.age = n),
    ("heartbeat.every", |config, n| config.heartbeat = Some(beat(n, 1))),
    ("heartbeat.timeout", |config, n| config.heartbeat = Some(beat(1, n))),
];

fn beat(every: u64, timeout: u64) -> Heartbeat {
    Heartbeat {
        message: Payload::Text(String::new()),
        every,
        timeout,
    }
}

fn error(set: impl FnOnce(&mut Config)) -> Option<&'static str> {
    let mut config = Config::default();
    config.backoff.max = 3_600_000;
    set(&mut config);
    config.check().err().map(|error| error.field)
}

#[test]
fn every_span_is_a_millisecond_to_an_hour() {
    for (name, set) in SPANS {
        assert_eq!(error(|config| set(config, 0)), Some(name));
        assert_eq!(error(|config| set(config, 1)), None, "{name}");
        assert_eq!(error(|config| set(config, 3_600_000)), None, "{name}");
        assert_eq!(error(|config| set(config, 3_600_001)), Some(name));
    }
}

#[test]
fn a_heartbeat_is_not_typed_into_a_terminal() {
    let both = |config: &mut Config| (config.control, config.heartbeat) = (true, Some(beat(1, 1)));
    assert_eq!(error(|config| both(config)), Some("heartbeat"));
}

#[test]
fn every_count_has_its_range() {
    assert_eq!(
        error(|config| config.backoff.factor_percent = 99),
        Some("backoff.factor")
    );
    assert_eq!(error(|config| config.backoff.factor_percent = 100), None);
    assert_eq!(error(|config| config.backoff.factor_percent = 1000), None);
    assert_eq!(
        error(|config| config.backoff.factor_percent = 1001),
        Some("backoff.factor")
    );
    assert_eq!(error(|config| config.breaker.failures = 0), Some("breaker.failures"));
    assert_eq!(error(|config| config.breaker.failures = 1), None);
    assert_eq!(error(|config| config.breaker.failures = 1000), None);
    assert_eq!(error(|config| config.breaker.failures = 1001), Some("breaker.failures"));
    assert_eq!(error(|config| config.queue.bytes = 0), None);
    assert_eq!(error(|config| config.queue.bytes = 1 << 30), None);
    assert_eq!(error(|config| config.queue.bytes = (1 << 30) + 1), Some("queue.bytes"));
    assert_eq!(error(|config| config.queue.messages = 0), None);
    assert_eq!(error(|config| config.queue.messages = 1_000_000), None);
    assert_eq!(
        error(|config| config.queue.messages = 1_000_001),
        Some("queue.messages")
    );
}

#[test]
fn the_longest_wait_is_not_below_the_first() {
    assert_eq!(
        error(|config| (config.backoff.base, config.backoff.max) = (1000, 999)),
        Some("backoff.max")
    );
    assert_eq!(
        error(|config| (config.backoff.base, config.backoff.max) = (1000, 1000)),
        None
    );
}

#[test]
fn an_error_names_the_field_and_the_rule() {
    let error = ConfigError {
        field: "queue.age",
        rule: "must be in 1..=3600000 ms",
    };
    assert_eq!(error.to_string(), "queue.age: must be in 1..=3600000 ms");
}
