//! The options of a page, read strictly: an unknown key or a bad value is an error that names it.
//!
//! By hand, because serde-wasm-bindgen ignores unknown keys and its error texts weigh more than all of this.

use super::address;
use super::storage::Storage;
use crate::backoff::{BackoffConfig, Jitter};
use crate::client::Payload;
use crate::close::{CloseTable, Verdict};
use crate::config::{BreakerConfig, Config, Heartbeat, QueueConfig};
use crate::session::ProjectId;
use crate::time::Millis;
use crate::wire::Size;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use std::fmt;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

/// Where the line goes.
#[derive(Clone, Debug)]
pub enum Source {
    /// Always to this URL.
    Fixed(String),
    /// To what this function gives, or promises, before each attempt.
    Function(Function),
}

/// A page's wishes for one link.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the machine is told.
    pub config: Config,
    /// The project; `default` by default.
    pub project: ProjectId,
    /// Tells apart the links that a page has to one project: 1 to 128 characters; `default` by default.
    pub name: String,
    /// Names of query parameters, and the kind of terminal.
    pub names: Names,
    /// Subprotocols to offer; none by default.
    pub protocols: Vec<String>,
    /// Called before each attempt as `auth({ renew })`; gives, or promises, the access token.
    pub auth: Option<Function>,
    /// Where the session's id is kept.
    pub storage: Storage,
    /// Aborting it disposes of the link.
    pub signal: Option<EventTarget>,
}

/// The query parameters of a passthrough socket.
#[derive(Clone, Debug)]
pub struct Names {
    /// Carries the session's id; `sessionId` by default.
    pub session: String,
    /// Carries the project's id; `projectId` by default.
    pub project: String,
    /// Carries what `auth` gave; `access` by default.
    pub access: String,
    /// Sent as `kind`, if there is one.
    pub kind: Option<String>,
}

/// An option that breaks its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionError {
    /// The option's path, as in `backoff.base`.
    pub option: String,
    /// What it must be.
    pub rule: &'static str,
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.option)?;
        f.write_str(": ")?;
        f.write_str(self.rule)
    }
}

impl std::error::Error for OptionError {}

impl OptionError {
    pub(super) fn new(option: &str, rule: &'static str) -> Self {
        let option = option.to_owned();
        Self { option, rule }
    }
}

impl Default for Names {
    fn default() -> Self {
        Self {
            session: "sessionId".to_owned(),
            project: "projectId".to_owned(),
            access: "access".to_owned(),
            kind: None,
        }
    }
}

impl Options {
    /// Everything by default, for this project.
    pub fn new(project: ProjectId) -> Self {
        Self {
            config: Config::default(),
            project,
            name: "default".to_owned(),
            names: Names::default(),
            protocols: Vec::new(),
            auth: None,
            storage: Storage::Session,
            signal: None,
        }
    }

    /// Reads a page's object; `undefined` is everything by default.
    ///
    /// # Errors
    /// [`OptionError`] for the first option that is unknown or breaks its rule.
    pub fn from_js(value: &JsValue) -> Result<Self, OptionError> {
        const KEYS: [&str; 18] = [
            "projectId",
            "name",
            "kind",
            "protocols",
            "auth",
            "accessParam",
            "storage",
            "sessionParam",
            "projectParam",
            "control",
            "signal",
            "backoff",
            "breaker",
            "connectTimeout",
            "stableAfter",
            "heartbeat",
            "queue",
            "closeCodes",
        ];
        let group = Group::new("options", "", value, &KEYS)?;
        let project = group.text("projectId")?.unwrap_or_else(|| "default".to_owned());
        let project = ProjectId::new(&project)
            .map_err(|_| group.error("projectId", "must be 1 to 128 of the characters A-Z a-z 0-9 _ -"))?;
        let defaults = Config::default();
        let auth = group.function("auth")?;
        let config = Config {
            backoff: backoff(&group.group("backoff", &["base", "factor", "max", "jitter"])?)?,
            breaker: breaker(&group.group("breaker", &["failures", "recovery"])?)?,
            connect_timeout: group.span("connectTimeout", defaults.connect_timeout)?,
            stable_after: group.span("stableAfter", defaults.stable_after)?,
            heartbeat: heartbeat(&group)?,
            queue: queue(&group.group("queue", &["bytes", "messages", "age"])?)?,
            close: close_codes(&group)?,
            control: group.flag("control")?,
            renewable: auth.is_some(),
            size: None::<Size>,
        };
        config
            .check()
            .map_err(|error| OptionError::new(error.field, error.rule))?;
        let names = Names::default();
        Ok(Self {
            config,
            project,
            name: group.word("name")?.unwrap_or_else(|| "default".to_owned()),
            names: Names {
                session: group.word("sessionParam")?.unwrap_or(names.session),
                project: group.word("projectParam")?.unwrap_or(names.project),
                access: group.word("accessParam")?.unwrap_or(names.access),
                kind: group.word("kind")?,
            },
            protocols: protocols(&group)?,
            auth,
            storage: storage(&group)?,
            signal: signal(&group)?,
        })
    }
}

impl Source {
    /// Reads a string, an object with `href`, or a function.
    ///
    /// # Errors
    /// [`OptionError`], if it is none of them or is no URL that a WebSocket can have.
    pub fn from_js(value: &JsValue) -> Result<Self, OptionError> {
        if let Some(function) = value.dyn_ref::<Function>() {
            return Ok(Self::Function(function.clone()));
        }
        let text = url_text(value).ok_or_else(|| OptionError::new("url", "must be a string, a URL or a function"))?;
        match address::parse(&text) {
            Some(_) => Ok(Self::Fixed(text)),
            None => Err(OptionError::new(
                "url",
                "must be a ws:, wss:, http: or https: URL without a fragment",
            )),
        }
    }
}

/// The text of a string or a `URL`.
pub(super) fn url_text(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| {
        let href = value.is_object().then(|| Reflect::get(value, &"href".into()));
        href?.ok()?.as_string()
    })
}

/// An object of options, all of whose keys are known.
struct Group<'a> {
    prefix: &'a str,
    object: JsValue,
}

impl Group<'_> {
    fn new<'a>(name: &str, prefix: &'a str, value: &JsValue, keys: &[&str]) -> Result<Group<'a>, OptionError> {
        let object = value.clone();
        let group = Group { prefix, object };
        if value.is_undefined() {
            return Ok(group);
        }
        let plain = value.is_object() && !Array::is_array(value);
        let object: &Object = value
            .dyn_ref()
            .filter(|_| plain)
            .ok_or_else(|| OptionError::new(name, "must be an object"))?;
        for key in Object::keys(object).iter().filter_map(|key| key.as_string()) {
            if !keys.contains(&key.as_str()) {
                return Err(group.error(&key, "is not an option"));
            }
        }
        Ok(group)
    }

    fn error(&self, key: &str, rule: &'static str) -> OptionError {
        let option = [self.prefix, key].concat();
        OptionError { option, rule }
    }

    /// The value of a key; `undefined` is no value. An object whose getter throws has none.
    fn value(&self, key: &str) -> Option<JsValue> {
        let value = Reflect::get(&self.object, &key.into()).ok()?;
        (!value.is_undefined()).then_some(value)
    }

    fn read<T>(
        &self,
        key: &str,
        rule: &'static str,
        read: impl FnOnce(&JsValue) -> Option<T>,
    ) -> Result<Option<T>, OptionError> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => read(&value).map(Some).ok_or_else(|| self.error(key, rule)),
        }
    }

    fn text(&self, key: &str) -> Result<Option<String>, OptionError> {
        self.read(key, "must be a string", JsValue::as_string)
    }

    fn word(&self, key: &str) -> Result<Option<String>, OptionError> {
        let rule = "must be a string of 1 to 128 characters";
        self.read(key, rule, |value| {
            value.as_string().filter(|text| (1..=128).contains(&text.len()))
        })
    }

    fn flag(&self, key: &str) -> Result<bool, OptionError> {
        Ok(self
            .read(key, "must be true or false", JsValue::as_bool)?
            .unwrap_or(false))
    }

    fn function(&self, key: &str) -> Result<Option<Function>, OptionError> {
        self.read(key, "must be a function", |value| value.dyn_ref().cloned())
    }

    /// A whole number; its range is the configuration's to check.
    fn whole(&self, key: &str, default: u64) -> Result<u64, OptionError> {
        let whole = self.read(key, "must be a whole number, 0 or more", |value| {
            let number = value.as_f64().filter(|number| *number >= 0.0 && *number <= 9e15)?;
            (number == number.trunc()).then_some(number as u64)
        })?;
        Ok(whole.unwrap_or(default))
    }

    fn span(&self, key: &str, default: Millis) -> Result<Millis, OptionError> {
        self.whole(key, default)
    }

    fn group(&self, key: &'static str, keys: &[&str]) -> Result<Group<'static>, OptionError> {
        let value = self.value(key).unwrap_or(JsValue::UNDEFINED);
        let prefix = match key {
            "backoff" => "backoff.",
            "breaker" => "breaker.",
            "queue" => "queue.",
            _ => "heartbeat.",
        };
        Group::new(key, prefix, &value, keys)
    }
}

fn backoff(group: &Group<'_>) -> Result<BackoffConfig, OptionError> {
    let default = BackoffConfig::default();
    let factor = group.read("factor", "must be a number in 1..=10", |value| {
        value
            .as_f64()
            .filter(|factor| (1.0..=10.0).contains(factor))
            .map(|factor| (factor * 100.0) as u32)
    })?;
    let jitter = group.read("jitter", "must be \"spread\" or \"none\"", |value| {
        match value.as_string()?.as_str() {
            "spread" => Some(Jitter::Spread),
            "none" => Some(Jitter::None),
            _ => None,
        }
    })?;
    Ok(BackoffConfig {
        base: group.span("base", default.base)?,
        factor_percent: factor.unwrap_or(default.factor_percent),
        max: group.span("max", default.max)?,
        jitter: jitter.unwrap_or_default(),
    })
}

fn breaker(group: &Group<'_>) -> Result<BreakerConfig, OptionError> {
    let default = BreakerConfig::default();
    let failures = group.whole("failures", default.failures.into())?;
    Ok(BreakerConfig {
        failures: failures.min(u32::MAX.into()) as u32,
        recovery: group.span("recovery", default.recovery)?,
    })
}

fn queue(group: &Group<'_>) -> Result<QueueConfig, OptionError> {
    let default = QueueConfig::default();
    let size = |key, default: usize| Ok(group.whole(key, default as u64)?.min(u32::MAX.into()) as usize);
    Ok(QueueConfig {
        bytes: size("bytes", default.bytes)?,
        messages: size("messages", default.messages)?,
        age: group.span("age", default.age)?,
    })
}

fn heartbeat(options: &Group<'_>) -> Result<Option<Heartbeat>, OptionError> {
    if options.value("heartbeat").is_none() {
        return Ok(None);
    }
    let group = options.group("heartbeat", &["message", "every", "timeout"])?;
    let rule = "must be a string or bytes";
    let message = group
        .read("message", rule, payload)?
        .ok_or_else(|| group.error("message", rule))?;
    Ok(Some(Heartbeat {
        message,
        // 0 is out of range: both must be given.
        every: group.span("every", 0)?,
        timeout: group.span("timeout", 0)?,
    }))
}

fn close_codes(options: &Group<'_>) -> Result<CloseTable, OptionError> {
    let mut table = CloseTable::default();
    let Some(value) = options.value("closeCodes") else {
        return Ok(table);
    };
    let object: &Object = value
        .dyn_ref()
        .ok_or_else(|| options.error("closeCodes", "must be an object"))?;
    for entry in Object::entries(object).iter() {
        let entry: Array = entry.unchecked_into();
        let row = entry.get(0).as_string().unwrap_or_default();
        let error = |rule| OptionError {
            option: ["closeCodes.", &row].concat(),
            rule,
        };
        let verdict = entry.get(1).as_string().and_then(|name| verdict(&name)).ok_or_else(|| {
            error("must be ended, retry, retry-uncounted, slow-down, stop, renew, open-breaker, afresh, gone or superseded")
        })?;
        table.set(&row, verdict).map_err(|cause| error(cause.rule()))?;
    }
    Ok(table)
}

fn verdict(name: &str) -> Option<Verdict> {
    Some(match name {
        "ended" => Verdict::Ended,
        "retry" => Verdict::Retry,
        "retry-uncounted" => Verdict::RetryUncounted,
        "slow-down" => Verdict::SlowDown,
        "stop" => Verdict::Stop,
        "renew" => Verdict::Renew,
        "open-breaker" => Verdict::OpenBreaker,
        "afresh" => Verdict::Afresh,
        "gone" => Verdict::Gone,
        "superseded" => Verdict::Superseded,
        _ => return None,
    })
}

fn protocols(options: &Group<'_>) -> Result<Vec<String>, OptionError> {
    let rule = "must be a string or an array of strings";
    let list = options.read("protocols", rule, |value| match value.as_string() {
        Some(one) => Some(vec![one]),
        None => value.dyn_ref::<Array>()?.iter().map(|one| one.as_string()).collect(),
    })?;
    Ok(list.unwrap_or_default())
}

fn storage(options: &Group<'_>) -> Result<Storage, OptionError> {
    let rule = "must be \"session\", \"local\", \"memory\" or an object with get, set and remove";
    let storage = options.read("storage", rule, |value| match value.as_string().as_deref() {
        Some("session") => Some(Storage::Session),
        Some("local") => Some(Storage::Local),
        Some("memory") => Some(Storage::Memory),
        Some(_) => None,
        None => {
            let has = |name: &str| Reflect::get(value, &name.into()).is_ok_and(|method| method.is_function());
            let whole = value.is_object() && has("get") && has("set") && has("remove");
            whole.then(|| Storage::Adapter(value.clone()))
        }
    })?;
    Ok(storage.unwrap_or_default())
}

fn signal(options: &Group<'_>) -> Result<Option<EventTarget>, OptionError> {
    options.read("signal", "must be an AbortSignal", |value| {
        let aborted = value.is_object().then(|| Reflect::get(value, &"aborted".into()));
        aborted?.ok()?.as_bool()?;
        Some(value.clone().unchecked_into())
    })
}

/// A message's content: a string, an ArrayBuffer or a view of one.
pub(super) fn payload(value: &JsValue) -> Option<Payload> {
    if let Some(text) = value.as_string() {
        return Some(Payload::Text(text));
    }
    if value.is_instance_of::<js_sys::ArrayBuffer>() {
        return Some(Payload::Binary(Uint8Array::new(value).to_vec()));
    }
    if !js_sys::ArrayBuffer::is_view(value.unchecked_ref()) {
        return None;
    }
    let number = |name: &str| Some(Reflect::get(value, &name.into()).ok()?.as_f64()? as u32);
    let buffer = Reflect::get(value, &"buffer".into()).ok()?;
    let bytes = Uint8Array::new_with_byte_offset_and_length(&buffer, number("byteOffset")?, number("byteLength")?);
    Some(Payload::Binary(bytes.to_vec()))
}
