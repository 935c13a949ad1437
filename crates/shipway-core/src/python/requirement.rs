//! One requirement, as requirement files, `pyproject.toml` and packages' metadata spell it (PEP 508):
//! `name[extra,…] >=1,<2 ; marker` or `name @ URL ; marker`.

use std::collections::BTreeSet;

use super::marker::{InvalidMarker, Marker};

/// A requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The package's normalised name.
    pub name: String,
    /// The extras that are asked for, normalised.
    pub extras: BTreeSet<String>,
    /// Where it is to come from, when the requirement says so after `@`.
    pub location: Option<String>,
    /// Which versions will do, as spelt; empty for any.
    pub versions: String,
    /// When it is required at all.
    pub marker: Option<Marker>,
}

impl Requirement {
    /// Reads a requirement. `None` for a text that does not begin with a package's name.
    ///
    /// # Errors
    /// When the marker cannot be read.
    pub fn parse(text: &str) -> Result<Option<Self>, InvalidMarker> {
        let text = text.trim();
        let end = text.find(|other: char| !other.is_ascii_alphanumeric() && !"-_.".contains(other));
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        let (extras, rest) = extras(rest.trim_start());
        let rest = rest.trim_start();
        let (location, versions, marker) = match rest.strip_prefix('@') {
            // In an address a `;` is a marker's only after a space.
            Some(rest) => {
                let (location, marker) =
                    rest.split_once(" ;").map_or((rest, None), |(url, marker)| (url, Some(marker)));
                (Some(location.trim().to_owned()), "", marker)
            }
            None => {
                let (versions, marker) =
                    rest.split_once(';').map_or((rest, None), |(text, marker)| (text, Some(marker)));
                (None, versions, marker)
            }
        };
        let versions = versions.trim().trim_start_matches('(').trim_end_matches(')').trim().to_owned();
        let is_versions = versions.is_empty() || versions.starts_with(['<', '>', '=', '!', '~']);
        if !is_versions {
            return Ok(None);
        }
        let marker = marker.map(Marker::parse).transpose()?;
        Ok(Some(Self { name: normalized(name), extras, location, versions, marker }))
    }

    /// The requirement without its marker, as a requirements file spells it.
    #[must_use]
    pub fn line(&self) -> String {
        let extras: Vec<&str> = self.extras.iter().map(String::as_str).collect();
        let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
        match &self.location {
            Some(location) => format!("{}{extras} @ {location}", self.name),
            None => format!("{}{extras}{}", self.name, self.versions),
        }
    }
}

/// `[a,b]` at the beginning of a text, and what follows.
pub(super) fn extras(text: &str) -> (BTreeSet<String>, &str) {
    let Some((inside, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) else {
        return (BTreeSet::new(), text);
    };
    (inside.split(',').map(str::trim).filter(|extra| !extra.is_empty()).map(normalized).collect(), rest)
}

/// A package's name as indexes compare it (PEP 503): lower case, runs of `-`, `_` and `.` as one `-`.
#[must_use]
pub fn normalized(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.trim().chars() {
        if matches!(character, '-' | '_' | '.') {
            if !text.ends_with('-') {
                text.push('-');
            }
        } else {
            text.push(character.to_ascii_lowercase());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        let requirement = Requirement::parse(text).unwrap()?;
        let marker = if requirement.marker.is_some() { " if …" } else { "" };
        Some(requirement.line() + marker)
    }

    #[test]
    fn requirements_are_read_in_every_spelling() {
        for (text, expected) in [
            ("idna", "idna"),
            ("Typing_Extensions>=4.6 ; python_version < '3.11'", "typing-extensions>=4.6 if …"),
            ("idna (>=3.7,<4.0)", "idna>=3.7,<4.0"),
            ("requests[socks, security]==2.*", "requests[security,socks]==2.*"),
            ("common @ file:///a;b", "common @ file:///a;b"),
            ("common[x] @ file:../lib ; os_name == 'posix'", "common[x] @ file:../lib if …"),
        ] {
            assert_eq!(parsed(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "-e .", "./lib", "libs/common", "https://example.com/x.whl", "# x"] {
            assert_eq!(parsed(text), None, "{text}");
        }
        assert!(Requirement::parse("a ; b").is_err());
        assert_eq!(normalized("A__b.-C"), "a-b-c");
    }
}
