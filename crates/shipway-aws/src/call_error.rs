//! From the SDK's errors to the engine's kinds: by error code and HTTP status, never by text.
//!
//! One exception: Lambda reports what S3 told it as InvalidParameterValueException, with S3's code in the text alone
//! ("… S3 Error Code: NoSuchKey. S3 Error Message: …"). Texts are passed on for people, without what may hold a
//! variable's value.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_lambda::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use shipway_engine::ports::{CallError, CallErrorKind};

/// What was called, for errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    /// The operation in AWS's spelling.
    pub(crate) operation: &'static str,
    /// What it is about.
    pub(crate) object: &'a str,
    /// The region it goes to.
    pub(crate) region: &'a str,
}

impl Call<'_> {
    /// An error of this call that no service answered with.
    pub(crate) fn error(&self, kind: CallErrorKind, message: impl Into<String>) -> CallError {
        CallError {
            operation: self.operation,
            object: self.object.to_owned(),
            region: self.region.to_owned(),
            kind,
            code: None,
            message: message.into(),
            request_id: None,
        }
    }

    /// A reply that lacks what the API promises: the call was done, but nobody knows with what result.
    pub(crate) fn unexpected_reply(&self, message: impl Into<String>) -> CallError {
        self.error(CallErrorKind::Unknown, message)
    }

    /// What became of the call, from the SDK's error.
    pub(crate) fn failed<E>(&self, error: &SdkError<E, HttpResponse>) -> CallError
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        match error {
            SdkError::ServiceError(service) => {
                let metadata = service.err().meta();
                self.answered(error, metadata.code(), metadata.message())
            }
            SdkError::ResponseError(_) => self.answered(error, None, None),
            SdkError::TimeoutError(_) => self.error(CallErrorKind::Unknown, "no answer in time"),
            SdkError::ConstructionFailure(_) => self.unanswered(error, CallErrorKind::NotSent),
            _ => self.unanswered(error, CallErrorKind::Unknown),
        }
    }

    fn answered<E>(&self, error: &SdkError<E, HttpResponse>, code: Option<&str>, message: Option<&str>) -> CallError {
        let status = status(error).unwrap_or_default();
        let region = error.raw_response().and_then(|response| response.headers().get("x-amz-bucket-region"));
        let mut text = message.map_or_else(|| format!("HTTP status {status} without an explanation"), without_values);
        if let (true, Some(region)) = (matches!(status, 301 | 307 | 400), region) {
            text.push_str(&format!(" (the bucket is in {region})"));
        }
        CallError {
            code: code.map(str::to_owned),
            request_id: error.request_id().map(str::to_owned),
            ..self.error(kind_of_answer(status, code, message), text)
        }
    }

    fn unanswered(&self, error: &(dyn Error + 'static), otherwise: CallErrorKind) -> CallError {
        if let Some(inner) = find::<CallError>(error) {
            // A role could not be assumed, say: that call's own error tells more.
            return inner.clone();
        }
        let kind = if find::<CredentialsError>(error).is_some() {
            CallErrorKind::Credentials
        } else if find::<hyper_util::client::legacy::Error>(error).is_some_and(|cause| cause.is_connect()) {
            CallErrorKind::NotSent
        } else {
            otherwise
        };
        self.error(kind, chain(error))
    }
}

/// The status of the answer, if there was one.
pub(crate) fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

fn kind_of_answer(status: u16, code: Option<&str>, message: Option<&str>) -> CallErrorKind {
    if code == Some("InvalidParameterValueException")
        && let Some(inner) = message.and_then(inner_s3_code)
    {
        return match inner {
            "NoSuchBucket" | "NoSuchKey" | "NoSuchVersion" => CallErrorKind::NotFound,
            "AccessDenied" => CallErrorKind::Denied,
            _ => CallErrorKind::Rejected,
        };
    }
    code.and_then(kind_of_code).unwrap_or_else(|| kind_of_status(status))
}

/// Codes that say more than the status they come with.
fn kind_of_code(code: &str) -> Option<CallErrorKind> {
    Some(match code {
        "ExpiredToken"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "SignatureDoesNotMatch"
        | "TokenRefreshRequired"
        | "UnrecognizedClient"
        | "UnrecognizedClientException" => CallErrorKind::Credentials,
        "EC2ThrottledException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException" => CallErrorKind::Throttled,
        "AccessDenied" | "AccessDeniedException" | "KMSAccessDeniedException" => CallErrorKind::Denied,
        "NoSuchBucket" | "NoSuchKey" | "ResourceNotFoundException" => CallErrorKind::NotFound,
        "PreconditionFailed" | "PreconditionFailedException" => CallErrorKind::Precondition,
        "ResourceConflictException" => CallErrorKind::Conflict,
        // S3 gave up waiting for the request's bytes, with status 400.
        "RequestTimeout" => CallErrorKind::Unknown,
        _ => return None,
    })
}

fn kind_of_status(status: u16) -> CallErrorKind {
    match status {
        401 | 403 | 407 => CallErrorKind::Denied,
        404 => CallErrorKind::NotFound,
        408 => CallErrorKind::Unknown,
        409 => CallErrorKind::Conflict,
        412 => CallErrorKind::Precondition,
        429 => CallErrorKind::Throttled,
        // Nothing that a server does not implement can have happened there.
        300..=499 | 501 => CallErrorKind::Rejected,
        _ => CallErrorKind::Unknown,
    }
}

/// S3's code in Lambda's text. Source: recorded replies of Lambda to an S3 object that is missing or out of reach.
fn inner_s3_code(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("S3 Error Code: ")?;
    let end = rest.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len());
    rest.get(..end).filter(|code| !code.is_empty())
}

/// The service's text without the variables that Lambda repeats when they are too large ("String measured: {…}").
fn without_values(message: &str) -> String {
    match message.split_once("String measured:") {
        Some((before, _)) => before.trim_end().to_owned(),
        None => message.to_owned(),
    }
}

fn find<'a, Wanted: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a Wanted> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(|error| error.downcast_ref::<Wanted>())
}

/// Whether bytes arrived that are not those of the checksum that came with them (the SDK compares them).
pub(crate) fn is_checksum_mismatch(error: &(dyn Error + 'static)) -> bool {
    find::<aws_smithy_checksums::body::validate::Error>(error).is_some()
}

/// The error and its causes in one line, each said once.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for error in std::iter::successors(Some(error), |&error| error.source()) {
        let text = error.to_string();
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambda_wraps_s3s_code_in_a_text() {
        let text = |code: &str| format!("Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: x");
        let kind = |code: &str| kind_of_answer(400, Some("InvalidParameterValueException"), Some(&text(code)));
        assert_eq!(kind("NoSuchBucket"), CallErrorKind::NotFound);
        assert_eq!(kind("NoSuchKey"), CallErrorKind::NotFound);
        assert_eq!(kind("AccessDenied"), CallErrorKind::Denied);
        assert_eq!(kind("PermanentRedirect"), CallErrorKind::Rejected);
        // Only that exception is read so; the same text from elsewhere is just a text.
        assert_eq!(kind_of_answer(400, Some("Other"), Some(&text("NoSuchKey"))), CallErrorKind::Rejected);
    }

    #[test]
    fn a_code_says_more_than_its_status() {
        assert_eq!(kind_of_answer(400, Some("ThrottlingException"), None), CallErrorKind::Throttled);
        assert_eq!(kind_of_answer(503, Some("SlowDown"), None), CallErrorKind::Throttled);
        assert_eq!(kind_of_answer(403, Some("ExpiredTokenException"), None), CallErrorKind::Credentials);
        assert_eq!(kind_of_answer(429, Some("NobodyKnows"), None), CallErrorKind::Throttled);
        assert_eq!(kind_of_answer(500, Some("ServiceException"), None), CallErrorKind::Unknown);
        assert_eq!(kind_of_answer(501, None, None), CallErrorKind::Rejected);
        assert_eq!(kind_of_answer(200, None, None), CallErrorKind::Unknown);
    }

    #[test]
    fn variables_in_a_refusal_are_cut_off() {
        let text = without_values("… exceeded the 4KB limit. String measured: {\"PASSWORD\":\"hunter2\"}");
        assert_eq!(text, "… exceeded the 4KB limit.");
    }
}
