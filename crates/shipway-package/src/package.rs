//! From a survey to a zip and its digests: reads, judges and compresses files in parallel, and writes them in order.
//!
//! Memory stays bounded: results that wait to be written hold at most 64 MiB, and each thread keeps small buffers.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use crate::assembly::{Assembled, Assembly, Destination, Nowhere};
use crate::digest::{PackageDigest, ZipSha256};
use crate::entry::EntrySummary;
use crate::error::PackageError;
use crate::package_memory::Made;
use crate::reading::{Encoding, Known, OldZip, Reading};
use crate::refusal::Finding;
use crate::survey::{Survey, Tree, survey_on};
use crate::zip_writer::ZipWriter;

/// What to package, how and where to.
#[derive(Debug, Clone, Copy)]
pub struct PackageRequest<'a> {
    pub tree: Tree<'a>,
    /// The package does not depend on it.
    pub threads: NonZeroUsize,
    /// Where the zip goes. Its folder exists, outside the tree. What is there is replaced, whole, at the very end.
    pub output: &'a Path,
}

/// A package that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    pub zip_sha256: ZipSha256,
    pub package_digest: PackageDigest,
    pub zip_bytes: u64,
    pub unzipped_bytes: u64,
    /// In the byte order of their paths.
    pub entries: Vec<EntrySummary>,
    /// Warnings.
    pub findings: Vec<Finding>,
}

/// What a package would be, without its zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestedPackage {
    pub package_digest: PackageDigest,
    pub unzipped_bytes: u64,
    /// In the byte order of their paths.
    pub entries: Vec<EntrySummary>,
    /// Warnings.
    pub findings: Vec<Finding>,
}

/// Surveys a tree and packages it.
pub fn package(request: &PackageRequest<'_>) -> Result<Package, PackageError> {
    package_survey(&survey_on(&request.tree, request.threads)?, request.threads, request.output)
}

/// Packages what a survey found. A file that changed since is an error.
pub fn package_survey(survey: &Survey, threads: NonZeroUsize, output: &Path) -> Result<Package, PackageError> {
    let nothing = vec![None; survey.files.len()];
    Ok(assemble(survey, threads, output, &nothing, None)?.0)
}

/// Packages what a survey found, with what is known of each file; and tells what was made of each.
pub(crate) fn assemble(
    survey: &Survey,
    threads: NonZeroUsize,
    output: &Path,
    known: &[Option<Known<'_>>],
    old_zip: Option<&OldZip<'_>>,
) -> Result<(Package, Vec<Made>), PackageError> {
    let not_written = |source| PackageError::Write { path: output.to_owned(), source };
    let folder = folder_of(output);
    if fs::canonicalize(folder).map_err(not_written)?.starts_with(&survey.root) {
        return Err(PackageError::OutputInTree { output: output.to_owned() });
    }
    let writer = ZipWriter::create(folder, threads).map_err(not_written)?;
    let mut assembly = Assembly::new(survey, Destination { writer, output });
    let reading = Reading { files: &survey.files, known, old_zip, encoding: Encoding::Compressed };
    assembly.run(threads, &reading)?;
    let Assembled { package_digest, findings, made, sink } = assembly.finish()?;
    let (zip_sha256, zip_bytes) = sink.writer.finish(output).map_err(not_written)?;
    let (unzipped_bytes, entries) = (survey.unzipped_bytes, survey.entries().collect());
    Ok((Package { zip_sha256, package_digest, zip_bytes, unzipped_bytes, entries, findings }, made))
}

fn folder_of(output: &Path) -> &Path {
    output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The digest that a package of this survey would have, with the same refusals, so that a zip that is stored already can be
/// used again.
pub fn package_digest(survey: &Survey, threads: NonZeroUsize) -> Result<DigestedPackage, PackageError> {
    let mut assembly = Assembly::new(survey, Nowhere);
    let nothing = vec![None; survey.files.len()];
    let reading = Reading { files: &survey.files, known: &nothing, old_zip: None, encoding: Encoding::DigestOnly };
    assembly.run(threads, &reading)?;
    let Assembled { package_digest, findings, .. } = assembly.finish()?;
    let (unzipped_bytes, entries) = (survey.unzipped_bytes, survey.entries().collect());
    Ok(DigestedPackage { package_digest, unzipped_bytes, entries, findings })
}
