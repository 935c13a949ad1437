//! Whom to tell how a run ended: commands of the user's own, by what became of a function. Nothing here runs one.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What became of a function, as far as somebody may want to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// It serves a new build, or again what somebody else had changed.
    Deployed,
    /// Callers reach a changed configuration.
    Configured,
    /// It, or its configuration, waits for provisioning.
    Held,
    /// A hold ended without its build having been served.
    GivenUp,
    /// A safety check said no.
    Refused,
    /// Somebody else changed it.
    Drifted,
    /// It serves an earlier build again.
    RolledBack,
    /// It failed, or needs attention.
    Failed,
}

/// A command that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// Of what.
    pub on: BTreeSet<Occasion>,
    /// The program and its arguments.
    pub command: Vec<String>,
}

impl Notification {
    /// Whether it is told of this.
    #[must_use]
    pub fn is_about(&self, occasion: Occasion) -> bool {
        self.on.contains(&occasion)
    }
}

impl fmt::Display for Occasion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Deployed => "deployed",
            Self::Configured => "configured",
            Self::Held => "held",
            Self::GivenUp => "given-up",
            Self::Refused => "refused",
            Self::Drifted => "drifted",
            Self::RolledBack => "rolled-back",
            Self::Failed => "failed",
        })
    }
}

impl fmt::Display for Notification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on: Vec<String> = self.on.iter().map(ToString::to_string).collect();
        write!(formatter, "on {}: {:?}", on.join(", "), self.command)
    }
}
