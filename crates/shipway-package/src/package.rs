//! From a survey to a zip and its digests: reads, judges and compresses files in parallel, and writes them in order.
//!
//! Memory stays bounded: results that wait to be written hold at most [`MEMORY_BUDGET`], and each thread keeps small buffers.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use blake3::hazmat::{ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root};

use crate::compress::{CHUNK_BYTES, ChunkPosition, Compressors, DICTIONARY_BYTES, WHOLE_LIMIT};
use crate::dependencies::Place;
use crate::digest::{ContentDigest, PackageDigest, PackageDigester, ZipSha256};
use crate::entry::EntrySummary;
use crate::error::PackageError;
use crate::ordered::{Limits, Pipeline, run_in_order};
use crate::refusal::{Finding, Refusal, Refusals};
use crate::secrets::{self, SecretKind};
use crate::source::{ReadFailure, SourceFile, read_range, read_whole};
use crate::survey::{Survey, Tree, survey};
use crate::zip_format::{Header, Method};
use crate::zip_writer::ZipWriter;

/// In bytes: what is read and compressed but not yet written.
const MEMORY_BUDGET: u64 = 64 << 20;
/// What a job costs besides its content, so that the number of waiting results is bounded too.
const JOB_OVERHEAD: u64 = 4 << 10;

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
    package_survey(&survey(&request.tree)?, request.threads, request.output)
}

/// Packages what a survey found. A file that changed since is an error.
pub fn package_survey(survey: &Survey, threads: NonZeroUsize, output: &Path) -> Result<Package, PackageError> {
    let not_written = |source| PackageError::Write { path: output.to_owned(), source };
    let folder = folder_of(output);
    if fs::canonicalize(folder).map_err(not_written)?.starts_with(&survey.root) {
        return Err(PackageError::OutputInTree { output: output.to_owned() });
    }
    let writer = ZipWriter::create(folder).map_err(not_written)?;
    let mut assembly = Assembly::new(survey, Destination { writer, output });
    assembly.run(threads, Encoding::Compressed)?;
    let (digested, destination) = assembly.finish()?;
    let (zip_sha256, zip_bytes) = destination.writer.finish(output).map_err(not_written)?;
    let DigestedPackage { package_digest, unzipped_bytes, entries, findings } = digested;
    Ok(Package { zip_sha256, package_digest, zip_bytes, unzipped_bytes, entries, findings })
}

fn folder_of(output: &Path) -> &Path {
    output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The digest that a package of this survey would have, with the same refusals, so that a zip that is stored already can be
/// used again.
pub fn package_digest(survey: &Survey, threads: NonZeroUsize) -> Result<DigestedPackage, PackageError> {
    let mut assembly = Assembly::new(survey, Nowhere);
    assembly.run(threads, Encoding::DigestOnly)?;
    Ok(assembly.finish()?.0)
}

/// Whether contents are wanted besides digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Compressed,
    DigestOnly,
}

/// What one thread does at a time.
#[derive(Debug, Clone, Copy)]
enum Job {
    Whole { file: usize },
    Chunk { file: usize, chunk: u64, position: ChunkPosition },
}

impl Job {
    fn file(self) -> usize {
        match self {
            Self::Whole { file } | Self::Chunk { file, .. } => file,
        }
    }
}

fn jobs(files: &[SourceFile]) -> Vec<Job> {
    let of_file = |(file, source): (usize, &SourceFile)| {
        let bytes = source.stamp.bytes;
        let chunks = if bytes > WHOLE_LIMIT { bytes.div_ceil(CHUNK_BYTES) } else { 1 };
        (0..chunks).map(move |chunk| match (chunks, chunk + 1 == chunks) {
            (1, _) => Job::Whole { file },
            (_, true) => Job::Chunk { file, chunk, position: ChunkPosition::Last },
            (_, false) => Job::Chunk { file, chunk, position: ChunkPosition::Inner },
        })
    };
    files.iter().enumerate().flat_map(of_file).collect()
}

/// What comes of a job. `content` is empty when only digests are wanted.
enum Part {
    Whole { digest: ContentDigest, secret: Option<SecretKind>, method: Method, crc32: u32, content: Vec<u8> },
    Chunk { chaining_value: ChainingValue, bytes: u64, crc32: u32, content: Vec<u8> },
}

struct Reading<'survey> {
    files: &'survey [SourceFile],
    encoding: Encoding,
}

#[derive(Debug)]
struct Scratch {
    compressors: Compressors,
    buffer: Vec<u8>,
}

impl Pipeline for Reading<'_> {
    type Job = Job;
    type Scratch = Scratch;
    type Output = Result<Part, ReadFailure>;

    fn cost(&self, job: &Job) -> u64 {
        JOB_OVERHEAD
            + match job {
                Job::Whole { file } => 2 * self.files[*file].stamp.bytes,
                Job::Chunk { .. } => 2 * CHUNK_BYTES + DICTIONARY_BYTES,
            }
    }

    fn scratch(&self) -> Scratch {
        Scratch { compressors: Compressors::new(), buffer: Vec::new() }
    }

    fn work(&self, scratch: &mut Scratch, job: &Job) -> Self::Output {
        let part = match *job {
            Job::Whole { file } => self.whole(scratch, &self.files[file]),
            Job::Chunk { file, chunk, position } => self.chunk(scratch, &self.files[file], chunk, position),
        };
        if scratch.buffer.capacity() as u64 > 2 * CHUNK_BYTES {
            scratch.buffer = Vec::new();
        }
        part
    }
}

impl Reading<'_> {
    fn whole(&self, scratch: &mut Scratch, file: &SourceFile) -> Result<Part, ReadFailure> {
        read_whole(file, &mut scratch.buffer)?;
        let content = scratch.buffer.as_slice();
        let digest = *blake3::hash(content).as_bytes();
        let secret = secrets::find(&file.path, content);
        let (crc32, (method, content)) = match self.encoding {
            Encoding::Compressed => (crc32fast::hash(content), scratch.compressors.whole(content)),
            Encoding::DigestOnly => (0, (Method::Stored, Vec::new())),
        };
        Ok(Part::Whole { digest, secret, method, crc32, content })
    }

    fn chunk(
        &self,
        scratch: &mut Scratch,
        file: &SourceFile,
        chunk: u64,
        position: ChunkPosition,
    ) -> Result<Part, ReadFailure> {
        let start = chunk * CHUNK_BYTES;
        let end = (start + CHUNK_BYTES).min(file.stamp.bytes);
        let dictionary_bytes = DICTIONARY_BYTES.min(start);
        read_range(file, start - dictionary_bytes, length(end - start + dictionary_bytes), &mut scratch.buffer)?;
        let (dictionary, content) = scratch.buffer.split_at(length(dictionary_bytes));
        let chaining_value = blake3::Hasher::new().set_input_offset(start).update(content).finalize_non_root();
        let (crc32, content) = match self.encoding {
            Encoding::Compressed => (crc32fast::hash(content), Compressors::chunk(dictionary, content, position)),
            Encoding::DigestOnly => (0, Vec::new()),
        };
        Ok(Part::Chunk { chaining_value, bytes: end - start, crc32, content })
    }
}

fn length(bytes: u64) -> usize {
    usize::try_from(bytes).expect("a chunk fits the memory")
}

/// Where entries go.
trait Sink {
    fn add(&mut self, header: &Header<'_>, content: &[u8]) -> Result<(), PackageError>;
    fn begin(&mut self, path: &str) -> Result<(), PackageError>;
    fn part(&mut self, content: &[u8]) -> Result<(), PackageError>;
    fn end(&mut self, header: &Header<'_>) -> Result<(), PackageError>;
}

struct Destination<'output> {
    writer: ZipWriter,
    output: &'output Path,
}

impl Destination<'_> {
    fn named(&self, result: std::io::Result<()>) -> Result<(), PackageError> {
        result.map_err(|source| PackageError::Write { path: self.output.to_owned(), source })
    }
}

impl Sink for Destination<'_> {
    fn add(&mut self, header: &Header<'_>, content: &[u8]) -> Result<(), PackageError> {
        let result = self.writer.add(header, content);
        self.named(result)
    }

    fn begin(&mut self, path: &str) -> Result<(), PackageError> {
        let result = self.writer.begin(path);
        self.named(result)
    }

    fn part(&mut self, content: &[u8]) -> Result<(), PackageError> {
        let result = self.writer.part(content);
        self.named(result)
    }

    fn end(&mut self, header: &Header<'_>) -> Result<(), PackageError> {
        let result = self.writer.end(header);
        self.named(result)
    }
}

struct Nowhere;

impl Sink for Nowhere {
    fn add(&mut self, _: &Header<'_>, _: &[u8]) -> Result<(), PackageError> {
        Ok(())
    }

    fn begin(&mut self, _: &str) -> Result<(), PackageError> {
        Ok(())
    }

    fn part(&mut self, _: &[u8]) -> Result<(), PackageError> {
        Ok(())
    }

    fn end(&mut self, _: &Header<'_>) -> Result<(), PackageError> {
        Ok(())
    }
}

/// Takes the parts in order and makes entries, digests, findings and refusals of them.
struct Assembly<'survey, S> {
    survey: &'survey Survey,
    sink: S,
    digester: PackageDigester,
    findings: Vec<Finding>,
    /// Once there is one, nothing more is written, but all else is still looked at: they are reported together.
    refusals: Vec<Refusal>,
    chunked: Chunked,
}

/// What is known of a file that comes in chunks.
#[derive(Default)]
struct Chunked {
    chaining_values: Vec<ChainingValue>,
    crc32: crc32fast::Hasher,
    compressed_bytes: u64,
}

impl<'survey, S: Sink> Assembly<'survey, S> {
    fn new(survey: &'survey Survey, sink: S) -> Self {
        Self {
            survey,
            sink,
            digester: PackageDigester::new(),
            findings: survey.findings.clone(),
            refusals: Vec::new(),
            chunked: Chunked::default(),
        }
    }

    fn run(&mut self, threads: NonZeroUsize, encoding: Encoding) -> Result<(), PackageError> {
        let files = &self.survey.files;
        let limits = Limits { threads, budget: MEMORY_BUDGET };
        run_in_order(&Reading { files, encoding }, &jobs(files), limits, |job, part| {
            let file = &files[job.file()];
            match part {
                Ok(Part::Whole { digest, secret, method, crc32, content }) => {
                    self.judge_secret(file, secret);
                    self.whole(file, &digest, method, crc32, &content)
                }
                Ok(Part::Chunk { chaining_value, bytes, crc32, content }) => {
                    self.chunk(file, chaining_value, bytes, crc32, &content)
                }
                Err(ReadFailure::Changed) => Err(PackageError::Changed { path: file.path.clone() }),
                Err(ReadFailure::Unreadable(source)) => {
                    self.refuse_unreadable(file, source);
                    Ok(())
                }
            }
        })
    }

    fn judge_secret(&mut self, file: &SourceFile, secret: Option<SecretKind>) {
        let Some(kind) = secret else { return };
        let path = file.path.clone();
        match file.place {
            _ if self.survey.allow.cover(&path) => {}
            Place::Own => self.refusals.push(Refusal::Secret { path, kind }),
            Place::Dependency => self.findings.push(Finding::SecretInDependency { path, kind }),
        }
    }

    /// Names a file once, however many of its chunks cannot be read.
    fn refuse_unreadable(&mut self, file: &SourceFile, source: std::io::Error) {
        let named = self
            .refusals
            .last()
            .is_some_and(|last| matches!(last, Refusal::Unreadable { path, .. } if *path == file.path));
        if !named {
            self.refusals.push(Refusal::Unreadable { path: file.path.clone(), source });
        }
    }

    fn whole(
        &mut self,
        file: &SourceFile,
        digest: &ContentDigest,
        method: Method,
        crc32: u32,
        content: &[u8],
    ) -> Result<(), PackageError> {
        self.digester.add(&file.path, file.mode, file.stamp.bytes, digest);
        if !self.refusals.is_empty() {
            return Ok(());
        }
        self.sink.add(&header(file, method, crc32, content.len() as u64), content)
    }

    fn chunk(
        &mut self,
        file: &SourceFile,
        chaining_value: ChainingValue,
        bytes: u64,
        crc32: u32,
        content: &[u8],
    ) -> Result<(), PackageError> {
        if !self.refusals.is_empty() {
            return Ok(());
        }
        if self.chunked.chaining_values.is_empty() {
            self.sink.begin(&file.path)?;
        }
        self.chunked.chaining_values.push(chaining_value);
        self.chunked.crc32.combine(&crc32fast::Hasher::new_with_initial_len(crc32, bytes));
        self.chunked.compressed_bytes += content.len() as u64;
        self.sink.part(content)?;
        if self.chunked.chaining_values.len() as u64 == file.stamp.bytes.div_ceil(CHUNK_BYTES) {
            self.last_chunk(file)?;
        }
        Ok(())
    }

    fn last_chunk(&mut self, file: &SourceFile) -> Result<(), PackageError> {
        let Chunked { chaining_values, crc32, compressed_bytes } = std::mem::take(&mut self.chunked);
        let digest = join_digests(&chaining_values, file.stamp.bytes);
        self.digester.add(&file.path, file.mode, file.stamp.bytes, &digest);
        self.sink.end(&header(file, Method::Deflated, crc32.finalize(), compressed_bytes))
    }

    fn finish(self) -> Result<(DigestedPackage, S), PackageError> {
        if !self.refusals.is_empty() {
            return Err(PackageError::Refused(Refusals(self.refusals)));
        }
        let digested = DigestedPackage {
            package_digest: self.digester.finish(),
            unzipped_bytes: self.survey.unzipped_bytes,
            entries: self.survey.entries().collect(),
            findings: self.findings,
        };
        Ok((digested, self.sink))
    }
}

/// Sizes were limited by the survey, far below 32 bits.
fn header(file: &SourceFile, method: Method, crc32: u32, compressed_bytes: u64) -> Header<'_> {
    let narrow = |bytes: u64| u32::try_from(bytes).expect("a survey holds at most 250 MB");
    let (compressed_bytes, bytes) = (narrow(compressed_bytes), narrow(file.stamp.bytes));
    Header { path: &file.path, mode: file.mode, method, crc32, compressed_bytes, bytes }
}

/// The BLAKE3 of a file from those of its chunks: BLAKE3 is a tree, and chunks of 1 MiB are subtrees of it.
fn join_digests(chaining_values: &[ChainingValue], bytes: u64) -> ContentDigest {
    let (left, right, left_bytes) = halves(chaining_values, bytes);
    let left = join_subtrees(left, left_bytes);
    let right = join_subtrees(right, bytes - left_bytes);
    *merge_subtrees_root(&left, &right, Mode::Hash).as_bytes()
}

fn join_subtrees(chaining_values: &[ChainingValue], bytes: u64) -> ChainingValue {
    if let [single] = chaining_values {
        return *single;
    }
    let (left, right, left_bytes) = halves(chaining_values, bytes);
    merge_subtrees_non_root(&join_subtrees(left, left_bytes), &join_subtrees(right, bytes - left_bytes), Mode::Hash)
}

fn halves(chaining_values: &[ChainingValue], bytes: u64) -> (&[ChainingValue], &[ChainingValue], u64) {
    let left_bytes = left_subtree_len(bytes);
    let (left, right) = chaining_values.split_at(length(left_bytes / CHUNK_BYTES));
    (left, right, left_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_chunks_join_to_the_digest_of_the_whole() {
        let chunk = length(CHUNK_BYTES);
        for bytes in [chunk + 1, 2 * chunk, 3 * chunk, 5 * chunk + 17, 8 * chunk - 1] {
            let content: Vec<u8> = (0..bytes).map(|at| (at % 251) as u8).collect();
            let chaining_values: Vec<ChainingValue> = content
                .chunks(chunk)
                .enumerate()
                .map(|(number, part)| {
                    blake3::Hasher::new().set_input_offset(number as u64 * CHUNK_BYTES).update(part).finalize_non_root()
                })
                .collect();
            assert_eq!(join_digests(&chaining_values, bytes as u64), *blake3::hash(&content).as_bytes(), "{bytes}");
        }
    }
}
