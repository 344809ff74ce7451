//! How often what nobody has to do may still happen.

use std::fmt;

/// What happens only so often in a world. All else happens whenever it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Somebody types.
    Key,
    /// A process prints a byte.
    Print,
    /// A socket is lost.
    Cut,
    /// A socket cannot be opened.
    Refuse,
    /// A page's timer fires that waits for more than an ack or the next attempt.
    PageTimer,
    /// A timer of the server fires.
    HostTimer,
    /// A page's timers are late by a minute.
    Sleep,
    Hide,
    Freeze,
    Reload,
    /// Another page comes to the session.
    OpenPage,
    /// A user takes a session back, or reconnects what is closed.
    TakeOver,
    /// A user replaces a line or cuts a wait short.
    Reconnect,
    /// A user ends or leaves a session.
    Close,
    NewSession,
    Resize,
    /// A process is replaced.
    Restart,
    /// The server forgets everything.
    ForgetAll,
    Exit,
    /// Somebody without the secret says hello.
    Intrude,
    /// A snapshot is not to be had.
    NoScreen,
}

const ALL: [May; 21] = [
    May::Key,
    May::Print,
    May::Cut,
    May::Refuse,
    May::PageTimer,
    May::HostTimer,
    May::Sleep,
    May::Hide,
    May::Freeze,
    May::Reload,
    May::OpenPage,
    May::TakeOver,
    May::Reconnect,
    May::Close,
    May::NewSession,
    May::Resize,
    May::Restart,
    May::ForgetAll,
    May::Exit,
    May::Intrude,
    May::NoScreen,
];

/// A count below 16 for each thing, in 5 bits of which the highest is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget(u128);

/// Each count's highest bit.
const HIGH: u128 = {
    let mut high = 0;
    let mut count = 0;
    while count < ALL.len() {
        high = high << 5 | 16;
        count += 1;
    }
    high
};

impl Budget {
    pub fn of(counts: &[(May, u8)]) -> Self {
        let part = |&(may, count): &(May, u8)| {
            assert!(count < 16, "a count has 4 bits");
            u128::from(count) << place(may)
        };
        Self(counts.iter().map(part).sum())
    }

    fn count(self, may: May) -> u8 {
        (self.0 >> place(may)) as u8 & 15
    }

    pub fn has(self, may: May) -> bool {
        self.count(may) > 0
    }

    /// Takes one off. A run to the end goes on where there is none.
    pub fn pay(&mut self, may: May) {
        if self.has(may) {
            self.0 -= 1 << place(may);
        }
    }

    /// Whether no count of `other` is above that of this one.
    pub fn covers(self, other: Self) -> bool {
        ((self.0 | HIGH) - other.0) & HIGH == HIGH
    }

    /// A number that is different at each payment.
    pub fn left(self, may: May) -> u16 {
        self.count(may).into()
    }
}

fn place(may: May) -> u32 {
    5 * may as u32
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let some = ALL.into_iter().filter(|&may| self.has(may));
        let some: Vec<String> = some.map(|may| format!("{may:?} {}", self.count(may))).collect();
        f.write_str(&some.join(", "))
    }
}
