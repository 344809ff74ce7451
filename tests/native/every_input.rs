//! Every input in every state, in one table.
//!
//! A cell is the state afterwards; `=` is the same state and nothing to be seen, `!` a refusal. `closed` is after `close()`, `disposed` after `dispose()`.
//! An input about a socket is about the current one, or the last where there is none; a stale one is about another.

use crate::common::{Answer, World, accept, exact, refuse};
use relatch::client::{Failure, Input, Payload, SocketId, State};
use relatch::config::Config;
use relatch::wire::Size;
use std::collections::BTreeSet;

const TABLE: &str = "
    input           idle        connecting  ready       waiting     open-circuit  offline     frozen      superseded  closed      disposed
    early-timeout   =           =           =           =           =             =           =           =           =           =
    timeout         =           waiting     =           connecting  connecting    connecting  =           =           =           =
    connect         connecting  =           =           =           =             =           =           =           =           =
    opened          =           ready       =           =           =             =           =           =           =           =
    opened-stale    =           =           =           =           =             =           =           =           =           =
    message         =           =           ready       =           =             =           =           =           =           =
    message-stale   =           =           =           =           =             =           =           =           =           =
    control         =           =           ready       =           =             =           =           =           =           =
    control-bad     =           =           connecting  =           =             =           =           =           =           =
    control-stale   =           =           =           =           =             =           =           =           =           =
    closed-lost     =           waiting     waiting     =           =             =           =           =           =           =
    closed-over     =           closed      closed      =           =             =           =           =           =           =
    closed-gone     =           connecting  connecting  =           =             =           =           =           =           =
    closed-breaker  =           open-circuit open-circuit =         =             =           =           =           =           =
    closed-taken    =           superseded  superseded  =           =             =           =           =           =           =
    closed-stale    =           =           =           =           =             =           =           =           =           =
    failed          =           waiting     waiting     =           =             =           =           =           =           =
    failed-stale    =           =           =           =           =             =           =           =           =           =
    online          =           =           =           connecting  connecting    connecting  =           =           =           =
    offline         =           =           =           offline     offline       =           =           =           =           =
    wake            =           =           =           connecting  connecting    =           connecting  =           =           =
    lost-elsewhere  =           waiting     =           waiting     open-circuit  offline     =           =           =           =
    there-elsewhere =           =           =           connecting  connecting    connecting  =           =           =           =
    hide            =           =           =           =           =             =           =           =           =           =
    pace            =           =           =           =           =             =           =           =           =           =
    processed       =           =           =           =           =             =           =           =           =           =
    freeze          =           waiting     waiting     =           =             =           =           =           =           =
    leave           =           waiting     waiting     =           =             =           =           =           =           =
    send            =           =           ready       connecting  connecting    =           connecting  !           !           !
    resize          =           =           ready       =           =             =           =           =           =           !
    reconnect       connecting  =           connecting  connecting  connecting    connecting  connecting  connecting  connecting  !
    close           closed      closed      closed      closed      closed        closed      closed      closed      =           !
    dispose         closed      closed      closed      closed      closed        closed      closed      closed      =           =
    new-session     connecting  connecting  connecting  connecting  connecting    connecting  connecting  connecting  connecting  !
";

fn world_in(column: &str) -> World {
    let config = Config {
        control: true,
        ..exact()
    };
    let world = World::new(config.clone());
    let mut world = match column {
        "idle" => return world,
        "connecting" => return world.server(|_| Answer::default()).connected(),
        "waiting" | "open-circuit" | "offline" => world.server(|_| refuse(0)).connected(),
        "ready" | "frozen" | "superseded" | "closed" | "disposed" => world.server(|_| accept(0)).connected(),
        other => panic!("no column {other}"),
    };
    world.run_until(100);
    match column {
        "open-circuit" => world.run_until(31_000),
        "offline" => world.at(200, Input::Offline),
        "frozen" => world.at(200, Input::Freeze),
        "superseded" => world.close_at(200, 4409, ""),
        "closed" => world.at(200, row_input("close", SocketId(1))),
        "disposed" => world.at(200, Input::Dispose),
        _ => {}
    }
    // The attempts of the cells are left alone.
    world.answer(|_| Answer::default());
    world
}

/// The input of a row; what it says of a socket it says of this one.
pub fn row_input(row: &str, socket: SocketId) -> Input {
    let closed = |code| Input::Closed {
        socket,
        code,
        reason: String::new(),
    };
    let control = |text: &str| Input::Control {
        socket,
        text: text.to_owned(),
    };
    match row {
        "early-timeout" | "timeout" => Input::Timeout,
        "connect" => Input::Connect,
        "opened" | "opened-stale" => Input::Opened(socket),
        "message" | "message-stale" => Input::Message { socket, bytes: 3 },
        "control" | "control-stale" => control(r#"{"t":"reset"}"#),
        "control-bad" => control("reset"),
        "closed-lost" | "closed-stale" => closed(1006),
        "closed-over" => closed(4410),
        "closed-gone" => closed(4404),
        "closed-breaker" => closed(4000),
        "closed-taken" => closed(4409),
        "failed" | "failed-stale" => Input::Failed {
            socket,
            what: Failure::Url,
        },
        "online" => Input::Online,
        "offline" => Input::Offline,
        "wake" => Input::Wake,
        "lost-elsewhere" => Input::Elsewhere(Some(1000)),
        "there-elsewhere" => Input::Elsewhere(None),
        "freeze" => Input::Freeze,
        "leave" => Input::Leave,
        "hide" => Input::Hide,
        "pace" => Input::Pace,
        "processed" => Input::Processed(3),
        "send" => Input::Send(Payload::Text("x".to_owned())),
        "resize" => Input::Resize(Size { cols: 90, rows: 30 }),
        "reconnect" => Input::Reconnect,
        "close" => Input::Close {
            code: 1000,
            reason: String::new(),
        },
        "dispose" => Input::Dispose,
        "new-session" => Input::NewSession,
        other => panic!("no row {other}"),
    }
}

/// Every input's name, and all names, from one list: a new input does not compile before it is in it, and fails the test below before it
/// has a row.
macro_rules! names {
    ($($input:pat => $name:literal,)*) => {
        const NAMES: &[&str] = &[$($name),*];

        fn name(input: &Input) -> &'static str {
            match input {
                $($input => $name,)*
            }
        }
    };
}

names! {
    Input::Timeout => "timeout",
    Input::Connect => "connect",
    Input::Opened(_) => "opened",
    Input::Closed { .. } => "closed",
    Input::Failed { .. } => "failed",
    Input::Message { .. } => "message",
    Input::Control { .. } => "control",
    Input::Send(_) => "send",
    Input::Resize(_) => "resize",
    Input::Online => "online",
    Input::Offline => "offline",
    Input::Wake => "wake",
    Input::Freeze => "freeze",
    Input::Leave => "leave",
    Input::Elsewhere(_) => "elsewhere",
    Input::Hide => "hide",
    Input::Pace => "pace",
    Input::Processed(_) => "processed",
    Input::Reconnect => "reconnect",
    Input::Close { .. } => "close",
    Input::Dispose => "dispose",
    Input::NewSession => "new-session",
}

/// The names of these inputs.
pub fn names_of(inputs: impl Iterator<Item = Input>) -> BTreeSet<&'static str> {
    inputs.map(|input| name(&input)).collect()
}

/// The names of all inputs.
pub fn all_names() -> BTreeSet<&'static str> {
    NAMES.iter().copied().collect()
}

/// What the row's input did to this world: the state afterwards, `=` for nothing at all, or `!` for a refusal.
pub fn outcome(mut world: World, row: &str, input: impl FnOnce(SocketId) -> Input) -> String {
    world.look();
    let last = world.opens.last().map_or(SocketId(1), |(_, open)| open.socket);
    let socket = if row.ends_with("-stale") {
        SocketId(last.0 + 1)
    } else {
        last
    };
    let due = world.client.next_timeout().filter(|_| row == "timeout");
    let at = due.unwrap_or(world.now() + 1);
    let before = world.client.state();
    let answer = world.try_at(at, input(socket));
    let done = world.look();
    match (answer, world.client.state()) {
        (Err(_), after) => {
            assert_eq!(
                (before, done.len()),
                (after, 0),
                "{row} in {before:?}: refused and done"
            );
            "!".to_owned()
        }
        (Ok(()), after) if after == before && done.is_empty() => "=".to_owned(),
        (Ok(()), after) => after.name().to_owned(),
    }
}

/// A table's columns, and its rows by name.
pub fn table(text: &'static str) -> (Vec<&'static str>, Vec<(&'static str, Vec<&'static str>)>) {
    let mut lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let mut lines = lines.by_ref().filter(|cells| !cells.is_empty());
    let head = lines.next().unwrap();
    let rows = lines.map(|cells| (cells[0], cells[1..].to_vec())).collect();
    (head[1..].to_vec(), rows)
}

#[test]
fn every_input_in_every_state_does_what_the_table_says() {
    let (columns, rows) = table(TABLE);
    for (row, cells) in rows {
        let cell = |column: &&str| outcome(world_in(column), row, |socket| row_input(row, socket));
        let done: Vec<_> = columns.iter().map(cell).collect();
        assert_eq!(done, cells, "{row}, in {columns:?}");
    }
}

#[test]
fn the_table_has_every_state_and_every_input() {
    let (columns, rows) = table(TABLE);
    let states: BTreeSet<_> = columns
        .iter()
        .map(|column| world_in(column).client.state().name())
        .collect();
    assert_eq!(states, State::ALL.iter().map(|state| state.name()).collect());
    let inputs = names_of(rows.iter().map(|(row, _)| row_input(row, SocketId(1))));
    assert_eq!(inputs, all_names());
    assert!(rows.iter().all(|(_, cells)| cells.len() == columns.len()));
}
