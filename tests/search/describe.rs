//! A world in a line, for traces.

use crate::screen::Screen;
use crate::socket::Frame;
use crate::world::World;
use relatch::wire::flat::{Object, Value};
use std::fmt::Write;

impl World {
    pub fn describe(&self) -> String {
        let mut line = String::new();
        for (at, page) in self.pages.iter().enumerate() {
            let screen = match page.screen {
                Screen::Blank => "blank".to_owned(),
                Screen::Painting { next, left, .. } => format!("painting {left} before {next}"),
                Screen::At { epoch: None, next } => format!("?@{next}"),
                Screen::At {
                    epoch: Some(epoch),
                    next,
                } => format!("{epoch}@{next}"),
            };
            let kept = page.client.kept_input();
            let _ = write!(
                line,
                "| page {at} (load {}, s{}) {:?} {screen} keeps {kept:?} ",
                page.load,
                page.session,
                page.client.state()
            );
        }
        for (key, session) in self.host.directory.iter() {
            let attached = session.attached().map(|socket| socket.0);
            let (base, head, acked, cursor) = (session.base(), session.head(), session.acked(), session.cursor());
            let _ = write!(
                line,
                "| {} process {} gen {} ring {base}..{head} to #{attached:?} acked {acked:?} cursor {cursor:?} inst {:?} ",
                key.session.session,
                session.epoch(),
                session.generation(),
                session.last_inst(),
            );
        }
        for socket in &self.sockets {
            let show = |frames: &std::collections::VecDeque<Frame>| {
                let frames: Vec<String> = frames.iter().map(show).collect();
                frames.join(" ")
            };
            let (up, down) = (show(&socket.up), show(&socket.down));
            let cut = |cut: bool| if cut { "✂" } else { "" };
            let _ = write!(
                line,
                "| #{} of {} load {} {:?}/{:?} ↑{}[{up}] ↓{}[{down}] ",
                socket.id,
                socket.page,
                socket.load,
                socket.page_end,
                socket.host_end,
                cut(socket.up_cut),
                cut(socket.down_cut),
            );
        }
        line
    }
}

fn show(frame: &Frame) -> String {
    match frame {
        Frame::Binary(bytes) => format!("{bytes:?}"),
        Frame::Close(code) => format!("close {code}"),
        Frame::Text(text) => {
            let Ok(object) = Object::parse(text) else {
                return text.to_string();
            };
            let mut line = object.text("t").unwrap_or_default().to_owned();
            for name in [
                "inst", "try", "want", "epoch", "gen", "res", "take", "out", "done", "in", "in_lo", "in_hi", "live",
                "from", "to", "snap", "n", "kill", "exit", "code", "cols",
            ] {
                match object.value(name) {
                    Some(Value::Integer(number)) => drop(write!(line, " {name}={number}")),
                    Some(Value::Text(text)) => drop(write!(line, " {name}={text}")),
                    Some(Value::Bool(flag)) => drop(write!(line, " {name}={flag}")),
                    _ => {}
                }
            }
            format!("({line})")
        }
    }
}
