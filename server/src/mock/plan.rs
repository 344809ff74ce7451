//! The bodies of `POST /mock/faults` and `POST /mock/restart`, read strictly.

use crate::registry::Keep;
use crate::ws::Close;
use relatch::session::{ProjectId, SessionId};
use relatch::time::LONGEST_TIMER;
use serde_json::{Map, Value};
use std::fmt;
use std::time::Duration;

/// One past the largest integer taken, 2^53.
const INTEGER_END: u64 = 1 << 53;

/// The most connections that one plan strikes.
const MOST_CONNECTIONS: u64 = 1_000_000;

/// What shall happen, to whom and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) target: Target,
    pub(super) after: After,
    /// How many connections are left to strike, from 1 on.
    pub(super) count: u64,
    pub(super) fault: Fault,
}

/// Whom a fault strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The whole server, at once.
    Now,
    /// The next connections that ask for an upgrade.
    Next,
    /// The socket that shows the session with this key now.
    Session(String),
}

/// When a fault strikes, counted from when it was armed; for the next connection, from its upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// At once.
    Nothing,
    /// After so many bytes in messages, both ways together. It is the message that reaches the number which counts.
    Bytes(u64),
    /// After so many messages, both ways together.
    Messages(u64),
    Time(Duration),
}

/// What strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Close(Close),
    Rst,
    Fin,
    HalfOpen,
    StallReads,
    StallWrites,
    DelayUpgrade(Duration),
    /// With this HTTP status.
    Refuse(u16),
    /// The port is closed and every socket reset, for so long.
    Down(Duration),
}

/// Which field of the body breaks which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BadPlan {
    pub(super) field: String,
    pub(super) rule: &'static str,
}

impl Plan {
    pub(super) fn parse(body: &[u8]) -> Result<Self, BadPlan> {
        let body: Value = serde_json::from_slice(body).map_err(|_| bad("", "must be JSON"))?;
        let mut body = object(body, "", "must be an object")?;
        let fault = fault(body.remove("fault").ok_or_else(|| bad("fault", "is missing"))?)?;
        let after = body.remove("after").map_or(Ok(After::Nothing), after)?;
        let target = match body.remove("target") {
            Some(target) => target_of(target)?,
            None if matches!(fault, Fault::Down(_)) => Target::Now,
            None => return Err(bad("target", "is missing")),
        };
        let count = match body.remove("count") {
            None => 1,
            Some(count) if target == Target::Next => integer(&count, "count", 1, MOST_CONNECTIONS)?,
            Some(_) => return Err(bad("count", "goes with the target next alone")),
        };
        nothing_else(&body, "")?;
        if target == Target::Now && after != After::Nothing {
            return Err(bad("after", "needs a target"));
        }
        if matches!(fault, Fault::DelayUpgrade(_) | Fault::Refuse(_)) {
            if target != Target::Next {
                return Err(bad("target", "must be next: this fault strikes before the upgrade"));
            }
            if after != After::Nothing {
                return Err(bad("after", "must be absent: this fault strikes before the upgrade"));
            }
        }
        Ok(Self {
            target,
            after,
            count,
            fault,
        })
    }
}

/// What a restart keeps.
pub(super) fn kept(body: &[u8]) -> Result<Keep, BadPlan> {
    const RULE: &str = "must be \"sessions\" or \"nothing\"";
    let body: Value = serde_json::from_slice(body).map_err(|_| bad("", "must be JSON"))?;
    let mut body = object(body, "", "must be an object")?;
    let keep = body.remove("keep").ok_or_else(|| bad("keep", "is missing"))?;
    nothing_else(&body, "")?;
    match keep.as_str() {
        Some("sessions") => Ok(Keep::Sessions),
        Some("nothing") => Ok(Keep::Nothing),
        _ => Err(bad("keep", RULE)),
    }
}

fn target_of(target: Value) -> Result<Target, BadPlan> {
    const RULE: &str = "must be \"next\" or {\"session\": \"<sessionId>:<projectId>\"}";
    if target == "next" {
        return Ok(Target::Next);
    }
    let mut target = object(target, "target", RULE)?;
    let session = target.remove("session").ok_or_else(|| bad("target", RULE))?;
    nothing_else(&target, "target.")?;
    let key = session
        .as_str()
        .ok_or_else(|| bad("target.session", "must be a string"))?;
    let is_key = key.split_once(':').is_some_and(|(id, project)| {
        let project = ProjectId::new(project);
        project.is_ok_and(|project| !id.is_empty() && SessionId::parse(id, &project).is_ok())
    });
    if is_key {
        Ok(Target::Session(key.to_owned()))
    } else {
        Err(bad("target.session", "must be <sessionId>:<projectId>"))
    }
}

fn after(after: Value) -> Result<After, BadPlan> {
    const RULE: &str = "must be {\"bytes\": n}, {\"messages\": n} or {\"ms\": n}";
    let (name, value) = only_field(after, "after", RULE)?;
    match name.as_str() {
        "bytes" => Ok(After::Bytes(integer(&value, "after.bytes", 1, INTEGER_END - 1)?)),
        "messages" => Ok(After::Messages(integer(&value, "after.messages", 1, INTEGER_END - 1)?)),
        "ms" => Ok(After::Time(millis(&value, "after.ms")?)),
        _ => Err(bad(format!("after.{name}"), RULE)),
    }
}

fn fault(fault: Value) -> Result<Fault, BadPlan> {
    const RULE: &str = "must be \"rst\", \"fin\", \"half_open\", \"stall_reads\", \"stall_writes\", or an object with one of \
                        close, delay_upgrade, refuse, down";
    if let Some(name) = fault.as_str() {
        return match name {
            "rst" => Ok(Fault::Rst),
            "fin" => Ok(Fault::Fin),
            "half_open" => Ok(Fault::HalfOpen),
            "stall_reads" => Ok(Fault::StallReads),
            "stall_writes" => Ok(Fault::StallWrites),
            _ => Err(bad("fault", RULE)),
        };
    }
    let (name, value) = only_field(fault, "fault", RULE)?;
    match name.as_str() {
        "close" => close(value).map(Fault::Close),
        "delay_upgrade" => Ok(Fault::DelayUpgrade(millis(&value, "fault.delay_upgrade")?)),
        "refuse" => Ok(Fault::Refuse(integer(&value, "fault.refuse", 200, 599)? as u16)),
        "down" => Ok(Fault::Down(millis(&value, "fault.down")?)),
        _ => Err(bad(format!("fault.{name}"), RULE)),
    }
}

fn close(close: Value) -> Result<Close, BadPlan> {
    let mut close = object(close, "fault.close", "must be {\"code\": n, \"reason\": \"…\"}")?;
    let code = close
        .remove("code")
        .ok_or_else(|| bad("fault.close.code", "is missing"))?;
    let code = integer(&code, "fault.close.code", 1000, 4999)? as u16;
    let reason = close.remove("reason").unwrap_or_else(|| Value::from(""));
    nothing_else(&close, "fault.close.")?;
    match reason.as_str() {
        Some(reason) if reason.len() <= 123 => Ok(Close {
            code,
            reason: reason.to_owned(),
        }),
        _ => Err(bad("fault.close.reason", "must be a string of at most 123 bytes")),
    }
}

fn object(value: Value, field: &str, rule: &'static str) -> Result<Map<String, Value>, BadPlan> {
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(bad(field, rule)),
    }
}

fn only_field(value: Value, field: &str, rule: &'static str) -> Result<(String, Value), BadPlan> {
    let mut fields = object(value, field, rule)?.into_iter();
    match (fields.next(), fields.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(bad(field, rule)),
    }
}

fn nothing_else(left: &Map<String, Value>, path: &str) -> Result<(), BadPlan> {
    match left.keys().next() {
        Some(name) => Err(bad(format!("{path}{name}"), "is not known")),
        None => Ok(()),
    }
}

fn millis(value: &Value, field: &str) -> Result<Duration, BadPlan> {
    integer(value, field, 0, LONGEST_TIMER).map(Duration::from_millis)
}

fn integer(value: &Value, field: &str, least: u64, most: u64) -> Result<u64, BadPlan> {
    let rule = match (least, most) {
        (1, MOST_CONNECTIONS) => "must be an integer in 1..=1000000",
        (1, _) => "must be an integer in 1..2^53",
        (200, _) => "must be an integer in 200..=599",
        (1000, _) => "must be an integer in 1000..=4999",
        _ => "must be an integer in 0..2^31",
    };
    match value.as_u64() {
        Some(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(bad(field, rule)),
    }
}

fn bad(field: impl Into<String>, rule: &'static str) -> BadPlan {
    BadPlan {
        field: field.into(),
        rule,
    }
}

impl fmt::Display for BadPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.rule)
    }
}
