//! Which interpreter runs a managed runtime's functions on this machine.
//!
//! | the runtime asks for | the machine has | what happens |
//! |---|---|---|
//! | python3.13 | 3.13 | it runs |
//! | python3.13 | another 3.N | it runs on the nearest, and the log says so |
//! | python3.13 | Python 2 only, or none | refused |
//! | nodejs22.x | 22 | it runs |
//! | nodejs22.x | another line of long-term support (even, or from 27 on) | it runs, and the log says so |
//! | nodejs22.x | an odd line below 27, or none | refused |
//! | java17 | 17 | it runs |
//! | java17 | a newer JDK or JRE | it runs on the nearest, and the log says so |
//! | java17 | an older one | it runs if the handler's class file is not too new for it, and the log says so |
//! | java17 | none | refused |
//! | ruby3.4 | 3.4 | it runs |
//! | ruby3.4 | another 3.N | it runs on the nearest, and the log says so |
//! | ruby3.4 | another major version, or none | refused |
//!
//! Node's rule is looser than "another major is refused": a machine has one Node as a rule, Node's lines differ for a
//! handler about as much as Python's minor versions do, and what they do differ in for Lambda (callback handlers) is
//! decided by the function's runtime and not by the interpreter.
//!
//! A program counts only when it runs and says its version: version managers put stand-ins on the search path for
//! versions that are not there. What it says its own path is gets used, so that a stand-in is out of the way afterwards.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::probe::{Probed, probe};
use super::runtime::Runtime;
use super::settings::ExecutorSettings;

/// The newest Python 3 that is looked for by name.
const NEWEST_MINOR: u32 = 30;

/// An interpreter that was seen to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interpreter {
    pub(super) program: PathBuf,
    /// For example `3.11.7`.
    pub(super) version: String,
    /// Its first two numbers; Java's 8 is 8 and not 1.8.
    pub(super) release: (u32, u32),
    /// What a reader of the function's log should know.
    pub(super) remark: Option<String>,
}

/// No interpreter for a runtime.
#[derive(Debug, thiserror::Error)]
#[error("no interpreter for {runtime} on this machine: {reason}")]
pub(super) struct NoInterpreter {
    runtime: String,
    reason: String,
}

/// Finds interpreters and remembers them.
#[derive(Debug, Default)]
pub(super) struct Interpreters {
    found: Mutex<HashMap<String, Interpreter>>,
}

impl Interpreters {
    /// The interpreter for `identifier`, which is `runtime` as Lambda spells it; `None` for a runtime without one.
    pub(super) async fn find(
        &self,
        settings: &ExecutorSettings,
        identifier: &str,
        runtime: Runtime,
    ) -> Result<Option<Interpreter>, NoInterpreter> {
        if runtime == Runtime::Provided {
            return Ok(None);
        }
        if let Some(known) = self.found.lock().unwrap_or_else(PoisonError::into_inner).get(identifier) {
            return Ok(Some(known.clone()));
        }
        let found = search(settings, identifier, runtime)
            .await
            .map_err(|reason| NoInterpreter { runtime: identifier.to_owned(), reason })?;
        self.found.lock().unwrap_or_else(PoisonError::into_inner).insert(identifier.to_owned(), found.clone());
        Ok(Some(found))
    }
}

async fn search(settings: &ExecutorSettings, identifier: &str, runtime: Runtime) -> Result<Interpreter, String> {
    if let Some(program) = settings.interpreters.get(identifier) {
        let probed =
            probe(program, runtime).await.ok_or_else(|| format!("{} does not run as one", program.display()))?;
        return judge(identifier, runtime, probed);
    }
    let mut refusal = None;
    let mut best: Option<(u32, Interpreter)> = None;
    for name in names(runtime) {
        for folder in std::env::split_paths(&settings.search_path).filter(|folder| folder.is_absolute()) {
            let candidate = folder.join(&name);
            if !candidate.is_file() {
                continue;
            }
            let Some(probed) = probe(&candidate, runtime).await else {
                continue;
            };
            let distance = distance(runtime, probed.version);
            match judge(identifier, runtime, probed) {
                Ok(interpreter) if distance == 0 => return Ok(interpreter),
                Ok(interpreter) => {
                    if best.as_ref().is_none_or(|(other, _)| distance < *other) {
                        best = Some((distance, interpreter));
                    }
                }
                Err(reason) => refusal = Some(reason),
            }
        }
    }
    best.map(|(_, found)| found)
        .ok_or_else(|| refusal.unwrap_or_else(|| format!("none of {} runs", common_names(runtime))))
}

/// Names in the order of how welcome the program would be.
fn names(runtime: Runtime) -> Vec<String> {
    match runtime {
        Runtime::Python { minor } => {
            let mut others: Vec<u32> = (0..=NEWEST_MINOR).filter(|other| *other != minor).collect();
            // The nearest first, of two equally near the newer: language features are added more often than removed.
            others.sort_by_key(|other| (other.abs_diff(minor), *other < minor));
            let minors = std::iter::once(minor).chain(others).map(|minor| format!("python3.{minor}"));
            let (exact, rest): (Vec<_>, Vec<_>) = minors.enumerate().partition(|(place, _)| *place == 0);
            let plain = ["python3".to_owned()];
            // `python3` may be the exact version under a plain name, but a near one by its own name is surer.
            exact.into_iter().chain(rest).map(|(_, name)| name).chain(plain).collect()
        }
        Runtime::Node { major } => {
            vec![format!("node{major}"), format!("node-{major}"), "node".into(), "nodejs".into()]
        }
        Runtime::Java { .. } => vec!["java".into()],
        Runtime::Ruby { major, minor } => vec![format!("ruby{major}.{minor}"), "ruby".into()],
        Runtime::Provided => Vec::new(),
    }
}

/// How far a version is from the one that is wanted; 0 ends the search. Python's and Node's names come in the order of
/// welcome already, so the first that will do is taken; all programs called `java` have to be asked.
fn distance(runtime: Runtime, (major, minor): (u32, u32)) -> u32 {
    /// More than any two releases of Java differ by.
    const OLDER: u32 = 1000;
    match runtime {
        Runtime::Java { major: wanted } if major >= wanted => major - wanted,
        Runtime::Java { major: wanted } => OLDER + (wanted - major),
        Runtime::Ruby { minor: wanted, .. } => minor.abs_diff(wanted),
        Runtime::Python { .. } | Runtime::Node { .. } | Runtime::Provided => 0,
    }
}

fn common_names(runtime: Runtime) -> String {
    match runtime {
        Runtime::Python { minor } => format!("python3.{minor}, other python3.* and python3"),
        Runtime::Node { major } => format!("node{major}, node and nodejs"),
        Runtime::Java { .. } => "the programs called java".to_owned(),
        Runtime::Ruby { major, minor } => format!("ruby{major}.{minor} and ruby"),
        Runtime::Provided => String::new(),
    }
}

fn judge(identifier: &str, runtime: Runtime, probed: Probed) -> Result<Interpreter, String> {
    let Probed { version: (major, minor), text, program } = probed;
    let remark = match runtime {
        Runtime::Python { minor: wanted } if (major, minor) == (3, wanted) => None,
        Runtime::Python { .. } if major == 3 => {
            Some(format!("runs on Python {text}, the function asks for {identifier}"))
        }
        Runtime::Node { major: wanted } if major == wanted => None,
        Runtime::Node { .. } if major % 2 == 0 || major >= 27 => {
            Some(format!("runs on Node {text}, the function asks for {identifier}"))
        }
        Runtime::Java { major: wanted } if major == wanted => None,
        Runtime::Java { .. } => Some(format!("runs on Java {text}, the function asks for {identifier}")),
        Runtime::Ruby { major: wanted, minor: wanted_minor } if (major, minor) == (wanted, wanted_minor) => None,
        Runtime::Ruby { major: wanted, .. } if major == wanted => {
            Some(format!("runs on Ruby {text}, the function asks for {identifier}"))
        }
        _ => return Err(format!("{} is version {text}", program.display())),
    };
    Ok(Interpreter { program, version: text, release: (major, minor), remark })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(identifier: &str, version: (u32, u32)) -> Result<Option<String>, String> {
        let text = format!("{}.{}.0", version.0, version.1);
        let probed = Probed { version, text, program: "/bin/it".into() };
        judge(identifier, Runtime::parse(identifier).unwrap(), probed).map(|interpreter| interpreter.remark)
    }

    #[test]
    fn versions_are_judged_as_the_table_says() {
        let said = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(verdict("python3.13", (3, 13)), Ok(None));
        assert_eq!(verdict("python3.13", (3, 11)), said("runs on Python 3.11.0, the function asks for python3.13"));
        assert_eq!(verdict("python3.13", (2, 7)), Err("/bin/it is version 2.7.0".to_owned()));
        assert_eq!(verdict("nodejs22.x", (22, 1)), Ok(None));
        assert_eq!(verdict("nodejs22.x", (20, 1)), said("runs on Node 20.1.0, the function asks for nodejs22.x"));
        assert_eq!(verdict("nodejs24.x", (27, 0)), said("runs on Node 27.0.0, the function asks for nodejs24.x"));
        assert_eq!(verdict("nodejs22.x", (21, 0)), Err("/bin/it is version 21.0.0".to_owned()));
        assert_eq!(verdict("java17.al2023", (17, 0)), Ok(None));
        assert_eq!(verdict("java17", (21, 0)), said("runs on Java 21.0.0, the function asks for java17"));
        assert_eq!(verdict("java21", (17, 0)), said("runs on Java 17.0.0, the function asks for java21"));
        assert_eq!(verdict("ruby3.4", (3, 4)), Ok(None));
        assert_eq!(verdict("ruby3.4", (3, 1)), said("runs on Ruby 3.1.0, the function asks for ruby3.4"));
        assert_eq!(verdict("ruby4.0", (3, 4)), Err("/bin/it is version 3.4.0".to_owned()));
    }

    #[test]
    fn the_exact_version_is_looked_for_first_and_the_nearest_next() {
        let names = names(Runtime::Python { minor: 13 });
        assert_eq!(names[..4], ["python3.13", "python3.14", "python3.12", "python3.15"]);
    }

    #[test]
    fn a_newer_java_is_nearer_than_any_older_one() {
        let java = Runtime::Java { major: 17 };
        let mut majors = vec![8, 16, 25, 18, 17];
        majors.sort_by_key(|major| distance(java, (*major, 0)));
        assert_eq!(majors, [17, 18, 25, 16, 8]);
    }
}
