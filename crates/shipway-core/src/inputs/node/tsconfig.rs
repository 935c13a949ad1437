//! The TypeScript settings that a folder's own are based on. Settings that come from an installed package are that
//! package's.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::inputs::{Project, join, upwards, within};

/// The settings files that those in `folder` extend, and, where it has none of its own, the nearest above and what that
/// one extends.
pub(super) fn bases(folder: &str, project: &mut Project<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let own: Vec<String> = project.below(folder).filter(|path| is_settings(path, folder)).cloned().collect();
    let nearest = upwards(folder).map(|above| join(above, "tsconfig.json")).find(|path| project.files.contains(path));
    let mut open: Vec<String> = own.into_iter().chain(nearest).collect();
    while let Some(path) = open.pop() {
        if !found.insert(path.clone()) {
            continue;
        }
        let text = project.text(&path).unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        open.extend(extended(&text).iter().filter_map(|base| resolve(folder, base, project)));
    }
    found
}

/// `tsconfig.json`, `tsconfig.build.json` and the like, directly in the folder.
fn is_settings(path: &str, folder: &str) -> bool {
    let name = if folder.is_empty() { Some(path) } else { path.strip_prefix(folder).map(|rest| &rest[1..]) };
    name.is_some_and(|name| !name.contains('/') && name.starts_with("tsconfig.") && name.ends_with(".json"))
}

fn extended(text: &str) -> Vec<String> {
    let settings: Value = serde_json::from_str(&plain_json(text)).unwrap_or_default();
    match &settings["extends"] {
        Value::String(base) => vec![base.clone()],
        Value::Array(bases) => bases.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => vec![],
    }
}

fn resolve(folder: &str, base: &str, project: &Project<'_>) -> Option<String> {
    if !base.starts_with('.') {
        return None;
    }
    let path = within(folder, base)?;
    let candidates = [path.clone(), format!("{path}.json"), join(&path, "tsconfig.json")];
    candidates.into_iter().find(|candidate| project.files.contains(candidate))
}

/// JSON without the comments and the commas at the end of a list that TypeScript allows.
fn plain_json(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.trim_start_matches('\u{feff}');
    while let Some(character) = rest.chars().next() {
        let (piece, kept) = match character {
            '"' => (string_length(rest), Kept::AsItIs),
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), Kept::Nothing),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), Kept::Nothing),
            ']' | '}' => {
                let end = plain.trim_end().len();
                if plain[..end].ends_with(',') {
                    plain.truncate(end - 1);
                }
                (1, Kept::AsItIs)
            }
            _ => (character.len_utf8(), Kept::AsItIs),
        };
        if kept == Kept::AsItIs {
            plain.push_str(&rest[..piece]);
        }
        rest = &rest[piece..];
    }
    plain
}

#[derive(PartialEq, Eq)]
enum Kept {
    AsItIs,
    Nothing,
}

/// How long the string is that `text` begins with, with its quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_with_comments_and_commas_are_read() {
        let text = "{\n  // base\n  \"extends\": [\"../a.json\", /* two */ \"./b//c\",],\n  \"x\": \"a,]\\\"/*\",\n}\n";
        assert_eq!(extended(text), ["../a.json", "./b//c"]);
        assert_eq!(extended("{\"extends\": \"x\"} /* open"), ["x"]);
        assert_eq!(extended("not json"), Vec::<String>::new());
    }

    #[test]
    fn bases_are_followed_within_the_project() {
        let files: BTreeSet<String> =
            ["tsconfig.json", "tsconfig.base.json", "f/tsconfig.json", "f/src/tsconfig.json", "g/x.ts"]
                .map(str::to_owned)
                .into();
        let mut read = |path: &str| {
            Some(match path {
                "f/tsconfig.json" => "{\"extends\": [\"../tsconfig.base\", \"@acme/base\"]}".to_owned(),
                "tsconfig.json" => "{\"extends\": \"../outside.json\"}".to_owned(),
                _ => "{}".to_owned(),
            })
        };
        let mut project = Project::new(&files, &mut read);
        assert_eq!(bases("f", &mut project), ["f/tsconfig.json", "tsconfig.base.json"].map(str::to_owned).into());
        assert_eq!(bases("g", &mut project), ["tsconfig.json".to_owned()].into());
    }
}
