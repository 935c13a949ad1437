//! The user's own command, run in the scratch copy of the function's folder, and the folder that it fills.

use std::ffi::OsString;
use std::fs;

use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::job::Job;
use crate::failure;
use crate::sources::within_project;

/// Runs `command`; the tree is the folder `output`, relative to the function's.
pub(super) async fn build(job: &Job<'_>, command: &[String], output: &str) -> Result<BuiltTree, BuildFailure> {
    let function = &job.build.function;
    let Some((program, arguments)) = command.split_first() else {
        return Err(failure::input(format!("the build command of `{function}` is empty"), &[]));
    };
    let Some(output) = within_project(output) else {
        return Err(failure::input(
            format!("the build output `{output}` of `{function}` is outside of the function's folder"),
            &["name a folder in the function's folder that the build command fills"],
        ));
    };
    let path = if program.contains('/') {
        job.folder().join(program)
    } else {
        job.need(program, "install it, or correct the function's build command in shipway.toml")?
    };
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    job.run(&path, arguments).await?;
    let tree = job.folder().join(&output);
    let empty = fs::read_dir(&tree).map_or(true, |mut entries| entries.next().is_none());
    if empty {
        let mut failure = failure::build(
            format!("the build command of `{function}` left nothing in `{}`", job.shown(&output)),
            &["it must fill this folder, relative to the function's; it runs in a copy of the declared inputs"],
        );
        failure.command = Some(command.join(" "));
        return Err(failure);
    }
    Ok(BuiltTree { path: tree, dependencies: vec![], tools: [].into(), warnings: vec![] })
}
