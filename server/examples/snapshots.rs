//! Plays a recording of a terminal and prints what a page would be sent at each of the offsets on its standard input.
//!
//! `snapshots RECORDING.json < OFFSETS`: beside the file, under its name with `.bytes`, is the raw output of the pty. The
//! offsets ascend, one a line. For each, a `u32` in little-endian order and so many bytes go to standard output.

use relatch::wire::Size;
use relatch_server::screen::Screen;
use serde_json::Value;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

/// What a page that has no screen gets of the lines that have scrolled off.
const SCROLLBACK: usize = 100;

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    let name = std::env::args_os()
        .nth(1)
        .ok_or("usage: snapshots RECORDING.json < OFFSETS")?;
    let mut recording = Recording::read(&PathBuf::from(name))?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let snapshot = recording.snapshot(line?.trim().parse()?)?;
        out.write_all(&u32::try_from(snapshot.len())?.to_le_bytes())?;
        out.write_all(&snapshot)?;
    }
    out.flush()?;
    Ok(())
}

struct Recording {
    bytes: Vec<u8>,
    resizes: std::vec::IntoIter<(usize, Size)>,
    next: Option<(usize, Size)>,
    screen: Screen,
    at: usize,
}

impl Recording {
    fn read(path: &Path) -> Result<Self, Error> {
        let told: Value = serde_json::from_slice(&std::fs::read(path)?)?;
        let first = size(told.get("cols"), told.get("rows"))?;
        let mut resizes = Vec::new();
        for resize in told.get("resizes").and_then(Value::as_array).into_iter().flatten() {
            let offset = resize
                .get(0)
                .and_then(Value::as_u64)
                .ok_or("a resize without an offset")?;
            resizes.push((usize::try_from(offset)?, size(resize.get(1), resize.get(2))?));
        }
        let mut resizes = resizes.into_iter();
        Ok(Self {
            bytes: std::fs::read(path.with_extension("bytes"))?,
            next: resizes.next(),
            resizes,
            screen: Screen::new(first),
            at: 0,
        })
    }

    fn snapshot(&mut self, offset: usize) -> Result<Vec<u8>, Error> {
        while let Some((at, size)) = self.next.filter(|(at, _)| *at <= offset) {
            self.feed_to(at)?;
            self.screen.resize(size);
            self.next = self.resizes.next();
        }
        self.feed_to(offset)?;
        Ok(self.screen.snapshot(SCROLLBACK))
    }

    fn feed_to(&mut self, offset: usize) -> Result<(), Error> {
        let bytes = self
            .bytes
            .get(self.at..offset)
            .ok_or("the offsets do not ascend, or pass the end")?;
        self.screen.feed(bytes);
        self.at = offset;
        Ok(())
    }
}

fn size(cols: Option<&Value>, rows: Option<&Value>) -> Result<Size, Error> {
    let side = |value: Option<&Value>| value.and_then(Value::as_u64).and_then(|side| u16::try_from(side).ok());
    match (side(cols), side(rows)) {
        (Some(cols), Some(rows)) => Ok(Size { cols, rows }),
        _ => Err("a size without columns and rows".into()),
    }
}
