//! What looking closely and deleting versions send, and what Lambda's and S3's replies become.

use shipway_core::digest::ArtifactDigest;
use shipway_core::names::{FunctionName, Qualifier, VersionNumber};
use shipway_core::pruning::Snapshot;
use shipway_engine::ports::{
    CallErrorKind, CodeStorage, Examination as _, ProvisionedStatus, Store as _, StoreErrorKind, VersionRemoval as _,
    Versioning,
};
use tempfile::TempDir;

use crate::recorded::{Recorded, Reply, json, refusal, xml};

const ARN: &str = "arn:aws:lambda:eu-west-1:111111111111:function";

fn function() -> FunctionName {
    "orders".parse().unwrap()
}

#[tokio::test]
async fn a_version_is_deleted_by_its_number_and_the_request_is_sent_once() {
    let folder = TempDir::new().unwrap();
    let server = Recorded::serve(vec![
        Reply::Answer { status: 204, headers: Vec::new(), body: Vec::new() },
        refusal(409, "ResourceConflictException", "message", "Unable to delete version because … [live]"),
        Reply::HangUp,
    ])
    .await;
    let lambda = server.lambda(folder.path()).await;
    assert_eq!(lambda.delete_version(&function(), VersionNumber(7)).await, Ok(()));
    let refused = lambda.delete_version(&function(), VersionNumber(8)).await.unwrap_err();
    assert_eq!((refused.kind, refused.operation), (CallErrorKind::Conflict, "DeleteFunction"));
    assert_eq!(refused.object, "orders:8");
    let lost = lambda.delete_version(&function(), VersionNumber(9)).await.unwrap_err();
    assert_eq!(lost.kind, CallErrorKind::Unknown);
    let lines: Vec<String> = server.requests().into_iter().map(|request| request.line).collect();
    let expected = ["7", "8", "9"].map(|number| format!("DELETE /2015-03-31/functions/orders?Qualifier={number}"));
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn versions_are_listed_page_by_page_without_latest() {
    let folder = TempDir::new().unwrap();
    let version = |number: &str, apply_on: &str| {
        format!(
            r#"{{"FunctionName": "orders", "Version": "{number}", "CodeSize": 276, "CodeSha256": "abc=",
                "LastModified": "2026-11-23T17:30:59.000+0000", "SnapStart": {{"ApplyOn": "{apply_on}"}}}}"#
        )
    };
    let first =
        format!(r#"{{"Versions": [{}, {}], "NextMarker": "m"}}"#, version("$LATEST", "None"), version("9", "None"));
    let second = format!(r#"{{"Versions": [{}]}}"#, version("10", "PublishedVersions"));
    let server = Recorded::serve(vec![json(200, &first), json(200, &second)]).await;
    let lambda = server.lambda(folder.path()).await;
    let versions = lambda.list_versions(&function()).await.unwrap();
    let told: Vec<(u64, Snapshot)> = versions.iter().map(|version| (version.version.0, version.snapshot)).collect();
    assert_eq!(told, [(9, Snapshot::None), (10, Snapshot::OfVersions)]);
    assert_eq!((versions[0].bytes, versions[0].published.as_str()), (276, "2026-11-23T17:30:59.000+0000"));
    assert!(server.requests()[1].line.contains("Marker=m"), "{}", server.requests()[1].line);
}

#[tokio::test]
async fn what_hangs_on_a_function_is_read() {
    let folder = TempDir::new().unwrap();
    let aliases = r#"{"Aliases": [{"Name": "live", "FunctionVersion": "3", "RevisionId": "r",
                      "RoutingConfig": {"AdditionalVersionWeights": {"4": 0.1}}}]}"#;
    let provisioned = format!(
        r#"{{"ProvisionedConcurrencyConfigs": [
            {{"FunctionArn": "{ARN}:orders:live", "RequestedProvisionedConcurrentExecutions": 5, "Status": "READY"}},
            {{"FunctionArn": "{ARN}:orders:3", "RequestedProvisionedConcurrentExecutions": 1, "Status": "FAILED",
              "StatusReason": "FUNCTION_ERROR_INIT_FAILURE"}}]}}"#
    );
    let mappings = format!(
        r#"{{"EventSourceMappings": [{{"UUID": "a", "FunctionArn": "{ARN}:orders:3"}},
            {{"UUID": "b", "FunctionArn": "{ARN}:orders"}}, {{"UUID": "c", "FunctionArn": "{ARN}:other:4"}}]}}"#
    );
    let settings = r#"{"AccountLimit": {"TotalCodeSize": 300, "CodeSizeUnzipped": 1, "CodeSizeZipped": 1,
                       "ConcurrentExecutions": 1}, "AccountUsage": {"TotalCodeSize": 200, "FunctionCount": 1}}"#;
    let bodies = [aliases, &provisioned, &mappings, &mappings, settings];
    let server = Recorded::serve(bodies.iter().map(|body| json(200, body)).collect()).await;
    let lambda = server.lambda(folder.path()).await;
    let found = lambda.list_aliases(&function()).await.unwrap();
    assert_eq!(found[0].weights, [(VersionNumber(4), 0.1)].into());
    let found = lambda.provisioned_concurrency(&function()).await.unwrap();
    assert_eq!((&found[0].on, found[0].requested), (&Qualifier::Alias("live".parse().unwrap()), 5));
    assert_eq!(found[1].on, Qualifier::Version(VersionNumber(3)));
    let reason = "FUNCTION_ERROR_INIT_FAILURE".to_owned();
    assert_eq!(found[1].status, ProvisionedStatus::Failed { reason });
    let fed = lambda.versions_with_event_sources(&function()).await.unwrap();
    assert_eq!(fed, [VersionNumber(3)].into());
    let unqualified = lambda.event_source_mappings(&function()).await.unwrap();
    assert_eq!(unqualified.iter().map(|mapping| mapping.id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(lambda.code_storage().await, Ok(Some(CodeStorage { used: 200, limit: 300 })));
    let lines: Vec<String> = server.requests().into_iter().map(|request| request.line).collect();
    assert!(lines[1].ends_with("?List=ALL"), "{lines:?}");
    assert!(!lines[2].contains("FunctionName"), "of the whole account: {lines:?}");
}

#[tokio::test]
async fn what_does_not_exist_has_nothing_and_what_may_not_be_read_is_an_error() {
    let folder = TempDir::new().unwrap();
    let absent = refusal(404, "ResourceNotFoundException", "Message", "Function not found: …");
    let server = Recorded::serve(vec![absent]).await;
    let lambda = server.lambda(folder.path()).await;
    assert_eq!(lambda.list_versions(&function()).await, Ok(Vec::new()));
    assert_eq!(lambda.list_aliases(&function()).await, Ok(Vec::new()));
    assert_eq!(lambda.policy(&function(), &Qualifier::Version(VersionNumber(3))).await, Ok(Vec::new()));
    assert_eq!(lambda.function_url(&function()).await, Ok(None));
    assert_eq!(lambda.provisioned_concurrency(&function()).await, Ok(Vec::new()));
    assert!(server.requests()[2].line.ends_with("/policy?Qualifier=3"), "{}", server.requests()[2].line);

    let denied = Recorded::serve(vec![refusal(403, "AccessDeniedException", "Message", "not authorized")]).await;
    let lambda = denied.lambda(folder.path()).await;
    let kind = |error: shipway_engine::ports::CallError| error.kind;
    assert_eq!(lambda.list_versions(&function()).await.map_err(kind), Err(CallErrorKind::Denied));
    assert_eq!(lambda.provisioned_concurrency(&function()).await.map_err(kind), Err(CallErrorKind::Denied));
    assert_eq!(lambda.code_storage().await.map_err(kind), Err(CallErrorKind::Denied));
}

#[tokio::test]
async fn an_artifact_is_deleted_and_a_buckets_versioning_is_read() {
    let folder = TempDir::new().unwrap();
    let versioning = |status: &str| Reply::Answer {
        status: 200,
        headers: vec![("content-type", "application/xml".to_owned())],
        body: format!("<VersioningConfiguration>{status}</VersioningConfiguration>").into_bytes(),
    };
    let server = Recorded::serve(vec![
        Reply::Answer { status: 204, headers: Vec::new(), body: Vec::new() },
        versioning("<Status>Enabled</Status>"),
        versioning("<Status>Suspended</Status>"),
        versioning(""),
        xml(403, "AccessDenied"),
    ])
    .await;
    let location = "s3://artifacts/team".parse().unwrap();
    let store = server.clients().await.s3_store(location, None, folder.path().to_owned());
    let artifact = ArtifactDigest([7; 32]);
    assert_eq!(store.delete_artifact(&artifact).await, Ok(()));
    let line = &server.requests()[0].line;
    assert!(line.starts_with(&format!("DELETE /artifacts/team/artifacts/{artifact}.zip")), "{line}");
    assert_eq!(store.versioning().await, Ok(Versioning::Enabled));
    assert_eq!(store.versioning().await, Ok(Versioning::Disabled));
    assert_eq!(store.versioning().await, Ok(Versioning::Disabled));
    assert_eq!(store.versioning().await.unwrap_err().kind, StoreErrorKind::Denied);
}
