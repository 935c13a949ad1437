//! DeleteFunction's matrix of qualifiers (lambda.md §3.4; checklist 6).

use shipway_lambda_model::{Edge, Reply, Request, Target, UpdateAlias};

use crate::support::{ARN, World, alias_update, told, weights};

fn delete(qualifier: &str) -> Request {
    Request::DeleteFunction(Target::new("orders").qualified(qualifier))
}

#[test]
fn a_version_that_an_alias_needs_stays() {
    let mut world = World::with_function();
    world.publish();
    world.release("two");
    world.create_alias("live", "1");
    world.alias(Request::UpdateAlias(UpdateAlias { routing_config: weights(&[("2", 0.1)]), ..alias_update("live") }));
    world.create_alias("other", "1");
    let text =
        |aliases: &str| format!("Unable to delete version because the following aliases reference it: [{aliases}]");
    assert_eq!(told(&world.refusal(delete("1"))), (409, "ResourceConflictException", text("live, other").as_str()));
    assert_eq!(told(&world.refusal(delete("2"))).2, text("live"), "also by its weight");
}

#[test]
fn the_other_qualifiers() {
    let mut world = World::with_function();
    world.publish();
    world.create_alias("live", "1");
    assert_eq!(
        told(&world.refusal(delete("live"))),
        (400, "InvalidParameterValueException", "Deletion of aliases is not currently supported.")
    );
    assert_eq!(
        told(&world.refusal(delete("$LATEST"))),
        (400, "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.")
    );
    assert_eq!(world.reply(delete("17")), Reply::Empty, "an absent version is deleted silently");
    let absent = Request::DeleteFunction(Target::new("absent").qualified("1"));
    assert_eq!(
        told(&world.refusal(absent)),
        (404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:eu-west-1:111111111111:function:absent")
    );
}

#[test]
fn without_a_qualifier_everything_goes() {
    let mut world = World::with_function();
    world.publish();
    world.create_alias("live", "1");
    world.reply(Request::DeleteFunction(Target::new("orders")));
    for target in [Target::new("orders"), Target::new("orders").qualified("1"), Target::new("orders").qualified("live")]
    {
        assert_eq!(world.refusal(Request::GetFunction(target)).status, 404);
    }
}

#[test]
fn a_version_without_an_alias_goes() {
    let mut world = World::with_function();
    world.publish();
    world.reply(delete("1"));
    let error = world.refusal(Request::GetFunction(Target::new("orders").qualified("1")));
    assert_eq!(told(&error).2, format!("Function not found: {ARN}:1"));
}

#[test]
fn a_replicated_function_stays() {
    let mut world = World::with_function();
    world.publish();
    assert!(world.model.set_edge("orders", Edge::Replicated));
    for (request, arn) in
        [(Request::DeleteFunction(Target::new("orders")), ARN.to_owned()), (delete("1"), format!("{ARN}:1"))]
    {
        let text = format!(
            "Lambda was unable to delete {arn} because it is a replicated function. Please see our documentation for Deleting Lambda@Edge Functions and Replicas."
        );
        assert_eq!(told(&world.refusal(request)), (400, "InvalidParameterValueException", text.as_str()));
    }
}
