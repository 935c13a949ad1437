//! Java: built by Maven or Gradle.

use shipway_core::builder::JavaSettings;
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::job::Job;
use crate::failure;

/// Builds a Java function.
pub(super) async fn build(job: &Job<'_>, _: &JavaSettings) -> Result<BuiltTree, BuildFailure> {
    let message = format!("`{}` cannot be built yet: the Java builder is not there", job.build.function);
    Err(failure::input(message, &[]))
}
