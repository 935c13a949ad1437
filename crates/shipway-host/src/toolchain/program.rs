//! What the packages of compiled languages have in common: one program called `bootstrap`, and assets beside it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use shipway_engine::ports::BuildFailure;

use super::copy;
use super::job::Job;
use crate::failure;

/// What Lambda starts in a runtime of one's own.
const BOOTSTRAP: &str = "bootstrap";

/// Lays out a package in the scratch folder: `program` as `bootstrap`, and `assets` where they are in the function's
/// folder. The package's folder.
pub(super) fn lay_out(job: &Job<'_>, program: &Path, assets: &[String]) -> Result<PathBuf, BuildFailure> {
    let tree = job.scratch.join("tree");
    for asset in matching(job, assets)? {
        let (from, to) = (job.input(&asset), tree.join(&asset));
        copy::one(&from, &to, kind_of(job, &asset)).map_err(|error| failure::io("copy", &from, &error))?;
    }
    let bootstrap = tree.join(BOOTSTRAP);
    fs::create_dir_all(&tree).map_err(|error| failure::io("make", &tree, &error))?;
    fs::copy(program, &bootstrap).map_err(|error| failure::io("copy", program, &error))?;
    // Whatever the caller's umask took away.
    fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o755))
        .map_err(|error| failure::io("change the mode of", &bootstrap, &error))?;
    Ok(tree)
}

fn kind_of(job: &Job<'_>, asset: &str) -> shipway_core::build::FileKind {
    let path = crate::sources::within_project(&job.shown(asset)).unwrap_or_default();
    job.source.files.get(&path).map_or(shipway_core::build::FileKind::Plain, |file| file.kind)
}

/// The inputs in the function's folder, relative to it, that `assets` name. A glob that matches a folder stands for all
/// that is in it.
fn matching(job: &Job<'_>, assets: &[String]) -> Result<BTreeSet<String>, BuildFailure> {
    let function = &job.build.function;
    let folder = job.folder_name();
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let inside: Vec<&str> = job.source.files.keys().filter_map(|path| path.strip_prefix(&prefix)).collect();
    let mut found = BTreeSet::new();
    for asset in assets {
        let matcher = compiled(asset)
            .map_err(|error| failure::input(format!("`assets` of `{function}` holds a broken glob: {error}"), &[]))?;
        let covers = |path: &str| {
            matcher.is_match(path) || path.match_indices('/').any(|(end, _)| matcher.is_match(&path[..end]))
        };
        let before = found.len();
        found.extend(inside.iter().filter(|path| covers(path)).map(|path| (*path).to_owned()));
        if found.len() == before && !inside.iter().any(|path| covers(path)) {
            return Err(failure::input(
                format!(
                    "`assets` of `{function}` names `{asset}`, and there is no such file in `{}`",
                    job.build.folder
                ),
                &["paths in `assets` are relative to the function's folder; what git ignores does not count"],
            ));
        }
    }
    if found.contains(BOOTSTRAP) {
        return Err(failure::input(
            format!("`assets` of `{function}` holds `{BOOTSTRAP}`, which is the name of the program that is built"),
            &["name it otherwise: Lambda starts `bootstrap`"],
        ));
    }
    Ok(found)
}

fn compiled(glob: &str) -> Result<GlobMatcher, globset::Error> {
    let glob = glob.trim_start_matches("./").trim_end_matches('/');
    Ok(GlobBuilder::new(glob).literal_separator(true).build()?.compile_matcher())
}
