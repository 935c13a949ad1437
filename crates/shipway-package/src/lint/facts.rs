//! What of a package's files the lint has to know: gathered while a zip is read, or by looking at the beginnings of a
//! tree's files. Which files are looked at is told by name and mode, so that a tree of many files costs little.

use std::fs::File;
use std::os::unix::fs::FileExt;

use object::ReadCache;

use super::elf::{Binary, IDENTIFYING_BYTES, examine, identify};
use crate::entry::EntryMode;
use crate::source::SourceFile;

/// The executable that runtimes of one's own begin with.
pub(crate) const BOOTSTRAP: &str = "bootstrap";
/// Of a `bootstrap`, in bytes: enough for its first line and some more.
const BOOTSTRAP_BYTES: usize = 4 << 10;

/// What is known of the files of a package, beyond their names, modes and sizes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileFacts {
    /// Programs and native libraries, in the byte order of their paths.
    pub binaries: Vec<BinaryFile>,
    /// How the file `bootstrap` at the root begins, if there is one.
    pub(crate) bootstrap: Option<Vec<u8>>,
}

/// A file that is a program or a native library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinaryFile {
    pub path: String,
    pub bytes: u64,
    pub binary: Binary,
}

impl FileFacts {
    /// Takes in one file, whose content is `beginning` or begins so.
    pub(crate) fn add(&mut self, path: &str, mode: EntryMode, bytes: u64, beginning: &[u8]) {
        if path == BOOTSTRAP {
            self.bootstrap = Some(beginning[..beginning.len().min(BOOTSTRAP_BYTES)].to_vec());
        }
        if !may_be_binary(path, mode) {
            return;
        }
        if let Some(binary) = examine(beginning, beginning) {
            self.binaries.push(BinaryFile { path: path.to_owned(), bytes, binary });
        }
    }

    /// Looks at the files of a tree, in the order of `files`. One that cannot be read tells nothing: packaging will say so.
    pub(crate) fn of_tree(files: &[SourceFile]) -> Self {
        let mut facts = Self::default();
        for file in files.iter().filter(|file| file.path == BOOTSTRAP || may_be_binary(&file.path, file.mode)) {
            let Ok(opened) = File::open(&file.location) else { continue };
            let wanted = if file.path == BOOTSTRAP { BOOTSTRAP_BYTES } else { IDENTIFYING_BYTES };
            let mut beginning = vec![0; wanted];
            let Ok(length) = opened.read_at(&mut beginning, 0) else { continue };
            beginning.truncate(length);
            let is_elf = matches!(identify(&beginning), Some(Binary::Elf(_)));
            let binary = if is_elf { examine(&beginning, &ReadCache::new(opened)) } else { identify(&beginning) };
            if let Some(binary) = binary {
                facts.binaries.push(BinaryFile { path: file.path.clone(), bytes: file.stamp.bytes(), binary });
            }
            if file.path == BOOTSTRAP {
                facts.bootstrap = Some(beginning);
            }
        }
        facts
    }
}

/// Whether a file could be a program or a native library, by its mode and name: executable, named like a library, or without
/// an ending (but not all in capitals, as LICENSE and METADATA are).
pub(crate) fn may_be_binary(path: &str, mode: EntryMode) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_library = name.ends_with(".so") || name.contains(".so.") || name.ends_with(".node");
    let has_no_ending = !name.contains('.') && name.bytes().any(|byte| byte.is_ascii_lowercase());
    mode.is_file() && (mode.bits() & 0o111 != 0 || is_library || has_no_ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at() {
        let named = |path: &str| may_be_binary(path, EntryMode::REGULAR);
        for path in ["a/b.so", "lib/libssl.so.3", "x/prebuilds/linux-x64/y.node", "bootstrap", "bin/ffmpeg"] {
            assert!(named(path), "{path}");
        }
        for path in ["app.py", "x/LICENSE", "numpy-2.dist-info/RECORD", "a.sock", "README"] {
            assert!(!named(path), "{path}");
        }
        assert!(may_be_binary("tool.bin", EntryMode::EXECUTABLE));
    }
}
