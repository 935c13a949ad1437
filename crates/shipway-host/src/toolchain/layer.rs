//! From a built tree to a layer's: everything where the runtime looks for it in `/opt`, and no links.
//!
//! Lambda refuses many layers with links ("Layer conversion failed"), so that each becomes a copy of what it leads to.
//! What it may lead to is in the tree: anything else is not part of the build.

use std::cell::Cell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use shipway_core::layer::LayerLayout;
use shipway_engine::ports::{BuildFailure, BuiltTree};

use crate::failure;

/// Moves what a builder made to its places in a layer, in a folder of its own below `scratch`. A zip that was there
/// already is taken as it is; a jar that was built gets its place like others.
pub(super) async fn lay_out(layout: LayerLayout, scratch: &Path, tree: BuiltTree) -> Result<BuiltTree, BuildFailure> {
    if layout == LayerLayout::AsItIs && tree.path.is_file() {
        return Ok(tree);
    }
    let target = scratch.join("layer");
    let work = move || {
        let root = fs::canonicalize(&tree.path).map_err(|error| failure::io("look at", &tree.path, &error))?;
        let laying = Laying { layout, root: &root, target: &target, left_out: Cell::new(0) };
        fs::create_dir_all(&target).map_err(|error| failure::io("make", &target, &error))?;
        match root.file_name().and_then(|name| name.to_str()) {
            Some(jar) if root.is_file() => laying.file(&root, &format!("lib/{jar}"))?,
            _ => laying.folder(&root, "", &mut vec![root.clone()])?,
        }
        let dependencies = tree.dependencies.iter().filter_map(|path| laying.layout.place(path)).collect();
        let mut warnings = tree.warnings.clone();
        if laying.left_out.get() > 0 {
            let left_out = laying.left_out.get();
            warnings.push(format!("{left_out} files are not in the layer: the runtime looks for jars in `lib/` alone"));
        }
        Ok(BuiltTree { path: target.clone(), dependencies, warnings, ..tree.clone() })
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| failure::broken_off(&error))?
}

struct Laying<'a> {
    layout: LayerLayout,
    root: &'a Path,
    target: &'a Path,
    /// How many files have no place in the layer.
    left_out: Cell<usize>,
}

impl Laying<'_> {
    /// Lays out what is in `folder`, which is `shown` in the tree. `above`: the folders that it is in, links followed.
    fn folder(&self, folder: &Path, shown: &str, above: &mut Vec<PathBuf>) -> Result<(), BuildFailure> {
        let entries = fs::read_dir(folder).map_err(|error| failure::io("look into", folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| failure::io("look into", folder, &error))?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                let message = format!("{} has a name that is not UTF-8", entry.path().display());
                return Err(failure::build(message, &["rename it"]));
            };
            let shown = if shown.is_empty() { name } else { format!("{shown}/{name}") };
            self.entry(&entry.path(), &shown, above)?;
        }
        Ok(())
    }

    fn entry(&self, path: &Path, shown: &str, above: &mut Vec<PathBuf>) -> Result<(), BuildFailure> {
        let real = fs::canonicalize(path).map_err(|error| leads_nowhere(shown, &error))?;
        if !real.starts_with(self.root) {
            let message = format!("the link `{shown}` leads out of what was built, to {}", real.display());
            return Err(failure::build(message, &["layers hold no links: copy what it leads to"]));
        }
        if !real.is_dir() {
            return self.file(&real, shown);
        }
        if above.contains(&real) {
            return Err(failure::build(format!("the link `{shown}` leads to a folder that it is in itself"), &[]));
        }
        above.push(real.clone());
        self.folder(&real, shown, above)?;
        above.pop();
        Ok(())
    }

    fn file(&self, real: &Path, shown: &str) -> Result<(), BuildFailure> {
        let Some(place) = self.layout.place(shown) else {
            self.left_out.set(self.left_out.get() + 1);
            return Ok(());
        };
        let target = self.target.join(place);
        let parent = target.parent().unwrap_or(self.target);
        fs::create_dir_all(parent).map_err(|error| failure::io("make", parent, &error))?;
        // A file that several paths lead to is copied for each; a hard link is as good, and the packager only reads.
        fs::hard_link(real, &target)
            .or_else(|_| fs::copy(real, &target).map(drop))
            .map_err(|error| failure::io("copy", real, &error))
    }
}

fn leads_nowhere(shown: &str, error: &io::Error) -> BuildFailure {
    failure::build(format!("the link `{shown}` leads nowhere: {error}"), &["remove it, or what it leads to is missing"])
}
