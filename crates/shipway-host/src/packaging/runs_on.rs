//! Where a package is to run, from core's words to the lint's. What each runtime has stands in core's table.

use shipway_core::build::Platform;
use shipway_core::names::{Architecture, Runtime};
use shipway_core::runtimes;
use shipway_package::{GlibcVersion, Machine, RunsOn, RuntimeLibc};

/// What a package for this platform and runtime is judged by.
#[must_use]
pub fn runs_on(platform: Platform, runtime: &Runtime) -> RunsOn<'_> {
    let Platform::Lambda { architecture } = platform else { return RunsOn::Host };
    let glibc = runtimes::glibc_of(runtime).map(|(major, minor)| GlibcVersion { major, minor });
    RunsOn::Lambda {
        machine: machine(architecture),
        libc: glibc.map(|glibc| RuntimeLibc { runtime: runtime.as_str(), glibc }),
    }
}

/// The lint's word for a processor.
#[must_use]
pub fn machine(architecture: Architecture) -> Machine {
    match architecture {
        Architecture::X86_64 => Machine::X86_64,
        Architecture::Arm64 => Machine::Arm64,
    }
}
