//! Takes out of an installed tree what tells where, when and by whom it was installed, so that the same inputs give
//! the same tree: console scripts (they name the interpreter's path), bytecode (it holds times), notes of the tool, and the
//! places of this machine that metadata names.

use std::fs;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use shipway_core::python::Distribution;

use super::installed::recorded_path;

/// Notes of installers in a `*.dist-info` folder.
const NOTES: &[&str] = &["INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"];

/// Tidies the tree that an installer has filled.
pub(super) fn tidy(tree: &Path) -> io::Result<()> {
    for folder in ["bin", "Scripts", "__pycache__"] {
        remove_folder(&tree.join(folder))?;
    }
    remove_file(&tree.join(".lock"))?;
    tidy_folder(tree)
}

fn tidy_folder(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let name = entry.file_name();
        if name == "__pycache__" {
            fs::remove_dir_all(entry.path())?;
        } else if name.to_str().is_some_and(|name| name.ends_with(".dist-info")) {
            tidy_notes(&entry.path())?;
        } else {
            tidy_folder(&entry.path())?;
        }
    }
    Ok(())
}

fn tidy_notes(folder: &Path) -> io::Result<()> {
    for note in NOTES {
        remove_file(&folder.join(note))?;
    }
    let record = folder.join("RECORD");
    if !record.is_file() {
        return Ok(());
    }
    let mut text = tidy_record(&fs::read_to_string(&record)?);
    let metadata = folder.join("METADATA");
    let places = if metadata.is_file() { Distribution::without_places(&fs::read_to_string(&metadata)?) } else { None };
    if let Some(tidied) = places {
        fs::write(&metadata, &tidied)?;
        text = record_anew(&text, ".dist-info/METADATA", tidied.as_bytes());
    }
    fs::write(&record, text)
}

/// The record with the digest and the size that the file whose path ends so has now.
fn record_anew(record: &str, path_end: &str, content: &[u8]) -> String {
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(content));
    let anew = |line: &str| {
        let path = line.split(',').next().unwrap_or_default();
        if path.ends_with(path_end) {
            format!("{path},sha256={digest},{}\n", content.len())
        } else {
            format!("{line}\n")
        }
    };
    record.lines().map(anew).collect()
}

/// A record of a package's files without those that were taken out, in order.
fn tidy_record(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().filter(|line| is_kept(line)).collect();
    lines.sort_unstable();
    lines.iter().flat_map(|line| [*line, "\n"]).collect()
}

fn is_kept(line: &str) -> bool {
    let path = recorded_path(line);
    let outside = path.starts_with("../") || path.starts_with("bin/") || path.starts_with('/');
    let note =
        path.rsplit_once('/').is_some_and(|(folder, name)| folder.ends_with(".dist-info") && NOTES.contains(&name));
    !(path.is_empty() || outside || note || path.contains("__pycache__/") || path.ends_with(".pyc"))
}

fn remove_file(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(absent)
}

fn remove_folder(path: &Path) -> io::Result<()> {
    fs::remove_dir_all(path).or_else(absent)
}

fn absent(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_the_packages_own_files_in_order() {
        let text = "x/b.py,sha256=1,2\n../../bin/x,sha256=3,4\nx/a.py,sha256=5,6\nx/__pycache__/a.pyc,,\n\
                    x-1.dist-info/INSTALLER,sha256=7,4\nx-1.dist-info/RECORD,,\n";
        let anew =
            record_anew("x-1.dist-info/METADATA,sha256=1,2\nx/a.py,sha256=5,6\n", ".dist-info/METADATA", b"text");
        let digest = "mC2eL4rbUZYkTEPNf-YdwI_O1zGxxVpdbm5Dow8qUaM";
        assert_eq!(anew.len(), format!("x-1.dist-info/METADATA,sha256={digest},4\nx/a.py,sha256=5,6\n").len());
        assert!(
            anew.starts_with("x-1.dist-info/METADATA,sha256=") && anew.ends_with(",4\nx/a.py,sha256=5,6\n"),
            "{anew}"
        );
        assert_eq!(tidy_record(text), "x-1.dist-info/RECORD,,\nx/a.py,sha256=5,6\nx/b.py,sha256=1,2\n");
    }
}
