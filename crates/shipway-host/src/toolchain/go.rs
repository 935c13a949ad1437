//! Go: built by the `go` command.

use shipway_core::builder::GoSettings;
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::job::Job;
use crate::failure;

/// Builds a Go function.
pub(super) async fn build(job: &Job<'_>, _: &GoSettings) -> Result<BuiltTree, BuildFailure> {
    let message = format!("`{}` cannot be built yet: the Go builder is not there", job.build.function);
    Err(failure::input(message, &[]))
}
