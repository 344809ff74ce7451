//! A server on a free port that stops with the test, and native clients for it.

mod v1;

pub use v1::Page;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use relatch_server::access::Token;
use relatch_server::profile::Profile;
use relatch_server::{Config, Running, Server};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message};

pub const ACCESS: &str = "test-token";

/// No wait in a test takes longer.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A folder that is gone with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("relatch-{}-{}", std::process::id(), fresh_id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct TestServer {
    pub running: Running,
}

/// A configuration for tests: any free port, the token [`ACCESS`], echoes.
pub fn config() -> Config {
    let mut config = Config::new(vec![Token::new(ACCESS).unwrap()]);
    config.listen.set_port(0);
    config
}

/// The same with a plain shell on a pty, without the user's own start files.
pub fn shell_config() -> Config {
    let mut config = config();
    let shell = Profile::Command("PS1='$ ' exec /bin/sh".to_owned());
    config.profiles.set("system", shell).unwrap();
    config
}

pub async fn start(config: Config) -> TestServer {
    let running = Server::start(config).await.unwrap();
    TestServer { running }
}

/// An id that no other test has.
pub fn fresh_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("session_1_test{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

impl TestServer {
    pub fn authority(&self) -> String {
        self.running.address.to_string()
    }

    /// Connects with the token and this further query.
    pub async fn connect(&self, query: &str) -> Client {
        self.try_connect(query).await.unwrap()
    }

    pub async fn try_connect(&self, query: &str) -> Result<Client, tungstenite::Error> {
        self.connect_raw(&format!("access={ACCESS}&{query}"), &[]).await
    }

    /// Connects with this query alone and these header fields besides the usual ones.
    pub async fn connect_raw(
        &self,
        query: &str,
        fields: &[(&'static str, &str)],
    ) -> Result<Client, tungstenite::Error> {
        Client::connect(&self.authority(), query, fields).await
    }

    /// Sends a request and returns the whole answer.
    pub async fn http(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.running.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A reset after the answer is no matter.
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer))
            .await
            .expect("no answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub async fn request(&self, method: &str, path: &str, fields: &str, body: &str) -> String {
        let authority = self.authority();
        let length = body.len();
        self.http(&format!(
            "{method} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\ncontent-length: {length}\r\n{fields}\r\n{body}"
        ))
        .await
    }

    /// Plans a fault.
    pub async fn fault(&self, body: &str) {
        let answer = self
            .request("POST", &format!("/mock/faults?access={ACCESS}"), "", body)
            .await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }

    pub async fn clear_faults(&self) {
        let answer = self
            .request("DELETE", &format!("/mock/faults?access={ACCESS}"), "", "")
            .await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    }

    /// What `GET /mock/sessions` lists.
    pub async fn sessions(&self) -> Vec<serde_json::Value> {
        let answer = self
            .request("GET", &format!("/mock/sessions?access={ACCESS}"), "", "")
            .await;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"))
    }

    /// The listed session with this key, if there is one.
    pub async fn session(&self, key: &str) -> Option<serde_json::Value> {
        self.sessions().await.into_iter().find(|session| session["key"] == key)
    }

    /// Looks until the session with this key is as wanted.
    pub async fn until(&self, key: &str, wanted: impl Fn(Option<&serde_json::Value>) -> bool) {
        let look = async {
            while !wanted(self.session(key).await.as_ref()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, look)
            .await
            .expect("the session never became as wanted");
    }

    pub async fn until_detached(&self, key: &str) {
        self.until(key, |session| {
            session.is_some_and(|session| session["attached"] == false)
        })
        .await;
    }

    pub async fn until_gone(&self, key: &str) {
        self.until(key, |session| session.is_none()).await;
    }
}

pub struct Client {
    pub socket: WebSocketStream<TcpStream>,
    /// All output so far.
    pub output: Vec<u8>,
    /// All text frames so far.
    pub texts: Vec<String>,
    /// The length of the longest binary frame so far.
    pub largest: usize,
    /// How many binary frames there were.
    pub frames: usize,
}

/// How a socket ended, as a page would see it.
pub type Closed = (u16, String);

impl Client {
    /// Connects to the server at `host:port`, with this query and these header fields besides the usual ones.
    pub async fn connect(
        authority: &str,
        query: &str,
        fields: &[(&'static str, &str)],
    ) -> Result<Self, tungstenite::Error> {
        let url = format!("ws://{authority}/terminal?{query}");
        let mut request = url.into_client_request()?;
        for (name, value) in fields {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(authority).await?;
        // As browsers do.
        stream.set_nodelay(true)?;
        let handshake = tokio_tungstenite::client_async(request, stream);
        let (socket, _) = timeout(PATIENCE, handshake).await.expect("no answer to the upgrade")?;
        Ok(Self {
            socket,
            output: Vec::new(),
            texts: Vec::new(),
            largest: 0,
            frames: 0,
        })
    }

    pub async fn send(&mut self, text: &str) {
        self.socket
            .send(Message::Binary(Bytes::copy_from_slice(text.as_bytes())))
            .await
            .unwrap();
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).into_owned()
    }

    /// Takes the next frame; the end of the socket is an error.
    pub async fn step(&mut self) -> Result<(), Closed> {
        let frame = timeout(PATIENCE, self.socket.next()).await;
        let frame = frame.unwrap_or_else(|_| panic!("nothing more came; so far {:?}", self.text()));
        match frame {
            Some(Ok(Message::Binary(bytes))) => {
                self.largest = self.largest.max(bytes.len());
                self.frames += 1;
                self.output.extend_from_slice(&bytes);
            }
            Some(Ok(Message::Text(text))) => self.texts.push(text.to_string()),
            Some(Ok(Message::Close(Some(CloseFrame { code, reason })))) => {
                // The answer goes out with the next read.
                let _ = timeout(PATIENCE, self.socket.next()).await;
                return Err((code.into(), reason.to_string()));
            }
            Some(Ok(Message::Close(None))) => return Err((1005, String::new())),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err((1006, String::new())),
        }
        Ok(())
    }

    /// Reads until the output so far contains `wanted`.
    pub async fn read_until(&mut self, wanted: &str) {
        while !self.text().contains(wanted) {
            if let Err(closed) = self.step().await {
                panic!("closed with {closed:?} before {wanted:?}; got {:?}", self.text());
            }
        }
    }

    /// Reads until there are so many bytes of output.
    pub async fn read_bytes(&mut self, count: usize) {
        while self.output.len() < count {
            if let Err(closed) = self.step().await {
                panic!("closed with {closed:?} after {} bytes", self.output.len());
            }
        }
    }

    /// Sends `text` and waits until it has come back: whatever was printed before is here then, too.
    pub async fn echo(&mut self, text: &str) {
        self.send(text).await;
        self.read_until(text).await;
    }

    /// Reads to the end.
    pub async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.step().await {
                return closed;
            }
        }
    }

    /// Closes with this code and waits for the answer.
    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        let _ = self.socket.close(Some(frame)).await;
        while let Ok(Some(Ok(_))) = timeout(PATIENCE, self.socket.next()).await {}
    }

    /// Cuts the connection without a close frame.
    pub fn cut(self) {
        let stream = self.socket.into_inner();
        stream.set_zero_linger().unwrap();
    }
}
