//! The HTTP form (lambda.md §0.1, §0.2; checklist 8).

use serde_json::{Value, json};
use shipway_lambda_model::{
    Code, InvocationType, LogType, ObjectReference, Publish, Reply, Request, Target,
    wire::{HttpRequest, HttpResponse, parse, render, render_error},
};

use crate::support::{ARN, ROLE, World, code_update, publication};

fn read(method: &str, target: &str, body: &Value) -> Request {
    try_read(method, target, body).expect("a known request")
}

fn try_read(method: &str, target: &str, body: &Value) -> Result<Request, shipway_lambda_model::ApiError> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    parse(&HttpRequest { method, path, query, headers: &[], body: body.as_bytes() })
}

fn header<'a>(response: &'a HttpResponse, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[test]
fn every_route_is_its_operation() {
    let none = Value::Null;
    for (method, target, operation) in [
        ("GET", "/2015-03-31/functions/orders", "GetFunction"),
        ("GET", "/2015-03-31/functions/", "ListFunctions"),
        ("GET", "/2015-03-31/functions/orders/configuration", "GetFunctionConfiguration"),
        ("PUT", "/2015-03-31/functions/orders/configuration", "UpdateFunctionConfiguration"),
        ("PUT", "/2015-03-31/functions/orders/code", "UpdateFunctionCode"),
        ("POST", "/2015-03-31/functions/orders/versions", "PublishVersion"),
        ("GET", "/2015-03-31/functions/orders/versions", "ListVersionsByFunction"),
        ("DELETE", "/2015-03-31/functions/orders?Qualifier=1", "DeleteFunction"),
        ("POST", "/2015-03-31/functions/orders/aliases", "CreateAlias"),
        ("GET", "/2015-03-31/functions/orders/aliases", "ListAliases"),
        ("GET", "/2015-03-31/functions/orders/aliases/live", "GetAlias"),
        ("PUT", "/2015-03-31/functions/orders/aliases/live", "UpdateAlias"),
        ("DELETE", "/2015-03-31/functions/orders/aliases/live", "DeleteAlias"),
        ("POST", "/2015-03-31/functions/orders/invocations", "Invoke"),
        ("POST", "/2015-03-31/functions/orders/policy", "AddPermission"),
        ("GET", "/2015-03-31/functions/orders/policy", "GetPolicy"),
        ("DELETE", "/2015-03-31/functions/orders/policy/s3", "RemovePermission"),
        ("GET", "/2015-03-31/event-source-mappings/", "ListEventSourceMappings"),
        ("POST", "/2015-03-31/event-source-mappings", "CreateEventSourceMapping"),
        ("GET", "/2015-03-31/event-source-mappings/u", "GetEventSourceMapping"),
        ("DELETE", "/2015-03-31/event-source-mappings/u", "DeleteEventSourceMapping"),
        ("GET", "/2017-03-31/tags/arn%3Aaws", "ListTags"),
        ("DELETE", "/2017-03-31/tags/arn%3Aaws?tagKeys=a", "UntagResource"),
        ("POST", "/2017-03-31/tags/arn%3Aaws", "TagResource"),
        ("POST", "/2021-10-31/functions/orders/url", "CreateFunctionUrlConfig"),
        ("GET", "/2021-10-31/functions/orders/url", "GetFunctionUrlConfig"),
        ("GET", "/2021-10-31/functions/orders/urls", "ListFunctionUrlConfigs"),
        ("DELETE", "/2021-10-31/functions/orders/url", "DeleteFunctionUrlConfig"),
        ("GET", "/2020-06-30/functions/orders/code-signing-config", "GetFunctionCodeSigningConfig"),
        ("GET", "/2020-04-22/code-signing-configs/arn%3Aaws", "GetCodeSigningConfig"),
        ("GET", "/2016-08-19/account-settings/", "GetAccountSettings"),
        (
            "GET",
            "/2019-09-30/functions/orders/provisioned-concurrency?Qualifier=live",
            "GetProvisionedConcurrencyConfig",
        ),
        ("GET", "/2019-09-30/functions/orders/provisioned-concurrency?List=ALL", "ListProvisionedConcurrencyConfigs"),
        (
            "DELETE",
            "/2019-09-30/functions/orders/provisioned-concurrency?Qualifier=live",
            "DeleteProvisionedConcurrencyConfig",
        ),
    ] {
        assert_eq!(read(method, target, &none).operation().name(), operation, "{method} {target}");
    }
    assert_eq!(read("POST", "/2015-03-31/functions", &json!({})).operation().name(), "CreateFunction");
    let put = read(
        "PUT",
        "/2019-09-30/functions/orders/provisioned-concurrency?Qualifier=live",
        &json!({ "ProvisionedConcurrentExecutions": 5 }),
    )
    .operation();
    assert_eq!((put.name(), put.success_status()), ("PutProvisionedConcurrencyConfig", 202));
}

#[test]
fn names_and_queries_are_decoded() {
    let request = read("GET", "/2015-03-31/functions/arn%3Aaws%3Alambda?Qualifier=%24LATEST", &Value::Null);
    assert_eq!(request, Request::GetFunction(Target::new("arn:aws:lambda").qualified("$LATEST")));
    let Request::UntagResource(untag) = read("DELETE", "/2017-03-31/tags/x?tagKeys=a+b&tagKeys=c%26", &Value::Null)
    else {
        panic!("an UntagResource");
    };
    assert_eq!(untag.tag_keys, ["a b", "c&"]);
}

#[test]
fn bodies_are_read_member_by_member() {
    let Request::CreateFunction(create) = read(
        "POST",
        "/2015-03-31/functions",
        &json!({
            "FunctionName": "orders",
            "Code": { "ZipFile": "UEs=" },
            "Role": ROLE,
            "MemorySize": 256,
            "Publish": true,
            "Environment": { "Variables": { "KEY": "value" } },
            "Tags": { "a": "b" },
            "Description": null,
        }),
    ) else {
        panic!("a CreateFunction");
    };
    assert_eq!((create.code, create.publish), (Code::Zip(b"PK".to_vec()), Publish::Yes));
    assert_eq!((create.configuration.memory_size, create.configuration.description), (Some(256), None));
    assert_eq!(create.configuration.environment.unwrap().variables.unwrap()["KEY"], "value");

    let Request::UpdateFunctionCode(update) = read(
        "PUT",
        "/2015-03-31/functions/orders/code",
        &json!({ "S3Bucket": "zips", "S3Key": "a/b.zip", "RevisionId": "r", "Architectures": ["arm64"] }),
    ) else {
        panic!("an UpdateFunctionCode");
    };
    let object = ObjectReference { bucket: "zips".to_owned(), key: "a/b.zip".to_owned(), version: None };
    assert_eq!(update.code, Code::Object(object));
    assert_eq!(update.revision_id.as_deref(), Some("r"));

    let Request::UpdateAlias(alias) = read(
        "PUT",
        "/2015-03-31/functions/orders/aliases/live",
        &json!({ "FunctionVersion": "2", "RoutingConfig": { "AdditionalVersionWeights": {} } }),
    ) else {
        panic!("an UpdateAlias");
    };
    assert_eq!(alias.routing_config.unwrap().additional_version_weights, Some([].into()));
}

#[test]
fn an_invocation_s_kind_is_in_its_headers() {
    let request = |headers: &[(&str, &str)]| {
        parse(&HttpRequest {
            method: "POST",
            path: "/2015-03-31/functions/orders/invocations",
            query: "Qualifier=live",
            headers,
            body: b"[1]",
        })
    };
    let Ok(Request::Invoke(invoke)) = request(&[("x-amz-invocation-type", "Event"), ("X-Amz-Log-Type", "Tail")]) else {
        panic!("an Invoke");
    };
    assert_eq!((invoke.invocation_type, invoke.log_type), (InvocationType::Event, LogType::Tail));
    assert_eq!((invoke.target.qualifier.as_deref(), invoke.payload.as_slice()), (Some("live"), b"[1]".as_slice()));
    assert_eq!(request(&[("X-Amz-Invocation-Type", "Never")]).unwrap_err().code, "ValidationException");
    assert_eq!(request(&[("X-Amz-Tenant-Id", "t")]).unwrap_err().status, 501);
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    for (method, target, name) in [
        ("GET", "/2018-10-31/layers/shared/versions/1/policy", "GetLayerVersionPolicy"),
        ("PUT", "/2017-10-31/functions/orders/concurrency", "PutFunctionConcurrency"),
        ("GET", "/2099-01-01/whatever", "GET /2099-01-01/whatever"),
        ("PATCH", "/2015-03-31/functions/orders", "PATCH /2015-03-31/functions/orders"),
    ] {
        let error = try_read(method, target, &Value::Null).unwrap_err();
        assert_eq!((error.status, error.code.as_str()), (501, "NotImplementedException"));
        assert!(error.message.unwrap().ends_with(&format!("does not implement {name}")));
    }
    let member = try_read(
        "PUT",
        "/2015-03-31/functions/orders/code",
        &json!({ "ZipFile": "UEs=", "PublishTo": "LATEST_PUBLISHED" }),
    );
    assert_eq!(
        member.unwrap_err().message.as_deref(),
        Some("The embedded Lambda does not implement the member PublishTo of UpdateFunctionCode")
    );
    let mode = try_read(
        "PUT",
        "/2015-03-31/functions/orders/code",
        &json!({ "S3Bucket": "b", "S3Key": "k", "S3ObjectStorageMode": "REFERENCE" }),
    );
    assert_eq!(mode.unwrap_err().status, 501);
}

#[test]
fn bodies_that_are_none() {
    let broken = parse(&HttpRequest {
        method: "PUT",
        path: "/2015-03-31/functions/orders/code",
        query: "",
        headers: &[],
        body: b"{",
    });
    assert_eq!(broken.unwrap_err().code, "InvalidRequestContentException");
    let typed = try_read("PUT", "/2015-03-31/functions/orders/code", &json!({ "Publish": "yes" }));
    assert_eq!(typed.unwrap_err().code, "SerializationException");
    let large = json!({ "Description": "x".repeat(5_200) });
    let error = try_read("PUT", "/2015-03-31/functions/orders/configuration", &large).unwrap_err();
    assert_eq!(
        (error.status, error.message.as_deref()),
        (413, Some("Request must be smaller than 5120 bytes for the UpdateFunctionConfiguration operation"))
    );
}

#[test]
fn errors_are_spelled_as_recorded() {
    let mut world = World::with_function();
    let mut written = |request: Request| {
        let response = render(&world.send(request));
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        (response.status, header(&response, "X-Amzn-Errortype").unwrap().to_owned(), body)
    };
    assert_eq!(
        written(Request::GetFunction(Target::new("absent"))),
        (
            404,
            "ResourceNotFoundException".to_owned(),
            json!({ "Type": "User", "Message": "Function not found: arn:aws:lambda:eu-west-1:111111111111:function:absent" })
        )
    );
    let (status, code, body) = written(Request::PublishVersion(shipway_lambda_model::PublishVersion {
        revision_id: Some("stale".to_owned()),
        ..publication()
    }));
    assert_eq!((status, code.as_str(), &body["Type"]), (412, "PreconditionFailedException", &json!("User")));
    assert!(body["message"].is_string() && body["Message"].is_null());
    let (_, code, body) = written(Request::GetFunction(Target::new("a b")));
    assert_eq!(code, "ValidationException");
    assert_eq!(body.as_object().unwrap().keys().collect::<Vec<_>>(), ["message"]);
    assert_eq!(
        written(Request::GetFunction(Target::new(ARN.replace("111111111111", "222222222222")))),
        (403, "AccessDeniedException".to_owned(), json!({}))
    );
    let throttled = shipway_lambda_model::ApiError {
        reason: Some("CallerRateLimitExceeded".to_owned()),
        ..shipway_lambda_model::ApiError::new(429, "TooManyRequestsException", "Rate exceeded")
    };
    let response = render_error(&throttled);
    assert_eq!(header(&response, "Retry-After"), Some("1"));
    assert_eq!(
        serde_json::from_slice::<Value>(&response.body).unwrap(),
        json!({ "Reason": "CallerRateLimitExceeded", "Type": "User", "message": "Rate exceeded" })
    );
}

#[test]
fn replies_have_aws_s_members() {
    let mut world = World::with_function();
    let response = world.send(Request::UpdateFunctionCode(Box::new(code_update("orders", "two"))));
    let written = render(&response);
    assert_eq!((written.status, header(&written, "Content-Type")), (200, Some("application/json")));
    let body: Value = serde_json::from_slice(&written.body).unwrap();
    let mut members: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    // The members of the recorded reply to an update, and ConfigSha256, which is newer than the record.
    assert_eq!(
        members,
        [
            "Architectures",
            "CodeSha256",
            "CodeSize",
            "ConfigSha256",
            "Description",
            "EphemeralStorage",
            "FunctionArn",
            "FunctionName",
            "Handler",
            "LastModified",
            "LastUpdateStatus",
            "LastUpdateStatusReason",
            "LastUpdateStatusReasonCode",
            "LoggingConfig",
            "MemorySize",
            "PackageType",
            "RevisionId",
            "Role",
            "Runtime",
            "RuntimeVersionConfig",
            "SnapStart",
            "State",
            "Timeout",
            "TracingConfig",
            "Version",
        ]
    );
    assert_eq!(body["LastModified"], json!("1970-01-01T00:16:50.000+0000"));
    assert_eq!(body["LoggingConfig"], json!({ "LogFormat": "Text", "LogGroup": "/aws/lambda/orders" }));
    world.wait();
    assert_eq!(render(&world.send(Request::PublishVersion(publication()))).status, 201);
    let deleted = render(&world.send(Request::DeleteFunction(Target::new("orders"))));
    assert_eq!((deleted.status, deleted.body.as_slice()), (204, b"".as_slice()));
    assert!(matches!(world.send(Request::GetAccountSettings).result, Ok(Reply::Json(_))));
}
