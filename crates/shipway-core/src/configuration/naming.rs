//! The names that a function has in an environment: one, or a list of them where one artifact serves several Lambda
//! functions.

use super::file::{EnvironmentSection, FunctionSection};
use super::reader::Place;
use super::template::NameContext;
use crate::names::{EnvironmentName, FunctionName, InvalidName, LogicalName, ProjectName};
use crate::target_name::TargetName;

/// A function's name in an environment, and the place that decided it (none: the default template).
#[derive(Debug)]
pub(super) struct Named<'a> {
    pub(super) name: Result<FunctionName, InvalidName>,
    pub(super) place: Option<&'a Place>,
    /// Whether it is the function's only name, or was said in a list.
    pub(super) listing: Listing,
}

/// Whether a name was said in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// It was said alone.
    Alone,
    /// It was said in a list, be it the only one there.
    Listed,
}

impl Named<'_> {
    /// What the target of that name is called.
    pub(super) fn target_name(&self, logical: &LogicalName, name: &FunctionName) -> TargetName {
        match self.listing {
            Listing::Alone => TargetName::only(logical.clone()),
            Listing::Listed => TargetName::one_of_several(logical.clone(), name.clone()),
        }
    }
}

/// Names a function in an environment. What is more particular wins: the function's `name` or `function_names` in the
/// environment, the function's own template or templates, the environment's template, `{function}`.
pub(super) fn naming<'a>(
    project: &ProjectName,
    (environment, section): (&EnvironmentName, &'a EnvironmentSection),
    (logical, function): (&LogicalName, &'a FunctionSection),
) -> Vec<Named<'a>> {
    let alone = |name, place| vec![Named { name, place, listing: Listing::Alone }];
    let listed = |name, place| Named { name, place: Some(place), listing: Listing::Listed };
    let context = NameContext { project, environment, function: logical };
    if let Some(here) = section.functions.0.get(logical) {
        if let Some(name) = &here.value.name {
            return alone(Ok(name.value.clone()), Some(&name.place));
        }
        if let Some(names) = &here.value.function_names {
            return names.value.iter().map(|name| listed(Ok(name.clone()), &names.place)).collect();
        }
    }
    if let Some(templates) = &function.function_names {
        return templates.value.iter().map(|template| listed(template.render(context), &templates.place)).collect();
    }
    match function.function_name.as_ref().or(section.function_name.as_ref()) {
        Some(template) => alone(template.value.render(context), Some(&template.place)),
        None => alone(logical.as_str().parse(), None),
    }
}
