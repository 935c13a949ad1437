//! Provisioned concurrency: recorded, with its states and conflicts, so that a deployer meets them. Nothing is kept warm,
//! and the weights that AWS itself puts on an alias while it moves are not imitated.

use serde_json::{Value, json};

use crate::{
    configuration::range_failure,
    error::{ApiError, missing},
    model::Call,
    name::{NameRules, Qualifier},
    page,
    request::{ListOfFunction, PutProvisionedConcurrencyConfig, Target},
    response::Reply,
    state::{Function, Provisioned},
    time::{Milliseconds, last_modified},
};

/// The account's concurrency, and what of it must stay for functions without any of their own. Source: Lambda's quotas.
const CONCURRENCY: i64 = 1_000;
const UNRESERVED: i64 = 100;

impl Call<'_> {
    pub(crate) fn put_provisioned(&mut self, input: &PutProvisionedConcurrencyConfig) -> Result<Reply, ApiError> {
        let mut failures = Vec::new();
        if input.target.qualifier.is_none() {
            failures.push(missing("qualifier"));
        }
        match input.requested {
            None => failures.push(missing("provisionedConcurrentExecutions")),
            requested => {
                failures.extend(range_failure(requested, "provisionedConcurrentExecutions", 1, i64::MAX));
            }
        }
        if !failures.is_empty() {
            return Err(ApiError::validation(&failures));
        }
        let unpublished =
            || ApiError::invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
        let (name, key, number) = self.provisionable(&input.target, unpublished)?;
        let number = number.ok_or_else(unpublished)?;
        self.check_neighbours(&name, &key, number)?;
        let requested = input.requested.unwrap_or_default();
        self.check_concurrency((&name, &key), requested)?;
        let ready = self.now.saturating_add(self.model.settings().delays.provision);
        let provisioned = Provisioned { requested: requested.unsigned_abs(), ready, last_modified: self.now };
        let reply = config(&provisioned, self.now);
        let revision_id = self.new_id();
        let function = self.function_mut(&name)?;
        function.provisioned.insert(key, provisioned);
        // Recorded: it changes the id of the version behind it.
        if let Some(version) = function.versions.get_mut(&number) {
            version.revision.lifecycle.touch(revision_id);
        }
        self.model.mark_version(&name, number);
        Ok(Reply::Json(reply))
    }

    pub(crate) fn get_provisioned(&mut self, target: &Target) -> Result<Reply, ApiError> {
        if target.qualifier.is_none() {
            return Err(ApiError::validation(&[missing("qualifier")]));
        }
        let (name, key, _) = self.provisionable(target, || {
            ApiError::invalid("The function resource provided must be an alias or a published version.")
        })?;
        match self.function(&name, None)?.provisioned.get(&key) {
            Some(provisioned) => Ok(Reply::Json(config(provisioned, self.now))),
            None => Err(ApiError::new(
                404,
                "ProvisionedConcurrencyConfigNotFoundException",
                "No Provisioned Concurrency Config found for this function",
            )),
        }
    }

    pub(crate) fn list_provisioned(&mut self, input: &ListOfFunction) -> Result<Reply, ApiError> {
        let name = self.address_name(&input.function_name)?;
        let function = self.function(&name, None)?;
        let arn = self.model.home().function_arn(&name);
        let items = function
            .provisioned
            .iter()
            .map(|(key, provisioned)| {
                let mut shown = config(provisioned, self.now);
                shown["FunctionArn"] = json!(format!("{arn}:{key}"));
                ((key.clone(), 0), shown)
            })
            .collect();
        let (items, next) = page::cut(items, &input.page, 50)?;
        let mut reply = json!({ "ProvisionedConcurrencyConfigs": items });
        if let Some(next) = next {
            reply["NextMarker"] = json!(next);
        }
        Ok(Reply::Json(reply))
    }

    /// Deleting what is not there is a success.
    pub(crate) fn delete_provisioned(&mut self, target: &Target) -> Result<Reply, ApiError> {
        if target.qualifier.is_none() {
            return Err(ApiError::validation(&[missing("qualifier")]));
        }
        let (name, key, _) = self.provisionable(target, || {
            ApiError::invalid("The function resource provided must be an alias or a published version.")
        })?;
        if self.function(&name, None)?.provisioned.contains_key(&key) {
            self.function_mut(&name)?.provisioned.remove(&key);
        }
        Ok(Reply::Empty)
    }

    /// The function's name, the alias or version as a key, and the version behind it (`None`: `$LATEST`).
    fn provisionable(
        &self,
        target: &Target,
        latest: impl Fn() -> ApiError,
    ) -> Result<(String, String, Option<u64>), ApiError> {
        let addressed = self.address(NameRules::Plain, target)?;
        let qualifier = addressed.qualifier.as_ref();
        let function = self.function(&addressed.name, qualifier)?;
        let absent = || ApiError::function_not_found(&self.model.home().qualified_arn(&addressed.name, qualifier));
        let number = match qualifier {
            None | Some(Qualifier::Latest) => return Err(latest()),
            Some(Qualifier::Version(number)) => function.versions.contains_key(number).then_some(Some(*number)),
            Some(Qualifier::Alias(alias)) => function.aliases.get(alias).map(|alias| match alias.target {
                Qualifier::Version(number) => Some(number),
                _ => None,
            }),
        };
        let key = qualifier.map(ToString::to_string).unwrap_or_default();
        Ok((addressed.name.clone(), key, number.ok_or_else(absent)?))
    }

    /// There is one configuration for each version, on it or on an alias of it; and an alias with weights has none.
    fn check_neighbours(&self, name: &str, key: &str, number: u64) -> Result<(), ApiError> {
        let function = self.function(name, None)?;
        let is_alias = function.aliases.contains_key(key);
        if function.aliases.get(key).is_some_and(|alias| alias.weight.is_some()) {
            return Err(ApiError::invalid("Alias with weights can not be used with Provisioned Concurrency").untyped());
        }
        if is_alias && function.provisioned.contains_key(&number.to_string()) {
            return Err(ApiError::conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
            ));
        }
        let by_alias = |alias: &str| function.provisioned.contains_key(alias);
        if !is_alias && function.aliases_of(number).into_iter().any(by_alias) {
            return Err(ApiError::conflict("Version is pointed by a Provisioned Concurrency alias"));
        }
        Ok(())
    }

    fn check_concurrency(&self, (name, key): (&str, &str), requested: i64) -> Result<(), ApiError> {
        let others: i64 = self
            .model
            .state
            .functions
            .iter()
            .flat_map(|(other, function)| {
                function.provisioned.iter().filter(move |(on, _)| other != name || on.as_str() != key)
            })
            .map(|(_, provisioned)| i64::try_from(provisioned.requested).unwrap_or(i64::MAX))
            .fold(0, i64::saturating_add);
        let left = CONCURRENCY.saturating_sub(others);
        if requested > left {
            return Err(ApiError::invalid(format!(
                "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [{left}]."
            ))
            .untyped());
        }
        if left - requested < UNRESERVED {
            return Err(ApiError::invalid(format!(
                "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its \
                 minimum value of [{UNRESERVED}]."
            ))
            .untyped());
        }
        Ok(())
    }
}

impl Function {
    /// An alias that moves takes its provisioned concurrency along, which takes as long as at first.
    pub(crate) fn provision_again(&mut self, alias: &str, ready: Milliseconds) {
        if let Some(provisioned) = self.provisioned.get_mut(alias) {
            provisioned.ready = ready;
        }
    }
}

fn config(provisioned: &Provisioned, now: Milliseconds) -> Value {
    let (status, there) = if now >= provisioned.ready { ("READY", provisioned.requested) } else { ("IN_PROGRESS", 0) };
    json!({
        "RequestedProvisionedConcurrentExecutions": provisioned.requested,
        "AvailableProvisionedConcurrentExecutions": there,
        "AllocatedProvisionedConcurrentExecutions": there,
        "Status": status,
        "LastModified": last_modified(provisioned.last_modified),
    })
}
