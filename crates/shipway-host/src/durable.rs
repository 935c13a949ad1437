//! Files that are there whole or not at all, also after a kill or a power cut.
//!
//! A file is written under a temporary name in its own folder, flushed, and then given its name in one step; then
//! the folder is flushed. What a kill leaves behind is a temporary file, which every reader ignores and
//! [`sweep`] removes when it is old. What the bytes mean is the caller's business.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use tempfile::NamedTempFile;

const TEMPORARY_PREFIX: &str = ".shipway-";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// How old a temporary file must be before its writer is taken for dead.
const ABANDONED_AFTER: Duration = Duration::from_hours(1);

/// What is younger stays, however much there is.
const OLD_AFTER: Duration = Duration::from_hours(7 * 24);

/// What became of giving a file its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placed {
    /// It has the name.
    New,
    /// Another file had the name already and keeps it.
    Taken,
}

/// A file that could not be given its name.
#[derive(Debug)]
pub(crate) enum PlaceError {
    /// Nothing happened.
    NotPlaced(io::Error),
    /// It has the name, but the folder could not be flushed: a power cut may take it away again.
    NotFlushed(io::Error),
}

/// A new temporary file in `folder`, readable as the umask says. Removed when dropped.
pub(crate) fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .suffix(TEMPORARY_SUFFIX)
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
}

/// Whether a name is one that [`temporary_in`] gives.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX))
}

/// Gives `temporary` the name `destination`, unless that is taken.
pub(crate) fn place_new(temporary: NamedTempFile, destination: &Path) -> Result<Placed, PlaceError> {
    temporary.as_file().sync_all().map_err(PlaceError::NotPlaced)?;
    match temporary.persist_noclobber(destination) {
        Ok(_) => flush_folder_of(destination).map_err(PlaceError::NotFlushed).map(|()| Placed::New),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Placed::Taken),
        Err(error) => Err(PlaceError::NotPlaced(error.error)),
    }
}

/// Gives `temporary` the name `destination`, in place of what has it.
pub(crate) fn place_over(temporary: NamedTempFile, destination: &Path) -> Result<(), PlaceError> {
    temporary.as_file().sync_all().map_err(PlaceError::NotPlaced)?;
    temporary.persist(destination).map_err(|error| PlaceError::NotPlaced(error.error))?;
    flush_folder_of(destination).map_err(PlaceError::NotFlushed)
}

/// Makes a folder and those above it, each flushed into its parent.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folder(parent)?;
    }
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
        result => result?,
    }
    flush_folder_of(folder)
}

/// Removes temporary files of writers that must be dead. Best effort: what cannot be removed stays and harms nobody.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| is_temporary(&entry.file_name())) {
        sweep_file(&entry.path());
    }
}

/// [`sweep`] for one temporary file.
pub(crate) fn sweep_file(path: &Path) {
    let modified = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    if age.is_some_and(|age| age > ABANDONED_AFTER)
        && let Err(error) = fs::remove_file(path)
    {
        tracing::debug!(path = %path.display(), %error, "an abandoned temporary file stays");
    }
}

/// Removes files of a folder until all of them are at most `most_bytes`: what was written first goes first. Nothing that is
/// younger than a week goes, since somebody may be about to use it. Best effort, as [`sweep`].
pub(crate) fn keep_below(folder: &Path, most_bytes: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let described = entries.flatten().filter_map(|entry| {
        let metadata = entry.metadata().ok().filter(Metadata::is_file)?;
        Some((metadata.modified().ok()?, metadata.len(), entry.path()))
    });
    let mut files: Vec<_> = described.collect();
    let mut bytes: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    files.sort();
    for (modified, size, path) in files {
        let is_old = modified.elapsed().is_ok_and(|age| age > OLD_AFTER);
        if bytes <= most_bytes || !is_old {
            return;
        }
        match fs::remove_file(&path) {
            Ok(()) => bytes -= size,
            Err(error) => tracing::debug!(path = %path.display(), %error, "an old file stays"),
        }
    }
}

fn flush_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use std::fs::FileTimes;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn only_old_temporary_files_are_swept() {
        let folder = tempfile::tempdir().unwrap();
        let (_, young) = temporary_in(folder.path()).unwrap().keep().unwrap();
        let (file, old) = temporary_in(folder.path()).unwrap().keep().unwrap();
        let yesterday = SystemTime::now() - Duration::from_hours(24);
        file.set_times(FileTimes::new().set_modified(yesterday)).unwrap();
        sweep(folder.path());
        assert!(young.exists());
        assert!(!old.exists());
    }

    #[test]
    fn what_is_oldest_goes_first_and_what_is_young_never() {
        let folder = tempfile::tempdir().unwrap();
        for (name, days) in [("oldest", 30), ("older", 20), ("old", 10), ("young", 1)] {
            let path = folder.path().join(name);
            fs::write(&path, [0; 100]).unwrap();
            let time = SystemTime::now() - Duration::from_hours(24 * days);
            File::options().append(true).open(&path).unwrap().set_modified(time).unwrap();
        }
        let left = |most_bytes: u64| {
            keep_below(folder.path(), most_bytes);
            ["oldest", "older", "old", "young"].map(|name| folder.path().join(name).exists())
        };
        assert_eq!(left(400), [true; 4]);
        assert_eq!(left(250), [false, false, true, true]);
        assert_eq!(left(0), [false, false, false, true]);
    }

    #[test]
    fn a_name_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let destination = folder.path().join("name");
        assert_eq!(place_new(temporary_in(folder.path()).unwrap(), &destination).unwrap(), Placed::New);
        assert_eq!(place_new(temporary_in(folder.path()).unwrap(), &destination).unwrap(), Placed::Taken);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
