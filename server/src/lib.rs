//! The server that ships beside Relatch: terminals over WebSocket that outlive the sockets which show them.
//!
//! [`Server::start`] runs one inside this process, as tests do; the program `relatch-server` is [`cli`] around it.
//!
//! | file | subject |
//! |---|---|
//! | [`config`], [`access`], [`profile`], [`cli`] | what a server is started with |
//! | `listen`, `line` | connections, and the ways in which they break |
//! | `http`, `guard` | requests: routes, who may ask |
//! | `ws` | the WebSocket crate |
//! | `client`, `hello`, `resumed` | `relatch.v1`: one socket, its first frame, one session around the crate's machine |
//! | `page`, `query`, `session` | passthrough: one socket, what a page says of itself, one session |
//! | `registry` | the sessions of both kinds, by key |
//! | `run`, `terminal`, [`screen`] | what moves bytes; ptys and processes; what output means, and the screen that is kept of it |
//! | `watched`, `clock`, `view` | state that tasks wait on; the machines' time; what is listed of a session |
//! | `mock` | faults on demand |

pub mod access;
pub mod cli;
mod client;
mod clock;
pub mod config;
mod guard;
mod hello;
mod http;
mod line;
mod listen;
mod mock;
mod page;
pub mod profile;
mod query;
mod registry;
mod resumed;
mod run;
pub mod screen;
mod session;
mod terminal;
mod view;
mod watched;
mod ws;

pub use config::{Bounds, Config};
pub use guard::NameError;

use guard::Guard;
use http::App;
use listen::Port;
use mock::Mock;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long sockets may take to close when the server stops.
const CLOSE_LIMIT: Duration = Duration::from_secs(3);

/// Starts servers.
#[derive(Debug)]
pub struct Server;

/// A server that runs until this is dropped. [`Running::stop`] waits for its end.
#[derive(Debug)]
pub struct Running {
    /// Where it listens, with the real port.
    pub address: SocketAddr,
    access: String,
    _stopping: DropGuard,
    task: JoinHandle<Result<(), io::Error>>,
}

/// Why a server was not started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// [`Config::access`] is empty: nobody could use the server.
    NoAccess,
    /// [`Config::mock`] with an address that others can reach.
    MockInPublic(SocketAddr),
    /// An allowed origin or host is not one.
    Name(NameError),
    /// [`Config::www`] is no folder.
    Www(std::path::PathBuf),
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
}

impl Server {
    /// Starts a server on the present tokio runtime. When this returns, connections are taken.
    ///
    /// # Errors
    /// [`StartError`], if the configuration is not usable or the address is taken.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        let Some(access) = config.access.first() else {
            return Err(StartError::NoAccess);
        };
        if config.mock && !config.listen.ip().is_loopback() {
            return Err(StartError::MockInPublic(config.listen));
        }
        if let Some(folder) = config.www.as_ref().filter(|folder| !folder.is_dir()) {
            return Err(StartError::Www(folder.clone()));
        }
        let guard = Guard::new(&config.allow_origin, &config.allow_host).map_err(StartError::Name)?;
        let access = access.as_str().to_owned();

        let failed = |error| StartError::Listen(config.listen, error);
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (down, downs) = mpsc::unbounded_channel();
        let mock = config.mock.then(|| Mock::new(down));
        let app = App::new(&config, guard, mock);
        let router = http::router(Arc::clone(&app), config.www.as_deref());
        let port = Port::new(listener, router, config.bounds, downs).map_err(failed)?;
        Ok(Running {
            address,
            access,
            _stopping: app.stopping.clone().drop_guard(),
            task: tokio::spawn(serve(app, port)),
        })
    }
}

impl Running {
    /// The page's address, with the access token behind `#`, where it is neither sent nor logged.
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            // It listens everywhere; this is where the reader of the line is.
            address.set_ip(match address {
                SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}/#access={}", self.access)
    }

    /// Closes all sockets with 1012, ends all sessions, and waits for both.
    ///
    /// # Errors
    /// The error for which the server had stopped by itself.
    pub async fn stop(self) -> io::Result<()> {
        let Self { _stopping, task, .. } = self;
        drop(_stopping);
        task.await.unwrap_or_else(|panic| Err(io::Error::other(panic)))
    }

    /// Waits until the server stops by itself, which it does only on an error.
    pub async fn stopped(&mut self) -> io::Error {
        match (&mut self.task).await {
            Ok(Err(error)) => error,
            Ok(Ok(())) => io::Error::other("stopped"),
            Err(panic) => io::Error::other(panic),
        }
    }
}

async fn serve(app: Arc<App>, port: Port) -> io::Result<()> {
    let stopping: CancellationToken = app.stopping.clone();
    let result = tokio::select! {
        () = stopping.cancelled() => Ok(()),
        error = port.run() => Err(error),
    };
    stopping.cancel();
    app.registry.shut_down().await;
    app.sockets.close();
    // A page that does not answer is not waited for.
    let _ = timeout(CLOSE_LIMIT, app.sockets.wait()).await;
    result
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAccess => f.write_str("there is no access token"),
            Self::MockInPublic(address) => {
                write!(
                    f,
                    "--mock lets anyone break connections: it needs a loopback address, not {}",
                    address.ip()
                )
            }
            Self::Name(error) => error.fmt(f),
            Self::Www(folder) => write!(f, "--www: {} is no folder", folder.display()),
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
        }
    }
}

impl std::error::Error for StartError {}
