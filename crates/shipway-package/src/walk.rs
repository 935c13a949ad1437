//! Finds the files of a tree and what its links stand for. Reads names, kinds and sizes, never contents.
//!
//! A link becomes what it points to: a file, or a folder with its files. It is refused when that is outside the tree, when it
//! would never end, or when it would bring back what is left out by default.

use std::ffi::OsString;
use std::fs::{self, FileType, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::default_excludes::is_left_out;
use crate::dependencies::{Dependencies, Place};
use crate::entry::EntryMode;
use crate::patterns::Patterns;
use crate::refusal::{Refusal, SpecialFile};
use crate::source::{SourceFile, Stamp};

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
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) gave_up: Option<GaveUp>,
}

/// The walk ended before all was seen.
#[derive(Debug)]
pub(crate) struct GaveUp;

/// Walks the tree below `root`, which must be canonical.
pub(crate) fn walk(root: &Path, rules: &Rules) -> io::Result<Found> {
    walk_at_most(root, rules, VISIT_LIMIT)
}

fn walk_at_most(root: &Path, rules: &Rules, visits: usize) -> io::Result<Found> {
    let metadata = fs::metadata(root)?;
    // Only here is an unreadable folder an error of its own: there is nothing in the tree to name.
    drop(fs::read_dir(root)?);
    let mut walker = Walker { root, rules, found: Found::default(), visits_left: visits, ancestors: Vec::new() };
    let top = Folder {
        shown: String::new(),
        real: String::new(),
        location: root.to_owned(),
        inclusion: Inclusion::Everything,
        identity: identity(&metadata),
    };
    walker.folder(&top);
    Ok(walker.found)
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

struct Folder {
    /// Its path in the package.
    shown: String,
    /// Its path in the tree, links resolved.
    real: String,
    location: PathBuf,
    inclusion: Inclusion,
    identity: Identity,
}

/// One name in a folder.
struct Item<'folder> {
    folder: &'folder Folder,
    name: &'folder str,
    shown: String,
    location: PathBuf,
    inclusion: Inclusion,
}

struct Walker<'walk> {
    root: &'walk Path,
    rules: &'walk Rules,
    found: Found,
    visits_left: usize,
    /// The folders that the present one is in, as the package shows them.
    ancestors: Vec<Identity>,
}

impl Walker<'_> {
    fn folder(&mut self, folder: &Folder) {
        let names = match sorted_names(&folder.location) {
            Ok(names) => names,
            Err(source) => {
                return self.refuse(Refusal::Unreadable { path: folder.shown.clone(), source });
            }
        };
        self.ancestors.push(folder.identity);
        for (name, kind) in &names {
            if self.visits_left == 0 {
                self.found.gave_up = Some(GaveUp);
                break;
            }
            self.visits_left -= 1;
            let has_sibling =
                |sibling: &str| names.binary_search_by(|(other, _)| other.as_os_str().cmp(sibling.as_ref())).is_ok();
            self.name(folder, name, *kind, has_sibling);
        }
        self.ancestors.pop();
    }

    fn name(&mut self, folder: &Folder, name: &OsString, kind: FileType, has_sibling: impl Fn(&str) -> bool) {
        let lossy = name.to_string_lossy();
        let shown = join(&folder.shown, &lossy);
        if self.rules.exclude.match_itself(&shown) {
            return;
        }
        let Some(name) = name.to_str() else {
            return self.refuse(Refusal::NameNotUtf8 { path: shown });
        };
        if shown.len() > PATH_LIMIT {
            return self.refuse(Refusal::PathTooLong { path: shown, limit: PATH_LIMIT });
        }
        let place = self.place(&shown, &join(&folder.real, name));
        let left_out = folder.inclusion == Inclusion::Allowed || is_left_out(name, place, has_sibling);
        let inclusion =
            if left_out && !self.rules.allow.cover(&shown) { Inclusion::Allowed } else { Inclusion::Everything };
        if inclusion == Inclusion::Allowed && (self.rules.allow.is_empty() || !kind.is_dir()) {
            return;
        }
        let location = folder.location.join(name);
        let item = Item { folder, name, shown, location, inclusion };
        if kind.is_symlink() { self.link(item) } else { self.plain(item, kind, place) }
    }

    /// A file that somebody else's package manager installed, and that no link brought from one's own files.
    fn place(&self, shown: &str, real: &str) -> Place {
        match self.rules.dependencies.place(shown) {
            Place::Dependency if shown != real => self.rules.dependencies.place(real),
            place => place,
        }
    }

    fn plain(&mut self, item: Item<'_>, kind: FileType, place: Place) {
        let metadata = match fs::symlink_metadata(&item.location) {
            Ok(metadata) => metadata,
            Err(source) => {
                return self.refuse(Refusal::Unreadable { path: item.shown, source });
            }
        };
        let real = join(&item.folder.real, item.name);
        if kind.is_dir() {
            let Item { shown, location, inclusion, .. } = item;
            self.folder(&Folder { shown, real, location, inclusion, identity: identity(&metadata) });
        } else if kind.is_file() {
            self.file(item.shown, item.location, place, &metadata);
        } else {
            self.refuse(Refusal::SpecialFile { path: item.shown, kind: special_file(kind) });
        }
    }

    fn link(&mut self, item: Item<'_>) {
        let path = item.shown;
        let target =
            fs::read_link(&item.location).map(|target| target.to_string_lossy().into_owned()).unwrap_or_default();
        let resolved = fs::canonicalize(&item.location).and_then(|resolved| Ok((fs::metadata(&resolved)?, resolved)));
        let (metadata, resolved) = match resolved {
            Ok(resolved) => resolved,
            Err(source) if source.kind() == io::ErrorKind::PermissionDenied => {
                return self.refuse(Refusal::Unreadable { path, source });
            }
            Err(_) => return self.refuse(Refusal::LinkBroken { path, target }),
        };
        let Ok(real) = resolved.strip_prefix(self.root) else {
            return self.refuse(Refusal::LinkLeavesTree { path, target });
        };
        let Some(real) = real.to_str() else {
            return self.refuse(Refusal::NameNotUtf8 { path });
        };
        if self.is_left_out_itself(real) && !self.rules.allow.cover(&path) {
            return self.refuse(Refusal::LinkToLeftOut { path, target });
        }
        let place = self.place(&path, real);
        let kind = metadata.file_type();
        if kind.is_file() {
            self.file(path, resolved, place, &metadata);
        } else if !kind.is_dir() {
            self.refuse(Refusal::SpecialFile { path, kind: special_file(kind) });
        } else if self.ancestors.contains(&identity(&metadata)) {
            self.refuse(Refusal::LinkCycle { path, target });
        } else {
            let (real, identity) = (real.to_owned(), identity(&metadata));
            self.folder(&Folder { shown: path, real, location: resolved, inclusion: item.inclusion, identity });
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

    fn file(&mut self, path: String, location: PathBuf, place: Place, metadata: &Metadata) {
        let mode = EntryMode::normalized(metadata.mode());
        self.found.files.push(SourceFile { path, location, mode, place, stamp: Stamp::of(metadata) });
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.found.refusals.push(refusal);
    }
}

/// A folder's names in byte order, so that refusals come in the same order on every machine.
fn sorted_names(folder: &Path) -> io::Result<Vec<(OsString, FileType)>> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort_by(|(left, _), (right, _)| left.cmp(right));
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
        let found = walk_at_most(&root, &rules(), 1_000).unwrap();
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
        assert!(walk_at_most(&root, &rules(), 5).unwrap().gave_up.is_none());
        assert!(walk_at_most(&root, &rules(), 4).unwrap().gave_up.is_some());
    }
}
