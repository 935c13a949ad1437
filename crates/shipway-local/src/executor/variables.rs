//! The environment that a function sees: Lambda's variables and its own, none of this process's. Looks into the
//! package for Ruby's folders of gems, and at nothing else.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::interpreter::Interpreter;
use super::invocation::Invocation;
use super::layers::{Layers, joined};
use super::runtime::Runtime;

/// What is particular to one process.
pub(super) struct Place<'a> {
    /// `host:port` of its Runtime API.
    pub(super) api: &'a str,
    /// Its own folder for temporary files. Also its home: what libraries look for there (credentials, mostly) belongs
    /// to the person at this machine.
    pub(super) private_folder: &'a Path,
    /// For the programs that come with it, and the version that Ruby's folders are named after.
    pub(super) interpreter: Option<&'a Interpreter>,
    pub(super) log_stream: &'a str,
}

/// Variables that make the function reach this executor at all; its own configuration does not replace them.
const FIXED: [&str; 3] = ["AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "_HANDLER"];

/// Every variable of the process, sorted by name (reference: Lambda's "defined runtime environment variables").
pub(super) fn variables(invocation: &Invocation, runtime: Runtime, place: &Place<'_>) -> Vec<(OsString, OsString)> {
    let code = invocation.code_folder.as_os_str();
    let mut all: BTreeMap<OsString, OsString> = BTreeMap::new();
    let mut set = |name: &str, value: &OsStr| all.insert(name.into(), value.to_owned());

    set("_HANDLER", invocation.handler.as_ref());
    set("LAMBDA_TASK_ROOT", code);
    set("LAMBDA_RUNTIME_DIR", "/var/runtime".as_ref());
    set("AWS_LAMBDA_RUNTIME_API", place.api.as_ref());
    set("AWS_REGION", invocation.region.as_ref());
    set("AWS_DEFAULT_REGION", invocation.region.as_ref());
    set("AWS_LAMBDA_FUNCTION_NAME", invocation.function_name.as_ref());
    set("AWS_LAMBDA_FUNCTION_VERSION", invocation.version.as_ref());
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", invocation.memory_megabytes.to_string().as_ref());
    set("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", invocation.function_name).as_ref());
    set("AWS_LAMBDA_LOG_STREAM_NAME", place.log_stream.as_ref());
    set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".as_ref());
    set("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR".as_ref());
    // Present, so that SDKs look no further; worthless, so that nothing is reached with them by accident.
    set("AWS_ACCESS_KEY_ID", "local".as_ref());
    set("AWS_SECRET_ACCESS_KEY", "local".as_ref());
    set("AWS_SESSION_TOKEN", "local".as_ref());
    let layers = Layers::of(invocation);
    set(
        "PATH",
        &search_path(place.interpreter.and_then(|interpreter| interpreter.program.parent()), layers.below(&["bin"])),
    );
    let libraries = [invocation.code_folder.clone(), invocation.code_folder.join("lib")];
    set("LD_LIBRARY_PATH", &joined(libraries.into_iter().chain(layers.below(&["lib"]))));
    set("LANG", "en_US.UTF-8".as_ref());
    set("TZ", ":UTC".as_ref());
    set("HOME", place.private_folder.as_os_str());
    set("TMPDIR", place.private_folder.as_os_str());
    match runtime {
        Runtime::Python { .. } => {
            set("PYTHONDONTWRITEBYTECODE", "1".as_ref());
            // The stated locale may be missing on this machine; on AWS it is UTF-8.
            set("PYTHONUTF8", "1".as_ref());
            if let Some(path) = layers.python(&invocation.runtime) {
                set("PYTHONPATH", &path);
            }
        }
        Runtime::Node { .. } => {
            let modules = layers.node(&invocation.runtime);
            set("NODE_PATH", &joined(modules.into_iter().chain([invocation.code_folder.clone()])));
        }
        Runtime::Ruby { .. } => {
            let release = place.interpreter.map(|found| found.release).unwrap_or_default();
            let folders = gem_folders(&invocation.code_folder, release);
            // Without it the gems that are installed on this machine are found as well.
            set("GEM_HOME", folders[0].as_os_str());
            set("GEM_PATH", &joined(folders.into_iter().chain(layers.gems(release))));
            let sources = [invocation.code_folder.clone()];
            set("RUBYLIB", &joined(sources.into_iter().chain(layers.below(&["ruby/lib"]))));
        }
        Runtime::Java { .. } | Runtime::Provided => {}
    }
    if runtime != Runtime::Provided {
        set("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", invocation.runtime).as_ref());
    }
    for (name, value) in &invocation.environment {
        if !FIXED.contains(&name.as_str()) {
            all.insert(name.into(), value.into());
        }
    }
    all.into_iter().collect()
}

/// Where a package's gems are: below `vendor/bundle/ruby`, in a folder named after the Ruby that installed them. The
/// interpreter's own comes first, there or not; others are of use as long as what is in them is Ruby alone.
fn gem_folders(code: &Path, (major, minor): (u32, u32)) -> Vec<PathBuf> {
    let parent = code.join("vendor/bundle/ruby");
    let own = parent.join(format!("{major}.{minor}.0"));
    let entries = std::fs::read_dir(&parent).into_iter().flatten().flatten();
    let mut others: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir() && *path != own).collect();
    others.sort();
    std::iter::once(own).chain(others).collect()
}

fn search_path(interpreter_folder: Option<&Path>, layers: Vec<PathBuf>) -> OsString {
    let usual = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from);
    joined(interpreter_folder.map(Path::to_owned).into_iter().chain(usual).chain(layers))
}
