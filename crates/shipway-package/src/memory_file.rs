//! Memories on disk: what was found out before, kept so that it need not be found out again.
//!
//! A memory may be lost at any time, and is never the only place of anything. One that is damaged, cut off, or of another
//! version is the same as none. It takes its place whole, by a rename, so that processes that write it at the same time
//! leave one of theirs, and it is not synced: what a power cut leaves is noticed by the checksum (CRC-32, which notices
//! every single damaged byte for certain).
//!
//! ```text
//! 8 bytes   the kind of memory      4 bytes   its version      4 bytes   CRC-32 of what follows      the rest   content
//! ```

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::stamp::{Moment, STAMP_BYTES, Stamp};

const HEAD_BYTES: usize = 16;
/// No memory is larger: a file that is was not written here.
const LARGEST: u64 = 1 << 30;

/// What a memory holds, and how.
#[derive(Debug, Clone, Copy)]
pub struct MemoryKind {
    /// Tells kinds apart.
    pub name: [u8; 8],
    /// Counts up when the content's form changes. There is no reading of another version: it is written anew.
    pub version: u32,
}

/// A memory that will be written. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct MemoryDraft {
    file: NamedTempFile,
    moment: Moment,
}

/// The content of a memory, if there is a sound one of this kind and version.
pub fn recall(path: &Path, kind: MemoryKind) -> Option<Vec<u8>> {
    if fs::metadata(path).ok()?.len() > LARGEST {
        return None;
    }
    let mut bytes = fs::read(path).ok()?;
    let head = head(kind, bytes.get(HEAD_BYTES..)?);
    if bytes[..HEAD_BYTES] != head {
        return None;
    }
    bytes.drain(..HEAD_BYTES);
    Some(bytes)
}

fn head(kind: MemoryKind, content: &[u8]) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    head[..8].copy_from_slice(&kind.name);
    head[8..12].copy_from_slice(&kind.version.to_le_bytes());
    head[12..].copy_from_slice(&crc32fast::hash(content).to_le_bytes());
    head
}

impl MemoryDraft {
    /// Begins a memory in `folder`, before anything is read that it will tell of: see [`Stamp::is_settled`].
    pub fn begin(folder: &Path) -> io::Result<Self> {
        let file = tempfile::Builder::new().prefix(".shipway-").suffix(".tmp").tempfile_in(folder)?;
        let moment = Moment::of(&file.as_file().metadata()?);
        Ok(Self { file, moment })
    }

    /// When it was begun.
    pub fn moment(&self) -> &Moment {
        &self.moment
    }

    /// Writes it, in place of what is at `path`, which is in the folder that was given.
    pub fn keep(mut self, path: &Path, kind: MemoryKind, content: &[u8]) -> io::Result<()> {
        self.file.write_all(&head(kind, content))?;
        self.file.write_all(content)?;
        self.file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Puts a memory's content together.
#[derive(Debug, Default)]
pub struct MemoryWriter(Vec<u8>);

impl MemoryWriter {
    pub fn number(&mut self, value: u64) {
        // LEB128: most numbers are small.
        let mut rest = value;
        while rest >= 0x80 {
            self.0.push(rest.to_le_bytes()[0] | 0x80);
            rest >>= 7;
        }
        self.0.push(rest.to_le_bytes()[0]);
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub fn digest(&mut self, digest: &[u8; 32]) {
        self.0.extend_from_slice(digest);
    }

    pub fn stamp(&mut self, stamp: &Stamp) {
        self.0.extend_from_slice(&stamp.to_bytes());
    }

    pub fn content(&self) -> &[u8] {
        &self.0
    }
}

/// Takes a memory's content apart. `None` where it ends too early or makes no sense.
#[derive(Debug)]
pub struct MemoryReader<'content>(&'content [u8]);

impl<'content> MemoryReader<'content> {
    pub fn new(content: &'content [u8]) -> Self {
        Self(content)
    }

    fn take(&mut self, length: usize) -> Option<&'content [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A number that fits its type.
    pub fn narrow<N: TryFrom<u64>>(&mut self) -> Option<N> {
        self.number()?.try_into().ok()
    }

    pub fn bytes(&mut self) -> Option<&'content [u8]> {
        let length = self.narrow()?;
        self.take(length)
    }

    pub fn text(&mut self) -> Option<&'content str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub fn digest(&mut self) -> Option<[u8; 32]> {
        self.take(32)?.try_into().ok()
    }

    pub fn stamp(&mut self) -> Option<Stamp> {
        let bytes: &[u8; STAMP_BYTES] = self.take(STAMP_BYTES)?.try_into().ok()?;
        Some(Stamp::from_bytes(bytes))
    }

    /// Whether all was read.
    pub fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: MemoryKind = MemoryKind { name: *b"swtest\0\0", version: 3 };

    #[test]
    fn a_memory_comes_back_and_a_damaged_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory");
        assert_eq!(recall(&path, KIND), None);
        let content = b"what was found out".as_slice();
        MemoryDraft::begin(folder.path()).unwrap().keep(&path, KIND, content).unwrap();
        assert_eq!(recall(&path, KIND).as_deref(), Some(content));
        assert_eq!(recall(&path, MemoryKind { version: 4, ..KIND }), None);
        assert_eq!(recall(&path, MemoryKind { name: *b"swother\0", ..KIND }), None);
        let sound = fs::read(&path).unwrap();
        for at in 0..sound.len() {
            let mut damaged = sound.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, &damaged).unwrap();
            assert_eq!(recall(&path, KIND), None, "byte {at}");
            fs::write(&path, &sound[..at]).unwrap();
            assert_eq!(recall(&path, KIND), None, "cut off at {at}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "drafts leave nothing behind");
    }

    #[test]
    fn what_is_written_is_read() {
        let mut writer = MemoryWriter::default();
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX];
        numbers.iter().for_each(|number| writer.number(*number));
        writer.bytes(b"text");
        writer.digest(&[7; 32]);
        let mut reader = MemoryReader::new(writer.content());
        assert_eq!(numbers.map(|_| reader.number().unwrap()), numbers);
        assert_eq!((reader.text(), reader.digest()), (Some("text"), Some([7; 32])));
        assert!(reader.is_at_end() && reader.number().is_none());
        assert_eq!(MemoryReader::new(&[5, 1]).bytes(), None, "longer than what is there");
    }
}
