//! Settles a function: the file's settings and what they are when left out.

use std::collections::BTreeMap;
use std::time::Duration;

use super::explain::Explainer;
use super::file::{EnvironmentFunctionSection, FunctionSection};
use super::reader::Located;
use super::resolve_builder::resolve_builder;
use super::resolved::{FunctionSettings, LocalFunction, Requirements, ResolvedFunction, ResolvedTarget};
use super::texts::{HiddenText, VariableName};
use super::values::{Megabytes, Seconds, Span};
use crate::contract::Network;
use crate::names::{Architecture, LogicalName};

const DEFAULT_BUILD_TIMEOUT: Duration = Duration::from_mins(15);
/// Lambda's own, when a function says nothing.
const LOCAL_MEMORY: Megabytes = Megabytes(128);
/// Longer than Lambda's 3 s: a laptop starts interpreters cold.
const LOCAL_TIMEOUT: Seconds = Seconds(30);

/// Settles a function. `here` is what the environment says of it.
pub(super) fn resolve_function(
    explainer: &mut Explainer<'_>,
    (name, function): (&LogicalName, &FunctionSection),
    here: Option<&EnvironmentFunctionSection>,
    targets: Vec<ResolvedTarget>,
) -> ResolvedFunction {
    let key = |key: &str| format!("functions.{name}.{key}");
    let enabled = explainer.setting(&key("enabled"), here.and_then(|here| here.enabled.as_ref()), true);
    let settings = settings(explainer, name, function);
    let environment = variables(explainer, &key("environment"), here);
    let required = &settings.requires;
    let memory = local_setting(here.and_then(|here| here.memory.as_ref()), required.memory, LOCAL_MEMORY);
    let timeout = local_setting(here.and_then(|here| here.timeout.as_ref()), required.timeout, LOCAL_TIMEOUT);
    let local = LocalFunction { environment, memory, timeout };
    ResolvedFunction { name: name.clone(), enabled, targets, settings, local }
}

/// The variables that the local environment hands to the function; only their names are shown.
fn variables(
    explainer: &mut Explainer<'_>,
    key: &str,
    here: Option<&EnvironmentFunctionSection>,
) -> BTreeMap<VariableName, HiddenText> {
    let Some(here) = here else { return BTreeMap::new() };
    if let Some(first) = here.environment.0.values().next() {
        let shown: Vec<String> = here.environment.0.keys().map(|name| format!("{name}=…")).collect();
        explainer.show(key, shown.join(" "), explainer.origin(Some(first)));
    }
    here.environment.0.iter().map(|(name, value)| (name.clone(), value.value.clone())).collect()
}

pub(super) fn settings(
    explainer: &mut Explainer<'_>,
    name: &LogicalName,
    function: &FunctionSection,
) -> FunctionSettings {
    let key = |key: &str| format!("functions.{name}.{key}");
    let path = explainer.setting(&key("path"), Some(&function.path), function.path.value.clone());
    let runtime = explainer.optional(&key("runtime"), function.runtime.as_ref()).map(|runtime| runtime.0);
    let handler = explainer.optional(&key("handler"), function.handler.as_ref());
    let architecture = explainer.setting(&key("architecture"), function.architecture.as_ref(), Architecture::X86_64);
    let builder = resolve_builder(explainer, name, function);
    let depends_on = explainer.list(&key("depends_on"), function.depends_on.as_ref());
    let exclude = explainer.list(&key("exclude"), function.exclude.as_ref());
    let allow = explainer.list(&key("allow"), function.allow.as_ref());
    let build_environment = explainer.list(&key("build_environment"), function.build_environment.as_ref());
    let timeout = Span(DEFAULT_BUILD_TIMEOUT);
    let build_timeout = explainer.setting(&key("build_timeout"), function.build_timeout.as_ref(), timeout).0;
    let requires = requirements(explainer, name, function);
    let layers = explainer.list(&key("layers"), function.layers.as_ref());
    FunctionSettings {
        path,
        runtime,
        handler,
        architecture,
        builder,
        depends_on,
        exclude,
        allow,
        build_environment,
        build_timeout,
        requires,
        layers,
    }
}

fn requirements(explainer: &mut Explainer<'_>, name: &LogicalName, function: &FunctionSection) -> Requirements {
    let Some(section) = function.requires.as_ref().map(|located| &located.value) else {
        return Requirements::default();
    };
    let key = |key: &str| format!("functions.{name}.requires.{key}");
    Requirements {
        environment: explainer.list(&key("environment"), section.environment.as_ref()),
        memory: explainer.optional(&key("memory"), section.memory.as_ref()),
        timeout: explainer.optional(&key("timeout"), section.timeout.as_ref()),
        optional: explainer.list(&key("optional"), section.optional.as_ref()),
        ignore: explainer.list(&key("ignore"), section.ignore.as_ref()),
        layers: explainer.list(&key("layers"), section.layers.as_ref()),
        network: explainer
            .optional(&key("vpc"), section.vpc.as_ref())
            .map(|vpc| if vpc { Network::Vpc } else { Network::NoVpc }),
    }
}

/// What the local environment says, else its default, raised to what the code needs.
fn local_setting<T: Copy + Ord>(here: Option<&Located<T>>, required: Option<T>, default: T) -> T {
    here.map_or_else(|| required.map_or(default, |required| required.max(default)), |located| located.value)
}
