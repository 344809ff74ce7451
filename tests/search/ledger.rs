//! What was typed, and what became of each byte: it is delivered once, or said to be dropped, or still kept (I3, I4). A byte's content
//! is its number.

/// A set of bytes typed.
pub type Typed = u16;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ledger {
    typed: Vec<Keystroke>,
    /// Counted and queued by a session.
    pub accepted: Typed,
    /// Given to a process.
    pub written: Typed,
    /// Said to be dropped for certain.
    pub gone: Typed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Keystroke {
    load: u8,
    /// The process whose screen the page showed.
    epoch: Option<u64>,
    /// The process whose session accepted it.
    accepted: Option<u64>,
}

impl Ledger {
    /// Notes one byte typed; its content.
    pub fn type_one(&mut self, load: u8, epoch: Option<u64>) -> u8 {
        let accepted = None;
        self.typed.push(Keystroke { load, epoch, accepted });
        (self.typed.len() - 1) as u8
    }

    /// A session of this process counts and queues these.
    pub fn accept(&mut self, epoch: u64, bytes: &[u8]) -> Result<(), String> {
        for &byte in bytes {
            let key = self.typed.get(usize::from(byte)).ok_or("input that nobody typed")?;
            if self.accepted & bit(byte) != 0 {
                return Err(format!("I3: the server accepts input {byte} twice"));
            }
            let load = key.load;
            let mut later = self.typed.iter().skip(usize::from(byte) + 1);
            if later.any(|later| later.load == load && later.accepted == Some(epoch)) {
                return Err(format!("I3: input {byte} is accepted after what was typed later"));
            }
            if key.epoch.is_some_and(|shown| shown != epoch) {
                return Err(format!(
                    "I4: input {byte}, typed for process {:?}, is accepted for {epoch}",
                    key.epoch
                ));
            }
            if self.gone & bit(byte) != 0 {
                return Err(format!("input {byte} was said to be dropped, and is accepted"));
            }
            self.accepted |= bit(byte);
            self.typed[usize::from(byte)].accepted = Some(epoch);
        }
        Ok(())
    }

    /// A process is given these.
    pub fn write(&mut self, epoch: u64, bytes: &[u8]) -> Result<(), String> {
        for &byte in bytes {
            if self.written & bit(byte) != 0 {
                return Err(format!("I3: the process is given input {byte} twice"));
            }
            let key = self.typed.get(usize::from(byte)).ok_or("input that nobody typed")?;
            let skipped = (0..byte).find(|&earlier| {
                let Keystroke { load, accepted, .. } = self.typed[usize::from(earlier)];
                load == key.load && accepted == Some(epoch) && self.written & bit(earlier) == 0
            });
            if let Some(earlier) = skipped {
                return Err(format!("I3: the process is given input {byte} before {earlier}"));
            }
            if key.epoch.is_some_and(|shown| shown != epoch) {
                return Err(format!(
                    "I4: input {byte}, typed for process {:?}, is given to {epoch}",
                    key.epoch
                ));
            }
            self.written |= bit(byte);
        }
        Ok(())
    }

    /// A page kept `before` and now keeps `after`; it said that `sure` bytes were dropped, and of `unsure` ones that they may be.
    pub fn settle(&mut self, before: &[u8], after: &[u8], sure: usize, unsure: usize) -> Result<(), String> {
        let left = set(before) & !set(after);
        if set(after) & !set(before) != 0 {
            return Err("a page keeps what it did not".to_owned());
        }
        let undelivered = left & !self.accepted;
        if undelivered.count_ones() as usize > sure + unsure {
            return Err(format!("input is lost and nothing says so: {undelivered:#b}"));
        }
        if sure + unsure > left.count_ones() as usize {
            return Err(format!(
                "{sure} and {unsure} bytes are said to be dropped, of {left:#b}"
            ));
        }
        if sure > undelivered.count_ones() as usize {
            return Err(format!(
                "{sure} bytes are said to be dropped, and only {undelivered:#b} are"
            ));
        }
        if unsure == 0 {
            self.gone |= undelivered;
        }
        Ok(())
    }
}

pub fn bit(byte: u8) -> Typed {
    1 << byte
}

pub fn set(bytes: &[u8]) -> Typed {
    bytes.iter().fold(0, |set, &byte| set | bit(byte))
}
