//! Finds the files of a tree and what its links stand for. Reads names, kinds and sizes, never contents.
//!
//! A link becomes what it points to: a file, or a folder with its files. It is refused when that is outside the tree, when it
//! would never end, or when it would bring back what is left out by default.

use std::fs::{self, DirEntry, FileType, Metadata};
use std::io;
use std::num::NonZeroUsize;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::default_excludes::is_left_out;
use crate::dependencies::{Dependencies, Place};
use crate::entry::EntryMode;
use crate::folder_queue::{Visitor, visit_all};
use crate::patterns::Patterns;
use crate::refusal::{Refusal, SpecialFile};
use crate::source::SourceFile;
use crate::stamp::Stamp;

/// Linux opens no path of 4,096 bytes or more; `/var/task/` takes some.
const PATH_LIMIT: usize = 4_000;
/// Where a walk gives up: links to folders of links can multiply without end.
const VISIT_LIMIT: usize = 200_000;

/// What a walk goes by.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) exclude: Patterns,
    pub(crate) allow: Patterns,
    pub(crate) dependencies: Dependencies,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In no particular order.
    pub(crate) files: Vec<SourceFile>,
    /// In the order of their paths, folder by folder.
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) gave_up: Option<GaveUp>,
}

/// The walk ended before all was seen.
#[derive(Debug)]
pub(crate) struct GaveUp;

/// Walks the tree below `root`, which must be canonical.
pub(crate) fn walk(root: &Path, rules: &Rules, threads: NonZeroUsize) -> io::Result<Found> {
    let found = walk_at_most(root, rules, VISIT_LIMIT, threads)?;
    // What was seen of too large a tree depends on who was faster: on one thread it does not.
    if found.gave_up.is_some() { walk_at_most(root, rules, VISIT_LIMIT, NonZeroUsize::MIN) } else { Ok(found) }
}

fn walk_at_most(root: &Path, rules: &Rules, visits: usize, threads: NonZeroUsize) -> io::Result<Found> {
    let metadata = fs::metadata(root)?;
    // Only here is an unreadable folder an error of its own: there is nothing in the tree to name.
    drop(fs::read_dir(root)?);
    let walker = Walker { root, rules, visits_left: AtomicUsize::new(visits) };
    let top = Folder {
        shown: String::new(),
        real: String::new(),
        location: root.to_owned(),
        inclusion: Inclusion::Everything,
        ancestors: Arc::new(Ancestors { identity: identity(&metadata), above: None }),
    };
    let mut found = Found::default();
    let mut refusals = Vec::new();
    for seen in visit_all(&walker, top, threads) {
        found.files.extend(seen.files);
        refusals.extend(seen.refusals);
        found.gave_up = found.gave_up.or(seen.gave_up);
    }
    refusals.sort_by(|(left, _), (right, _)| left.split('/').cmp(right.split('/')));
    found.refusals = refusals.into_iter().map(|(_, refusal)| refusal).collect();
    Ok(found)
}

/// What one thread saw.
#[derive(Debug, Default)]
struct Seen {
    files: Vec<SourceFile>,
    /// Each with its path.
    refusals: Vec<(String, Refusal)>,
    gave_up: Option<GaveUp>,
}

/// Which files of a folder count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inclusion {
    Everything,
    /// The folder is left out by default: only what `allow` names.
    Allowed,
}

/// A folder's device and inode: the same, by whatever path one came.
type Identity = (u64, u64);

fn identity(metadata: &Metadata) -> Identity {
    (metadata.dev(), metadata.ino())
}

/// A folder and those that it is in, as the package shows them.
struct Ancestors {
    identity: Identity,
    above: Option<Arc<Ancestors>>,
}

impl Ancestors {
    fn contain(&self, identity: Identity) -> bool {
        std::iter::successors(Some(self), |folder| folder.above.as_deref()).any(|folder| folder.identity == identity)
    }
}

struct Folder {
    /// Its path in the package.
    shown: String,
    /// Its path in the tree, links resolved.
    real: String,
    location: PathBuf,
    inclusion: Inclusion,
    ancestors: Arc<Ancestors>,
}

impl Folder {
    fn below(&self, identity: Identity) -> Arc<Ancestors> {
        Arc::new(Ancestors { identity, above: Some(Arc::clone(&self.ancestors)) })
    }
}

/// One name in a folder.
struct Item<'folder> {
    folder: &'folder Folder,
    entry: &'folder DirEntry,
    kind: FileType,
    /// Its path in the package.
    shown: String,
    /// Its path in the tree, but for the item itself if it is a link.
    real: String,
    inclusion: Inclusion,
}

struct Walker<'walk> {
    root: &'walk Path,
    rules: &'walk Rules,
    visits_left: AtomicUsize,
}

impl Visitor for Walker<'_> {
    type Folder = Folder;
    type Seen = Seen;

    fn visit(&self, folder: &Folder, seen: &mut Seen, found: &mut Vec<Folder>) {
        let names = match sorted_names(&folder.location) {
            Ok(names) => names,
            Err(source) => {
                return seen.refuse(Refusal::Unreadable { path: folder.shown.clone(), source }, &folder.shown);
            }
        };
        for name in &names {
            if self.visits_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err()
            {
                seen.gave_up = Some(GaveUp);
                break;
            }
            let has_sibling =
                |sibling: &str| names.binary_search_by(|other| other.name.as_os_str().cmp(sibling.as_ref())).is_ok();
            found.extend(self.name(folder, name, has_sibling, seen));
        }
    }
}

impl Walker<'_> {
    fn name(
        &self,
        folder: &Folder,
        Name { name, kind, entry }: &Name,
        has_sibling: impl Fn(&str) -> bool,
        seen: &mut Seen,
    ) -> Option<Folder> {
        let lossy = name.to_string_lossy();
        let shown = join(&folder.shown, &lossy);
        if self.rules.exclude.match_itself(&shown) {
            return None;
        }
        let Some(name) = name.to_str() else {
            seen.refuse(Refusal::NameNotUtf8 { path: shown.clone() }, &shown);
            return None;
        };
        if shown.len() > PATH_LIMIT {
            seen.refuse(Refusal::PathTooLong { path: shown.clone(), limit: PATH_LIMIT }, &shown);
            return None;
        }
        let real = join(&folder.real, name);
        let place = self.place(&shown, &real);
        let left_out = folder.inclusion == Inclusion::Allowed || is_left_out(name, place, has_sibling);
        let inclusion =
            if left_out && !self.rules.allow.cover(&shown) { Inclusion::Allowed } else { Inclusion::Everything };
        if inclusion == Inclusion::Allowed && (self.rules.allow.is_empty() || !kind.is_dir()) {
            return None;
        }
        let item = Item { folder, entry, kind: *kind, shown, real, inclusion };
        if kind.is_symlink() { self.link(item, seen) } else { plain(item, place, seen) }
    }

    /// A file that somebody else's package manager installed, and that no link brought from one's own files.
    fn place(&self, shown: &str, real: &str) -> Place {
        match self.rules.dependencies.place(shown) {
            Place::Dependency if shown != real => self.rules.dependencies.place(real),
            place => place,
        }
    }

    fn link(&self, item: Item<'_>, seen: &mut Seen) -> Option<Folder> {
        let location = item.entry.path();
        let path = item.shown.clone();
        let target = fs::read_link(&location).map(|target| target.to_string_lossy().into_owned()).unwrap_or_default();
        let resolved = fs::canonicalize(&location).and_then(|resolved| Ok((fs::metadata(&resolved)?, resolved)));
        let refusal = match resolved {
            Ok((metadata, resolved)) => match self.resolved(item, &target, resolved, &metadata, seen) {
                Ok(folder) => return folder,
                Err(refusal) => refusal,
            },
            Err(source) if source.kind() == io::ErrorKind::PermissionDenied => {
                Refusal::Unreadable { path: path.clone(), source }
            }
            Err(_) => Refusal::LinkBroken { path: path.clone(), target },
        };
        seen.refuse(refusal, &path);
        None
    }

    /// What a link stands for: a file, which is noted, or a folder, or nothing that goes into a package.
    fn resolved(
        &self,
        item: Item<'_>,
        target: &str,
        resolved: PathBuf,
        metadata: &Metadata,
        seen: &mut Seen,
    ) -> Result<Option<Folder>, Refusal> {
        let (path, target) = (item.shown, target.to_owned());
        let Ok(real) = resolved.strip_prefix(self.root) else {
            return Err(Refusal::LinkLeavesTree { path, target });
        };
        let Some(real) = real.to_str().map(str::to_owned) else {
            return Err(Refusal::NameNotUtf8 { path });
        };
        if self.is_left_out_itself(&real) && !self.rules.allow.cover(&path) {
            return Err(Refusal::LinkToLeftOut { path, target });
        }
        let kind = metadata.file_type();
        let ancestors = item.folder.below(identity(metadata));
        if kind.is_file() {
            let place = self.place(&path, &real);
            seen.file(path, resolved, place, metadata);
            Ok(None)
        } else if !kind.is_dir() {
            Err(Refusal::SpecialFile { path, kind: special_file(kind) })
        } else if item.folder.ancestors.contain(identity(metadata)) {
            Err(Refusal::LinkCycle { path, target })
        } else {
            Ok(Some(Folder { shown: path, real, location: resolved, inclusion: item.inclusion, ancestors }))
        }
    }

    /// Whether a path of the tree, or a folder that it is in, is left out by default.
    fn is_left_out_itself(&self, real: &str) -> bool {
        let ends = real.match_indices('/').map(|(at, _)| at).chain(std::iter::once(real.len()));
        ends.map(|end| &real[..end]).any(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            is_left_out(name, self.rules.dependencies.place(path), |_| false)
        })
    }
}

/// What is no link.
fn plain(item: Item<'_>, place: Place, seen: &mut Seen) -> Option<Folder> {
    let Item { folder, entry, kind, shown, real, inclusion } = item;
    let metadata = match entry.metadata() {
        Ok(metadata) => metadata,
        Err(source) => {
            seen.refuse(Refusal::Unreadable { path: shown.clone(), source }, &shown);
            return None;
        }
    };
    if kind.is_dir() {
        let ancestors = folder.below(identity(&metadata));
        return Some(Folder { shown, real, location: entry.path(), inclusion, ancestors });
    }
    if kind.is_file() {
        seen.file(shown, entry.path(), place, &metadata);
    } else {
        seen.refuse(Refusal::SpecialFile { path: shown.clone(), kind: special_file(kind) }, &shown);
    }
    None
}

impl Seen {
    fn file(&mut self, path: String, location: PathBuf, place: Place, metadata: &Metadata) {
        let mode = EntryMode::normalized(metadata.mode());
        self.files.push(SourceFile { path, location, mode, place, stamp: Stamp::of(metadata) });
    }

    fn refuse(&mut self, refusal: Refusal, path: &str) {
        self.refusals.push((path.to_owned(), refusal));
    }
}

struct Name {
    name: std::ffi::OsString,
    kind: FileType,
    entry: DirEntry,
}

/// A folder's names in byte order.
fn sorted_names(folder: &Path) -> io::Result<Vec<Name>> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| entry.and_then(|entry| Ok(Name { name: entry.file_name(), kind: entry.file_type()?, entry })))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(names)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn special_file(kind: FileType) -> SpecialFile {
    if kind.is_socket() {
        SpecialFile::Socket
    } else if kind.is_fifo() {
        SpecialFile::Fifo
    } else if kind.is_block_device() || kind.is_char_device() {
        SpecialFile::Device
    } else {
        SpecialFile::Unknown
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::patterns::PatternSetting;

    fn rules() -> Rules {
        let none = || Patterns::new(PatternSetting::Exclude, &[]).unwrap();
        Rules { exclude: none(), allow: none(), dependencies: Dependencies::default() }
    }

    #[test]
    fn links_that_multiply_end_too() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        // 2 to the power of 30 paths, none of which is a cycle.
        for level in 0..30 {
            fs::create_dir(root.join(format!("d{level}"))).unwrap();
            for name in ["l", "r"] {
                symlink(format!("../d{}", level + 1), root.join(format!("d{level}/{name}"))).unwrap();
            }
        }
        fs::create_dir(root.join("d30")).unwrap();
        fs::write(root.join("d30/file"), "x").unwrap();
        let found = walk_at_most(&root, &rules(), 1_000, NonZeroUsize::MIN).unwrap();
        assert!(found.gave_up.is_some());
        assert!(found.files.len() < 1_000);
    }

    #[test]
    fn a_tree_of_as_many_names_as_visits_is_seen_whole() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        for number in 0..5 {
            fs::write(root.join(number.to_string()), "x").unwrap();
        }
        assert!(walk_at_most(&root, &rules(), 5, NonZeroUsize::MIN).unwrap().gave_up.is_none());
        assert!(walk_at_most(&root, &rules(), 4, NonZeroUsize::MIN).unwrap().gave_up.is_some());
    }

    #[test]
    fn threads_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        for number in 0..60 {
            let place = root.join(format!("d{}/e{number}", number % 7));
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join("file"), "x").unwrap();
            symlink("/nowhere", place.join("broken")).unwrap();
            symlink("../..", root.join(format!("d{}/e{number}/up", number % 7))).unwrap();
        }
        let seen = |threads: usize| {
            let mut found = walk(&root, &rules(), NonZeroUsize::new(threads).unwrap()).unwrap();
            found.files.sort_by(|left, right| left.path.cmp(&right.path));
            let paths: Vec<String> = found.files.into_iter().map(|file| file.path).collect();
            (paths, found.refusals.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let alone = seen(1);
        assert_eq!((alone.0.len(), alone.1.len()), (60, 120));
        for threads in [2, 7] {
            assert!(seen(threads) == alone, "{threads}");
        }
    }
}
