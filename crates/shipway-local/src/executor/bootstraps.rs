//! The clients of the Runtime API that AWS's managed runtimes bring along, in a few lines of our own, as files.

use std::io;
use std::path::{Path, PathBuf};

const PYTHON: &str = include_str!("bootstraps/python.py");
const NODE: &str = include_str!("bootstraps/node.mjs");
const RUBY: &str = include_str!("bootstraps/ruby.rb");

/// Where the clients lie.
#[derive(Debug, Clone)]
pub(super) struct Bootstraps {
    pub(super) python: PathBuf,
    pub(super) node: PathBuf,
    pub(super) ruby: PathBuf,
}

impl Bootstraps {
    /// Writes the clients into `scratch/bootstraps`. Each appears whole or not at all, so several processes may do so.
    pub(super) fn write(scratch: &Path) -> io::Result<Bootstraps> {
        let folder = scratch.join("bootstraps");
        std::fs::create_dir_all(&folder)?;
        Ok(Bootstraps {
            python: write_whole(&folder, "python.py", PYTHON)?,
            node: write_whole(&folder, "node.mjs", NODE)?,
            ruby: write_whole(&folder, "ruby.rb", RUBY)?,
        })
    }
}

fn write_whole(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(name);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(path)
}
