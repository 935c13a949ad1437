//! Running processes: one thread, one poll at a time, in an order that the seed decides.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt as _;
use futures::task::{ArcWake, waker};
use shipway_lambda_model::Entropy as _;

use super::{Checkout, Process, World};

/// More polls than any scenario needs: what goes on after that goes round in circles.
const MOST_POLLS: usize = 400_000;

/// A process, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ProcessId(pub(crate) u32);

#[derive(Clone)]
pub(super) struct ProcessState {
    pub(super) checkout: Checkout,
    pub(super) life: Life,
    pub(super) running: Running,
    pub(super) calls: usize,
    pub(super) polls: usize,
    pub(super) halt_after_polls: Option<usize>,
    woken: Arc<Woken>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Alive,
    /// It ended, or was killed.
    Gone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Running {
    Polled,
    Halted,
}

#[derive(Debug, Default)]
struct Woken(AtomicBool);

impl ArcWake for Woken {
    fn wake_by_ref(woken: &Arc<Self>) {
        woken.0.store(true, Ordering::Relaxed);
    }
}

/// What a process is going to answer.
pub(crate) struct Handle<T> {
    pub(crate) id: ProcessId,
    answer: Rc<RefCell<Option<T>>>,
}

impl<T> Handle<T> {
    /// The answer, if there is one.
    pub(crate) fn take(&self) -> Option<T> {
        self.answer.borrow_mut().take()
    }

    /// The answer of a process that must have ended.
    pub(crate) fn ended(&self) -> T {
        self.take().expect("the process has ended")
    }
}

impl World {
    /// Starts a process.
    pub(crate) fn start<T, F>(&self, checkout: Checkout, body: impl FnOnce(Process) -> F) -> Handle<T>
    where
        T: 'static,
        F: Future<Output = T> + 'static,
    {
        let id = self.with_things(|things| {
            let id = ProcessId(100 + u32::try_from(things.processes.len()).unwrap());
            let woken = Arc::new(Woken(AtomicBool::new(true)));
            let state = ProcessState {
                checkout,
                life: Life::Alive,
                running: Running::Polled,
                calls: 0,
                polls: 0,
                halt_after_polls: None,
                woken,
            };
            things.processes.insert(id, state);
            id
        });
        let answer = Rc::new(RefCell::new(None));
        let slot = Rc::clone(&answer);
        let future = body(Process::new(self.clone(), id));
        let future = async move {
            let value = future.await;
            *slot.borrow_mut() = Some(value);
        };
        self.tasks.borrow_mut().insert(id, future.boxed_local());
        Handle { id, answer }
    }

    /// Runs until nothing can go on by itself: all processes ended, are halted, or wait for a held call.
    pub(crate) fn run(&self) {
        self.run_until(Duration::MAX);
    }

    /// The same for at most `duration`.
    pub(crate) fn run_for(&self, duration: Duration) {
        let until = self.now() + duration;
        self.run_until(until);
        self.with_things(|things| things.now = things.now.max(until));
    }

    fn run_until(&self, until: Duration) {
        for _ in 0..MOST_POLLS {
            if let Some(id) = self.choose() {
                self.poll(id);
            } else if !self.advance(until) {
                return;
            }
        }
        panic!("the processes go round in circles");
    }

    fn choose(&self) -> Option<ProcessId> {
        self.with_things(|things| {
            let ready: Vec<ProcessId> = things
                .processes
                .iter()
                .filter(|(_, state)| {
                    state.life == Life::Alive
                        && state.running == Running::Polled
                        && state.woken.0.load(Ordering::Relaxed)
                })
                .map(|(id, _)| *id)
                .collect();
            let count = u64::try_from(ready.len()).unwrap();
            let index = if count < 2 { 0 } else { things.chance.next_u64() % count };
            ready.get(usize::try_from(index).unwrap()).copied()
        })
    }

    fn poll(&self, id: ProcessId) {
        let woken = self.with_things(|things| {
            let state = things.processes.get_mut(&id).unwrap();
            state.woken.0.store(false, Ordering::Relaxed);
            state.polls += 1;
            Arc::clone(&state.woken)
        });
        let mut future = self.tasks.borrow_mut().remove(&id).expect("a living process has a future");
        let waker = waker(woken);
        match future.poll_unpin(&mut Context::from_waker(&waker)) {
            Poll::Ready(()) => self.with_things(|things| things.processes.get_mut(&id).unwrap().life = Life::Gone),
            Poll::Pending => {
                self.tasks.borrow_mut().insert(id, future);
                self.with_things(|things| {
                    let state = things.processes.get_mut(&id).unwrap();
                    if state.halt_after_polls == Some(state.polls) {
                        state.running = Running::Halted;
                    }
                });
            }
        }
    }

    /// Goes on to the next moment at which something happens; not past `until`. Whether there is one.
    fn advance(&self, until: Duration) -> bool {
        let runs = self.with_things(|things| {
            things.processes.values().any(|state| state.life == Life::Alive && state.running == Running::Polled)
        });
        if !runs {
            return false;
        }
        let due = self.with_things(|things| {
            let next = things.timers.keys().next()?.0;
            if next > until {
                return None;
            }
            things.now = things.now.max(next);
            let later = things.timers.split_off(&(things.now, u64::MAX));
            Some(std::mem::replace(&mut things.timers, later))
        });
        let Some(due) = due else { return false };
        for waker in due.into_values() {
            waker.wake();
        }
        true
    }

    /// SIGKILL.
    pub(crate) fn kill(&self, id: ProcessId) {
        let future = self.tasks.borrow_mut().remove(&id);
        drop(future);
        self.with_things(|things| things.processes.get_mut(&id).unwrap().life = Life::Gone);
    }

    /// Stops polling it.
    pub(crate) fn halt(&self, id: ProcessId) {
        self.with_things(|things| things.processes.get_mut(&id).unwrap().running = Running::Halted);
    }

    /// Stops polling it after so many polls in its life.
    pub(crate) fn halt_after_polls(&self, id: ProcessId, polls: usize) {
        self.with_things(|things| things.processes.get_mut(&id).unwrap().halt_after_polls = Some(polls));
    }

    /// Polls it again.
    pub(crate) fn resume(&self, id: ProcessId) {
        self.with_things(|things| {
            let state = things.processes.get_mut(&id).unwrap();
            state.running = Running::Polled;
            state.halt_after_polls = None;
        });
    }

    /// Lets every held call of it go on.
    pub(crate) fn release(&self, id: ProcessId) {
        let wakers = self.with_things(|things| {
            let released: Vec<_> = things.held.keys().filter(|(process, _)| *process == id).copied().collect();
            released.iter().filter_map(|key| things.held.remove(key).flatten()).collect::<Vec<_>>()
        });
        wakers.into_iter().for_each(std::task::Waker::wake);
    }

    pub(crate) fn is_halted(&self, id: ProcessId) -> bool {
        self.with_things(|things| {
            let state = &things.processes[&id];
            state.life == Life::Alive && state.running == Running::Halted
        })
    }
}
