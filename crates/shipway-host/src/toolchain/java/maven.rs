//! Runs Maven: one module and what it needs, to the phase `package`, and a copy of its runtime dependencies.

use std::ffi::OsString;
use std::path::Path;

use shipway_engine::ports::BuildFailure;

use super::{Output, tool, versions};
use crate::toolchain::job::Job;

const GET_MAVEN: &str =
    "install Maven: https://maven.apache.org/ or `apt install maven`, or add its wrapper (mvn wrapper:wrapper)";

/// Pinned: another version might copy otherwise.
const COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
const LIBRARIES: &str = "shipway-lib";

/// No chatter, no colours, no tests; plugins that ask for it get the time that stands in every package's zip.
const ALWAYS: [&str; 5] = [
    "-q",
    "-B",
    "-Dstyle.color=never",
    "-Dmaven.test.skip=true",
    "-Dproject.build.outputTimestamp=1980-01-01T00:00:02Z",
];

/// Builds the module, a path relative to `root`; without one, the project in `root`.
pub(super) async fn run(
    job: &Job<'_>,
    root: &str,
    module: Option<&str>,
    wants_jar: bool,
) -> Result<Output, BuildFailure> {
    let folder = job.scratch.join("inputs").join(root);
    let maven = tool(job, &folder, "mvnw", "mvn", GET_MAVEN)?;
    let said = job.ask_in(&folder, &maven, &["-B", "-Dstyle.color=never", "--version"]).await?;
    job.run_in(&folder, &maven, arguments(module, wants_jar), &job.environment).await?;
    let target = job.folder().join("target");
    Ok(Output {
        roots: vec![target.join("classes")],
        libraries: target.join(LIBRARIES),
        tools: versions(&said, "maven", "Apache Maven "),
    })
}

fn arguments(module: Option<&str>, wants_jar: bool) -> Vec<OsString> {
    let mut all: Vec<String> = ALWAYS.map(str::to_owned).to_vec();
    if let Some(module) = module {
        all.extend(["-pl".to_owned(), module.to_owned(), "-am".to_owned()]);
    }
    all.push("package".to_owned());
    if !wants_jar {
        all.push(COPY.to_owned());
        all.push("-DincludeScope=runtime".to_owned());
        // Of each module that takes part, below its own folder.
        all.push(format!("-DoutputDirectory=${{project.build.directory}}/{LIBRARIES}"));
    }
    all.into_iter().map(OsString::from).collect()
}

/// Whether a folder is one that Maven builds into.
pub(super) fn makes_jars_in(folder: &Path) -> bool {
    folder.ends_with("target")
}
