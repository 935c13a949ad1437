//! The labels of the corpus: `corpus/README.md` says what they mean.

use std::path::Path;

use serde_json::Value;
use shipway_contract::Need;

/// The two kinds of labelled files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    Written,
    Real,
}

impl Set {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Real => "real",
        }
    }
}

/// A file, and what is in it according to a person.
pub(crate) struct Labelled {
    pub(crate) path: String,
    pub(crate) reads: Vec<(u64, String, Need)>,
    pub(crate) computed: Vec<u64>,
    pub(crate) package: Option<Package>,
    pub(crate) sha256: Option<String>,
}

/// The package that a file is from.
pub(crate) struct Package {
    pub(crate) registry: String,
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Reads the labels of one language.
#[expect(clippy::disallowed_methods, reason = "the reader is pure; this test of it reads the corpus")]
pub(crate) fn read(folder: &Path, set: Set) -> Vec<Labelled> {
    let path = folder.join(format!("{}.json", set.name()));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse(text: &str) -> Result<Vec<Labelled>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    items(&document["files"]).map(labelled).collect()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn string(value: &Value, key: &str) -> Result<String, String> {
    value[key].as_str().map(str::to_owned).ok_or_else(|| format!("`{key}` is missing in {value}"))
}

fn labelled(file: &Value) -> Result<Labelled, String> {
    let read = |read: &Value| {
        let line = read["line"].as_u64().ok_or_else(|| format!("`line` is missing in {read}"))?;
        let need = match read["need"].as_str() {
            Some("required") => Need::Required,
            Some("optional") => Need::Optional,
            _ => return Err(format!("`need` is neither required nor optional in {read}")),
        };
        Ok((line, string(read, "name")?, need))
    };
    let package = match &file["package"] {
        Value::Null => None,
        package => Some(Package {
            registry: string(package, "registry")?,
            name: string(package, "name")?,
            version: string(package, "version")?,
        }),
    };
    Ok(Labelled {
        path: string(file, "path")?,
        reads: items(&file["reads"]).map(read).collect::<Result<_, String>>()?,
        computed: items(&file["computed"]).filter_map(Value::as_u64).collect(),
        package,
        sha256: file["sha256"].as_str().map(str::to_owned),
    })
}
