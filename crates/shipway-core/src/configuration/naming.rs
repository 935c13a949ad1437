//! The name that a function has in an environment.

use super::file::{EnvironmentSection, FunctionSection};
use super::reader::{Optional, Place};
use super::template::NameContext;
use crate::names::{EnvironmentName, FunctionName, InvalidName, LogicalName, ProjectName};

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
