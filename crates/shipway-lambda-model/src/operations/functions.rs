//! Creating functions, reading and listing them, and the account's totals.

use serde_json::json;

use crate::{
    code::{Code, Package, UNZIPPED_LIMIT, ZIPPED_LIMIT},
    configuration::{Configuration, architecture_failure, check, check_snap_start, constraint_failures},
    error::{ApiError, constraint, missing},
    fault::FaultPoint,
    lifecycle::Lifecycle,
    model::Call,
    name::{NameRules, Qualifier},
    operations::layers::check_size,
    page::{self, Position},
    request::{CreateFunction, ListFunctions, Publish, Target},
    response::{ConfigurationPage, FunctionConfiguration, FunctionReply, Reply},
    state::{Edge, Function, Revision, Version},
    view::{self, Listed, Shown},
};

/// All functions, versions and layers of a region together, in bytes.
const STORAGE_LIMIT: u64 = 300 * 1024 * 1024 * 1024;

impl Call<'_> {
    pub(crate) fn create_function(&mut self, input: &CreateFunction) -> Result<Reply, ApiError> {
        let name = self.address(NameRules::Create, &Target::new(&input.function_name))?.name;
        check_creation(input)?;
        if self.model.state.functions.contains_key(&name) {
            return Err(ApiError::conflict(format!("Function already exist: {name}")));
        }
        let package = self.package(&input.code, input.package_type.as_deref())?;
        let mut configuration = Configuration {
            package_type: input.package_type.clone().unwrap_or_else(|| "Zip".to_owned()),
            ..Configuration::default()
        };
        configuration.apply(&input.configuration);
        if let Some(layers) = &input.configuration.layers {
            if package_is_image(&configuration) && !layers.is_empty() {
                return Err(ApiError::not_implemented("layers of container images, which Lambda does not have either"));
            }
            configuration.layers = self.attach(layers)?;
            check_size(&package, &configuration.layers)?;
        }
        if let Some(architecture) = input.architectures.as_ref().and_then(|sent| sent.first()) {
            configuration.architecture.clone_from(architecture);
        }
        check_snap_start(&configuration)?;
        if let Some(arn) = &input.code_signing_config_arn {
            self.check_signing(arn)?;
        }
        Ok(self.add_function(input, name, package, configuration))
    }

    fn add_function(
        &mut self,
        input: &CreateFunction,
        name: String,
        package: Package,
        configuration: Configuration,
    ) -> Reply {
        let outcome = self.outcome(&name, FaultPoint::Create, self.model.settings().delays.create);
        let latest = Revision {
            lifecycle: Lifecycle::pending(self.new_id(), outcome.clone()),
            configuration,
            package,
            last_modified: self.now,
        };
        let mut function = Function {
            latest,
            serving: None,
            versions: [].into(),
            aliases: [].into(),
            tags: input.tags.clone(),
            policies: [].into(),
            urls: [].into(),
            provisioned: [].into(),
            code_signing_config_arn: input.code_signing_config_arn.clone(),
            edge: Edge::None,
        };
        let mut shown = function.latest.clone();
        let mut number = None;
        if input.publish == Publish::Yes {
            let mut outcome = outcome;
            outcome.revision_id = self.new_id();
            let revision =
                Revision { lifecycle: Lifecycle::pending(self.new_id(), outcome), ..function.latest.clone() };
            shown = revision.clone();
            let published_from = revision.configuration.sha256();
            let next = self.next_number(&name);
            function.versions.insert(next, Version { revision, published_from });
            number = Some(next);
            self.model.mark_version(&name, next);
        }
        self.model.state.functions.insert(name.clone(), function);
        self.model.mark(&name);
        // The recorded reply names version 1 but its ARN is the function's.
        let view = view::configuration(
            Shown { home: self.model.home(), name: &name, qualifier: None, number, edge: &Edge::None },
            &shown,
            Listed::No,
        );
        Reply::Configuration(Box::new(view))
    }

    /// The next version number of a name. Numbers are never given out twice, not even after the function was deleted.
    pub(crate) fn next_number(&mut self, name: &str) -> u64 {
        let last = self.model.state.published.entry(name.to_owned()).or_default();
        *last += 1;
        *last
    }

    /// What a request's code came to.
    pub(crate) fn package(&self, code: &Code, package_type: Option<&str>) -> Result<Package, ApiError> {
        let image = package_type == Some("Image");
        let package = match code {
            Code::Package(package) if !image => package.clone(),
            Code::Image(uri) if image => Package::of_image(uri)?,
            Code::Refused(refusal) => return Err(refusal.to_error()),
            Code::Zip(_) | Code::Object(_) if !image => {
                return Err(ApiError::new(
                    500,
                    "ServiceException",
                    "The code of the request was not resolved before the control plane saw it.",
                ));
            }
            _ if image => {
                return Err(ApiError::invalid(
                    "Please provide ImageUri when creating a function with packageType Image.",
                ));
            }
            Code::Image(_) => {
                return Err(ApiError::invalid(
                    "Please don't provide ImageUri when creating a function with packageType Zip.",
                ));
            }
            _ => {
                return Err(ApiError::invalid("Please provide a source for function code."));
            }
        };
        self.check_storage(package.size)?;
        Ok(package)
    }

    /// Every version counts its own code, also where only its configuration differs.
    pub(crate) fn check_storage(&self, added: u64) -> Result<(), ApiError> {
        if self.stored().saturating_add(added) > STORAGE_LIMIT {
            return Err(ApiError::new(400, "CodeStorageExceededException", "Code storage limit exceeded."));
        }
        Ok(())
    }

    fn stored(&self) -> u64 {
        let functions = self.model.state.functions.values();
        let layers = self.model.state.layers.values().flat_map(|layer| layer.versions.values());
        let layers: u64 = layers.map(|version| version.package.size).sum();
        let functions: u64 = functions
            .flat_map(|function| {
                let versions = function.versions.values().map(|version| version.revision.package.size);
                versions.chain([function.latest.package.size])
            })
            .sum();
        functions + layers
    }

    pub(crate) fn account_settings(&self) -> Reply {
        Reply::Json(json!({
            "AccountLimit": {
                "TotalCodeSize": STORAGE_LIMIT,
                "CodeSizeUnzipped": UNZIPPED_LIMIT,
                "CodeSizeZipped": ZIPPED_LIMIT,
                "ConcurrentExecutions": 1000,
                "UnreservedConcurrentExecutions": 1000,
            },
            "AccountUsage": {
                "TotalCodeSize": self.stored(),
                "FunctionCount": self.model.state.functions.len(),
            },
        }))
    }

    pub(crate) fn get_function(&mut self, target: &Target) -> Result<Reply, ApiError> {
        let (configuration, storage, tags) = self.read(target)?;
        Ok(Reply::Function(Box::new(FunctionReply { configuration, code: storage, tags })))
    }

    pub(crate) fn get_function_configuration(&mut self, target: &Target) -> Result<Reply, ApiError> {
        let (configuration, ..) = self.read(target)?;
        Ok(Reply::Configuration(Box::new(configuration)))
    }

    fn read(&self, target: &Target) -> Result<Read, ApiError> {
        let addressed = self.address(NameRules::Dotted, target)?;
        let qualifier = addressed.qualifier.as_ref();
        let function = self.function(&addressed.name, qualifier)?;
        let absent = || ApiError::function_not_found(&self.model.home().qualified_arn(&addressed.name, qualifier));
        let number = match qualifier {
            None | Some(Qualifier::Latest) => None,
            Some(Qualifier::Version(number)) => Some(*number),
            Some(Qualifier::Alias(alias)) => match &function.aliases.get(alias).ok_or_else(absent)?.target {
                Qualifier::Version(number) => Some(*number),
                _ => None,
            },
        };
        let revision = match number {
            None => &function.latest,
            Some(number) => &function.versions.get(&number).ok_or_else(absent)?.revision,
        };
        let shown = Shown { home: self.model.home(), name: &addressed.name, qualifier, number, edge: &function.edge };
        Ok((
            view::configuration(shown, revision, Listed::No),
            view::code_location(&revision.package.storage),
            function.tags.clone(),
        ))
    }

    pub(crate) fn list_functions(&mut self, input: &ListFunctions) -> Result<Reply, ApiError> {
        let all = match input.function_version.as_deref() {
            None => false,
            Some("ALL") => true,
            Some(other) => {
                return Err(ApiError::validation(&[constraint(
                    other,
                    "functionVersion",
                    "Member must satisfy enum value set: [ALL]",
                )]));
            }
        };
        let mut items = Vec::new();
        for (name, function) in &self.model.state.functions {
            let listed = self.listed_versions(name, function);
            items.extend(if all { listed } else { listed.into_iter().take(1).collect() });
        }
        if !all {
            for (_, item) in &mut items {
                item.function_arn = self.model.home().function_arn(&item.function_name);
            }
        }
        let (items, next_marker) = page::cut(items, &input.page, 10_000)?;
        Ok(Reply::Functions(ConfigurationPage { items, next_marker }))
    }

    /// `$LATEST` and then every version in ascending order, as lists show them.
    pub(crate) fn listed_versions(&self, name: &str, function: &Function) -> Vec<(Position, FunctionConfiguration)> {
        let view = |number: Option<u64>, revision: &Revision| {
            let qualifier = number.map_or(Qualifier::Latest, Qualifier::Version);
            let shown =
                Shown { home: self.model.home(), name, qualifier: Some(&qualifier), number, edge: &function.edge };
            ((name.to_owned(), number.unwrap_or_default()), view::configuration(shown, revision, Listed::Yes))
        };
        let versions = function.versions.iter();
        let versions = versions.map(|(number, version)| view(Some(*number), &version.revision));
        std::iter::once(view(None, &function.latest)).chain(versions).collect()
    }
}

fn package_is_image(configuration: &Configuration) -> bool {
    configuration.package_type == "Image"
}

type Read = (FunctionConfiguration, crate::response::FunctionCodeLocation, std::collections::BTreeMap<String, String>);

fn check_creation(input: &CreateFunction) -> Result<(), ApiError> {
    let mut failures = constraint_failures(&input.configuration);
    failures.extend(architecture_failure(input.architectures.as_ref()));
    if input.configuration.role.is_none() {
        failures.push(missing("role"));
    }
    if let Some(package_type) = input.package_type.as_deref()
        && !matches!(package_type, "Zip" | "Image")
    {
        failures.push(constraint(package_type, "packageType", "Member must satisfy enum value set: [Zip, Image]"));
    }
    if !failures.is_empty() {
        return Err(ApiError::validation(&failures));
    }
    let zip = input.package_type.as_deref() != Some("Image");
    if zip && (input.configuration.runtime.is_none() || input.configuration.handler.is_none()) {
        return Err(ApiError::invalid(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        ));
    }
    if input.tags.len() > 50 {
        return Err(ApiError::invalid("Number of tags exceeds resource tag limit."));
    }
    check(&input.configuration)
}
