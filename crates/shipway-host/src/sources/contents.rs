//! Kind and digest of each selected file: known from an earlier look, or read by a few threads.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use shipway_core::build::{FileKind, SourceFile};
use shipway_core::digest::ContentDigest;
use shipway_engine::ports::BuildFailure;
use shipway_package::Stamp;

use super::content_cache::ContentCache;
use crate::failure;

/// Fewer files than this are not worth another thread.
const FILES_PER_THREAD: usize = 64;

/// Files that are read whole up to this size, in bytes; larger ones in pieces.
const WHOLE: u64 = 1 << 20;

type Found = (String, SourceFile);

/// Looks at each of `paths` below `project`; where a stamp is given, it was taken for this look. Those that are gone
/// (deleted, but not yet from git) are left out.
pub(super) fn read(
    project: &Path,
    paths: BTreeMap<String, Option<Stamp>>,
    cache: Option<&ContentCache>,
) -> Result<BTreeMap<String, SourceFile>, BuildFailure> {
    let (known, paths) = match cache {
        Some(cache) => cache.find_all(paths),
        None => (Vec::new(), paths.into_keys().collect()),
    };
    let mut files: BTreeMap<String, SourceFile> = known.into_iter().collect();
    files.extend(read_all(project, &paths, cache)?);
    Ok(files)
}

fn read_all(project: &Path, paths: &[String], cache: Option<&ContentCache>) -> Result<Vec<Found>, BuildFailure> {
    let useful = paths.len().div_ceil(FILES_PER_THREAD);
    // Asking how many cores there are reads four files: not for each of a thousand functions.
    let threads = if useful > 1 { std::thread::available_parallelism().map_or(1, usize::from).min(useful) } else { 1 };
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<Found>, BuildFailure> {
        let mut found = Vec::new();
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(read_one(project, path, cache)?.map(|file| (path.clone(), file)));
        }
        Ok(found)
    };
    if threads == 1 {
        return work();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut files = Vec::new();
        for worker in workers {
            files.extend(worker.join().unwrap_or_else(|_| Err(failure::broken_off(&"a thread panicked")))?);
        }
        Ok(files)
    })
}

/// One file, unless it is gone.
pub(super) fn read_one(
    project: &Path,
    name: &str,
    cache: Option<&ContentCache>,
) -> Result<Option<SourceFile>, BuildFailure> {
    match describe(&project.join(name), name, cache) {
        Ok(Some(file)) => Ok(Some(file)),
        // A folder where git remembers a file: what is in it was listed by itself.
        Ok(None) => Ok(None),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(failure::input(format!("cannot read `{name}`: {error}"), &[])),
    }
}

fn describe(path: &Path, name: &str, cache: Option<&ContentCache>) -> io::Result<Option<SourceFile>> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() {
        return Ok(None);
    }
    let stamp = Stamp::of(&metadata);
    if let Some(known) = cache.and_then(|cache| cache.find(name, &stamp)) {
        return Ok(Some(known));
    }
    let file = read_file(path, &metadata)?;
    if let Some(cache) = cache {
        cache.note(name, stamp, file);
    }
    Ok(Some(file))
}

fn read_file(path: &Path, metadata: &Metadata) -> io::Result<SourceFile> {
    if metadata.is_symlink() {
        let text = fs::read_link(path)?;
        return Ok(SourceFile { kind: FileKind::Link, content: ContentDigest::of(text.as_os_str().as_bytes()) });
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is neither a file, a folder nor a link"));
    }
    // The bit that git keeps.
    let executable = metadata.permissions().mode() & 0o100 != 0;
    let kind = if executable { FileKind::Executable } else { FileKind::Plain };
    let content = if metadata.len() <= WHOLE {
        ContentDigest::of(&fs::read(path)?)
    } else {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(fs::File::open(path)?)?;
        ContentDigest(*hasher.finalize().as_bytes())
    };
    Ok(SourceFile { kind, content })
}
