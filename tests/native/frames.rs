//! Frames of `relatch.v1` with all that they can hold, and the rule of each of their fields: what the codec's tests and the
//! documentation's share.

use relatch::wire::{Attach, Exit, FromClient, FromServer, Gap, Identity, Outcome, Size, Welcome};

/// Whose frame it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Client,
    Server,
}

/// Each frame's fields in the order in which they are written; a `?` behind those that may be left out or `null`.
///
/// Not in the table: `cols` and `rows` of a hello may be left out together, and an exit has `code` or `signal`.
pub const RULES: [(End, &str, &str); 17] = [
    (
        End::Client,
        "hello",
        "v sid secret project kind? auth? inst try want epoch? take? out? done in_lo in_hi cols rows",
    ),
    (End::Client, "ack", "out exit?"),
    (End::Client, "resize", "cols rows"),
    (End::Client, "hold", ""),
    (End::Client, "live", ""),
    (End::Client, "ping", "n"),
    (End::Client, "pong", "n"),
    (End::Client, "bye", "kill?"),
    (
        End::Server,
        "welcome",
        "epoch gen res out in live window in_window ring_bytes retain_ms ping_ms cols rows",
    ),
    (End::Server, "gap", "from? to snap? why?"),
    (End::Server, "size", "cols rows"),
    (End::Server, "ack", "in"),
    (End::Server, "mark", "out"),
    (End::Server, "ping", "n out?"),
    (End::Server, "pong", "n"),
    (End::Server, "exit", "code? signal? out"),
    (End::Server, "error", "code retry_ms? msg?"),
];

/// One frame of each kind from a client, with all that it can hold.
pub fn of_client() -> Vec<FromClient> {
    vec![
        FromClient::Hello(identity(), attach()),
        FromClient::Ack { out: 1, exit: true },
        FromClient::Resize(SIZE),
        FromClient::Hold,
        FromClient::Live,
        FromClient::Ping(1),
        FromClient::Pong(1),
        FromClient::Bye { kill: true },
    ]
}

/// One frame of each kind from a server, with all that it can hold; an exit twice, since it holds one of two fields.
pub fn of_server() -> Vec<FromServer> {
    vec![
        FromServer::Welcome(WELCOME),
        FromServer::Gap(Gap {
            from: Some(1),
            to: 2,
            snap: 3,
        }),
        FromServer::Size(SIZE),
        FromServer::Ack(1),
        FromServer::Mark(1),
        FromServer::Ping { n: 1, out: Some(2) },
        FromServer::Pong(1),
        FromServer::Exit {
            exit: Exit::Code(1),
            out: 2,
        },
        FromServer::Exit {
            exit: Exit::Signal(9),
            out: 2,
        },
        FromServer::Error {
            code: 1013,
            retry_ms: Some(30_000),
            msg: "full".to_owned(),
        },
    ]
}

/// A client's `t`. Whoever adds a kind adds it here, to [`of_client`] and to [`RULES`].
pub fn kind_of_client(frame: &FromClient) -> &'static str {
    match frame {
        FromClient::Hello(..) => "hello",
        FromClient::Ack { .. } => "ack",
        FromClient::Resize(_) => "resize",
        FromClient::Hold => "hold",
        FromClient::Live => "live",
        FromClient::Ping(_) => "ping",
        FromClient::Pong(_) => "pong",
        FromClient::Bye { .. } => "bye",
    }
}

/// A server's `t`. Whoever adds a kind adds it here, to [`of_server`] and to [`RULES`].
pub fn kind_of_server(frame: &FromServer) -> &'static str {
    match frame {
        FromServer::Welcome(_) => "welcome",
        FromServer::Gap(_) => "gap",
        FromServer::Size(_) => "size",
        FromServer::Ack(_) => "ack",
        FromServer::Mark(_) => "mark",
        FromServer::Ping { .. } => "ping",
        FromServer::Pong(_) => "pong",
        FromServer::Exit { .. } => "exit",
        FromServer::Error { .. } => "error",
    }
}

/// The fields of a frame as it was written, without white space: names and raw values. No string in it holds `,"`.
pub fn fields(text: &str) -> Vec<(&str, &str)> {
    let inner = text.strip_prefix("{\"").and_then(|text| text.strip_suffix('}'));
    let fields = inner.expect(text).split(",\"");
    fields.map(|field| field.split_once("\":").expect(text)).collect()
}

/// The text of a frame with these fields.
pub fn text(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// A size.
pub const SIZE: Size = Size { cols: 80, rows: 24 };

/// Who says hello, with every field.
pub fn identity() -> Identity {
    Identity {
        session: "s1".to_owned(),
        secret: "x".repeat(43),
        project: "p1".to_owned(),
        kind: Some("system".to_owned()),
        auth: Some("token".to_owned()),
        inst: "i1".to_owned(),
    }
}

/// What is said with it, with every field.
pub fn attach() -> Attach {
    Attach {
        attempt: 2,
        resume: true,
        epoch: Some(7),
        take: true,
        out: Some(6),
        done: 5,
        in_lo: 3,
        in_hi: 4,
        size: Some(SIZE),
    }
}

const WELCOME: Welcome = Welcome {
    epoch: 7,
    generation: 2,
    outcome: Outcome::Ok,
    out: 6,
    accepted: 4,
    live: 8,
    window: 262_144,
    in_window: 65_536,
    ring_bytes: 1_048_576,
    retain_ms: 1_800_000,
    ping_ms: 15_000,
    size: SIZE,
};
