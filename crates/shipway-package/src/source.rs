//! Reads the files of a tree, and notices when one is not the one that the survey saw.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use crate::dependencies::Place;
use crate::entry::EntryMode;
use crate::stamp::Stamp;

/// A file that goes into a package.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// Its name in the package.
    pub(crate) path: String,
    /// Where to read it: elsewhere than `path` says if a link led to it.
    pub(crate) location: PathBuf,
    pub(crate) mode: EntryMode,
    pub(crate) place: Place,
    pub(crate) stamp: Stamp,
}

/// Why a file's content cannot be had.
#[derive(Debug)]
pub(crate) enum ReadFailure {
    Unreadable(io::Error),
    /// It is not what the survey saw.
    Changed,
    /// What was kept of it from an earlier package is damaged or gone.
    DamagedCache,
}

impl From<io::Error> for ReadFailure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof => Self::Changed,
            _ => Self::Unreadable(error),
        }
    }
}

/// Replaces the buffer's content by the file's.
pub(crate) fn read_whole(file: &SourceFile, buffer: &mut Vec<u8>) -> Result<(), ReadFailure> {
    let mut opened = File::open(&file.location)?;
    buffer.clear();
    let expected = usize::try_from(file.stamp.bytes()).map_err(|_| ReadFailure::Changed)?;
    buffer.resize(expected, 0);
    opened.read_exact(buffer)?;
    unchanged(file, &opened)
}

/// Replaces the buffer's content by `bytes` bytes of the file, from `offset`.
pub(crate) fn read_range(
    file: &SourceFile,
    offset: u64,
    bytes: usize,
    buffer: &mut Vec<u8>,
) -> Result<(), ReadFailure> {
    let opened = File::open(&file.location)?;
    buffer.clear();
    buffer.resize(bytes, 0);
    opened.read_exact_at(buffer, offset)?;
    unchanged(file, &opened)
}

/// Asked after reading, so that a write during the reading shows; the size tells of bytes added behind what was read.
///
/// The time of change does not count here: a package manager may link the file elsewhere meanwhile.
fn unchanged(file: &SourceFile, opened: &File) -> Result<(), ReadFailure> {
    let is_same = Stamp::of(&opened.metadata()?).is_same_content(&file.stamp);
    if is_same { Ok(()) } else { Err(ReadFailure::Changed) }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn listed(path: &Path) -> SourceFile {
        SourceFile {
            path: "a.txt".to_owned(),
            location: path.to_owned(),
            mode: EntryMode::REGULAR,
            place: Place::Own,
            stamp: Stamp::of(&fs::metadata(path).unwrap()),
        }
    }

    fn is_changed(file: &SourceFile) -> bool {
        let whole = read_whole(file, &mut Vec::new());
        let range = read_range(file, 1, 2, &mut Vec::new());
        assert_eq!(whole.is_err(), range.is_err());
        matches!(whole, Err(ReadFailure::Changed))
    }

    #[test]
    fn every_kind_of_change_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "hello").unwrap();
        let file = listed(&path);
        assert!(!is_changed(&file));

        fs::write(&path, "hello, longer").unwrap();
        assert!(is_changed(&file), "longer");
        let file = listed(&path);
        fs::write(&path, "hel").unwrap();
        assert!(is_changed(&file), "shorter");
        let file = listed(&path);
        let earlier = fs::metadata(&path).unwrap().modified().unwrap() - std::time::Duration::from_secs(5);
        fs::write(&path, "HEL").unwrap();
        File::options().append(true).open(&path).unwrap().set_modified(earlier).unwrap();
        assert!(is_changed(&file), "of the same size");
        let file = listed(&path);
        fs::rename(&path, folder.path().join("b.txt")).unwrap();
        assert!(is_changed(&file), "gone");
    }
}
