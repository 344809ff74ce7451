//! Actions as lines of a timeline.

use relatch::client::{Action, Event, Payload, Reset, State, StateChange, Warning};

/// The line; `None` for `Open`, which always comes with the change to `connecting`.
pub(super) fn text(action: &Action) -> Option<String> {
    Some(match action {
        Action::NewSession => "new session".to_owned(),
        Action::ForgetSession => "forget session".to_owned(),
        Action::Open(open) if open.renew => "renew".to_owned(),
        Action::Open(_) => return None,
        Action::Greet(_, attach) => format!("hello {}", attach.attempt),
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
        other => panic!("no line for {other:?}"),
    }
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
