//! Go: one static program by `go build`, from a module or a workspace, vendored or not.
//!
//! Nothing of the result depends on where it was built: no paths (`-trimpath`), no build id, no state of a version
//! control, no C compiler. The toolchain is the one on the PATH; it is never let to fetch another. What the caller has
//! set for `go` in general (`GOFLAGS`, `go env -w`) does not silently change a function: what is to count is named in
//! the function's `build_environment`, and so becomes an input.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use shipway_core::build::Platform;
use shipway_core::builder::GoSettings;
use shipway_core::names::Architecture;
use shipway_engine::ports::{BuildFailure, BuiltTree, Fault};

use super::job::Job;
use super::program;
use crate::failure;

const GET_GO: &str = "install Go: https://go.dev/dl/";

/// How what is no program, but a package for other packages, begins. Source: ar(5).
const ARCHIVE: &[u8] = b"!<arch>\n";

/// Builds a Go function.
pub(super) async fn build(job: &Job<'_>, settings: &GoSettings) -> Result<BuiltTree, BuildFailure> {
    let package = settings.package.as_deref().unwrap_or(".");
    let module = need_module(job, package)?;
    let go = job.need("go", GET_GO)?;
    let environment = environment(job, &module);
    let version = job.ask_with(&go, &["env", "GOVERSION"], &environment).await?;
    let output = job.scratch.join("bootstrap");
    let arguments = arguments(&output, package, &module);
    job.run_with(&go, arguments, &environment).await.map_err(explain)?;
    need_program(job, &output, package)?;
    Ok(BuiltTree {
        path: program::lay_out(job, &output, &settings.assets)?,
        dependencies: vec![],
        tools: [("go".to_owned(), version.trim_start_matches("go").to_owned())].into(),
        warnings: vec![],
    })
}

/// What decides about dependencies.
struct Module {
    /// `go.work`, if there is one, relative to the project's folder.
    workspace: Option<String>,
    /// Whether the dependencies are in the tree: in `vendor`, beside `go.work` or else `go.mod`.
    vendored: bool,
}

/// The module or workspace that the package is in, or a failure that says what is missing.
fn need_module(job: &Job<'_>, package: &str) -> Result<Module, BuildFailure> {
    let (function, shown) = (&job.build.function, job.shown(package));
    let folder = crate::sources::within_project(&shown).unwrap_or_default();
    let files = &job.source.files;
    let in_folder =
        |folder: &str, name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let above = |name: &str| {
        let folders = std::iter::successors(Some(folder.as_str()), |folder| {
            (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
        });
        folders.into_iter().find(|folder| files.contains_key(&in_folder(folder, name))).map(str::to_owned)
    };
    let workspace = above("go.work");
    let Some(module) = above("go.mod") else {
        return Err(failure::input(
            format!("`{function}` is in no Go module: there is no go.mod in `{folder}` or above it"),
            &["run `go mod init` and `go mod tidy`, and commit go.mod and go.sum"],
        ));
    };
    let prefix = in_folder(&folder, "");
    let has_sources = files.keys().any(|path| {
        path.strip_prefix(&prefix)
            .is_some_and(|name| !name.contains('/') && name.ends_with(".go") && !name.ends_with("_test.go"))
    });
    if !has_sources {
        return Err(failure::input(
            format!("there are no Go files in `{folder}`, which is to be the main package of `{function}`"),
            &[
                "name the main package in shipway.toml, relative to the function's folder: go = { package = \"cmd/api\" }",
            ],
        ));
    }
    let vendor = in_folder(workspace.as_deref().unwrap_or(&module), "vendor/modules.txt");
    Ok(Module {
        vendored: files.contains_key(&vendor),
        workspace: workspace.map(|folder| in_folder(&folder, "go.work")),
    })
}

fn arguments(output: &Path, package: &str, module: &Module) -> Vec<OsString> {
    let package = package.trim_start_matches("./").trim_end_matches('/');
    let package = match package {
        "" | "." => ".".to_owned(),
        package if package.starts_with("../") => package.to_owned(),
        package => format!("./{package}"),
    };
    let modules = if module.vendored { "-mod=vendor" } else { "-mod=readonly" };
    // Neither a symbol table nor debug information: a third of the program's size, and a panic's trace needs neither.
    let fixed = ["build", "-trimpath", "-buildvcs=false", "-ldflags=-buildid= -s -w", modules, "-o"];
    let mut arguments: Vec<OsString> = fixed.map(OsString::from).into();
    arguments.extend([output.into(), package.into()]);
    arguments
}

/// What `go` gets: the caller's caches, proxies and credentials, and everything that decides about the program from
/// here.
fn environment(job: &Job<'_>, module: &Module) -> BTreeMap<OsString, OsString> {
    let declared = |name: &str| job.build.variables.iter().any(|variable| variable == name);
    let mut environment = job.environment.clone();
    let caller_flags = environment.remove(std::ffi::OsStr::new("GOFLAGS")).filter(|_| declared("GOFLAGS"));
    // A value of one's own, even one that says nothing new, takes the place of what `go env -w` has written down. The
    // tag leaves out the way of the runtime go1.x to start a function. Source: aws-lambda-go, README.
    let mut flags = OsString::from("-trimpath -tags=lambda.norpc");
    if let Some(caller) = caller_flags {
        flags.push(" ");
        flags.push(caller);
    }
    environment.insert("GOFLAGS".into(), flags);
    // Said in so many words, so that no go.work above the scratch folder counts.
    let workspace = module.workspace.as_ref().map(|file| job.scratch.join("inputs").join(file).into_os_string());
    environment.insert("GOWORK".into(), workspace.unwrap_or_else(|| "off".into()));
    let (system, processor) = platform(job.build.platform);
    for (name, value) in [
        ("GOOS", system),
        ("GOARCH", processor),
        ("CGO_ENABLED", "0"),
        ("GOTOOLCHAIN", "local"),
        // What every processor of that kind can do, whatever `go env -w` says.
        ("GOAMD64", "v1"),
        ("GOARM64", "v8.0"),
    ] {
        if !(declared(name) && environment.contains_key(std::ffi::OsStr::new(name))) {
            environment.insert(name.into(), value.into());
        }
    }
    environment
}

/// `GOOS` and `GOARCH`.
fn platform(platform: Platform) -> (&'static str, &'static str) {
    match platform {
        Platform::Lambda { architecture: Architecture::X86_64 } => ("linux", "amd64"),
        Platform::Lambda { architecture: Architecture::Arm64 } => ("linux", "arm64"),
        Platform::Host => {
            let system = if std::env::consts::OS == "macos" { "darwin" } else { std::env::consts::OS };
            let processor = match std::env::consts::ARCH {
                "x86_64" => "amd64",
                "aarch64" => "arm64",
                other => other,
            };
            (system, processor)
        }
    }
}

fn need_program(job: &Job<'_>, output: &Path, package: &str) -> Result<(), BuildFailure> {
    let program = fs::read(output).map_err(|error| failure::io("read", output, &error))?;
    if program.starts_with(ARCHIVE) {
        return Err(failure::input(
            format!("`{}` is not a main package, so that there is nothing to start", job.shown(package)),
            &[
                "name the main package in shipway.toml, relative to the function's folder: go = { package = \"cmd/api\" }",
            ],
        ));
    }
    Ok(())
}

/// What the user can do about the ways in which `go build` fails that have nothing to do with their code.
fn explain(mut failure: BuildFailure) -> BuildFailure {
    let output = failure.output.as_deref().unwrap_or_default();
    let says = |texts: &[&str]| texts.iter().any(|text| output.contains(text));
    let mut hints = Vec::new();
    if says(&["(running go ", "GOTOOLCHAIN=local"]) {
        hints.push(
            "go.mod asks for a newer Go than the one on PATH: install that one, or lower the `go` line in go.mod. Go is \
             not let to fetch another toolchain by itself: `build_environment = [\"GOTOOLCHAIN\"]` hands over yours",
        );
    }
    if says(&["missing go.sum entry", "updates to go.mod needed", "updating go.mod", "inconsistent vendoring"]) {
        hints.push("run `go mod tidy` (and `go mod vendor`, if there is a vendor folder) and commit what it changes");
    }
    if says(&["no required module provides package", "is not in std"]) {
        hints.push(
            "add the package with `go get` and commit go.mod and go.sum; if it lies in this project, but in another module, \
             name it with `replace` or in go.work",
        );
    }
    let private = [
        "could not read Username",
        "terminal prompts disabled",
        "410 Gone",
        "404 Not Found",
        "Permission denied (publickey",
    ];
    if says(&private) {
        hints.push(
            "if the module is private: set GOPRIVATE to its path, and give git access to it (~/.netrc or an SSH key; \
             variables that git needs are named in the function's `build_environment`)",
        );
    }
    if says(&["dial tcp", "no such host", "connection refused", "i/o timeout"]) {
        hints.push("the module proxy cannot be reached: GOPROXY and the proxies in HTTPS_PROXY are as in your shell");
    }
    if !hints.is_empty() {
        failure.fault = Fault::Input;
    }
    failure.hints.extend(hints.into_iter().map(ToOwned::to_owned));
    failure
}
