//! Tags, policies, mappings, URLs, code signing, account totals (lambda.md §3.5).

use serde_json::{Value, json};
use shipway_lambda_model::{
    AddPermission, AliasTarget, CodeSigningConfigTarget, CreateEventSourceMapping, CreateFunctionUrlConfig, Edge,
    ListEventSourceMappings, ListTags, MappingTarget, ObjectReference, RemovePermission, Reply, Request, TagResource,
    Target, UntagResource, UntrustedArtifact,
};

use crate::support::{ARN, World, code_update, told};

fn json_reply(world: &mut World, request: Request) -> Value {
    match world.reply(request) {
        Reply::Json(value) => value,
        other => panic!("JSON, not {other:?}"),
    }
}

fn permission(target: Target, sid: &str, principal: &str) -> AddPermission {
    AddPermission {
        target,
        statement_id: Some(sid.to_owned()),
        action: Some("lambda:InvokeFunction".to_owned()),
        principal: Some(principal.to_owned()),
        ..AddPermission::default()
    }
}

#[test]
fn tags_are_for_functions() {
    let mut world = World::with_function();
    let tag = |resource: &str, pairs: &[(&str, &str)]| {
        Request::TagResource(TagResource {
            resource: resource.to_owned(),
            tags: pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        })
    };
    world.reply(tag(ARN, &[("a", "1"), ("b", "2")]));
    world.reply(tag(ARN, &[("b", "3")]));
    let expected = [("a", "1"), ("b", "3")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(
        world.reply(Request::ListTags(ListTags { resource: ARN.to_owned() })),
        Reply::Tags(expected.clone().into())
    );
    assert_eq!(world.get(Target::new("orders")).tags, expected.into());
    assert_eq!(
        told(&world.refusal(tag(&format!("{ARN}:1"), &[("a", "1")]))),
        (
            400,
            "InvalidParameterValueException",
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    );
    assert_eq!(told(&world.refusal(tag(ARN, &[]))).2, "An error occurred and the request cannot be processed.");
    let none = Request::UntagResource(UntagResource { resource: ARN.to_owned(), tag_keys: vec![] });
    assert_eq!(
        told(&world.refusal(none)),
        (
            400,
            "ValidationException",
            "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"
        )
    );
    assert_eq!(world.refusal(tag("arn:aws:something", &[("a", "1")])).code, "ValidationException");
    let many: Vec<String> = (0..49).map(|number| format!("k{number}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|key| (key.as_str(), "v")).collect();
    assert_eq!(told(&world.refusal(tag(ARN, &many))).2, "Number of tags exceeds resource tag limit.");
    let absent = ARN.replace("orders", "absent");
    assert_eq!(told(&world.refusal(tag(&absent, &[("a", "1")]))).2, format!("Function not found: {absent}"));
}

#[test]
fn each_qualifier_has_a_policy_of_its_own() {
    let mut world = World::with_function();
    world.publish();
    world.create_alias("live", "1");
    let Reply::Statement(statement) = world.reply(Request::AddPermission(Box::new(AddPermission {
        source_arn: Some("arn:aws:s3:::bucket".to_owned()),
        source_account: Some("111111111111".to_owned()),
        ..permission(Target::new("orders").qualified("live"), "s3", "s3.amazonaws.com")
    }))) else {
        panic!("a statement");
    };
    let expected = json!({
        "Sid": "s3",
        "Effect": "Allow",
        "Principal": { "Service": "s3.amazonaws.com" },
        "Action": "lambda:InvokeFunction",
        "Resource": format!("{ARN}:live"),
        "Condition": {
            "StringEquals": { "AWS:SourceAccount": "111111111111" },
            "ArnLike": { "AWS:SourceArn": "arn:aws:s3:::bucket" },
        },
    });
    assert_eq!(serde_json::from_str::<Value>(&statement).unwrap(), expected);
    let Reply::Policy(policy) = world.reply(Request::GetPolicy(Target::new("orders").qualified("live"))) else {
        panic!("a policy");
    };
    assert_eq!(
        serde_json::from_str::<Value>(&policy.policy).unwrap(),
        json!({ "Version": "2012-10-17", "Id": "default", "Statement": [expected] })
    );
    let none = world.refusal(Request::GetPolicy(Target::new("orders")));
    assert_eq!(told(&none), (404, "ResourceNotFoundException", "The resource you requested does not exist."));
    // With the alias goes its policy.
    world.reply(Request::DeleteAlias(AliasTarget { function_name: "orders".to_owned(), name: "live".to_owned() }));
    world.create_alias("live", "1");
    world.refusal(Request::GetPolicy(Target::new("orders").qualified("live")));
}

#[test]
fn impossible_permissions() {
    let mut world = World::with_function();
    world.reply(Request::AddPermission(Box::new(permission(Target::new("orders"), "s3", "*"))));
    let cases = [
        (permission(Target::new("orders").qualified("$LATEST"), "x", "*"), 400, "We currently do not support adding policies for $LATEST.".to_owned()),
        (permission(Target::new("orders"), "x", "nobody"), 400, "The provided principal was invalid. Please check the principal and try again.".to_owned()),
        (permission(Target::new("orders"), "s3", "*"), 409, "The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.".to_owned()),
        (permission(Target::new("orders").qualified("42"), "x", "*"), 404, format!("Function not found: {ARN}:42")),
        (permission(Target::new("orders").qualified("gone"), "x", "*"), 404, format!("Cannot find alias arn: {ARN}:gone")),
        (permission(Target::new("orders").qualified("with-$"), "x", "*"), 404, format!("Function not found: {ARN}:with-$")),
        (permission(Target::new("orders"), "example.com", "*"), 400, "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)".to_owned()),
    ];
    for (input, status, text) in cases {
        let error = world.refusal(Request::AddPermission(Box::new(input)));
        assert_eq!((error.status, error.message.as_deref()), (status, Some(text.as_str())));
    }
}

#[test]
fn permissions_are_removed_one_by_one() {
    let mut world = World::with_function();
    let remove = |function: &str, sid: &str| {
        Request::RemovePermission(RemovePermission {
            target: Target::new(function),
            statement_id: sid.to_owned(),
            revision_id: None,
        })
    };
    assert_eq!(told(&world.refusal(remove("orders", "s3"))).2, "No policy is associated with the given resource.");
    assert_eq!(
        told(&world.refusal(remove("absent", "s3"))).2,
        "No policy found for: arn:aws:lambda:eu-west-1:111111111111:function:absent"
    );
    world.reply(Request::AddPermission(Box::new(permission(Target::new("orders"), "s3", "*"))));
    assert_eq!(told(&world.refusal(remove("orders", "sns"))).2, "Statement sns is not found in resource policy.");
    world.reply(remove("orders", "s3"));
    world.refusal(Request::GetPolicy(Target::new("orders")));
}

#[test]
fn mappings_are_seen_where_they_are_bound() {
    let mut world = World::with_function();
    world.publish();
    world.create_alias("live", "1");
    let create = |function: &str, source: Option<&str>| {
        Request::CreateEventSourceMapping(CreateEventSourceMapping {
            function_name: function.to_owned(),
            event_source_arn: source.map(str::to_owned),
            members: json!({ "BatchSize": 5 }).as_object().unwrap().clone(),
        })
    };
    let queue = "arn:aws:sqs:eu-west-1:111111111111:orders";
    let created = json_reply(&mut world, create("orders:live", Some(queue)));
    assert_eq!(created["FunctionArn"], json!(format!("{ARN}:live")));
    assert_eq!((&created["BatchSize"], &created["State"]), (&json!(5), &json!("Creating")));
    let list = |function: &str| {
        Request::ListEventSourceMappings(ListEventSourceMappings {
            function_name: Some(function.to_owned()),
            ..ListEventSourceMappings::default()
        })
    };
    assert_eq!(json_reply(&mut world, list("orders"))["EventSourceMappings"], json!([]));
    let found = json_reply(&mut world, list("orders:live"));
    assert_eq!(found["EventSourceMappings"][0]["UUID"], created["UUID"]);
    let uuid = created["UUID"].as_str().unwrap().to_owned();
    world.reply(Request::DeleteEventSourceMapping(MappingTarget { uuid: uuid.clone() }));
    assert_eq!(world.refusal(Request::GetEventSourceMapping(MappingTarget { uuid })).status, 404);
    assert_eq!(told(&world.refusal(create("absent", Some(queue)))).2, "Function does not exist");
    assert_eq!(told(&world.refusal(create("orders", None))).2, "Unrecognized event source.");
}

#[test]
fn urls_are_for_functions_and_aliases() {
    let mut world = World::with_function();
    world.publish();
    world.create_alias("live", "1");
    let create = |target: Target| {
        Request::CreateFunctionUrlConfig(CreateFunctionUrlConfig {
            target,
            auth_type: Some("NONE".to_owned()),
            ..CreateFunctionUrlConfig::default()
        })
    };
    let read = |target: Target| Request::GetFunctionUrlConfig(target);
    assert_eq!(told(&world.refusal(read(Target::new("orders")))).2, "The resource you requested does not exist.");
    let created = json_reply(&mut world, create(Target::new("orders")));
    assert_eq!(created["FunctionArn"], json!(ARN));
    assert_eq!(json_reply(&mut world, read(Target::new("orders")))["FunctionUrl"], created["FunctionUrl"]);
    assert_eq!(
        told(&world.refusal(create(Target::new("orders")))),
        (409, "ResourceConflictException", format!("Failed to create function url config for [functionArn = {ARN}]. Error message:  FunctionUrlConfig exists for this Lambda function").as_str())
    );
    json_reply(&mut world, create(Target::new("orders").qualified("live")));
    for qualifier in ["1", "$LATEST"] {
        assert_eq!(
            told(&world.refusal(create(Target::new("orders").qualified(qualifier)))).2,
            format!(
                "1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)"
            )
        );
    }
    assert_eq!(told(&world.refusal(create(Target::new("orders").qualified("gone")))).2, "Function does not exist");
    world.reply(Request::DeleteFunctionUrlConfig(Target::new("orders")));
    world.refusal(read(Target::new("orders")));
}

#[test]
fn enforced_signing_is_seen_and_refuses_code() {
    let csc = "arn:aws:lambda:eu-west-1:111111111111:code-signing-config:csc-0123456789abcdef0";
    let mut world = World::with_function();
    let read = || Request::GetFunctionCodeSigningConfig(Target::new("orders"));
    assert_eq!(json_reply(&mut world, read()), json!({}));
    let now = world.now;
    world.model.put_code_signing_config(csc, UntrustedArtifact::Enforce, now);
    assert!(world.model.attach_code_signing_config("orders", Some(csc.to_owned())));
    assert_eq!(json_reply(&mut world, read())["CodeSigningConfigArn"], json!(csc));
    let config = json_reply(&mut world, Request::GetCodeSigningConfig(CodeSigningConfigTarget { arn: csc.to_owned() }));
    assert_eq!(config["CodeSigningConfig"]["CodeSigningPolicies"]["UntrustedArtifactOnDeployment"], json!("Enforce"));
    let update = || Request::UpdateFunctionCode(Box::new(code_update("orders", "two")));
    assert_eq!(world.refusal(update()).code, "CodeVerificationFailedException");
    world.model.put_code_signing_config(csc, UntrustedArtifact::Warn, now);
    world.reply(update());
}

#[test]
fn edge_and_reference_storage_are_seen() {
    let mut world = World::with_function();
    let main = "arn:aws:lambda:us-east-1:111111111111:function:main:3";
    assert!(world.model.set_edge("orders", Edge::ReplicaOf(main.to_owned())));
    assert_eq!(world.latest().master_arn.as_deref(), Some(main));
    let object =
        ObjectReference { bucket: "zips".to_owned(), key: "orders.zip".to_owned(), version: Some("v1".to_owned()) };
    assert!(world.model.set_reference_storage("orders", object));
    let code = world.get(Target::new("orders")).code;
    assert_eq!(
        code.resolved_s3_object,
        Some(json!({ "S3Bucket": "zips", "S3Key": "orders.zip", "S3ObjectVersion": "v1" }))
    );
    assert!(!world.model.set_edge("absent", Edge::None));
}

#[test]
fn every_version_counts_its_own_code() {
    let mut world = World::with_function();
    world.publish();
    world.release("twotwo");
    let settings = json_reply(&mut world, Request::GetAccountSettings);
    // $LATEST and version 2 have six bytes each, version 1 has three.
    assert_eq!(settings["AccountUsage"], json!({ "TotalCodeSize": 15, "FunctionCount": 1 }));
    assert_eq!(settings["AccountLimit"]["CodeSizeZipped"], json!(52_428_800));
}
