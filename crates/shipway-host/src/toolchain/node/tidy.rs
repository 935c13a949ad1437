//! Takes out of a function's folder what only a developer's machine needs: links to programs, notes of package managers
//! (with times and paths in them), their settings (which may hold a token), caches.

use std::fs;
use std::io;
use std::path::Path;

/// Of package managers, in a function's own folder. Never packed: lock files are, since scanners read them.
const SETTINGS: &[&str] =
    &[".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.cjs", ".pnpmfile.mjs", ".pnp.cjs", ".pnp.loader.mjs"];

/// In `node_modules`.
const NOTES: &[&str] = &[".package-lock.json", ".modules.yaml", ".yarn-integrity", ".yarn-state.yml"];

/// Tidies a `node_modules`; an empty one goes.
pub(super) fn modules(modules: &Path) -> io::Result<()> {
    for folder in [".bin", ".cache", ".vite", ".pnpm"] {
        remove_folder(&modules.join(folder))?;
    }
    for note in NOTES {
        remove_file(&modules.join(note))?;
    }
    // An empty folder is no part of a package, but a list of what is there would show it.
    match fs::remove_dir(modules) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        result => result.or_else(absent),
    }
}

/// Tidies a function's own folder.
pub(super) fn own(folder: &Path) -> io::Result<()> {
    for name in SETTINGS {
        remove_file(&folder.join(name))?;
    }
    remove_folder(&folder.join(".yarn"))
}

/// Whether a file of one of the project's own packages stays out of `node_modules`: settings, and what often holds
/// secrets.
pub(super) fn is_private(name: &str) -> bool {
    SETTINGS.contains(&name) || name.starts_with(".env") || [".git", ".yarn", "node_modules"].contains(&name)
}

pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    // A link to a folder is a file to the file system.
    if path.is_symlink() { fs::remove_file(path) } else { fs::remove_dir_all(path) }.or_else(absent)
}

fn remove_file(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(absent)
}

fn absent(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
