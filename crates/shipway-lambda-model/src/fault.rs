//! Failures that a test asks for: the next transition of a function ends badly.

use crate::lifecycle::Reason;

/// Which transition fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultPoint {
    /// Pending → Failed instead of Active, after CreateFunction.
    Create,
    /// InProgress → Failed, after an update of code or configuration.
    Update,
    /// Pending → Failed, of a version that is published.
    Publish,
}

/// A failure that waits for its occasion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) function: String,
    pub(crate) point: FaultPoint,
    pub(crate) reason: Reason,
}
