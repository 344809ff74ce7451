//! Actions as lines of a timeline.

use relatch::client::{Action, Event, Payload, Reset, State, StateChange, Warning};
use relatch::wire::{Attach, Exit, Outcome, Size};

/// The line; `None` for `Open`, which always comes with the change to `connecting`.
pub(super) fn text(action: &Action) -> Option<String> {
    Some(match action {
        Action::NewSession => "new session".to_owned(),
        Action::ForgetSession => "forget session".to_owned(),
        Action::Open(open) if open.renew => "renew".to_owned(),
        Action::Open(_) => return None,
        Action::Greet(_, attach) => hello(attach),
        Action::Transmit(_, Payload::Text(text)) => format!("send {text}"),
        Action::Transmit(_, Payload::Binary(bytes)) => format!("send {} bytes", bytes.len()),
        Action::Discard { code, reason, .. } => format!("discard{}", close(*code, reason)),
        Action::Deliver => "deliver".to_owned(),
        Action::Emit(event) => event_text(event),
    })
}

fn event_text(event: &Event) -> String {
    match event {
        Event::StateChange(change) => change_text(change),
        Event::Reset(Reset::Server) => "reset: server".to_owned(),
        Event::Reset(Reset::SessionLost) => "reset: session lost".to_owned(),
        Event::Reset(Reset::Restarted) => "reset: restarted".to_owned(),
        Event::Dropped(dropped) => {
            let (reason, bytes) = (dropped.reason.name(), dropped.bytes);
            format!("dropped: {reason}, {} messages of {bytes} bytes", dropped.messages)
        }
        Event::Warning(Warning::UnmappedCode(code)) => format!("warning: unmapped {code}"),
        Event::Resumed(resumed) => {
            let outcome = match resumed.outcome {
                Outcome::Ok => "ok",
                Outcome::Gap => "gap",
                Outcome::New => "new",
            };
            let (offset, replay, size) = (resumed.offset, resumed.replay, size_text(resumed.size));
            format!("resumed: {outcome} at {offset}, replay {replay}, {size}")
        }
        Event::Gap(gap) if gap.snap > 0 => format!("gap: {} to {}, {} drawn", maybe(gap.from), gap.to, gap.snap),
        Event::Gap(gap) => format!("gap: {} to {}", maybe(gap.from), gap.to),
        Event::Size(size) => format!("size: {}", size_text(*size)),
        Event::Exit(Exit::Code(code)) => format!("exit: code {code}"),
        Event::Exit(Exit::Signal(signal)) => format!("exit: signal {signal}"),
        other => panic!("no line for {other:?}"),
    }
}

/// `hello 4: resume, epoch 7, take, out 5000, done 4800, in 10..16, 80x24`; what is not said is left out.
fn hello(attach: &Attach) -> String {
    let mut text = format!(
        "hello {}: {}",
        attach.attempt,
        if attach.resume { "resume" } else { "new" }
    );
    if let Some(epoch) = attach.epoch {
        text += &format!(", epoch {epoch}");
    }
    if attach.take {
        text += ", take";
    }
    text += &format!(", out {}, done {}", maybe(attach.out), attach.done);
    text += &format!(", in {}..{}", attach.in_lo, attach.in_hi);
    if let Some(size) = attach.size {
        text += &format!(", {}", size_text(size));
    }
    text
}

fn maybe(offset: Option<u64>) -> String {
    offset.map_or_else(|| "none".to_owned(), |offset| offset.to_string())
}

fn size_text(size: Size) -> String {
    format!("{}x{}", size.cols, size.rows)
}

/// `waiting 3: refused 1006, in 2000` is the wait for attempt 3, since 1006 was the answer to attempt 2.
fn change_text(change: &StateChange) -> String {
    let mut text = change.state.name().to_owned();
    // What stopped has no attempt to come.
    if !matches!(change.state, State::Closed | State::Superseded) {
        text += &format!(" {}", change.attempt);
    }
    text += &format!(": {}", change.reason.name());
    if let Some((code, reason)) = &change.close {
        text += &close(*code, reason);
    }
    if let Some(delay) = change.retry_in {
        text += &format!(", in {delay}");
    }
    text
}

fn close(code: u16, reason: &str) -> String {
    if reason.is_empty() {
        format!(" {code}")
    } else {
        format!(" {code} {reason}")
    }
}
