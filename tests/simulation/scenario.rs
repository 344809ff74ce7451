//! What happens in a run: a setup and a list of steps, both drawn from a seed. Steps can be left out one by one, which shrinks a run.

mod draw;

use relatch::host::Bounds;
use relatch::time::Millis;

#[derive(Clone, Debug)]
pub struct Scenario {
    pub seed: u64,
    pub setup: Setup,
    /// Each with the time that passes before it.
    pub steps: Vec<(Millis, Step)>,
}

#[derive(Clone, Debug)]
pub struct Setup {
    pub bounds: Bounds,
    pub tabs: usize,
    /// All tabs have one storage, as under `localStorage`; else each has its own.
    pub shared: bool,
    /// The pages say what their terminals have processed.
    pub paced: bool,
    /// A frame takes so long, in each direction.
    pub latency: (Millis, Millis),
    /// So many bytes fit between the server and a page.
    pub room: usize,
    /// The program prints what is typed.
    pub echo: bool,
    /// What comes on a socket that a page has given up is still handed to its client.
    pub leaky: bool,
    /// The pages keep little of what is typed while they have no line.
    pub tight: bool,
}

/// One thing that happens. `tab` and `session` are taken modulo how many there are.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// The user types so much, in thousandths of the input window, and at least a byte.
    Type {
        tab: u8,
        amount: u32,
    },
    Resize {
        tab: u8,
        cols: u16,
    },
    Reconnect {
        tab: u8,
    },
    Close {
        tab: u8,
        code: u16,
    },
    Dispose {
        tab: u8,
    },
    NewSession {
        tab: u8,
    },
    Reload {
        tab: u8,
    },
    /// A new tab, which finds the other's storage: a copy of it, or the same.
    Duplicate {
        tab: u8,
        shared: bool,
    },
    Hide {
        tab: u8,
    },
    Wake {
        tab: u8,
    },
    Freeze {
        tab: u8,
        ms: Millis,
    },
    Online {
        tab: u8,
    },
    Offline {
        tab: u8,
    },
    /// The page's event loop stands still.
    Sleep {
        tab: u8,
        ms: Millis,
    },
    /// Its timers come late; everything else does not.
    LateTimers {
        tab: u8,
        ms: Millis,
    },
    /// Its terminal takes so long for each write.
    Terminal {
        tab: u8,
        ms: Millis,
    },
    /// Its terminal processes nothing for a while.
    TerminalStalls {
        tab: u8,
        ms: Millis,
    },
    /// A page that was unpaced gets a terminal that says what it has processed; another gets another one.
    NewTerminal {
        tab: u8,
    },
    /// The line breaks: of what is under way, so many frames still arrive.
    Cut {
        tab: u8,
        up: u8,
        down: u8,
        ends: Ends,
    },
    /// The next line breaks by itself, after so many frames.
    CutNext {
        tab: u8,
        up: u8,
        down: u8,
        ends: Ends,
    },
    /// What is sent from now on takes longer.
    Slow {
        tab: u8,
        up: bool,
        ms: Millis,
    },
    /// The next line is slow in one direction from its beginning.
    SlowNext {
        tab: u8,
        up: bool,
        ms: Millis,
    },
    /// The next line's hello takes so long, and the page hears that the line is broken: the hello comes after newer ones.
    Overtaken {
        tab: u8,
        ms: Millis,
    },
    /// No new line comes about for a while.
    Outage {
        kind: Outage,
        ms: Millis,
    },
    /// A proxy closes the line.
    CloseFrom {
        tab: u8,
        code: u16,
        retry: Option<Millis>,
    },
    /// The program prints so much, in thousandths of the ring.
    Print {
        session: u8,
        amount: u32,
    },
    /// The program reads no input for a while.
    ProgramStalls {
        session: u8,
        ms: Millis,
    },
    Exit {
        session: u8,
        signal: bool,
    },
    Restart {
        kind: Restart,
    },
    Attack {
        tab: u8,
        kind: Attack,
    },
}

/// When each end hears that a line is broken; never, of itself, where there is no time.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    pub page: Option<Millis>,
    pub server: Option<Millis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Refused at once.
    Refuse,
    /// Nothing is heard.
    Swallow,
    /// The page's URL function fails.
    Url,
}

#[derive(Clone, Copy, Debug)]
pub enum Restart {
    /// Sessions and hashes are kept, their processes are others; pages are told 1012.
    Processes,
    /// The same, and no line survives it.
    Kept,
    /// Everything is forgotten.
    Forgotten,
}

#[derive(Clone, Copy, Debug)]
pub enum Attack {
    WrongSecret { resume: bool },
    OtherPrincipal,
    OtherProject,
    Garbage,
    Silence,
}
