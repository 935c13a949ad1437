//! One environment with everything settled: what operations work with.
//!
//! A pure function of the file, the layers above it and an environment's name. Defaults live here. Nothing
//! is looked up: no file, no credentials, no AWS.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use super::check::{FILE_STORE_HINT, FILE_STORE_OF_A_TEAM, is_single_machine, provider};
use super::file::{BuildSetting, EnvironmentSection, FunctionSection, StoreSetting};
use super::layers::{
    ENDPOINT_URL, ENVIRONMENT, LOCAL_REGION, LayeredSetting, Layers, Origin, PROFILE, REGION, ROLE_ARN, STORE,
    outside_the_file,
};
use super::paths::{BranchPattern, PathPattern, ProjectPath};
use super::problem::{Problem, ProblemCode, Problems, suggestion};
use super::project::ProjectConfiguration;
use super::reader::{Located, Optional, Place};
use super::store_url::StoreUrl;
use super::template::NameContext;
use super::values::{
    AliasSetting, BuildVariableName, EndpointUrl, HiddenText, KmsKey, Megabytes, ProfileName, Provider, RoleArn,
    Seconds, UnqualifiedCallers, VariableName, masked, word,
};
use crate::names::{
    AccountId, AliasName, Architecture, EnvironmentName, FunctionName, Handler, InvalidName, LogicalName, ProjectName,
    Region, Runtime, Serving, Target,
};

const DEFAULT_ALIAS: &str = "live";
const DEFAULT_BUILD_TIMEOUT: Duration = Duration::from_mins(15);
const LOCAL_ACCOUNT: &str = "000000000000";
const LOCAL_REGION_NAME: &str = "us-east-1";
const LOCAL_STORE: &str = ".shipway/local/store";
/// The embedded Lambda's, and Lambda's own, when a function says nothing.
const LOCAL_MEMORY: Megabytes = Megabytes(128);
/// Longer than Lambda's 3 s: a laptop starts interpreters cold.
const LOCAL_TIMEOUT: Seconds = Seconds(30);

/// An environment, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedEnvironment {
    /// The project.
    pub project: ProjectName,
    /// The environment.
    pub name: EnvironmentName,
    /// Where its functions run.
    pub provider: Provider,
    /// The account they must be in.
    pub account: AccountId,
    /// The region they are in.
    pub region: Region,
    /// The profile for credentials, if one was named.
    pub profile: Option<ProfileName>,
    /// The role to assume, if any.
    pub role_arn: Option<RoleArn>,
    /// The address of AWS's services, if not AWS's own. Never set for a local environment.
    pub endpoint_url: Option<EndpointUrl>,
    /// The store.
    pub store: StoreUrl,
    /// The key that encrypts what is in an S3 store.
    pub kms_key: Option<KmsKey>,
    /// Whether callers use an alias, and which.
    pub serving: Serving,
    /// What to do about an alias that is missing.
    pub missing_alias: MissingAlias,
    /// What to do about callers that use no alias.
    pub unqualified: UnqualifiedCallers,
    /// Whether anything is deployed here.
    pub enabled: bool,
    /// The branches that deploy here in CI.
    pub branches: Vec<BranchPattern>,
    /// The functions, sorted by logical name, also those that are not enabled.
    pub functions: Vec<ResolvedFunction>,
    explained: Vec<SettingWithOrigin>,
}

/// What to do about an alias that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingAlias {
    /// Hold the deployment until provisioning has created it.
    Hold,
    /// Create it.
    Create,
}

/// A function in an environment, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedFunction {
    /// Its logical name.
    pub name: LogicalName,
    /// Whether it is deployed here (the environment as a whole may still not be).
    pub enabled: bool,
    /// What it is in AWS.
    pub target: Target,
    /// How it is built and what it needs; the same in every environment.
    pub settings: FunctionSettings,
    /// What the local environment creates it with. Defaults in an AWS environment, where nothing reads it.
    pub local: LocalFunction,
}

/// How a function is built and what it needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FunctionSettings {
    /// Its folder.
    pub path: ProjectPath,
    /// Its runtime, if the file says.
    pub runtime: Option<Runtime>,
    /// Its handler, if the file says.
    pub handler: Option<Handler>,
    /// What it is built for.
    pub architecture: Architecture,
    /// What builds it.
    pub builder: Builder,
    /// Python: the file with its requirements, if the file says.
    pub python_requirements: Option<ProjectPath>,
    /// Further inputs, relative to the project's folder.
    pub depends_on: Vec<PathPattern>,
    /// What is not packed, relative to the package's root.
    pub exclude: Vec<PathPattern>,
    /// What is packed although it looks like credentials, relative to the package's root.
    pub allow: Vec<PathPattern>,
    /// Variables that build tools get; inputs of the build.
    pub build_environment: Vec<BuildVariableName>,
    /// How long the build may take.
    pub build_timeout: Duration,
    /// What the configuration says that the code needs.
    pub requires: Requirements,
}

/// What builds a function.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Builder {
    /// Whatever fits what is in the folder.
    Auto,
    /// uv or pip.
    Python,
    /// npm.
    Node,
    /// A command of the project's own.
    Command {
        /// The program and its arguments, run in the function's folder.
        command: Vec<String>,
        /// The folder, zip or jar that it makes.
        output: ProjectPath,
    },
    /// Something that is built already.
    Prebuilt {
        /// The folder, zip or jar.
        path: ProjectPath,
    },
}

/// What a function's code needs of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Requirements {
    /// Environment variables that must be set.
    pub environment: Vec<VariableName>,
    /// Memory in MB, at least.
    pub memory: Option<Megabytes>,
    /// Timeout in seconds, at least.
    pub timeout: Option<Seconds>,
}

/// What the local environment creates a function with.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalFunction {
    /// Its environment variables.
    pub environment: BTreeMap<VariableName, HiddenText>,
    /// Its memory.
    pub memory: Megabytes,
    /// Its timeout.
    pub timeout: Seconds,
}

/// A setting, as `config show` tells it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SettingWithOrigin {
    /// Its key, such as `region` or `functions.create-order.handler`.
    pub key: String,
    /// Its value as text. Values of functions' environment variables are masked.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
    /// What the file says, when something above the file says otherwise.
    pub overridden: Option<Overridden>,
}

/// A value of the file that does not count.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Overridden {
    /// The value.
    pub value: String,
    /// Its line.
    pub line: usize,
}

impl ResolvedEnvironment {
    /// Every setting with its origin, for `shipway config show`.
    #[must_use]
    pub fn explain(&self) -> &[SettingWithOrigin] {
        &self.explained
    }

    /// A function by its logical name.
    ///
    /// # Errors
    /// When there is none of that name; the problem suggests the nearest.
    pub fn function(&self, name: &str) -> Result<&ResolvedFunction, Problems> {
        self.functions.iter().find(|function| function.name.as_str() == name).ok_or_else(|| {
            let known: Vec<&str> = self.functions.iter().map(|function| function.name.as_str()).collect();
            let hint = suggestion(name, "the functions are", &known);
            outside_the_file(ProblemCode::UnknownFunction, format!("there is no function `{name}`"), hint).into()
        })
    }
}

/// Chooses the environment: what a flag or variable names, else the one whose `branches` match.
///
/// # Errors
/// When nothing names one and not exactly one has a pattern for the branch, or the named one does not exist.
pub fn choose_environment(
    configuration: &ProjectConfiguration,
    layers: &Layers,
) -> Result<(EnvironmentName, Origin), Problems> {
    if let Some((name, origin)) = ENVIRONMENT.read::<EnvironmentName>(layers)? {
        find_environment(configuration, &name)?;
        return Ok((name, origin));
    }
    let names: Vec<String> = configuration.environments().map(|name| format!("`{name}`")).collect();
    let list = if names.is_empty() {
        "the configuration has none; the simplest is `[environments.local]` with `provider = \"local\"`".to_owned()
    } else {
        format!("name one with --env or SHIPWAY_ENV: {}", names.join(", "))
    };
    let unknown = |message: String| {
        Err(Problems::from(outside_the_file(ProblemCode::UnknownEnvironment, message, Some(list.clone()))))
    };
    let Some(branch) = &layers.branch else {
        return unknown("no environment was named".to_owned());
    };
    let matching: Vec<(&EnvironmentName, &BranchPattern)> = configuration
        .file
        .environments
        .0
        .iter()
        .filter_map(|(name, section)| {
            let patterns = &section.value.branches.as_ref()?.value;
            Some((name, patterns.iter().find(|pattern| pattern.matches(branch))?))
        })
        .collect();
    match matching[..] {
        [(name, pattern)] => {
            let pattern = pattern.to_string();
            Ok((name.clone(), Origin::Branch { branch: branch.clone(), pattern }))
        }
        [] => unknown(format!("no environment has the branch `{branch}` among its `branches`")),
        _ => {
            let names: Vec<String> = matching.iter().map(|(name, _)| format!("`{name}`")).collect();
            unknown(format!("the branch `{branch}` belongs to several environments: {}", names.join(", ")))
        }
    }
}

fn find_environment<'c>(
    configuration: &'c ProjectConfiguration,
    name: &EnvironmentName,
) -> Result<&'c Located<EnvironmentSection>, Problems> {
    configuration.file.environments.0.get(name).ok_or_else(|| {
        let known: Vec<&str> = configuration.environments().map(EnvironmentName::as_str).collect();
        let hint = suggestion(name.as_str(), "the environments are", &known);
        outside_the_file(ProblemCode::UnknownEnvironment, format!("there is no environment `{name}`"), hint).into()
    })
}

/// Settles an environment.
///
/// # Errors
/// When there is no such environment, when something it needs is said nowhere, or when a flag or variable has
/// a value that makes no sense: all of it at once.
pub fn resolve(
    configuration: &ProjectConfiguration,
    layers: &Layers,
    name: &EnvironmentName,
) -> Result<ResolvedEnvironment, Problems> {
    let section = find_environment(configuration, name)?;
    let mut resolver =
        Resolver { configuration, layers, section, explained: Vec::new(), problems: Problems::default() };
    let resolved = resolver.environment(name);
    let resolved = resolver.problems.or(resolved)?;
    // No problem and no value cannot be: every `None` was reported.
    resolved.ok_or_else(Problems::default)
}

#[derive(Debug)]
struct Resolver<'a> {
    configuration: &'a ProjectConfiguration,
    layers: &'a Layers,
    section: &'a Located<EnvironmentSection>,
    explained: Vec<SettingWithOrigin>,
    problems: Problems,
}

impl Resolver<'_> {
    fn environment(&mut self, name: &EnvironmentName) -> Option<ResolvedEnvironment> {
        let section = &self.section.value;
        let provider = provider(section);
        let origin = self.origin(section.provider.as_ref());
        self.show("provider", word(provider), origin);
        let account = self.account(provider);
        let region = self.region(provider);
        let [profile, role_arn, endpoint_url] = match provider {
            Provider::Aws => [PROFILE, ROLE_ARN, ENDPOINT_URL].map(Some),
            Provider::Local => {
                self.refuse_aws_flags();
                [None; 3]
            }
        };
        let profile = profile.and_then(|layer| self.layered("profile", layer, section.profile.as_ref()));
        let role_arn = role_arn.and_then(|layer| self.layered("role_arn", layer, section.role_arn.as_ref()));
        let endpoint_url =
            endpoint_url.and_then(|layer| self.layered("endpoint_url", layer, section.endpoint_url.as_ref()));
        self.check_role(account.as_ref(), role_arn.as_ref());
        let (store, kms_key) = self.store(provider);
        let serving = self.serving();
        let create = self.setting("create_alias", section.create_alias.as_ref(), false);
        let unqualified = section.unqualified.as_ref();
        let origin = self.origin(unqualified);
        let unqualified = unqualified.map_or(UnqualifiedCallers::Refuse, |unqualified| unqualified.value);
        self.show("unqualified", word(unqualified), origin);
        let enabled = self.setting("enabled", section.enabled.as_ref(), true);
        let branches = self.list("branches", section.branches.as_ref());
        let functions = self.functions(name, account.as_ref()?, region.as_ref()?, &serving);
        Some(ResolvedEnvironment {
            project: self.configuration.name().clone(),
            name: name.clone(),
            provider,
            account: account?,
            region: region?,
            profile,
            role_arn,
            endpoint_url,
            store: store?,
            kms_key,
            serving,
            missing_alias: if create { MissingAlias::Create } else { MissingAlias::Hold },
            unqualified,
            enabled,
            branches,
            functions: functions?,
            explained: std::mem::take(&mut self.explained),
        })
    }

    fn line(&self, place: &Place) -> usize {
        self.configuration.source.line_of(place.key.start)
    }

    fn origin<T>(&self, file: Option<&Located<T>>) -> Origin {
        file.map_or(Origin::Default, |located| Origin::File { line: self.line(&located.place) })
    }

    fn show(&mut self, key: &str, value: impl Display, origin: Origin) {
        let (key, value) = (key.to_owned(), value.to_string());
        self.explained.push(SettingWithOrigin { key, value, origin, overridden: None });
    }

    /// A setting of the file alone, with a default.
    fn setting<T: Clone + Display>(&mut self, key: &str, file: Option<&Located<T>>, default: T) -> T {
        let origin = self.origin(file);
        let value = file.map_or(default, |located| located.value.clone());
        self.show(key, &value, origin);
        value
    }

    /// A list of the file alone, empty when it is left out (and then not shown).
    fn list<T: Clone + Display>(&mut self, key: &str, file: Option<&Located<Vec<T>>>) -> Vec<T> {
        let Some(located) = file else { return Vec::new() };
        let shown: Vec<String> = located.value.iter().map(ToString::to_string).collect();
        self.show(key, shown.join(" "), self.origin(file));
        located.value.clone()
    }

    /// A setting that flags and variables can give, without a default.
    fn layered<T>(&mut self, key: &str, layer: LayeredSetting, file: Option<&Located<T>>) -> Option<T>
    where
        T: FromStr<Err = InvalidName> + Clone + Display + PartialEq,
    {
        let above = match layer.read::<T>(self.layers) {
            Ok(above) => above,
            Err(problems) => {
                self.problems.0.extend(problems.0);
                return None;
            }
        };
        let Some((value, origin)) = above else {
            let located = file?;
            self.show(key, &located.value, self.origin(file));
            return Some(located.value.clone());
        };
        let overridden = file
            .filter(|located| located.value != value)
            .map(|located| Overridden { value: located.value.to_string(), line: self.line(&located.place) });
        self.explained.push(SettingWithOrigin { key: key.to_owned(), value: value.to_string(), origin, overridden });
        Some(value)
    }

    /// Reports that something is said nowhere.
    fn missing(&mut self, key: &str, hint: String) {
        let place = &self.section.place;
        self.problems.0.push(Problem {
            code: ProblemCode::MissingKey,
            message: format!("{} lacks `{key}`", place.section_name()),
            keys: place.keys.clone(),
            location: Some(self.configuration.source.locate(&place.key)),
            hint: Some(hint),
        });
    }

    fn account(&mut self, provider: Provider) -> Option<AccountId> {
        if provider == Provider::Local {
            return self.constant("account", LOCAL_ACCOUNT);
        }
        let file = self.section.value.account.as_ref();
        let Some(located) = file else {
            let hint = if self.section.value.provider.is_none() && self.section.value.region.is_none() {
                "an environment is in AWS unless it has `provider = \"local\"`"
            } else {
                "Shipway checks that it works in the right account before anything else"
            };
            self.missing("account", hint.to_owned());
            return None;
        };
        self.show("account", &located.value, self.origin(file));
        Some(located.value.clone())
    }

    /// A default that is a name: it is one, since it was written here.
    fn constant<T: FromStr + Display>(&mut self, key: &str, text: &'static str) -> Option<T> {
        let value = text.parse().ok()?;
        self.show(key, &value, Origin::Default);
        Some(value)
    }

    fn region(&mut self, provider: Provider) -> Option<Region> {
        let layer = if provider == Provider::Local { LOCAL_REGION } else { REGION };
        let before = self.problems.0.len();
        let region = self.layered("region", layer, self.section.value.region.as_ref());
        if region.is_some() || self.problems.0.len() > before {
            return region;
        }
        if provider == Provider::Local {
            return self.constant("region", LOCAL_REGION_NAME);
        }
        self.missing("region", format!("set it here, or with {}", layer.sources()));
        None
    }

    fn refuse_aws_flags(&mut self) {
        for layer in [PROFILE, ROLE_ARN, ENDPOINT_URL] {
            // A variable is there for other environments; a flag was meant for this one.
            if let Some((_, Origin::Flag(flag))) = layer.given(self.layers) {
                let message = format!("{flag} means nothing to a local environment");
                self.problems.0.push(outside_the_file(ProblemCode::Conflict, message, None));
            }
        }
    }

    fn check_role(&mut self, account: Option<&AccountId>, role: Option<&RoleArn>) {
        if let (Some(account), Some(of_role)) = (account, role.and_then(RoleArn::account))
            && *account != of_role
        {
            let message = format!("the role to assume is in account {of_role}, the environment in {account}");
            self.problems.0.push(outside_the_file(ProblemCode::Conflict, message, None));
        }
    }

    fn store(&mut self, provider: Provider) -> (Option<StoreUrl>, Option<KmsKey>) {
        let section = self.section.value.store.as_ref().map(|store| &store.value);
        let before = self.problems.0.len();
        let store = self.layered("store", STORE, section.map(|store| &store.url));
        if store.is_none() && self.problems.0.len() == before {
            if provider == Provider::Local {
                let store = StoreUrl::File { folder: LOCAL_STORE.to_owned() };
                self.show("store", &store, Origin::Default);
                return (Some(store), None);
            }
            self.missing("store", format!("set it here, or with {}", STORE.sources()));
            return (None, None);
        }
        if let Some(store) = &store
            && section.is_none_or(|section| section.url.value != *store)
        {
            self.check_given_store(provider, store);
        }
        let kms_key = self.kms_key(section, store.as_ref());
        (store, kms_key)
    }

    /// The rules of `check` for a store that did not come from the file.
    fn check_given_store(&mut self, provider: Provider, store: &StoreUrl) {
        let (message, hint) = match (provider, store) {
            (Provider::Aws, StoreUrl::File { .. }) if !is_single_machine(&self.section.value) => {
                (FILE_STORE_OF_A_TEAM, FILE_STORE_HINT)
            }
            (Provider::Local, StoreUrl::S3 { .. }) => {
                ("a local environment keeps its store in a folder", "use `file://FOLDER`, or say nothing")
            }
            _ => return,
        };
        let from = STORE.given(self.layers).map(|(_, origin)| format!("{origin}: ")).unwrap_or_default();
        let problem = outside_the_file(ProblemCode::Conflict, format!("{from}{message}"), Some(hint.to_owned()));
        self.problems.0.push(problem);
    }

    fn kms_key(&mut self, section: Option<&StoreSetting>, store: Option<&StoreUrl>) -> Option<KmsKey> {
        let file = section?.kms_key.as_ref();
        let located = file.filter(|_| matches!(store, Some(StoreUrl::S3 { .. })))?;
        self.show("kms_key", &located.value, self.origin(file));
        Some(located.value.clone())
    }

    fn serving(&mut self) -> Serving {
        let file = self.section.value.alias.as_ref();
        let origin = self.origin(file);
        let serving = match file.map(|located| &located.value) {
            Some(AliasSetting::None) => Serving::Latest,
            Some(AliasSetting::Named(alias)) => Serving::Alias(alias.clone()),
            None => DEFAULT_ALIAS.parse::<AliasName>().map_or(Serving::Latest, Serving::Alias),
        };
        self.show("alias", serving.alias().map_or("false", AliasName::as_str), origin);
        serving
    }

    fn functions(
        &mut self,
        environment: &EnvironmentName,
        account: &AccountId,
        region: &Region,
        serving: &Serving,
    ) -> Option<Vec<ResolvedFunction>> {
        let configuration = self.configuration;
        let mut functions = Vec::new();
        for (logical, function) in &configuration.file.functions.0 {
            let named = naming(configuration.name(), (environment, &self.section.value), (logical, &function.value));
            let name = match named.name {
                Ok(name) => name,
                Err(invalid) => {
                    let problem = outside_the_file(ProblemCode::InvalidValue, invalid.to_string(), None);
                    self.problems.0.push(problem);
                    continue;
                }
            };
            let origin = named.place.map_or(Origin::Default, |place| Origin::File { line: self.line(place) });
            self.show(&format!("functions.{logical}.name"), &name, origin);
            let (account, region, serving) = (account.clone(), region.clone(), serving.clone());
            let target = Target { account, region, function: name, serving };
            functions.push(self.function(logical, &function.value, target)?);
        }
        Some(functions)
    }

    fn function(
        &mut self,
        logical: &LogicalName,
        function: &FunctionSection,
        target: Target,
    ) -> Option<ResolvedFunction> {
        let key = |key: &str| format!("functions.{logical}.{key}");
        let here = self.section.value.functions.0.get(logical).map(|located| &located.value);
        let enabled = self.setting(&key("enabled"), here.and_then(|here| here.enabled.as_ref()), true);
        let settings = self.function_settings(logical, function)?;
        let environment: BTreeMap<VariableName, HiddenText> = here
            .map(|here| here.environment.0.iter().map(|(name, value)| (name.clone(), value.value.clone())).collect())
            .unwrap_or_default();
        if let Some(first) = here.and_then(|here| here.environment.0.values().next()) {
            self.show(&key("environment"), masked(&environment), self.origin(Some(first)));
        }
        let required = &settings.requires;
        let memory = local_setting(here.and_then(|here| here.memory.as_ref()), required.memory, LOCAL_MEMORY);
        let timeout = local_setting(here.and_then(|here| here.timeout.as_ref()), required.timeout, LOCAL_TIMEOUT);
        let local = LocalFunction { environment, memory, timeout };
        Some(ResolvedFunction { name: logical.clone(), enabled, target, settings, local })
    }

    fn function_settings(&mut self, logical: &LogicalName, function: &FunctionSection) -> Option<FunctionSettings> {
        let key = |key: &str| format!("functions.{logical}.{key}");
        let path = self.optional(&key("path"), Some(&function.path))?;
        let runtime = function.runtime.as_ref().map(|runtime| runtime.value.0.clone());
        if let Some(runtime) = &runtime {
            self.show(&key("runtime"), runtime, self.origin(function.runtime.as_ref()));
        }
        let handler = self.optional(&key("handler"), function.handler.as_ref());
        let architecture = self.setting(&key("architecture"), function.architecture.as_ref(), Architecture::X86_64);
        let builder = self.builder(&key("build"), &path, function.build.as_ref())?;
        let requirements = function.python.as_ref().and_then(|python| python.value.requirements.as_ref());
        let python_requirements = match requirements {
            Some(located) => {
                let requirements = path.join(&located.value).ok()?;
                self.show(&key("python.requirements"), &requirements, self.origin(Some(located)));
                Some(requirements)
            }
            None => None,
        };
        let depends_on = self.list(&key("depends_on"), function.depends_on.as_ref());
        let exclude = self.list(&key("exclude"), function.exclude.as_ref());
        let allow = self.list(&key("allow"), function.allow.as_ref());
        let build_environment = self.list(&key("build_environment"), function.build_environment.as_ref());
        let timeout = function.build_timeout.as_ref();
        let span = super::values::Span(timeout.map_or(DEFAULT_BUILD_TIMEOUT, |located| located.value.0));
        self.show(&key("build_timeout"), span, self.origin(timeout));
        let requires = self.requirements(logical, function);
        Some(FunctionSettings {
            path,
            runtime,
            handler,
            architecture,
            builder,
            python_requirements,
            depends_on,
            exclude,
            allow,
            build_environment,
            build_timeout: span.0,
            requires,
        })
    }

    /// A setting of the file alone that may be absent.
    fn optional<T: Clone + Display>(&mut self, key: &str, file: Option<&Located<T>>) -> Option<T> {
        let located = file?;
        self.show(key, &located.value, self.origin(file));
        Some(located.value.clone())
    }

    fn builder(&mut self, key: &str, path: &ProjectPath, file: Option<&Located<BuildSetting>>) -> Option<Builder> {
        let (builder, shown) = match file.map(|located| &located.value) {
            None | Some(BuildSetting::Auto) => (Builder::Auto, "auto".to_owned()),
            Some(BuildSetting::Python) => (Builder::Python, "python".to_owned()),
            Some(BuildSetting::Node) => (Builder::Node, "node".to_owned()),
            Some(BuildSetting::Command(command)) => {
                let output = path.join(&command.output.value).ok()?;
                let words = command.command.value.0.clone();
                let shown = format!("command {words:?}, output {output}");
                (Builder::Command { command: words, output }, shown)
            }
            Some(BuildSetting::Prebuilt(prebuilt)) => {
                let path = path.join(&prebuilt.prebuilt.value).ok()?;
                let shown = format!("prebuilt {path}");
                (Builder::Prebuilt { path }, shown)
            }
        };
        self.show(key, shown, self.origin(file));
        Some(builder)
    }

    fn requirements(&mut self, logical: &LogicalName, function: &FunctionSection) -> Requirements {
        let Some(section) = function.requires.as_ref().map(|located| &located.value) else {
            return Requirements::default();
        };
        let key = |key: &str| format!("functions.{logical}.requires.{key}");
        let memory = section.memory.as_ref();
        if let Some(located) = memory {
            self.show(&key("memory"), located.value.0, self.origin(memory));
        }
        let timeout = section.timeout.as_ref();
        if let Some(located) = timeout {
            self.show(&key("timeout"), located.value.0, self.origin(timeout));
        }
        Requirements {
            environment: self.list(&key("environment"), section.environment.as_ref()),
            memory: memory.map(|located| located.value),
            timeout: timeout.map(|located| located.value),
        }
    }
}

/// What the local environment says, else its default, raised to what the code needs.
fn local_setting<T: Copy + Ord>(here: Option<&Located<T>>, required: Option<T>, default: T) -> T {
    here.map_or_else(|| required.map_or(default, |required| required.max(default)), |located| located.value)
}

/// A function's name in an environment, and the place that decided it (none: the default template).
#[derive(Debug)]
pub(super) struct Named<'a> {
    pub(super) name: Result<FunctionName, InvalidName>,
    pub(super) place: Option<&'a Place>,
}

/// Names a function in an environment. What is more particular wins: the function's `name` in the
/// environment, the function's own template, the environment's template, `{function}`.
pub(super) fn naming<'a>(
    project: &ProjectName,
    (environment, section): (&EnvironmentName, &'a EnvironmentSection),
    (logical, function): (&LogicalName, &'a FunctionSection),
) -> Named<'a> {
    let given: &'a Optional<FunctionName> = match section.functions.0.get(logical) {
        Some(here) => &here.value.name,
        None => &None,
    };
    if let Some(name) = given {
        return Named { name: Ok(name.value.clone()), place: Some(&name.place) };
    }
    match function.function_name.as_ref().or(section.function_name.as_ref()) {
        Some(template) => {
            let name = template.value.render(NameContext { project, environment, function: logical });
            Named { name, place: Some(&template.place) }
        }
        None => Named { name: logical.as_str().parse(), place: None },
    }
}
