//! Node: packages of the same npm, pnpm or Yarn workspace, and the workspace's manifest and lock file.

use std::collections::BTreeSet;

use super::Project;
use crate::build::FunctionBuild;

pub(super) fn find(_: &FunctionBuild, _: &mut Project<'_>) -> BTreeSet<String> {
    BTreeSet::new()
}
