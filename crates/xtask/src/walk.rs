//! A bare walk of a tree: every folder is read, every file's metadata too, and nothing else. The least that a tool can
//! do that wants to know whether something changed.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ignore::{WalkBuilder, WalkState};

use crate::failure::Failure;
use crate::terminal::tell;

/// Walks and tells what was seen.
///
/// # Errors
/// When something cannot be read.
pub(crate) fn walk(folder: &Path, threads: usize) -> Result<(), Failure> {
    let seen = if threads > 1 { in_parallel(folder, threads)? } else { one_by_one(folder)? };
    tell(format!("{} files, {} bytes", seen.files, seen.bytes));
    Ok(())
}

/// What a tree holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Files and links.
    pub(crate) files: u64,
    /// Their sizes.
    pub(crate) bytes: u64,
}

/// One folder after the other, on one thread.
pub(crate) fn one_by_one(folder: &Path) -> Result<Seen, Failure> {
    let mut seen = Seen::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(Failure::file("reading", &folder))? {
            let entry = entry.map_err(Failure::file("reading", &folder))?;
            // Entries have no metadata on Linux until it is asked for: this is one call of lstat.
            let metadata = entry.metadata().map_err(Failure::file("looking at", &folder))?;
            if metadata.is_dir() {
                folders.push(entry.path());
            } else {
                seen.files += 1;
                seen.bytes += metadata.len();
            }
        }
    }
    Ok(seen)
}

fn in_parallel(folder: &Path, threads: usize) -> Result<Seen, Failure> {
    let (files, bytes, failure) = (AtomicU64::new(0), AtomicU64::new(0), Mutex::new(None));
    WalkBuilder::new(folder).standard_filters(false).threads(threads).build_parallel().run(|| {
        Box::new(|entry| {
            match entry.and_then(|entry| entry.metadata()) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(metadata) => {
                    files.fetch_add(1, Ordering::Relaxed);
                    bytes.fetch_add(metadata.len(), Ordering::Relaxed);
                }
                Err(error) => {
                    *failure.lock().expect("no thread panics") = Some(error.to_string());
                    return WalkState::Quit;
                }
            }
            WalkState::Continue
        })
    });
    match failure.into_inner().expect("no thread panics") {
        Some(message) => Err(Failure::Unexpected(format!("walking {}: {message}", folder.display()))),
        None => Ok(Seen { files: files.into_inner(), bytes: bytes.into_inner() }),
    }
}

#[cfg(test)]
mod tests {
    use super::{in_parallel, one_by_one};

    #[test]
    fn both_walks_see_the_same() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        std::fs::write(folder.path().join("a/b/c"), "four").unwrap();
        std::fs::write(folder.path().join(".hidden"), "six by").unwrap();
        let seen = one_by_one(folder.path()).unwrap();
        assert_eq!((seen.files, seen.bytes), (2, 10));
        assert_eq!(in_parallel(folder.path(), 2).unwrap(), seen);
    }
}
