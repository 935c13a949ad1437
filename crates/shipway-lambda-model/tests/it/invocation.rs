//! The pure part of Invoke (lambda.md §7.3).

use shipway_lambda_model::{InvocationType, Invoke, Reply, Request, Target, wire};

use crate::support::{ARN, World, environment, invocation, told};

#[test]
fn each_qualifier_runs_its_version() {
    let mut world = World::with_function();
    world.publish();
    let second = world.release("two");
    world.create_alias("live", "1");
    for (qualifier, version, arn) in [
        (None, "$LATEST", ARN.to_owned()),
        (Some("$LATEST"), "$LATEST", format!("{ARN}:$LATEST")),
        (Some("1"), "1", format!("{ARN}:1")),
        (Some(second.as_str()), "2", format!("{ARN}:2")),
        (Some("live"), "1", format!("{ARN}:live")),
    ] {
        let plan = world.invoke(Target { function_name: "orders".to_owned(), qualifier: qualifier.map(str::to_owned) });
        assert_eq!((plan.version.as_str(), plan.invoked_arn), (version, arn));
        assert_eq!(plan.payload, b"{}");
    }
}

#[test]
fn a_warm_process_is_for_one_configuration() {
    let mut world = World::with_function();
    let before = world.invoke(Target::new("orders")).generation;
    world.configure(environment("KEY", "value"));
    assert_eq!(world.invoke(Target::new("orders")).generation, before);
    world.wait();
    assert_ne!(world.invoke(Target::new("orders")).generation, before);
}

#[test]
fn what_is_not_there_is_named_with_its_qualifier() {
    let mut world = World::with_function();
    for (target, arn) in [
        (Target::new("absent"), "arn:aws:lambda:eu-west-1:111111111111:function:absent:$LATEST".to_owned()),
        (Target::new("orders").qualified("7"), format!("{ARN}:7")),
        (Target::new("orders").qualified("gone"), format!("{ARN}:gone")),
    ] {
        let error = world.refusal(invocation(target));
        assert_eq!(told(&error), (404, "ResourceNotFoundException", format!("Function not found: {arn}").as_str()));
    }
}

#[test]
fn an_event_is_json_of_bounded_size() {
    let mut world = World::with_function();
    let with = |payload: Vec<u8>, invocation_type| {
        Request::Invoke(Invoke { target: Target::new("orders"), payload, invocation_type, ..Invoke::default() })
    };
    let bytes = world.refusal(with(b"n\x87r".to_vec(), InvocationType::RequestResponse));
    assert_eq!(
        told(&bytes),
        (
            400,
            "InvalidRequestContentException",
            "Could not parse request body into json: Could not parse payload into json: Invalid UTF-8 start byte 0x87"
        )
    );
    let text = world.refusal(with(b"{".to_vec(), InvocationType::RequestResponse));
    assert!(told(&text).2.starts_with("Could not parse request body into json: Could not parse payload into json: "));
    let long = |size: usize| format!("\"{}\"", "x".repeat(size)).into_bytes();
    assert_eq!(world.refusal(with(long(6_291_456), InvocationType::RequestResponse)).status, 413);
    assert_eq!(world.refusal(with(long(1_048_576), InvocationType::Event)).status, 413);
    world.reply(with(long(1_048_576), InvocationType::RequestResponse));
}

#[test]
fn the_status_follows_the_type() {
    let mut world = World::with_function();
    for (invocation_type, status) in
        [(InvocationType::RequestResponse, 200), (InvocationType::Event, 202), (InvocationType::DryRun, 204)]
    {
        let response =
            world.send(Request::Invoke(Invoke { target: Target::new("orders"), invocation_type, ..Invoke::default() }));
        assert!(matches!(response.result, Ok(Reply::Invocation(_))));
        assert_eq!(wire::render(&response).status, status);
    }
}
