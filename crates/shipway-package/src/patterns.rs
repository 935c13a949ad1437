//! The globs of `exclude` and `allow`: relative to the tree, `/` between parts, `*` within a part, `**` across parts.

use std::fmt;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::PackageError;

/// The setting that a glob comes from, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternSetting {
    Exclude,
    Allow,
}

impl fmt::Display for PatternSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Exclude => "exclude",
            Self::Allow => "allow",
        })
    }
}

/// A set of globs. A glob that matches a directory stands for all that is in it.
#[derive(Debug, Clone)]
pub(crate) struct Patterns {
    set: GlobSet,
}

impl Patterns {
    pub(crate) fn new(setting: PatternSetting, globs: &[String]) -> Result<Self, PackageError> {
        let mut builder = GlobSetBuilder::new();
        for glob in globs {
            let invalid =
                |source| PackageError::InvalidPattern { setting, pattern: glob.clone(), source: Box::new(source) };
            let text = glob.trim_start_matches("./").trim_matches('/');
            builder.add(GlobBuilder::new(text).literal_separator(true).build().map_err(invalid)?);
        }
        let set = builder.build().map_err(|source| PackageError::InvalidPattern {
            setting,
            pattern: globs.join(", "),
            source: Box::new(source),
        })?;
        Ok(Self { set })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Whether a glob matches the path itself; for a walk, which has asked about the directories above already.
    pub(crate) fn match_itself(&self, path: &str) -> bool {
        !self.is_empty() && self.set.is_match(path)
    }

    /// Whether a glob matches the path, or a directory that it is in.
    pub(crate) fn cover(&self, path: &str) -> bool {
        !self.is_empty()
            && (self.set.is_match(path) || path.match_indices('/').any(|(at, _)| self.set.is_match(&path[..at])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(glob: &str, path: &str) -> bool {
        Patterns::new(PatternSetting::Exclude, &[glob.to_owned()]).unwrap().cover(path)
    }

    #[test]
    fn a_star_stays_within_a_part() {
        assert!(cover("*.md", "README.md"));
        assert!(!cover("*.md", "docs/README.md"));
        assert!(cover("**/*.md", "docs/README.md"));
        assert!(cover("**/*.md", "README.md"));
    }

    #[test]
    fn a_directory_stands_for_all_in_it() {
        for glob in ["tests", "tests/", "./tests", "/tests", "tests/**"] {
            assert!(cover(glob, "tests/unit/test_app.py"), "{glob}");
            assert!(!cover(glob, "tests.py"), "{glob}");
        }
    }

    #[test]
    fn a_broken_glob_is_an_error_that_names_it() {
        let error = Patterns::new(PatternSetting::Allow, &["keys/[".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "the glob `keys/[` in `allow` is not valid");
    }
}
