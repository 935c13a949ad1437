//! What the control plane answers when it refuses, down to the spelling.
//!
//! The texts are the recorded ones. AWS spells the message member `message` for some errors and `Message` for others, and
//! leaves `Type` out of a few; [`ApiError`] carries which, so that the wire form needs no table of its own.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How the body names its message member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageSpelling {
    /// `message`
    Lower,
    /// `Message`
    Upper,
}

/// Whether the body has a `Type` member (`User` below 500, else `Server`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeMember {
    /// `"Type": "User"` is there.
    Present,
    /// AWS leaves it out for this error.
    Absent,
}

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{code}: {}", message.as_deref().unwrap_or("no message"))]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// The error code, as in `X-Amzn-Errortype`.
    pub code: String,
    /// The text; `AccessDeniedException` for another account's ARN has none.
    pub message: Option<String>,
    /// How the text's member is spelled.
    pub spelling: MessageSpelling,
    /// Whether there is a `Type` member.
    pub type_member: TypeMember,
    /// The `Reason` member of `TooManyRequestsException`.
    pub reason: Option<String>,
}

impl ApiError {
    /// An error in the commonest form: `message`, with `Type`.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: Some(message.into()),
            spelling: MessageSpelling::Lower,
            type_member: TypeMember::Present,
            reason: None,
        }
    }

    fn upper(mut self) -> Self {
        self.spelling = MessageSpelling::Upper;
        self
    }

    pub(crate) fn untyped(mut self) -> Self {
        self.type_member = TypeMember::Absent;
        self
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameterValueException", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "ResourceNotFoundException", message).upper()
    }

    pub(crate) fn function_not_found(arn: &str) -> Self {
        Self::not_found(format!("Function not found: {arn}"))
    }

    /// The text that policies, URLs and event source mappings share.
    pub(crate) fn no_such_resource() -> Self {
        Self::not_found("The resource you requested does not exist.")
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "ResourceConflictException", message)
    }

    pub(crate) fn update_in_progress(arn: &str) -> Self {
        Self::conflict(format!(
            "The operation cannot be performed at this time. An update is in progress for resource: {arn}"
        ))
    }

    pub(crate) fn wrong_state(state: &str) -> Self {
        Self::conflict(format!(
            "The operation cannot be performed at this time. The function is currently in the following state: {state}"
        ))
    }

    /// `calls` names the operations to read the current id from, as AWS's text does ("GetFunction/GetAlias").
    pub(crate) fn stale_revision(calls: &str) -> Self {
        Self::new(
            412,
            "PreconditionFailedException",
            format!(
                "The Revision Id provided does not match the latest Revision Id. Call the {calls} API to retrieve the latest Revision Id"
            ),
        )
    }

    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self::new(413, "RequestEntityTooLargeException", message).untyped()
    }

    /// One text per failed constraint, without the "1 validation error detected" that goes before them.
    pub(crate) fn validation(failures: &[String]) -> Self {
        Self::new(400, "ValidationException", Self::validation_text(failures)).untyped()
    }

    pub(crate) fn validation_text(failures: &[String]) -> String {
        let plural = if failures.len() == 1 { "" } else { "s" };
        format!("{} validation error{plural} detected: {}", failures.len(), failures.join("; "))
    }

    pub(crate) fn malformed_body(detail: &str) -> Self {
        Self::new(400, "InvalidRequestContentException", format!("Could not parse request body into json: {detail}"))
    }

    pub(crate) fn another_account() -> Self {
        let mut error = Self::new(403, "AccessDeniedException", "").untyped();
        error.message = None;
        error
    }

    pub(crate) fn rate_exceeded() -> Self {
        let mut error = Self::new(429, "TooManyRequestsException", "Rate exceeded");
        error.reason = Some("CallerRateLimitExceeded".to_owned());
        error
    }

    /// AWS's own failure; the text is the one seen for a weight on a pending version.
    pub(crate) fn internal() -> Self {
        Self::new(500, "ServiceException", "InternalError").upper()
    }

    /// What this stand-in does not do. Not an AWS error: AWS would have done it.
    #[must_use]
    pub fn not_implemented(what: &str) -> Self {
        Self::new(501, "NotImplementedException", format!("The embedded Lambda does not implement {what}"))
    }
}

/// `Value 'X' at 'member' failed to satisfy constraint: …`
pub(crate) fn constraint(value: &str, member: &str, constraint: &str) -> String {
    format!("Value '{value}' at '{member}' failed to satisfy constraint: {constraint}")
}

/// The same for a member that is required and was not sent.
pub(crate) fn missing(member: &str) -> String {
    format!("Value null at '{member}' failed to satisfy constraint: Member must not be null")
}
