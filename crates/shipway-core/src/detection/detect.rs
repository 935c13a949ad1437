//! What was found, and the one way to find it.

use std::collections::{BTreeMap, BTreeSet};

use super::folders::{Folders, split};
use super::{go, java, node, prebuilt, python, ruby, rust};
use crate::builder::Builder;
use crate::configuration::ProjectPath;
use crate::names::{Architecture, FunctionName, Handler, LogicalName, Runtime};

/// A file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Its path relative to the project's folder, with `/`.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
}

/// What a repository seems to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Detections {
    /// The functions, sorted by folder and handler, or in the order of the file that they were imported from. No two
    /// have the same name.
    pub functions: Vec<DetectedFunction>,
    /// What an imported file holds and was not taken over: sentences without a full stop.
    pub left_out: Vec<String>,
}

/// What seems to be a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetectedFunction {
    /// A name for it, made from its folder or file.
    pub name: LogicalName,
    /// Its folder.
    pub path: ProjectPath,
    /// What would build it.
    pub builder: Builder,
    /// Its runtime.
    pub runtime: Runtime,
    /// Its handler.
    pub handler: Handler,
    /// Its processor architecture, where something says.
    pub architecture: Option<Architecture>,
    /// Its name in AWS, where something says.
    pub function_name: Option<FunctionName>,
    /// The memory that it has today, in MB, where something says.
    pub memory_megabytes: Option<u32>,
    /// The timeout that it has today, in seconds, where something says.
    pub timeout_seconds: Option<u32>,
    /// What speaks for all this.
    pub evidence: Vec<Evidence>,
    /// What a person should look at: sentences without a full stop.
    pub doubts: Vec<String>,
}

/// Something that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The file it was seen in.
    pub file: String,
    /// The line, from 1, unless it is about the file as such.
    pub line: Option<usize>,
    /// What was seen.
    pub what: String,
}

impl Evidence {
    /// A line of code that was seen. A long one is shortened: a bundle may be a single line.
    pub(super) fn code(file: &str, line: usize, seen: &str) -> Self {
        let seen = seen.trim();
        let shown = match seen.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => format!("`{}…`", &seen[..end]),
            None => format!("`{seen}`"),
        };
        Self { file: file.to_owned(), line: Some(line), what: shown }
    }
}

/// How much of a line of code is quoted, in characters.
const LONGEST_QUOTE: usize = 80;

/// A function before it has a name.
#[derive(Debug)]
pub(super) struct Found {
    /// Names to take, the best first: the first that is free is taken.
    pub(super) names: Vec<String>,
    /// Empty for the project's folder.
    pub(super) folder: String,
    pub(super) builder: Builder,
    pub(super) runtime: String,
    pub(super) handler: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) doubts: Vec<String>,
}

/// Reads a file's text; `None` when it cannot be read or is not UTF-8.
pub(super) type Read<'r> = &'r mut dyn FnMut(&str) -> Option<String>;

/// Looks for functions. `listing` should leave out what git ignores; `read` gives a listed file's text, or
/// `None` when it is not text.
pub fn detect(listing: &[ListedFile], read: &mut dyn FnMut(&str) -> Option<String>) -> Detections {
    // A path that no configuration can say is no function's, and no part of one.
    let sayable: Vec<ListedFile> =
        listing.iter().filter(|file| file.path.parse::<ProjectPath>().is_ok()).cloned().collect();
    let folders = Folders::new(&sayable);
    let mut found = python::find(&folders, read);
    found.extend(node::find(&folders, read));
    found.extend(java::find(&folders, read));
    found.extend(go::find(&folders, read));
    found.extend(rust::find(&folders, read));
    found.extend(ruby::find(&folders, read));
    found.extend(prebuilt::find(&folders));
    found.sort_by(|a, b| (&a.folder, &a.handler).cmp(&(&b.folder, &b.handler)));
    let mut taken = BTreeSet::new();
    let functions = found.into_iter().filter_map(|found| name(found, &mut taken)).collect();
    Detections { functions, left_out: Vec::new() }
}

/// Gives a function the best name that is free. `None` when it cannot be written down at all.
pub(super) fn name(found: Found, taken: &mut BTreeSet<String>) -> Option<DetectedFunction> {
    if found.folder.contains(char::is_control) {
        return None;
    }
    let path = if found.folder.is_empty() { ProjectPath::root() } else { found.folder.parse().ok()? };
    let wishes: Vec<String> = found.names.iter().map(|name| as_word(name)).filter(|name| !name.is_empty()).collect();
    let base = wishes.first().cloned().unwrap_or_else(|| "function".to_owned());
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let name = wishes.into_iter().chain([base.clone()]).chain(numbered).find(|name| !taken.contains(name))?;
    let detected = DetectedFunction {
        name: name.parse().ok()?,
        path,
        builder: found.builder,
        runtime: found.runtime.parse().ok()?,
        handler: found.handler.parse().ok()?,
        architecture: None,
        function_name: None,
        memory_megabytes: None,
        timeout_seconds: None,
        evidence: found.evidence,
        doubts: found.doubts,
    };
    taken.insert(name);
    Some(detected)
}

/// A text as a logical name: other characters become `-`, short enough to take a number.
fn as_word(text: &str) -> String {
    let word: String = text
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() || character == '_' { character } else { '-' })
        .take(56)
        .collect();
    word.trim_matches(|character| character == '-' || character == '_').to_owned()
}

/// Names for a function in `folder` whose code is in a file with `stem`: the folder's own name when it has
/// one and the file's says nothing, the file's name, both.
pub(super) fn names_for(folder: &str, stem: &str, alone: Company) -> Vec<String> {
    let folder_name = split(folder).1;
    let parent = split(split(folder).0).1;
    let by_folder = [folder_name.to_owned(), format!("{parent}-{folder_name}")];
    let by_file = [stem.to_owned(), format!("{folder_name}-{stem}"), format!("{parent}-{folder_name}-{stem}")];
    match alone {
        Company::Alone if !folder_name.is_empty() => by_folder.into_iter().chain(by_file).collect(),
        Company::Alone | Company::Several => by_file.into_iter().chain(by_folder).collect(),
    }
}

/// Whether a folder holds one function or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    Alone,
    Several,
}

/// Tells functions of one folder apart by their files, and those that have theirs alone by the folder.
pub(super) fn company<'f>(folders: impl IntoIterator<Item = &'f str>) -> BTreeMap<&'f str, Company> {
    let mut company = BTreeMap::new();
    for folder in folders {
        company.entry(folder).and_modify(|company| *company = Company::Several).or_insert(Company::Alone);
    }
    company
}
