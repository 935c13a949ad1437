//! Ruby: built by Bundler.

use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::job::Job;
use crate::failure;

/// Builds a Ruby function.
pub(super) async fn build(job: &Job<'_>) -> Result<BuiltTree, BuildFailure> {
    let message = format!("`{}` cannot be built yet: the Ruby builder is not there", job.build.function);
    Err(failure::input(message, &[]))
}
