//! Rust: one binary of a package by Cargo, with the project's own release profile and lock file.
//!
//! For the machine that builds, plain Cargo. For Lambda, cargo-zigbuild where it is there: it links for another
//! processor, and against the runtime's glibc, however new this machine's is. Without it plain Cargo is good for this
//! machine's processor alone, and the package's check refuses what needs a newer glibc than the runtime has.
//!
//! The target folder is kept, so that dependencies are compiled once: it belongs to this clone of the project, and all
//! its functions share it. What lies in the project itself is compiled anew each time: see [`renew`].

mod environment;
mod package;
mod target;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use shipway_core::build::FileKind;
use shipway_core::builder::RustSettings;
use shipway_core::inputs;
use shipway_engine::ports::{BuildFailure, BuiltTree, Fault};

use self::package::Program;
use self::target::{Target, Zigbuild};
use super::job::Job;
use super::program;
use crate::failure;

const GET_RUST: &str = "install Rust: https://rustup.rs/";

/// How long to wait between two looks at whether another build is done with the target folder.
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// Builds a Rust function.
pub(super) async fn build(job: &Job<'_>, settings: &RustSettings) -> Result<BuiltTree, BuildFailure> {
    if !job.has("Cargo.toml") {
        return Err(failure::input(
            format!("there is no Cargo.toml in `{}`, the folder of `{}`", job.build.folder, job.build.function),
            &["name the package's folder in `path`; if git ignores the file, it is no input"],
        ));
    }
    complete(job)?;
    let cargo = job.need("cargo", GET_RUST)?;
    let rustc = job.need("rustc", GET_RUST)?;
    let mut variables = environment::variables(job);
    let compiler = environment::Compiler::ask(job, &rustc, &variables).await?;
    let metadata = job.ask_with(&cargo, &["metadata", "--no-deps", "--format-version=1"], &variables).await;
    let program = package::choose(job, settings, &metadata.map_err(explain)?)?;
    need_lock(job, &program)?;
    let zigbuild = job.find("cargo-zigbuild");
    let found = if zigbuild.is_some() { Zigbuild::Found } else { Zigbuild::Missing };
    let target = target::choose(job, &compiler.host, found)?;

    let (folder, _lock) = lock(job, &job.state.join("cargo")).await?;
    renew(job)?;
    let output = folder.join("target");
    let flags = environment::flags(job, &compiler, &output, &program, &target)?;
    let setting = flags.hand_over(&mut variables);
    let arguments = arguments(settings, &program, &target, &output, setting);
    job.run_with(&cargo, arguments, &variables).await.map_err(|failure| explain_target(explain(failure), &target))?;
    let binary = output.join(&target.triple).join("release").join(&program.binary);
    let tree = program::lay_out(job, &binary, &settings.assets)?;
    let mut built = BuiltTree { path: tree, dependencies: vec![], tools: [].into(), warnings: vec![] };
    built.tools.insert("rustc".to_owned(), compiler.release);
    if let Some(zigbuild) = zigbuild.filter(|_| target.is_by_zigbuild()) {
        let version = job.ask_with(&zigbuild, &["--version"], &variables).await?;
        let version = version.rsplit(' ').next().unwrap_or_default().to_owned();
        built.tools.insert("cargo-zigbuild".to_owned(), version);
    }
    built.warnings.extend(flags.warning);
    built.warnings.extend(target::newer_glibc(job, &target).await);
    Ok(built)
}

/// Writes what Cargo needs besides the inputs.
fn complete(job: &Job<'_>) -> Result<(), BuildFailure> {
    let inputs = job.scratch.join("inputs");
    let mut read = |path: &str| fs::read_to_string(inputs.join(path)).ok();
    let completion =
        inputs::cargo_completion(&job.folder_name(), &mut inputs::Project::new(&job.source.files, &mut read));
    for (path, content) in completion {
        let path = inputs.join(path);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, content));
        written.map_err(|error| failure::io("write", &path, &error))?;
    }
    Ok(())
}

fn need_lock(job: &Job<'_>, program: &Program) -> Result<(), BuildFailure> {
    if program.workspace.join("Cargo.lock").is_file() {
        return Ok(());
    }
    let folder = program.workspace.strip_prefix(job.scratch.join("inputs")).unwrap_or(&program.workspace);
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    Err(failure::input(
        format!("there is no Cargo.lock in `{}`, or git ignores it", shown.display()),
        &[
            "run `cargo generate-lockfile` there and commit the file: without it, the same commit would not build the same \
           package",
        ],
    ))
}

/// Takes the target folder for this build alone. Cargo's own lock is not enough: two packages may call their programs
/// the same, and the program must be taken away before the next one takes its place.
async fn lock(job: &Job<'_>, folder: &Path) -> Result<(PathBuf, fs::File), BuildFailure> {
    fs::create_dir_all(folder).map_err(|error| failure::io("make", folder, &error))?;
    // Cargo runs in another folder, and rustc looks for the path as the system spells it.
    let folder = fs::canonicalize(folder).map_err(|error| failure::io("find", folder, &error))?;
    let path = folder.join("lock");
    let file = fs::File::create(&path).map_err(|error| failure::io("open", &path, &error))?;
    let mut told = false;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok((folder, file)),
            Err(fs::TryLockError::WouldBlock) if Instant::now() < job.deadline => {
                if !std::mem::replace(&mut told, true) {
                    (job.on_line)("waiting for another build of this project by Cargo");
                }
                tokio::time::sleep(LOCK_PAUSE).await;
            }
            Err(fs::TryLockError::WouldBlock) => {
                return Err(failure::build(
                    format!("the build's time was up while another one held {}", path.display()),
                    &["a build may take longer with a larger `timeout` for the function's build"],
                ));
            }
            Err(fs::TryLockError::Error(error)) => return Err(failure::io("lock", &path, &error)),
        }
    }
}

/// Makes the copies of the inputs newer than whatever was compiled before. Cargo goes by the time of a source and by
/// its path in the workspace, both of which another build's copy may share: one that was made from other sources and
/// compiled while this build waited.
fn renew(job: &Job<'_>) -> Result<(), BuildFailure> {
    let now = SystemTime::now();
    let copied = job.source.files.iter().filter(|(_, file)| file.kind != FileKind::Link);
    for path in copied.map(|(path, _)| job.scratch.join("inputs").join(path)) {
        let renewed = fs::File::options().append(true).open(&path).and_then(|file| file.set_modified(now));
        renewed.map_err(|error| failure::io("change the time of", &path, &error))?;
    }
    Ok(())
}

fn arguments(
    settings: &RustSettings,
    program: &Program,
    target: &Target,
    output: &Path,
    setting: Option<String>,
) -> Vec<OsString> {
    let command = if target.is_by_zigbuild() { "zigbuild" } else { "build" };
    let mut arguments: Vec<OsString> = [command, "--locked", "--release", "--bin"].map(OsString::from).into();
    arguments.extend([OsString::from(&program.binary), "--manifest-path".into(), program.manifest.clone().into()]);
    arguments.extend([
        "--target".into(),
        target.argument().into(),
        "--target-dir".into(),
        PathBuf::from(output).into(),
    ]);
    if let Some(setting) = setting {
        arguments.extend(["--config".into(), OsString::from(setting)]);
    }
    if !settings.features.is_empty() {
        arguments.extend(["--features".into(), OsString::from(settings.features.join(","))]);
    }
    arguments
}

/// What the user can do about the ways in which Cargo fails that have nothing to do with their code.
fn explain(mut failure: BuildFailure) -> BuildFailure {
    let output = failure.output.as_deref().unwrap_or_default();
    let says = |texts: &[&str]| texts.iter().any(|text| output.contains(text));
    let mut hints = Vec::new();
    if says(&["--locked was passed"]) {
        hints.push("the lock file does not fit the manifests: run `cargo check` in the project and commit Cargo.lock");
    }
    if says(&["failed to read `", "failed to load manifest", "No such file or directory"]) && says(&["Cargo.toml"]) {
        hints.push(
            "if the manifest is there: path dependencies must lie in the project's folder, and not be ignored by git",
        );
    }
    if says(&["Failed to find zig"]) {
        hints.push("cargo-zigbuild needs zig: `pip install ziglang`, or https://ziglang.org/download/");
    }
    if says(&["linker `cc` not found", "linker `cc`: No such file"]) {
        hints.push("install a C compiler: Rust links with it (Debian: apt install gcc libc6-dev)");
    }
    if says(&["does not contain this feature", "none of the selected packages contains"]) {
        hints.push("correct `features` of the function's `rust` section in shipway.toml");
    }
    if !hints.is_empty() {
        failure.fault = Fault::Input;
    }
    failure.hints.extend(hints.into_iter().map(ToOwned::to_owned));
    failure
}

fn explain_target(mut failure: BuildFailure, target: &Target) -> BuildFailure {
    if failure.output.as_deref().unwrap_or_default().contains("target may not be installed") {
        let triple = &target.triple;
        failure.hints.push(format!("run `rustup target add {triple}` in the function's folder"));
        failure.fault = Fault::Input;
    }
    failure
}
