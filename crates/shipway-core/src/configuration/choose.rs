//! Which environment a command is about.

use super::check::provider;
use super::file::EnvironmentSection;
use super::layers::{ENVIRONMENT, Layers, Origin, Place, outside_the_file};
use super::paths::BranchPattern;
use super::problem::{ProblemCode, Problems, suggestion};
use super::project::ProjectConfiguration;
use super::reader::Located;
use super::values::Provider;
use crate::names::EnvironmentName;

/// The environment that needs no naming on a laptop, if it is a local one.
const LOCAL: &str = "local";

/// Chooses the environment: what a flag or variable names, else the one whose `branches` match, else on a laptop the
/// local one that is called `local`.
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
        let sections = &configuration.file.environments.0;
        let local = sections
            .iter()
            .find(|(name, section)| name.as_str() == LOCAL && provider(&section.value) == Provider::Local);
        if let (Place::Laptop, Some((name, _))) = (layers.place, local) {
            return Ok((name.clone(), Origin::Default));
        }
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

/// An environment's section.
///
/// # Errors
/// When there is none of that name; the problem suggests the nearest.
pub(super) fn find_environment<'c>(
    configuration: &'c ProjectConfiguration,
    name: &EnvironmentName,
) -> Result<&'c Located<EnvironmentSection>, Problems> {
    configuration.file.environments.0.get(name).ok_or_else(|| {
        let known: Vec<&str> = configuration.environments().map(EnvironmentName::as_str).collect();
        let hint = suggestion(name.as_str(), "the environments are", &known);
        outside_the_file(ProblemCode::UnknownEnvironment, format!("there is no environment `{name}`"), hint).into()
    })
}
