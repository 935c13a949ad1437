//! Writes a zip to a file and computes its SHA-256 on the way, in bounded memory.
//!
//! It knows headers and bytes; it neither reads a tree nor compresses. The zip comes into being beside its final path and takes
//! its place whole, by a rename, so that nobody ever sees half of one. It is not synced to disk: whoever keeps it does that.

use std::io::{self, Seek, SeekFrom, Write};
use std::num::NonZeroUsize;
use std::os::unix::fs::FileExt;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::digest::ZipSha256;
use crate::entry::EntryMode;
use crate::hash_stream::HashStream;
use crate::zip_format::{Header, Method, write_end};

/// How much is gathered before it is written and hashed.
const BUFFER_BYTES: usize = 1 << 20;

/// A zip that is being written. Dropped without [`ZipWriter::finish`], it leaves nothing behind.
pub(crate) struct ZipWriter {
    file: NamedTempFile,
    buffer: Vec<u8>,
    sha256: HashStream,
    /// Bytes given to the file so far, the buffer not counted.
    written: u64,
    directory: Vec<u8>,
    entries: u16,
    open: Option<OpenEntry>,
}

/// An entry whose size and checksum are not known yet: it is hashed when they are.
struct OpenEntry {
    offset: u64,
    header_bytes: usize,
}

impl ZipWriter {
    /// Creates the temporary file in a folder, the one in which the zip will be.
    pub(crate) fn create(folder: &Path, threads: NonZeroUsize) -> io::Result<Self> {
        let file = tempfile::Builder::new().prefix(".shipway-").suffix(".zip.part").tempfile_in(folder)?;
        Ok(Self {
            file,
            buffer: Vec::with_capacity(2 * BUFFER_BYTES),
            sha256: HashStream::new(threads),
            written: 0,
            directory: Vec::new(),
            entries: 0,
            open: None,
        })
    }

    /// Adds an entry that is known whole; where its content begins.
    pub(crate) fn add(&mut self, header: &Header<'_>, content: &[u8]) -> io::Result<u64> {
        let offset = self.announce(header)?;
        self.piece(content)?;
        Ok(offset)
    }

    /// Adds an entry of which all is known, its content to follow in pieces; where that begins.
    pub(crate) fn announce(&mut self, header: &Header<'_>) -> io::Result<u64> {
        let offset = self.position();
        header.write_local(&mut self.buffer);
        self.record(header, offset)?;
        Ok(self.position())
    }

    /// Adds a piece of the entry that was announced.
    pub(crate) fn piece(&mut self, content: &[u8]) -> io::Result<()> {
        for part in content.chunks(BUFFER_BYTES) {
            self.buffer.extend_from_slice(part);
            if self.buffer.len() >= BUFFER_BYTES {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn position(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Begins an entry whose content comes in parts.
    pub(crate) fn begin(&mut self, path: &str) -> io::Result<()> {
        self.flush()?;
        let empty = Header {
            path,
            mode: EntryMode::REGULAR,
            method: Method::Deflated,
            crc32: 0,
            compressed_bytes: 0,
            bytes: 0,
        };
        let mut placeholder = Vec::new();
        empty.write_local(&mut placeholder);
        self.open = Some(OpenEntry { offset: self.written, header_bytes: placeholder.len() });
        self.write(&placeholder)
    }

    /// Adds a part of the entry that was begun.
    pub(crate) fn part(&mut self, content: &[u8]) -> io::Result<()> {
        self.write(content)
    }

    /// Ends the entry that was begun: puts its header into the place kept for it, then hashes all of it; where its content
    /// begins.
    ///
    /// Reading it back costs less than what the alternatives would: a data descriptor, which some readers of streams refuse, or
    /// holding the whole entry in memory.
    pub(crate) fn end(&mut self, header: &Header<'_>) -> io::Result<u64> {
        let Some(open) = self.open.take() else {
            return Err(io::Error::other("no entry was begun"));
        };
        let mut local = Vec::with_capacity(open.header_bytes);
        header.write_local(&mut local);
        if local.len() != open.header_bytes {
            return Err(io::Error::other("the entry that ends is not the one that was begun"));
        }
        self.file.as_file().write_all_at(&local, open.offset)?;
        self.hash_back(open.offset)?;
        self.record(header, open.offset)?;
        Ok(open.offset + open.header_bytes as u64)
    }

    /// The bytes of the zip so far.
    fn hash_back(&mut self, from: u64) -> io::Result<()> {
        let mut position = from;
        while position < self.written {
            let step = usize::try_from(self.written - position).unwrap_or(BUFFER_BYTES).min(BUFFER_BYTES);
            self.buffer.resize(step, 0);
            self.file.as_file().read_exact_at(&mut self.buffer, position)?;
            self.sha256.take(&mut self.buffer);
            position += step as u64;
        }
        Ok(())
    }

    fn record(&mut self, header: &Header<'_>, offset: u64) -> io::Result<()> {
        header.write_central(narrow(offset)?, &mut self.directory);
        self.entries = self.entries.checked_add(1).ok_or_else(too_large)?;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.sha256.take(&mut self.buffer);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Writes the central directory, puts the zip at `output`, and returns its digest and size in bytes.
    pub(crate) fn finish(mut self, output: &Path) -> io::Result<(ZipSha256, u64)> {
        self.flush()?;
        let directory_offset = narrow(self.written)?;
        self.buffer = std::mem::take(&mut self.directory);
        let directory_bytes = narrow(self.buffer.len() as u64)?;
        write_end(self.entries, directory_bytes, directory_offset, &mut self.buffer);
        self.flush()?;
        debug_assert_eq!(self.file.seek(SeekFrom::End(0)).ok(), Some(self.written));
        self.file.persist(output).map_err(|error| error.error)?;
        Ok((ZipSha256(self.sha256.finish()), self.written))
    }
}

/// Sizes and offsets of a zip without Zip64 have 32 bits; the limit on what goes in keeps them far below.
fn narrow(value: u64) -> io::Result<u32> {
    u32::try_from(value).map_err(|_| too_large())
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "too large for a zip without Zip64")
}
