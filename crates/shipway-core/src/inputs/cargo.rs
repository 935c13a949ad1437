//! Cargo: path dependencies of a package, its workspace's manifest and lock file.

use std::collections::BTreeSet;

use super::Project;
use crate::build::FunctionBuild;

pub(super) fn find(_: &FunctionBuild, _: &mut Project<'_>) -> BTreeSet<String> {
    BTreeSet::new()
}
