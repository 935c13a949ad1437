//! The entry point: one request in, one response out, and the state changed by it.
//!
//! The operations themselves live in `operations`; here is what they share.

use std::collections::BTreeSet;

use crate::{
    entropy::{Entropy, uuid},
    error::ApiError,
    fault::{Fault, FaultPoint},
    lifecycle::{Outcome, Reason},
    name::{Addressed, Home, NameRules, Qualifier, address},
    operation::Operation,
    request::{Request, Target},
    response::{Action, Reply, Response},
    settings::Settings,
    state::{Change, Function, State},
    throttle::Buckets,
    time::Milliseconds,
    view,
};

/// Lambda's control plane for one account and region.
#[derive(Clone, Debug)]
pub struct Model {
    settings: Settings,
    pub(crate) state: State,
    buckets: Option<Buckets>,
    faults: Vec<Fault>,
    changed: Changed,
}

/// Which parts of the state were written since the changes were last taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changed {
    pub(crate) functions: BTreeSet<String>,
    pub(crate) versions: BTreeSet<(String, u64)>,
    pub(crate) mappings: BTreeSet<String>,
    pub(crate) code_signing: BTreeSet<String>,
    pub(crate) layers: BTreeSet<String>,
}

impl Model {
    /// An empty account.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::with_state(settings, State::default())
    }

    /// An account as it was kept.
    #[must_use]
    pub fn with_state(settings: Settings, state: State) -> Self {
        Self {
            buckets: settings.throttle.map(Buckets::new),
            settings,
            state,
            faults: Vec::new(),
            changed: Changed::default(),
        }
    }

    /// Handles one request at a moment. The moment may go back; nothing then happens earlier than it already did.
    ///
    /// A refused request changes nothing but the throttle (and wakes an idle function, as on AWS).
    pub fn handle(&mut self, request: &Request, now: Milliseconds, entropy: &mut dyn Entropy) -> Response {
        let operation = request.operation();
        let action = self.action(request);
        let result = if self.admit(operation, now) {
            for function in self.state.functions.values_mut() {
                function.settle(now);
            }
            let mut call = Call { model: self, now, entropy };
            let mut result = call.dispatch(request);
            if let Ok(reply) = &mut result {
                view::seal(reply, &self.settings.sealed_keys);
            }
            result
        } else {
            Err(ApiError::rate_exceeded())
        };
        Response { operation, action, result }
    }

    /// What IAM would be asked before the request is let in.
    #[must_use]
    pub fn action(&self, request: &Request) -> Action {
        Action { action: request.operation().iam_action(), resource: self.resource(request) }
    }

    /// What is remembered, as of the last request: call [`Model::settle`] first to see it as of now.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Lets time pass without a request.
    pub fn settle(&mut self, now: Milliseconds) {
        for function in self.state.functions.values_mut() {
            function.settle(now);
        }
    }

    /// Takes over a change that another process made.
    pub fn apply(&mut self, change: Change) {
        self.state.apply(change);
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What was changed since this was last called, for a log.
    pub fn take_changes(&mut self) -> Vec<Change> {
        let changed = std::mem::take(&mut self.changed);
        let functions = changed.functions.into_iter().map(|name| Change::Function {
            function: self.state.functions.get(&name).map(|function| Box::new(function.without_versions())),
            published: self.state.published.get(&name).copied().unwrap_or_default(),
            name,
        });
        let versions = changed.versions.into_iter().map(|(function, number)| Change::Version {
            version: self
                .state
                .functions
                .get(&function)
                .and_then(|function| function.versions.get(&number).cloned())
                .map(Box::new),
            function,
            number,
        });
        let mappings = changed
            .mappings
            .into_iter()
            .map(|uuid| Change::Mapping { mapping: self.state.mappings.get(&uuid).cloned().map(Box::new), uuid });
        let code_signing = changed
            .code_signing
            .into_iter()
            .map(|arn| Change::CodeSigning { config: self.state.code_signing.get(&arn).cloned(), arn });
        let layers = changed
            .layers
            .into_iter()
            .map(|name| Change::Layer { layer: self.state.layers.get(&name).cloned().map(Box::new), name });
        functions.chain(versions).chain(mappings).chain(code_signing).chain(layers).collect()
    }

    /// Makes the next transition of this kind fail, with AWS's reason code and text.
    pub fn fail_next(&mut self, function: impl Into<String>, point: FaultPoint, reason: Reason) {
        self.faults.push(Fault { function: function.into(), point, reason });
    }

    pub(crate) fn home(&self) -> &Home {
        &self.settings.home
    }

    pub(crate) fn mark(&mut self, function: &str) {
        self.changed.functions.insert(function.to_owned());
    }

    pub(crate) fn mark_version(&mut self, function: &str, number: u64) {
        self.changed.versions.insert((function.to_owned(), number));
    }

    pub(crate) fn changed_mut(&mut self) -> &mut Changed {
        &mut self.changed
    }

    fn admit(&mut self, operation: Operation, now: Milliseconds) -> bool {
        self.buckets.as_mut().is_none_or(|buckets| buckets.admit(operation, now))
    }

    fn take_fault(&mut self, function: &str, point: FaultPoint) -> Option<Reason> {
        let index = self.faults.iter().position(|fault| fault.function == function && fault.point == point)?;
        Some(self.faults.remove(index).reason)
    }

    /// What IAM would match a policy's Resource against: the function with the qualifier used in the call. Alias calls
    /// are calls on the function. A name that cannot be read stands for itself.
    fn resource(&self, request: &Request) -> String {
        let of = |name: &str, qualifier: Option<&str>| {
            address(self.home(), NameRules::Dotted, name, qualifier).map_or_else(
                |_| name.to_owned(),
                |addressed| self.home().qualified_arn(&addressed.name, addressed.qualifier.as_ref()),
            )
        };
        match request {
            Request::CreateFunction(input) => of(&input.function_name, None),
            Request::UpdateFunctionCode(input) => of(&input.function_name, None),
            Request::UpdateFunctionConfiguration(input) => of(&input.function_name, None),
            Request::PublishVersion(input) => of(&input.function_name, None),
            Request::ListVersionsByFunction(input) | Request::ListFunctionUrlConfigs(input) => {
                of(&input.function_name, None)
            }
            Request::CreateAlias(input) => of(&input.function_name, None),
            Request::UpdateAlias(input) => of(&input.function_name, None),
            Request::GetAlias(input) | Request::DeleteAlias(input) => of(&input.function_name, None),
            Request::ListAliases(input) => of(&input.function_name, None),
            Request::GetFunction(target)
            | Request::GetFunctionConfiguration(target)
            | Request::DeleteFunction(target)
            | Request::GetPolicy(target)
            | Request::GetFunctionUrlConfig(target)
            | Request::DeleteFunctionUrlConfig(target)
            | Request::GetFunctionCodeSigningConfig(target) => of(&target.function_name, target.qualifier.as_deref()),
            Request::Invoke(input) => of(&input.target.function_name, input.target.qualifier.as_deref()),
            Request::AddPermission(input) => of(&input.target.function_name, input.target.qualifier.as_deref()),
            Request::RemovePermission(input) => of(&input.target.function_name, input.target.qualifier.as_deref()),
            Request::CreateFunctionUrlConfig(input) => {
                of(&input.target.function_name, input.target.qualifier.as_deref())
            }
            Request::TagResource(input) => input.resource.clone(),
            Request::UntagResource(input) => input.resource.clone(),
            Request::ListTags(input) => input.resource.clone(),
            Request::GetCodeSigningConfig(input) => input.arn.clone(),
            Request::GetEventSourceMapping(input) | Request::DeleteEventSourceMapping(input) => {
                self.mapping_arn(&input.uuid)
            }
            Request::PublishLayerVersion(input) => self.layer_resource(&input.layer_name),
            Request::GetLayerVersion(target) | Request::DeleteLayerVersion(target) => {
                format!("{}:{}", self.layer_resource(&target.layer_name), target.version_number)
            }
            Request::GetLayerVersionByArn(arn) => arn.clone(),
            Request::ListFunctions(_)
            | Request::ListLayerVersions(_)
            | Request::ListLayers(_)
            | Request::CreateEventSourceMapping(_)
            | Request::ListEventSourceMappings(_)
            | Request::GetAccountSettings => "*".to_owned(),
        }
    }

    /// A layer's ARN; a name that is one already stands for itself.
    fn layer_resource(&self, name: &str) -> String {
        if name.starts_with("arn:") { name.to_owned() } else { self.home().layer_arn(name) }
    }

    pub(crate) fn mapping_arn(&self, uuid: &str) -> String {
        format!(
            "arn:{}:lambda:{}:{}:event-source-mapping:{uuid}",
            self.home().partition(),
            self.home().region,
            self.home().account
        )
    }
}

/// One request being handled.
pub(crate) struct Call<'a> {
    pub(crate) model: &'a mut Model,
    pub(crate) now: Milliseconds,
    pub(crate) entropy: &'a mut dyn Entropy,
}

impl Call<'_> {
    fn dispatch(&mut self, request: &Request) -> Result<Reply, ApiError> {
        match request {
            Request::CreateFunction(input) => self.create_function(input),
            Request::GetFunction(target) => self.get_function(target),
            Request::GetFunctionConfiguration(target) => self.get_function_configuration(target),
            Request::UpdateFunctionCode(input) => self.update_function_code(input),
            Request::UpdateFunctionConfiguration(input) => self.update_function_configuration(input),
            Request::PublishVersion(input) => self.publish_version(input),
            Request::ListVersionsByFunction(input) => self.list_versions(input),
            Request::ListFunctions(input) => self.list_functions(input),
            Request::DeleteFunction(target) => self.delete_function(target),
            Request::CreateAlias(input) => self.create_alias(input),
            Request::GetAlias(target) => self.get_alias(target),
            Request::UpdateAlias(input) => self.update_alias(input),
            Request::ListAliases(input) => self.list_aliases(input),
            Request::DeleteAlias(target) => self.delete_alias(target),
            Request::Invoke(input) => self.invoke(input),
            Request::TagResource(input) => self.tag_resource(input),
            Request::UntagResource(input) => self.untag_resource(input),
            Request::ListTags(input) => self.list_tags(input),
            Request::AddPermission(input) => self.add_permission(input),
            Request::GetPolicy(target) => self.get_policy(target),
            Request::RemovePermission(input) => self.remove_permission(input),
            Request::CreateEventSourceMapping(input) => self.create_mapping(input),
            Request::GetEventSourceMapping(target) => self.get_mapping(target),
            Request::ListEventSourceMappings(input) => self.list_mappings(input),
            Request::DeleteEventSourceMapping(target) => self.delete_mapping(target),
            Request::CreateFunctionUrlConfig(input) => self.create_url(input),
            Request::GetFunctionUrlConfig(target) => self.get_url(target),
            Request::ListFunctionUrlConfigs(input) => self.list_urls(input),
            Request::DeleteFunctionUrlConfig(target) => self.delete_url(target),
            Request::GetFunctionCodeSigningConfig(target) => self.get_function_code_signing(target),
            Request::GetCodeSigningConfig(target) => self.get_code_signing(target),
            Request::GetAccountSettings => Ok(self.account_settings()),
            Request::PublishLayerVersion(input) => self.publish_layer_version(input),
            Request::GetLayerVersion(target) => self.get_layer_version(target),
            Request::GetLayerVersionByArn(arn) => self.get_layer_version_by_arn(arn),
            Request::ListLayerVersions(input) | Request::ListLayers(input) => self.list_layer_versions(input),
            Request::DeleteLayerVersion(target) => self.delete_layer_version(target),
        }
    }

    pub(crate) fn new_id(&mut self) -> String {
        uuid(self.entropy)
    }

    /// How a transition that starts now will end.
    pub(crate) fn outcome(&mut self, function: &str, point: FaultPoint, delay: Milliseconds) -> Outcome {
        Outcome {
            at: self.now.saturating_add(delay),
            revision_id: self.new_id(),
            failure: self.model.take_fault(function, point),
        }
    }

    pub(crate) fn has_fault(&self, function: &str, point: FaultPoint) -> bool {
        self.model.faults.iter().any(|fault| fault.function == function && fault.point == point)
    }

    pub(crate) fn address(&self, rules: NameRules, target: &Target) -> Result<Addressed, ApiError> {
        address(&self.model.settings.home, rules, &target.function_name, target.qualifier.as_deref())
    }

    /// Addresses a function for an operation that works on `$LATEST` alone.
    pub(crate) fn address_latest(&self, function_name: &str) -> Result<String, ApiError> {
        let addressed = address(&self.model.settings.home, NameRules::Plain, function_name, None)?;
        match addressed.qualifier {
            None | Some(Qualifier::Latest) => Ok(addressed.name),
            Some(_) => Err(ApiError::invalid(
                "Current operation does not support versions other than $LATEST. Please set the version to $LATEST or do not set a version in your request.",
            )),
        }
    }

    /// Addresses a function for an operation that knows no qualifiers, and drops one that is there.
    pub(crate) fn address_name(&self, function_name: &str) -> Result<String, ApiError> {
        Ok(address(&self.model.settings.home, NameRules::Plain, function_name, None)?.name)
    }

    /// The function, or 404 with the ARN as it was asked for.
    pub(crate) fn function(&self, name: &str, asked: Option<&Qualifier>) -> Result<&Function, ApiError> {
        self.model
            .state
            .functions
            .get(name)
            .ok_or_else(|| ApiError::function_not_found(&self.model.home().qualified_arn(name, asked)))
    }

    /// The same, to be changed: it counts as changed from here on.
    pub(crate) fn function_mut(&mut self, name: &str) -> Result<&mut Function, ApiError> {
        let arn = self.model.home().function_arn(name);
        self.model.mark(name);
        self.model.state.functions.get_mut(name).ok_or_else(|| ApiError::function_not_found(&arn))
    }
}
