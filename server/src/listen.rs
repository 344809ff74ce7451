//! The port: connections taken in, bounded, and each handed to HTTP.

use crate::config::Bounds;
use crate::http::Arrival;
use crate::line::{Cut, Io, Line};
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt::set_tcp_user_timeout;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::sleep;
use tower::ServiceExt as _;

/// The longest head of a request, in bytes, and the most fields in it.
const LONGEST_HEAD: usize = 16 * 1024;
const MOST_FIELDS: usize = 64;

/// How long to wait before accepting again when the system has run out of something.
const PAUSE: Duration = Duration::from_millis(100);

/// The listening side of a server.
pub(crate) struct Port {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    bounds: Bounds,
    permits: Arc<Semaphore>,
    lines: Vec<Weak<Line>>,
    /// For how long the port is to be closed now.
    down: mpsc::UnboundedReceiver<Duration>,
}

impl Port {
    pub(crate) fn new(
        listener: TcpListener,
        router: Router,
        bounds: Bounds,
        down: mpsc::UnboundedReceiver<Duration>,
    ) -> io::Result<Self> {
        Ok(Self {
            address: listener.local_addr()?,
            listener,
            router,
            permits: Arc::new(Semaphore::new(bounds.connections)),
            bounds,
            lines: Vec::new(),
            down,
        })
    }

    /// Takes connections in until dropped; an error is a port that could not be opened again.
    pub(crate) async fn run(mut self) -> io::Error {
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => self.take_in(stream),
                    Err(error) => {
                        tracing::warn!(%error, "not accepted");
                        sleep(PAUSE).await;
                    }
                },
                Some(time) = self.down.recv() => match self.down_for(time).await {
                    Ok(port) => self = port,
                    Err(error) => return error,
                },
            }
        }
    }

    fn take_in(&mut self, stream: TcpStream) {
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
            tracing::warn!(connections = self.bounds.connections, "refused: too many connections");
            return;
        };
        let Ok(local) = stream.local_addr() else {
            return;
        };
        // An echo is one small segment: it must not wait for another. Bytes that nobody acknowledges end the connection, also
        // while it is not read. Both are hints: a connection without them still works.
        let _ = stream.set_nodelay(true);
        let _ = set_tcp_user_timeout(
            &stream,
            u32::try_from(self.bounds.silence.as_millis()).unwrap_or(u32::MAX),
        );

        let io = Io::new(stream, permit);
        let line = io.line();
        if self.lines.len() >= self.bounds.connections {
            self.lines.retain(|line| line.strong_count() > 0);
        }
        self.lines.push(Arc::downgrade(&line));
        let arrival = Arrival { line, local };
        let router = self.router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(arrival.clone());
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.bounds.handshake)
            .max_buf_size(LONGEST_HEAD)
            .max_headers(MOST_FIELDS)
            .serve_connection(TokioIo::new(io), service)
            .with_upgrades();
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection");
            }
        });
    }

    /// Closes the port, resets every connection, and opens the port again after `time`.
    async fn down_for(self, time: Duration) -> io::Result<Self> {
        let Self {
            listener,
            address,
            router,
            bounds,
            permits,
            lines,
            down,
        } = self;
        drop(listener);
        for line in lines.iter().filter_map(Weak::upgrade) {
            line.cut_unless_spared(Cut::Rst);
        }
        tracing::info!(?time, "down");
        sleep(time).await;
        let listener = TcpListener::bind(address).await?;
        tracing::info!("up");
        Ok(Self {
            listener,
            address,
            router,
            bounds,
            permits,
            lines: Vec::new(),
            down,
        })
    }
}
