//! Runs Gradle: a task of ours, given by an init script, copies a project's classes, resources and runtime class path.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use shipway_engine::ports::BuildFailure;

use super::{Output, tool, versions};
use crate::failure;
use crate::toolchain::job::Job;

const GET_GRADLE: &str =
    "install Gradle: https://gradle.org/install/ or `apt install gradle`, or add its wrapper (gradle wrapper)";

/// In words that Gradle understands from 4.4 on. Jars of two dependencies with the same name would hide each other.
const SCRIPT: &str = "\
allprojects { candidate ->
    candidate.afterEvaluate {
        if (candidate.plugins.hasPlugin('java')) {
            candidate.tasks.create(name: 'shipwayPackage', type: Copy) {
                into System.getProperty('shipway.output')
                into('classes') { from candidate.sourceSets.main.output }
                into('lib') {
                    from candidate.configurations.runtimeClasspath
                    duplicatesStrategy = 'fail'
                }
            }
        }
    }
}
";

/// Builds one Gradle project of the build in `root`; empty for the root project.
pub(super) async fn run(job: &Job<'_>, root: &str, project: &str, wants_jar: bool) -> Result<Output, BuildFailure> {
    let folder = job.scratch.join("inputs").join(root);
    let gradle = tool(job, &folder, "gradlew", "gradle", GET_GRADLE)?;
    let script = job.scratch.join("shipway.gradle");
    fs::write(&script, SCRIPT).map_err(|error| failure::io("write", &script, &error))?;
    let said = job.ask_in(&folder, &gradle, &["--version"]).await?;
    let output = job.scratch.join("gradle-output");
    let task = if wants_jar { "assemble" } else { "shipwayPackage" };
    let mut property = OsString::from("-Dshipway.output=");
    property.push(&output);
    let arguments: Vec<OsString> = vec![
        // A daemon would outlive the build.
        "--no-daemon".into(),
        "--console=plain".into(),
        "--quiet".into(),
        "--init-script".into(),
        script.into(),
        "--project-cache-dir".into(),
        job.scratch.join("gradle-cache").into(),
        property,
        format!("{project}:{task}").into(),
    ];
    job.run_in(&folder, &gradle, arguments, &job.environment).await?;
    Ok(Output {
        roots: vec![output.join("classes")],
        libraries: output.join("lib"),
        tools: versions(&said, "gradle", "Gradle "),
    })
}

/// Whether a folder is one that Gradle puts jars into.
pub(super) fn makes_jars_in(folder: &Path) -> bool {
    folder.ends_with("build/libs")
}
