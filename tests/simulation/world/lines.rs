//! What goes over the lines.

use super::{Happening, World};
use crate::page::Doom;
use crate::scenario::{Ends, Outage};
use crate::server::{Frame, PATIENCE, Socket};
use crate::wire::{Down, Pipe, Up, Wire};
use relatch::client::{Input, Open, SocketId};
use relatch::host::Transmit;
use relatch::time::Millis;

impl World {
    /// A page opens a socket.
    pub(super) fn open(&mut self, page: usize, open: &Open) {
        let outage = self.weather.outage(self.now);
        let doom = std::mem::take(&mut self.pages[page].doom);
        let wire = self.new_wire(Some(page), open.socket, doom);
        self.pages[page].wire = Some((open.socket, wire));
        let at = self.now + self.latency();
        match outage {
            None => self.send_up(wire, Up::Syn),
            Some(Outage::Refuse) => self.schedule(at, Happening::PageHears(wire)),
            Some(Outage::Swallow) => {}
            Some(Outage::Url) => {
                self.wires[wire].page_open = false;
                self.schedule(at, Happening::NoAddress(page, open.socket));
            }
        }
    }

    pub(super) fn new_wire(&mut self, page: Option<usize>, socket: SocketId, doom: Doom) -> usize {
        let mut wire = Wire {
            page,
            socket,
            up: Pipe::new(),
            down: Pipe::new(),
            page_open: true,
            server_open: false,
            ends: Ends {
                page: None,
                server: None,
            },
            overtaken: doom.overtaken,
        };
        (wire.up.slow, wire.down.slow) = doom.slow;
        if let Some((up, down, ends)) = doom.breaks {
            // The handshake is a frame too.
            (wire.up.left, wire.down.left) = (Some(up + 1), Some(down + 1));
            wire.ends = ends;
        }
        self.wires.push(wire);
        self.wires.len() - 1
    }

    pub(super) fn send_up(&mut self, wire: usize, frame: Up) {
        let latency = self.latency();
        if matches!(frame, Up::Text(_))
            && let Some(ms) = self.wires[wire].overtaken.take()
        {
            self.wires[wire].up.slow = ms;
            self.schedule(self.now + 20, Happening::PageHears(wire));
        }
        if let Some(at) = self.wires[wire].up.send(self.now, latency, frame) {
            self.schedule(at, Happening::Up(wire));
        }
    }

    pub(super) fn send_down(&mut self, wire: usize, frame: Transmit) {
        self.log(|| format!("  server -> wire {wire}: {}", show(&frame)));
        let frame = match frame {
            Transmit::Text(text) => Down::Text(text),
            Transmit::Binary(bytes) => Down::Binary(bytes),
            Transmit::Close { code, reason } => {
                self.wires[wire].server_open = false;
                self.server.sockets.insert(wire, Socket::Out);
                Down::Close {
                    code,
                    reason,
                    proxy: false,
                }
            }
        };
        self.push_down(wire, frame);
    }

    pub(super) fn push_down(&mut self, wire: usize, frame: Down) {
        let latency = self.latency();
        if let Some(at) = self.wires[wire].down.send(self.now, latency, frame) {
            self.schedule(at, Happening::Down(wire));
        }
    }

    pub(super) fn arrive_up(&mut self, wire: usize) {
        let line = &mut self.wires[wire];
        let Some((frame, breaks)) = line.up.arrive(self.now) else {
            return;
        };
        let open = line.server_open;
        if breaks {
            self.line_breaks(wire);
        }
        match frame {
            Up::Syn => {
                self.wires[wire].server_open = true;
                self.server.sockets.insert(wire, Socket::Door);
                self.schedule(self.now + PATIENCE, Happening::Door(wire));
                self.push_down(wire, Down::Open);
            }
            Up::Close => {
                self.log(|| format!("  wire {wire} closes"));
                self.server_hears(wire);
            }
            Up::Text(text) if open => self.serve_frame(wire, Frame::Text(text)),
            Up::Binary(bytes) if open => self.serve_frame(wire, Frame::Binary(bytes)),
            Up::Text(_) | Up::Binary(_) => {}
        }
    }

    pub(super) fn arrive_down(&mut self, wire: usize) {
        let line = &mut self.wires[wire];
        let Some((frame, breaks)) = line.down.arrive(self.now) else {
            return;
        };
        let (page, socket, open) = (line.page, line.socket, line.page_open);
        if breaks {
            self.line_breaks(wire);
        }
        let key = self.server.key(wire).cloned();
        if let (Some(page), true) = (page, open || self.setup.leaky) {
            match frame {
                Down::Open => {
                    self.feed(page, Input::Opened(socket));
                }
                Down::Text(text) => self.hear_text(page, socket, text),
                Down::Binary(bytes) => self.hear_bytes(page, socket, bytes),
                Down::Close { code, reason, proxy } => {
                    self.wires[wire].page_open = false;
                    self.hear_close(page, socket, code, reason, proxy);
                }
            }
        }
        // There is room again.
        if let Some(key) = key {
            self.serve(&key);
        }
    }

    /// One direction broke by itself: the other does too, and the ends hear of it as they may.
    fn line_breaks(&mut self, wire: usize) {
        let ends = self.wires[wire].ends;
        self.ends_hear(wire, ends);
    }

    pub(super) fn ends_hear(&mut self, wire: usize, ends: Ends) {
        if let Some(after) = ends.page {
            self.schedule(self.now + after, Happening::PageHears(wire));
        }
        if let Some(after) = ends.server {
            self.schedule(self.now + after, Happening::ServerHears(wire));
        }
    }

    pub(super) fn page_hears(&mut self, wire: usize) {
        let line = &mut self.wires[wire];
        if let (Some(page), true) = (line.page, std::mem::take(&mut line.page_open)) {
            let socket = line.socket;
            // What the page has not sent yet it never will.
            line.up.cut(usize::MAX);
            self.hear_close(page, socket, 1006, String::new(), false);
        }
    }

    pub(super) fn server_hears(&mut self, wire: usize) {
        if std::mem::take(&mut self.wires[wire].server_open) {
            self.log(|| format!("  the server hears that wire {wire} is gone"));
            self.wires[wire].down.cut(usize::MAX);
            if let Some(key) = self.server.gone(self.now, wire) {
                self.after(&key);
            }
        }
    }

    /// The wire of the page in a tab.
    pub(super) fn line_of(&self, page: usize) -> Option<usize> {
        self.pages[page].wire.map(|(_, wire)| wire)
    }

    pub(super) fn cut(&mut self, wire: usize, up: u8, down: u8, ends: Ends) {
        self.wires[wire].up.cut(up.into());
        self.wires[wire].down.cut(down.into());
        self.ends_hear(wire, ends);
    }

    /// Every line breaks, and the server's end is gone.
    pub(super) fn cut_all(&mut self) {
        for wire in 0..self.wires.len() {
            if self.wires[wire].server_open {
                let after: Millis = self.chance.below(300);
                let page = self.chance.percent(80).then_some(after);
                self.wires[wire].server_open = false;
                self.server.gone(self.now, wire);
                self.cut(wire, 0, 2, Ends { page, server: None });
            }
        }
    }
}

/// A frame as a trace shows it.
pub(super) fn show(frame: &Transmit) -> String {
    match frame {
        Transmit::Text(text) => text.clone(),
        Transmit::Binary(bytes) => format!("{} bytes", bytes.len()),
        Transmit::Close { code, reason } => format!("close {code} {reason}"),
    }
}
