//! States, updates in progress, and what is refused meanwhile (lambda.md §1.1, §1.2; checklist 1–3).

use shipway_lambda_model::{
    Delays, FaultPoint, Publish, Reason, Request, Settings, TagResource, Target, UpdateFunctionConfiguration,
};

use crate::support::{ARN, World, code_update, creation, environment, invocation, publication, settings, told};

const IN_PROGRESS: &str = "The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:eu-west-1:111111111111:function:orders";
const PENDING: &str =
    "The operation cannot be performed at this time. The function is currently in the following state: Pending";

fn writes() -> Vec<Request> {
    vec![
        Request::UpdateFunctionCode(Box::new(code_update("orders", "two"))),
        Request::UpdateFunctionConfiguration(Box::new(UpdateFunctionConfiguration {
            function_name: "orders".to_owned(),
            configuration: environment("KEY", "value"),
            ..UpdateFunctionConfiguration::default()
        })),
        Request::PublishVersion(publication()),
        Request::TagResource(TagResource { resource: ARN.to_owned(), tags: [("a".to_owned(), "b".to_owned())].into() }),
    ]
}

#[test]
fn no_delay_is_zero_by_default() {
    let delays = Delays::default();
    assert!(delays.create > 0 && delays.update > 0 && delays.snapshot > 0);
}

#[test]
fn a_function_is_created_pending_and_becomes_active() {
    let mut world = World::new();
    let created = world.configuration(Request::CreateFunction(Box::new(creation("orders", "one"))));
    assert_eq!(created.state.as_deref(), Some("Pending"));
    assert_eq!(created.state_reason.as_deref(), Some("The function is being created."));
    assert_eq!(created.state_reason_code.as_deref(), Some("Creating"));
    assert_eq!(created.last_update_status, None);
    assert_eq!(created.version, "$LATEST");
    assert_eq!(created.function_arn, ARN);

    world.now += 399;
    assert_eq!(world.latest().state.as_deref(), Some("Pending"));
    world.now += 1;
    let active = world.latest();
    assert_eq!(active.state.as_deref(), Some("Active"));
    assert_eq!(active.state_reason, None);
    assert_eq!(active.last_update_status.as_deref(), Some("Successful"));
    assert_ne!(active.revision_id, created.revision_id);
}

#[test]
fn a_pending_function_takes_no_write_and_no_invocation() {
    let mut world = World::new();
    world.reply(Request::CreateFunction(Box::new(creation("orders", "one"))));
    for request in writes().into_iter().chain([invocation(Target::new("orders"))]) {
        let error = world.refusal(request);
        assert_eq!(told(&error), (409, "ResourceConflictException", PENDING));
    }
}

#[test]
fn an_update_is_in_progress_and_then_successful() {
    let mut world = World::with_function();
    let before = world.latest();
    let accepted = world.update_code("two");
    assert_eq!(accepted.state.as_deref(), Some("Active"));
    assert_eq!(accepted.last_update_status.as_deref(), Some("InProgress"));
    assert_eq!(accepted.last_update_status_reason.as_deref(), Some("The function is being created."));
    assert_eq!(accepted.last_update_status_reason_code.as_deref(), Some("Creating"));
    assert_ne!(accepted.code_sha256, before.code_sha256);

    world.now += 249;
    assert_eq!(world.latest().last_update_status.as_deref(), Some("InProgress"));
    world.now += 1;
    let done = world.latest();
    assert_eq!(done.last_update_status.as_deref(), Some("Successful"));
    assert_eq!(done.last_update_status_reason, None);
}

#[test]
fn an_update_in_progress_refuses_the_next_write_but_no_read() {
    let mut world = World::with_function();
    world.update_code("two");
    for request in writes() {
        let error = world.refusal(request);
        assert_eq!(told(&error), (409, "ResourceConflictException", IN_PROGRESS));
    }
    world.latest();
    world.invoke(Target::new("orders"));
}

#[test]
fn an_identical_update_is_an_update_all_the_same() {
    let mut world = World::with_function();
    let before = world.latest().revision_id;
    let accepted = world.update_code("one");
    assert_eq!(accepted.last_update_status.as_deref(), Some("InProgress"));
    world.wait();
    let after = world.latest().revision_id;
    assert!(before != accepted.revision_id && accepted.revision_id != after && before != after);
}

#[test]
fn the_old_code_serves_until_the_update_is_done() {
    let mut world = World::with_function();
    let old = world.latest().code_sha256;
    let new = world.update_code("two").code_sha256;
    assert_eq!(world.invoke(Target::new("orders")).package.code_sha256, old);
    world.wait();
    assert_eq!(world.invoke(Target::new("orders")).package.code_sha256, new);
}

#[test]
fn a_failed_update_leaves_the_old_code_serving() {
    let mut world = World::with_function();
    let old = world.latest().code_sha256;
    let reason = Reason { code: "InvalidZipFileException".to_owned(), text: "No such luck".to_owned() };
    world.model.fail_next("orders", FaultPoint::Update, reason);
    let new = world.update_code("two").code_sha256;
    world.wait();
    let failed = world.latest();
    assert_eq!(failed.state.as_deref(), Some("Active"));
    assert_eq!(failed.last_update_status.as_deref(), Some("Failed"));
    assert_eq!(failed.last_update_status_reason_code.as_deref(), Some("InvalidZipFileException"));
    assert_eq!(failed.code_sha256, new);
    assert_eq!(world.invoke(Target::new("orders")).package.code_sha256, old);
    // What could not be put in place is not published.
    assert_eq!(world.refusal(Request::PublishVersion(publication())).status, 409);

    // Trying again is all that it takes.
    world.update_code("three");
    assert_eq!(world.invoke(Target::new("orders")).package.code_sha256, old);
    world.wait();
    let three = world.latest();
    assert_eq!(three.last_update_status.as_deref(), Some("Successful"));
    assert_eq!(world.invoke(Target::new("orders")).package.code_sha256, three.code_sha256);
}

#[test]
fn a_failed_creation_can_only_be_deleted() {
    let mut world = World::new();
    let reason = Reason { code: "InvalidRuntime".to_owned(), text: "no".to_owned() };
    world.model.fail_next("orders", FaultPoint::Create, reason);
    world.create("orders", "one");
    assert_eq!(world.latest().state.as_deref(), Some("Failed"));
    assert_eq!(world.latest().state_reason_code.as_deref(), Some("InvalidRuntime"));
    for request in writes() {
        assert_eq!(world.refusal(request).status, 409);
    }
    world.reply(Request::DeleteFunction(Target::new("orders")));
}

#[test]
fn update_with_publish_answers_with_the_pending_version() {
    let mut world = World::with_function();
    let version = world.update_and_publish("two");
    assert_eq!(version.function_arn, format!("{ARN}:1"));
    assert_eq!(version.version, "1");
    assert_eq!(version.state.as_deref(), Some("Pending"));
    assert_eq!(version.last_update_status, None);
    let latest = world.get(Target::new("orders").qualified("$LATEST")).configuration;
    assert_eq!(latest.function_arn, format!("{ARN}:$LATEST"));
    assert_eq!(latest.state.as_deref(), Some("Active"));
    assert_eq!(latest.last_update_status.as_deref(), Some("InProgress"));
    assert_eq!(world.version("1").revision_id, version.revision_id);
    assert_eq!(
        told(&world.refusal(invocation(Target::new("orders").qualified("1")))),
        (409, "ResourceConflictException", PENDING)
    );
    world.wait();
    assert_eq!(world.version("1").state.as_deref(), Some("Active"));
    assert_eq!(world.version("1").last_update_status.as_deref(), Some("Successful"));
}

#[test]
fn a_version_published_by_a_failing_update_fails() {
    let mut world = World::with_function();
    let reason = Reason { code: "InternalError".to_owned(), text: "no".to_owned() };
    world.model.fail_next("orders", FaultPoint::Update, reason);
    world.update_and_publish("two");
    world.wait();
    assert_eq!(world.version("1").state.as_deref(), Some("Failed"));
    assert_eq!(world.version("1").state_reason_code.as_deref(), Some("InternalError"));
}

#[test]
fn creation_with_publish_names_version_1_under_the_function_s_arn() {
    let mut world = World::new();
    let mut input = creation("orders", "one");
    input.publish = Publish::Yes;
    let created = world.configuration(Request::CreateFunction(Box::new(input)));
    assert_eq!((created.version.as_str(), created.function_arn.as_str()), ("1", ARN));
    assert_eq!(created.state.as_deref(), Some("Pending"));
    world.wait();
    let (latest, version) = (world.latest(), world.version("1"));
    assert_eq!(version.function_arn, format!("{ARN}:1"));
    assert_eq!(version.state.as_deref(), Some("Active"));
    assert_ne!(latest.revision_id, version.revision_id);
}

#[test]
fn an_idle_function_fails_once_and_wakes_up() {
    let mut world = World::with_function();
    assert!(world.model.make_inactive("orders", None));
    assert_eq!(world.latest().state.as_deref(), Some("Inactive"));
    let error = world.send(invocation(Target::new("orders"))).result.expect_err("it is idle");
    assert_eq!(error.status, 409);
    assert_eq!(world.latest().state.as_deref(), Some("Pending"));
    world.wait();
    world.invoke(Target::new("orders"));
}

#[test]
fn delays_are_settings() {
    let mut world =
        World::with(Settings { delays: Delays { create: 5, update: 7, ..Delays::default() }, ..settings() });
    world.reply(Request::CreateFunction(Box::new(creation("orders", "one"))));
    world.now += 5;
    world.update_code("two");
    world.now += 6;
    assert_eq!(world.latest().last_update_status.as_deref(), Some("InProgress"));
    world.now += 1;
    assert_eq!(world.latest().last_update_status.as_deref(), Some("Successful"));
}
