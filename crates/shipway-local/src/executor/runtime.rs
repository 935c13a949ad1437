//! Lambda's runtime identifiers, as far as this executor runs them. Text in, language and version out; no I/O.

/// A runtime that can be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runtime {
    /// `python3.N`.
    Python { minor: u32 },
    /// `nodejsN.x`.
    Node { major: u32 },
    /// `javaN`, with or without the name of its system: `java21`, `java17.al2023`.
    Java { major: u32 },
    /// `rubyN.M`.
    Ruby { major: u32, minor: u32 },
    /// `provided.al2023` and its like: the package brings an executable `bootstrap`.
    Provided,
}

/// A runtime that cannot be run here.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "the local environment does not run {runtime} functions; it runs python3.*, nodejs*.x, java*, ruby* and provided.*"
)]
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
        let java = identifier.strip_prefix("java").and_then(|version| version.split('.').next()?.parse().ok());
        let ruby = identifier.strip_prefix("ruby").and_then(|version| {
            let (major, minor) = version.split_once('.')?;
            Some((major.parse().ok()?, minor.parse().ok()?))
        });
        match (python, node, java, ruby) {
            (Some(minor), ..) => Ok(Runtime::Python { minor }),
            (_, Some(major), ..) => Ok(Runtime::Node { major }),
            (_, _, Some(major), _) => Ok(Runtime::Java { major }),
            (_, _, _, Some((major, minor))) => Ok(Runtime::Ruby { major, minor }),
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
        assert_eq!(Runtime::parse("java21"), Ok(Runtime::Java { major: 21 }));
        assert_eq!(Runtime::parse("java8.al2"), Ok(Runtime::Java { major: 8 }));
        assert_eq!(Runtime::parse("ruby3.4"), Ok(Runtime::Ruby { major: 3, minor: 4 }));
        assert_eq!(Runtime::parse("provided.al2023"), Ok(Runtime::Provided));
    }

    #[test]
    fn what_is_not_run_is_refused_by_name() {
        for identifier in ["dotnet8", "go1.x", "python2.7", "nodejs", "java", "ruby3", ""] {
            let refusal = Runtime::parse(identifier).unwrap_err().to_string();
            assert!(refusal.contains(&format!("does not run {identifier} functions")), "{refusal}");
        }
    }
}
