//! A tree of a given size, made of others.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::failure::Failure;
use crate::walk::one_by_one;

/// Links `tree` into `folder` and adds copies of the program, the last one cut off, until there are `bytes` bytes.
pub(super) fn fill(folder: &Path, tree: &Path, program: &Path, bytes: u64) -> Result<(), Failure> {
    link_all(tree, &folder.join("tree"))?;
    let program = program.join("bootstrap");
    let mut left = bytes.saturating_sub(one_by_one(folder)?.bytes);
    let mut number = 0;
    while left > 0 {
        let path = folder.join(format!("program{number}"));
        let source = File::open(&program).map_err(Failure::file("opening", &program))?;
        let mut copy = File::create(&path).map_err(Failure::file("creating", &path))?;
        let copied = std::io::copy(&mut source.take(left), &mut copy).map_err(Failure::file("writing", &path))?;
        left = left.saturating_sub(copied.max(1));
        number += 1;
    }
    Ok(())
}

fn link_all(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(to).map_err(Failure::file("creating", to))?;
    for entry in std::fs::read_dir(from).map_err(Failure::file("reading", from))? {
        let entry = entry.map_err(Failure::file("reading", from))?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(Failure::file("looking at", from))?.is_dir() {
            link_all(&entry.path(), &target)?;
        } else {
            std::fs::hard_link(entry.path(), &target).map_err(Failure::file("linking", &target))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{fill, one_by_one};

    #[test]
    fn the_size_is_exact() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["tree", "program", "out"] {
            std::fs::create_dir(path(name)).unwrap();
        }
        std::fs::write(path("tree/a"), [0; 10]).unwrap();
        std::fs::write(path("program/bootstrap"), [0; 100]).unwrap();
        fill(&path("out"), &path("tree"), &path("program"), 250).unwrap();
        let seen = one_by_one(&path("out")).unwrap();
        assert_eq!((seen.files, seen.bytes), (4, 250));
    }
}
