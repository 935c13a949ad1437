//! Where a function finds what its layers hold. No I/O.
//!
//! On Lambda the layers are unpacked over one another into `/opt`. A process of this machine has no `/opt` of its own, so
//! that each layer stays in its own folder and the search paths list them, the later layer first: of two files with one
//! name it is the later's that is found, as on Lambda. What names `/opt` itself finds nothing.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::invocation::Invocation;

/// The layers of one invocation.
pub(super) struct Layers<'a>(&'a [PathBuf]);

impl<'a> Layers<'a> {
    pub(super) fn of(invocation: &'a Invocation) -> Self {
        Self(&invocation.layers)
    }

    /// These folders in `/opt`, in the order in which they are to be searched.
    pub(super) fn below(&self, folders: &[&str]) -> Vec<PathBuf> {
        let layers = |folder: &str| self.0.iter().rev().map(move |layer| layer.join(folder)).collect::<Vec<_>>();
        folders.iter().flat_map(|folder| layers(folder)).collect()
    }

    /// `PYTHONPATH`: `/opt/python` comes before `/opt/python/lib/python3.13/site-packages`. Source: AWS's documentation of
    /// layers, and `sys.path` as reported there.
    pub(super) fn python(&self, runtime: &str) -> Option<OsString> {
        let packages = format!("python/lib/{runtime}/site-packages");
        (!self.0.is_empty()).then(|| joined(self.below(&["python", &packages])))
    }

    /// The folders of `GEM_PATH` after the function's own, for a Ruby of this release: `/opt/ruby/gems/3.4.0`.
    pub(super) fn gems(&self, (major, minor): (u32, u32)) -> Vec<PathBuf> {
        self.below(&[&format!("ruby/gems/{major}.{minor}.0")])
    }

    /// `NODE_PATH` before the function's own folder: `/opt/nodejs/node22/node_modules`, `/opt/nodejs/node_modules`.
    pub(super) fn node(&self, runtime: &str) -> Vec<PathBuf> {
        let line: String =
            runtime.chars().skip_while(|letter| !letter.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        self.below(&[&format!("nodejs/node{line}/node_modules"), "nodejs/node_modules"])
    }
}

/// A search path.
pub(super) fn joined(entries: impl IntoIterator<Item = PathBuf>) -> OsString {
    let entries: Vec<OsString> = entries.into_iter().map(PathBuf::into_os_string).collect();
    entries.join(OsStr::new(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_layer_is_found_first() {
        let folders = [PathBuf::from("/one"), PathBuf::from("/two")];
        let layers = Layers(&folders);
        assert_eq!(
            layers.python("python3.13").unwrap(),
            "/two/python:/one/python:/two/python/lib/python3.13/site-packages:/one/python/lib/python3.13/site-packages"
        );
        let node = joined(layers.node("nodejs22.x"));
        assert_eq!(
            node,
            "/two/nodejs/node22/node_modules:/one/nodejs/node22/node_modules:/two/nodejs/node_modules:/one/nodejs/node_modules"
        );
        assert_eq!(Layers(&[]).python("python3.13"), None);
    }
}
