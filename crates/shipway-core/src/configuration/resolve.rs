//! Settles an environment: a pure function of the file, the layers above it and the environment's name.
//!
//! The defaults of an environment live here, those of a function in `resolve_function`. Nothing is looked
//! up: no file, no credentials, no AWS.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use super::check::{FILE_STORE_HINT, FILE_STORE_OF_A_TEAM, is_single_machine, provider};
use super::choose::find_environment;
use super::explain::Explainer;
use super::file::{EnvironmentSection, StoreSetting};
use super::layers::{
    ENDPOINT_URL, LOCAL_REGION, LayeredSetting, Layers, Origin, PROFILE, REGION, ROLE_ARN, STORE, outside_the_file,
};
use super::naming::naming;
use super::problem::{Problem, ProblemCode, Problems};
use super::project::ProjectConfiguration;
use super::reader::{Choice, Located};
use super::resolve_function::resolve_function;
use super::resolve_layer::{layer_naming, resolve_layer};
use super::resolved::{MissingAlias, ResolvedEnvironment, ResolvedFunction, ResolvedLayer, ResolvedTarget};
use super::store_url::StoreUrl;
use super::texts::{KmsKey, RoleArn};
use super::values::{AliasSetting, LongSpan, Provider, UnqualifiedCallers, word};
use crate::contract::UnknownRule;
use crate::names::{AccountId, AliasName, EnvironmentName, InvalidName, Region, Serving, Target};
use crate::plan::DriftRule;

const DEFAULT_ALIAS: &str = "live";
const DEFAULT_HOLD: Duration = Duration::from_hours(7 * 24);
const LOCAL_ACCOUNT: &str = "000000000000";
const LOCAL_REGION_NAME: &str = "us-east-1";
const LOCAL_STORE: &str = ".shipway/local/store";

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
    let explainer = Explainer { source: &configuration.source, settings: Vec::new() };
    let mut resolver = Resolver { configuration, layers, section, explainer, problems: Problems::default() };
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
    explainer: Explainer<'a>,
    problems: Problems,
}

impl Resolver<'_> {
    fn environment(&mut self, name: &EnvironmentName) -> Option<ResolvedEnvironment> {
        let section = &self.section.value;
        let provider = provider(section);
        let origin = self.explainer.origin(section.provider.as_ref());
        self.explainer.show("provider", word(provider), origin);
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
        // Nobody provisions a laptop, aliases included.
        let local = provider == Provider::Local;
        let create = self.explainer.setting("create_alias", section.create_alias.as_ref(), local);
        let unqualified = self.choice("unqualified", section.unqualified.as_ref(), UnqualifiedCallers::Refuse);
        let on_unknown = self.choice("on_unknown", section.on_unknown.as_ref(), UnknownRule::Hold);
        let on_drift = self.choice("on_drift", section.on_drift.as_ref(), DriftRule::Report);
        let hold_for = self.explainer.setting("hold_for", section.hold_for.as_ref(), LongSpan(DEFAULT_HOLD)).0;
        let enabled = self.explainer.setting("enabled", section.enabled.as_ref(), true);
        let branches = self.explainer.list("branches", section.branches.as_ref());
        let functions = match (&account, &region) {
            (Some(account), Some(region)) => self.functions(name, account, region, &serving),
            _ => return None,
        };
        let layers = self.layers_of(name);
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
            on_unknown,
            on_drift,
            hold_for,
            enabled,
            branches,
            functions,
            layers,
            explained: std::mem::take(&mut self.explainer.settings),
        })
    }

    /// A choice that the file alone can give.
    fn choice<T: Choice + PartialEq>(&mut self, key: &str, file: Option<&Located<T>>, default: T) -> T {
        let chosen = file.map_or(default, |located| located.value);
        let origin = self.explainer.origin(file);
        self.explainer.show(key, word(chosen), origin);
        chosen
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
            self.explainer.show(key, &located.value, self.explainer.origin(file));
            return Some(located.value.clone());
        };
        self.explainer.show_over(key, &value, origin, file);
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
        self.explainer.show("account", &located.value, self.explainer.origin(file));
        Some(located.value.clone())
    }

    /// A default that is a name: it is one, since it was written here.
    fn constant<T: FromStr + Display>(&mut self, key: &str, text: &'static str) -> Option<T> {
        let value = text.parse().ok()?;
        self.explainer.show(key, &value, Origin::Default);
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
                self.explainer.show("store", &store, Origin::Default);
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
        self.explainer.show("kms_key", &located.value, self.explainer.origin(file));
        Some(located.value.clone())
    }

    fn serving(&mut self) -> Serving {
        let file = self.section.value.alias.as_ref();
        let origin = self.explainer.origin(file);
        let serving = match file.map(|located| &located.value) {
            Some(AliasSetting::None) => Serving::Latest,
            Some(AliasSetting::Named(alias)) => Serving::Alias(alias.clone()),
            None => DEFAULT_ALIAS.parse::<AliasName>().map_or(Serving::Latest, Serving::Alias),
        };
        self.explainer.show("alias", serving.alias().map_or("false", AliasName::as_str), origin);
        serving
    }

    fn layers_of(&mut self, environment: &EnvironmentName) -> Vec<ResolvedLayer> {
        let (configuration, section) = (self.configuration, &self.section.value);
        let mut layers = Vec::new();
        for (logical, layer) in &configuration.file.layers.0 {
            let (name, place) = layer_naming(configuration.name(), (environment, section), (logical, &layer.value));
            let Ok(name) = name.map_err(|invalid| {
                self.problems.0.push(outside_the_file(ProblemCode::InvalidValue, invalid.to_string(), None));
            }) else {
                continue;
            };
            let origin = place.map_or(Origin::Default, |place| Origin::File { line: self.explainer.line(place) });
            layers.push(resolve_layer(&mut self.explainer, (logical, &layer.value), name, origin));
        }
        layers
    }

    fn functions(
        &mut self,
        environment: &EnvironmentName,
        account: &AccountId,
        region: &Region,
        serving: &Serving,
    ) -> Vec<ResolvedFunction> {
        let (configuration, section) = (self.configuration, &self.section.value);
        let mut functions = Vec::new();
        for (logical, function) in &configuration.file.functions.0 {
            let mut targets = Vec::new();
            for named in naming(configuration.name(), (environment, section), (logical, &function.value)) {
                let name = match &named.name {
                    Ok(name) => name.clone(),
                    Err(invalid) => {
                        let problem = outside_the_file(ProblemCode::InvalidValue, invalid.to_string(), None);
                        self.problems.0.push(problem);
                        continue;
                    }
                };
                let explainer = &mut self.explainer;
                let origin = named.place.map_or(Origin::Default, |place| Origin::File { line: explainer.line(place) });
                explainer.show(&format!("functions.{logical}.name"), &name, origin);
                let (account, region, serving) = (account.clone(), region.clone(), serving.clone());
                targets.push(ResolvedTarget {
                    name: named.target_name(logical, &name),
                    target: Target { account, region, function: name, serving },
                });
            }
            let here = section.functions.0.get(logical).map(|located| &located.value);
            functions.push(resolve_function(&mut self.explainer, (logical, &function.value), here, targets));
        }
        functions
    }
}
