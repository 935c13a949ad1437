//! What can become of a call to AWS, in the few kinds that decisions differ by.
//!
//! An adapter maps the service's error codes to these kinds, never its texts (but for the inner S3 code that
//! Lambda puts into a text alone). The engine decides by kind and shows the rest.

use std::fmt;

/// A call to AWS that did not do what was asked, or of which nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CallError {
    /// The operation in AWS's spelling: `UpdateFunctionCode`.
    pub operation: &'static str,
    /// What it was about: a function's name, a role's ARN, a bucket.
    pub object: String,
    /// The region it was sent to.
    pub region: String,
    /// What became of it.
    pub kind: CallErrorKind,
    /// The service's error code, if it answered with one.
    pub code: Option<String>,
    /// The service's own words, or the transport's. Never holds a secret or a presigned URL.
    pub message: String,
    /// The service's request id, if it answered.
    pub request_id: Option<String>,
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallErrorKind {
    /// It names something that does not exist.
    NotFound,
    /// The caller may not do this (403, AccessDenied and its kin).
    Denied,
    /// There are no credentials, or they are expired or unknown.
    Credentials,
    /// The RevisionId did not match: somebody changed the thing since it was read (412).
    Precondition,
    /// An update is in progress, or another conflict with the present state (409).
    Conflict,
    /// Too many requests (429). Nothing was done.
    Throttled,
    /// Refused for good: an invalid argument, a quota, a bad zip (other 4xx). Nothing was done.
    Rejected,
    /// The request never reached the service. Nothing was done.
    NotSent,
    /// No answer, or a server error: it may have happened.
    Unknown,
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, object, region, .. } = self;
        write!(formatter, "{operation} of {object} in {region}: ")?;
        if let Some(code) = &self.code {
            write!(formatter, "{code}: ")?;
        }
        formatter.write_str(&self.message)?;
        if let Some(request_id) = &self.request_id {
            write!(formatter, " (request {request_id})")?;
        }
        Ok(())
    }
}
