//! Aliases, weights and routing (lambda.md §3.2; checklist 5).

use serde_json::json;
use shipway_lambda_model::{
    AliasTarget, ConfigurationInput, CreateAlias, ListAliases, Reply, Request, Target, UpdateAlias,
};

use crate::support::{ARN, ROLE, World, alias_creation, alias_update, invocation, told, weights};

/// Versions 1 and 2, and the alias `live` on 1.
fn world() -> World {
    let mut world = World::with_function();
    world.publish();
    world.release("two");
    world.create_alias("live", "1");
    world
}

fn update(change: UpdateAlias) -> Request {
    Request::UpdateAlias(change)
}

fn weighted(version: &str, pairs: &[(&str, f64)]) -> CreateAlias {
    CreateAlias { routing_config: weights(pairs), ..alias_creation("canary", version) }
}

#[test]
fn an_alias_is_created_read_and_listed() {
    let mut world = world();
    let created = world.create_alias("other", "2");
    assert_eq!(created.alias_arn, format!("{ARN}:other"));
    assert_eq!((created.function_version.as_str(), created.description.as_str()), ("2", ""));
    assert_eq!(created.routing_config, None);
    let read =
        world.alias(Request::GetAlias(AliasTarget { function_name: "orders".to_owned(), name: "other".to_owned() }));
    assert_eq!(read, created);
    let mut listed = |version: Option<&str>| match world.reply(Request::ListAliases(ListAliases {
        function_name: "orders".to_owned(),
        function_version: version.map(str::to_owned),
        ..ListAliases::default()
    })) {
        Reply::Aliases(page) => page.items.into_iter().map(|alias| alias.name).collect::<Vec<_>>(),
        other => panic!("aliases, not {other:?}"),
    };
    assert_eq!(listed(None), ["live", "other"]);
    assert_eq!(listed(Some("1")), ["live"]);
}

#[test]
fn through_an_alias_the_version_is_seen_under_the_alias_s_arn() {
    let mut world = world();
    let seen = world.get(Target::new("orders").qualified("live")).configuration;
    assert_eq!((seen.function_arn, seen.version), (format!("{ARN}:live"), "1".to_owned()));
}

#[test]
fn an_update_keeps_what_it_does_not_send() {
    let mut world = world();
    world.alias(update(UpdateAlias {
        routing_config: weights(&[("2", 0.1)]),
        description: Some("canary".to_owned()),
        ..alias_update("live")
    }));
    let kept = world.alias(update(UpdateAlias { description: Some("still".to_owned()), ..alias_update("live") }));
    assert_eq!(
        serde_json::to_value(&kept).unwrap()["RoutingConfig"],
        json!({ "AdditionalVersionWeights": { "2": 0.1 } })
    );
    // Moving the primary version onto the weighted one without clearing the weights is refused …
    let error = world.refusal(update(UpdateAlias { function_version: Some("2".to_owned()), ..alias_update("live") }));
    assert_eq!(
        told(&error),
        (
            400,
            "InvalidParameterValueException",
            "Invalid function version 2. Function version 2 is already included in routing configuration."
        )
    );
    // … and one call that clears them finishes the canary.
    let finished = world.alias(update(UpdateAlias {
        function_version: Some("2".to_owned()),
        routing_config: weights(&[]),
        ..alias_update("live")
    }));
    assert_eq!((finished.function_version.as_str(), finished.routing_config), ("2", None));
    assert_eq!(finished.description, "still");
}

#[test]
fn routing_follows_the_weights() {
    let mut world = world();
    world.alias(update(UpdateAlias { routing_config: weights(&[("2", 0.25)]), ..alias_update("live") }));
    let mut second = 0;
    for _ in 0..4000 {
        let plan = world.invoke(Target::new("orders").qualified("live"));
        assert_eq!(plan.invoked_arn, format!("{ARN}:live"));
        second += u32::from(plan.version == "2");
    }
    assert!((850..1150).contains(&second), "{second} of 4000 at a quarter");
    for (share, expected) in [(0.0, "1"), (1.0, "2")] {
        world.alias(update(UpdateAlias { routing_config: weights(&[("2", share)]), ..alias_update("live") }));
        for _ in 0..100 {
            assert_eq!(world.invoke(Target::new("orders").qualified("live")).version, expected);
        }
    }
}

#[test]
fn impossible_routings_are_refused_with_the_recorded_texts() {
    let cases = [
        (
            weighted("1", &[("2", 0.1), ("3", 0.1)]),
            (
                400,
                "InvalidParameterValueException",
                "Number of items in AdditionalVersionWeights cannot be greater than 1",
            ),
        ),
        (
            weighted("$LATEST", &[("1", 0.1)]),
            (
                400,
                "InvalidParameterValueException",
                "$LATEST is not supported for an alias pointing to more than 1 version",
            ),
        ),
        (
            weighted("1", &[("1", 0.1)]),
            (
                400,
                "InvalidParameterValueException",
                "Invalid function version 1. Function version 1 is already included in routing configuration.",
            ),
        ),
        (
            weighted("1", &[("$LATEST", 0.5)]),
            (
                400,
                "ValidationException",
                "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
            ),
        ),
        (
            weighted("1", &[("2", 2.0)]),
            (
                400,
                "ValidationException",
                "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
            ),
        ),
        (
            weighted("1", &[("2", -1.0)]),
            (
                400,
                "ValidationException",
                "1 validation error detected: Value '{2=-1.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
            ),
        ),
        (
            weighted("10", &[]),
            (
                404,
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:eu-west-1:111111111111:function:orders:10",
            ),
        ),
        (
            weighted("1", &[("10", 0.1)]),
            (
                404,
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:eu-west-1:111111111111:function:orders:10",
            ),
        ),
        (
            alias_creation("2024", "1"),
            (
                400,
                "ValidationException",
                "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
            ),
        ),
        (
            alias_creation("live", "1"),
            (
                409,
                "ResourceConflictException",
                "Alias already exists: arn:aws:lambda:eu-west-1:111111111111:function:orders:live",
            ),
        ),
        (
            CreateAlias { function_name: "absent".to_owned(), ..alias_creation("live", "1") },
            (
                404,
                "ResourceNotFoundException",
                "Function not found: arn:aws:lambda:eu-west-1:111111111111:function:absent:1",
            ),
        ),
    ];
    let mut world = world();
    for (request, expected) in cases {
        let error = world.refusal(Request::CreateAlias(request));
        assert_eq!(told(&error), expected);
    }
}

#[test]
fn latest_is_a_target_without_weights() {
    let mut world = world();
    world.create_alias("edge", "$LATEST");
    assert_eq!(world.invoke(Target::new("orders").qualified("edge")).version, "$LATEST");
}

#[test]
fn weighted_versions_share_role_and_dead_letter_queue() {
    let mut world = world();
    world.configure(ConfigurationInput { role: Some(format!("{ROLE}-2")), ..ConfigurationInput::default() });
    world.wait();
    world.publish();
    let error = world.refusal(Request::CreateAlias(weighted("1", &[("3", 0.1)])));
    assert_eq!(told(&error).2, "Specified versions must be associated with the same execution role");
    world.configure(ConfigurationInput {
        role: Some(ROLE.to_owned()),
        dead_letter_config: Some(json!({ "TargetArn": "arn:aws:sqs:eu-west-1:111111111111:dead" })),
        ..ConfigurationInput::default()
    });
    world.wait();
    world.publish();
    assert_eq!(world.refusal(Request::CreateAlias(weighted("1", &[("4", 0.1)]))).status, 400);
}

#[test]
fn a_weight_on_a_pending_version_is_an_internal_error() {
    let mut world = world();
    let version = world.update_and_publish("three").version;
    let error = world.refusal(Request::CreateAlias(weighted("1", &[(&version, 0.1)])));
    assert_eq!(told(&error), (500, "ServiceException", "InternalError"));
    // Without weights it works, and the alias then leads to a version that does not run yet.
    world.create_alias("eager", &version);
    assert_eq!(world.refusal(invocation(Target::new("orders").qualified("eager"))).status, 409);
    world.wait();
    world.alias(Request::CreateAlias(weighted("1", &[(&version, 0.1)])));
}

#[test]
fn absent_aliases_have_three_texts() {
    let mut world = world();
    let target = || AliasTarget { function_name: "orders".to_owned(), name: "absent".to_owned() };
    assert_eq!(
        told(&world.refusal(Request::GetAlias(target()))),
        (404, "ResourceNotFoundException", format!("Cannot find alias arn: {ARN}:absent").as_str())
    );
    assert_eq!(told(&world.refusal(update(alias_update("absent")))).2, format!("Alias not found: {ARN}:absent"));
    assert_eq!(
        told(&world.refusal(Request::GetFunction(Target::new("orders").qualified("absent")))).2,
        format!("Function not found: {ARN}:absent")
    );
    assert_eq!(world.reply(Request::DeleteAlias(target())), Reply::Empty);
}
