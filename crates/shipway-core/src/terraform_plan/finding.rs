//! What a plan would do to something that is deployed, and its sentence.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Deployed;
use crate::build::WorkTree;
use crate::contract::{Place, Unmet};
use crate::ledger::BuildReference;
use crate::names::Version;

/// One thing that a plan would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding<'a> {
    /// Whether the plan must not be applied.
    pub severity: Severity,
    /// Which resource does it.
    pub address: String,
    /// Whether the plan puts it off.
    pub deferred: bool,
    /// To what.
    pub deployed: Subject<'a>,
    /// Which build of it is meant.
    pub whose: Whose,
    /// What.
    pub danger: Danger,
}

/// What is deployed, compared by whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a>(pub &'a Deployed);

impl PartialEq for Subject<'_> {
    fn eq(&self, other: &Self) -> bool {
        let name = |one: &Self| (one.0.project.clone(), one.0.environment.clone(), one.0.name.clone());
        name(self) == name(other)
    }
}

/// Whether a plan must not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something that serves would break.
    Refusal,
    /// To be known.
    Warning,
}

/// Which build of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// The one that serves.
    Running,
    /// The one that is to serve, and waits or is under way.
    Wanted,
}

/// Why something cannot be seen in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unseen {
    /// It is known only once the plan is applied.
    UntilApply,
    /// The plan hides it.
    Sensitive,
}

/// What a plan would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Danger {
    /// An environment variable would be gone.
    VariableRemoved {
        /// Its name.
        variable: String,
        /// Where the source reads it.
        places: Vec<Place>,
        /// Names that the plan adds: one of them may be its new one.
        added: Vec<String>,
    },
    /// A function would be made without an environment variable.
    VariableLacking {
        /// Its name.
        variable: String,
        /// Where the source reads it.
        places: Vec<Place>,
    },
    /// Whether environment variables would still be there cannot be seen.
    VariablesUnseen {
        /// Their names.
        variables: Vec<String>,
        /// Why.
        because: Unseen,
    },
    /// A setting would not be what the build requires any more.
    Unmet {
        /// What is required.
        requirement: Unmet,
    },
    /// Whether a setting would still be what the build requires cannot be seen.
    SettingUnseen {
        /// The argument.
        setting: String,
        /// Why.
        because: Unseen,
    },
    /// The function would be destroyed.
    FunctionDestroyed,
    /// The function would be destroyed and made again: its versions are gone.
    FunctionReplaced {
        /// The arguments that make that necessary.
        because: Vec<String>,
    },
    /// The alias would be destroyed.
    AliasDestroyed,
    /// The alias would be destroyed and made again.
    AliasReplaced {
        /// The arguments that make that necessary.
        because: Vec<String>,
    },
    /// The alias would be moved to another version.
    AliasMoved {
        /// Which.
        to: String,
    },
    /// The alias's weights would be changed.
    AliasWeights,
    /// Where the alias would be moved cannot be seen.
    AliasUnseen {
        /// Why.
        because: Unseen,
    },
    /// Another package would be put there.
    CodeReplaced {
        /// The arguments that say so.
        arguments: Vec<String>,
    },
    /// Whether another package would be put there cannot be seen.
    CodeUnseen {
        /// The arguments that may say so.
        arguments: Vec<String>,
        /// Why.
        because: Unseen,
    },
    /// Something that is frozen into the served version would be destroyed, be it to be made again.
    SupportDestroyed {
        /// What it is to the version.
        part: FrozenPart,
        /// The ARN or id by which the version knows it.
        value: String,
    },
    /// The key that the served version's variables are encrypted with would be switched off.
    KeyDisabled {
        /// Its ARN.
        value: String,
    },
    /// Something is destroyed that may be frozen into the served version: what that has frozen was not recorded.
    FrozenUnrecorded,
    /// The plan does something that this version of Shipway does not know.
    UnknownAction {
        /// What.
        action: String,
    },
}

/// What a published version has frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FrozenPart {
    /// The role.
    Role,
    /// The KMS key of the environment variables.
    Key,
    /// A subnet.
    Subnet,
    /// A security group.
    SecurityGroup,
    /// The dead-letter queue or topic.
    DeadLetters,
    /// An access point of a file system.
    FileSystem,
}

impl fmt::Display for FrozenPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Role => "role",
            Self::Key => "KMS key",
            Self::Subnet => "subnet",
            Self::SecurityGroup => "security group",
            Self::DeadLetters => "dead-letter target",
            Self::FileSystem => "file system's access point",
        })
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UntilApply => "it is known only once the plan is applied",
            Self::Sensitive => "the plan hides it as sensitive",
        })
    }
}

impl fmt::Display for Danger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VariableRemoved { variable, places, added } => {
                write!(formatter, "the plan removes environment variable `{variable}`{}", Reading(places))?;
                match added.as_slice() {
                    [] => Ok(()),
                    added => write!(formatter, "; it adds {}: a new name is a new variable", quoted(added)),
                }
            }
            Self::VariableLacking { variable, places } => {
                write!(formatter, "the plan makes it without environment variable `{variable}`{}", Reading(places))
            }
            Self::VariablesUnseen { variables, because } => write!(
                formatter,
                "whether the plan keeps environment {} {} cannot be seen: {because}",
                if variables.len() == 1 { "variable" } else { "variables" },
                quoted(variables)
            ),
            Self::Unmet { requirement } => write!(formatter, "once the plan is applied, {requirement}"),
            Self::SettingUnseen { setting, because } => {
                write!(formatter, "whether `{setting}` stays what the code requires cannot be seen: {because}")
            }
            Self::FunctionDestroyed => formatter.write_str("the plan destroys the function, with all its versions"),
            Self::FunctionReplaced { because } => {
                write!(formatter, "the plan destroys the function and makes it again{}", Because(because))
            }
            Self::AliasDestroyed => formatter.write_str("the plan destroys the alias that callers use"),
            Self::AliasReplaced { because } => {
                write!(formatter, "the plan destroys the alias that callers use and makes it again{}", Because(because))
            }
            Self::AliasMoved { to } => write!(formatter, "the plan moves the alias to version {to}"),
            Self::AliasWeights => formatter.write_str("the plan changes the alias's weights"),
            Self::AliasUnseen { because } => {
                write!(formatter, "the plan may move the alias, and where to cannot be seen: {because}")
            }
            Self::CodeReplaced { arguments } => {
                write!(formatter, "the plan puts another package there (by {})", quoted(arguments))
            }
            Self::CodeUnseen { arguments, because } => {
                let arguments = quoted(arguments);
                write!(formatter, "the plan may put another package there (by {arguments}), and {because}")
            }
            Self::SupportDestroyed { part, value } => {
                write!(formatter, "the plan destroys {part} {value}, which is frozen into what serves")
            }
            Self::KeyDisabled { value } => {
                write!(formatter, "the plan switches off KMS key {value}, which is frozen into what serves")
            }
            Self::FrozenUnrecorded => formatter.write_str(
                "the plan destroys this, and whether what serves needs it is not known: it was deployed before Shipway \
                 recorded that",
            ),
            Self::UnknownAction { action } => {
                write!(formatter, "the plan does something with it that Shipway does not know: {action}")
            }
        }
    }
}

impl Danger {
    /// What to do instead, where that is not plain.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::VariableRemoved { .. } => {
                "keep it until a build is live that does not need it: deploy that first, then remove the variable"
            }
            Self::Unmet { .. } => "deploy a build first that gets on with it",
            Self::FunctionDestroyed | Self::FunctionReplaced { .. } => {
                "callers meet nothing until a function is there again and `shipway reconcile` has filled it"
            }
            Self::AliasMoved { .. } | Self::AliasWeights | Self::AliasUnseen { .. } => {
                "`ignore_changes = [function_version, routing_config]` in the alias's `lifecycle` leaves it to Shipway"
            }
            Self::CodeReplaced { .. } | Self::CodeUnseen { .. } => {
                "`ignore_changes` in the function's `lifecycle` leaves the code to Shipway: docs/provisioning.md has the list"
            }
            Self::SupportDestroyed { .. } => {
                "make the new one beside it, apply, run `shipway reconcile`, and then remove the old one"
            }
            _ => return None,
        })
    }
}

/// What serves, or is to serve: `version 3 (artifact 1a2b3c4d5e6f, commit 1a2b3c4, since 2026-11-26T05:00:00Z)`
impl fmt::Display for Finding<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Deployed { name, environment, head, .. } = self.deployed.0;
        write!(formatter, "{name} in {environment}: {}", self.danger)?;
        if self.deferred {
            formatter.write_str(" (in a part that the plan puts off)")?;
        }
        match (self.whose, &head.running, self.deployed.0.wanted()) {
            (Whose::Running, Some(running), _) => {
                let what = match running.lambda_version {
                    Version::Latest => "`$LATEST` runs".to_owned(),
                    Version::Published(number) => format!("version {number} serves"),
                };
                write!(formatter, "; {what} {} since {}", build_text(&running.build), running.at)
            }
            (Whose::Wanted, _, Some(wanted)) => write!(formatter, "; {} is to go there", build_text(wanted)),
            _ => Ok(()),
        }
    }
}

/// `artifact 1a2b3c4d5e6f of commit 1a2b3c4`
fn build_text(build: &BuildReference) -> String {
    let artifact = build.artifact.short();
    match (&build.commit, build.work_tree) {
        (None, _) => format!("artifact {artifact}"),
        (Some(commit), WorkTree::Clean) => format!("artifact {artifact} of commit {}", commit.short()),
        (Some(commit), WorkTree::Dirty) => format!("artifact {artifact} of commit {} and more", commit.short()),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

struct Because<'a>(&'a [String]);

impl fmt::Display for Because<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, ", because of {}", quoted(self.0)) }
    }
}

struct Reading<'a>(&'a [Place]);

impl fmt::Display for Reading<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.first() {
            None => Ok(()),
            Some(place) => write!(formatter, ", which {place} reads"),
        }
    }
}
