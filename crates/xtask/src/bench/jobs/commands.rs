//! Whole commands of tools that do what Shipway does: no goals, but what their users wait for.

use crate::bench::report::Contest;
use crate::bench::workshop::Workshop;
pub(super) const BUILD: &str = "Whole commands: build a small Python function";
pub(super) const DEPLOY: &str = "Whole commands: deploy a small Python function that did not change";

pub(super) fn run(_: &Workshop) -> Vec<Contest> {
    vec![Contest::new(BUILD, ""), Contest::new(DEPLOY, "")]
}
