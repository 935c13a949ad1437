//! What becomes of a call, by the recorded replies of AWS and by the ways in which there is none.

use shipway_core::digest::ArtifactDigest;
use shipway_core::names::{Architecture, FunctionName, Qualifier};
use shipway_engine::ports::{
    ArtifactFile, CallError, CallErrorKind, CodeSource, Identity as _, Lambda as _, PublishVersion, UpdateFunctionCode,
};
use tempfile::TempDir;

use crate::recorded::{Recorded, Reply, clients, json, refusal};

fn function() -> FunctionName {
    "orders".parse().unwrap()
}

fn publish() -> PublishVersion {
    PublishVersion {
        function: function(),
        code_sha256: ArtifactDigest([1; 32]).code_sha256(),
        revision: Some("revision".parse().unwrap()),
        description: String::new(),
    }
}

/// The error of a write that is answered so, and how often it was sent.
async fn refused(reply: Reply) -> (CallError, usize) {
    let folder = TempDir::new().unwrap();
    let server = Recorded::serve(vec![reply]).await;
    let error = server.lambda(folder.path()).await.publish_version(&publish()).await.unwrap_err();
    (error, server.requests().len())
}

#[tokio::test]
async fn refusals_are_told_by_code_and_status() {
    let cases = [
        (404, "ResourceNotFoundException", "Message", CallErrorKind::NotFound),
        (409, "ResourceConflictException", "message", CallErrorKind::Conflict),
        (412, "PreconditionFailedException", "message", CallErrorKind::Precondition),
        (429, "TooManyRequestsException", "message", CallErrorKind::Throttled),
        (400, "ThrottlingException", "message", CallErrorKind::Throttled),
        (429, "SomethingNew", "message", CallErrorKind::Throttled),
        (403, "AccessDeniedException", "Message", CallErrorKind::Denied),
        (403, "ExpiredTokenException", "message", CallErrorKind::Credentials),
        (403, "UnrecognizedClientException", "message", CallErrorKind::Credentials),
        (400, "InvalidParameterValueException", "message", CallErrorKind::Rejected),
        (400, "CodeStorageExceededException", "message", CallErrorKind::Rejected),
        (413, "RequestEntityTooLargeException", "message", CallErrorKind::Rejected),
        (400, "ValidationException", "message", CallErrorKind::Rejected),
        (500, "ServiceException", "Message", CallErrorKind::Unknown),
        (503, "SomethingNew", "message", CallErrorKind::Unknown),
        // Lambda appends an address to the code at times.
        (409, "ResourceConflictException:http://internal.amazon.com/x", "message", CallErrorKind::Conflict),
    ];
    for (status, code, member, kind) in cases {
        let (error, sent) = refused(refusal(status, code, member, "recorded text")).await;
        assert_eq!(error.kind, kind, "{status} {code}");
        assert_eq!(error.code.as_deref(), code.split(':').next(), "{status} {code}");
        assert_eq!(error.message, "recorded text", "{status} {code}");
        assert_eq!(error.request_id.as_deref(), Some("request-1"));
        assert_eq!(
            (error.operation, error.object.as_str(), error.region.as_str()),
            ("PublishVersion", "orders", "eu-west-1")
        );
        assert_eq!(sent, 1, "a write is sent once: {status} {code}");
    }
}

#[tokio::test]
async fn s3s_code_inside_lambdas_text_counts() {
    let text =
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.";
    let (error, _) = refused(refusal(400, "InvalidParameterValueException", "message", text)).await;
    assert_eq!((error.kind, error.message.as_str()), (CallErrorKind::NotFound, text));
}

#[tokio::test]
async fn a_lost_reply_to_a_write_is_unknown_and_not_repeated() {
    let (error, sent) = refused(Reply::HangUp).await;
    assert_eq!(error.kind, CallErrorKind::Unknown, "{error}");
    assert_eq!(sent, 1);
    let (error, sent) = refused(json(200, "no json at all")).await;
    assert_eq!(error.kind, CallErrorKind::Unknown, "{error}");
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_read_is_tried_again_but_not_for_ever() {
    let folder = TempDir::new().unwrap();
    let server = Recorded::serve(vec![refusal(500, "ServiceException", "Message", "recorded")]).await;
    let lambda = server.lambda(folder.path()).await;
    let error = lambda.get_function(&function(), &Qualifier::Unqualified).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unknown);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn what_never_left_was_not_sent() {
    let folder = TempDir::new().unwrap();
    // Nobody listens at port 1.
    let url = "http://127.0.0.1:1";
    let refused =
        clients(url, None).await.lambda(folder.path().to_owned()).publish_version(&publish()).await.unwrap_err();
    assert_eq!(refused.kind, CallErrorKind::NotSent, "{refused}");
    let nowhere = clients("http://nowhere.invalid", None).await.lambda(folder.path().to_owned());
    let unresolved = nowhere.publish_version(&publish()).await.unwrap_err();
    assert_eq!(unresolved.kind, CallErrorKind::NotSent, "{unresolved}");
}

#[tokio::test]
async fn a_zip_that_cannot_be_read_is_not_sent() {
    let folder = TempDir::new().unwrap();
    let server = Recorded::serve(vec![json(200, "{}")]).await;
    let file = ArtifactFile { artifact: ArtifactDigest([1; 32]), bytes: 1, path: folder.path().join("absent.zip") };
    let request = UpdateFunctionCode {
        function: function(),
        code: CodeSource::Direct(file),
        architecture: Architecture::Arm64,
        revision: None,
    };
    let error = server.lambda(folder.path()).await.update_function_code(&request).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::NotSent);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn only_lambda_itself_says_that_a_function_is_absent() {
    let folder = TempDir::new().unwrap();
    let absent = refusal(404, "ResourceNotFoundException", "Message", "Function not found: arn:aws:…");
    let server = Recorded::serve(vec![absent]).await;
    let lambda = server.lambda(folder.path()).await;
    assert_eq!(lambda.get_function(&function(), &Qualifier::Unqualified).await, Ok(None));
    assert_eq!(lambda.get_alias(&function(), &"live".parse().unwrap()).await, Ok(None));

    let server = Recorded::serve(vec![json(404, "<html>no such page</html>")]).await;
    let error =
        server.lambda(folder.path()).await.get_function(&function(), &Qualifier::Unqualified).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::NotFound);
    assert_eq!(error.code, None);
}

#[tokio::test]
async fn a_role_that_is_refused_is_the_error_of_every_call() {
    let folder = TempDir::new().unwrap();
    let body = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User x is not authorized to \
                perform: sts:AssumeRole</Message></Error><RequestId>request-3</RequestId></ErrorResponse>";
    let headers = vec![("content-type", "text/xml".to_owned()), ("x-amzn-requestid", "request-3".to_owned())];
    let server = Recorded::serve(vec![Reply::Answer { status: 403, headers, body: body.as_bytes().to_vec() }]).await;
    let role = "arn:aws:iam::222222222222:role/deployer";
    let clients = clients(server.url(), Some(role)).await;
    assert_eq!(server.requests().len(), 0, "credentials are resolved by the first call, not before");
    let error = clients.lambda(folder.path().to_owned()).publish_version(&publish()).await.unwrap_err();
    assert_eq!((error.operation, error.object.as_str(), error.kind), ("AssumeRole", role, CallErrorKind::Denied));
    assert_eq!(error.request_id.as_deref(), Some("request-3"));
    let error = clients.identity().account().await.unwrap_err();
    assert_eq!(error.operation, "AssumeRole");
}
