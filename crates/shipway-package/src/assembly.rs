//! Takes the parts of a package in order and makes entries, digests, findings and refusals of them.

use std::num::NonZeroUsize;
use std::path::Path;

use blake3::hazmat::ChainingValue;

use crate::chunk_digests;
use crate::compress::CHUNK_BYTES;
use crate::dependencies::Place;
use crate::digest::{ContentDigest, PackageDigest, PackageDigester};
use crate::error::PackageError;
use crate::ordered::{Limits, run_in_order};
use crate::package_memory::{Made, Piece};
use crate::reading::{Job, Known, Part, Reading, jobs};
use crate::refusal::{Finding, Refusal, Refusals};
use crate::secrets::SecretKind;
use crate::source::{ReadFailure, SourceFile};
use crate::survey::Survey;
use crate::zip_format::{Header, Method};
use crate::zip_writer::ZipWriter;

/// In bytes: what is read and compressed but not yet written.
const MEMORY_BUDGET: u64 = 64 << 20;

/// Where entries go. Offsets are those of the contents.
pub(crate) trait Sink {
    /// Adds an entry whose content is here.
    fn add(&mut self, header: &Header<'_>, content: &[u8]) -> Result<u64, PackageError>;
    /// Begins an entry whose content comes in parts, and of which all else is known when they have come.
    fn begin(&mut self, path: &str) -> Result<(), PackageError>;
    fn part(&mut self, content: &[u8]) -> Result<(), PackageError>;
    fn end(&mut self, header: &Header<'_>) -> Result<u64, PackageError>;
    /// Adds an entry of which all is known but whose content comes in pieces.
    fn announce(&mut self, header: &Header<'_>) -> Result<u64, PackageError>;
    fn piece(&mut self, content: &[u8]) -> Result<(), PackageError>;
}

/// Into a zip.
pub(crate) struct Destination<'output> {
    pub(crate) writer: ZipWriter,
    pub(crate) output: &'output Path,
}

impl Destination<'_> {
    fn named<T>(&self, result: std::io::Result<T>) -> Result<T, PackageError> {
        result.map_err(|source| PackageError::Write { path: self.output.to_owned(), source })
    }
}

impl Sink for Destination<'_> {
    fn add(&mut self, header: &Header<'_>, content: &[u8]) -> Result<u64, PackageError> {
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

    fn end(&mut self, header: &Header<'_>) -> Result<u64, PackageError> {
        let result = self.writer.end(header);
        self.named(result)
    }

    fn announce(&mut self, header: &Header<'_>) -> Result<u64, PackageError> {
        let result = self.writer.announce(header);
        self.named(result)
    }

    fn piece(&mut self, content: &[u8]) -> Result<(), PackageError> {
        let result = self.writer.piece(content);
        self.named(result)
    }
}

/// Where only digests are wanted.
pub(crate) struct Nowhere;

impl Sink for Nowhere {
    fn add(&mut self, _: &Header<'_>, _: &[u8]) -> Result<u64, PackageError> {
        Ok(0)
    }

    fn begin(&mut self, _: &str) -> Result<(), PackageError> {
        Ok(())
    }

    fn part(&mut self, _: &[u8]) -> Result<(), PackageError> {
        Ok(())
    }

    fn end(&mut self, _: &Header<'_>) -> Result<u64, PackageError> {
        Ok(0)
    }

    fn announce(&mut self, _: &Header<'_>) -> Result<u64, PackageError> {
        Ok(0)
    }

    fn piece(&mut self, _: &[u8]) -> Result<(), PackageError> {
        Ok(())
    }
}

/// A package that comes about.
pub(crate) struct Assembly<'survey, S> {
    survey: &'survey Survey,
    sink: S,
    digester: PackageDigester,
    findings: Vec<Finding>,
    /// Once there is one, nothing more is written, but all else is still looked at: they are reported together.
    refusals: Vec<Refusal>,
    chunked: Chunked,
    /// One for each file that was read or copied.
    made: Vec<Made>,
}

/// What is known of a file that comes in chunks.
#[derive(Default)]
struct Chunked {
    chaining_values: Vec<ChainingValue>,
    crc32: crc32fast::Hasher,
    pieces: Vec<Piece>,
}

/// What came of it all.
pub(crate) struct Assembled<S> {
    pub(crate) package_digest: PackageDigest,
    /// Warnings.
    pub(crate) findings: Vec<Finding>,
    /// One for each file of the survey, unless it was known without.
    pub(crate) made: Vec<Made>,
    pub(crate) sink: S,
}

impl<'survey, S: Sink> Assembly<'survey, S> {
    pub(crate) fn new(survey: &'survey Survey, sink: S) -> Self {
        Self {
            survey,
            sink,
            digester: PackageDigester::new(),
            findings: survey.findings.clone(),
            refusals: Vec::new(),
            chunked: Chunked::default(),
            made: Vec::with_capacity(survey.files.len()),
        }
    }

    /// Runs all jobs of a reading of the survey's files.
    pub(crate) fn run(&mut self, threads: NonZeroUsize, reading: &Reading<'_>) -> Result<(), PackageError> {
        let limits = Limits { threads, budget: MEMORY_BUDGET };
        let jobs = jobs(reading.files, reading.known);
        run_in_order(reading, &jobs, limits, |job, part| self.take(reading, *job, part))
    }

    fn take(&mut self, reading: &Reading<'_>, job: Job, part: Result<Part, ReadFailure>) -> Result<(), PackageError> {
        let file = match job {
            Job::Whole { file }
            | Job::Chunk { file, .. }
            | Job::CopyPiece { file, .. }
            | Job::Copy { first: file, .. } => file,
        };
        let source = &self.survey.files[file];
        match part {
            Ok(Part::Whole { digest, secret, method, crc32, content }) => {
                let made = Made { content: digest, secret, method, crc32, offset: 0, pieces: Piece::all(&content) };
                self.whole(source, made, &content)
            }
            Ok(Part::Chunk { chaining_value, bytes, crc32, content }) => {
                self.chunk(source, chaining_value, bytes, crc32, &content)
            }
            Ok(Part::Copied { buffer, ranges }) => (file..).zip(ranges).try_for_each(|(file, range)| {
                let made = known(reading, file)?;
                self.whole(&self.survey.files[file], made, &buffer[range])
            }),
            Ok(Part::CopiedPiece { content }) => {
                let Job::CopyPiece { piece, .. } = job else { return Err(PackageError::DamagedCache) };
                self.copied_piece(source, known(reading, file)?, piece, &content)
            }
            Err(ReadFailure::Changed) => Err(PackageError::Changed { path: source.path.clone() }),
            Err(ReadFailure::DamagedCache) => Err(PackageError::DamagedCache),
            Err(ReadFailure::Unreadable(source_error)) => {
                self.refuse_unreadable(source, source_error);
                Ok(())
            }
        }
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

    fn whole(&mut self, file: &SourceFile, mut made: Made, content: &[u8]) -> Result<(), PackageError> {
        self.judge_secret(file, made.secret);
        self.digester.add(&file.path, file.mode, file.stamp.bytes(), &made.content);
        if !self.refusals.is_empty() {
            return Ok(());
        }
        made.offset = self.sink.add(&header(file, made.method, made.crc32, content.len() as u64), content)?;
        self.made.push(made);
        Ok(())
    }

    /// All that was made of a file is known, and neither its content nor that is wanted.
    pub(crate) fn known(&mut self, file: &SourceFile, known: Known<'_>) {
        self.judge_secret(file, known.secret);
        self.digester.add(&file.path, file.mode, file.stamp.bytes(), &known.made.content);
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
        self.chunked.pieces.push(Piece::of(content));
        self.sink.part(content)?;
        if self.chunked.chaining_values.len() as u64 == file.stamp.bytes().div_ceil(CHUNK_BYTES) {
            self.last_chunk(file)?;
        }
        Ok(())
    }

    fn last_chunk(&mut self, file: &SourceFile) -> Result<(), PackageError> {
        let Chunked { chaining_values, crc32, pieces } = std::mem::take(&mut self.chunked);
        let content: ContentDigest = chunk_digests::join(&chaining_values, file.stamp.bytes());
        self.digester.add(&file.path, file.mode, file.stamp.bytes(), &content);
        let mut made =
            Made { content, secret: None, method: Method::Deflated, crc32: crc32.finalize(), offset: 0, pieces };
        made.offset = self.sink.end(&header(file, made.method, made.crc32, made.compressed_bytes()))?;
        self.made.push(made);
        Ok(())
    }

    fn copied_piece(
        &mut self,
        file: &SourceFile,
        mut made: Made,
        piece: usize,
        content: &[u8],
    ) -> Result<(), PackageError> {
        if piece == 0 {
            self.judge_secret(file, made.secret);
            self.digester.add(&file.path, file.mode, file.stamp.bytes(), &made.content);
        }
        if !self.refusals.is_empty() {
            return Ok(());
        }
        if piece == 0 {
            made.offset = self.sink.announce(&header(file, made.method, made.crc32, made.compressed_bytes()))?;
            self.made.push(made);
        }
        self.sink.piece(content)
    }

    pub(crate) fn finish(self) -> Result<Assembled<S>, PackageError> {
        if !self.refusals.is_empty() {
            return Err(PackageError::Refused(Refusals(self.refusals)));
        }
        let Self { sink, digester, findings, made, .. } = self;
        Ok(Assembled { package_digest: digester.finish(), findings, made, sink })
    }
}

fn known(reading: &Reading<'_>, file: usize) -> Result<Made, PackageError> {
    reading.known[file].map(Known::to_made).ok_or(PackageError::DamagedCache)
}

/// Sizes were limited by the survey, far below 32 bits.
fn header(file: &SourceFile, method: Method, crc32: u32, compressed_bytes: u64) -> Header<'_> {
    let narrow = |bytes: u64| u32::try_from(bytes).expect("a survey holds at most 250 MB");
    let (compressed_bytes, bytes) = (narrow(compressed_bytes), narrow(file.stamp.bytes()));
    Header { path: &file.path, mode: file.mode, method, crc32, compressed_bytes, bytes }
}
