//! Lambda's runtime identifiers, as far as this executor runs them. Text in, language and version out; no I/O.

/// A runtime that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runtime {
    /// `python3.N`.
    Python { minor: u32 },
    /// `nodejsN.x`.
    Node { major: u32 },
    /// `provided.al2023` and its like: the package brings an executable `bootstrap`.
    Provided,
}

/// A runtime that cannot be run here.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the local environment does not run {runtime} functions; it runs python3.*, nodejs*.x and provided.*")]
pub(super) struct UnsupportedRuntime {
    runtime: String,
}

impl Runtime {
    pub(super) fn parse(identifier: &str) -> Result<Runtime, UnsupportedRuntime> {
        let python = identifier.strip_prefix("python3.").and_then(|minor| minor.parse().ok());
        let node = identifier
            .strip_prefix("nodejs")
            .and_then(|version| version.strip_suffix(".x"))
            .and_then(|major| major.parse().ok());
        match (python, node) {
            (Some(minor), _) => Ok(Runtime::Python { minor }),
            (_, Some(major)) => Ok(Runtime::Node { major }),
            _ if identifier.starts_with("provided") => Ok(Runtime::Provided),
            _ => Err(UnsupportedRuntime { runtime: identifier.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read() {
        assert_eq!(Runtime::parse("python3.13"), Ok(Runtime::Python { minor: 13 }));
        assert_eq!(Runtime::parse("nodejs22.x"), Ok(Runtime::Node { major: 22 }));
        assert_eq!(Runtime::parse("provided.al2023"), Ok(Runtime::Provided));
    }

    #[test]
    fn what_is_not_run_is_refused_by_name() {
        for identifier in ["java21", "ruby3.4", "dotnet8", "python2.7", "nodejs", ""] {
            let refusal = Runtime::parse(identifier).unwrap_err().to_string();
            assert!(refusal.contains(&format!("does not run {identifier} functions")), "{refusal}");
        }
    }
}
