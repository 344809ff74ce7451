//! Faults on demand, for tests: `POST` and `DELETE /mock/faults`, `GET /mock/sessions`. Off unless `--mock` is given.

mod http;
mod plan;
mod tap;

pub(crate) use http::routes;
pub(crate) use tap::Tap;

use crate::line::Line;
use plan::{Plan, Target};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tap::Wire;
use tokio::sync::mpsc;

/// The most plans that wait for connections.
const MOST_PLANS: usize = 256;

/// The faults that are planned, and the sockets that they can strike.
#[derive(Debug)]
pub(crate) struct Mock {
    inner: Mutex<Inner>,
    down: mpsc::UnboundedSender<Duration>,
}

#[derive(Debug, Default)]
struct Inner {
    /// For the next connections, in order.
    next: VecDeque<Plan>,
    /// The sockets there are, the newest last.
    wires: Vec<Weak<Wire>>,
}

/// Why a plan was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotPlanned {
    /// No socket shows this session.
    NotAttached,
    /// There are as many plans as there may be.
    TooMany,
}

impl Mock {
    /// Faults that take the whole server down are sent to `down`, with the time that it shall last.
    pub(crate) fn new(down: mpsc::UnboundedSender<Duration>) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
            down,
        })
    }

    /// Takes what is planned for the connection that has just asked for an upgrade.
    pub(crate) fn connection(self: &Arc<Self>, line: Arc<Line>) -> Tap {
        let wire = Wire::new(line, Arc::clone(self));
        let mut inner = self.lock();
        inner.wires.retain(|wire| wire.strong_count() > 0);
        inner.wires.push(Arc::downgrade(&wire));
        let plan = inner.next.front_mut().map(|plan| {
            plan.count -= 1;
            plan.clone()
        });
        if plan.as_ref().is_some_and(|plan| plan.count == 0) {
            inner.next.pop_front();
        }
        Tap::new(wire, plan)
    }

    fn plan(&self, plan: Plan) -> Result<(), NotPlanned> {
        match &plan.target {
            Target::Now => self.take_down(plan.fault.down().unwrap_or_default()),
            Target::Next => {
                let mut inner = self.lock();
                if inner.next.len() >= MOST_PLANS {
                    return Err(NotPlanned::TooMany);
                }
                inner.next.push_back(plan);
            }
            Target::Session(key) => {
                let shown_by = |wire: &Arc<Wire>| wire.shows(key);
                let wire = self
                    .wires()
                    .into_iter()
                    .rev()
                    .find(shown_by)
                    .ok_or(NotPlanned::NotAttached)?;
                wire.arm(plan.after, plan.fault);
            }
        }
        Ok(())
    }

    fn clear(&self) {
        self.lock().next.clear();
        for wire in self.wires() {
            wire.clear();
        }
    }

    fn take_down(&self, time: Duration) {
        // Nobody listens any more once the server stops.
        let _ = self.down.send(time);
    }

    fn wires(&self) -> Vec<Arc<Wire>> {
        self.lock().wires.iter().filter_map(Weak::upgrade).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
