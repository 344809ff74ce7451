//! One TCP connection, with the switches by which the fault controls break it, and an end that loses nothing.

use rustix::net::{Shutdown, shutdown};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::time::{sleep, timeout};

/// How long a closed connection is read on, for its last frames to arrive: unread bytes would turn its end into a reset, which
/// takes what the other side has not read yet.
const LINGER: Duration = Duration::from_secs(2);

/// How often a connection that nobody reads is looked at for its end.
const LOOK: Duration = Duration::from_secs(1);

/// The bytes of a connection, to be read and written by whoever speaks on it.
pub(crate) struct Io {
    stream: Arc<TcpStream>,
    line: Arc<Line>,
    /// Counts the connection until it is really closed.
    permit: Option<OwnedSemaphorePermit>,
}

/// The handle on a connection that others keep.
#[derive(Debug)]
pub(crate) struct Line {
    stream: Weak<TcpStream>,
    switches: Mutex<Switches>,
    was_cut: Notify,
}

#[derive(Debug, Default)]
struct Switches {
    cut: Option<Cut>,
    spared: bool,
    half_open: bool,
    stall_reads: bool,
    stall_writes: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// How a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// With a TCP reset.
    Rst,
    /// With a FIN and no close frame.
    Fin,
}

impl Io {
    pub(crate) fn new(stream: TcpStream, permit: OwnedSemaphorePermit) -> Self {
        let stream = Arc::new(stream);
        let line = Arc::new(Line {
            stream: Arc::downgrade(&stream),
            switches: Mutex::default(),
            was_cut: Notify::new(),
        });
        Self {
            stream,
            line,
            permit: Some(permit),
        }
    }

    pub(crate) fn line(&self) -> Arc<Line> {
        Arc::clone(&self.line)
    }
}

impl Line {
    /// Waits until the connection is over, for use while nobody reads it.
    pub(crate) async fn over(&self) {
        tokio::select! {
            () = self.closed_by_peer() => {}
            () = self.was_cut.notified() => {}
        }
    }

    /// Waits until the other side has closed or reset the connection.
    async fn closed_by_peer(&self) {
        while let Some(stream) = self.stream.upgrade() {
            // Unread bytes make it readable all the time: only the flag says more.
            match stream.ready(Interest::READABLE).await {
                Ok(ready) if !ready.is_read_closed() => {}
                Ok(_) | Err(_) => return,
            }
            drop(stream);
            sleep(LOOK).await;
        }
    }

    /// Cuts the connection at once.
    pub(crate) fn cut(&self, cut: Cut) {
        self.switch(|switches| switches.cut = Some(cut));
        self.was_cut.notify_one();
    }

    /// Lets this connection outlive [`Line::cut_unless_spared`]: it carries the answer to who asked for the cut.
    pub(crate) fn spare(&self) {
        self.switch(|switches| switches.spared = true);
    }

    /// Cuts the connection at once, unless it is spared.
    pub(crate) fn cut_unless_spared(&self, cut: Cut) {
        if !self.lock().spared {
            self.cut(cut);
        }
    }

    /// Swallows all bytes both ways from now on, and says nothing of the end.
    pub(crate) fn half_open(&self) {
        self.switch(|switches| switches.half_open = true);
    }

    /// Reads nothing from now on.
    pub(crate) fn stall_reads(&self) {
        self.switch(|switches| switches.stall_reads = true);
    }

    /// Writes nothing from now on.
    pub(crate) fn stall_writes(&self) {
        self.switch(|switches| switches.stall_writes = true);
    }

    /// Reads and writes again.
    pub(crate) fn lift_stalls(&self) {
        self.switch(|switches| {
            switches.stall_reads = false;
            switches.stall_writes = false;
        });
    }

    fn switch(&self, change: impl FnOnce(&mut Switches)) {
        let mut switches = self.lock();
        change(&mut switches);
        let wakers = [switches.reader.take(), switches.writer.take()];
        drop(switches);
        for waker in wakers.into_iter().flatten() {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Switches> {
        self.switches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Io {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let half_open = {
            let mut switches = self.line.lock();
            match switches.cut {
                Some(Cut::Rst) => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
                Some(Cut::Fin) => return Poll::Ready(Ok(())),
                None => {}
            }
            remember(&mut switches.reader, cx);
            if switches.stall_reads {
                return Poll::Pending;
            }
            switches.half_open
        };
        loop {
            ready!(self.stream.poll_read_ready(cx))?;
            let mut swallowed = [0; 4096];
            let read = if half_open {
                self.stream.try_read(&mut swallowed)
            } else {
                self.stream.try_read(buf.initialize_unfilled())
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(1..) if half_open => {}
                Ok(0) | Err(_) if half_open => return Poll::Pending,
                Ok(length) => {
                    buf.advance(length);
                    return Poll::Ready(Ok(()));
                }
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Io {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        {
            let mut switches = self.line.lock();
            if switches.cut.is_some() {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            remember(&mut switches.writer, cx);
            if switches.stall_writes {
                return Poll::Pending;
            }
            if switches.half_open {
                return Poll::Ready(Ok(buf.len()));
            }
        }
        loop {
            ready!(self.stream.poll_write_ready(cx))?;
            match self.stream.try_write(buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.line.lock().half_open {
            shutdown(&self.stream, Shutdown::Write)?;
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Io {
    fn drop(&mut self) {
        let (stream, permit) = (Arc::clone(&self.stream), self.permit.take());
        let (cut, half_open) = {
            let switches = self.line.lock();
            (switches.cut, switches.half_open)
        };
        if cut == Some(Cut::Rst) {
            // Without it this would be a FIN; nothing more can be done about a failure.
            let _ = rustix::net::sockopt::set_socket_linger(&stream, Some(Duration::ZERO));
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            if half_open {
                drain(&stream).await;
            } else if shutdown(&stream, Shutdown::Write).is_ok() {
                let _ = timeout(LINGER, drain(&stream)).await;
            }
            drop(permit);
        });
    }
}

/// Reads to the end and forgets what it reads.
async fn drain(stream: &TcpStream) {
    let mut forgotten = [0; 4096];
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut forgotten) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
    }
}

fn remember(slot: &mut Option<Waker>, cx: &Context<'_>) {
    if !slot.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
        *slot = Some(cx.waker().clone());
    }
}
