//! Python: path dependencies and workspace members of uv and Poetry, and their lock file.

use std::collections::BTreeSet;

use super::Project;
use crate::build::FunctionBuild;

pub(super) fn find(_: &FunctionBuild, _: &mut Project<'_>) -> BTreeSet<String> {
    BTreeSet::new()
}
