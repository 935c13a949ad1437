//! The files of a folder as detection wants them: paths and sizes, without what git ignores; and their text on demand.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use shipway_core::detection::ListedFile;

/// Files larger than this are no source text that anybody wrote.
const LARGEST_TEXT: u64 = 4 << 20;

/// The files of a project, from its folder down.
#[derive(Debug)]
pub struct ProjectFiles {
    project: PathBuf,
    folder: PathBuf,
    listing: OnceCell<Vec<ListedFile>>,
}

impl ProjectFiles {
    /// What is in `folder` (relative to `project`; empty for all of it). Nothing is looked at yet.
    #[must_use]
    pub fn of(project: &Path, folder: &str) -> Self {
        Self { project: project.to_owned(), folder: project.join(folder), listing: OnceCell::new() }
    }

    /// The files, sorted by path; looked for when they are asked for first.
    #[must_use]
    pub fn listing(&self) -> &[ListedFile] {
        self.listing.get_or_init(|| self.list())
    }

    fn list(&self) -> Vec<ListedFile> {
        let walk = WalkBuilder::new(&self.folder).hidden(false).require_git(false).build();
        let mut listing: Vec<ListedFile> = walk
            .flatten()
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
            .filter_map(|entry| {
                let path = entry.path().strip_prefix(&self.project).ok()?.to_str()?.to_owned();
                (!path.starts_with(".git/"))
                    .then(|| ListedFile { path, size: entry.metadata().map_or(0, |it| it.len()) })
            })
            .collect();
        listing.sort_by(|one, other| one.path.cmp(&other.path));
        listing
    }

    /// The text of a file, if it is one.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        let path = self.project.join(path);
        let size = fs::metadata(&path).ok()?.len();
        if size > LARGEST_TEXT {
            return None;
        }
        fs::read_to_string(path).ok()
    }
}
