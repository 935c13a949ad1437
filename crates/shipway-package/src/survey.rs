//! What would go into a package, decided by names, kinds and sizes alone; contents are judged when they are read.

use std::collections::HashMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::dependencies::Dependencies;
use crate::entry::EntrySummary;
use crate::error::PackageError;
use crate::patterns::{PatternSetting, Patterns};
use crate::refusal::{Finding, Refusal, Refusals};
use crate::sizes::{ENTRY_LIMIT, UNZIPPED_LIMIT, largest_files, largest_folders};
use crate::source::SourceFile;
use crate::walk::{Found, Rules, walk};

/// A built tree, and what of it goes into the package.
///
/// Globs are relative to `root`, with `/` between parts; `*` stays within a part, `**` crosses parts, and a glob that matches a
/// folder stands for all that is in it.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'a> {
    pub root: &'a Path,
    /// What to leave out besides [`crate::DEFAULT_EXCLUDES`]. Stronger than `allow`.
    pub exclude: &'a [String],
    /// What to let in although it is left out by default or would be refused as a secret.
    pub allow: &'a [String],
    /// Paths of files and folders that a package manager put there. `node_modules`, `site-packages`, `dist-packages` and
    /// `vendor/bundle` are known without.
    pub dependency_roots: &'a [String],
}

/// The files of a tree that go into its package.
#[derive(Debug)]
pub struct Survey {
    /// Canonical.
    pub(crate) root: PathBuf,
    /// In the byte order of their paths: the order of the package.
    pub(crate) files: Vec<SourceFile>,
    pub(crate) allow: Patterns,
    pub(crate) unzipped_bytes: u64,
    pub(crate) findings: Vec<Finding>,
}

impl Survey {
    /// The files, in the byte order of their paths.
    pub fn entries(&self) -> impl Iterator<Item = EntrySummary> {
        self.files.iter().map(|file| EntrySummary {
            path: file.path.clone(),
            mode: file.mode,
            bytes: file.stamp.bytes(),
        })
    }

    /// Bytes of all files together.
    pub fn unzipped_bytes(&self) -> u64 {
        self.unzipped_bytes
    }

    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// Walks a tree. All that may not go into a package is refused at once, as far as it shows without reading contents.
pub fn survey(tree: &Tree<'_>) -> Result<Survey, PackageError> {
    survey_on(tree, NonZeroUsize::MIN)
}

/// [`survey`], on so many threads at most.
pub(crate) fn survey_on(tree: &Tree<'_>, threads: NonZeroUsize) -> Result<Survey, PackageError> {
    let rules = Rules {
        exclude: Patterns::new(PatternSetting::Exclude, tree.exclude)?,
        allow: Patterns::new(PatternSetting::Allow, tree.allow)?,
        dependencies: Dependencies::new(tree.dependency_roots),
    };
    let not_read = |source| PackageError::Root { path: tree.root.to_owned(), source };
    let root = fs::canonicalize(tree.root).map_err(not_read)?;
    let found = walk(&root, &rules, threads).map_err(not_read)?;
    judge(root, found, rules, UNZIPPED_LIMIT)
}

fn judge(root: PathBuf, found: Found, rules: Rules, limit: u64) -> Result<Survey, PackageError> {
    let Found { mut files, mut refusals, gave_up } = found;
    files.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    let sizes = || files.iter().map(|file| (file.path.as_str(), file.stamp.bytes()));
    let unzipped_bytes = sizes().fold(0_u64, |sum, (_, bytes)| sum.saturating_add(bytes));
    let largest_folders = || largest_folders(sizes(), &rules.dependencies);
    if gave_up.is_some() || files.len() > ENTRY_LIMIT {
        let largest_folders = largest_folders();
        refusals.push(Refusal::TooManyFiles { files: files.len(), limit: ENTRY_LIMIT, largest_folders });
    }
    if unzipped_bytes > limit {
        let (largest_files, largest_folders) = (largest_files(sizes()), largest_folders());
        refusals.push(Refusal::TooLarge { unzipped_bytes, limit, largest_files, largest_folders });
    }
    if files.is_empty() && refusals.is_empty() {
        refusals.push(Refusal::Empty);
    }
    if !refusals.is_empty() {
        return Err(PackageError::Refused(Refusals(refusals)));
    }
    let findings = names_differing_by_case(files.iter().map(|file| file.path.as_str()));
    Ok(Survey { root, files, allow: rules.allow, unzipped_bytes, findings })
}

/// Pairs of paths that differ only by case; `paths` are sorted.
pub(crate) fn names_differing_by_case<'paths>(paths: impl Iterator<Item = &'paths str>) -> Vec<Finding> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    let mut findings = Vec::new();
    for path in paths {
        if let Some(first) = seen.insert(path.to_lowercase(), path) {
            findings.push(Finding::NamesDifferByCase { first: first.to_owned(), second: path.to_owned() });
        }
    }
    findings
}
