//! Which `Host` and which `Origin` a request may name: the first against DNS rebinding, the second against other sites' pages.

use axum::http::header::{HOST, HeaderMap, ORIGIN};
use axum::http::uri::{Authority, Uri};
use std::net::{IpAddr, SocketAddr};
use std::{fmt, str};

/// The names that are let in.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    origins: Vec<String>,
    hosts: Vec<String>,
}

/// Why a request was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stranger {
    Host,
    Origin,
}

/// Why an allowed name was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// An origin is neither `scheme://host[:port]`, with nothing behind it, nor `null`.
    Origin,
    /// A host is not `name` or `name:port`.
    Host,
}

impl Guard {
    pub(crate) fn new(origins: &[String], hosts: &[String]) -> Result<Self, NameError> {
        Ok(Self {
            origins: origins
                .iter()
                .map(|origin| check_origin(origin))
                .collect::<Result<_, _>>()?,
            hosts: hosts.iter().map(|host| check_host(host)).collect::<Result<_, _>>()?,
        })
    }

    /// Checks the request that came in at `local`. Returns its origin, if it names one.
    pub(crate) fn check(&self, headers: &HeaderMap, uri: &Uri, local: SocketAddr) -> Result<Option<String>, Stranger> {
        let host = self.host(headers, uri, local).ok_or(Stranger::Host)?;
        let mut origins = headers.get_all(ORIGIN).iter();
        let origin = match (origins.next(), origins.next()) {
            (None, _) => return Ok(None),
            (Some(origin), None) => origin.to_str().map_err(|_| Stranger::Origin)?.to_ascii_lowercase(),
            (Some(_), Some(_)) => return Err(Stranger::Origin),
        };
        let own = ["http://", "https://"]
            .iter()
            .any(|scheme| origin.strip_prefix(scheme) == Some(host.as_str()));
        if own || self.origins.contains(&origin) {
            Ok(Some(origin))
        } else {
            Err(Stranger::Origin)
        }
    }

    fn host(&self, headers: &HeaderMap, uri: &Uri, local: SocketAddr) -> Option<String> {
        let mut named = headers.get_all(HOST).iter();
        let text = match (uri.authority(), named.next(), named.next()) {
            (Some(authority), _, None) => authority.as_str(),
            (None, Some(host), None) => host.to_str().ok()?,
            (_, _, _) => return None,
        };
        let authority: Authority = text.parse().ok()?;
        let text = text.to_ascii_lowercase();
        let name = authority.host().to_ascii_lowercase();
        let here = authority.port_u16().unwrap_or(80) == local.port() && is_here(&name, local.ip());
        let allowed = here || self.hosts.iter().any(|host| *host == text || *host == name);
        (allowed && !text.contains('@')).then_some(text)
    }
}

/// Whether this name is of this machine for certain: `localhost`, a loopback address or the one the request came in at.
fn is_here(name: &str, local: IpAddr) -> bool {
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.is_ok_and(|address| address.is_loopback() || address == local.to_canonical())
}

/// Takes an origin as browsers write it. `null` is that of every sandboxed frame, whatever its site.
pub(crate) fn check_origin(origin: &str) -> Result<String, NameError> {
    if origin == "null" {
        return Ok(origin.to_owned());
    }
    let (scheme, authority) = origin.split_once("://").ok_or(NameError::Origin)?;
    let scheme_is_one = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if !scheme_is_one || check_host(authority).is_err() {
        return Err(NameError::Origin);
    }
    Ok(origin.to_ascii_lowercase())
}

/// Takes what a `Host` header may say.
pub(crate) fn check_host(host: &str) -> Result<String, NameError> {
    let authority: Authority = host.parse().map_err(|_| NameError::Host)?;
    if authority.host().is_empty() || host.contains('@') || host.ends_with(':') {
        return Err(NameError::Host);
    }
    Ok(host.to_ascii_lowercase())
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Origin => "an origin has the form scheme://host[:port], with nothing behind it, or is null",
            Self::Host => "a host has the form name or name:port",
        })
    }
}

impl std::error::Error for NameError {}
