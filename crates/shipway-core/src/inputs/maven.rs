//! Maven and Gradle: parent projects and the modules that a module depends on.

use std::collections::BTreeSet;

use super::Project;
use crate::build::FunctionBuild;

pub(super) fn find(_: &FunctionBuild, _: &mut Project<'_>) -> BTreeSet<String> {
    BTreeSet::new()
}
