//! What must hold in every state.

use crate::socket::HostEnd;
use crate::world::World;
use relatch::client::State;
use relatch::host::{Ending, SocketId};
use relatch::session::SessionKey;

impl World {
    pub fn check(&self) -> Result<(), String> {
        for (_, session) in self.host.directory.iter() {
            let bounds = &self.setup.bounds;
            let (base, head) = (session.base(), session.head());
            if base > head || head - base > bounds.ring as u64 {
                return Err(format!("I7, I9: the ring keeps {base}..{head}"));
            }
            if let (Some(acked), Some(cursor)) = (session.acked(), session.cursor())
                && (acked > cursor || cursor > head)
            {
                return Err(format!("I7: acked {acked}, cursor {cursor}, head {head}"));
            }
            if session.input_waiting() > bounds.input * 16 {
                return Err("I9: more input waits than there is room for".to_owned());
            }
        }
        for page in 0..self.pages.len() {
            self.check_page(page)?;
        }
        Ok(())
    }

    fn check_page(&self, at: usize) -> Result<(), String> {
        let page = &self.pages[at];
        let offsets = page.client.offsets();
        if offsets.processed > offsets.received || offsets.acked > offsets.input {
            return Err(format!("I7: {offsets:?}"));
        }
        if page.client.state() != State::Ready {
            return Ok(());
        }
        if page.screen.next() != offsets.received && page.screen.next() != 0 {
            return Err(format!("I7: {:?}, and the client counts {offsets:?}", page.screen));
        }
        let number = page.client.current_socket().map(|socket| socket.0);
        let socket = self.sockets.iter();
        let mut socket = socket.filter(|socket| socket.page == at && socket.load == page.load);
        let Some(socket) = socket.find(|socket| Some(socket.number) == number) else {
            return Err("a page is ready without a socket".to_owned());
        };
        let HostEnd::Served(key) = &socket.host_end else {
            return Ok(());
        };
        let Some(session) = self.host.get(key) else {
            return Ok(());
        };
        let current = session.attached() == Some(SocketId(socket.id));
        if current && session.cursor().is_some_and(|cursor| offsets.received > cursor) {
            return Err(format!("I7: received {} of {:?}", offsets.received, session.cursor()));
        }
        Ok(())
    }

    /// No more is on its way than the window lets through (S5).
    pub fn check_window(&self, key: &SessionKey) -> Result<(), String> {
        let session = self.host.get(key).unwrap();
        match (session.cursor(), session.acked()) {
            (Some(cursor), Some(acked)) if cursor - acked > self.setup.bounds.window as u64 => {
                Err(format!("S5: sent up to {cursor}, acked up to {acked}"))
            }
            _ => Ok(()),
        }
    }

    /// The exit follows the last byte (I13).
    pub fn check_exit(&self, at: usize) -> Result<(), String> {
        let page = &self.pages[at];
        let of_page = |&&(epoch, _): &&(u64, u64)| Some(epoch) == page.epoch;
        match self.exits.iter().find(of_page) {
            Some((_, head)) if *head == page.screen.next() && page.screen.is_whole() => Ok(()),
            exit => Err(format!("I13: the exit comes at {:?} of {exit:?}", page.screen)),
        }
    }

    /// A session ends only when it may (I12, I13).
    pub fn check_ending(&self, key: &SessionKey, ending: Ending) -> Result<(), String> {
        let mut pages = self.pages.iter();
        let heard = pages.any(|page| page.exit_heard);
        match ending {
            Ending::Exited if !heard && self.loads as usize == self.pages.len() => {
                Err("I13: a session ends before a page has heard of the exit".to_owned())
            }
            Ending::Expired if self.host.get(key).is_some_and(|session| session.attached().is_some()) => {
                Err("I12: a session expires while a page is attached".to_owned())
            }
            _ => Ok(()),
        }
    }

    pub fn key_of(&self, at: usize) -> SessionKey {
        crate::host::key(&format!("s{}", self.pages[at].session), "p")
    }
}
