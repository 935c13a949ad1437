//! Ruby functions: files with a method that takes an event and a context.

use super::detect::{Evidence, Found, Read, company, names_for};
use super::folders::{Folders, join, relative};
use crate::builder::Builder;

/// The files that say what a Ruby function depends on; the folder with one is the function's.
const MANIFESTS: [&str; 1] = ["Gemfile"];

/// The versions of Ruby that Lambda has, the one to take when nothing says otherwise first.
const RELEASES: [&str; 4] = ["3.4", "4.0", "3.3", "3.2"];

/// A method that may be a handler.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    /// As the handler names it: `handler`, `Shop::Orders.create`.
    name: String,
    line: usize,
    seen: String,
}

pub(super) fn find(folders: &Folders<'_>, read: Read<'_>) -> Vec<Found> {
    let mut files = Vec::new();
    for (folder, name) in folders.sources(&["rb"]) {
        let path = join(folder, name);
        let Some(text) = read(&path) else { continue };
        let root = folders.nearest_with(folder, &MANIFESTS).unwrap_or(folder);
        for candidate in handlers(&text) {
            files.push((root, path.clone(), candidate));
        }
    }
    let company = company(files.iter().map(|(root, _, _)| *root));
    let mut found = Vec::new();
    for (root, path, candidate) in &files {
        let file = relative(path, root).trim_end_matches(".rb");
        let stem = file.rsplit('/').next().unwrap_or(file);
        let names = names_for(root, stem, company[root]);
        found.push(describe(folders, (root, path, file), candidate, names, read));
    }
    found
}

fn describe(
    folders: &Folders<'_>,
    (root, path, file): (&str, &str, &str),
    candidate: &Candidate,
    names: Vec<String>,
    read: Read<'_>,
) -> Found {
    let mut evidence = vec![Evidence::code(path, candidate.line, &candidate.seen)];
    let mut doubts = Vec::new();
    match folders.first_of(root, &MANIFESTS) {
        Some(manifest) => {
            evidence.push(Evidence { file: join(root, manifest), line: None, what: "its gems".to_owned() });
            if !folders.has(root, "Gemfile.lock") {
                doubts.push("the Gemfile has no lock file: run `bundle lock`".to_owned());
            }
        }
        None => doubts.push("no gems: there is no Gemfile".to_owned()),
    }
    let runtime = runtime(folders, root, read, &mut evidence, &mut doubts);
    Found {
        names,
        folder: root.to_owned(),
        builder: Builder::Ruby,
        runtime,
        handler: format!("{file}.{}", candidate.name),
        evidence,
        doubts,
    }
}

/// Methods with the two keywords of a handler: at the top level, or a class's or module's own. Modules are told by the
/// indentation that everybody uses, not by parsing.
fn handlers(text: &str) -> Vec<Candidate> {
    let mut modules: Vec<(usize, String)> = Vec::new();
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let indentation = line.len() - line.trim_start().len();
        let code = line.trim();
        if code.is_empty() || code.starts_with('#') {
            continue;
        }
        modules.retain(|(depth, _)| *depth < indentation);
        if let Some(name) = code.strip_prefix("module ").or_else(|| code.strip_prefix("class ")) {
            let name = name.split([' ', '<', ';']).next().unwrap_or_default();
            modules.push((indentation, name.to_owned()));
        }
        let Some(definition) = code.strip_prefix("def ") else { continue };
        let (name, parameters) = definition.split_once(['(', ' ']).unwrap_or((definition, ""));
        if !(has_keyword(parameters, "event") && has_keyword(parameters, "context")) {
            continue;
        }
        let owner: Vec<&str> = modules.iter().map(|(_, name)| name.as_str()).collect();
        let name = match (name.strip_prefix("self."), owner.is_empty()) {
            (Some(name), false) => format!("{}.{name}", owner.join("::")),
            (None, true) => name.to_owned(),
            // An instance's method cannot be a handler.
            _ => continue,
        };
        found.push(Candidate { name, line: index + 1, seen: code.to_owned() });
    }
    found
}

fn has_keyword(parameters: &str, name: &str) -> bool {
    parameters
        .split([',', '(', ')'])
        .any(|parameter| parameter.trim().split(':').next() == Some(name) && parameter.contains(':'))
}

/// The runtime that the folder's files ask for.
fn runtime(
    folders: &Folders<'_>,
    root: &str,
    read: Read<'_>,
    evidence: &mut Vec<Evidence>,
    doubts: &mut Vec<String>,
) -> String {
    if let Some(folder) = folders.nearest_with(root, &[".ruby-version"]) {
        let file = join(folder, ".ruby-version");
        let text = read(&file).unwrap_or_default();
        if let Some(release) = release_in(text.trim()) {
            evidence.push(Evidence { file, line: Some(1), what: format!("Ruby {release}") });
            return format!("ruby{release}");
        }
    }
    if folders.has(root, "Gemfile") {
        let file = join(root, "Gemfile");
        let text = read(&file).unwrap_or_default();
        let line = text.lines().enumerate().find(|(_, line)| line.trim_start().starts_with("ruby "));
        if let Some((release, index)) = line.and_then(|(index, line)| Some((release_in(line)?, index))) {
            evidence.push(Evidence { file, line: Some(index + 1), what: format!("Ruby {release}") });
            return format!("ruby{release}");
        }
    }
    doubts.push("nothing says which version of Ruby it is for".to_owned());
    format!("ruby{}", RELEASES[0])
}

/// The release of Lambda's that a text names: `3.4` in `ruby "~> 3.4.1"`.
fn release_in(text: &str) -> Option<&'static str> {
    let at = text.find(|character: char| character.is_ascii_digit())?;
    let version = &text[at..];
    RELEASES.into_iter().find(|release| {
        version.strip_prefix(release).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        handlers(text).into_iter().map(|candidate| format!("{}:{}", candidate.line, candidate.name)).collect()
    }

    #[test]
    fn handlers_are_known_by_their_keywords() {
        assert_eq!(names("require 'json'\n\ndef handler(event:, context:)\n  1\nend\n"), ["3:handler"]);
        assert_eq!(names("def lambda_handler(event:, context: nil) = 1\n"), ["1:lambda_handler"]);
        let text = "module Shop\n  class Orders < Base\n    def self.create(event:, context:)\n    end\n  end\nend\n\
                    def other(event:, context:)\nend\n";
        assert_eq!(names(text), ["3:Shop::Orders.create", "7:other"]);
    }

    #[test]
    fn what_is_none_is_not_taken_for_one() {
        for text in [
            "def handler(event, context)\n",
            "def handler(event:)\n",
            "class A\n  def handler(event:, context:)\n  end\nend\n",
            "# def handler(event:, context:)\n",
            "def handler\n",
        ] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn releases_are_read() {
        assert_eq!(release_in("3.4.1"), Some("3.4"));
        assert_eq!(release_in("ruby \"~> 3.3\""), Some("3.3"));
        assert_eq!(release_in("ruby-4.0.0"), Some("4.0"));
        assert_eq!(release_in("2.7.8"), None);
        assert_eq!(release_in("none"), None);
    }
}
