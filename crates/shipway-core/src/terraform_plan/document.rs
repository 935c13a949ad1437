//! The plan's document in types: what `terraform show -json` (or `tofu show -json`) prints of a plan, as far as it matters.
//!
//! Members that are not known are ignored, as the format asks; another major version of it is refused. Errors say where,
//! never what stands there: a plan holds secrets in the clear.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// The newest major version of the format that is understood.
const FORMAT: u64 = 1;

/// A plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What it does, resource by resource.
    pub changes: Vec<ResourceChange>,
    /// What it puts off until more is known.
    pub deferred: Vec<ResourceChange>,
    /// Whether it is all that there is to do.
    pub completeness: Completeness,
}

/// Whether a plan is all that there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// It is.
    Whole,
    /// It was made for some resources only, puts some off, or making it failed.
    Partial,
}

/// What happens to one resource.
#[derive(Debug, Clone)]
pub struct ResourceChange {
    /// Its address in the configuration.
    pub address: String,
    /// Its address before it was moved.
    pub previous_address: Option<String>,
    /// Its type.
    pub kind: String,
    /// `managed` or `data`.
    mode: String,
    /// What is done.
    pub action: Action,
    /// How it is.
    pub(super) before: Values,
    /// How it will be, as far as that is known.
    pub(super) after: Values,
    /// Which arguments make it necessary to replace it.
    pub replace_paths: Vec<String>,
}

/// What is done to a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// It is made.
    Create,
    /// It is read.
    Read,
    /// It is changed where it is.
    Update,
    /// It is destroyed.
    Delete,
    /// It is destroyed and made again, in whatever order.
    Replace,
    /// It is left alone from now on.
    Forget,
    /// Something that was not known when this was written.
    Other(String),
}

/// A resource's values on one side of a change, with what the plan says of them. Not to be shown: `Debug` does not.
#[derive(Clone, Default)]
pub(super) struct Values {
    pub(super) value: Value,
    pub(super) unknown: Value,
    pub(super) sensitive: Value,
}

impl fmt::Debug for Values {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Values(…)")
    }
}

/// A document that is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It is not JSON, or not of a plan's form. What stands there is not repeated: it may be a secret.
    #[error("it does not have the form of a plan: line {line}, column {column}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// The column.
        column: usize,
    },
    /// It is JSON, and something else than a plan.
    #[error("it is not a plan")]
    NotAPlan,
    /// It is a plan of a later format.
    #[error("its format is {found}, and Shipway knows formats up to {FORMAT}")]
    Format {
        /// The format's version.
        found: String,
    },
}

impl ResourceChange {
    /// Whether Terraform manages it, and does not only read it.
    #[must_use]
    pub fn is_managed(&self) -> bool {
        self.mode != "data"
    }

    /// Whether what is there now will be gone.
    #[must_use]
    pub fn destroys(&self) -> bool {
        matches!(self.action, Action::Delete | Action::Replace)
    }
}

impl Plan {
    /// Reads what `terraform show -json` printed.
    ///
    /// # Errors
    /// When it is not a plan, or one of a later format.
    pub fn read(bytes: &[u8]) -> Result<Self, PlanError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let document: Document = serde_json::from_slice(bytes)
            .map_err(|error| PlanError::Form { line: error.line(), column: error.column() })?;
        let Some(format) = document.format_version else { return Err(PlanError::NotAPlan) };
        let major = format.split('.').next().and_then(|major| major.parse::<u64>().ok());
        if major.is_none_or(|major| major > FORMAT) {
            // It is as long and as odd as its writer liked.
            let found: String = format.chars().filter(|letter| letter.is_ascii_graphic()).take(20).collect();
            return Err(PlanError::Format { found });
        }
        // A state has a format, too, and values; only a plan has planned ones.
        if document.planned_values.is_none() && document.resource_changes.is_none() {
            return Err(PlanError::NotAPlan);
        }
        let deferred = document.deferred_changes.unwrap_or_default();
        let whole = document.complete != Some(false) && document.errored != Some(true) && deferred.is_empty();
        Ok(Self {
            changes: document.resource_changes.unwrap_or_default().into_iter().map(ResourceChange::from).collect(),
            deferred: deferred.into_iter().filter_map(|one| Some(one.resource_change?.into())).collect(),
            completeness: if whole { Completeness::Whole } else { Completeness::Partial },
        })
    }
}

#[derive(Deserialize)]
struct Document {
    format_version: Option<String>,
    planned_values: Option<Value>,
    resource_changes: Option<Vec<ChangeDocument>>,
    deferred_changes: Option<Vec<DeferredDocument>>,
    complete: Option<bool>,
    errored: Option<bool>,
}

#[derive(Deserialize)]
struct DeferredDocument {
    resource_change: Option<ChangeDocument>,
}

#[derive(Deserialize)]
struct ChangeDocument {
    address: String,
    previous_address: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    mode: String,
    change: ValuesDocument,
}

#[derive(Deserialize)]
struct ValuesDocument {
    actions: Vec<String>,
    #[serde(default)]
    before: Value,
    #[serde(default)]
    after: Value,
    #[serde(default)]
    after_unknown: Value,
    #[serde(default)]
    before_sensitive: Value,
    #[serde(default)]
    after_sensitive: Value,
    #[serde(default)]
    replace_paths: Option<Vec<Value>>,
}

impl From<ChangeDocument> for ResourceChange {
    fn from(document: ChangeDocument) -> Self {
        let ChangeDocument { address, previous_address, kind, mode, change } = document;
        let before = Values { value: change.before, unknown: Value::Null, sensitive: change.before_sensitive };
        let after = Values { value: change.after, unknown: change.after_unknown, sensitive: change.after_sensitive };
        Self {
            address,
            previous_address,
            kind,
            mode,
            action: action(&change.actions),
            before,
            after,
            replace_paths: change.replace_paths.iter().flatten().map(path_text).collect(),
        }
    }
}

fn action(actions: &[String]) -> Action {
    let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
    match actions.as_slice() {
        ["no-op"] => Action::Nothing,
        ["create"] => Action::Create,
        ["read"] => Action::Read,
        ["update"] => Action::Update,
        ["delete"] => Action::Delete,
        ["delete", "create"] | ["create", "delete"] => Action::Replace,
        // What was there goes on being there.
        ["forget"] | ["create", "forget"] | ["forget", "create"] => Action::Forget,
        others => Action::Other(others.join(", ")),
    }
}

/// `vpc_config[0].subnet_ids`
fn path_text(path: &Value) -> String {
    let mut text = String::new();
    for step in path.as_array().into_iter().flatten() {
        match step {
            Value::String(name) if text.is_empty() => text.push_str(name),
            Value::String(name) => {
                text.push('.');
                text.push_str(name);
            }
            Value::Number(number) => text.push_str(&format!("[{number}]")),
            _ => text.push_str("[…]"),
        }
    }
    text
}
