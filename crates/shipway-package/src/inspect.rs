//! Looks at a zip that somebody else made: what is in it, how large, its digests, and what in it is worth a word.
//!
//! Nothing is unpacked to disk, no size is believed, and memory stays bounded. An entry may inflate to the size that its header
//! claims and not to a byte more, and the claims together are limited before anything is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rawzip::{FileReader, ZipArchive};
use sha2::{Digest, Sha256};
use zlib_rs::{Inflate, InflateFlush, Status};

use crate::dependencies::{Dependencies, Place};
use crate::digest::{ContentDigest, PackageDigest, PackageDigester, ZipSha256};
use crate::entry::EntrySummary;
use crate::error::PackageError;
use crate::lint::{FileFacts, begins_as_elf, may_be_binary};
use crate::patterns::{PatternSetting, Patterns};
use crate::refusal::{Finding, Refusal};
use crate::secrets::{self, SCAN_LIMIT, SecretKind};
use crate::stamp::Stamp;
use crate::survey::names_differing_by_case;
use crate::zip_listing::{Listed, list, open};
use crate::zip_problem::{InspectError, ZipProblem};

const BUFFER_BYTES: usize = 64 << 10;
/// How much of each file is kept while it is looked at.
const KEPT_BYTES: usize = SCAN_LIMIT as usize;
/// How much of an ELF file is kept. What its headers name beyond is not known.
const ELF_BYTES: usize = 48 << 20;

/// What is in a zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    pub zip_sha256: ZipSha256,
    /// The same as that of a package made here with the same paths, modes and contents.
    pub package_digest: PackageDigest,
    pub zip_bytes: u64,
    pub unzipped_bytes: u64,
    /// Files and links in the byte order of their paths, with their modes as they stand in the zip.
    pub entries: Vec<EntrySummary>,
    /// Warnings, secrets not among them.
    pub findings: Vec<Finding>,
    /// Files that hold a secret, of whoever.
    pub secrets: Vec<SecretFile>,
    /// What [`crate::lint_zip`] goes by.
    pub facts: FileFacts,
    /// What the zip says of each entry's content, in their order.
    pub contents: Vec<EntryContent>,
}

/// An entry's content in a zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryContent {
    pub compressed_bytes: u64,
    /// BLAKE3: the same for the same content, however it is compressed.
    pub digest: [u8; 32],
}

/// A file in a zip that holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFile {
    pub path: String,
    pub kind: SecretKind,
}

impl Inspection {
    /// The secrets as a package made here would have them: one's own refused unless allowed, those of dependencies as findings.
    ///
    /// Globs and dependency roots are those of [`crate::Tree`].
    pub fn judge_secrets(
        &self,
        allow: &[String],
        dependency_roots: &[String],
    ) -> Result<(Vec<Refusal>, Vec<Finding>), PackageError> {
        let allow = Patterns::new(PatternSetting::Allow, allow)?;
        let dependencies = Dependencies::new(dependency_roots);
        let (mut refusals, mut findings) = (Vec::new(), Vec::new());
        for SecretFile { path, kind } in self.secrets.iter().filter(|secret| !allow.cover(&secret.path)) {
            match dependencies.place(path) {
                Place::Own => refusals.push(Refusal::Secret { path: path.clone(), kind: *kind }),
                Place::Dependency => findings.push(Finding::SecretInDependency { path: path.clone(), kind: *kind }),
            }
        }
        Ok((refusals, findings))
    }
}

/// Reads a zip or jar from beginning to end and checks all of it.
pub fn read_zip(path: &Path) -> Result<Inspection, InspectError> {
    let not_read = |source| InspectError::Read { path: path.to_owned(), source };
    let unusable = |problem| InspectError::Unusable { path: path.to_owned(), problem };
    let file = File::open(path).map_err(not_read)?;
    let metadata = file.metadata().map_err(not_read)?;
    if !metadata.is_file() {
        return Err(not_read(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file")));
    }
    let before = Stamp::of(&metadata);
    let archive = open(file.try_clone().map_err(not_read)?).map_err(unusable)?;
    let listed = list(&archive).map_err(unusable)?;
    let contents = Contents::read(&archive, &listed).map_err(unusable)?;
    let zip_sha256 = sha256(file.try_clone().map_err(not_read)?).map_err(not_read)?;
    if !Stamp::of(&file.metadata().map_err(not_read)?).is_same_content(&before) {
        return Err(InspectError::Changed { path: path.to_owned() });
    }
    Ok(Inspection {
        zip_sha256,
        package_digest: contents.digester.finish(),
        zip_bytes: before.bytes(),
        unzipped_bytes: listed.iter().map(|file| file.bytes).sum(),
        findings: findings(&listed),
        secrets: contents.secrets,
        facts: contents.facts,
        contents: contents.contents,
        entries: listed
            .into_iter()
            .map(|Listed { path, mode, bytes, .. }| EntrySummary { path, mode, bytes })
            .collect(),
    })
}

/// The content of one entry of a zip, if it is there, whole, and no larger than `limit`.
pub(crate) fn read_entry(zip: &Path, path: &str, limit: u64) -> Result<Option<Vec<u8>>, InspectError> {
    let not_read = |source| InspectError::Read { path: zip.to_owned(), source };
    let unusable = |problem| InspectError::Unusable { path: zip.to_owned(), problem };
    let archive = open(File::open(zip).map_err(not_read)?).map_err(unusable)?;
    let listed = list(&archive).map_err(unusable)?;
    let Some(file) = listed.iter().find(|file| file.path == path && file.bytes <= limit.min(SCAN_LIMIT)) else {
        return Ok(None);
    };
    let mut reader = EntryReader::new();
    let damaged = |detail| unusable(ZipProblem::DamagedEntry { path: path.to_owned(), detail });
    reader.read(&archive, file).map_err(damaged)?;
    Ok(Some(reader.beginning))
}

fn sha256(mut file: File) -> io::Result<ZipSha256> {
    io::Seek::rewind(&mut file)?;
    let mut sha256 = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(ZipSha256(sha256.finalize().into())),
            length => sha256.update(&buffer[..length]),
        }
    }
}

fn findings(listed: &[Listed]) -> Vec<Finding> {
    let links = listed.iter().filter(|file| file.mode.is_link());
    let links = links.map(|file| Finding::LinkInZip { path: file.path.clone() });
    names_differing_by_case(listed.iter().map(|file| file.path.as_str())).into_iter().chain(links).collect()
}

/// What reading all entries yields.
struct Contents {
    digester: PackageDigester,
    secrets: Vec<SecretFile>,
    facts: FileFacts,
    contents: Vec<EntryContent>,
}

impl Contents {
    fn read(archive: &ZipArchive<FileReader>, listed: &[Listed]) -> Result<Self, ZipProblem> {
        let mut contents = Self {
            digester: PackageDigester::new(),
            secrets: Vec::new(),
            facts: FileFacts::default(),
            contents: Vec::with_capacity(listed.len()),
        };
        let mut reader = EntryReader::new();
        for file in listed {
            let digest = reader
                .read(archive, file)
                .map_err(|detail| ZipProblem::DamagedEntry { path: file.path.clone(), detail })?;
            contents.digester.add(&file.path, file.mode, file.bytes, &digest);
            contents.contents.push(EntryContent { compressed_bytes: file.compressed_bytes, digest });
            contents.facts.add(&file.path, file.mode, file.bytes, &reader.beginning);
            let secret = (file.bytes <= SCAN_LIMIT).then(|| secrets::find(&file.path, &reader.beginning)).flatten();
            contents.secrets.extend(secret.map(|kind| SecretFile { path: file.path.clone(), kind }));
        }
        Ok(contents)
    }
}

/// Reads one entry after the other with the same buffers.
struct EntryReader {
    compressed: Vec<u8>,
    inflated: Vec<u8>,
    /// The last entry's content, as far as something is looked for in it.
    beginning: Vec<u8>,
}

impl EntryReader {
    fn new() -> Self {
        Self { compressed: vec![0; BUFFER_BYTES], inflated: vec![0; BUFFER_BYTES], beginning: Vec::new() }
    }

    /// The digest of an entry's content, whose size and checksum are those that its headers claim; else what is wrong.
    fn read(&mut self, archive: &ZipArchive<FileReader>, file: &Listed) -> Result<ContentDigest, String> {
        let entry = archive.get_entry(file.wayfinder).map_err(|error| error.to_string())?;
        let mut source = entry.reader();
        self.beginning.clear();
        self.beginning.shrink_to(KEPT_BYTES);
        let mut sink = Sink {
            hasher: blake3::Hasher::new(),
            crc32: crc32fast::Hasher::new(),
            left: file.bytes,
            kept: if may_be_binary(&file.path, file.mode) { Kept::Binary } else { Kept::Text },
        };
        if file.stored {
            self.copy(&mut source, &mut sink)?
        } else {
            self.inflate(&mut source, &mut sink)?
        }
        if sink.left != 0 {
            return Err("it is shorter than its header claims".to_owned());
        }
        if sink.crc32.finalize() != file.crc32 {
            return Err("its checksum is wrong".to_owned());
        }
        Ok(*sink.hasher.finalize().as_bytes())
    }

    fn copy(&mut self, source: &mut impl Read, sink: &mut Sink) -> Result<(), String> {
        loop {
            let length = source.read(&mut self.compressed).map_err(|error| error.to_string())?;
            if length == 0 {
                return Ok(());
            }
            sink.take(&self.compressed[..length], &mut self.beginning)?;
        }
    }

    fn inflate(&mut self, source: &mut impl Read, sink: &mut Sink) -> Result<(), String> {
        let mut inflate = Inflate::new(false, 15);
        loop {
            let length = source.read(&mut self.compressed).map_err(|error| error.to_string())?;
            if length == 0 {
                return Err("its compressed data ends early".to_owned());
            }
            let mut rest = &self.compressed[..length];
            loop {
                let (consumed_before, produced_before) = (inflate.total_in(), inflate.total_out());
                let status = inflate
                    .decompress(rest, &mut self.inflated, InflateFlush::NoFlush)
                    .map_err(|error| error.as_str().to_owned())?;
                let consumed = delta(inflate.total_in(), consumed_before);
                let produced = delta(inflate.total_out(), produced_before);
                rest = &rest[consumed..];
                sink.take(&self.inflated[..produced], &mut self.beginning)?;
                match status {
                    Status::StreamEnd => return Ok(()),
                    // A full buffer may hide more output; without progress only more input helps.
                    _ if consumed == 0 && produced == 0 => break,
                    _ if rest.is_empty() && produced < self.inflated.len() => break,
                    _ => {}
                }
            }
            if !rest.is_empty() {
                return Err("its compressed data makes no sense".to_owned());
            }
        }
    }
}

fn delta(after: u64, before: u64) -> usize {
    usize::try_from(after - before).expect("at most a buffer's length")
}

/// How much of a file's beginning is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// As far as secrets are looked for.
    Text,
    /// If it is an ELF file, far enough for its tables, which linkers and patchers put anywhere.
    Binary,
}

/// Takes content, and no more of it than was claimed.
struct Sink {
    hasher: blake3::Hasher,
    crc32: crc32fast::Hasher,
    left: u64,
    kept: Kept,
}

impl Sink {
    fn take(&mut self, content: &[u8], beginning: &mut Vec<u8>) -> Result<(), String> {
        self.left = self
            .left
            .checked_sub(content.len() as u64)
            .ok_or_else(|| "it is larger than its header claims".to_owned())?;
        self.hasher.update(content);
        self.crc32.update(content);
        let first = if beginning.is_empty() { content } else { beginning.as_slice() };
        let is_elf = self.kept == Kept::Binary && begins_as_elf(first);
        let limit = if is_elf { ELF_BYTES } else { KEPT_BYTES };
        if is_elf && beginning.is_empty() {
            // At once, so that growing never holds two copies. What a false claim reserves is never touched.
            let claimed = self.left.saturating_add(content.len() as u64);
            beginning.reserve_exact(usize::try_from(claimed).unwrap_or(limit).min(limit));
        }
        let content = &content[..content.len().min(limit.saturating_sub(beginning.len()))];
        beginning.extend_from_slice(content);
        Ok(())
    }
}
