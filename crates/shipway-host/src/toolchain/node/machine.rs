//! The machine that a function runs on, in npm's words, and whether a package can be installed there.

use shipway_core::build::Platform;
use shipway_core::inputs::NodeManifest;
use shipway_core::names::Architecture;

/// A machine, as `os`, `cpu` and `libc` of a `package.json` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Machine {
    pub(super) os: &'static str,
    pub(super) cpu: &'static str,
    /// `None` where nobody asked: what was installed for this machine fits it.
    pub(super) libc: Option<&'static str>,
}

impl Machine {
    /// The machine that `platform` means.
    pub(super) fn of(platform: Platform) -> Self {
        match platform {
            Platform::Host => Self::here(),
            Platform::Lambda { architecture } => {
                let cpu = match architecture {
                    Architecture::X86_64 => "x64",
                    Architecture::Arm64 => "arm64",
                };
                Self { os: "linux", cpu, libc: Some("glibc") }
            }
        }
    }

    fn here() -> Self {
        let os = if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS };
        let cpu = match std::env::consts::ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => other,
        };
        Self { os, cpu, libc: None }
    }

    /// Whether what is installed for the machine that builds runs on this one.
    pub(super) fn is_here(self) -> bool {
        let here = Self::here();
        (self.os, self.cpu) == (here.os, here.cpu)
    }

    /// Whether a package says that it can be installed here.
    pub(super) fn suits(self, manifest: &NodeManifest) -> bool {
        let libc = self.libc.is_none_or(|libc| allows(&manifest.platforms("libc"), libc));
        allows(&manifest.platforms("os"), self.os) && allows(&manifest.platforms("cpu"), self.cpu) && libc
    }
}

/// Source: npm documentation, "package.json", `os`: names that are allowed, or, with `!`, that are not.
fn allows(names: &[&str], name: &str) -> bool {
    let is_barred = names.iter().any(|other| other.strip_prefix('!') == Some(name));
    let mut allowed = names.iter().filter(|other| !other.starts_with('!')).peekable();
    !is_barred && (allowed.peek().is_none() || allowed.any(|other| *other == name || *other == "any"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_says_where_it_can_be_installed() {
        let lambda = Machine::of(Platform::Lambda { architecture: Architecture::Arm64 });
        let suits = |text: &str| lambda.suits(&NodeManifest::parse(text).unwrap());
        assert!(suits("{}"));
        assert!(suits(r#"{"os": ["linux"], "cpu": ["x64", "arm64"], "libc": "glibc"}"#));
        assert!(suits(r#"{"os": ["!win32"], "cpu": "any"}"#));
        for text in [r#"{"os": "darwin"}"#, r#"{"cpu": ["x64"]}"#, r#"{"libc": ["musl"]}"#, r#"{"os": ["!linux"]}"#] {
            assert!(!suits(text), "{text}");
        }
    }
}
