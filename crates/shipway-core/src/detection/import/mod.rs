//! A first configuration from what another tool has: a SAM or CloudFormation template, a serverless.yml, lambroll's
//! function.json. Takes what is written there plainly; what only the other tool can resolve becomes a doubt, and what it
//! says of the infrastructure (roles, triggers, values of variables) is left to it. Nothing here reads files.

mod document;
mod lambroll;
mod sam;
mod serverless;

use std::collections::BTreeSet;

use document::Node;

use super::detect::{DetectedFunction, Detections, Evidence, Found, name};
use super::folders::split;
use super::order::{builder_of_folder, within};
use crate::builder::Builder;
use crate::detection::ListedFile;
use crate::names::{Architecture, FunctionName, Runtime};

/// A file that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is no YAML or JSON.
    #[error("`{file}` cannot be read as YAML or JSON: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// The parser's own words.
        reason: String,
    },
    /// It is none of the files that are known.
    #[error("`{file}` is no SAM or CloudFormation template, no serverless.yml and no function.json of lambroll")]
    Unknown {
        /// The file.
        file: String,
    },
}

/// A function as the other tool describes it, as far as it is plain.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// Its name there.
    pub(super) name: String,
    /// The line it begins in, from 1.
    pub(super) line: usize,
    /// Its folder, relative to the file's.
    pub(super) folder: String,
    pub(super) runtime: Option<String>,
    pub(super) handler: Option<String>,
    pub(super) architecture: Option<String>,
    pub(super) function_name: Option<String>,
    pub(super) memory: Option<u32>,
    pub(super) timeout: Option<u32>,
    /// A builder that the description asks for, other than what the folder suggests.
    pub(super) builder: Option<Builder>,
    pub(super) doubts: Vec<String>,
}

/// What a file of another tool comes to.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) functions: Vec<Described>,
    /// What was seen and could not be taken over: sentences without a full stop.
    pub(super) left_out: Vec<String>,
}

/// Reads a file of another tool: `file` is its path in the project, `text` what is in it, `listing` the project's files.
///
/// # Errors
/// When the file is none that is known.
pub fn import(file: &str, text: &str, listing: &[ListedFile]) -> Result<Detections, ImportError> {
    let document = Node::parse(text).map_err(|reason| ImportError::Unreadable { file: file.to_owned(), reason })?;
    let read = if sam::is_template(&document) {
        sam::read(&document)
    } else if serverless::is_service(&document) {
        serverless::read(&document)
    } else if lambroll::is_function(&document) {
        lambroll::read(&document)
    } else {
        return Err(ImportError::Unknown { file: file.to_owned() });
    };
    let mut taken = BTreeSet::new();
    let mut detections = Detections { functions: Vec::new(), left_out: read.left_out };
    for described in read.functions {
        let shown = described.name.clone();
        match settle(file, described, listing, &mut taken) {
            Ok(function) => detections.functions.push(function),
            Err(reason) => detections.left_out.push(format!("`{shown}`: {reason}")),
        }
    }
    Ok(detections)
}

fn settle(
    file: &str,
    described: Described,
    listing: &[ListedFile],
    taken: &mut BTreeSet<String>,
) -> Result<DetectedFunction, String> {
    let Described { runtime, handler, mut doubts, .. } = described;
    let runtime = runtime.ok_or("its runtime is not written plainly")?;
    let parsed: Runtime = runtime.parse().map_err(|_| format!("`{runtime}` is no runtime"))?;
    let handler = handler.ok_or("its handler is not written plainly")?;
    let folder = within(split(file).0, &described.folder).ok_or("its code is outside of the project's folder")?;
    let builder = described.builder.or_else(|| builder_of_folder(&parsed, &folder, listing));
    let builder = builder.unwrap_or_else(|| {
        doubts.push("nothing in its folder tells how it is built: set `build`".to_owned());
        Builder::Prebuilt { path: ".".to_owned() }
    });
    let evidence =
        Evidence { file: file.to_owned(), line: Some(described.line), what: format!("`{}`", described.name) };
    let found = Found {
        names: vec![words(&described.name)],
        folder,
        builder,
        runtime,
        handler,
        evidence: vec![evidence],
        doubts,
    };
    let mut function = name(found, taken).ok_or("its folder or its handler cannot be written down")?;
    function.architecture = described.architecture.as_deref().and_then(architecture);
    function.function_name = described.function_name.and_then(|name| name.parse::<FunctionName>().ok());
    function.memory_megabytes = described.memory;
    function.timeout_seconds = described.timeout;
    Ok(function)
}

fn architecture(text: &str) -> Option<Architecture> {
    [Architecture::X86_64, Architecture::Arm64].into_iter().find(|architecture| architecture.as_str() == text)
}

/// `CreateOrderFunction` as `create-order`: CloudFormation's ids have neither hyphens nor lower-case beginnings.
fn words(name: &str) -> String {
    let name = name.strip_suffix("Function").filter(|name| !name.is_empty()).unwrap_or(name);
    let mut words = String::new();
    let mut before_lower = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before_lower {
            words.push('-');
        }
        before_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// The first plain text among a key's list.
fn first_text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key)?.items().first()?.plain()
}

/// A path with a file's name, without the file.
fn folder_of(path: &str) -> &str {
    split(path).0
}

#[cfg(test)]
mod tests;
