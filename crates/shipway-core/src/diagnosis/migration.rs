//! The edits of Terraform that move the callers of a function to its alias, in an order in which nobody loses access:
//! first the alias and every permission on it beside the old ones, then the triggers, and only then the old ones go.
//!
//! What is new stands there as HCL. Edits of resources that provisioning has already are comments: their addresses are
//! not known here. What does not carry over is said at the end.

use super::facts::{EventSourceMapping, FunctionFacts, FunctionUrl, PolicyStatement};
use super::hcl::{comment, commented, label, quoted, resource};
use crate::names::{AliasName, Version};

/// The lines that every plain `aws_lambda_alias` wants, so that an apply never moves it back.
const IGNORED_ON_ALIAS: &[&str] = &["lifecycle {", "  ignore_changes = [function_version, routing_config]", "}"];
/// What an `aws_lambda_function` has to ignore of its code.
const IGNORED_ON_FUNCTION: &str = "publish = false\n\nlifecycle {\n  ignore_changes = [\n    filename, s3_bucket, s3_key, \
                                   s3_object_version, source_code_hash, code_sha256, image_uri,\n    architectures, \
                                   source_kms_key_arn,\n  ]\n}\n";

/// The edits for these functions; those that have no alias or no callers beside it need none.
#[must_use]
pub fn migration(functions: &[FunctionFacts]) -> String {
    let edits: Vec<String> = functions.iter().filter_map(one).collect();
    if edits.is_empty() {
        return comment("Nothing to move: nothing that could be looked at calls a function without its alias.");
    }
    let head = comment(
        "How to move callers from the function to its alias. Apply each step by itself, in this order, and go on when it \
         is through: until step 4 both ways in are open, and `shipway deploy` refuses (unless `unqualified = \"accept\"`).\nWhat is written out is new. What is a comment is an edit of a \
         resource that is there already, or a thing to know. Names of resources are proposals.",
    );
    format!("{head}\n{}", edits.join("\n"))
}

/// One function's names.
struct Move<'a> {
    facts: &'a FunctionFacts,
    alias: &'a AliasName,
    /// `create_order`
    name: String,
    /// `aws_lambda_alias.create_order_live`
    resource: String,
}

fn one(facts: &FunctionFacts) -> Option<String> {
    let alias = facts.target.serving.alias()?;
    let statements = facts.policy.as_deref().unwrap_or_default();
    let mappings = facts.mappings.as_deref().unwrap_or_default();
    let url = facts.url.as_ref().ok().and_then(Option::as_ref);
    if statements.is_empty() && mappings.is_empty() && url.is_none() {
        return None;
    }
    let name = label(&[&facts.name.to_string()]);
    let resource = format!("aws_lambda_alias.{}", label(&[&name, alias.as_str()]));
    let this = Move { facts, alias, name, resource };
    let mut text = format!("# {} {}\n", "-".repeat(3), facts.target.function);
    text.push_str(&this.unread());
    text.push_str(&this.first());
    text.push_str(&this.second(statements, url));
    text.push_str(&this.third(statements, mappings, url));
    text.push_str(&this.fourth(statements, url));
    text.push_str(&not_carried_over());
    Some(text)
}

impl Move<'_> {
    fn function(&self) -> String {
        quoted(self.facts.target.function.as_str())
    }

    /// What is missing from the list because it may not be read.
    fn unread(&self) -> String {
        let unread =
            [self.facts.policy.as_ref().err(), self.facts.url.as_ref().err(), self.facts.mappings.as_ref().err()];
        let lines = unread.into_iter().flatten().map(|unread| {
            comment(&format!(
                "Not looked at: {} (it takes {}). There may be more to move.",
                unread.what, unread.permission
            ))
        });
        lines.collect()
    }

    /// The alias.
    fn first(&self) -> String {
        let mut text =
            comment("Step 1: the alias, which Shipway moves from here on, and code that an apply leaves alone.");
        let label = label(&[&self.name, self.alias.as_str()]);
        let version = self.facts.alias_version().unwrap_or(Version::Latest);
        if let Some(version) = self.facts.alias_version() {
            text.push_str(&comment(&format!(
                "Alias {} exists, on version {version}. If it is not in Terraform's state yet, import it:",
                self.alias
            )));
            let id = quoted(&format!("{}/{}", self.facts.target.function, self.alias));
            text.push_str(&format!("import {{\n  to = {}\n  id = {id}\n}}\n\n", self.resource));
        } else {
            text.push_str(&comment(
                "It begins on $LATEST, so that nothing changes for anybody; the first deployment after step 4 publishes what \
                 runs and puts it there before it touches the code.",
            ));
        }
        let arguments = [
            ("name", quoted(self.alias.as_str())),
            ("function_name", self.function()),
            ("function_version", quoted(&version.to_string())),
        ];
        text.push_str(&resource("aws_lambda_alias", &label, &arguments, IGNORED_ON_ALIAS));
        text.push_str(&comment("In the function's own resource:"));
        text.push_str(&commented(IGNORED_ON_FUNCTION));
        text.push('\n');
        text
    }

    /// Permissions on the alias, and its URL.
    fn second(&self, statements: &[PolicyStatement], url: Option<&FunctionUrl>) -> String {
        if statements.is_empty() && url.is_none() {
            return comment("Step 2: no permission is needed: event sources are read with the function's own role.")
                + "\n";
        }
        let mut text = comment(
            "Step 2: the same permissions on the alias, beside the old ones. A policy of the function does not hold for the \
             alias.",
        );
        for statement in statements {
            text.push_str(&self.permission(statement));
            text.push('\n');
        }
        if let Some(url) = url {
            text.push_str(&comment(
                "The alias's URL has an address of its own; the old one goes on answering until step 4.",
            ));
            let arguments = [
                ("function_name", format!("{}.function_name", self.resource)),
                ("qualifier", format!("{}.name", self.resource)),
                ("authorization_type", quoted(&url.auth)),
                ("invoke_mode", quoted(&url.invoke_mode)),
            ];
            let label = label(&[&self.name, self.alias.as_str()]);
            text.push_str(&resource("aws_lambda_function_url", &label, &arguments, &[]));
            text.push_str(&comment("Copy its `cors` block from the old one, if that has one."));
            text.push('\n');
        }
        text
    }

    fn permission(&self, statement: &PolicyStatement) -> String {
        let mut arguments = vec![
            ("statement_id", quoted(&statement.id)),
            ("action", quoted(&statement.action)),
            ("function_name", format!("{}.function_name", self.resource)),
            ("qualifier", format!("{}.name", self.resource)),
            ("principal", quoted(&statement.principal)),
        ];
        let optional = [
            ("source_arn", &statement.source_arn),
            ("source_account", &statement.source_account),
            ("function_url_auth_type", &statement.url_auth),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                arguments.push((name, quoted(value)));
            }
        }
        let label = label(&[&self.name, self.alias.as_str(), &statement.id]);
        resource("aws_lambda_permission", &label, &arguments, &[])
    }

    /// The triggers.
    fn third(
        &self,
        statements: &[PolicyStatement],
        mappings: &[EventSourceMapping],
        url: Option<&FunctionUrl>,
    ) -> String {
        let mut text =
            comment("Step 3: whatever calls the function calls the alias. In resources that are there already:");
        for mapping in mappings {
            let source = mapping.source.as_deref().map(|source| format!(", from {source}")).unwrap_or_default();
            text.push_str(&comment(&format!(
                "Event source mapping {}{source}: changed in place, it goes on where it was.",
                mapping.id
            )));
            text.push_str(&commented(&format!(
                "resource \"aws_lambda_event_source_mapping\" \"...\" {{\n  function_name = {}.arn\n}}\n",
                self.resource
            )));
        }
        for statement in statements.iter().filter(|statement| statement.url_auth.is_none()) {
            let source = statement.source_arn.as_deref().map(|source| format!(" ({source})")).unwrap_or_default();
            text.push_str(&comment(&format!("`{}`: {}{source}:", statement.id, statement.principal)));
            text.push_str(&commented(&caller(&statement.principal, &self.resource)));
        }
        if url.is_some() {
            text.push_str(&comment(&format!(
                "Callers of the URL: hand out aws_lambda_function_url.{}.function_url.",
                label(&[&self.name, self.alias.as_str()])
            )));
        }
        text.push('\n');
        text
    }

    /// What goes.
    fn fourth(&self, statements: &[PolicyStatement], url: Option<&FunctionUrl>) -> String {
        if statements.is_empty() && url.is_none() {
            return comment("Step 4: nothing is left to remove: `shipway doctor` finds nothing of this kind any more.")
                + "\n";
        }
        let mut text = comment(
            "Step 4: when nobody calls the function itself any more (CloudWatch's metric Invocations of the function without \
             the dimension Resource counts all; with Resource those of the alias), remove the old ones:",
        );
        for statement in statements {
            text.push_str(&comment(&format!("- the aws_lambda_permission `{}` that has no qualifier", statement.id)));
        }
        if url.is_some() {
            text.push_str(&comment(
                "- the aws_lambda_function_url that has no qualifier: its address is gone for good",
            ));
        }
        text.push_str(&comment("`shipway doctor` then finds nothing of this kind any more."));
        text.push('\n');
        text
    }
}

/// The edit that makes a principal call the alias.
fn caller(principal: &str, alias: &str) -> String {
    let block = |kind: &str, line: &str| format!("resource \"{kind}\" \"...\" {{\n  {line}\n}}\n");
    match principal {
        "apigateway.amazonaws.com" => {
            block("aws_api_gateway_integration", &format!("uri = {alias}.invoke_arn # and a new deployment of the API"))
                + &block("aws_apigatewayv2_integration", &format!("integration_uri = {alias}.invoke_arn # HTTP APIs"))
        }
        "events.amazonaws.com" => block("aws_cloudwatch_event_target", &format!("arn = {alias}.arn")),
        "scheduler.amazonaws.com" => {
            block("aws_scheduler_schedule", &format!("target {{ arn = {alias}.arn }} # and the schedule's role"))
        }
        "s3.amazonaws.com" => block(
            "aws_s3_bucket_notification",
            &format!("lambda_function {{ lambda_function_arn = {alias}.arn }} # its other arguments stay"),
        ),
        "sns.amazonaws.com" => block("aws_sns_topic_subscription", &format!("endpoint = {alias}.arn")),
        "logs.amazonaws.com" => {
            block("aws_cloudwatch_log_subscription_filter", &format!("destination_arn = {alias}.arn"))
        }
        "elasticloadbalancing.amazonaws.com" => {
            block("aws_lb_target_group_attachment", &format!("target_id = {alias}.arn"))
        }
        "cognito-idp.amazonaws.com" => {
            block("aws_cognito_user_pool", &format!("lambda_config {{ ... = {alias}.arn }}"))
        }
        "iot.amazonaws.com" => block("aws_iot_topic_rule", &format!("lambda {{ function_arn = {alias}.arn }}")),
        "secretsmanager.amazonaws.com" => {
            block("aws_secretsmanager_secret_rotation", &format!("rotation_lambda_arn = {alias}.arn"))
        }
        _ => format!("let it call {alias}.arn\n"),
    }
}

fn not_carried_over() -> String {
    comment(
        "What does not carry over, and has to be made for the alias by hand:\n- the configuration of asynchronous \
         invocations (retries, age, destinations): another aws_lambda_function_event_invoke_config with `qualifier`;\n- \
         scaling targets and policies of provisioned concurrency: resource_id is \"function:NAME:ALIAS\";\n- provisioned \
         concurrency that is on a version: aws_lambda_provisioned_concurrency_config with the alias as qualifier;\n- \
         alarms and dashboards on the dimension FunctionName alone count all callers; add Resource = \"NAME:ALIAS\";\n- a \
         function URL's address: the alias's URL has another one.\nReserved concurrency, tags and the log group belong to \
         the function and stay.",
    )
}
