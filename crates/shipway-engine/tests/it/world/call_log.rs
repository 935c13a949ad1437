//! What was called by whom, in the order in which the calls began.

use super::ProcessId;

/// Whom a call goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Lambda,
    Store,
    Other,
}

/// What a call was planned against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Guard {
    /// It is a read, or a creation that is refused when the thing exists.
    NotNeeded,
    /// A RevisionId or an ETag.
    Present(String),
    /// A write to an existing thing, without any.
    Missing,
}

/// One call of one process.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) process: ProcessId,
    /// Its number among the process's calls, from 0.
    pub(crate) index: usize,
    pub(crate) side: Side,
    /// The port's operation, in AWS's spelling for Lambda.
    pub(crate) operation: &'static str,
    pub(crate) object: String,
    pub(crate) guard: Guard,
    /// What became of it; `None` while it is under way, or when its process died over it.
    pub(crate) result: Option<Result<(), String>>,
}

impl Call {
    /// Whether it may change Lambda.
    pub(crate) fn writes_to_lambda(&self) -> bool {
        self.side == Side::Lambda
            && matches!(
                self.operation,
                "UpdateFunctionCode"
                    | "PublishVersion"
                    | "CreateAlias"
                    | "UpdateAlias"
                    | "PublishLayerVersion"
                    | "DeleteFunction"
            )
    }

    /// Whether it may change the store.
    pub(crate) fn writes_to_store(&self) -> bool {
        self.side == Side::Store && matches!(self.operation, "create" | "replace" | "put_artifact")
    }

    /// Whether it did what it was to do.
    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.result, Some(Ok(())))
    }
}
