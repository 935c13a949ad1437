//! What is wrong with a configuration, as data and as text for people.
//!
//! A problem says what, where and what to do; it never holds a value that a function would get. Who finds
//! problems is no matter here, nor where they are printed.

use std::fmt;

use super::source::Location;
use crate::nearest::distance;

/// The kinds of problem; each has a stable spelling in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// The text is not TOML.
    Syntax,
    /// A key that nothing reads.
    UnknownKey,
    /// A key that the design plans and this version does not have.
    NotSupportedYet,
    /// A string where a number belongs, and the like.
    WrongType,
    /// A key that must be there.
    MissingKey,
    /// The right type, and still not a value that makes sense.
    InvalidValue,
    /// Two settings that exclude each other.
    Conflict,
    /// An environment that the configuration does not have, or none that could be chosen.
    UnknownEnvironment,
    /// A function that the configuration does not have.
    UnknownFunction,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Its kind.
    pub code: ProblemCode,
    /// What is wrong: a fragment without a full stop.
    pub message: String,
    /// The path of keys to it, from the root of the file; empty for what is not in the file.
    pub keys: Vec<String>,
    /// Where it is in the file; `None` for what came from a flag or an environment variable.
    pub location: Option<Location>,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&printable(&self.message))?;
        if let Some(location) = &self.location {
            write_location(formatter, location)?;
        }
        if let Some(hint) = &self.hint {
            write!(formatter, "\nhint: {}", printable(hint))?;
        }
        Ok(())
    }
}

/// Without what would move a terminal's cursor: the text may quote a key or value of the file.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

fn write_location(formatter: &mut fmt::Formatter<'_>, location: &Location) -> fmt::Result {
    if location.excerpt.is_empty() {
        return write!(formatter, "\n --> {}", location.file);
    }
    let number = location.line.to_string();
    let gutter = " ".repeat(number.len());
    write!(formatter, "\n{gutter}--> {}:{}:{}", location.file, location.line, location.column)?;
    let mut label = number.as_str();
    for line in location.excerpt.lines() {
        write!(formatter, "\n{label} | {line}")?;
        label = &gutter;
    }
    Ok(())
}

/// Everything that is wrong, in the order of the file. Never empty when it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// The problems, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// `value` when there is no problem.
    pub(super) fn or<T>(mut self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort_by_key(|problem| problem.location.as_ref().map_or(usize::MAX, |location| location.span.start));
        self.0.dedup();
        Err(self)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n\n")?;
            }
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// The candidate that was probably meant, if one is near enough.
pub(super) fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = |text: &str| text.to_ascii_lowercase().replace(['-', '.', ' '], "_");
    let given = folded(text);
    candidates
        .into_iter()
        .map(|candidate| (distance(&given, &folded(candidate)), candidate))
        // A third of the letters may be wrong: more is another word.
        .filter(|(distance, candidate)| *distance <= candidate.len().max(text.len()).div_ceil(3).min(4))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// "did you mean …?", or the list of what there is.
pub(super) fn suggestion(text: &str, what: &str, candidates: &[&str]) -> Option<String> {
    if let Some(near) = nearest(text, candidates.iter().copied()) {
        return Some(format!("did you mean `{near}`?"));
    }
    if candidates.is_empty() {
        return None;
    }
    let list: Vec<String> = candidates.iter().map(|candidate| format!("`{candidate}`")).collect();
    Some(format!("{what}: {}", list.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_near() {
        let keys = ["handler", "runtime", "role_arn", "path"];
        assert_eq!(nearest("handlr", keys), Some("handler"));
        assert_eq!(nearest("role-arn", keys), Some("role_arn"));
        assert_eq!(nearest("Path", keys), Some("path"));
        assert_eq!(nearest("colour", keys), None);
    }
}
