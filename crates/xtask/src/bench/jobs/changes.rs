//! What changed among many functions, when nothing did.

use std::path::Path;

use super::contest;
use crate::bench::inputs;
use crate::bench::measuring::{Entrant, Invocation};
use crate::bench::peers;
use crate::bench::report::{Contest, Figure, Goal, as_float};
use crate::bench::workshop::Workshop;
use crate::failure::Failure;

pub(super) const TITLE: &str = "What changed in 1,000 functions";

/// The programs that build functions. None may be started when nothing changed.
const BUILD_TOOLS: &[&str] = &[
    "python",
    "python3",
    "python3.13",
    "pip",
    "pip3",
    "uv",
    "poetry",
    "node",
    "npm",
    "pnpm",
    "yarn",
    "esbuild",
    "go",
    "cargo",
    "cargo-zigbuild",
    "mvn",
    "gradle",
    "java",
    "javac",
    "bundle",
    "gem",
    "ruby",
];

pub(super) fn run(workshop: &Workshop) -> Contest {
    let explanation = "`shipway build --env local` in a git repository of 1,000 functions that are all built already, \
        against `git status --porcelain` in the same tree. Whether a build tool is started is seen by putting programs of \
        the build tools' names first on the PATH that write down that they were started.";
    contest(workshop, TITLE, explanation, |contest| {
        let input = inputs::mono(workshop)?;
        let build = || Invocation::new(&workshop.binaries.shipway, &input.folder).args(["build", "--env", "local"]);
        // The first one builds everything.
        build().run()?;
        let mut ours = Entrant::new(build());
        let theirs = peers::on_path("git")
            .map(|git| Entrant::new(Invocation::new(git, &input.folder).args(["status", "--porcelain"])));
        let goal = Some(Goal::AtMost(0.6));
        workshop.against(contest, &mut ours, ("`git status`", goal), theirs, workshop.many_runs());
        let folder = workshop.fresh_folder("changes")?;
        let (functions, started) = watched(workshop, &input.folder, &folder)?;
        contest.figures.push(Figure::new("functions told about", Ok(functions), ""));
        contest.figures.push(Figure::new("build tools started", Ok(started), "").at_most(0.0));
        Ok(())
    })
}

/// How many functions one more run tells about, and how many build tools it starts.
fn watched(workshop: &Workshop, project: &Path, folder: &Path) -> Result<(f64, f64), Failure> {
    let log = folder.join("started");
    for tool in BUILD_TOOLS {
        let path = folder.join(tool);
        let script = format!("#!/bin/sh\necho {tool} >>'{}'\nexit 97\n", log.display());
        std::fs::write(&path, script).map_err(Failure::file("writing", &path))?;
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode).map_err(Failure::file("changing", &path))?;
    }
    let mut path = folder.as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let build =
        Invocation::new(&workshop.binaries.shipway, project).args(["build", "--env", "local", "--format", "json"]);
    let ran = build.variable("PATH", path).run()?;
    let answer: serde_json::Value = serde_json::from_slice(&ran.output)
        .map_err(|error| Failure::Unexpected(format!("the answer of `shipway build` is not JSON: {error}")))?;
    let functions = answer["functions"].as_array().map_or(0, Vec::len);
    let started = std::fs::read_to_string(&log).map_or(0, |log| log.lines().count());
    Ok((as_float(functions as u64), as_float(started as u64)))
}
