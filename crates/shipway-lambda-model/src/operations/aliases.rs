//! Aliases and their weights.

use std::collections::BTreeMap;

use crate::{
    configuration::description_failure,
    error::{ApiError, constraint, missing},
    lifecycle::State,
    model::Call,
    name::{Qualifier, is_alias_name},
    page,
    request::{AliasTarget, CreateAlias, ListAliases, RoutingConfigInput, UpdateAlias},
    response::{AliasPage, Reply},
    state::{Alias, Function},
    view,
};

impl Call<'_> {
    pub(crate) fn create_alias(&mut self, input: &CreateAlias) -> Result<Reply, ApiError> {
        let function_name = self.address_name(&input.function_name)?;
        let mut failures = name_failures(input.name.as_deref());
        failures.extend(input.description.as_deref().and_then(description_failure));
        if input.function_version.is_none() {
            failures.push(missing("functionVersion"));
        }
        failures.extend(version_failure(input.function_version.as_deref()));
        failures.extend(weight_failures(input.routing_config.as_ref()));
        if !failures.is_empty() {
            return Err(ApiError::validation(&failures));
        }
        let (name, version) = (text(input.name.as_ref()), text(input.function_version.as_ref()));
        let target = Qualifier::parse(version);
        let function = self.function(&function_name, Some(&target))?;
        let sent = input.routing_config.as_ref().and_then(|routing| routing.additional_version_weights.as_ref());
        let weight = single_weight(sent)?;
        self.check_routing(&function_name, function, &target, weight)?;
        if function.aliases.contains_key(name) {
            return Err(ApiError::conflict(format!("Alias already exists: {}", self.alias_arn(&function_name, name))));
        }
        let alias = Alias {
            target,
            description: text(input.description.as_ref()).to_owned(),
            weight,
            revision_id: self.new_id(),
        };
        self.put_alias(&function_name, name, alias)
    }

    pub(crate) fn update_alias(&mut self, input: &UpdateAlias) -> Result<Reply, ApiError> {
        let function_name = self.address_name(&input.function_name)?;
        let mut failures = name_failures(Some(&input.name));
        failures.extend(input.description.as_deref().and_then(description_failure));
        failures.extend(version_failure(input.function_version.as_deref()));
        failures.extend(weight_failures(input.routing_config.as_ref()));
        if !failures.is_empty() {
            return Err(ApiError::validation(&failures));
        }
        let function = self.function(&function_name, None)?;
        let Some(alias) = function.aliases.get(&input.name) else {
            return Err(ApiError::not_found(format!(
                "Alias not found: {}",
                self.alias_arn(&function_name, &input.name)
            )));
        };
        if input.revision_id.as_ref().is_some_and(|sent| *sent != alias.revision_id) {
            return Err(ApiError::stale_revision("GetFunction/GetAlias"));
        }
        let mut alias = alias.clone();
        if let Some(version) = &input.function_version {
            alias.target = Qualifier::parse(version);
        }
        // Not sent, the weights stay; sent empty, they go.
        if let Some(routing) = &input.routing_config {
            alias.weight = single_weight(routing.additional_version_weights.as_ref())?;
        }
        if let Some(description) = &input.description {
            alias.description.clone_from(description);
        }
        self.check_routing(&function_name, function, &alias.target, alias.weight)?;
        let moves = function.aliases.get(&input.name).is_some_and(|before| before.target != alias.target);
        alias.revision_id = self.new_id();
        let reply = self.put_alias(&function_name, &input.name, alias)?;
        if moves {
            let ready = self.now.saturating_add(self.model.settings().delays.provision);
            self.function_mut(&function_name)?.provision_again(&input.name, ready);
        }
        Ok(reply)
    }

    pub(crate) fn get_alias(&mut self, target: &AliasTarget) -> Result<Reply, ApiError> {
        let function_name = self.address_name(&target.function_name)?;
        let function = self.function(&function_name, None)?;
        let Some(alias) = function.aliases.get(&target.name) else {
            return Err(ApiError::not_found(format!(
                "Cannot find alias arn: {}",
                self.alias_arn(&function_name, &target.name)
            )));
        };
        Ok(Reply::Alias(view::alias(self.model.home(), &function_name, &target.name, alias)))
    }

    pub(crate) fn list_aliases(&mut self, input: &ListAliases) -> Result<Reply, ApiError> {
        let function_name = self.address_name(&input.function_name)?;
        let wanted = input.function_version.as_deref().map(Qualifier::parse);
        let function = self.function(&function_name, None)?;
        let items = function
            .aliases
            .iter()
            .filter(|(_, alias)| wanted.as_ref().is_none_or(|wanted| *wanted == alias.target))
            .map(|(name, alias)| {
                let shown = view::alias(self.model.home(), &function_name, name, alias);
                ((name.clone(), 0), shown)
            })
            .collect();
        let (items, next_marker) = page::cut(items, &input.page, 10_000)?;
        Ok(Reply::Aliases(AliasPage { items, next_marker }))
    }

    /// Deleting an alias that is not there is a success; what hung on the alias goes with it.
    pub(crate) fn delete_alias(&mut self, target: &AliasTarget) -> Result<Reply, ApiError> {
        let function_name = self.address_name(&target.function_name)?;
        if self.function(&function_name, None)?.aliases.contains_key(&target.name) {
            let function = self.function_mut(&function_name)?;
            function.aliases.remove(&target.name);
            function.policies.remove(&target.name);
            function.urls.remove(&target.name);
            function.provisioned.remove(&target.name);
        }
        Ok(Reply::Empty)
    }

    fn put_alias(&mut self, function_name: &str, name: &str, alias: Alias) -> Result<Reply, ApiError> {
        let shown = view::alias(self.model.home(), function_name, name, &alias);
        self.function_mut(function_name)?.aliases.insert(name.to_owned(), alias);
        Ok(Reply::Alias(shown))
    }

    pub(crate) fn alias_arn(&self, function_name: &str, name: &str) -> String {
        format!("{}:{name}", self.model.home().function_arn(function_name))
    }

    fn check_routing(
        &self,
        name: &str,
        function: &Function,
        target: &Qualifier,
        weight: Option<(u64, f64)>,
    ) -> Result<(), ApiError> {
        let absent = |number: u64| {
            ApiError::function_not_found(&self.model.home().qualified_arn(name, Some(&Qualifier::Version(number))))
        };
        let primary = match target {
            Qualifier::Version(number) => Some(function.versions.get(number).ok_or_else(|| absent(*number))?),
            Qualifier::Latest => None,
            Qualifier::Alias(other) => {
                return Err(ApiError::function_not_found(
                    &self.model.home().qualified_arn(name, Some(&Qualifier::Alias(other.clone()))),
                ));
            }
        };
        let Some((weighted, _)) = weight else {
            return Ok(());
        };
        let Some(primary) = primary else {
            return Err(
                ApiError::invalid("$LATEST is not supported for an alias pointing to more than 1 version").untyped()
            );
        };
        if *target == Qualifier::Version(weighted) {
            return Err(ApiError::invalid(format!(
                "Invalid function version {weighted}. Function version {weighted} is already included in routing configuration."
            )));
        }
        let second = function.versions.get(&weighted).ok_or_else(|| absent(weighted))?;
        let (first, second) = (&primary.revision, &second.revision);
        if first.configuration.role != second.configuration.role {
            return Err(ApiError::invalid("Specified versions must be associated with the same execution role"));
        }
        // The rule is documented; its text was not recorded.
        if first.configuration.dead_letter_target() != second.configuration.dead_letter_target() {
            return Err(ApiError::invalid(
                "Specified versions must be associated with the same dead-letter queue configuration",
            ));
        }
        if [first, second].iter().any(|revision| revision.lifecycle.state() == State::Pending) {
            return Err(ApiError::internal());
        }
        Ok(())
    }
}

fn text(sent: Option<&String>) -> &str {
    sent.map(String::as_str).unwrap_or_default()
}

fn name_failures(name: Option<&str>) -> Vec<String> {
    let Some(name) = name else {
        return vec![missing("name")];
    };
    let mut failures = Vec::new();
    if name.chars().count() > 128 {
        failures.push(constraint(name, "name", "Member must have length less than or equal to 128"));
    }
    if !is_alias_name(name) {
        failures.push(constraint(
            name,
            "name",
            "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        ));
    }
    failures
}

fn version_failure(version: Option<&str>) -> Option<String> {
    let version = version?;
    let digits = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    (version != "$LATEST" && !digits).then(|| {
        constraint(version, "functionVersion", "Member must satisfy regular expression pattern: (\\$LATEST|[0-9]+)")
    })
}

fn weight_failures(routing: Option<&RoutingConfigInput>) -> Vec<String> {
    let Some(weights) = routing.and_then(|routing| routing.additional_version_weights.as_ref()) else {
        return Vec::new();
    };
    let shown: Vec<String> = weights.iter().map(|(version, share)| format!("{version}={share:?}")).collect();
    let shown = format!("{{{}}}", shown.join(", "));
    let mut failures = Vec::new();
    let numeric = |key: &String| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    if !weights.keys().all(numeric) {
        failures.push(constraint(
            &shown,
            "routingConfig.additionalVersionWeights",
            "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
        ));
    }
    if !weights.values().all(|share| (0.0..=1.0).contains(share)) {
        failures.push(constraint(
            &shown,
            "routingConfig.additionalVersionWeights",
            "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
        ));
    }
    failures
}

/// At most one version besides the primary one.
fn single_weight(weights: Option<&BTreeMap<String, f64>>) -> Result<Option<(u64, f64)>, ApiError> {
    let Some(weights) = weights else {
        return Ok(None);
    };
    if weights.len() > 1 {
        return Err(ApiError::invalid("Number of items in AdditionalVersionWeights cannot be greater than 1"));
    }
    // A number too large to read was never given out; it stands for a version that cannot exist.
    Ok(weights.iter().next().map(|(version, share)| (version.parse().unwrap_or(u64::MAX), *share)))
}
