//! Finds the escape sequences in terminal output, byte by byte, and says which of them a replay must leave out.
//!
//! The states are those of ECMA-48 and of the VT500 parser that xterm.js has too. C1 controls count in their UTF-8 form
//! (0xC2 0x80..=0x9F), because xterm.js acts on them.

const BEL: u8 = 0x07;
const ENQ: u8 = 0x05;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const ESC: u8 = 0x1b;
const C1_LEAD: u8 = 0xc2;

/// Where in the grammar the next byte falls. Small and `Copy`: a stream can be taken up again at any byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scanner {
    state: State,
    sequence: Sequence,
}

/// What to do with a sequence in a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Not known yet: later bytes decide.
    Open,
    /// It changes the screen: keep it.
    Show,
    /// It asks, rings, or reaches beyond the screen: leave it out.
    Mute,
}

/// What one byte was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Text, or a control that acts by itself, in a sequence too.
    Plain,
    /// The same, but a bell or an answerback request.
    Mute,
    /// The first byte of a sequence. What was open before has ended, with this verdict.
    Begin(Verdict),
    /// A further byte of the sequence, which so far has this verdict.
    More(Verdict),
    /// The last byte of the sequence.
    End(Verdict),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum State {
    #[default]
    Ground,
    /// Inside a character: this many bytes are to come.
    Utf8(u8),
    /// After 0xC2: a C1 control or a Latin letter.
    Lead,
    Escape,
    Csi,
    Osc,
    /// The parameters of a device control string.
    DcsHead,
    /// The text of a DCS, SOS, PM or APC.
    Text,
}

/// What has been seen of the open sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Sequence {
    /// `<`, `=`, `>`, `?` or 0.
    prefix: u8,
    /// The last intermediate byte, 0x20..=0x2F, or 0.
    intermediate: u8,
    /// The first number.
    number: Option<u32>,
    /// How many parameters have ended.
    ended: u32,
    /// The bytes of the present parameter, as far as to know whether it is `?`.
    parameter: Parameter,
    /// A string's verdict once it is known.
    text: Option<Verdict>,
    /// The byte before was 0xC2.
    lead: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Parameter {
    #[default]
    Empty,
    Question,
    Other,
}

impl Scanner {
    /// Whether the next byte begins something new: neither a character nor a sequence is unfinished.
    pub fn is_ground(&self) -> bool {
        self.state == State::Ground
    }

    /// Whether a sequence is open, and with which verdict so far.
    pub fn open(&self) -> Option<Verdict> {
        match self.state {
            State::Ground | State::Utf8(_) => None,
            State::Lead | State::Escape | State::Csi | State::DcsHead => Some(Verdict::Open),
            State::Osc | State::Text => Some(self.sequence.text.unwrap_or(Verdict::Open)),
        }
    }

    /// Takes the next byte.
    pub fn step(&mut self, byte: u8) -> Step {
        match byte {
            ESC => return self.begin(State::Escape),
            CAN | SUB if self.open().is_some() => {
                let cut_off = self.open() == Some(Verdict::Mute);
                return self.end(if cut_off { Verdict::Mute } else { Verdict::Show });
            }
            _ => {}
        }
        match self.state {
            State::Ground => self.ground(byte),
            State::Utf8(left) if is_continuation(byte) => {
                self.state = match left {
                    0 | 1 => State::Ground,
                    _ => State::Utf8(left - 1),
                };
                Step::Plain
            }
            State::Utf8(_) => self.ground(byte),
            State::Lead => match byte {
                0x80..=0x9f => self.introduce(byte - 0x40),
                _ if is_continuation(byte) => self.end(Verdict::Show),
                // 0xC2 was alone: it has ended, and this byte is text or a control.
                _ => {
                    let step = self.end(Verdict::Show);
                    if byte == C1_LEAD { self.begin(State::Lead) } else { step }
                }
            },
            State::Escape | State::Csi | State::DcsHead if byte < 0x20 => control(byte),
            State::Escape => self.escape(byte),
            State::Csi => self.csi(byte),
            State::DcsHead => self.dcs_head(byte),
            State::Osc => self.osc(byte),
            State::Text => self.text(byte),
        }
    }

    fn ground(&mut self, byte: u8) -> Step {
        let following = match byte {
            C1_LEAD => return self.begin(State::Lead),
            0xc3..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            _ => 0,
        };
        self.state = match following {
            0 => State::Ground,
            left => State::Utf8(left),
        };
        control(byte)
    }

    fn escape(&mut self, byte: u8) -> Step {
        if self.sequence.intermediate != 0 {
            return match byte {
                0x20..=0x2f => Step::More(Verdict::Open),
                _ => self.end(Verdict::Show),
            };
        }
        match byte {
            0x20..=0x2f => {
                self.sequence.intermediate = byte;
                Step::More(Verdict::Open)
            }
            0x7f => Step::More(Verdict::Open),
            _ => self.introduce(byte),
        }
    }

    /// Takes the byte after ESC, or that of the C1 control less 0x40.
    fn introduce(&mut self, byte: u8) -> Step {
        self.state = match byte {
            b'[' => State::Csi,
            b']' => State::Osc,
            b'P' => State::DcsHead,
            b'X' | b'^' | b'_' => {
                self.sequence.text = Some(Verdict::Show);
                State::Text
            }
            // DECID asks for the terminal's type.
            b'Z' => return self.end(Verdict::Mute),
            _ => return self.end(Verdict::Show),
        };
        Step::More(self.sequence.text.unwrap_or(Verdict::Open))
    }

    fn csi(&mut self, byte: u8) -> Step {
        match byte {
            0x30..=0x3f => self.sequence.parameter_byte(byte),
            0x20..=0x2f => self.sequence.intermediate = byte,
            0x40..=0x7e => return self.end(self.sequence.csi_verdict(byte)),
            0x7f => {}
            _ => return self.end(Verdict::Show),
        }
        Step::More(Verdict::Open)
    }

    fn dcs_head(&mut self, byte: u8) -> Step {
        match byte {
            0x30..=0x3f => {}
            0x20..=0x2f => self.sequence.intermediate = byte,
            0x40..=0x7e => {
                // DECRQSS asks for a setting, XTGETTCAP for capabilities.
                let asks = byte == b'q' && matches!(self.sequence.intermediate, b'$' | b'+');
                let verdict = if asks { Verdict::Mute } else { Verdict::Show };
                self.sequence.text = Some(verdict);
                self.state = State::Text;
                return Step::More(verdict);
            }
            0x7f => {}
            _ => return self.end(Verdict::Show),
        }
        Step::More(Verdict::Open)
    }

    fn osc(&mut self, byte: u8) -> Step {
        if byte == BEL || self.ends_string(byte) {
            return self.end(self.sequence.string_verdict());
        }
        // 0xC2 may be half of ST; if not, the next byte counts for both.
        if byte != C1_LEAD {
            self.sequence.osc_byte(byte);
        }
        Step::More(self.sequence.text.unwrap_or(Verdict::Open))
    }

    fn text(&mut self, byte: u8) -> Step {
        if self.ends_string(byte) {
            return self.end(self.sequence.string_verdict());
        }
        Step::More(self.sequence.string_verdict())
    }

    /// Whether this byte completes ST in its C1 form.
    fn ends_string(&mut self, byte: u8) -> bool {
        let after_lead = self.sequence.lead;
        self.sequence.lead = byte == C1_LEAD;
        after_lead && byte == 0x9c
    }

    fn begin(&mut self, state: State) -> Step {
        let before = match self.state {
            State::Osc | State::Text => self.sequence.string_verdict(),
            State::Ground | State::Utf8(_) | State::Lead | State::Escape | State::Csi | State::DcsHead => Verdict::Show,
        };
        *self = Self {
            state,
            sequence: Sequence::default(),
        };
        Step::Begin(before)
    }

    fn end(&mut self, verdict: Verdict) -> Step {
        *self = Self::default();
        Step::End(verdict)
    }
}

impl Sequence {
    fn parameter_byte(&mut self, byte: u8) {
        match byte {
            b'<'..=b'?' => self.prefix = byte,
            b';' | b':' => self.ended = self.ended.saturating_add(1),
            _ => self.digit(byte),
        }
    }

    fn digit(&mut self, byte: u8) {
        if self.ended == 0 && byte.is_ascii_digit() {
            let digit = u32::from(byte - b'0');
            let number = self.number.unwrap_or(0);
            self.number = Some(number.saturating_mul(10).saturating_add(digit));
        }
    }

    fn csi_verdict(&self, last: u8) -> Verdict {
        let asks = match (self.prefix, self.intermediate, last) {
            // DSR and DECXCPR; but `CSI > … n` sets a keyboard option.
            (0 | b'?', 0, b'n') => true,
            // DA1, DA2, DA3; but `CSI ? … c` is the Linux console's cursor.
            (0 | b'>' | b'=', 0, b'c') => true,
            // DECREQTPARM; XTVERSION; kitty's keyboard query.
            (0, 0, b'x') | (b'>', 0, b'q') | (b'?', 0, b'u') => true,
            // XTSMGRAPHICS, XTQMODKEYS.
            (b'?', 0, b'S' | b'm') => true,
            // DECRQM, DECRQPSR, DECRQTSR.
            (_, b'$', b'p' | b'w' | b'u') => true,
            // DECRQCRA, DECRQUPSS, DECRQDE, DECRQLP.
            (_, b'*', b'y') | (_, b'&', b'u') | (_, b'"', b'v') | (_, b'\'', b'|') => true,
            // XTWINOPS: those that report.
            (0, 0, b't') => matches!(self.number, Some(11 | 13..=16 | 18..=21)),
            _ => false,
        };
        if asks { Verdict::Mute } else { Verdict::Show }
    }

    fn osc_byte(&mut self, byte: u8) {
        if self.text.is_some() {
            return;
        }
        if byte != b';' {
            self.parameter = match (self.parameter, byte) {
                (Parameter::Empty, b'?') => Parameter::Question,
                _ => Parameter::Other,
            };
            self.digit(byte);
            return;
        }
        self.ended = self.ended.saturating_add(1);
        if self.parameter == Parameter::Question {
            self.text = Some(Verdict::Mute);
        } else if self.ended == 1 {
            self.text = match self.number {
                // The clipboard; notifications of iTerm2, kitty and rxvt.
                Some(52 | 9 | 99 | 777) => Some(Verdict::Mute),
                // Colours: set or asked for.
                Some(4 | 5 | 10..=19) => None,
                _ => Some(Verdict::Show),
            };
        }
        self.parameter = Parameter::Empty;
    }

    fn string_verdict(&self) -> Verdict {
        match (self.text, self.parameter) {
            (Some(verdict), _) => verdict,
            (None, Parameter::Question) => Verdict::Mute,
            (None, Parameter::Empty | Parameter::Other) => Verdict::Show,
        }
    }
}

fn control(byte: u8) -> Step {
    match byte {
        BEL | ENQ => Step::Mute,
        _ => Step::Plain,
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}
