//! Which zip is meant: a file, the newest build of a function, or one of this machine's zips by the first digits of its
//! digest; asked in that order.

use std::path::{Path, PathBuf};

use shipway_core::build::{BuildRecord, Product};
use shipway_host::{ArtifactFolder, BuildCacheFolder};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::project::Project;

/// Fewer digits than this are a name that was mistyped.
const FEWEST_DIGITS: usize = 4;

/// A zip, and what this machine remembers of how it was made.
pub(super) struct Located {
    pub(super) path: PathBuf,
    /// `None` for a file that no build here made.
    pub(super) record: Option<BuildRecord>,
    /// What `shipway.toml` lets into the function's package; empty without a record.
    pub(super) allow: Vec<String>,
}

impl Located {
    /// What it is, in a few words.
    pub(super) fn title(&self) -> String {
        match &self.record {
            Some(record) => format!("{} {}", record.function, record.artifact.short()),
            None => self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        }
    }
}

pub(super) fn locate(artifact: &str, invocation: &Invocation) -> Result<Located, Failure> {
    // As it was typed, where that is all there is to it.
    let here = invocation.directory == Path::new(".");
    let path = if here { PathBuf::from(artifact) } else { invocation.directory.join(artifact) };
    if path.is_file() {
        return Ok(Located { path, record: None, allow: Vec::new() });
    }
    if artifact.contains('/') || artifact.ends_with(".zip") || artifact.ends_with(".jar") {
        return Err(Failure::usage(
            format!("there is no file {}", path.display()),
            "`shipway build` says where it puts its zips",
        ));
    }
    let project = Project::find(&invocation.directory)?;
    let folder = project.machine_folder();
    let (records, zips) = (BuildCacheFolder::new(&folder).records(), ArtifactFolder::new(&folder));
    let functions: Vec<&str> = project.configuration.functions().map(|name| name.as_str()).collect();
    let digest = if functions.contains(&artifact) {
        // A layer may be called the same.
        let meant = |record: &&BuildRecord| record.function.as_str() == artifact && record.product == Product::Function;
        let newest = records.iter().find(meant);
        newest.map(|record| record.artifact.to_string()).ok_or_else(|| {
            Failure::usage(
                format!("no build of `{artifact}` is remembered on this machine"),
                format!("`shipway build {artifact}` makes one"),
            )
        })?
    } else {
        artifact.to_ascii_lowercase()
    };
    let digits = digest.len() >= FEWEST_DIGITS && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let found = if digits { zips.beginning_with(&digest) } else { Vec::new() };
    match found.as_slice() {
        [(found, path)] => {
            let record = records.into_iter().find(|record| record.artifact == *found);
            let allow = record.as_ref().map(|record| project.configuration.allow(&record.function));
            Ok(Located { path: path.clone(), record, allow: allow.unwrap_or_default() })
        }
        [] => Err(Failure::usage(
            format!("`{artifact}` is no file, no function, and no digest of a zip on this machine"),
            format!("the functions are {}; zips are in {}", functions.join(", "), folder.join("artifacts").display()),
        )),
        several => Err(Failure::usage(
            format!("{} zips on this machine have digests that begin with {artifact}", several.len()),
            format!(
                "say more of it: {}",
                several.iter().map(|(found, _)| found.short()).collect::<Vec<_>>().join(", ")
            ),
        )),
    }
}
