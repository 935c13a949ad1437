//! Parts of the standard library that a crate may not even name.
//!
//! Clippy bans function by function and cannot ban a module; this looks at the text. It knows Rust as far as
//! comments, texts and `use` groups go: enough to find a path that nobody hides on purpose.

/// A crate and the modules of `std` that do not occur in its `src`.
#[derive(Debug, Clone, Copy)]
pub struct Absence {
    /// The crate's folder.
    pub member: &'static str,
    /// Modules of `std`.
    pub modules: &'static [&'static str],
}

/// What the pure crates, the packager and the host do without.
pub const ABSENCES: &[Absence] = &[
    Absence { member: "shipway-contract", modules: &["fs", "env", "net", "process", "thread", "os", "path", "time"] },
    Absence { member: "shipway-core", modules: &["fs", "env", "net", "process", "thread", "os"] },
    Absence { member: "shipway-engine", modules: &["fs", "env", "net", "process", "thread", "os"] },
    Absence { member: "shipway-lambda-model", modules: &["fs", "env", "net", "process", "thread", "os"] },
    Absence { member: "shipway-package", modules: &["env", "net", "process"] },
    Absence { member: "shipway-host", modules: &["net"] },
];

/// The modules among `modules` that `source` names, each with its line (from 1).
#[must_use]
pub fn named<'m>(source: &str, modules: &[&'m str]) -> Vec<(usize, &'m str)> {
    let code = without_comments_and_texts(source);
    let mut found = Vec::new();
    for (start, _) in code.match_indices("std::") {
        let line = code[..start].matches('\n').count() + 1;
        let after = &code[start + "std::".len()..];
        let heads = match after.strip_prefix('{') {
            Some(group) => group_heads(group),
            None => vec![head(after)],
        };
        found.extend(heads.into_iter().filter_map(|head| {
            let module = modules.iter().find(|module| **module == head)?;
            Some((line, *module))
        }));
    }
    found
}

/// The first names in a `use` group: `fs, io::{Read}}` gives `fs` and `io`.
fn group_heads(group: &str) -> Vec<&str> {
    let mut heads = vec![head(group)];
    let mut depth = 1;
    for (offset, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => heads.push(head(&group[offset + 1..])),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

fn head(path: &str) -> &str {
    let path = path.trim_start();
    let end = path.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(path.len());
    &path[..end]
}

/// The source with comments and the insides of texts blanked out; lines stay where they are.
fn without_comments_and_texts(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(character) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if character == '"' {
            text_length(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if let Some(length) = raw_text_length(rest).filter(|_| !code.ends_with(is_name_part)) {
            length
        } else {
            code.push(character);
            rest = &rest[character.len_utf8()..];
            continue;
        };
        code.extend(rest[..skipped].chars().filter(|skipped| *skipped == '\n'));
        rest = &rest[skipped..];
    }
    code
}

fn is_name_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The length of a text that starts here, with both quotes.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (offset, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return offset + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a raw text (`r"…"`, `r#"…"#`) that starts here, if one does.
fn raw_text_length(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - body.len();
    Some(body.find(&end).map_or(rest.len(), |length| start + length + end.len()))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn finds_a_module_however_it_is_named() {
        assert_eq!(named("fn f() {}\nuse std::fs;", &["fs"]), [(2, "fs")]);
        assert_eq!(named("let x = ::std::env::var(\"X\");", &["env", "fs"]), [(1, "env")]);
        assert_eq!(named("use std::{fmt, fs::{self, File}, io};", &["fs", "io"]), [(1, "fs"), (1, "io")]);
        assert_eq!(named("use std::{\n    fs as files,\n};", &["fs"]), [(1, "fs")]);
    }

    #[test]
    fn leaves_comments_texts_and_other_names_alone() {
        let source = r##"
            // std::fs
            /* std::fs */
            let a = "std::fs \" std::fs"; let b = r#"std::fs " "#; let c = '"';
            use std::fmt; use std::io::{fs}; use std::fs_extra;
        "##;
        assert_eq!(named(source, &["fs"]), []);
    }
}
