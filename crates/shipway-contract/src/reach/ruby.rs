//! What a Ruby handler reaches: `require_relative`, and `require`, `load` and `autoload` of files in the function's folder, its `lib`, and
//! the folders that it depends on. What an autoloader finds by a constant's name is not seen.

use super::tokens::{Dialect, Token, tokens};
use super::{Files, Function, Project, Unresolved, first_of, follow, paths, roots};

/// The files that a handler reaches.
pub(super) fn walk(project: &Project<'_>, function: &Function<'_>) -> Result<Files, Unresolved> {
    let roots = roots(function, "lib");
    let begin = match function.entry {
        Some(entry) => vec![entry.to_owned()],
        None => {
            let (folder, name) = function.handler.rsplit_once('/').unwrap_or(("", function.handler));
            let file = paths::join(folder, name.split('.').next().unwrap_or(name));
            roots.iter().map(|root| format!("{}.rb", paths::join(root, &file))).collect()
        }
    };
    let begin = first_of(project, begin)?;
    Ok(follow(project, [begin], |path, text| {
        let found = requires(text).into_iter().flat_map(|require| require.paths(path, &roots));
        found.filter(|path| project.paths.contains(path)).collect()
    }))
}

#[derive(Debug, PartialEq, Eq)]
enum Require<'t> {
    /// From the file's own folder.
    Relative(&'t str),
    /// From one of the folders that are searched.
    Searched(&'t str),
}

impl Require<'_> {
    /// The files that it may load.
    fn paths(&self, from: &str, roots: &[String]) -> Vec<String> {
        let with_ending = |path: String| if path.ends_with(".rb") { path } else { format!("{path}.rb") };
        match self {
            Self::Relative(path) => paths::resolve(paths::folder_of(from), path).map(with_ending).into_iter().collect(),
            Self::Searched(path) => {
                roots.iter().filter_map(|root| paths::resolve(root, path)).map(with_ending).collect()
            }
        }
    }
}

fn requires(text: &str) -> Vec<Require<'_>> {
    let tokens = tokens(Dialect::Ruby, text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let rest = match &tokens[at + 1..] {
            [Token::Sign(b'('), rest @ ..] | rest => rest,
        };
        match (token, rest) {
            (Token::Word("require_relative"), [Token::Text(path), ..]) => found.push(Require::Relative(path)),
            (Token::Word("require" | "load"), [Token::Text(path), ..]) => found.push(Require::Searched(path)),
            (Token::Word("autoload"), [Token::Sign(b':'), _, Token::Sign(b','), Token::Text(path), ..]) => {
                found.push(Require::Searched(path));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Require::{Relative, Searched};
    use super::requires;

    #[test]
    fn requires_are_found_in_all_their_forms() {
        let text = "require 'a'\nrequire_relative(\"b/c\")\nautoload :D, 'd'\n# require 'e'\nx = \"require 'f'\"\n";
        assert_eq!(requires(text), [Searched("a"), Relative("b/c"), Searched("d")]);
    }
}
