//! What a `Gemfile.lock` says about gems that lie in folders. Text in, names out.

/// Gems by path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lock {
    pub(super) paths: Vec<PathGem>,
}

/// A gem that the Gemfile names by its folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PathGem {
    pub(super) name: String,
    /// Relative to the lock file's folder.
    pub(super) folder: String,
}

impl Lock {
    /// Sections begin at the line's start, `remote` is indented by two, gems by four and what they need by six.
    pub(super) fn read(text: &str) -> Lock {
        let mut lock = Lock::default();
        let mut section = "";
        let mut remote = String::new();
        for line in text.lines() {
            if !line.starts_with(' ') {
                section = line.trim_end();
            } else if let Some(value) = line.strip_prefix("  remote: ") {
                value.trim().clone_into(&mut remote);
            } else if let Some(gem) = line.strip_prefix("    ").filter(|gem| section == "PATH" && !gem.starts_with(' '))
                && let Some(name) = gem.split_whitespace().next()
            {
                lock.paths.push(PathGem { name: name.to_owned(), folder: remote.clone() });
            }
        }
        lock
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gems_by_path_are_read() {
        let text = "PATH\n  remote: ../libs/money\n  specs:\n    money (0.1.0)\n      mustache (~> 1.1)\n\n\
                    GEM\n  remote: https://rubygems.org/\n  specs:\n    mustache (1.1.1)\n\nPLATFORMS\n  ruby\n";
        let paths = Lock::read(text).paths;
        assert_eq!(paths, [PathGem { name: "money".to_owned(), folder: "../libs/money".to_owned() }]);
        assert_eq!(Lock::read(""), Lock::default());
    }
}
