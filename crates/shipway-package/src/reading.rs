//! The work that is done in parallel: reading, hashing, judging and compressing files, or copying what was compressed before.
//!
//! Each job says what comes of it; the order, and what is written, is [`crate::assembly`]'s.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use blake3::hazmat::ChainingValue;

use crate::chunk_digests;
use crate::compress::{CHUNK_BYTES, ChunkPosition, Compressors, DICTIONARY_BYTES, WHOLE_LIMIT};
use crate::digest::ContentDigest;
use crate::ordered::Pipeline;
use crate::package_memory::{Made, PIECE_BYTES, Piece, RememberedEntry};
use crate::secrets::{self, SecretKind};
use crate::source::{ReadFailure, SourceFile, read_range, read_whole};
use crate::zip_format::Method;

/// What a job costs besides its content, so that the number of waiting results is bounded too.
const JOB_OVERHEAD: u64 = 4 << 10;
/// Files that are copied by one job hold about so much, in bytes, compressed.
const COPY_BYTES: u64 = 1 << 20;
/// What a local header may take, so that what lies between two contents is worth reading over.
const HEADER_ROOM: u64 = 4 << 10;

/// Whether contents are wanted besides digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Compressed,
    DigestOnly,
}

/// What is known of a file without compressing it: what was made of the same content before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'memory> {
    pub(crate) made: &'memory Made,
    /// Of this path, which may not be the one that `made` had.
    pub(crate) secret: Option<SecretKind>,
}

impl Known<'_> {
    /// What is made of the file.
    pub(crate) fn to_made(self) -> Made {
        Made { secret: self.secret, ..self.made.clone() }
    }
}

/// A zip from which compressed contents are copied.
#[derive(Debug)]
pub(crate) struct OldZip<'memory> {
    pub(crate) file: File,
    pub(crate) by_content: HashMap<&'memory ContentDigest, &'memory RememberedEntry>,
}

/// What one thread does at a time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Job {
    Whole {
        file: usize,
    },
    Chunk {
        file: usize,
        chunk: u64,
        position: ChunkPosition,
    },
    /// Small contents, of files one behind the other.
    Copy {
        first: usize,
        end: usize,
    },
    /// A piece of a large content.
    CopyPiece {
        file: usize,
        piece: usize,
    },
}

/// The jobs of these files, in order; of each it is said whether it is known.
pub(crate) fn jobs(files: &[SourceFile], known: &[Option<Known<'_>>]) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut run_bytes = 0;
    for (file, (source, known)) in files.iter().zip(known).enumerate() {
        match known.map(|known| known.made) {
            Some(made) if made.pieces.len() > 1 => {
                jobs.extend((0..made.pieces.len()).map(|piece| Job::CopyPiece { file, piece }));
            }
            Some(made) => {
                run_bytes += made.compressed_bytes() + HEADER_ROOM / 16;
                match jobs.last_mut() {
                    Some(Job::Copy { end, .. }) if *end == file && run_bytes <= COPY_BYTES => *end += 1,
                    _ => {
                        run_bytes = made.compressed_bytes();
                        jobs.push(Job::Copy { first: file, end: file + 1 });
                    }
                }
            }
            None => jobs.extend(reading_jobs(file, source.stamp.bytes())),
        }
    }
    jobs
}

fn reading_jobs(file: usize, bytes: u64) -> impl Iterator<Item = Job> {
    let chunks = if bytes > WHOLE_LIMIT { bytes.div_ceil(CHUNK_BYTES) } else { 1 };
    (0..chunks).map(move |chunk| match (chunks, chunk + 1 == chunks) {
        (1, _) => Job::Whole { file },
        (_, true) => Job::Chunk { file, chunk, position: ChunkPosition::Last },
        (_, false) => Job::Chunk { file, chunk, position: ChunkPosition::Inner },
    })
}

/// What comes of a job. `content` is empty when only digests are wanted.
pub(crate) enum Part {
    Whole {
        digest: ContentDigest,
        secret: Option<SecretKind>,
        method: Method,
        crc32: u32,
        content: Vec<u8>,
    },
    Chunk {
        chaining_value: ChainingValue,
        bytes: u64,
        crc32: u32,
        content: Vec<u8>,
    },
    /// `ranges` are the files' contents in `buffer`.
    Copied {
        buffer: Vec<u8>,
        ranges: Vec<Range<usize>>,
    },
    CopiedPiece {
        content: Vec<u8>,
    },
}

pub(crate) struct Reading<'run> {
    pub(crate) files: &'run [SourceFile],
    pub(crate) known: &'run [Option<Known<'run>>],
    pub(crate) old_zip: Option<&'run OldZip<'run>>,
    pub(crate) encoding: Encoding,
}

#[derive(Debug)]
pub(crate) struct Scratch {
    compressors: Compressors,
    buffer: Vec<u8>,
}

impl Pipeline for Reading<'_> {
    type Job = Job;
    type Scratch = Scratch;
    type Output = Result<Part, ReadFailure>;

    fn cost(&self, job: &Job) -> u64 {
        let content = match job {
            Job::Whole { file } => 2 * self.files[*file].stamp.bytes(),
            Job::Chunk { .. } => 2 * CHUNK_BYTES + DICTIONARY_BYTES,
            Job::Copy { .. } => 2 * COPY_BYTES,
            Job::CopyPiece { .. } => 2 * PIECE_BYTES as u64,
        };
        JOB_OVERHEAD + content
    }

    fn scratch(&self) -> Scratch {
        Scratch { compressors: Compressors::new(), buffer: Vec::new() }
    }

    fn work(&self, scratch: &mut Scratch, job: &Job) -> Self::Output {
        let part = match *job {
            Job::Whole { file } => self.whole(scratch, &self.files[file]),
            Job::Chunk { file, chunk, position } => self.chunk(scratch, &self.files[file], chunk, position),
            Job::Copy { first, end } => self.copy(first, end),
            Job::CopyPiece { file, piece } => self.copy_piece(file, piece),
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
        let (method, crc32, content) = match self.encoding {
            Encoding::DigestOnly => (Method::Stored, 0, Vec::new()),
            Encoding::Compressed => match self.compressed_before(&digest)? {
                Some(before) => before,
                None => {
                    let (method, compressed) = scratch.compressors.whole(content);
                    (method, crc32fast::hash(content), compressed)
                }
            },
        };
        Ok(Part::Whole { digest, secret, method, crc32, content })
    }

    /// The same content under another path, perhaps.
    fn compressed_before(&self, digest: &ContentDigest) -> Result<Option<(Method, u32, Vec<u8>)>, ReadFailure> {
        let Some(old_zip) = self.old_zip else { return Ok(None) };
        let Some(made) = old_zip.by_content.get(digest).map(|entry| &entry.made) else { return Ok(None) };
        let mut content = vec![0; length(made.compressed_bytes())];
        old_zip.read(made.offset, &mut content)?;
        check(&made.pieces, &content)?;
        Ok(Some((made.method, made.crc32, content)))
    }

    fn chunk(
        &self,
        scratch: &mut Scratch,
        file: &SourceFile,
        chunk: u64,
        position: ChunkPosition,
    ) -> Result<Part, ReadFailure> {
        let start = chunk * CHUNK_BYTES;
        let end = (start + CHUNK_BYTES).min(file.stamp.bytes());
        let dictionary_bytes = DICTIONARY_BYTES.min(start);
        read_range(file, start - dictionary_bytes, length(end - start + dictionary_bytes), &mut scratch.buffer)?;
        let (dictionary, content) = scratch.buffer.split_at(length(dictionary_bytes));
        let chaining_value = chunk_digests::of_chunk(start, content);
        let (crc32, content) = match self.encoding {
            Encoding::Compressed => (crc32fast::hash(content), Compressors::chunk(dictionary, content, position)),
            Encoding::DigestOnly => (0, Vec::new()),
        };
        Ok(Part::Chunk { chaining_value, bytes: end - start, crc32, content })
    }

    fn known(&self, file: usize) -> Result<(&OldZip<'_>, &Made), ReadFailure> {
        let known = self.known[file].as_ref().zip(self.old_zip);
        let (known, old_zip) = known.ok_or(ReadFailure::DamagedCache)?;
        Ok((old_zip, known.made))
    }

    fn copy(&self, first: usize, end: usize) -> Result<Part, ReadFailure> {
        let made = (first..end).map(|file| Ok(self.known(file)?.1)).collect::<Result<Vec<_>, ReadFailure>>()?;
        let (old_zip, _) = self.known(first)?;
        let (buffer, ranges) = match span(&made) {
            Some(span) => old_zip.read_span(span, &made)?,
            None => old_zip.read_each(&made)?,
        };
        for (made, range) in made.iter().zip(&ranges) {
            check(&made.pieces, &buffer[range.clone()])?;
        }
        Ok(Part::Copied { buffer, ranges })
    }

    fn copy_piece(&self, file: usize, piece: usize) -> Result<Part, ReadFailure> {
        let (old_zip, made) = self.known(file)?;
        let before: u64 = made.pieces[..piece].iter().map(|piece| u64::from(piece.bytes)).sum();
        let piece = made.pieces[piece];
        let mut content = vec![0; length(u64::from(piece.bytes))];
        old_zip.read(made.offset + before, &mut content)?;
        check(&[piece], &content)?;
        Ok(Part::CopiedPiece { content })
    }
}

impl OldZip<'_> {
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadFailure> {
        self.file.read_exact_at(buffer, offset).map_err(|_: io::Error| ReadFailure::DamagedCache)
    }

    fn read_span(&self, span: Range<u64>, made: &[&Made]) -> Result<(Vec<u8>, Vec<Range<usize>>), ReadFailure> {
        let mut buffer = vec![0; length(span.end - span.start)];
        self.read(span.start, &mut buffer)?;
        let range = |made: &&Made| {
            let start = length(made.offset - span.start);
            start..start + length(made.compressed_bytes())
        };
        Ok((buffer, made.iter().map(range).collect()))
    }

    fn read_each(&self, made: &[&Made]) -> Result<(Vec<u8>, Vec<Range<usize>>), ReadFailure> {
        let mut buffer = vec![0; made.iter().map(|made| length(made.compressed_bytes())).sum()];
        let mut start = 0;
        let mut ranges = Vec::with_capacity(made.len());
        for made in made {
            let end = start + length(made.compressed_bytes());
            self.read(made.offset, &mut buffer[start..end])?;
            ranges.push(start..end);
            start = end;
        }
        Ok((buffer, ranges))
    }
}

/// Where the contents lie in the old zip, if that is about as much as they are.
fn span(made: &[&Made]) -> Option<Range<u64>> {
    let start = made.iter().map(|made| made.offset).min()?;
    let end = made.iter().map(|made| made.offset.saturating_add(made.compressed_bytes())).max()?;
    let bytes: u64 = made.iter().map(|made| made.compressed_bytes()).sum();
    (end - start <= bytes + made.len() as u64 * HEADER_ROOM).then_some(start..end)
}

fn check(pieces: &[Piece], mut content: &[u8]) -> Result<(), ReadFailure> {
    for piece in pieces {
        let (these, rest) =
            content.split_at_checked(length(u64::from(piece.bytes))).ok_or(ReadFailure::DamagedCache)?;
        if crc32fast::hash(these) != piece.crc32 {
            return Err(ReadFailure::DamagedCache);
        }
        content = rest;
    }
    Ok(())
}

pub(crate) fn length(bytes: u64) -> usize {
    usize::try_from(bytes).expect("a chunk fits the memory")
}

/// Only digests and judgements of whole files, of whatever size.
pub(crate) struct DigestedFiles<'run> {
    pub(crate) files: &'run [SourceFile],
}

impl Pipeline for DigestedFiles<'_> {
    type Job = usize;
    type Scratch = Vec<u8>;
    type Output = Result<(ContentDigest, Option<SecretKind>), ReadFailure>;

    fn cost(&self, _: &usize) -> u64 {
        0
    }

    fn scratch(&self) -> Vec<u8> {
        Vec::new()
    }

    fn work(&self, buffer: &mut Vec<u8>, file: &usize) -> Self::Output {
        let file = &self.files[*file];
        if file.stamp.bytes() > CHUNK_BYTES {
            return Ok((digest_large(file, buffer)?, None));
        }
        read_whole(file, buffer)?;
        Ok((*blake3::hash(buffer).as_bytes(), secrets::find(&file.path, buffer)))
    }
}

/// In steps: nobody needs the content, and no secret is looked for in a file of this size.
fn digest_large(file: &SourceFile, buffer: &mut Vec<u8>) -> Result<ContentDigest, ReadFailure> {
    const { assert!(CHUNK_BYTES >= secrets::SCAN_LIMIT) };
    let mut hasher = blake3::Hasher::new();
    let mut position = 0;
    while position < file.stamp.bytes() {
        let step = CHUNK_BYTES.min(file.stamp.bytes() - position);
        read_range(file, position, length(step), buffer)?;
        hasher.update(buffer);
        position += step;
    }
    Ok(*hasher.finalize().as_bytes())
}
