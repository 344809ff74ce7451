//! Every input in every state of a page that resumes, as `every_input.rs` has it for one that does not.
//!
//! `greeted` has said hello and is not welcomed, `exited` is a line whose process has exited; both are no states of their own.

use crate::common::{Answer, World, refuse, resuming, there};
use crate::every_input::{all_names, names_of, outcome, row_input, table};
use relatch::client::{Input, SocketId, State};
use relatch::wire::{Attach, Exit, FromServer};
use std::collections::BTreeSet;

const TABLE: &str = "
    input           idle        connecting  greeted       ready         exited      waiting     open-circuit  offline     frozen      superseded  closed      disposed
    early-timeout   =           =           =             =             =           =           =             =           =           =           =           =
    timeout         =           waiting     waiting       =             =           connecting  connecting    connecting  =           =           =           =
    connect         connecting  =           =             =             =           =           =             =           =           =           =           =
    opened          =           connecting  =             =             =           =           =             =           =           =           =           =
    opened-stale    =           =           =             =             =           =           =             =           =           =           =           =
    message         =           =           connecting    ready         ready       =           =             =           =           =           =           =
    message-stale   =           =           =             =             =           =           =             =           =           =           =           =
    welcome         =           =           ready         connecting    closed      =           =             =           =           =           =           =
    welcome-stale   =           =           =             =             =           =           =             =           =           =           =           =
    ping            =           =           connecting    ready         ready       =           =             =           =           =           =           =
    mark            =           =           connecting    =             =           =           =             =           =           =           =           =
    mark-bad        =           =           connecting    connecting    closed      =           =             =           =           =           =           =
    exit            =           =           connecting    ready         ready       =           =             =           =           =           =           =
    error           =           =           =             =             =           =           =             =           =           =           =           =
    unknown         =           =           =             =             =           =           =             =           =           =           =           =
    nonsense        =           =           connecting    connecting    closed      =           =             =           =           =           =           =
    nonsense-stale  =           =           =             =             =           =           =             =           =           =           =           =
    closed-lost     =           waiting     waiting       waiting       closed      =           =             =           =           =           =           =
    closed-normal   =           waiting     waiting       waiting       closed      =           =             =           =           =           =           =
    closed-over     =           closed      closed        closed        closed      =           =             =           =           =           =           =
    closed-gone     =           connecting  connecting    connecting    closed      =           =             =           =           =           =           =
    closed-desync   =           connecting  connecting    connecting    closed      =           =             =           =           =           =           =
    closed-breaker  =           open-circuit open-circuit open-circuit  closed      =           =             =           =           =           =           =
    closed-taken    =           superseded  superseded    superseded    closed      =           =             =           =           =           =           =
    closed-stale    =           =           =             =             =           =           =             =           =           =           =           =
    failed          =           waiting     waiting       waiting       closed      =           =             =           =           =           =           =
    failed-stale    =           =           =             =             =           =           =             =           =           =           =           =
    online          =           =           =             =             =           connecting  connecting    connecting  =           =           =           =
    offline         =           =           =             =             =           offline     offline       =           =           =           =           =
    wake            =           =           =             ready         ready       connecting  connecting    =           connecting  =           =           =
    lost-elsewhere  =           waiting     waiting       =             =           waiting     open-circuit  offline     =           =           =           =
    there-elsewhere =           =           =             =             =           connecting  connecting    connecting  =           =           =           =
    hide            =           =           =             =             =           =           =             =           =           =           =           =
    pace            =           =           =             =             =           =           =             =           =           =           =           =
    processed       =           =           =             =             =           =           =             =           =           =           =           =
    freeze          =           waiting     waiting       waiting       waiting     =           =             =           =           =           =           =
    leave           =           waiting     waiting       waiting       waiting     =           =             =           =           =           =           =
    send            =           =           =             ready         ready       connecting  connecting    =           connecting  !           !           !
    resize          =           =           =             ready         ready       =           =             =           =           =           =           !
    reconnect       connecting  =           =             connecting    connecting  connecting  connecting    connecting  connecting  connecting  connecting  !
    close           closed      closed      closed        closed        closed      closed      closed        closed      closed      closed      =           !
    dispose         closed      closed      closed        closed        closed      closed      closed        closed      closed      closed      =           =
    new-session     connecting  connecting  connecting    connecting    connecting  connecting  connecting    connecting  connecting  connecting  connecting  !
";

const EXIT: FromServer = FromServer::Exit {
    exit: Exit::Code(0),
    out: 0,
};

fn world_in(column: &str) -> World {
    let mut world = match column {
        "idle" => return World::new(resuming()),
        "connecting" => World::new(resuming()).connected(),
        "greeted" => World::greeted(resuming()),
        "waiting" | "open-circuit" | "offline" => World::new(resuming()).server(|_| refuse(0)).connected(),
        _ => World::resumed(resuming()),
    };
    world.run_until(100);
    match column {
        "open-circuit" => world.run_until(31_000),
        "offline" => world.at(200, Input::Offline),
        "exited" => world.frame_at(100, &EXIT),
        "frozen" => world.at(200, Input::Freeze),
        "superseded" => world.close_at(200, 4409, ""),
        "closed" => world.at(200, row_input("close", SocketId(1))),
        "disposed" => world.at(200, Input::Dispose),
        _ => {}
    }
    // The attempts of the cells are left alone.
    world.answer(|_| Answer::default());
    world.host(|_| Answer::default());
    world
}

fn input(world: &World, row: &str, socket: SocketId) -> Input {
    let closed = |code| Input::Closed {
        socket,
        code,
        reason: String::new(),
    };
    let frame = |frame: &FromServer| Input::Control {
        socket,
        text: frame.to_text(),
    };
    match row {
        "welcome" | "welcome-stale" => {
            let hello = world.hello.unwrap_or(Attach {
                attempt: 1,
                resume: false,
                epoch: None,
                take: true,
                out: None,
                done: 0,
                in_lo: 0,
                in_hi: 0,
                size: None,
            });
            frame(&FromServer::Welcome(there(&hello)))
        }
        "ping" => frame(&FromServer::Ping { n: 1, out: None }),
        "mark" => frame(&FromServer::Mark(0)),
        "mark-bad" => frame(&FromServer::Mark(1)),
        "exit" => frame(&EXIT),
        "error" => frame(&FromServer::Error {
            code: 1013,
            retry_ms: Some(5000),
            msg: String::new(),
        }),
        "unknown" => Input::Control {
            socket,
            text: r#"{"t":"later"}"#.to_owned(),
        },
        "nonsense" | "nonsense-stale" => row_input("control-bad", socket),
        "closed-normal" => closed(1000),
        "closed-desync" => closed(4400),
        other => row_input(other, socket),
    }
}

#[test]
fn every_input_in_every_state_of_a_page_that_resumes_does_what_the_table_says() {
    let (columns, rows) = table(TABLE);
    for (row, cells) in rows {
        let cell = |column: &&str| {
            let world = world_in(column);
            let input = |socket| input(&world_in(column), row, socket);
            outcome(world, row, input)
        };
        let done: Vec<_> = columns.iter().map(cell).collect();
        assert_eq!(done, cells, "{row}, in {columns:?}");
    }
}

#[test]
fn the_table_of_a_page_that_resumes_has_every_state_and_every_input() {
    let (columns, rows) = table(TABLE);
    let states: BTreeSet<_> = columns
        .iter()
        .map(|column| world_in(column).client.state().name())
        .collect();
    assert_eq!(states, State::ALL.iter().map(|state| state.name()).collect());
    let world = World::greeted(resuming());
    let inputs = rows.iter().map(|(row, _)| input(&world, row, SocketId(1)));
    assert_eq!(names_of(inputs), all_names());
    assert!(rows.iter().all(|(_, cells)| cells.len() == columns.len()));
}
