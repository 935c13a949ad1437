//! What is remembered of a package: what each file was when it was read, and where its compressed content lies in the zip.
//!
//! The zip that was made *is* the cache of compressed entries; this is the index to it. An entry is used again for the same
//! content (BLAKE3) under the same [`PACKAGE_FORMAT`](crate::PACKAGE_FORMAT), whatever its path. Nothing here is believed
//! without a check: a file by its [`Stamp`], a compressed content by the CRC-32 of its pieces, the whole zip by its stamp or
//! its SHA-256.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::digest::{ContentDigest, PackageDigest, ZipSha256};
use crate::memory_file::{MemoryKind, MemoryReader, MemoryWriter, recall};
use crate::secrets::{SECRET_RULES, SecretKind};
use crate::source::SourceFile;
use crate::stamp::Stamp;
use crate::zip_format::{Method, PACKAGE_FORMAT};

/// Another [`PACKAGE_FORMAT`], other rules for secrets, or another form of this memory: what was remembered is of no use.
const KIND: MemoryKind =
    MemoryKind { name: *b"swpackag", version: (PACKAGE_FORMAT << 16) | (SECRET_RULES << 8) | FORM };
const FORM: u32 = 1;

/// A run of an entry's compressed content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) bytes: u32,
    /// Of the compressed bytes.
    pub(crate) crc32: u32,
}

/// Pieces of this size, in bytes, where the content was not compressed in pieces anyway.
pub(crate) const PIECE_BYTES: usize = 1 << 20;

impl Piece {
    /// The pieces of a compressed content.
    pub(crate) fn all(content: &[u8]) -> Vec<Self> {
        content.chunks(PIECE_BYTES).map(Self::of).collect()
    }

    /// One piece; at most 4 GiB, as all in a zip without Zip64.
    pub(crate) fn of(content: &[u8]) -> Self {
        let bytes = u32::try_from(content.len()).expect("an entry has at most 250 MB");
        Self { bytes, crc32: crc32fast::hash(content) }
    }
}

/// What was made of a file's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) content: ContentDigest,
    /// Depends on the path too.
    pub(crate) secret: Option<SecretKind>,
    pub(crate) method: Method,
    /// Of the content as it was.
    pub(crate) crc32: u32,
    /// Where the compressed content begins in the zip.
    pub(crate) offset: u64,
    pub(crate) pieces: Vec<Piece>,
}

impl Made {
    pub(crate) fn compressed_bytes(&self) -> u64 {
        self.pieces.iter().map(|piece| u64::from(piece.bytes)).sum()
    }
}

/// One file of the package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RememberedEntry {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// `None` if the file was not still for long enough.
    pub(crate) stamp: Option<Stamp>,
    pub(crate) made: Made,
}

/// A zip that was made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RememberedZip {
    pub(crate) path: PathBuf,
    pub(crate) sha256: ZipSha256,
    pub(crate) bytes: u64,
    /// `None` if only reading all of it tells whether it is still what it was.
    pub(crate) stamp: Option<Stamp>,
}

/// A package that was made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PackageMemory {
    pub(crate) zip: RememberedZip,
    pub(crate) package_digest: PackageDigest,
    /// In the byte order of their paths.
    pub(crate) entries: Vec<RememberedEntry>,
}

impl PackageMemory {
    pub(crate) const KIND: MemoryKind = KIND;

    pub(crate) fn recall(path: &Path) -> Option<Self> {
        let content = recall(path, KIND)?;
        let mut reader = MemoryReader::new(&content);
        let memory = read(&mut reader)?;
        let sorted = memory.entries.is_sorted_by(|left, right| left.path < right.path);
        (reader.is_at_end() && sorted).then_some(memory)
    }

    pub(crate) fn content(&self) -> MemoryWriter {
        let mut writer = MemoryWriter::default();
        writer.bytes(self.zip.path.as_os_str().as_bytes());
        writer.digest(&self.zip.sha256.0);
        writer.number(self.zip.bytes);
        write_stamp(&mut writer, self.zip.stamp.as_ref());
        writer.digest(&self.package_digest.0);
        writer.number(self.entries.len() as u64);
        for entry in &self.entries {
            write_entry(&mut writer, entry);
        }
        writer
    }

    /// For each of `files`, the entry of the same path, if the file is still the one that was read then.
    pub(crate) fn unchanged<'memory>(&'memory self, files: &[SourceFile]) -> Vec<Option<&'memory RememberedEntry>> {
        self.of_same_path(files, |file, entry| entry.stamp == Some(file.stamp))
    }

    /// For each of `files`, whether there is an entry of the same path and size: its content may well be the same.
    pub(crate) fn alike(&self, files: &[SourceFile]) -> Vec<bool> {
        let alike = self.of_same_path(files, |file, entry| entry.bytes == file.stamp.bytes());
        alike.into_iter().map(|entry| entry.is_some()).collect()
    }

    /// Both are sorted, so one pass does.
    fn of_same_path(
        &self,
        files: &[SourceFile],
        is_wanted: impl Fn(&SourceFile, &RememberedEntry) -> bool,
    ) -> Vec<Option<&RememberedEntry>> {
        let mut entries = self.entries.iter().peekable();
        let find = |file: &SourceFile| {
            while entries.next_if(|entry| entry.path < file.path).is_some() {}
            entries.next_if(|entry| entry.path == file.path).filter(|entry| is_wanted(file, entry))
        };
        files.iter().map(find).collect()
    }

    /// The entries by what is in them.
    pub(crate) fn by_content(&self) -> HashMap<&ContentDigest, &RememberedEntry> {
        self.entries.iter().map(|entry| (&entry.made.content, entry)).collect()
    }
}

fn write_stamp(writer: &mut MemoryWriter, stamp: Option<&Stamp>) {
    writer.number(u64::from(stamp.is_some()));
    if let Some(stamp) = stamp {
        writer.stamp(stamp);
    }
}

fn read_stamp(reader: &mut MemoryReader<'_>) -> Option<Option<Stamp>> {
    match reader.number()? {
        0 => Some(None),
        1 => reader.stamp().map(Some),
        _ => None,
    }
}

fn write_entry(writer: &mut MemoryWriter, entry: &RememberedEntry) {
    let Made { content, secret, method, crc32, offset, pieces } = &entry.made;
    writer.bytes(entry.path.as_bytes());
    writer.number(entry.bytes);
    write_stamp(writer, entry.stamp.as_ref());
    writer.digest(content);
    writer.number(secret.map_or(0, SecretKind::number));
    writer.number(u64::from(method.code()));
    writer.number(u64::from(*crc32));
    writer.number(*offset);
    writer.number(pieces.len() as u64);
    for piece in pieces {
        writer.number(u64::from(piece.bytes));
        writer.number(u64::from(piece.crc32));
    }
}

fn read(reader: &mut MemoryReader<'_>) -> Option<PackageMemory> {
    let path = PathBuf::from(OsStr::from_bytes(reader.bytes()?));
    let zip = RememberedZip {
        path,
        sha256: ZipSha256(reader.digest()?),
        bytes: reader.number()?,
        stamp: read_stamp(reader)?,
    };
    let package_digest = PackageDigest(reader.digest()?);
    let entries = (0..reader.number()?).map(|_| read_entry(reader)).collect::<Option<_>>()?;
    Some(PackageMemory { zip, package_digest, entries })
}

fn read_entry(reader: &mut MemoryReader<'_>) -> Option<RememberedEntry> {
    let path = reader.text()?.to_owned();
    let bytes = reader.number()?;
    let stamp = read_stamp(reader)?;
    let content = reader.digest()?;
    let secret = match reader.number()? {
        0 => None,
        number => Some(SecretKind::of_number(number)?),
    };
    let method = Method::of_code(reader.narrow()?)?;
    let (crc32, offset) = (reader.narrow()?, reader.number()?);
    let pieces = (0..reader.number()?).map(|_| Some(Piece { bytes: reader.narrow()?, crc32: reader.narrow()? }));
    let pieces = pieces.collect::<Option<_>>()?;
    Some(RememberedEntry { path, bytes, stamp, made: Made { content, secret, method, crc32, offset, pieces } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory_file::MemoryDraft;

    #[test]
    fn a_package_is_remembered_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = Stamp::of(&std::fs::metadata(folder.path()).unwrap());
        let entry = |path: &str, stamp, secret| RememberedEntry {
            path: path.to_owned(),
            bytes: 1 << 21,
            stamp,
            made: Made {
                content: [3; 32],
                secret,
                method: Method::Deflated,
                crc32: u32::MAX,
                offset: 31,
                pieces: Piece::all(&vec![1; PIECE_BYTES + 1]),
            },
        };
        let memory = PackageMemory {
            zip: RememberedZip {
                path: PathBuf::from("/a/b.zip"),
                sha256: ZipSha256([1; 32]),
                bytes: 9,
                stamp: Some(stamp),
            },
            package_digest: PackageDigest([2; 32]),
            entries: vec![entry("a", Some(stamp), None), entry("é/b", None, Some(SecretKind::Logins))],
        };
        let path = folder.path().join("memory");
        let keep = |memory: &PackageMemory| {
            let draft = MemoryDraft::begin(folder.path()).unwrap();
            draft.keep(&path, KIND, memory.content().content()).unwrap();
        };
        keep(&memory);
        assert_eq!(PackageMemory::recall(&path).as_ref(), Some(&memory));
        let unsorted = PackageMemory { entries: vec![entry("b", None, None), entry("a", None, None)], ..memory };
        keep(&unsorted);
        assert_eq!(PackageMemory::recall(&path), None);
    }
}
