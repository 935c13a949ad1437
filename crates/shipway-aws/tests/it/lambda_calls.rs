//! What Lambda's replies become, and what is sent.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use shipway_core::contract::EnvironmentNames;
use shipway_core::digest::ArtifactDigest;
use shipway_core::names::{Architecture, FunctionName, Qualifier, Version, VersionNumber};
use shipway_engine::ports::{
    ArtifactFile, CallErrorKind, CodeSigning, CodeSource, Invocation, Lambda as _, ObjectLocation, Package, State,
    UnqualifiedCaller, UpdateAlias, UpdateFunctionCode, UpdateStatus,
};
use tempfile::TempDir;

use crate::recorded::{Recorded, Reply, json, refusal};

const FUNCTION: &str = r#"{
  "Configuration": {
    "FunctionName": "orders", "FunctionArn": "arn:aws:lambda:eu-west-1:111111111111:function:orders",
    "Runtime": "python3.13", "Role": "arn:aws:iam::111111111111:role/orders", "Handler": "app.handler",
    "CodeSize": 276, "Timeout": 30, "MemorySize": 256, "CodeSha256": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
    "Version": "$LATEST", "RevisionId": "2b1b1b1b-0000-4000-8000-000000000000",
    "Environment": {"Variables": {"TABLE_NAME": "hunter2", "QUEUE": "hunter3"}},
    "KMSKeyArn": "arn:aws:kms:eu-west-1:111111111111:key/k",
    "VpcConfig": {"SubnetIds": ["subnet-b", "subnet-a"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"},
    "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:eu-west-1:111111111111:dead"},
    "FileSystemConfigs": [{"Arn": "arn:aws:elasticfilesystem:eu-west-1:111111111111:access-point/a", "LocalMountPath": "/mnt/a"}],
    "State": "Active", "LastUpdateStatus": "InProgress", "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating", "PackageType": "Zip", "Architectures": ["arm64"],
    "MasterArn": "arn:aws:lambda:us-east-1:111111111111:function:orders"
  },
  "Code": {"RepositoryType": "S3", "Location": "https://presigned.example.com/?X-Amz-Signature=hunter4"}
}"#;

fn function() -> FunctionName {
    "orders".parse().unwrap()
}

#[tokio::test]
async fn a_function_is_mapped_and_its_secrets_end_here() {
    let folder = TempDir::new().unwrap();
    let server = Recorded::serve(vec![json(200, FUNCTION)]).await;
    let qualifier = Qualifier::Alias("live".parse().unwrap());
    let live = server.lambda(folder.path()).await.get_function(&function(), &qualifier).await.unwrap().unwrap();
    assert_eq!(server.requests()[0].line, "GET /2015-03-31/functions/orders?Qualifier=live");
    assert_eq!(live.version, Version::Latest);
    assert_eq!(live.revision.as_ref().unwrap().as_str(), "2b1b1b1b-0000-4000-8000-000000000000");
    assert_eq!(live.code_sha256, ArtifactDigest([1; 32]).code_sha256());
    assert_eq!((live.package, live.architecture), (Package::Zip, Architecture::Arm64));
    assert_eq!((&live.state, &live.update), (&State::Active, &Some(UpdateStatus::InProgress)));
    let names = EnvironmentNames::Known(["TABLE_NAME".to_owned(), "QUEUE".to_owned()].into());
    assert_eq!(live.configuration.environment, names);
    assert_eq!((live.configuration.memory_megabytes, live.configuration.timeout_seconds), (256, 30));
    assert_eq!(live.role.as_deref(), Some("arn:aws:iam::111111111111:role/orders"));
    let frozen = [
        ("DeadLetterConfig.TargetArn", "arn:aws:sqs:eu-west-1:111111111111:dead"),
        ("FileSystemConfigs", "arn:aws:elasticfilesystem:eu-west-1:111111111111:access-point/a at /mnt/a"),
        ("KMSKeyArn", "arn:aws:kms:eu-west-1:111111111111:key/k"),
        ("VpcConfig.SecurityGroupIds", "sg-1"),
        ("VpcConfig.SubnetIds", "subnet-a,subnet-b"),
    ];
    assert_eq!(live.frozen, frozen.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert!(live.edge);
    assert!(!live.code_by_reference);
    assert!(!format!("{live:?}").contains("hunter"));
}

#[tokio::test]
async fn a_sparse_function_is_mapped_too() {
    let folder = TempDir::new().unwrap();
    let sparse = r#"{"Configuration": {"Version": "7", "CodeSha256": "c", "Timeout": 3, "MemorySize": 128,
        "Environment": {"Error": {"ErrorCode": "AccessDeniedException", "Message": "no kms:Decrypt"}},
        "State": "Failed", "StateReasonCode": "SubnetOutOfIPAddresses", "StateReason": "no addresses"},
        "Code": {"ResolvedS3Object": {"S3Bucket": "b", "S3Key": "k", "S3ObjectVersion": "v"}}}"#;
    let server = Recorded::serve(vec![json(200, sparse)]).await;
    let live =
        server.lambda(folder.path()).await.get_function(&function(), &Qualifier::Unqualified).await.unwrap().unwrap();
    assert_eq!(live.version, Version::Published(VersionNumber(7)));
    assert_eq!((live.revision, live.update, live.architecture), (None, None, Architecture::X86_64));
    assert_eq!(live.state, State::Failed { reason: "SubnetOutOfIPAddresses: no addresses".to_owned() });
    let unreadable = EnvironmentNames::Unreadable("AccessDeniedException: no kms:Decrypt".to_owned());
    assert_eq!(live.configuration.environment, unreadable);
    assert_eq!(live.frozen, BTreeMap::new());
    assert!(live.code_by_reference);
}

fn zip(folder: &TempDir) -> ArtifactFile {
    let bytes = b"a zip";
    let path = folder.path().join("code.zip");
    std::fs::write(&path, bytes).unwrap();
    ArtifactFile { artifact: ArtifactDigest(Sha256::digest(bytes).into()), bytes: bytes.len() as u64, path }
}

fn configuration() -> String {
    serde_json::from_str::<serde_json::Value>(FUNCTION).unwrap()["Configuration"].to_string()
}

#[tokio::test]
async fn code_is_sent_with_what_it_was_planned_against() {
    let folder = TempDir::new().unwrap();
    let server = Recorded::serve(vec![json(200, &configuration())]).await;
    let lambda = server.lambda(folder.path()).await;
    let direct = UpdateFunctionCode {
        function: function(),
        code: CodeSource::Direct(zip(&folder)),
        architecture: Architecture::Arm64,
        revision: Some("r0".parse().unwrap()),
    };
    let live = lambda.update_function_code(&direct).await.unwrap();
    assert_eq!(live.update, Some(UpdateStatus::InProgress));
    let object = ObjectLocation { bucket: "bucket".to_owned(), key: "key".to_owned(), version: Some("v1".to_owned()) };
    let by_object = UpdateFunctionCode {
        code: CodeSource::Object(object),
        architecture: Architecture::X86_64,
        revision: None,
        ..direct
    };
    lambda.update_function_code(&by_object).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests[0].line, "PUT /2015-03-31/functions/orders/code");
    let zip = STANDARD.encode(b"a zip");
    let sent = serde_json::json!({"Architectures": ["arm64"], "Publish": false, "RevisionId": "r0", "ZipFile": zip});
    assert_eq!(requests[0].json(), sent);
    let sent = serde_json::json!({"Architectures": ["x86_64"], "Publish": false, "S3Bucket": "bucket", "S3Key": "key",
        "S3ObjectVersion": "v1"});
    assert_eq!(requests[1].json(), sent);
}

#[tokio::test]
async fn moving_an_alias_clears_its_weights_in_the_same_call() {
    let folder = TempDir::new().unwrap();
    let reply = r#"{"Name": "live", "FunctionVersion": "8", "RevisionId": "r9",
        "RoutingConfig": {"AdditionalVersionWeights": {"7": 0.25}}}"#;
    let server = Recorded::serve(vec![json(200, reply)]).await;
    let request = UpdateAlias {
        function: function(),
        alias: "live".parse().unwrap(),
        version: Version::Published(VersionNumber(8)),
        revision: Some("r8".parse().unwrap()),
    };
    let alias = server.lambda(folder.path()).await.update_alias(&request).await.unwrap();
    assert_eq!(alias.version, Version::Published(VersionNumber(8)));
    assert_eq!(alias.weights, [(VersionNumber(7), 0.25)].into());
    let sent = serde_json::json!({"FunctionVersion": "8", "RevisionId": "r8",
        "RoutingConfig": {"AdditionalVersionWeights": {}}});
    assert_eq!(server.requests()[0].json(), sent);
    assert_eq!(server.requests()[0].line, "PUT /2015-03-31/functions/orders/aliases/live");
}

#[tokio::test]
async fn callers_without_a_qualifier_are_found_and_denial_is_an_error() {
    let folder = TempDir::new().unwrap();
    let policy = serde_json::json!({"Policy": serde_json::json!({"Statement": [{"Sid": "api", "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"}}]}).to_string()});
    let url = r#"{"FunctionUrl": "https://x.lambda-url/", "FunctionArn": "a", "AuthType": "NONE", "CreationTime": "t",
        "LastModifiedTime": "t"}"#;
    let arn = "arn:aws:lambda:eu-west-1:111111111111:function:orders";
    let mappings = serde_json::json!({"EventSourceMappings": [
        {"UUID": "1", "FunctionArn": arn, "EventSourceArn": "arn:aws:sqs:q"},
        {"UUID": "2", "FunctionArn": format!("{arn}:live"), "EventSourceArn": "arn:aws:sqs:r"}]});
    let replies = vec![json(200, &policy.to_string()), json(200, url), json(200, &mappings.to_string())];
    let server = Recorded::serve(replies).await;
    let found = server.lambda(folder.path()).await.unqualified_callers(&function()).await.unwrap();
    let expected = [
        UnqualifiedCaller::Policy { statement: "api".to_owned(), principal: "apigateway.amazonaws.com".to_owned() },
        UnqualifiedCaller::FunctionUrl,
        UnqualifiedCaller::EventSource { source: "arn:aws:sqs:q".to_owned() },
    ];
    assert_eq!(found, expected);

    let none = || refusal(404, "ResourceNotFoundException", "Message", "The resource you requested does not exist.");
    let server = Recorded::serve(vec![none(), json(501, ""), json(200, r#"{"EventSourceMappings": []}"#)]).await;
    assert_eq!(server.lambda(folder.path()).await.unqualified_callers(&function()).await, Ok(Vec::new()));

    let denied =
        refusal(403, "AccessDeniedException", "Message", "not authorized to perform: lambda:GetFunctionUrlConfig");
    let server = Recorded::serve(vec![none(), denied]).await;
    let error = server.lambda(folder.path()).await.unqualified_callers(&function()).await.unwrap_err();
    assert_eq!((error.operation, error.kind), ("GetFunctionUrlConfig", CallErrorKind::Denied));
}

#[tokio::test]
async fn code_signing_is_absent_warns_or_enforces() {
    let folder = TempDir::new().unwrap();
    let arn = "arn:aws:lambda:eu-west-1:111111111111:code-signing-config:csc-0";
    let associated = json(200, &format!(r#"{{"CodeSigningConfigArn": "{arn}", "FunctionName": "orders"}}"#));
    let config = |policy: &str| {
        json(
            200,
            &format!(
                r#"{{"CodeSigningConfig": {{"CodeSigningConfigId": "csc-0", "CodeSigningConfigArn": "{arn}", "LastModified": "t",
            "AllowedPublishers": {{"SigningProfileVersionArns": []}},
            "CodeSigningPolicies": {{"UntrustedArtifactOnDeployment": "{policy}"}}}}}}"#
            ),
        )
    };
    let cases: [(Vec<Reply>, CodeSigning); 4] = [
        (vec![json(200, r#"{"CodeSigningConfigArn": "", "FunctionName": ""}"#)], CodeSigning::Absent),
        (vec![json(404, "<html>moto has no such page</html>")], CodeSigning::Absent),
        (vec![associated.clone(), config("Warn")], CodeSigning::Warn),
        (vec![associated, config("Enforce")], CodeSigning::Enforced { configuration: arn.to_owned() }),
    ];
    for (replies, expected) in cases {
        let server = Recorded::serve(replies).await;
        assert_eq!(server.lambda(folder.path()).await.code_signing(&function()).await, Ok(expected));
    }
    let server = Recorded::serve(vec![refusal(403, "AccessDeniedException", "Message", "denied")]).await;
    let error = server.lambda(folder.path()).await.code_signing(&function()).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Denied);
}

#[tokio::test]
async fn an_invocation_brings_payload_error_version_and_log() {
    let folder = TempDir::new().unwrap();
    let headers = vec![
        ("x-amz-function-error", "Unhandled".to_owned()),
        ("x-amz-executed-version", "7".to_owned()),
        ("x-amz-log-result", STANDARD.encode("START\nEND\n")),
    ];
    let server =
        Recorded::serve(vec![Reply::Answer { status: 200, headers, body: b"{\"errorMessage\":1}".to_vec() }]).await;
    let request = Invocation {
        function: function(),
        qualifier: Qualifier::Version(VersionNumber(7)),
        payload: b"{\"id\":1}".to_vec(),
    };
    let result = server.lambda(folder.path()).await.invoke(&request).await.unwrap();
    assert_eq!(result.payload, b"{\"errorMessage\":1}");
    assert_eq!(result.function_error.as_deref(), Some("Unhandled"));
    assert_eq!(result.executed_version, Some(Version::Published(VersionNumber(7))));
    assert_eq!(result.log_tail.as_deref(), Some(&b"START\nEND\n"[..]));
    let sent = &server.requests()[0];
    assert_eq!(sent.line, "POST /2015-03-31/functions/orders/invocations?Qualifier=7");
    assert_eq!((sent.header("x-amz-log-type"), sent.body.as_str()), (Some("Tail"), "{\"id\":1}"));
}

/// GetFunction's reply whose code is `code` and can be had from the same server.
async fn serving_code(declared: &[u8], served: Reply) -> (Recorded, ArtifactDigest) {
    let digest = ArtifactDigest(Sha256::digest(declared).into());
    let bytes = Recorded::serve(vec![served]).await;
    let location = format!("{}/code?X-Amz-Signature=hunter4", bytes.url());
    let reply = serde_json::json!({"Configuration": {"CodeSha256": digest.code_sha256()},
        "Code": {"RepositoryType": "S3", "Location": location}});
    (Recorded::serve(vec![json(200, &reply.to_string())]).await, digest)
}

fn bytes(body: &[u8]) -> Reply {
    Reply::Answer { status: 200, headers: Vec::new(), body: body.to_vec() }
}

#[tokio::test]
async fn fetched_code_is_kept_only_if_it_is_the_right_code() {
    let folder = TempDir::new().unwrap();
    let (server, digest) = serving_code(b"the code", bytes(b"the code")).await;
    let lambda = server.lambda(folder.path()).await;
    let file = lambda.fetch_code(&function(), &Qualifier::Unqualified, &digest).await.unwrap();
    assert_eq!((file.artifact, file.bytes), (digest, 8));
    assert_eq!(std::fs::read(&file.path).unwrap(), b"the code");
    let other = ArtifactDigest([9; 32]);
    let error = lambda.fetch_code(&function(), &Qualifier::Unqualified, &other).await.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Precondition);

    let folder = TempDir::new().unwrap();
    for served in [bytes(b"other code"), json(403, "hunter4"), json(500, "hunter4"), Reply::HangUp] {
        let (server, digest) = serving_code(b"the code", served).await;
        let lambda = server.lambda(folder.path()).await;
        let error = lambda.fetch_code(&function(), &Qualifier::Unqualified, &digest).await.unwrap_err();
        assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    }
}

#[tokio::test]
async fn all_pages_of_functions_are_listed() {
    let folder = TempDir::new().unwrap();
    let pages = vec![
        json(200, r#"{"Functions": [{"FunctionName": "a"}, {"FunctionName": "b"}], "NextMarker": "m"}"#),
        json(200, r#"{"Functions": [{"FunctionName": "c"}]}"#),
    ];
    let server = Recorded::serve(pages).await;
    let names = server.lambda(folder.path()).await.list_function_names().await.unwrap();
    assert_eq!(names.iter().map(FunctionName::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert!(server.requests()[1].line.contains("Marker=m"));
}
