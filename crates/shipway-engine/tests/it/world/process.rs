//! One engine's way to the world: every call passes here, is logged, and may run into a trap.

use std::fmt::Display;
use std::future::poll_fn;
use std::task::Poll;

use super::executor::Running;
use super::state::Things;
use super::traps::{Action, Fault, Moment, Times, Trap, When};
use super::{Call, Checkout, Guard, ProcessId, Side, World};

/// An engine's neighbours: it implements every port.
pub(crate) struct Process {
    pub(super) world: World,
    pub(super) id: ProcessId,
}

impl Process {
    pub(super) fn new(world: World, id: ProcessId) -> Self {
        Self { world, id }
    }

    pub(super) fn checkout(&self) -> Checkout {
        self.world.with_things(|things| things.processes[&self.id].checkout.clone())
    }

    pub(super) fn host(&self) -> String {
        self.checkout().host
    }

    /// One call: logged, yielding before and after its effect, spoiled if a trap says so.
    pub(super) async fn call<T, E: Display>(
        &self,
        side: Side,
        operation: &'static str,
        object: impl Into<String>,
        guard: Guard,
        effect: impl FnOnce(&mut Things) -> Result<T, E>,
        spoiled: impl FnOnce(Fault) -> E,
    ) -> Result<T, E> {
        let (index, position) = self.begin(side, operation, object.into(), guard);
        let fault = self.spring(position, Moment::Before);
        self.pass(index).await;
        let result = match fault {
            None | Some(Fault::LostReply) => self.world.with_things(effect),
            Some(fault) => {
                let error = spoiled(fault);
                self.note(position, Err(error.to_string()));
                self.pass(index).await;
                return Err(error);
            }
        };
        self.note(position, result.as_ref().map(|_| ()).map_err(ToString::to_string));
        let after = self.spring(position, Moment::After);
        assert!(after.is_none(), "a call is spoiled before its effect");
        self.pass(index).await;
        match fault {
            Some(fault) => Err(spoiled(fault)),
            None => result,
        }
    }

    fn begin(&self, side: Side, operation: &'static str, object: String, guard: Guard) -> (usize, usize) {
        self.world.with_things(|things| {
            let state = things.processes.get_mut(&self.id).unwrap();
            let index = state.calls;
            state.calls += 1;
            things.log.push(Call { process: self.id, index, side, operation, object, guard, result: None });
            (index, things.log.len() - 1)
        })
    }

    fn note(&self, position: usize, result: Result<(), String>) {
        self.world.with_things(|things| things.log[position].result = Some(result));
    }

    /// Springs the traps that are set for this call.
    fn spring(&self, position: usize, moment: Moment) -> Option<Fault> {
        let call = self.world.with_things(|things| things.log[position].clone());
        // Traps may look at the world, so they are taken out of it while they spring.
        let traps = self.world.with_things(|things| std::mem::take(&mut things.traps));
        let mut kept: Vec<Trap> = Vec::new();
        let mut fault = None;
        for mut trap in traps {
            if !matches(&trap, &call, moment) {
                kept.push(trap);
                continue;
            }
            if trap.skip > 0 {
                trap.skip -= 1;
                kept.push(trap);
                continue;
            }
            match &mut trap.action {
                Action::Halt => self.world.with_things(|things| {
                    things.processes.get_mut(&self.id).unwrap().running = Running::Halted;
                }),
                Action::HoldCall => {
                    self.world.with_things(|things| things.held.insert((self.id, call.index), None));
                }
                Action::Spoil(kind) => fault = Some(*kind),
                Action::Do(act) => act(&self.world),
            }
            if trap.times == Times::Always {
                kept.push(trap);
            }
        }
        self.world.with_things(|things| {
            // What a trap set is kept as well.
            kept.append(&mut things.traps);
            things.traps = kept;
        });
        fault
    }

    /// Yields once, and for as long as the call is held.
    async fn pass(&self, index: usize) {
        let mut yielded = false;
        poll_fn(|context| {
            if !yielded {
                yielded = true;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.world.with_things(|things| match things.held.get_mut(&(self.id, index)) {
                Some(waker) => {
                    *waker = Some(context.waker().clone());
                    Poll::Pending
                }
                None => Poll::Ready(()),
            })
        })
        .await;
    }
}

fn matches(trap: &Trap, call: &Call, moment: Moment) -> bool {
    trap.moment == moment
        && trap.process.is_none_or(|process| process == call.process)
        && match &trap.when {
            When::Index(index) => *index == call.index,
            When::Operation(operation) => *operation == call.operation,
            When::Object(operation, object) => *operation == call.operation && call.object.contains(object),
        }
}
