//! Where a package is to run, as far as environment markers tell one place from another.

use crate::names::Architecture;

/// The operating systems that builds know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Linux: Lambda, and most machines.
    Linux,
    /// macOS, for functions that run on this machine alone.
    Darwin,
}

/// The Python that a package is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The minor version of Python 3.
    pub minor: u32,
    /// The whole version, such as `3.13.0`.
    pub version: String,
    /// The processor, as `platform.machine()` says it.
    pub machine: String,
    /// The operating system.
    pub system: System,
}

impl Target {
    /// A runtime of Lambda's. Which patch of Python it has changes when AWS likes; like uv, we take the first.
    #[must_use]
    pub fn lambda(minor: u32, architecture: Architecture) -> Self {
        let machine = super::machine(architecture).to_owned();
        Self { minor, version: format!("3.{minor}.0"), machine, system: System::Linux }
    }

    /// The value of a marker's variable (PEP 508); `None` for one that there is not.
    #[must_use]
    pub fn value(&self, variable: &str) -> Option<String> {
        let text = match variable {
            "python_version" => return Some(format!("3.{}", self.minor)),
            "python_full_version" | "implementation_version" => &self.version,
            "platform_machine" => &self.machine,
            "os_name" | "os.name" => "posix",
            "sys_platform" | "sys.platform" => match self.system {
                System::Linux => "linux",
                System::Darwin => "darwin",
            },
            "platform_system" => match self.system {
                System::Linux => "Linux",
                System::Darwin => "Darwin",
            },
            "platform_python_implementation" | "python_implementation" | "platform.python_implementation" => "CPython",
            "implementation_name" => "cpython",
            // What nobody knows before it runs.
            "platform_release" | "platform_version" | "platform.version" => "",
            _ => return None,
        };
        Some(text.to_owned())
    }

    /// Every variable with its value, for a tool that would ask the machine that builds.
    #[must_use]
    pub fn values(&self) -> std::collections::BTreeMap<String, String> {
        const VARIABLES: [&str; 11] = [
            "python_version",
            "python_full_version",
            "implementation_version",
            "implementation_name",
            "platform_machine",
            "platform_system",
            "platform_python_implementation",
            "platform_release",
            "platform_version",
            "sys_platform",
            "os_name",
        ];
        VARIABLES.iter().filter_map(|name| Some(((*name).to_owned(), self.value(name)?))).collect()
    }
}
