//! The verdict on a package: a pure function of its names, what is known of its files, and where it is to run.

use std::collections::{BTreeMap, BTreeSet};

use super::elf::{Binary, Elf, ElfKind, GlibcVersion, Machine, identify};
use super::facts::{BOOTSTRAP, BinaryFile, FileFacts};
use super::platform_words::{name_a_platform, without_platform};
use super::unfit::{BootstrapProblem, Unfit, UnfitFile, loader};
use crate::dependencies::{Dependencies, Place};
use crate::entry::EntrySummary;
use crate::error::PackageError;
use crate::handler::RuntimeFamily;
use crate::patterns::{PatternSetting, Patterns};
use crate::refusal::{Finding, Refusal};
use crate::sizes::{UNZIPPED_LIMIT, largest_files, largest_folders};

/// Where a package is to run, and what may go in all the same. Globs and roots are those of [`crate::Tree`].
#[derive(Debug, Clone, Copy)]
pub struct LintTarget<'a> {
    pub runs_on: RunsOn<'a>,
    /// `None` for a runtime that is not known.
    pub family: Option<RuntimeFamily>,
    /// The unzipped sizes of the function's layers together, in bytes; `None` where they are not known.
    pub layers_bytes: Option<u64>,
    pub allow: &'a [String],
    pub dependency_roots: &'a [String],
}

/// Where a package is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsOn<'a> {
    /// The machine that builds it: what was built here runs here, so that machine and C library are not judged.
    Host,
    Lambda {
        machine: Machine,
        /// `None` where the runtime's is not known: then it is not judged.
        libc: Option<RuntimeLibc<'a>>,
    },
}

/// The C library of a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuntimeLibc<'a> {
    /// Lambda's identifier.
    pub runtime: &'a str,
    pub glibc: GlibcVersion,
}

/// The verdict.
#[derive(Debug, Default)]
pub struct Lint {
    pub refusals: Vec<Refusal>,
    /// Warnings.
    pub findings: Vec<Finding>,
}

/// Judges a package; `entries` are sorted by path, as everywhere.
pub(super) fn judge(
    entries: &[EntrySummary],
    facts: &FileFacts,
    target: &LintTarget<'_>,
) -> Result<Lint, PackageError> {
    let allow = Patterns::new(PatternSetting::Allow, target.allow)?;
    let dependencies = Dependencies::new(target.dependency_roots);
    let mut lint = Lint::default();
    if let Some(refusal) = size_with_layers(entries, target.layers_bytes, &dependencies) {
        lint.refusals.push(refusal);
    }
    if target.family == Some(RuntimeFamily::Provided) && !allow.cover(BOOTSTRAP) {
        let problem = facts.bootstrap.as_deref().and_then(bootstrap_problem);
        lint.refusals.extend(problem.map(|problem| Refusal::Bootstrap { problem }));
    }
    if let RunsOn::Lambda { machine, libc } = target.runs_on {
        Binaries { machine, libc, allow: &allow, dependencies: &dependencies, family: target.family }.judge(
            entries,
            &facts.binaries,
            &mut lint,
        );
    }
    Ok(lint)
}

fn size_with_layers(
    entries: &[EntrySummary],
    layers_bytes: Option<u64>,
    dependencies: &Dependencies,
) -> Option<Refusal> {
    let layers_bytes = layers_bytes?;
    let sizes = || entries.iter().map(|entry| (entry.path.as_str(), entry.bytes));
    let unzipped_bytes: u64 = sizes().map(|(_, bytes)| bytes).sum();
    (unzipped_bytes.saturating_add(layers_bytes) > UNZIPPED_LIMIT).then(|| Refusal::TooLargeWithLayers {
        unzipped_bytes,
        layers_bytes,
        limit: UNZIPPED_LIMIT,
        largest_files: largest_files(sizes()),
        largest_folders: largest_folders(sizes(), dependencies),
    })
}

fn bootstrap_problem(beginning: &[u8]) -> Option<BootstrapProblem> {
    if beginning.is_empty() {
        return Some(BootstrapProblem::Empty);
    }
    // A program for another system is refused for its machine, and may be the right one on the machine that builds it.
    if identify(beginning).is_some() {
        return None;
    }
    let Some(script) = beginning.strip_prefix(b"#!") else { return Some(BootstrapProblem::NoProgram) };
    let first_line = script.split(|byte| *byte == b'\n').next().unwrap_or_default();
    first_line.ends_with(b"\r").then_some(BootstrapProblem::WindowsLineEnds)
}

/// What native files are judged by.
struct Binaries<'a> {
    machine: Machine,
    libc: Option<RuntimeLibc<'a>>,
    allow: &'a Patterns,
    dependencies: &'a Dependencies,
    family: Option<RuntimeFamily>,
}

/// Files for other platforms that a dependency ships beside the right ones.
#[derive(Default)]
struct Others {
    files: usize,
    bytes: u64,
    example: String,
}

impl Binaries<'_> {
    fn judge(&self, entries: &[EntrySummary], binaries: &[BinaryFile], lint: &mut Lint) {
        let fitting: BTreeSet<String> =
            binaries.iter().filter(|file| self.unfit(file).is_none()).map(|file| self.thing(&file.path)).collect();
        let brings_libc = entries.iter().any(|entry| entry.path.rsplit('/').next() == Some("libc.so.6"));
        let mut refused: Vec<(Unfit, Vec<UnfitFile>)> = Vec::new();
        let mut others: BTreeMap<String, Others> = BTreeMap::new();
        for file in binaries.iter().filter(|file| !self.allow.cover(&file.path)) {
            let Some((reason, found)) = self.unfit(file) else {
                lint.findings.extend(self.unusual_loader(file));
                continue;
            };
            let thing = self.thing(&file.path);
            let is_of_this_platform = matches!(reason, Unfit::Glibc { .. } | Unfit::Loader { .. });
            if !is_of_this_platform && name_a_platform(&file.path) && fitting.contains(&thing) {
                let others = others.entry(self.owner(&file.path).to_owned()).or_default();
                others.files += 1;
                others.bytes += file.bytes;
                if others.example.is_empty() {
                    others.example.clone_from(&file.path);
                }
                continue;
            }
            let unfit = UnfitFile { path: file.path.clone(), found };
            if brings_libc && matches!(reason, Unfit::Glibc { .. }) {
                let problem = reason.sentence(&[unfit]);
                lint.findings.push(Finding::DoubtfulLibc { problem });
                continue;
            }
            match refused.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, files)) => files.push(unfit),
                None => refused.push((reason, vec![unfit])),
            }
        }
        lint.refusals.extend(refused.into_iter().map(|(reason, files)| Refusal::Unfit { reason, files }));
        lint.findings.extend(others.into_iter().map(|(folder, Others { files, bytes, example })| {
            Finding::OtherPlatforms { folder, files, bytes, example }
        }));
    }

    /// Why the file cannot run there, and what it is or needs.
    fn unfit(&self, file: &BinaryFile) -> Option<(Unfit, String)> {
        let elf = match &file.binary {
            Binary::MachO => return Some((Unfit::Machine { wanted: self.machine }, "macOS".to_owned())),
            Binary::Elf(elf) if elf.kind == ElfKind::Other => return None,
            Binary::Elf(elf) => elf,
        };
        if elf.abi.machine() != Some(self.machine) {
            return Some((Unfit::Machine { wanted: self.machine }, elf.abi.to_string()));
        }
        if let Some(musl) = musl(elf) {
            return Some((Unfit::Musl, musl.to_owned()));
        }
        if let Some(interpreter) = self.missing_loader(elf)
            && self.is_bootstrap(&file.path)
        {
            return Some((Unfit::Loader { wanted: self.machine }, interpreter.to_owned()));
        }
        let (libc, needed) = (self.libc?, elf.glibc.as_ref()?);
        (needed.glibc > libc.glibc).then(|| {
            let reason = Unfit::Glibc { runtime: libc.runtime.to_owned(), has: libc.glibc, wanted: self.machine };
            (reason, needed.name.clone())
        })
    }

    fn is_bootstrap(&self, path: &str) -> bool {
        path == BOOTSTRAP && self.family == Some(RuntimeFamily::Provided)
    }

    fn missing_loader<'elf>(&self, elf: &'elf Elf) -> Option<&'elf str> {
        elf.interpreter.as_deref().filter(|interpreter| *interpreter != loader(self.machine))
    }

    /// A program, other than `bootstrap`, whose loader is nowhere: perhaps nobody starts it.
    fn unusual_loader(&self, file: &BinaryFile) -> Option<Finding> {
        let Binary::Elf(elf) = &file.binary else { return None };
        let loader = self.missing_loader(elf).filter(|_| elf.abi.machine() == Some(self.machine))?;
        Some(Finding::UnusualLoader { path: file.path.clone(), loader: loader.to_owned() })
    }

    /// What the file is a variant of: the dependency or top-level folder that it is in, without the words for platforms.
    fn thing(&self, path: &str) -> String {
        without_platform(self.owner(path))
    }

    fn owner<'path>(&self, path: &'path str) -> &'path str {
        let top_level = || path.split_once('/').map_or("", |(folder, _)| folder);
        match self.dependencies.place(path) {
            Place::Dependency => self.dependencies.owner(path).unwrap_or(path),
            Place::Own => top_level(),
        }
    }
}

/// What of musl's it needs, if anything.
fn musl(elf: &Elf) -> Option<&str> {
    let interpreter = elf.interpreter.as_deref().filter(|path| path.contains("/ld-musl-"));
    interpreter.or_else(|| elf.needed.iter().map(String::as_str).find(|name| name.starts_with("libc.musl-")))
}
