//! `relatch.v1`: sessions that are resumed without loss. One file a subject.

mod attach;
mod door;
mod ends;
mod faults;
mod flow;
mod many;
mod restart;
mod snapshots;
mod takeover;

use crate::common::{TestServer, config, shell_config, start};
use relatch_server::profile::Profile;
use std::time::Duration;

/// Echoes, with the fault controls open.
async fn echoes() -> TestServer {
    let mut config = config();
    config.mock = true;
    start(config).await
}

/// Shells, with the fault controls open.
async fn shells() -> TestServer {
    profiles(&[]).await
}

/// Shells and these further profiles, with the fault controls open.
async fn profiles(profiles: &[(&str, &str)]) -> TestServer {
    let mut config = shell_config();
    config.mock = true;
    config.bounds.grace = Duration::from_millis(200);
    for (name, command) in profiles {
        let command = Profile::Command((*command).to_owned());
        config.profiles.set(name, command).unwrap();
    }
    start(config).await
}

/// What `seq -f %07.0f` prints on a terminal is known at every offset: lines of 9 bytes.
fn assert_is_seq(output: &[u8], from: u64) {
    let from = usize::try_from(from).unwrap();
    for line in from / 9..=(from + output.len()) / 9 {
        let wanted = format!("{:07}\r\n", line + 1);
        for (at, byte) in (line * 9..).zip(wanted.bytes()) {
            if at >= from && at < from + output.len() {
                assert_eq!(output[at - from], byte, "at {at}");
            }
        }
    }
}
