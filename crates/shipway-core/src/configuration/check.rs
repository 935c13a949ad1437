//! What settings mean together: the rules that no single value can break.
//!
//! Only what the file alone decides is checked here, for every environment, whichever a command is about.
//! What a flag or variable may still supply (a region, a store) is checked by `resolve`.

use std::collections::BTreeMap;

use super::build_setting::{BuildSetting, BundleSetting, Language, NodeSection};
use super::check_layers::{check_layer, check_layer_names, check_layers_of};
use super::file::{ConfigurationFile, EnvironmentFunctionSection, EnvironmentSection, FunctionSection};
use super::naming::naming;
use super::paths::RelativePath;
use super::problem::{ProblemCode, suggestion};
use super::reader::{Located, Place, Reading};
use super::store_url::StoreUrl;
use super::values::{AliasSetting, Provider};
use crate::names::{EnvironmentName, FunctionName, LogicalName, RuntimeFamily};
use crate::python::{EntryPoint, InvalidEntryPoint};

/// Checks a file whose values were all read.
pub(super) fn check(file: &ConfigurationFile, reading: &mut Reading<'_>) {
    for (name, function) in &file.functions.0 {
        check_function(name, &function.value, reading);
        check_layers_of(file, name, &function.value, reading);
    }
    for (name, layer) in &file.layers.0 {
        check_layer(name, &layer.value, reading);
    }
    for (name, environment) in &file.environments.0 {
        let section = &environment.value;
        match provider(section) {
            Provider::Aws => check_aws(section, reading),
            Provider::Local => check_local(section, reading),
        }
        check_alias(section, reading);
        check_store(section, reading);
        check_overrides(file, section, reading);
        check_names(file, name, environment, reading);
        check_layer_names(file, name, environment, reading);
    }
}

pub(super) fn provider(section: &EnvironmentSection) -> Provider {
    section.provider.as_ref().map_or(Provider::Aws, |provider| provider.value)
}

fn conflict(reading: &mut Reading<'_>, place: &Place, message: &str, hint: Option<&str>) {
    reading.misplaced(place, ProblemCode::Conflict, message.to_owned(), hint.map(ToOwned::to_owned));
}

pub(super) fn check_function(name: &LogicalName, function: &FunctionSection, reading: &mut Reading<'_>) {
    check_languages(name, function, reading);
    check_listed_names(function.function_names.as_ref(), function.function_name.as_ref(), reading);
    check_entry_point(function, reading);
    let build = function.build.as_ref().map(|build| &build.value);
    let relative = [
        function.python.as_ref().and_then(|python| python.value.requirements.as_ref()),
        function.java.as_ref().and_then(|java| java.value.jar.as_ref()),
        function.go.as_ref().and_then(|go| go.value.package.as_ref()),
        function.node.as_ref().and_then(|node| bundle_entry(&node.value)),
        match build {
            Some(BuildSetting::Command(command)) => Some(&command.output),
            Some(BuildSetting::Prebuilt(prebuilt)) => Some(&prebuilt.prebuilt),
            _ => None,
        },
    ];
    for path in relative.into_iter().flatten() {
        if let Err(invalid) = function.path.value.join(&path.value) {
            reading.invalid(&path.place, ProblemCode::InvalidValue, invalid.to_string(), None);
        }
    }
}

fn bundle_entry(node: &NodeSection) -> Option<&Located<RelativePath>> {
    match &node.bundle.as_ref()?.value {
        BundleSetting::With(bundle) => bundle.entry.as_ref(),
        BundleSetting::On | BundleSetting::Off => None,
    }
}

/// A Python handler with a `:` is an entry point.
fn check_entry_point(function: &FunctionSection, reading: &mut Reading<'_>) {
    let (Some(runtime), Some(handler)) = (&function.runtime, &function.handler) else { return };
    let text = handler.value.as_str();
    if runtime.value.0.family() != Some(RuntimeFamily::Python) || !text.contains(':') {
        return;
    }
    if let Err(invalid) = EntryPoint::parse(text) {
        let hint = Some(InvalidEntryPoint::HINT.to_owned());
        reading.invalid(&handler.place, ProblemCode::InvalidValue, invalid.to_string(), hint);
    }
}

/// Settings for a language are for the builder of that language, and a function has one builder.
fn check_languages(name: &LogicalName, function: &FunctionSection, reading: &mut Reading<'_>) {
    let sections = language_sections(function);
    let chosen = match function.build.as_ref().map(|build| &build.value) {
        None | Some(BuildSetting::Auto) => sections.first().map(|(language, _)| *language),
        Some(BuildSetting::Language(language)) => Some(*language),
        Some(BuildSetting::Command(_) | BuildSetting::Prebuilt(_)) => None,
    };
    for (language, place) in sections {
        if Some(language) != chosen {
            let message = format!("`{}` has settings for `{name}`, which another builder builds", language.word());
            conflict(reading, place, &message, None);
        }
    }
}

/// The languages that a function has settings for, and where.
pub(super) fn language_sections(function: &FunctionSection) -> Vec<(Language, &Place)> {
    let sections = [
        (Language::Python, function.python.as_ref().map(|section| &section.place)),
        (Language::Node, function.node.as_ref().map(|section| &section.place)),
        (Language::Java, function.java.as_ref().map(|section| &section.place)),
        (Language::Go, function.go.as_ref().map(|section| &section.place)),
        (Language::Rust, function.rust.as_ref().map(|section| &section.place)),
    ];
    sections.into_iter().filter_map(|(language, place)| Some((language, place?))).collect()
}

fn check_aws(section: &EnvironmentSection, reading: &mut Reading<'_>) {
    if let (Some(account), Some(role)) = (&section.account, &section.role_arn)
        && role.value.account().is_some_and(|of_role| of_role != account.value)
    {
        let message = format!("the role is in another account than `account`, {}", account.value);
        reading.invalid(&role.place, ProblemCode::Conflict, message, None);
    }
    let hint = "in AWS, provisioning owns the configuration; `requires` says what the code needs of it";
    for function in section.functions.0.values() {
        for place in local_keys(&function.value) {
            let key = place.keys.last().map_or("", String::as_str);
            let key = if place.keys.iter().any(|key| key == "environment") { "environment" } else { key };
            conflict(reading, place, &format!("`{key}` is for the local environment alone"), Some(hint));
        }
    }
}

/// Where a function has settings that only the local environment honours: one place per key.
fn local_keys(function: &EnvironmentFunctionSection) -> Vec<&Place> {
    let environment = function.environment.0.values().next().map(|value| &value.place);
    let memory = function.memory.as_ref().map(|value| &value.place);
    let timeout = function.timeout.as_ref().map(|value| &value.place);
    [environment, memory, timeout].into_iter().flatten().collect()
}

fn check_local(section: &EnvironmentSection, reading: &mut Reading<'_>) {
    let only_aws = [
        section.account.as_ref().map(|value| (&value.place, "account")),
        section.profile.as_ref().map(|value| (&value.place, "profile")),
        section.role_arn.as_ref().map(|value| (&value.place, "role_arn")),
        section.endpoint_url.as_ref().map(|value| (&value.place, "endpoint_url")),
    ];
    for (place, key) in only_aws.into_iter().flatten() {
        conflict(reading, place, &format!("a local environment has no `{key}`"), None);
    }
    if let Some(store) = &section.store
        && matches!(store.value.url.value, StoreUrl::S3 { .. })
    {
        let hint = "use `file://FOLDER`, or leave `store` out";
        conflict(reading, &store.place, "a local environment keeps its store in a folder", Some(hint));
    }
}

fn check_alias(section: &EnvironmentSection, reading: &mut Reading<'_>) {
    if let (Some(alias), Some(create)) = (&section.alias, &section.create_alias)
        && alias.value == AliasSetting::None
        && create.value
    {
        conflict(reading, &create.place, "there is no alias to create: `alias` is `false`", None);
    }
}

fn check_store(section: &EnvironmentSection, reading: &mut Reading<'_>) {
    let Some(store) = &section.store else { return };
    if !matches!(store.value.url.value, StoreUrl::File { .. }) {
        return;
    }
    if let Some(key) = &store.value.kms_key {
        conflict(reading, &key.place, "a folder is not encrypted: `kms_key` is for `s3://`", None);
    }
    if provider(section) == Provider::Aws && !is_single_machine(section) {
        conflict(reading, &store.place, FILE_STORE_OF_A_TEAM, Some(FILE_STORE_HINT));
    }
}

pub(super) fn is_single_machine(section: &EnvironmentSection) -> bool {
    section.single_machine.as_ref().is_some_and(|single| single.value)
}

pub(super) const FILE_STORE_OF_A_TEAM: &str =
    "the store of an AWS environment is a folder, where other machines would not see its ledger";
pub(super) const FILE_STORE_HINT: &str =
    "use `s3://BUCKET/PREFIX`; or set `single_machine = true` if nobody deploys here from another machine";

/// One name or a list of them; a list that names nothing would leave the function nowhere.
fn check_listed_names<T, U>(listed: Option<&Located<Vec<T>>>, alone: Option<&Located<U>>, reading: &mut Reading<'_>) {
    let Some(listed) = listed else { return };
    if listed.value.is_empty() {
        let hint = "leave the key out; `enabled = false` in an environment switches the function off there";
        reading.invalid(
            &listed.place,
            ProblemCode::InvalidValue,
            "no name is listed".to_owned(),
            Some(hint.to_owned()),
        );
    }
    if let Some(alone) = alone {
        let key = alone.place.keys.last().map_or("", String::as_str);
        conflict(reading, &alone.place, &format!("`{key}` and `function_names` both name the function"), None);
    }
}

fn check_overrides(file: &ConfigurationFile, section: &EnvironmentSection, reading: &mut Reading<'_>) {
    let known: Vec<&str> = file.functions.0.keys().map(LogicalName::as_str).collect();
    for (name, function) in &section.functions.0 {
        check_listed_names(function.value.function_names.as_ref(), function.value.name.as_ref(), reading);
        if !file.functions.0.contains_key(name) {
            let message = format!("there is no function `{name}`");
            let hint = suggestion(name.as_str(), "the functions are", &known);
            reading.misplaced(&function.place, ProblemCode::UnknownFunction, message, hint);
        }
    }
}

/// Every function's name in an environment must be one that Lambda accepts, and no two may be the same.
fn check_names(
    file: &ConfigurationFile,
    environment: &EnvironmentName,
    section: &Located<EnvironmentSection>,
    reading: &mut Reading<'_>,
) {
    let mut taken: BTreeMap<FunctionName, (&LogicalName, Option<&Place>)> = BTreeMap::new();
    for (logical, function) in &file.functions.0 {
        let project = &file.project.value.name.value;
        for named in naming(project, (environment, &section.value), (logical, &function.value)) {
            let name = match named.name {
                Ok(name) => name,
                Err(invalid) => {
                    let place = named.place.unwrap_or(&section.place);
                    let message = format!("no name for `{logical}`: {invalid}");
                    reading.misplaced(place, ProblemCode::InvalidValue, message, None);
                    continue;
                }
            };
            let Some((other, others_place)) = taken.get(&name) else {
                taken.insert(name, (logical, named.place));
                continue;
            };
            let place = named.place.or(*others_place).unwrap_or(&section.place);
            let (message, hint) = named_alike((other, logical), &name, environment);
            reading.misplaced(place, ProblemCode::Conflict, message, hint);
        }
    }
}

/// What is said when two targets would have one name, and what helps.
fn named_alike(
    (one, other): (&LogicalName, &LogicalName),
    name: &FunctionName,
    environment: &EnvironmentName,
) -> (String, Option<String>) {
    if one == other {
        return (format!("`{one}` would be named `{name}` twice in `{environment}`"), None);
    }
    let message = format!("`{one}` and `{other}` would both be named `{name}` in `{environment}`");
    (message, Some("a template tells functions apart by `{function}`".to_owned()))
}
