//! What Cargo and rustc get to know of this machine, and how it stays out of the program.
//!
//! Variables of the caller that change what is built (`RUSTFLAGS`, `CARGO_PROFILE_…`) are handed over only when they
//! are among the build's own variables, and so inputs. The paths of this machine (Cargo's home, the target folder, the
//! compiler's own sources) get fixed names in the program.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use shipway_engine::ports::BuildFailure;
use toml::{Table, Value};

use super::super::job::Job;
use super::package::Program;
use super::target::Target;
use crate::failure;

/// Variables by name.
pub(super) type Variables = BTreeMap<OsString, OsString>;

/// The beginnings of those of Cargo's variables that say where packages come from and how hard to work, but not what
/// comes out.
const HARMLESS: [&str; 8] = [
    "CARGO_HOME",
    "CARGO_HTTP_",
    "CARGO_NET_",
    "CARGO_REGISTR",
    "CARGO_SOURCE_",
    "CARGO_BUILD_JOBS",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_ZIGBUILD_",
];

/// A moment for those who must write one down: 1980-01-01, as in the package. Source: reproducible-builds.org.
const SOURCE_DATE: (&str, &str) = ("SOURCE_DATE_EPOCH", "315532800");

/// What Cargo gets.
pub(super) fn variables(job: &Job<'_>) -> Variables {
    let declared = |name: &OsStr| job.build.variables.iter().any(|variable| OsStr::new(variable) == name);
    let keeps = |name: &OsStr| {
        let text = name.to_string_lossy();
        let linker = text.starts_with("CARGO_TARGET_") && text.ends_with("_LINKER");
        !text.starts_with("CARGO_")
            || linker
            || HARMLESS.iter().any(|prefix| text.starts_with(prefix))
            || declared(name)
    };
    let mut variables = job.environment.clone();
    variables.retain(|name, _| keeps(name));
    let fixed = [SOURCE_DATE, ("CARGO_INCREMENTAL", "0")];
    for (name, value) in fixed {
        if !(declared(OsStr::new(name)) && variables.contains_key(OsStr::new(name))) {
            variables.insert(name.into(), value.into());
        }
    }
    variables
}

/// The compiler that the project's toolchain file, or else this machine, chooses.
#[derive(Debug)]
pub(super) struct Compiler {
    /// Its version.
    pub(super) release: String,
    /// What it calls this machine.
    pub(super) host: String,
    commit: String,
    sysroot: String,
}

impl Compiler {
    pub(super) async fn ask(job: &Job<'_>, rustc: &Path, variables: &Variables) -> Result<Self, BuildFailure> {
        let text = job.ask_with(rustc, &["--version", "--verbose"], variables).await?;
        let field = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value.unwrap_or_default().to_owned()
        };
        let sysroot = job.ask_with(rustc, &["--print", "sysroot"], variables).await?;
        Ok(Self { release: field("release"), host: field("host"), commit: field("commit-hash"), sysroot })
    }
}

/// Flags for rustc, beside those of the project's own configuration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flags {
    flags: Vec<String>,
    /// The setting of Cargo's that they belong to.
    key: String,
    /// Something to tell the user.
    pub(super) warning: Option<String>,
}

impl Flags {
    /// As a setting of Cargo's, unless Cargo would pass over it, because flags are in the build's variables: then they
    /// are added there.
    pub(super) fn hand_over(&self, variables: &mut Variables) -> Option<String> {
        let encoded = variables.get(OsStr::new(ENCODED)).map(|flags| flags.to_string_lossy().into_owned());
        let spaced = variables
            .remove(OsStr::new("RUSTFLAGS"))
            .map(|flags| flags.to_string_lossy().split_whitespace().collect::<Vec<_>>().join(SEPARATOR));
        let Some(given) = encoded.or(spaced) else {
            let list = Value::Array(self.flags.iter().cloned().map(Value::String).collect());
            return Some(format!("{}={list}", self.key));
        };
        let all: Vec<&str> = [given.as_str()].into_iter().filter(|given| !given.is_empty()).collect();
        let all = all.into_iter().chain(self.flags.iter().map(String::as_str)).collect::<Vec<_>>().join(SEPARATOR);
        variables.insert(ENCODED.into(), all.into());
        None
    }
}

/// Flags by a variable. Source: the Cargo book, "build.rustflags".
const ENCODED: &str = "CARGO_ENCODED_RUSTFLAGS";
const SEPARATOR: &str = "\x1f";

/// The flags that give this machine's paths fixed names, added to those of the project's own configuration.
pub(super) fn flags(
    job: &Job<'_>,
    compiler: &Compiler,
    output: &Path,
    program: &Program,
    target: &Target,
) -> Result<Flags, BuildFailure> {
    let home = home(job);
    let settings: Vec<Table> =
        project_settings(job).iter().chain(&home_settings(&home)).map(|path| read(path)).collect();
    let mut names: Vec<(PathBuf, String)> = vec![(output.to_owned(), "/target".to_owned())];
    names.extend(home.as_ref().map(|home| (home.clone(), "/cargo".to_owned())));
    // Where the sources of the standard library are installed, rustc would name them instead of what it was built from.
    let library = Path::new(&compiler.sysroot).join("lib/rustlib/src/rust");
    names.push((library, format!("/rustc/{}", compiler.commit)));
    if has_debug_information(&settings, &program.workspace) {
        // It names the folder of the sources. The flags change with that, and dependencies are compiled anew.
        names.push((job.scratch.join("inputs"), "/project".to_owned()));
    }
    let mut flags = Vec::new();
    for (path, name) in &names {
        let path = path.to_str().ok_or_else(|| failure::input(format!("{} is not UTF-8", path.display()), &[]))?;
        flags.push(format!("--remap-path-prefix={path}={name}"));
    }
    // Cargo heeds one of these and passes over the other.
    let key = if settings.iter().any(|table| has_target_flags(table, &target.triple)) {
        format!("target.{}.rustflags", target.triple)
    } else {
        "build.rustflags".to_owned()
    };
    let machine = home_settings(&home).into_iter().find(|path| has_flags(&read(path), &target.triple));
    let warning = machine.map(|path| {
        format!(
            "{} has rustflags, which change `{}` on this machine alone: put them into the project's .cargo/config.toml",
            path.display(),
            job.build.function
        )
    });
    Ok(Flags { flags, key, warning })
}

/// Cargo's home, as Cargo finds it.
fn home(job: &Job<'_>) -> Option<PathBuf> {
    let value = |name: &str| job.environment.get(OsStr::new(name)).map(PathBuf::from);
    value("CARGO_HOME").or_else(|| value("HOME").map(|home| home.join(".cargo")))
}

const CONFIGURATIONS: [&str; 2] = ["config.toml", "config"];

fn project_settings(job: &Job<'_>) -> Vec<PathBuf> {
    let inputs = job.scratch.join("inputs");
    let folder = job.folder();
    let folders = folder.ancestors().take_while(|folder| folder.starts_with(&inputs));
    folders.flat_map(|folder| CONFIGURATIONS.map(|name| folder.join(".cargo").join(name))).collect()
}

fn home_settings(home: &Option<PathBuf>) -> Vec<PathBuf> {
    home.iter().flat_map(|home| CONFIGURATIONS.map(|name| home.join(name))).collect()
}

/// A configuration; one that is not there, or that Cargo itself will complain about, says nothing.
fn read(path: &Path) -> Table {
    fs::read_to_string(path).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn has_target_flags(settings: &Table, triple: &str) -> bool {
    let targets = settings.get("target").and_then(Value::as_table);
    targets
        .into_iter()
        .flatten()
        .any(|(name, target)| (name == triple || name.starts_with("cfg(")) && target.get("rustflags").is_some())
}

fn has_flags(settings: &Table, triple: &str) -> bool {
    let of_builds = settings.get("build").is_some_and(|build| build.get("rustflags").is_some());
    of_builds || has_target_flags(settings, triple)
}

/// Whether the release profile, in the workspace's manifest or a configuration, asks for debug information.
fn has_debug_information(settings: &[Table], workspace: &Path) -> bool {
    let manifest = read(&workspace.join("Cargo.toml"));
    let asks = |table: &Table| match table.get("profile").and_then(|profile| profile.get("release")?.get("debug")) {
        None | Some(Value::Boolean(false) | Value::Integer(0)) => false,
        Some(Value::String(level)) => level != "none",
        Some(_) => true,
    };
    settings.iter().chain([&manifest]).any(asks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_targets_are_found() {
        let table = |text: &str| text.parse::<Table>().unwrap();
        assert!(has_target_flags(&table("[target.t]\nrustflags = []"), "t"));
        assert!(has_target_flags(&table("[target.'cfg(unix)']\nrustflags = []"), "t"));
        assert!(!has_target_flags(&table("[target.u]\nrustflags = []\n[target.t]\nlinker = 'x'"), "t"));
        assert!(has_flags(&table("[build]\nrustflags = []"), "t"));
        assert!(!has_flags(&table("[build]\njobs = 1"), "t"));
    }

    #[test]
    fn debug_information_is_what_the_profile_asks_for() {
        let nowhere = Path::new("/nonexistent");
        let asks = |debug: &str| {
            let text = format!("[profile.release]\n{debug}");
            has_debug_information(&[text.parse().unwrap()], nowhere)
        };
        assert!(!asks("") && !asks("debug = false") && !asks("debug = 0") && !asks("debug = 'none'"));
        assert!(asks("debug = true") && asks("debug = 1") && asks("debug = 'line-tables-only'"));
    }
}
