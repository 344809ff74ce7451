//! What a server is started with.

use crate::access::Token;
use crate::profile::Profiles;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Everything that a server is started with. [`Config::new`] has the defaults.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where to listen. Default `127.0.0.1:7420`; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Who may use the server: each token is a principal of its own, with sessions of its own. At least one.
    pub access: Vec<Token>,
    /// What runs in a session, by `kind`. Default: `system` is an echo.
    pub profiles: Profiles,
    /// A folder whose files are served at `/`. Default none.
    pub www: Option<PathBuf>,
    /// Origins that may connect besides the server's own, as browsers write them: `https://host[:port]`. Default none.
    pub allow_origin: Vec<String>,
    /// `Host` headers to answer besides loopback and the address listened on: `name` or `name:port`. Default none.
    pub allow_host: Vec<String>,
    /// Opens the fault controls under `/mock`. Default off; refused when `listen` is not loopback.
    pub mock: bool,
    /// How much and how long. Default [`Bounds::default`].
    pub bounds: Bounds,
}

/// The server's bounds in number and time. Bounds in bytes are constants beside what they bound.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Bounds {
    /// How many sessions there are at most, detached ones included. Default 256.
    pub sessions: usize,
    /// How many TCP connections there are at most; one more is dropped at once. Default 1088: four a session, and 64.
    pub connections: usize,
    /// How long a session waits for its page after the line is lost. Default 30 minutes.
    pub retention: Duration,
    /// How long it waits after close code 1001, which is a page going away or reloading; never longer than `retention`.
    /// Default 60 s.
    pub retention_1001: Duration,
    /// How long a connection may take to send a request's head, and how long it may idle between requests. Default 10 s.
    pub handshake: Duration,
    /// How long a page under `relatch.v1` may take to say hello. Default 5 s.
    pub hello: Duration,
    /// How long a page that takes over may take to answer a ping. Default 10 s.
    pub proof: Duration,
    /// How often a page is pinged. Default 15 s.
    pub ping: Duration,
    /// How long a page may be silent before its socket is dropped; its session stays. Default 40 s.
    pub silence: Duration,
    /// How long what runs in an ending session has between SIGHUP and SIGKILL. Default 2 s.
    pub grace: Duration,
}

impl Config {
    /// The defaults, with these access tokens.
    pub fn new(access: Vec<Token>) -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7420),
            access,
            profiles: Profiles::default(),
            www: None,
            allow_origin: Vec::new(),
            allow_host: Vec::new(),
            mock: false,
            bounds: Bounds::default(),
        }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            sessions: 256,
            connections: 1088,
            retention: Duration::from_secs(30 * 60),
            retention_1001: Duration::from_secs(60),
            handshake: Duration::from_secs(10),
            hello: Duration::from_secs(5),
            proof: Duration::from_secs(10),
            ping: Duration::from_secs(15),
            silence: Duration::from_secs(40),
            grace: Duration::from_secs(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bounds;
    use std::time::Duration;

    #[test]
    fn the_bounds_are_these() {
        let bounds = Bounds::default();
        assert_eq!(bounds.sessions, 256);
        assert_eq!(bounds.connections, 1088);
        assert_eq!(bounds.retention, Duration::from_secs(1800));
        assert_eq!(bounds.retention_1001, Duration::from_secs(60));
        assert_eq!(bounds.handshake, Duration::from_secs(10));
        assert_eq!(bounds.hello, Duration::from_secs(5));
        assert_eq!(bounds.proof, Duration::from_secs(10));
        assert_eq!(bounds.ping, Duration::from_secs(15));
        assert_eq!(bounds.silence, Duration::from_secs(40));
        assert_eq!(bounds.grace, Duration::from_secs(2));
    }
}
