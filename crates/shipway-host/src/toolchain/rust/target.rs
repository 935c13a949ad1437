//! Which kind of machine a program is compiled for, and what links it.

use std::ffi::OsStr;

use shipway_core::build::Platform;
use shipway_core::names::{Architecture, Runtime};
use shipway_engine::ports::BuildFailure;

use super::super::job::Job;
use crate::failure;

/// How to get what links for another machine.
const GET_ZIGBUILD: &str =
    "install cargo-zigbuild and zig: `pip install cargo-zigbuild ziglang`, or `cargo install cargo-zigbuild` and zig";

/// Whether cargo-zigbuild is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zigbuild {
    Found,
    Missing,
}

/// What a program is compiled for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// As rustc calls it.
    pub(super) triple: String,
    /// The oldest glibc to run with, when cargo-zigbuild sees to it.
    glibc: Option<&'static str>,
}

impl Target {
    pub(super) fn is_by_zigbuild(&self) -> bool {
        self.glibc.is_some()
    }

    /// As the command takes it.
    pub(super) fn argument(&self) -> String {
        self.glibc.map_or_else(|| self.triple.clone(), |glibc| format!("{}.{glibc}", self.triple))
    }
}

/// The target of a build, on a machine that rustc calls `host`.
pub(super) fn choose(job: &Job<'_>, host: &str, zigbuild: Zigbuild) -> Result<Target, BuildFailure> {
    let Platform::Lambda { architecture } = job.build.platform else {
        return Ok(Target { triple: host.to_owned(), glibc: None });
    };
    let triple = match architecture {
        Architecture::X86_64 => "x86_64-unknown-linux-gnu",
        Architecture::Arm64 => "aarch64-unknown-linux-gnu",
    };
    let linker = format!("CARGO_TARGET_{}_LINKER", triple.to_uppercase().replace('-', "_"));
    let has_linker = job.environment.contains_key(OsStr::new(&linker));
    let triple = triple.to_owned();
    match zigbuild {
        Zigbuild::Found => Ok(Target { triple, glibc: Some(glibc(&job.build.runtime)) }),
        Zigbuild::Missing if triple == host || has_linker => Ok(Target { triple, glibc: None }),
        Zigbuild::Missing => Err(failure::input(
            format!(
                "`{}` is for {architecture}, this machine is {host}, and cargo-zigbuild is not on PATH",
                job.build.function
            ),
            &[
                GET_ZIGBUILD,
                &format!("and run `rustup target add {triple}`"),
                &format!("or name a linker for that machine in {linker}"),
            ],
        )),
    }
}

/// The glibc of a runtime's system: Amazon Linux 2, or 2023. Source: AWS, "Lambda runtimes".
fn glibc(runtime: &Runtime) -> &'static str {
    match runtime.as_str() {
        "provided" | "provided.al2" => "2.26",
        _ => "2.34",
    }
}

/// A warning when a program was linked against a newer glibc than the runtime's: it may still run, which depends on
/// what it uses.
pub(super) async fn newer_glibc(job: &Job<'_>, target: &Target) -> Option<String> {
    if target.is_by_zigbuild() || job.build.platform == Platform::Host {
        return None;
    }
    let here = job.ask(&job.find("getconf")?, &["GNU_LIBC_VERSION"]).await.ok()?;
    let (here, there) = (here.trim_start_matches("glibc ").to_owned(), glibc(&job.build.runtime));
    (minor(&here)? > minor(there)?).then(|| {
        format!(
            "`{}` was linked against this machine's glibc {here}, and `{}` has {there}: with cargo-zigbuild and zig on PATH \
             it is linked against that one (`pip install cargo-zigbuild ziglang`)",
            job.build.function, job.build.runtime
        )
    })
}

/// `34` of `2.34`.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("2.")?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtimes_glibc_goes_with_the_target() {
        let target = |glibc| Target { triple: "aarch64-unknown-linux-gnu".to_owned(), glibc };
        assert_eq!(
            target(Some(glibc(&"provided.al2023".parse().unwrap()))).argument(),
            "aarch64-unknown-linux-gnu.2.34"
        );
        assert_eq!(target(Some(glibc(&"provided.al2".parse().unwrap()))).argument(), "aarch64-unknown-linux-gnu.2.26");
        assert_eq!(target(None).argument(), "aarch64-unknown-linux-gnu");
        assert!(minor("2.36") > minor("2.34") && minor("2.9") < minor("2.34"));
    }
}
