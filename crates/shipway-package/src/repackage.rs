//! Packages a tree that was packaged before: reads only what may have changed, compresses only what did.
//!
//! The bytes of the package are those that packaging without a memory makes, and so are the refusals. What the memory says
//! of files is believed as far as [`Stamp`] goes; of what it says of the old zip, nothing is believed that is not checked.
//! If the old zip or the memory is damaged, all is made as if there were none.

use std::fs::{self, File};
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::assembly::{Assembled, Assembly, Nowhere};
use crate::digest::ZipSha256;
use crate::error::PackageError;
use crate::memory_file::MemoryDraft;
use crate::ordered::{Limits, run_in_order};
use crate::package::{Package, PackageRequest, assemble};
use crate::package_memory::{Made, PackageMemory, RememberedEntry, RememberedZip};
use crate::reading::{DigestedFiles, Known, OldZip};
use crate::stamp::Stamp;
use crate::survey::{Survey, survey_on};

/// What became of a request to package again.
#[derive(Debug)]
pub enum Repackaged {
    /// Nothing changed, and the zip that was made then is still there, whole. Nothing was written to the output.
    Kept { package: Package, zip: PathBuf },
    /// There is a zip at the output.
    Made { package: Package, memory: Box<NewMemory> },
}

/// What will be remembered of a package, once its zip has its final place.
#[derive(Debug)]
pub struct NewMemory {
    /// `None` where the memory's folder cannot be written: a memory is never worth a failure.
    draft: Option<MemoryDraft>,
    path: PathBuf,
    memory: PackageMemory,
}

impl NewMemory {
    /// Remembers that the package's zip is at `zip`.
    pub fn keep(mut self, zip: &Path) -> io::Result<()> {
        let Some(draft) = self.draft.take() else { return Ok(()) };
        self.memory.zip.path = std::path::absolute(zip)?;
        draft.keep(&self.path, PackageMemory::KIND, self.memory.content().content())
    }
}

/// Packages a tree of which the file `memory` may tell what was made of it before; its folder exists, outside the tree.
pub fn package_again(request: &PackageRequest<'_>, memory: &Path) -> Result<Repackaged, PackageError> {
    let repackaging = Repackaging::begin(memory);
    let survey = survey_on(&request.tree, request.threads)?;
    repackaging.package(&survey, request.threads, request.output)
}

/// Packaging again with a look at the survey in between. It is begun before the survey: what is written after that is
/// newer than what will be remembered.
#[derive(Debug)]
pub struct Repackaging {
    draft: Option<MemoryDraft>,
    memory: PathBuf,
}

impl Repackaging {
    /// Begins; `memory` may tell what was made of the tree before, its folder exists, outside the tree.
    #[must_use]
    pub fn begin(memory: &Path) -> Self {
        let folder = memory.parent().unwrap_or(Path::new("."));
        Self { draft: MemoryDraft::begin(folder).ok(), memory: memory.to_owned() }
    }

    /// Packages what the survey found since.
    pub fn package(self, survey: &Survey, threads: NonZeroUsize, output: &Path) -> Result<Repackaged, PackageError> {
        let Self { draft, memory } = self;
        let before = PackageMemory::recall(&memory);
        if let Some(before) = &before {
            match again((threads, output), survey, before, draft.as_ref()) {
                Err(PackageError::DamagedCache) => {}
                Ok(Again::Kept { package, refreshed }) => {
                    let zip = before.zip.path.clone();
                    if let (Some(refreshed), Some(draft)) = (refreshed, draft) {
                        // It holds nothing new but what can be believed now: if it cannot be written, it will be tried
                        // again.
                        let _ = draft.keep(&memory, PackageMemory::KIND, refreshed.content().content());
                    }
                    return Ok(Repackaged::Kept { package, zip });
                }
                Ok(Again::Made { package, made }) => return Ok(new_memory(package, made, survey, draft, &memory)),
                Err(error) => return Err(error),
            }
        }
        let nothing = vec![None; survey.files.len()];
        let (package, made) = assemble(survey, threads, output, &nothing, None)?;
        Ok(new_memory(package, made, survey, draft, &memory))
    }
}

enum Again {
    Kept { package: Package, refreshed: Option<PackageMemory> },
    Made { package: Package, made: Vec<Made> },
}

fn again(
    (threads, output): (NonZeroUsize, &Path),
    survey: &Survey,
    before: &PackageMemory,
    draft: Option<&MemoryDraft>,
) -> Result<Again, PackageError> {
    let known = known_files(survey, before, threads)?;
    if let Some(kept) = kept(survey, before, &known, draft)? {
        return Ok(kept);
    }
    let file = File::open(&before.zip.path).map_err(|_| PackageError::DamagedCache)?;
    let old_zip = OldZip { file, by_content: before.by_content() };
    let (package, made) = assemble(survey, threads, output, &known, Some(&old_zip))?;
    Ok(Again::Made { package, made })
}

/// What is known of each file, by its stamp, or by its content where it may well be the same.
fn known_files<'memory>(
    survey: &Survey,
    before: &'memory PackageMemory,
    threads: NonZeroUsize,
) -> Result<Vec<Option<Known<'memory>>>, PackageError> {
    let unchanged = before.unchanged(&survey.files);
    let mut known: Vec<_> = unchanged
        .into_iter()
        .map(|entry| entry.map(|entry| Known { made: &entry.made, secret: entry.made.secret }))
        .collect();
    let alike = before.alike(&survey.files);
    let candidates: Vec<usize> = (0..known.len()).filter(|file| known[*file].is_none() && alike[*file]).collect();
    if candidates.is_empty() {
        return Ok(known);
    }
    let by_content = before.by_content();
    let digesting = DigestedFiles { files: &survey.files };
    // Only digests wait to be taken.
    let limits = Limits { threads, budget: u64::MAX };
    run_in_order(&digesting, &candidates, limits, |file, digested| {
        // What cannot be read, or changes, will say so when it is read to be packaged.
        if let Ok((digest, secret)) = digested
            && let Some(entry) = by_content.get(&digest)
        {
            known[*file] = Some(Known { made: &entry.made, secret });
        }
        Ok::<(), PackageError>(())
    })?;
    Ok(known)
}

/// The package, if it is the one that was made before and its zip is whole.
fn kept(
    survey: &Survey,
    before: &PackageMemory,
    known: &[Option<Known<'_>>],
    draft: Option<&MemoryDraft>,
) -> Result<Option<Again>, PackageError> {
    let mut assembly = Assembly::new(survey, Nowhere);
    for (file, known) in survey.files.iter().zip(known) {
        let Some(known) = known else { return Ok(None) };
        assembly.known(file, *known);
    }
    let Assembled { package_digest, findings, .. } = assembly.finish()?;
    if package_digest != before.package_digest {
        return Ok(None);
    }
    let Some(zip_stamp) = whole(&before.zip) else { return Ok(None) };
    let package = Package {
        zip_sha256: before.zip.sha256,
        package_digest,
        zip_bytes: before.zip.bytes,
        unzipped_bytes: survey.unzipped_bytes,
        entries: survey.entries().collect(),
        findings,
    };
    Ok(Some(Again::Kept { package, refreshed: refreshed(survey, before, known, zip_stamp, draft) }))
}

/// What can be believed from now on, if that is more than before.
fn refreshed(
    survey: &Survey,
    before: &PackageMemory,
    known: &[Option<Known<'_>>],
    zip_stamp: Stamp,
    draft: Option<&MemoryDraft>,
) -> Option<PackageMemory> {
    let is_believed = |(file, entry): (&crate::source::SourceFile, &RememberedEntry)| entry.stamp == Some(file.stamp);
    // The same files: their package digest is the same.
    if before.zip.stamp == Some(zip_stamp) && survey.files.iter().zip(&before.entries).all(is_believed) {
        return None;
    }
    let zip = RememberedZip {
        path: before.zip.path.clone(),
        sha256: before.zip.sha256,
        bytes: before.zip.bytes,
        stamp: settled(zip_stamp, draft).or(before.zip.stamp),
    };
    let made = known.iter().flatten().map(|known| known.to_made()).collect();
    let refreshed = PackageMemory { zip, package_digest: before.package_digest, entries: entries(survey, made, draft) };
    (refreshed != *before).then_some(refreshed)
}

/// The stamp of a zip that is what it was: by its stamp, or by reading it.
fn whole(zip: &RememberedZip) -> Option<Stamp> {
    let stamp = Stamp::of(&fs::symlink_metadata(&zip.path).ok()?);
    let is_whole = zip.stamp == Some(stamp) || sha256(&zip.path).ok()? == zip.sha256;
    is_whole.then_some(stamp)
}

fn sha256(path: &Path) -> io::Result<ZipSha256> {
    let mut file = File::open(path)?;
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(ZipSha256(sha256.finalize().into())),
            length => sha256.update(&buffer[..length]),
        }
    }
}

fn settled(stamp: Stamp, draft: Option<&MemoryDraft>) -> Option<Stamp> {
    draft.filter(|draft| stamp.is_settled(draft.moment())).map(|_| stamp)
}

fn entries(survey: &Survey, made: Vec<Made>, draft: Option<&MemoryDraft>) -> Vec<RememberedEntry> {
    let entry = |(file, made): (&crate::source::SourceFile, Made)| RememberedEntry {
        path: file.path.clone(),
        bytes: file.stamp.bytes(),
        stamp: settled(file.stamp, draft),
        made,
    };
    survey.files.iter().zip(made).map(entry).collect()
}

fn new_memory(
    package: Package,
    made: Vec<Made>,
    survey: &Survey,
    draft: Option<MemoryDraft>,
    path: &Path,
) -> Repackaged {
    let zip = RememberedZip { path: PathBuf::new(), sha256: package.zip_sha256, bytes: package.zip_bytes, stamp: None };
    let entries = entries(survey, made, draft.as_ref());
    let memory = PackageMemory { zip, package_digest: package.package_digest, entries };
    Repackaged::Made { package, memory: Box::new(NewMemory { draft, path: path.to_owned(), memory }) }
}
