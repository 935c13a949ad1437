//! Which files of a tree are somebody else's: what a package manager put there.
//!
//! Another author's test key is a warning, one of one's own is refused; and what a dependency ships is left as it is, since it
//! may read it at run time.

use std::collections::HashSet;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Own,
    Dependency,
}

/// Folders into which package managers install, wherever they are in the tree.
const INSTALL_FOLDERS: [&str; 3] = ["node_modules", "site-packages", "dist-packages"];

/// Knows dependencies by their folder, and by the paths that the caller names.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    roots: HashSet<String>,
}

impl Dependencies {
    /// `roots` are paths relative to the tree: files, or folders with all that is in them.
    pub(crate) fn new(roots: &[String]) -> Self {
        let roots = roots.iter().map(|root| root.trim_start_matches("./").trim_matches('/').to_owned()).collect();
        Self { roots }
    }

    pub(crate) fn place(&self, path: &str) -> Place {
        if self.owner(path).is_some() { Place::Dependency } else { Place::Own }
    }

    /// The path of the dependency that holds `path`: `node_modules/@aws-sdk/client-s3`, `site-packages/numpy`, `requests`.
    pub(crate) fn owner<'path>(&self, path: &'path str) -> Option<&'path str> {
        self.named_root(path).or_else(|| installed(path))
    }

    fn named_root<'path>(&self, path: &'path str) -> Option<&'path str> {
        if self.roots.is_empty() {
            return None;
        }
        prefixes(path).find(|prefix| self.roots.contains(*prefix))
    }
}

/// The path's folders from the outermost inwards, then the path itself.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain(std::iter::once(path))
}

fn installed(path: &str) -> Option<&str> {
    let folder = prefixes(path).find(|prefix| is_install_folder(prefix))?;
    let inside = path.get(folder.len() + 1..)?;
    let scoped = inside.starts_with('@');
    let end = inside.match_indices('/').nth(usize::from(scoped)).map_or(path.len(), |(at, _)| folder.len() + 1 + at);
    Some(&path[..end])
}

fn is_install_folder(folder: &str) -> bool {
    let name = folder.rsplit('/').next().unwrap_or(folder);
    INSTALL_FOLDERS.contains(&name) || folder == "vendor/bundle" || folder.ends_with("/vendor/bundle")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, owner: Option<&str>) {
        let dependencies = Dependencies::new(&["requests".to_owned(), "six.py".to_owned()]);
        assert_eq!(dependencies.owner(path), owner, "{path}");
    }

    #[test]
    fn owners() {
        check("app.py", None);
        check("requests/certs.pem", Some("requests"));
        check("requests_mine/key.pem", None);
        check("six.py", Some("six.py"));
        check("node_modules/express/index.js", Some("node_modules/express"));
        check("node_modules/@aws-sdk/client-s3/a/b.js", Some("node_modules/@aws-sdk/client-s3"));
        check("node_modules/a/node_modules/b/c.js", Some("node_modules/a"));
        check("web/node_modules/a/c.js", Some("web/node_modules/a"));
        check("node_modules", None);
        check("lib/python3.13/site-packages/numpy/a.so", Some("lib/python3.13/site-packages/numpy"));
        check("vendor/bundle/ruby/3.4.0/gems/rack/a.rb", Some("vendor/bundle/ruby"));
    }
}
