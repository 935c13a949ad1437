//! The forms of FunctionName, and the IAM resources they become (lambda.md §0.2, §6.1).

use shipway_lambda_model::{Action, AliasTarget, ListFunctions, Request, Target};

use crate::support::{ARN, World, code_update, creation, invocation, told};

#[test]
fn every_form_names_the_same_function() {
    let mut world = World::with_function();
    world.publish();
    world.create_alias("live", "1");
    for name in ["orders", "function:orders", "111111111111:function:orders", ARN] {
        assert_eq!(world.get(Target::new(name)).configuration.function_name, "orders");
        let qualified = format!("{name}:live");
        assert_eq!(world.get(Target::new(&qualified)).configuration.version, "1");
        // In both places and the same is fine, in both and different is not.
        world.get(Target::new(&qualified).qualified("live"));
        let error = world.refusal(Request::GetFunction(Target::new(&qualified).qualified("1")));
        assert_eq!(
            told(&error),
            (
                400,
                "InvalidParameterValueException",
                "The derived qualifier from the function name does not match the specified qualifier."
            )
        );
    }
}

#[test]
fn other_regions_and_accounts_are_out_of_reach() {
    let mut world = World::with_function();
    let region = world.refusal(Request::GetFunction(Target::new(ARN.replace("eu-west-1", "ap-southeast-1"))));
    assert_eq!(
        told(&region),
        (
            404,
            "ResourceNotFoundException",
            "Functions from 'ap-southeast-1' are not reachable in this region ('eu-west-1')"
        )
    );
    let account = world.refusal(Request::GetFunction(Target::new(ARN.replace("111111111111", "222222222222"))));
    assert_eq!(told(&account), (403, "AccessDeniedException", ""));
    assert_eq!(account.message, None);
}

#[test]
fn long_names_are_refused_differently() {
    let mut world = World::new();
    let long = "a".repeat(65);
    let error = world.refusal(Request::CreateFunction(Box::new(creation(&long, "one"))));
    let text = format!(
        "1 validation error detected: Value '{long}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64"
    );
    assert_eq!(told(&error), (400, "InvalidParameterValueException", text.as_str()));
    for request in [
        Request::GetFunction(Target::new(&long)),
        Request::DeleteFunction(Target::new(&long)),
        invocation(Target::new(&long)),
    ] {
        assert_eq!(told(&world.refusal(request)).0, 404);
    }
    let longer = format!("arn:aws:lambda:eu-west-1:111111111111:function:{}", "a".repeat(100));
    let error = world.refusal(Request::CreateFunction(Box::new(creation(&longer, "one"))));
    assert_eq!(error.code, "ValidationException");
}

#[test]
fn impossible_names_are_validation_errors() {
    let mut world = World::new();
    let error = world.refusal(Request::CreateFunction(Box::new(creation("invalid:function:name", "one"))));
    assert_eq!(
        told(&error),
        (
            400,
            "ValidationException",
            "1 validation error detected: Value 'invalid:function:name' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
        )
    );
    let qualifier = world.refusal(Request::GetFunction(Target::new("orders").qualified("what?")));
    assert_eq!(qualifier.code, "ValidationException");
    for name in ["", ":", "orders:", ":orders", "a b", "arn:aws:lambda", "arn:aws:lambda:eu-west-1:1:function:x"] {
        world.refusal(Request::GetFunction(Target::new(name)));
    }
}

#[test]
fn updates_are_for_latest_alone() {
    let mut world = World::with_function();
    world.publish();
    let error = world.refusal(Request::UpdateFunctionCode(Box::new(code_update("orders:1", "two"))));
    assert_eq!(
        told(&error),
        (
            400,
            "InvalidParameterValueException",
            "Current operation does not support versions other than $LATEST. Please set the version to $LATEST or do not set a version in your request."
        )
    );
    world.reply(Request::UpdateFunctionCode(Box::new(code_update("orders:$LATEST", "two"))));
}

#[test]
fn the_action_has_the_resource_that_a_policy_would_see() {
    let mut world = World::with_function();
    for (request, action, resource) in [
        (Request::GetFunction(Target::new("orders")), "lambda:GetFunction", ARN.to_owned()),
        (Request::GetFunction(Target::new("orders").qualified("live")), "lambda:GetFunction", format!("{ARN}:live")),
        (Request::GetFunction(Target::new("orders:live")), "lambda:GetFunction", format!("{ARN}:live")),
        (invocation(Target::new("orders").qualified("1")), "lambda:InvokeFunction", format!("{ARN}:1")),
        (
            Request::DeleteFunction(Target::new("absent").qualified("3")),
            "lambda:DeleteFunction",
            "arn:aws:lambda:eu-west-1:111111111111:function:absent:3".to_owned(),
        ),
        (
            Request::GetAlias(AliasTarget { function_name: "orders".to_owned(), name: "live".to_owned() }),
            "lambda:GetAlias",
            ARN.to_owned(),
        ),
        (Request::ListFunctions(ListFunctions::default()), "lambda:ListFunctions", "*".to_owned()),
        (Request::GetAccountSettings, "lambda:GetAccountSettings", "*".to_owned()),
    ] {
        let asked = world.send(request).action;
        assert_eq!(asked, Action { action: action.to_owned(), resource });
    }
}
