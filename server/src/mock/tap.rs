//! What strikes one socket: counted on what passes, done to its line.

use super::Mock;
use super::plan::{After, Fault, Plan};
use crate::line::{Cut, Line};
use crate::ws::Close;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// A socket's side of the fault controls. Without `--mock` it does nothing.
#[derive(Debug, Default)]
pub(crate) struct Tap(Option<(Arc<Wire>, Option<Plan>)>);

/// A socket that faults can strike.
#[derive(Debug)]
pub(super) struct Wire {
    line: Arc<Line>,
    mock: Arc<Mock>,
    state: Mutex<State>,
    close: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// The session that the socket shows.
    key: Option<String>,
    armed: Vec<Armed>,
    /// The close frame that is to be sent.
    close: Option<Close>,
    /// How many faults were armed.
    count: u64,
}

/// A fault that waits for its moment.
#[derive(Clone, Debug)]
struct Armed {
    number: u64,
    after: After,
    fault: Fault,
}

impl Tap {
    pub(super) fn new(wire: Arc<Wire>, plan: Option<Plan>) -> Self {
        Self(Some((wire, plan)))
    }

    /// Holds the upgrade up, or returns the HTTP status that refuses it, as planned.
    pub(crate) async fn before_upgrade(&self) -> Option<u16> {
        let (_, Some(plan)) = self.0.as_ref()? else {
            return None;
        };
        match plan.fault {
            Fault::DelayUpgrade(time) => {
                sleep(time).await;
                None
            }
            Fault::Refuse(status) => Some(status),
            _ => None,
        }
    }

    /// The upgrade is answered: what is planned for this socket counts from here.
    pub(crate) fn opened(&self) {
        if let Some((wire, Some(plan))) = &self.0 {
            wire.arm(plan.after, plan.fault.clone());
        }
    }

    /// The socket shows this session now.
    pub(crate) fn attached(&self, key: &str) {
        if let Some((wire, _)) = &self.0 {
            wire.lock().key = Some(key.to_owned());
        }
    }

    /// A message of this many bytes has passed, one way or the other. A ping counts neither as bytes nor as a message.
    pub(crate) fn saw(&self, bytes: usize) {
        if let Some((wire, _)) = &self.0 {
            wire.saw(bytes as u64);
        }
    }

    /// Waits for a close frame that is to be sent.
    pub(crate) async fn close(&self) -> Close {
        let Some((wire, _)) = &self.0 else {
            return pending().await;
        };
        loop {
            if let Some(close) = wire.lock().close.take() {
                return close;
            }
            wire.close.notified().await;
        }
    }
}

impl Wire {
    pub(super) fn new(line: Arc<Line>, mock: Arc<Mock>) -> Arc<Self> {
        Arc::new(Self {
            line,
            mock,
            state: Mutex::default(),
            close: Notify::new(),
        })
    }

    pub(super) fn shows(&self, key: &str) -> bool {
        self.lock().key.as_deref() == Some(key)
    }

    /// Lets the fault strike now, or when its moment comes.
    pub(super) fn arm(self: &Arc<Self>, after: After, fault: Fault) {
        if after == After::Nothing {
            return self.strike(&fault);
        }
        let number = {
            let mut state = self.lock();
            state.count += 1;
            let number = state.count;
            state.armed.push(Armed { number, after, fault });
            number
        };
        if let After::Time(time) = after {
            let wire = Arc::downgrade(self);
            tokio::spawn(async move {
                sleep(time).await;
                if let Some(wire) = wire.upgrade() {
                    wire.strike_if(|armed| armed.number == number);
                }
            });
        }
    }

    /// Forgets what has not struck yet, and lifts the stalls.
    pub(super) fn clear(&self) {
        self.lock().armed.clear();
        self.line.lift_stalls();
    }

    fn saw(&self, bytes: u64) {
        for armed in &mut self.lock().armed {
            match &mut armed.after {
                After::Bytes(left) => *left = left.saturating_sub(bytes),
                After::Messages(left) => *left = left.saturating_sub(1),
                After::Nothing | After::Time(_) => {}
            }
        }
        self.strike_if(|armed| matches!(armed.after, After::Bytes(0) | After::Messages(0)));
    }

    fn strike_if(&self, due: impl Fn(&Armed) -> bool) {
        let struck: Vec<Armed> = self.lock().armed.extract_if(.., |armed| due(armed)).collect();
        for armed in struck {
            self.strike(&armed.fault);
        }
    }

    fn strike(&self, fault: &Fault) {
        tracing::info!(?fault, "fault");
        match fault {
            Fault::Close(close) => {
                self.lock().close = Some(close.clone());
                self.close.notify_one();
            }
            Fault::Rst => self.line.cut(Cut::Rst),
            Fault::Fin => self.line.cut(Cut::Fin),
            Fault::HalfOpen => self.line.half_open(),
            Fault::StallReads => self.line.stall_reads(),
            Fault::StallWrites => self.line.stall_writes(),
            Fault::Down(time) => self.mock.take_down(*time),
            // They have struck before the socket was open.
            Fault::DelayUpgrade(_) | Fault::Refuse(_) => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fault {
    /// For how long it takes the server down.
    pub(super) fn down(&self) -> Option<Duration> {
        match self {
            Self::Down(time) => Some(*time),
            _ => None,
        }
    }
}
