//! Paths and patterns as the configuration writes them: relative, with `/`, inside the project.
//!
//! Only text is compared here; whether anything exists at a path is for others to find out.

use std::fmt;
use std::str::FromStr;

use globset::GlobBuilder;

use super::reader::TextSetting;
use crate::names::InvalidName;

const RELATIVE: &str = "relative, with `/` between its parts, inside the project";

/// A path below the project's folder, normalised: no `.`, no `..`, no doubled or trailing `/`. The project's
/// folder itself is `.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(into = "String")]
pub struct ProjectPath(String);

impl ProjectPath {
    /// The project's own folder.
    #[must_use]
    pub fn root() -> Self {
        Self(".".to_owned())
    }

    /// The path as text, `.` for the project's folder.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this path is `other` or lies beneath it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        other.0 == "." || self.0 == other.0 || self.0.strip_prefix(&other.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The path that `relative` names when seen from here.
    pub(super) fn join(&self, relative: &RelativePath) -> Result<Self, InvalidName> {
        normalise(&format!("{}/{}", self.0, relative.0), "a path in the project")
            .map_err(|invalid| InvalidName { value: relative.0.clone(), ..invalid })
    }
}

impl FromStr for ProjectPath {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        check_relative(text, "a path in the project")?;
        normalise(text, "a path in the project")
    }
}

impl TextSetting for ProjectPath {
    const PATTERN: Option<&'static str> = Some("^[^/\\\\]");
}

impl From<ProjectPath> for String {
    fn from(path: ProjectPath) -> Self {
        path.0
    }
}

impl fmt::Display for ProjectPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn check_relative(text: &str, what: &'static str) -> Result<(), InvalidName> {
    let good = !text.is_empty() && !text.starts_with('/') && !text.contains(['\\', '\0']) && !text.contains("//");
    let drive = text.as_bytes().get(1) == Some(&b':');
    if good && !drive { Ok(()) } else { Err(InvalidName { what, value: text.to_owned(), rule: RELATIVE }) }
}

/// Takes `.` and `..` out; an error when the path leaves the project.
fn normalise(text: &str, what: &'static str) -> Result<ProjectPath, InvalidName> {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(InvalidName { what, value: text.to_owned(), rule: RELATIVE })?;
            }
            _ => parts.push(part),
        }
    }
    Ok(if parts.is_empty() { ProjectPath::root() } else { ProjectPath(parts.join("/")) })
}

/// A path relative to a function's folder; it may lead out of that with `..`, not out of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RelativePath(String);

impl FromStr for RelativePath {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        check_relative(text, "a path in the project")?;
        let text = text.trim_end_matches('/');
        Ok(Self(text.strip_prefix("./").unwrap_or(text).to_owned()))
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TextSetting for RelativePath {
    const PATTERN: Option<&'static str> = Some("^[^/\\\\]");
}

/// A path or a glob. `*` and `?` stay within one part, `**` crosses `/`; a folder stands for all that is in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(into = "String")]
pub struct PathPattern(String);

impl PathPattern {
    /// The pattern as text, without a trailing `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PathPattern {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let what = "a path or glob in the project";
        let invalid = |rule| InvalidName { what, value: text.to_owned(), rule };
        check_relative(text, what)?;
        if text.split('/').any(|part| part == "..") {
            return Err(invalid(RELATIVE));
        }
        let text = text.trim_start_matches("./").trim_end_matches('/');
        if text.is_empty() {
            return Err(invalid(RELATIVE));
        }
        glob(text).map_err(|_| invalid("brackets and braces must be closed"))?;
        Ok(Self(text.to_owned()))
    }
}

impl TextSetting for PathPattern {
    const PATTERN: Option<&'static str> = Some("^[^/\\\\]");
}

impl From<PathPattern> for String {
    fn from(pattern: PathPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn glob(text: &str) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}

/// A glob for branch names. `*` stays within one part of the name, `**` crosses `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(into = "String")]
pub struct BranchPattern(String);

impl BranchPattern {
    /// Whether a branch's name (without `refs/heads/`) matches.
    #[must_use]
    pub fn matches(&self, branch: &str) -> bool {
        glob(&self.0).is_ok_and(|glob| glob.compile_matcher().is_match(branch))
    }
}

impl FromStr for BranchPattern {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let invalid = |rule| InvalidName { what: "a glob for branches", value: text.to_owned(), rule };
        if text.is_empty() || text.contains(char::is_whitespace) {
            return Err(invalid("not empty, no white space"));
        }
        if text.starts_with("refs/") {
            return Err(invalid("the branch's name alone, without `refs/heads/`"));
        }
        glob(text).map_err(|_| invalid("brackets and braces must be closed"))?;
        Ok(Self(text.to_owned()))
    }
}

impl TextSetting for BranchPattern {
    const PATTERN: Option<&'static str> = None;
}

impl From<BranchPattern> for String {
    fn from(pattern: BranchPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for BranchPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Option<String> {
        text.parse::<ProjectPath>().ok().map(String::from)
    }

    #[test]
    fn paths_are_normalised_and_stay_inside() {
        assert_eq!(path("./a/b/").as_deref(), Some("a/b"));
        assert_eq!(path("a/../b").as_deref(), Some("b"));
        assert_eq!(path(".").as_deref(), Some("."));
        for outside in ["", "/a", "../a", "a/../../b", "a\\b", "C:/x", "a//b"] {
            assert_eq!(path(outside), None, "{outside}");
        }
    }

    #[test]
    fn a_function_may_reach_into_the_project_but_not_out_of_it() {
        let folder: ProjectPath = "functions/a".parse().unwrap();
        let join = |text: &str| folder.join(&text.parse().unwrap()).map(String::from);
        assert_eq!(join("../../target/x").as_deref(), Ok("target/x"));
        assert_eq!(join("dist").as_deref(), Ok("functions/a/dist"));
        assert_eq!(join("../../../x").unwrap_err().value, "../../../x");
    }

    #[test]
    fn containment_goes_by_whole_parts() {
        let path = |text: &str| text.parse::<ProjectPath>().unwrap();
        assert!(path("a/b").is_within(&path("a")));
        assert!(path("a").is_within(&path(".")));
        assert!(!path("ab").is_within(&path("a")));
    }

    #[test]
    fn patterns_are_tidied_and_checked() {
        let pattern = |text: &str| text.parse::<PathPattern>().map(String::from).ok();
        assert_eq!(pattern("./libs/common/").as_deref(), Some("libs/common"));
        assert_eq!(pattern("**/tests").as_deref(), Some("**/tests"));
        for bad in ["", "/", "./", "a[", "{a", "../a", "/a", "a\\b"] {
            assert_eq!(pattern(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_star_in_a_branch_stays_within_a_part() {
        let pattern: BranchPattern = "release/*".parse().unwrap();
        assert!(pattern.matches("release/1.2"));
        assert!(!pattern.matches("release/1.2/fix"));
        assert!("**".parse::<BranchPattern>().unwrap().matches("a/b"));
    }
}
