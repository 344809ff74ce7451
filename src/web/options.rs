//! What a front end says of one link.

use crate::config::{Config, ConfigError};
use crate::session::ProjectId;
use js_sys::Array;

/// One link's options.
pub struct Options {
    /// What the machine is told.
    pub config: Config,
    /// The project.
    pub project: ProjectId,
    /// Tells apart the links that a page has to one project: 1 to 128 characters; `default` by default.
    pub name: String,
    /// With resume, which kind of terminal a new session is; the server's choice by default. In passthrough it belongs into the query.
    pub kind: Option<String>,
    /// Subprotocols to offer, as strings; none by default, and none with resume, which has its own.
    pub protocols: Array,
}

impl Options {
    /// Everything by default.
    pub fn new(project: ProjectId) -> Self {
        Self {
            config: Config::default(),
            project,
            name: "default".to_owned(),
            kind: None,
            protocols: Array::new(),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.config.check()?;
        if self.config.resume && self.protocols.length() > 0 {
            let (field, rule) = ("protocols", "must be left out with resume, which has its own");
            return Err(ConfigError { field, rule });
        }
        let (field, rule) = ("name", "must be a string of 1 to 128 characters");
        match self.name.len() {
            1..=128 => Ok(()),
            _ => Err(ConfigError { field, rule }),
        }
    }
}
