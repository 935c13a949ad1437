//! A bundle's source map names its sources as seen from where it lies in the package, in the function's folder: not from
//! the scratch folder in which it was made.

use std::path::{Component, Path, PathBuf};

use serde_json::Value;

/// Renames the sources of a map that was written into the folder `written`. In the package it lies in a folder that
/// would be `place` among the `inputs`.
pub(super) fn rename_sources(map: &mut Value, written: &Path, inputs: &Path, place: &Path) {
    let Some(sources) = map["sources"].as_array_mut() else { return };
    for source in sources {
        if let Some(renamed) = source.as_str().and_then(|source| rename(source, written, inputs, place)) {
            *source = Value::String(renamed);
        }
    }
}

fn rename(source: &str, written: &Path, inputs: &Path, place: &Path) -> Option<String> {
    // Others than files have a scheme.
    if source.contains(':') {
        return None;
    }
    let whole = plain(&written.join(source));
    match whole.strip_prefix(inputs) {
        Ok(inside) => Some(seen_from(&inputs.join(inside), place)),
        // A store of pnpm's outside: the package's own name must do.
        Err(_) => source.rfind("node_modules/").map(|at| source[at..].to_owned()),
    }
}

/// The path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// `path` relative to the folder `from`, with `/`. Both are absolute.
fn seen_from(path: &Path, from: &Path) -> String {
    let common = path.components().zip(from.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = path.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_named_as_seen_from_the_package() {
        let mut map = serde_json::json!({ "sources": [
            "../../inputs/f/src/index.ts", "../../inputs/f/node_modules/x/index.js", "../../inputs/libs/a/index.ts",
            "../../../store/links/y/node_modules/y/index.js", "disabled:fs",
        ]});
        let (written, inputs) = (Path::new("/s/tree/dist"), Path::new("/s/inputs"));
        rename_sources(&mut map, written, inputs, Path::new("/s/inputs/f/dist"));
        let expected = [
            "../src/index.ts",
            "../node_modules/x/index.js",
            "../../libs/a/index.ts",
            "node_modules/y/index.js",
            "disabled:fs",
        ];
        assert_eq!(map["sources"], serde_json::json!(expected));
    }
}
