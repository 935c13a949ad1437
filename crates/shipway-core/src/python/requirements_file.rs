//! The lines of a requirements file: what leads to other files and folders, and what is left to an index.
//!
//! Source of the format: pip's documentation, "Requirements File Format".

use std::collections::BTreeSet;

use super::marker::Marker;
use super::requirement::{Requirement, extras};

/// A line, its continuations joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The line as it is in the file.
    pub text: String,
    /// What it says.
    pub entry: Entry,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// `-r FILE`: relative to the file it is in.
    Requirements(String),
    /// `-c FILE`: relative to the file it is in.
    Constraints(String),
    /// A folder or file of this machine: relative to where the tool runs.
    Path {
        /// The path, as the line says it.
        path: String,
        /// The package's name, when the line says it.
        name: Option<String>,
        /// The extras that are asked for.
        extras: BTreeSet<String>,
        /// When it is required at all.
        marker: Option<Marker>,
    },
    /// `-f FOLDER`, where wheels are: relative to where the tool runs.
    FindLinks(String),
    /// A package from an index.
    Package(Requirement),
    /// A setting, a comment, an address, or what nobody but the tool can read.
    Other,
}

/// The lines of a requirements file.
#[must_use]
pub fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut joined = String::new();
    for line in text.lines() {
        joined.push_str(line);
        if line.ends_with('\\') && !line.trim_start().starts_with('#') {
            joined.push('\n');
            continue;
        }
        let text = std::mem::take(&mut joined);
        lines.push(Line { entry: entry(&text), text });
    }
    if !joined.is_empty() {
        lines.push(Line { entry: entry(&joined), text: joined });
    }
    lines
}

/// Whether some line says which files it accepts: then the tools want it of all.
#[must_use]
pub fn is_hashed(text: &str) -> bool {
    text.contains("--hash")
}

fn entry(line: &str) -> Entry {
    let joined = line.replace("\\\n", " ");
    let text = joined.trim();
    // A comment begins the line or follows a space: `#` in an address is its own.
    let text = if text.starts_with('#') { "" } else { text.split(" #").next().unwrap_or(text).trim() };
    let option = |names: [&str; 2]| {
        names.iter().find_map(|name| {
            let rest = text.strip_prefix(name)?;
            let is_long = name.starts_with("--");
            (!is_long || rest.starts_with(['=', ' '])).then(|| rest.trim_start_matches(['=', ' ']).trim().to_owned())
        })
    };
    if let Some(file) = option(["--requirement", "-r"]) {
        return Entry::Requirements(file);
    }
    if let Some(file) = option(["--constraint", "-c"]) {
        return Entry::Constraints(file);
    }
    if let Some(folder) = option(["--find-links", "-f"]) {
        return if folder.contains("://") { Entry::Other } else { Entry::FindLinks(folder) };
    }
    let editable = option(["--editable", "-e"]);
    let text = editable.as_deref().unwrap_or(text);
    if text.is_empty() || text.starts_with('-') {
        return Entry::Other;
    }
    // Settings of a single requirement: hashes, mostly.
    let text = text.split(" --").next().unwrap_or(text).trim();
    match Requirement::parse(text) {
        Ok(Some(requirement)) => of_requirement(requirement),
        Ok(None) => of_path(text),
        // The tool says what is wrong with it.
        Err(_) => Entry::Other,
    }
}

fn of_requirement(requirement: Requirement) -> Entry {
    let local = requirement.location.as_deref().and_then(file_path).map(ToOwned::to_owned);
    match (local, &requirement.location) {
        (Some(path), _) => {
            Entry::Path { path, name: Some(requirement.name), extras: requirement.extras, marker: requirement.marker }
        }
        (None, Some(_)) => Entry::Other,
        (None, None) => Entry::Package(requirement),
    }
}

fn of_path(text: &str) -> Entry {
    let (text, marker) = text.split_once(" ;").or_else(|| text.split_once("; ")).unwrap_or((text, ""));
    let marker = if marker.is_empty() { None } else { Marker::parse(marker).ok() };
    let (path, extras) = match text.find('[') {
        Some(at) => (&text[..at], extras(&text[at..]).0),
        None => (text, BTreeSet::new()),
    };
    let path = path.trim();
    let local = file_path(path).or((!path.contains("://") && !path.starts_with("git+")).then_some(path));
    match local {
        Some(path) if path.contains('/') || path.starts_with('.') => {
            Entry::Path { path: path.to_owned(), name: None, extras, marker }
        }
        _ => Entry::Other,
    }
}

/// The path in a `file:` address.
pub(super) fn file_path(address: &str) -> Option<&str> {
    let path = address.strip_prefix("file:")?;
    let path = path.strip_prefix("//localhost").or_else(|| path.strip_prefix("//")).unwrap_or(path);
    Some(path.split('#').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        match entry(text) {
            Entry::Requirements(file) => format!("requirements {file}"),
            Entry::Constraints(file) => format!("constraints {file}"),
            Entry::FindLinks(folder) => format!("links {folder}"),
            Entry::Package(requirement) => format!("package {}", requirement.line()),
            Entry::Path { path, extras, marker, .. } => format!("path {path} {extras:?} {}", marker.is_some()),
            Entry::Other => "other".to_owned(),
        }
    }

    #[test]
    fn folders_are_told_from_packages() {
        for (text, expected) in [
            ("./lib", "path ./lib {} false"),
            (".", "path . {} false"),
            ("../../libs/common", "path ../../libs/common {} false"),
            ("libs/common", "path libs/common {} false"),
            ("-e ../lib", "path ../lib {} false"),
            ("--editable=../lib[cli]", "path ../lib {\"cli\"} false"),
            ("common @ file:../lib", "path ../lib {} false"),
            ("common[x] @ file:../lib ; os_name == 'posix'", "path ../lib {\"x\"} true"),
            ("file:///opt/lib#egg=x", "path /opt/lib {} false"),
            ("./lib ; python_version < '3'", "path ./lib {} true"),
            ("-r more.txt", "requirements more.txt"),
            ("--requirement=more.txt # why", "requirements more.txt"),
            ("-c limits.txt", "constraints limits.txt"),
            ("--find-links wheels", "links wheels"),
            ("-f https://example.com/wheels", "other"),
            ("idna==3.4 # via x", "package idna==3.4"),
            ("idna==3.4 \\\n    --hash=sha256:00", "package idna==3.4"),
            ("x @ https://example.com/x.whl", "other"),
            ("-e git+https://example.com/x.git", "other"),
            ("https://example.com/x.whl", "other"),
            ("--index-url https://example.com", "other"),
            ("# ./lib", "other"),
            ("", "other"),
        ] {
            assert_eq!(seen(text), expected, "{text}");
        }
    }

    #[test]
    fn continued_lines_are_one_and_keep_their_text() {
        let text = "a==1 \\\n  --hash=sha256:00\nb\n";
        let lines = lines(text);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].text, "a==1 \\\n  --hash=sha256:00");
        assert!(is_hashed(text));
    }
}
