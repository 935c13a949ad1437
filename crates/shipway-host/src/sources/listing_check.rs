//! Looks whether a remembered listing still holds, with one `stat` for each folder and file that matters and no other call.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, Stat, openat, statat};
use rustix::io::Errno;
use shipway_package::{Moment, Stamp, StampFields};

use super::listing_memory::{Input, ListingMemory, RULE_FILES, Relevance, Watched};

/// Fewer folders than this are not worth another thread.
const FOLDERS_PER_THREAD: usize = 64;

/// What was found where a listing still holds.
#[derive(Debug)]
pub(super) struct Checked {
    /// For each folder of the memory whose files matter, the stamps of those; `None` for one that is gone.
    pub(super) stamps: BTreeMap<usize, Vec<Option<Stamp>>>,
    /// Folders of the memory that hold the same names as before, and whose files were not asked about.
    pub(super) by_name: Vec<usize>,
    /// New stamps of folders that hold the same names as before.
    pub(super) refreshed: Vec<(usize, Stamp)>,
}

/// The listing may be another one, or cannot be looked at: git has to be asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stale;

/// Checks what matters for `prefixes` of a project. New stamps of folders are only told where `moment` lets them.
pub(super) fn check(
    project: &Path,
    memory: &ListingMemory,
    prefixes: &[String],
    moment: &Moment,
) -> Result<Checked, Stale> {
    check_inputs(&memory.inputs)?;
    let mut relevant: BTreeMap<usize, Relevance> = BTreeMap::new();
    for (index, relevance) in prefixes.iter().flat_map(|prefix| memory.relevant(prefix)) {
        let known = relevant.entry(index).or_insert(relevance);
        *known = (*known).max(relevance);
    }
    let jobs: Vec<(usize, Relevance)> = relevant.into_iter().collect();
    let looked = look_at_all(project, memory, &jobs, moment)?;
    let mut checked = Checked { stamps: BTreeMap::new(), by_name: Vec::new(), refreshed: Vec::new() };
    for Looked { index, stamps, refreshed } in looked {
        match stamps {
            Some(stamps) => drop(checked.stamps.insert(index, stamps)),
            None => checked.by_name.push(index),
        }
        checked.refreshed.extend(refreshed.map(|stamp| (index, stamp)));
    }
    Ok(checked)
}

/// Whether git's own files and settings are what they were.
pub(super) fn check_inputs(inputs: &[Input]) -> Result<(), Stale> {
    let is_same = |input: &Input| input_stamp(&input.path) == Ok(input.stamp);
    if inputs.iter().all(is_same) { Ok(()) } else { Err(Stale) }
}

/// The stamp of what a path leads to; links are followed, as settings often are links.
pub(super) fn input_stamp(path: &Path) -> Result<Option<Stamp>, Stale> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(Stamp::of(&metadata))),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(_) => Err(Stale),
    }
}

/// What was found in one folder.
struct Looked {
    index: usize,
    stamps: Option<Vec<Option<Stamp>>>,
    refreshed: Option<Stamp>,
}

fn look_at_all(
    project: &Path,
    memory: &ListingMemory,
    jobs: &[(usize, Relevance)],
    moment: &Moment,
) -> Result<Vec<Looked>, Stale> {
    let available = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = available.min(jobs.len().div_ceil(FOLDERS_PER_THREAD)).max(1);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some((index, relevance)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            match look_at(project, memory, *index, *relevance, moment) {
                Ok(looked) => found.push(looked),
                Err(Stale) => {
                    next.store(jobs.len(), Ordering::Relaxed);
                    return Err(Stale);
                }
            }
        }
        Ok(found)
    };
    if threads == 1 {
        return work();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::with_capacity(jobs.len());
        for worker in workers {
            all.extend(worker.join().unwrap_or(Err(Stale))?);
        }
        Ok(all)
    })
}

fn look_at(
    project: &Path,
    memory: &ListingMemory,
    index: usize,
    relevance: Relevance,
    moment: &Moment,
) -> Result<Looked, Stale> {
    let folder = &memory.folders[index];
    let path = project.join(&folder.path);
    // Only to ask about what is in it, by name.
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let opened = match openat(CWD, &path, flags, Mode::empty()) {
        Ok(opened) => opened,
        // An ignored folder with tracked files went away; what git looks into, its parent's names tell of.
        Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) if folder.watched.is_none() => {
            return Ok(Looked { index, stamps: Some(vec![None; folder.files.len()]), refreshed: None });
        }
        Err(_) => return Err(Stale),
    };
    let stamp_of = |name: &str| match statat(&opened, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stamp(&stat))),
        Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
        Err(_) => Err(Stale),
    };
    let mut refreshed = None;
    if let Some(watched) = &folder.watched {
        let now = stamp(&rustix::fs::fstat(&opened).map_err(|_| Stale)?);
        if watched.stamp != Some(now) {
            if names_digest(&path).map_err(|_| Stale)? != watched.names {
                return Err(Stale);
            }
            refreshed = now.is_settled(moment).then_some(now);
        }
        check_rules(watched, stamp_of)?;
    }
    let stamps = match relevance {
        Relevance::Names => None,
        Relevance::Files => Some(folder.files.iter().map(|name| stamp_of(name)).collect::<Result<_, _>>()?),
    };
    Ok(Looked { index, stamps, refreshed })
}

/// A rule file that was not there then shows as a name.
fn check_rules(watched: &Watched, stamp_of: impl Fn(&str) -> Result<Option<Stamp>, Stale>) -> Result<(), Stale> {
    for (name, before) in RULE_FILES.iter().zip(&watched.rules) {
        if before.is_some() && stamp_of(name)? != *before {
            return Err(Stale);
        }
    }
    Ok(())
}

fn stamp(stat: &Stat) -> Stamp {
    let nanoseconds = |value: u64| i64::try_from(value).unwrap_or(0);
    Stamp::new(StampFields {
        device: stat.st_dev,
        inode: stat.st_ino,
        bytes: u64::try_from(stat.st_size).unwrap_or(0),
        mode: stat.st_mode,
        modified: (stat.st_mtime, nanoseconds(stat.st_mtime_nsec)),
        changed: (stat.st_ctime, nanoseconds(stat.st_ctime_nsec)),
    })
}

/// A digest of all names in a folder and their kinds.
pub(super) fn names_digest(folder: &Path) -> io::Result<[u8; 32]> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        names.push((entry.file_name(), kind_code(entry.file_type()?)));
    }
    names.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for (name, kind) in &names {
        hasher.update(&[*kind]);
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
    }
    Ok(*hasher.finalize().as_bytes())
}

fn kind_code(kind: fs::FileType) -> u8 {
    if kind.is_file() {
        0
    } else if kind.is_dir() {
        1
    } else if kind.is_symlink() {
        2
    } else if kind.is_fifo() {
        3
    } else {
        4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_ask_give_the_same_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "x").unwrap();
        let stat = statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW).unwrap();
        assert_eq!(stamp(&stat), Stamp::of(&fs::metadata(&path).unwrap()));
    }

    #[test]
    fn names_and_kinds_count_and_contents_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let digest = || names_digest(folder.path()).unwrap();
        fs::write(folder.path().join("a"), "1").unwrap();
        let before = digest();
        fs::write(folder.path().join("a"), "2").unwrap();
        assert_eq!(digest(), before);
        fs::write(folder.path().join("b"), "2").unwrap();
        assert_ne!(digest(), before);
        fs::remove_file(folder.path().join("b")).unwrap();
        assert_eq!(digest(), before);
        fs::remove_file(folder.path().join("a")).unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        assert_ne!(digest(), before);
    }
}
