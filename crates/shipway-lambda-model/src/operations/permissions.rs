//! Resource policies: of a function, of a version, of an alias, each for itself.

use serde_json::{Map, Value, json};

use crate::{
    error::{ApiError, constraint, missing},
    model::Call,
    name::{Addressed, NameRules, Qualifier, is_alias_name},
    request::{AddPermission, RemovePermission, Target},
    response::{PolicyReply, Reply},
    state::Policy,
};

impl Call<'_> {
    pub(crate) fn add_permission(&mut self, input: &AddPermission) -> Result<Reply, ApiError> {
        let addressed = self.address(NameRules::Plain, &input.target)?;
        let failures = failures(input);
        if !failures.is_empty() {
            return Err(ApiError::validation(&failures));
        }
        self.check_policy_target(&addressed)?;
        let resource = self.model.home().qualified_arn(&addressed.name, addressed.qualifier.as_ref());
        let statement = statement(input, self.model.home().partition(), &resource)?;
        let key = key(&addressed);
        let policy = self.function(&addressed.name, None)?.policies.get(&key);
        let current = policy.map(|policy| policy.revision_id.as_str());
        check_policy_revision(input.revision_id.as_deref(), current)?;
        let sid = input.statement_id.as_deref().unwrap_or_default();
        if policy.is_some_and(|policy| position(policy, sid).is_some()) {
            return Err(ApiError::conflict(format!(
                "The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement."
            )));
        }
        let revision_id = self.new_id();
        let policies = &mut self.function_mut(&addressed.name)?.policies;
        let policy =
            policies.entry(key).or_insert_with(|| Policy { statements: Vec::new(), revision_id: String::new() });
        policy.statements.push(statement.clone());
        policy.revision_id = revision_id;
        Ok(Reply::Statement(statement.to_string()))
    }

    pub(crate) fn get_policy(&mut self, target: &Target) -> Result<Reply, ApiError> {
        let addressed = self.address(NameRules::Plain, target)?;
        let policy = self
            .model
            .state
            .functions
            .get(&addressed.name)
            .and_then(|function| function.policies.get(&key(&addressed)))
            .ok_or_else(ApiError::no_such_resource)?;
        let document = json!({ "Version": "2012-10-17", "Id": "default", "Statement": policy.statements });
        Ok(Reply::Policy(PolicyReply { policy: document.to_string(), revision_id: policy.revision_id.clone() }))
    }

    pub(crate) fn remove_permission(&mut self, input: &RemovePermission) -> Result<Reply, ApiError> {
        let addressed = self.address(NameRules::Plain, &input.target)?;
        let arn = self.model.home().qualified_arn(&addressed.name, addressed.qualifier.as_ref());
        let Some(function) = self.model.state.functions.get(&addressed.name) else {
            return Err(ApiError::not_found(format!("No policy found for: {arn}")));
        };
        let key = key(&addressed);
        let Some(policy) = function.policies.get(&key) else {
            return Err(ApiError::not_found("No policy is associated with the given resource."));
        };
        let Some(index) = position(policy, &input.statement_id) else {
            return Err(ApiError::not_found(format!(
                "Statement {} is not found in resource policy.",
                input.statement_id
            )));
        };
        check_policy_revision(input.revision_id.as_deref(), Some(&policy.revision_id))?;
        let revision_id = self.new_id();
        let policies = &mut self.function_mut(&addressed.name)?.policies;
        if let Some(policy) = policies.get_mut(&key) {
            policy.statements.remove(index);
            policy.revision_id = revision_id;
        }
        policies.retain(|_, policy| !policy.statements.is_empty());
        Ok(Reply::Empty)
    }

    fn check_policy_target(&self, addressed: &Addressed) -> Result<(), ApiError> {
        let Addressed { name, qualifier } = addressed;
        if *qualifier == Some(Qualifier::Latest) {
            return Err(ApiError::invalid("We currently do not support adding policies for $LATEST."));
        }
        let function = self.function(name, qualifier.as_ref())?;
        match qualifier {
            Some(Qualifier::Version(number)) if !function.versions.contains_key(number) => {
                Err(ApiError::function_not_found(&self.model.home().qualified_arn(name, qualifier.as_ref())))
            }
            Some(Qualifier::Alias(alias)) if !is_alias_name(alias) => {
                Err(ApiError::function_not_found(&self.model.home().qualified_arn(name, qualifier.as_ref())))
            }
            Some(Qualifier::Alias(alias)) if !function.aliases.contains_key(alias) => {
                Err(ApiError::not_found(format!("Cannot find alias arn: {}", self.alias_arn(name, alias))))
            }
            _ => Ok(()),
        }
    }
}

fn key(addressed: &Addressed) -> String {
    addressed.qualifier.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn position(policy: &Policy, sid: &str) -> Option<usize> {
    policy.statements.iter().position(|statement| statement["Sid"] == sid)
}

fn check_policy_revision(sent: Option<&str>, current: Option<&str>) -> Result<(), ApiError> {
    match sent {
        Some(_) if sent != current => Err(ApiError::stale_revision("GetPolicy")),
        _ => Ok(()),
    }
}

fn failures(input: &AddPermission) -> Vec<String> {
    let mut failures = Vec::new();
    match input.statement_id.as_deref() {
        None => failures.push(missing("statementId")),
        Some(sid) => {
            if sid.chars().count() > 100 {
                failures.push(constraint(sid, "statementId", "Member must have length less than or equal to 100"));
            }
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            if sid.is_empty() || !sid.bytes().all(allowed) {
                failures.push(constraint(
                    sid,
                    "statementId",
                    "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
                ));
            }
        }
    }
    for (member, value) in [("action", &input.action), ("principal", &input.principal)] {
        if value.is_none() {
            failures.push(missing(member));
        }
    }
    failures
}

fn statement(input: &AddPermission, partition: &str, resource: &str) -> Result<Value, ApiError> {
    let mut conditions: Map<String, Value> = Map::new();
    let mut condition = |operator: &str, key: &str, value: Option<&String>| {
        if let Some(value) = value {
            let entry = conditions.entry(operator).or_insert_with(|| json!({}));
            entry[key] = json!(value);
        }
    };
    condition("StringEquals", "AWS:SourceAccount", input.source_account.as_ref());
    condition("StringEquals", "lambda:FunctionUrlAuthType", input.function_url_auth_type.as_ref());
    condition("StringEquals", "aws:PrincipalOrgID", input.principal_org_id.as_ref());
    condition("StringEquals", "lambda:EventSourceToken", input.event_source_token.as_ref());
    condition("ArnLike", "AWS:SourceArn", input.source_arn.as_ref());
    let mut statement = json!({
        "Sid": input.statement_id,
        "Effect": "Allow",
        "Principal": principal(input.principal.as_deref().unwrap_or_default(), partition)?,
        "Action": input.action,
        "Resource": resource,
    });
    if !conditions.is_empty() {
        statement["Condition"] = Value::Object(conditions);
    }
    Ok(statement)
}

fn principal(text: &str, partition: &str) -> Result<Value, ApiError> {
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text == "*" {
        Ok(json!("*"))
    } else if is_account {
        Ok(json!({ "AWS": format!("arn:{partition}:iam::{text}:root") }))
    } else if text.starts_with("arn:") && text.contains(":iam:") {
        Ok(json!({ "AWS": text }))
    } else if text.ends_with(".amazonaws.com") {
        Ok(json!({ "Service": text }))
    } else {
        Err(ApiError::invalid("The provided principal was invalid. Please check the principal and try again."))
    }
}
