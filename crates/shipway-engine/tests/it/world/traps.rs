//! What a test arranges to happen at a call.

use super::{ProcessId, World};

/// Before or after a call has its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

/// Which call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum When {
    /// The process's call with this number, from 0.
    Index(usize),
    /// A call of this operation.
    Operation(&'static str),
    /// A call of this operation to a key or name with this in it.
    Object(&'static str, String),
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    Once,
    Always,
}

/// How a call is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The request is lost: no effect, no answer.
    LostRequest,
    /// The answer is lost: the effect is there.
    LostReply,
    /// Not allowed.
    Denied,
    /// The store is full.
    Full,
    /// The store's bucket is missing.
    Missing,
}

/// What happens at the call.
pub(crate) enum Action {
    /// The whole process is polled no more until it is resumed.
    Halt,
    /// This call alone waits until it is released; the process goes on with everything else.
    HoldCall,
    /// The call is spoiled. Only at [`Moment::Before`].
    Spoil(Fault),
    /// Something happens in the world.
    Do(Box<dyn FnMut(&World)>),
}

/// One arrangement.
pub(crate) struct Trap {
    /// Whose call; `None` for anybody's.
    pub(crate) process: Option<ProcessId>,
    pub(crate) when: When,
    pub(crate) moment: Moment,
    /// How many matching calls go by first.
    pub(crate) skip: usize,
    pub(crate) times: Times,
    pub(crate) action: Action,
}

impl Trap {
    /// A trap for the first such call of anybody, once, before its effect.
    pub(crate) fn on(operation: &'static str, action: Action) -> Self {
        Self {
            process: None,
            when: When::Operation(operation),
            moment: Moment::Before,
            skip: 0,
            times: Times::Once,
            action,
        }
    }

    pub(crate) fn of(self, process: ProcessId) -> Self {
        Self { process: Some(process), ..self }
    }

    pub(crate) fn after(self) -> Self {
        Self { moment: Moment::After, ..self }
    }

    pub(crate) fn skipping(self, skip: usize) -> Self {
        Self { skip, ..self }
    }

    pub(crate) fn always(self) -> Self {
        Self { times: Times::Always, ..self }
    }

    pub(crate) fn to(self, object: &str) -> Self {
        let When::Operation(operation) = self.when else { panic!("only an operation has an object") };
        Self { when: When::Object(operation, object.to_owned()), ..self }
    }
}
