//! The program that runs a function, and its arguments.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::bootstraps::Bootstraps;
use super::environment::StartError;
use super::interpreter::Interpreter;
use super::invocation::Invocation;
use super::java_client::JavaClient;
use super::java_command;
use super::runtime::Runtime;

/// What a function may be run by.
pub(super) struct Tools<'a> {
    pub(super) bootstraps: &'a Bootstraps,
    pub(super) interpreter: Option<&'a Interpreter>,
    /// There for Java alone.
    pub(super) java_client: Option<&'a JavaClient>,
}

/// The program and its arguments.
pub(super) fn command(
    tools: &Tools<'_>,
    invocation: &Invocation,
    runtime: Runtime,
    private_folder: &Path,
) -> Result<(PathBuf, Vec<OsString>), StartError> {
    let Some(interpreter) = tools.interpreter else { return bootstrap(&invocation.code_folder) };
    let arguments = match (runtime, tools.java_client) {
        // -S: the packages of this machine are not the function's. -u: a line is out when it is printed.
        (Runtime::Python { .. }, _) => {
            vec!["-S".into(), "-u".into(), tools.bootstraps.python.clone().into_os_string()]
        }
        (Runtime::Node { .. }, _) => vec![tools.bootstraps.node.clone().into_os_string()],
        // -E: the stated locale may be missing on this machine; on AWS it is UTF-8.
        (Runtime::Ruby { .. }, _) => vec!["-EUTF-8".into(), tools.bootstraps.ruby.clone().into_os_string()],
        (Runtime::Java { .. }, Some(client)) => {
            java_command::check_class_version(interpreter, invocation)?;
            java_command::arguments(client, invocation, interpreter.release.0, private_folder)
        }
        (Runtime::Java { .. } | Runtime::Provided, _) => return bootstrap(&invocation.code_folder),
    };
    Ok((interpreter.program.clone(), arguments))
}

/// The package's own program.
fn bootstrap(code: &Path) -> Result<(PathBuf, Vec<OsString>), StartError> {
    let program = code.join("bootstrap");
    if !program.is_file() {
        return Err(StartError::NoBootstrap { program: program.display().to_string() });
    }
    // exec would hand a file of any other kind to the shell; Lambda does not.
    if is_executable_of_unknown_kind(&program) {
        return Err(StartError::NotAProgram { program: program.display().to_string() });
    }
    Ok((program, Vec::new()))
}

/// Whether a file may be executed and is neither a script nor a binary of Linux or macOS. A file that may not be
/// executed, or not be read, is left for exec to judge.
fn is_executable_of_unknown_kind(program: &Path) -> bool {
    const KINDS: [&[u8]; 5] = [b"#!", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xcf"];
    let Ok(mut file) = File::open(program) else { return false };
    let is_executable = file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0);
    let mut beginning = [0; 4];
    let length = file.read(&mut beginning).unwrap_or_default();
    is_executable && !KINDS.iter().any(|kind| beginning[..length].starts_with(kind))
}
