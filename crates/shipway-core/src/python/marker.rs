//! Environment markers: `python_version < "3.11" and sys_platform == "win32"`.
//!
//! The grammar is that of the dependency specifiers (PEP 508, and its page on packaging.python.org). Versions are compared
//! by their numbers alone: no marker in use tells two pre-releases of Python apart.

use super::target::Target;

/// A text that is no marker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an environment marker")]
pub struct InvalidMarker(pub String);

/// A condition on where a package runs and which of another's extras are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marker {
    /// All of them hold.
    All(Vec<Marker>),
    /// At least one holds.
    Any(Vec<Marker>),
    /// A comparison.
    Comparison {
        /// What is on the left.
        left: Operand,
        /// `<`, `<=`, `!=`, `==`, `>=`, `>`, `~=`, `===`, `in` or `not in`.
        operator: String,
        /// What is on the right.
        right: Operand,
    },
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A variable of the environment's.
    Variable(String),
    /// A text.
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Text(String),
    Word(String),
    Operator(String),
}

impl Marker {
    /// Reads a marker.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Self, InvalidMarker> {
        let invalid = || InvalidMarker(text.trim().to_owned());
        let tokens = tokens(text).ok_or_else(invalid)?;
        let mut rest = tokens.as_slice();
        let marker = any(&mut rest).ok_or_else(invalid)?;
        if rest.is_empty() { Ok(marker) } else { Err(invalid()) }
    }

    /// Whether it holds for `target` when `extra` is asked for (empty for none).
    #[must_use]
    pub fn holds(&self, target: &Target, extra: &str) -> bool {
        match self {
            Self::All(markers) => markers.iter().all(|marker| marker.holds(target, extra)),
            Self::Any(markers) => markers.iter().any(|marker| marker.holds(target, extra)),
            Self::Comparison { left, operator, right } => {
                let is_extra = [left, right].contains(&&Operand::Variable("extra".to_owned()));
                let value = |operand: &Operand| match operand {
                    Operand::Text(text) if is_extra => super::normalized(text),
                    Operand::Text(text) => text.clone(),
                    Operand::Variable(name) if name == "extra" => super::normalized(extra),
                    Operand::Variable(name) => target.value(name).unwrap_or_default(),
                };
                compare(&value(left), operator, &value(right))
            }
        }
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '"' | '\'' => {
                let end = rest[1..].find(first)?;
                (Token::Text(rest[1..=end].to_owned()), end + 2)
            }
            '<' | '>' | '=' | '!' | '~' => {
                let length = rest.find(|other: char| !"<>=!~".contains(other)).unwrap_or(rest.len());
                (Token::Operator(rest[..length].to_owned()), length)
            }
            _ => {
                let is_word = |other: char| other.is_ascii_alphanumeric() || other == '_' || other == '.';
                let length = rest.find(|other: char| !is_word(other)).unwrap_or(rest.len());
                if length == 0 {
                    return None;
                }
                (Token::Word(rest[..length].to_owned()), length)
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

fn any(rest: &mut &[Token]) -> Option<Marker> {
    several(rest, "or", all)
        .map(|mut markers| if markers.len() == 1 { markers.remove(0) } else { Marker::Any(markers) })
}

fn all(rest: &mut &[Token]) -> Option<Marker> {
    several(rest, "and", one)
        .map(|mut markers| if markers.len() == 1 { markers.remove(0) } else { Marker::All(markers) })
}

fn several(rest: &mut &[Token], word: &str, part: fn(&mut &[Token]) -> Option<Marker>) -> Option<Vec<Marker>> {
    let mut markers = vec![part(rest)?];
    while matches!(rest.first(), Some(Token::Word(found)) if found == word) {
        *rest = &rest[1..];
        markers.push(part(rest)?);
    }
    Some(markers)
}

fn one(rest: &mut &[Token]) -> Option<Marker> {
    if rest.first() == Some(&Token::Open) {
        *rest = &rest[1..];
        let marker = any(rest)?;
        (take(rest)? == Token::Close).then_some(())?;
        return Some(marker);
    }
    let left = operand(rest)?;
    let operator = match take(rest)? {
        Token::Operator(operator) => {
            ["<", "<=", "!=", "==", ">=", ">", "~=", "==="].contains(&operator.as_str()).then_some(operator)?
        }
        Token::Word(word) if word == "in" => word,
        Token::Word(word) if word == "not" => match take(rest)? {
            Token::Word(word) if word == "in" => "not in".to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    Some(Marker::Comparison { left, operator, right: operand(rest)? })
}

fn operand(rest: &mut &[Token]) -> Option<Operand> {
    match take(rest)? {
        Token::Text(text) => Some(Operand::Text(text)),
        Token::Word(word) => Some(Operand::Variable(word)),
        _ => None,
    }
}

fn take(rest: &mut &[Token]) -> Option<Token> {
    let (first, others) = rest.split_first()?;
    *rest = others;
    Some(first.clone())
}

fn compare(left: &str, operator: &str, right: &str) -> bool {
    match operator {
        "in" => return right.contains(left),
        "not in" => return !right.contains(left),
        "===" => return left == right,
        _ => {}
    }
    if let (Some(version), Some(than)) = (numbers(left), numbers(right.trim_end_matches(".*"))) {
        return compare_versions(&version, operator, &than, right.ends_with(".*"));
    }
    match operator {
        "==" | "~=" => left == right,
        "!=" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        ">=" => left >= right,
        _ => false,
    }
}

fn compare_versions(version: &[u64], operator: &str, than: &[u64], is_prefix: bool) -> bool {
    use std::cmp::Ordering;
    let begins = |length: usize| (0..length).all(|at| version.get(at).unwrap_or(&0) == &than[at]);
    let length = version.len().max(than.len());
    let padded = |numbers: &[u64]| (0..length).map(|at| numbers.get(at).copied().unwrap_or(0)).collect::<Vec<_>>();
    let ordering = padded(version).cmp(&padded(than));
    match operator {
        "==" if is_prefix => begins(than.len()),
        "!=" if is_prefix => !begins(than.len()),
        "==" => ordering == Ordering::Equal,
        "!=" => ordering != Ordering::Equal,
        "~=" => ordering != Ordering::Less && begins(than.len().saturating_sub(1)),
        "<" => ordering == Ordering::Less,
        "<=" => ordering != Ordering::Greater,
        ">" => ordering == Ordering::Greater,
        ">=" => ordering != Ordering::Less,
        _ => false,
    }
}

/// The numbers of a version, without what marks a pre-release; `None` for a text that is no version.
pub(super) fn numbers(text: &str) -> Option<Vec<u64>> {
    let text = text.trim().trim_start_matches('v');
    let release = text.find(|other: char| !other.is_ascii_digit() && other != '.').map_or(text, |end| &text[..end]);
    let release = release.trim_end_matches('.');
    if release.is_empty() {
        return None;
    }
    release.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Architecture;

    fn holds(text: &str) -> bool {
        Marker::parse(text).unwrap().holds(&Target::lambda(13, Architecture::Arm64), "")
    }

    #[test]
    fn markers_speak_of_the_functions_platform() {
        for text in [
            "python_version >= '3.9'",
            "python_version >= \"3.13\" and sys_platform == \"linux\"",
            "sys_platform == 'win32' or platform_machine == 'aarch64'",
            "platform_machine in 'x86_64 aarch64'",
            "os_name not in 'nt'",
            "python_full_version >= '3.13.0'",
            "python_version == '3.*' and (python_version != '2.7' or os_name == 'nt')",
            "python_version ~= '3.9'",
            "'linux' in sys_platform",
            "platform_python_implementation != \"PyPy\"",
            "python_version < \"4\"",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "python_version < '3.9'",
            "python_version > '3.13'",
            "sys_platform == 'win32' or platform_machine == 'x86_64'",
            "extra == 'socks'",
            "python_full_version < '3.13'",
            "python_version ~= '3.9.1'",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn extras_are_asked_for_by_name() {
        let marker = Marker::parse("extra == 'Use_Chardet' and python_version >= '3.8'").unwrap();
        let target = Target::lambda(13, Architecture::X86_64);
        assert!(marker.holds(&target, "use-chardet"));
        assert!(!marker.holds(&target, ""));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "python_version", "python_version <", "a == 'b", "(a == 'b'", "a == 'b' c", "a <> 'b'", "% == 'b'"]
        {
            assert!(Marker::parse(text).is_err(), "{text}");
        }
    }
}
