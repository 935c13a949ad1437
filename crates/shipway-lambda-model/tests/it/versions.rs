//! Publishing and listing (lambda.md §3.1; checklist 3, 4, 7, 12).

use shipway_lambda_model::{
    Change, ConfigurationInput, ConfigurationPage, DryRun, FaultPoint, ListFunctions, ListOfFunction, Page,
    PublishVersion, Reason, Reply, Request, SnapStartInput, Target, UpdateFunctionCode,
};

use crate::support::{ARN, World, code_update, creation, environment, invocation, publication, told};

#[test]
fn a_plain_version_is_active_at_once() {
    let mut world = World::with_function();
    let version = world.publish();
    assert_eq!(version.version, "1");
    assert_eq!(version.function_arn, format!("{ARN}:1"));
    assert_eq!(version.state.as_deref(), Some("Active"));
    assert_eq!(version.last_update_status.as_deref(), Some("Successful"));
}

#[test]
fn a_version_is_made_only_of_something_new() {
    let mut world = World::with_function();
    assert_eq!(world.publish().version, "1");
    assert_eq!(world.publish().version, "1");
    world.configure(environment("KEY", "value"));
    world.wait();
    assert_eq!(world.publish().version, "2");
    world.update_code("two");
    world.wait();
    assert_eq!(world.publish().version, "3");
    // The same bytes again: contents are compared, not uploads.
    world.update_code("two");
    world.wait();
    assert_eq!(world.publish().version, "3");
    // Back to what version 2 had is new, for only the last version counts.
    world.update_code("one");
    world.wait();
    assert_eq!(world.publish().version, "4");
}

#[test]
fn a_version_s_description_is_its_own_but_ignored_without_news() {
    let mut world = World::with_function();
    let described =
        |text: &str| Request::PublishVersion(PublishVersion { description: Some(text.to_owned()), ..publication() });
    let first = world.configuration(described("first"));
    assert_eq!((first.version.as_str(), first.description.as_str()), ("1", "first"));
    let again = world.configuration(described("second"));
    assert_eq!(again, first);
    assert_eq!(world.latest().description, "");
    // The function's description counts as configuration.
    world.configure(ConfigurationInput { description: Some("shop".to_owned()), ..ConfigurationInput::default() });
    world.wait();
    let second = world.publish();
    assert_eq!((second.version.as_str(), second.description.as_str()), ("2", "shop"));
}

#[test]
fn a_wrong_code_sha256_is_refused_with_both_hashes() {
    let mut world = World::with_function();
    let current = world.latest().code_sha256;
    let error = world.refusal(Request::PublishVersion(PublishVersion {
        code_sha256: Some("somenonexistentsha256".to_owned()),
        ..publication()
    }));
    let text = format!(
        "CodeSHA256 (somenonexistentsha256) is different from current CodeSHA256 in $LATEST ({current}). Please try again with the CodeSHA256 in $LATEST."
    );
    assert_eq!(told(&error), (400, "InvalidParameterValueException", text.as_str()));
    world.reply(Request::PublishVersion(PublishVersion { code_sha256: Some(current), ..publication() }));
}

#[test]
fn numbers_are_never_given_out_twice() {
    let mut world = World::with_function();
    world.publish();
    world.reply(Request::DeleteFunction(Target::new("orders").qualified("1")));
    assert_eq!(world.publish().version, "2", "the deleted version cannot be the answer");
    world.reply(Request::DeleteFunction(Target::new("orders")));
    world.create("orders", "one");
    assert_eq!(world.publish().version, "3");
}

#[test]
fn a_version_is_frozen() {
    let mut world = World::with_function();
    let published = world.publish();
    world.update_code("two");
    world.wait();
    world.configure(environment("KEY", "value"));
    world.wait();
    assert_eq!(world.version("1"), published);
}

#[test]
fn a_dry_run_shows_the_hash_and_changes_nothing() {
    let mut world = World::with_function();
    let before = world.latest();
    let shown = world.configuration(Request::UpdateFunctionCode(Box::new(UpdateFunctionCode {
        dry_run: DryRun::Yes,
        ..code_update("orders", "two")
    })));
    assert_ne!(shown.code_sha256, before.code_sha256);
    assert_eq!(shown.revision_id, before.revision_id);
    assert_eq!(world.latest(), before);
}

#[test]
fn snap_start_makes_a_version_wait_for_its_snapshot() {
    let mut world = World::with_function();
    world.configure(ConfigurationInput {
        snap_start: Some(SnapStartInput { apply_on: Some("PublishedVersions".to_owned()) }),
        ..ConfigurationInput::default()
    });
    world.wait();
    let version = world.publish();
    assert_eq!(version.state.as_deref(), Some("Pending"));
    assert_eq!(version.snap_start.optimization_status, "Off");
    let error = world.refusal(invocation(Target::new("orders").qualified("1")));
    assert_eq!((error.status, error.code.as_str()), (409, "SnapStartNotReadyException"));
    world.wait();
    assert_eq!(world.version("1").snap_start.optimization_status, "On");
    assert_eq!(world.latest().snap_start.optimization_status, "Off");
}

#[test]
fn a_version_can_be_made_to_fail() {
    let mut world = World::with_function();
    let reason = Reason { code: "FunctionError.RuntimeInitError".to_owned(), text: "no".to_owned() };
    world.model.fail_next("orders", FaultPoint::Publish, reason);
    assert_eq!(world.publish().state.as_deref(), Some("Pending"));
    world.wait();
    assert_eq!(world.version("1").state.as_deref(), Some("Failed"));
    assert_eq!(world.latest().last_update_status.as_deref(), Some("Successful"));
}

fn page(world: &mut World, marker: Option<String>) -> ConfigurationPage {
    match world.reply(Request::ListVersionsByFunction(ListOfFunction {
        function_name: "orders".to_owned(),
        page: Page { marker, max_items: Some(10_000) },
    })) {
        Reply::Versions(page) => page,
        other => panic!("versions, not {other:?}"),
    }
}

#[test]
fn a_list_has_fifty_items_a_page_and_no_states() {
    let mut world = World::with_function();
    for number in 0..60 {
        world.configure(environment("KEY", &number.to_string()));
        world.wait();
        world.publish();
    }
    let first = page(&mut world, None);
    assert_eq!(first.items.len(), 50);
    let second = page(&mut world, first.next_marker.clone());
    assert_eq!((second.items.len(), second.next_marker.as_ref()), (11, None));
    let all: Vec<_> = first.items.iter().chain(&second.items).collect();
    assert_eq!(all[0].version, "$LATEST");
    assert_eq!(all[0].function_arn, format!("{ARN}:$LATEST"));
    for (index, item) in all.iter().enumerate().skip(1) {
        assert_eq!(item.version, index.to_string());
    }
    for item in all {
        assert_eq!((&item.state, &item.last_update_status, &item.runtime_version_config), (&None, &None, &None));
        assert!(!item.revision_id.is_empty());
    }
}

#[test]
fn functions_are_listed_by_name_with_all_versions_if_asked() {
    let mut world = World::with_function();
    world.publish();
    world.create("another", "one");
    let list = |version: Option<&str>| {
        Request::ListFunctions(ListFunctions { function_version: version.map(str::to_owned), page: Page::default() })
    };
    let names = |reply: Reply| match reply {
        Reply::Functions(page) => page.items.into_iter().map(|item| item.function_arn).collect::<Vec<_>>(),
        other => panic!("functions, not {other:?}"),
    };
    let another = "arn:aws:lambda:eu-west-1:111111111111:function:another";
    assert_eq!(names(world.reply(list(None))), [another, ARN]);
    assert_eq!(
        names(world.reply(list(Some("ALL")))),
        [format!("{another}:$LATEST"), format!("{ARN}:$LATEST"), format!("{ARN}:1")]
    );
    assert_eq!(
        told(&world.refusal(list(Some("invalid")))).2,
        "1 validation error detected: Value 'invalid' at 'functionVersion' failed to satisfy constraint: Member must satisfy enum value set: [ALL]"
    );
}

#[test]
fn a_name_is_taken_once() {
    let mut world = World::with_function();
    let error = world.refusal(Request::CreateFunction(Box::new(creation("orders", "two"))));
    assert_eq!(told(&error), (409, "ResourceConflictException", "Function already exist: orders"));
}

#[test]
fn what_is_to_be_kept_does_not_grow_with_the_number_of_versions() {
    let mut world = World::with_function();
    for number in 0..5 {
        world.configure(environment("KEY", &number.to_string()));
        world.wait();
        world.publish();
    }
    world.model.take_changes();
    world.create_alias("live", "3");
    let changes = world.model.take_changes();
    assert!(
        matches!(changes.as_slice(), [Change::Function { function: Some(function), published: 5, .. }]
            if function.versions.is_empty() && function.aliases.contains_key("live")),
        "{changes:?}"
    );
    world.reply(Request::DeleteFunction(Target::new("orders").qualified("5")));
    let changes = world.model.take_changes();
    assert!(changes.iter().any(|change| matches!(change, Change::Version { number: 5, version: None, .. })));
}
