//! Ruby: gems by path, and the lock file of a Gemfile above the folder.

use std::collections::BTreeSet;

use super::Project;
use crate::build::FunctionBuild;

pub(super) fn find(_: &FunctionBuild, _: &mut Project<'_>) -> BTreeSet<String> {
    BTreeSet::new()
}
