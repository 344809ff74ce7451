//! The command line of `relatch-server`.

use crate::access::{AccessError, Token};
use crate::config::Config;
use crate::guard;
use crate::profile::{self, DEFAULT_KIND, Profile};
use crate::{Server, StartError};
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};
use std::io::{self, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// The environment variable that holds the access token. What runs in sessions does not get it.
pub const ACCESS_VARIABLE: &str = "RELATCH_ACCESS";

/// Terminals in web pages that outlive their connections.
#[derive(Debug, Parser)]
#[command(
    name = "relatch-server",
    version,
    after_help = "The access token also comes from the environment variable \
    RELATCH_ACCESS. Logs go to standard error; RUST_LOG says how much."
)]
pub struct Args {
    /// Run the user's shell in each session; without it, a session echoes what is typed
    #[arg(long)]
    shell: bool,

    /// Run COMMAND (by /bin/sh) in sessions of the kind NAME; `system` is the kind of a page that asks for none
    #[arg(long, value_name = "NAME=COMMAND", value_parser = profile::parse)]
    profile: Vec<(String, Profile)>,

    /// The address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    host: IpAddr,

    /// The port to listen on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 7420)]
    port: u16,

    /// The access token (other users of this machine can read a command line: prefer RELATCH_ACCESS or a file)
    #[arg(long, value_name = "TOKEN", value_parser = Token::new)]
    access: Option<Token>,

    /// The file that keeps the access token; made with a random one if missing [default: relatch/access in the user's state
    /// folder]
    #[arg(long, value_name = "PATH", conflicts_with = "access")]
    access_file: Option<PathBuf>,

    /// Serve the files of this folder at /
    #[arg(long, value_name = "DIR")]
    www: Option<PathBuf>,

    /// Let pages of this origin connect, besides those that the server itself serves
    #[arg(long, value_name = "ORIGIN", value_parser = guard::check_origin)]
    allow_origin: Vec<String>,

    /// Answer to this host name, besides loopback and the address listened on: NAME or NAME:PORT
    #[arg(long, value_name = "HOST", value_parser = guard::check_host)]
    allow_host: Vec<String>,

    /// How long a session waits for its page after the line is lost
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, value_parser = clap::value_parser!(u32).range(1..=604_800))]
    retention: u32,

    /// How long a page may say nothing before its socket is given up; it is pinged in three eighths of that
    #[arg(long, value_name = "SECONDS", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=3600))]
    silence: u32,

    /// How many sessions there are at most
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    max_sessions: u32,

    /// How many connections there are at most [default: four a session, and 64]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_connections: Option<u32>,

    /// Open the fault controls under /mock, for tests; on loopback alone
    #[arg(long)]
    mock: bool,
}

/// Runs the server until a signal ends it. Bad flags have exited with 2 before.
pub async fn run(args: Args) -> ExitCode {
    let config = match args.config() {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return fail(&"signals cannot be caught");
    };
    let mut running = match Server::start(config).await {
        Ok(running) => running,
        Err(error @ StartError::Listen(..)) => return fail(&error),
        Err(error) => bad_value(&error),
    };
    // Whoever does not read it does without.
    let _ = writeln!(io::stdout(), "{}", running.url());
    tracing::info!(address = %running.address, "listening");
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        error = running.stopped() => return fail(&error),
    }
    tracing::info!("stopping");
    match running.stop().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

impl Args {
    fn config(self) -> Result<Config, AccessError> {
        let access = match (self.access, self.access_file) {
            (Some(token), _) => token,
            (None, Some(path)) => Token::kept_in(&path)?,
            (None, None) => match std::env::var(ACCESS_VARIABLE) {
                Ok(token) => {
                    Token::new(&token).unwrap_or_else(|error| bad_value(&format!("{ACCESS_VARIABLE}: {error}")))
                }
                Err(_) => Token::kept_in(&Token::default_file()?)?,
            },
        };
        let mut config = Config::new(vec![access]);
        let shell = self.shell.then(|| (DEFAULT_KIND.to_owned(), Profile::Shell));
        for (name, profile) in shell.into_iter().chain(self.profile) {
            config
                .profiles
                .set(&name, profile)
                .unwrap_or_else(|error| bad_value(&error));
        }
        config.listen = SocketAddr::new(self.host, self.port);
        config.www = self.www;
        config.allow_origin = self.allow_origin;
        config.allow_host = self.allow_host;
        config.mock = self.mock;
        config.bounds.retention = Duration::from_secs(self.retention.into());
        config.bounds.silence = Duration::from_secs(self.silence.into());
        config.bounds.ping = config.bounds.silence * 3 / 8;
        config.bounds.sessions = self.max_sessions as usize;
        let connections = self.max_connections.map(|most| most as usize);
        config.bounds.connections = connections.unwrap_or(config.bounds.sessions * 4 + 64);
        Ok(config)
    }
}

/// Ends the program as any bad flag does: a message and exit code 2.
fn bad_value(error: &dyn std::fmt::Display) -> ! {
    Args::command().error(ErrorKind::ValueValidation, error).exit()
}

fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    let _ = writeln!(io::stderr(), "relatch-server: {error}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn config(flags: &[&str]) -> Config {
        let args = ["relatch-server"].iter().chain(flags);
        Args::try_parse_from(args).unwrap().config().unwrap()
    }

    #[test]
    fn every_flag_finds_its_place() {
        let config = config(&[
            "--shell",
            "--profile",
            "ada=exec vi",
            "--host",
            "127.0.0.2",
            "--port",
            "8123",
            "--access",
            "secret",
            "--www",
            "pages",
            "--allow-origin",
            "https://a.example",
            "--allow-origin",
            "https://b.example",
            "--allow-host",
            "c.example:81",
            "--retention",
            "90",
            "--silence",
            "8",
            "--max-sessions",
            "7",
            "--max-connections",
            "9",
            "--mock",
        ]);
        assert_eq!(config.listen.to_string(), "127.0.0.2:8123");
        let access: Vec<_> = config.access.iter().map(Token::as_str).collect();
        assert_eq!(access, ["secret"]);
        assert_eq!(config.profiles.named("system"), Some(&Profile::Shell));
        let vi = Profile::Command("exec vi".to_owned());
        assert_eq!(config.profiles.named("ada"), Some(&vi));
        assert_eq!(config.www, Some(PathBuf::from("pages")));
        assert_eq!(config.allow_origin, ["https://a.example", "https://b.example"]);
        assert_eq!(config.allow_host, ["c.example:81"]);
        assert!(config.mock);
        assert_eq!(config.bounds.retention, Duration::from_secs(90));
        assert_eq!(config.bounds.silence, Duration::from_secs(8));
        assert_eq!(config.bounds.ping, Duration::from_secs(3));
        assert_eq!(config.bounds.sessions, 7);
        assert_eq!(config.bounds.connections, 9);
    }

    #[test]
    fn without_flags_it_is_the_default_configuration() {
        let flagless = config(&["--access", "secret"]);
        let default = Config::new(vec![Token::new("secret").unwrap()]);
        assert_eq!(format!("{flagless:?}"), format!("{default:?}"));
    }

    #[test]
    fn connections_follow_sessions() {
        assert_eq!(
            config(&["--access", "secret", "--max-sessions", "10"])
                .bounds
                .connections,
            104
        );
    }

    #[test]
    fn a_kind_named_system_replaces_the_shell() {
        let config = config(&["--access", "secret", "--shell", "--profile", "system=top"]);
        let top = Profile::Command("top".to_owned());
        assert_eq!(config.profiles.named("system"), Some(&top));
    }
}
