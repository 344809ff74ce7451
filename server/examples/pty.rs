//! Runs a program on a pty for `scripts/record.mjs`: `pty COLS ROWS PROGRAM [ARGUMENT...]`. What the program prints goes to stdout
//! as it is. Commands come on stdin: `keys N` and a line's end, then N bytes that are typed; `size COLS ROWS` and a line's end.
//! It ends when the program has closed its terminal, or when stdin ends, which hangs the program up.

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use std::error::Error;
use std::io::{BufRead as _, Read as _, Write as _};
use std::sync::Arc;
use std::{env, io, process, thread};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

fn main() -> Outcome {
    let mut args = env::args().skip(1);
    let usage = "usage: pty COLS ROWS PROGRAM [ARGUMENT...]";
    let cols = args.next().ok_or(usage)?.parse()?;
    let rows = args.next().ok_or(usage)?.parse()?;
    let program = args.next().ok_or(usage)?;

    let (pty, pts) = open()?;
    pty.resize(Size::new(rows, cols))?;
    let mut child = Command::new(program).args(args).spawn(pts)?;
    let pty = Arc::new(pty);
    let typed = Arc::clone(&pty);
    thread::spawn(move || {
        let code = match obey(&typed) {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("pty: {error}");
                1
            }
        };
        process::exit(code);
    });
    show(&pty)?;
    child.wait()?;
    Ok(())
}

/// Copies what the program prints until nothing holds its terminal any more.
fn show(mut pty: &Pty) -> Outcome {
    let mut out = io::stdout().lock();
    let mut bytes = [0; 4096];
    // Linux says EIO once the other side is closed.
    while let Ok(count @ 1..) = pty.read(&mut bytes) {
        out.write_all(bytes.get(..count).unwrap_or_default())?;
        out.flush()?;
    }
    Ok(())
}

/// Carries out the commands from stdin until it ends.
fn obey(mut pty: &Pty) -> Outcome {
    let mut input = io::stdin().lock();
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        match *line.split_whitespace().collect::<Vec<_>>() {
            ["keys", count] => {
                let mut keys = vec![0; count.parse()?];
                input.read_exact(&mut keys)?;
                pty.write_all(&keys)?;
            }
            ["size", cols, rows] => pty.resize(Size::new(rows.parse()?, cols.parse()?))?,
            _ => return Err(format!("what is {line:?}?").into()),
        }
        line.clear();
    }
    Ok(())
}
