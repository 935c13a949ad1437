//! Rust: built by Cargo.

use shipway_core::builder::RustSettings;
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::job::Job;
use crate::failure;

/// Builds a Rust function.
pub(super) async fn build(job: &Job<'_>, _: &RustSettings) -> Result<BuiltTree, BuildFailure> {
    let message = format!("`{}` cannot be built yet: the Rust builder is not there", job.build.function);
    Err(failure::input(message, &[]))
}
