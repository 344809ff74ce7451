//! The program `relatch-server`; see its `--help`.

use clap::Parser as _;
use relatch_server::cli::{self, Args};
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("relatch_server=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    cli::run(args).await
}
