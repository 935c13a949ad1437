//! Provisioned concurrency (lambda.md §3.6): its states, and who gets in whose way.

use serde_json::{Value, json};
use shipway_lambda_model::{
    AliasTarget, ListOfFunction, PutProvisionedConcurrencyConfig, Reply, Request, Target, UpdateAlias,
};

use crate::support::{ARN, World, alias_update, told, weights};

fn on(qualifier: &str) -> Target {
    Target::new("orders").qualified(qualifier)
}

fn put(target: Target, requested: i64) -> Request {
    Request::PutProvisionedConcurrencyConfig(PutProvisionedConcurrencyConfig { target, requested: Some(requested) })
}

fn json_of(world: &mut World, request: Request) -> Value {
    match world.reply(request) {
        Reply::Json(value) => value,
        other => panic!("JSON, not {other:?}"),
    }
}

fn status(world: &mut World, qualifier: &str) -> Value {
    json_of(world, Request::GetProvisionedConcurrencyConfig(on(qualifier)))["Status"].clone()
}

/// Version 1 behind `live`, and version 2.
fn world() -> World {
    let mut world = World::with_function();
    world.publish();
    world.create_alias("live", "1");
    world.release("two");
    world
}

#[test]
fn it_takes_a_while_and_again_when_the_alias_moves() {
    let mut world = world();
    let accepted = json_of(&mut world, put(on("live"), 5));
    assert_eq!(accepted["RequestedProvisionedConcurrentExecutions"], 5);
    assert_eq!(
        (&accepted["Status"], &accepted["AvailableProvisionedConcurrentExecutions"]),
        (&json!("IN_PROGRESS"), &json!(0))
    );
    world.wait();
    assert_eq!(status(&mut world, "live"), "READY");
    world.alias(Request::UpdateAlias(UpdateAlias { function_version: Some("2".to_owned()), ..alias_update("live") }));
    assert_eq!(status(&mut world, "live"), "IN_PROGRESS");
    world.wait();
    assert_eq!(status(&mut world, "live"), "READY");
    let listed = json_of(
        &mut world,
        Request::ListProvisionedConcurrencyConfigs(ListOfFunction {
            function_name: "orders".to_owned(),
            ..ListOfFunction::default()
        }),
    );
    assert_eq!(listed["ProvisionedConcurrencyConfigs"][0]["FunctionArn"], format!("{ARN}:live"));
}

#[test]
fn it_is_for_published_versions() {
    let mut world = world();
    let cannot = "Provisioned Concurrency Configs cannot be applied to unpublished function versions.";
    assert_eq!(told(&world.refusal(put(on("$LATEST"), 1))), (400, "InvalidParameterValueException", cannot));
    world.create_alias("next", "$LATEST");
    assert_eq!(told(&world.refusal(put(on("next"), 1))).2, cannot);
    assert_eq!(
        told(&world.refusal(Request::GetProvisionedConcurrencyConfig(on("$LATEST")))).2,
        "The function resource provided must be an alias or a published version."
    );
    let absent = world.refusal(put(on("9"), 1));
    assert_eq!(told(&absent), (404, "ResourceNotFoundException", format!("Function not found: {ARN}:9").as_str()));
    let none = world.refusal(put(on("1"), 0));
    assert_eq!((none.status, none.code.as_str()), (400, "ValidationException"));
}

#[test]
fn one_configuration_for_each_version() {
    let mut world = world();
    world.reply(put(on("live"), 1));
    assert_eq!(
        told(&world.refusal(put(on("1"), 1))),
        (409, "ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias")
    );
    world.reply(put(on("2"), 1));
    world.create_alias("next", "2");
    assert_eq!(
        told(&world.refusal(put(on("next"), 1))).2,
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
    );
}

#[test]
fn an_alias_with_weights_has_none() {
    let mut world = world();
    world.alias(Request::UpdateAlias(UpdateAlias { routing_config: weights(&[("2", 0.1)]), ..alias_update("live") }));
    assert_eq!(
        told(&world.refusal(put(on("live"), 1))).2,
        "Alias with weights can not be used with Provisioned Concurrency"
    );
}

#[test]
fn the_account_has_only_so_much() {
    let mut world = world();
    let refusal = world.refusal(put(on("live"), 1_001));
    assert!(told(&refusal).2.contains("greater than account's unreserved concurrency [1000]"), "{refusal}");
    let refusal = world.refusal(put(on("live"), 901));
    assert!(told(&refusal).2.contains("below its minimum value of [100]"), "{refusal}");
    world.reply(put(on("live"), 900));
}

#[test]
fn it_goes_with_what_it_is_on() {
    let mut world = world();
    world.reply(put(on("2"), 1));
    world.reply(Request::DeleteFunction(on("2")));
    world.reply(put(on("live"), 1));
    world.reply(Request::DeleteAlias(AliasTarget { function_name: "orders".to_owned(), name: "live".to_owned() }));
    assert!(world.model.state().functions["orders"].provisioned.is_empty());
    let gone = world.refusal(Request::GetProvisionedConcurrencyConfig(on("1")));
    assert_eq!(
        told(&gone),
        (
            404,
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function"
        )
    );
    // Deleting it where there is none is a success.
    assert_eq!(world.reply(Request::DeleteProvisionedConcurrencyConfig(on("1"))), Reply::Empty);
}
