//! Ruby: gems by Bundler from a lock file into `vendor/bundle`, the function's own files beside them.
//!
//! Bundler's settings are given by variables: what lies in `.bundle/config` is not read, and the package gets one that
//! says what is there. Gems that the Gemfile names by path are put beside the others, since Lambda finds gems without
//! Bundler. Whatever tells where and when gems were installed is taken out.

mod lock;
mod native;
mod path_gems;
mod tidy;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::build::Platform;
use shipway_engine::ports::{BuildFailure, BuiltTree, Fault};

use self::lock::Lock;
use super::job::Job;
use crate::failure;
use crate::sources::within_project;

const GET_RUBY: &str = "install Ruby with Bundler: https://www.ruby-lang.org/, or `apt install ruby ruby-bundler`";
const BUNDLE: &str = "vendor/bundle";
const GEMFILE: &str = "Gemfile";

/// What `bundler/setup` on Lambda needs to know, in the form in which Bundler writes it.
const CONFIG: &str =
    "---\nBUNDLE_DEPLOYMENT: \"true\"\nBUNDLE_PATH: \"vendor/bundle\"\nBUNDLE_WITHOUT: \"development:test\"\n";

/// The time that stands in every package's zip, 1980-01-01, for what RubyGems dates.
const EPOCH: &str = "315532800";

/// The machine's Ruby.
#[derive(Debug)]
struct Ruby {
    program: PathBuf,
    /// `3.1` of `3.1.2`.
    minor: String,
}

/// Builds a Ruby function.
pub(super) async fn build(job: &Job<'_>) -> Result<BuiltTree, BuildFailure> {
    let folder = job.folder();
    let mut built = BuiltTree { path: folder.clone(), dependencies: vec![], tools: [].into(), warnings: vec![] };
    let Some(home) = gemfile_folder(job) else { return without_gemfile(job, built) };
    let lock = read_lock(job, &home)?;
    let bundle = job.need("bundle", GET_RUBY)?;
    let ruby = ruby(job, &mut built).await?;
    let said = job.ask(&bundle, &["--version"]).await?;
    built.tools.insert("bundler".to_owned(), said.rsplit(' ').next().unwrap_or_default().to_owned());

    let environment = environment(job, &home)?;
    let beside = job.scratch.join("inputs").join(&home);
    job.run_with(&bundle, arguments(&beside), &environment).await.map_err(|failure| explain(failure, &beside))?;
    let gems = folder.join(BUNDLE).join("ruby").join(format!("{}.0", ruby.minor));
    path_gems::install(job, &home, &lock, &ruby, &gems, &environment).await?;
    let failed = |error| failure::io("tidy", &folder, &error);
    fs::remove_dir_all(folder.join("vendor/cache")).or_else(absent).map_err(failed)?;
    tidy::gems(&gems).map_err(failed)?;
    let libraries = native::find(&gems).map_err(failed)?;
    built.warnings.extend(native::strip(job, &libraries).await?);
    if gems.is_dir() {
        built.warnings.extend(fit_runtime(job, &ruby, &gems, &libraries)?);
        built.dependencies.push(BUNDLE.to_owned());
    }
    let config = folder.join(".bundle/config");
    fs::create_dir_all(folder.join(".bundle")).and_then(|()| fs::write(&config, CONFIG)).map_err(failed)?;
    Ok(built)
}

/// The folder with the Gemfile, relative to the project's: the function's own, or the nearest above.
fn gemfile_folder(job: &Job<'_>) -> Option<String> {
    let folder = job.folder_name();
    let above = std::iter::successors(Some(folder.as_str()), |folder| {
        if folder.is_empty() { None } else { Some(folder.rsplit_once('/').map_or("", |(above, _)| above)) }
    });
    above.map(ToOwned::to_owned).find(|folder| job.scratch.join("inputs").join(folder).join(GEMFILE).is_file())
}

fn without_gemfile(job: &Job<'_>, built: BuiltTree) -> Result<BuiltTree, BuildFailure> {
    if job.has("gems.rb") {
        return Err(failure::input(
            format!("`{}` is not read: gems are installed from a Gemfile", job.shown("gems.rb")),
            &["name it Gemfile, and gems.locked Gemfile.lock"],
        ));
    }
    Ok(built)
}

fn read_lock(job: &Job<'_>, home: &str) -> Result<Lock, BuildFailure> {
    let path = job.scratch.join("inputs").join(home).join("Gemfile.lock");
    let text = fs::read_to_string(&path).map_err(|_| {
        let shown = if home.is_empty() { GEMFILE.to_owned() } else { format!("{home}/{GEMFILE}") };
        failure::input(
            format!("`{shown}` has no Gemfile.lock"),
            &["run `bundle lock` beside it and commit the lock file: without it, the same commit would not build the \
               same package"],
        )
    })?;
    Ok(Lock::read(&text))
}

async fn ruby(job: &Job<'_>, built: &mut BuiltTree) -> Result<Ruby, BuildFailure> {
    let program = job.need("ruby", GET_RUBY)?;
    let version = job.ask(&program, &["-e", "puts RUBY_VERSION"]).await?;
    let minor = version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    built.tools.insert("ruby".to_owned(), version);
    Ok(Ruby { program, minor })
}

/// Bundler's settings. They replace the caller's: the package must not depend on them.
fn environment(job: &Job<'_>, home: &str) -> Result<BTreeMap<OsString, OsString>, BuildFailure> {
    let settings = job.scratch.join("bundle-settings");
    fs::create_dir_all(&settings).map_err(|error| failure::io("make", &settings, &error))?;
    let mut all = job.environment.clone();
    let mut set = |name: &str, value: OsString| all.insert(name.into(), value);
    set("BUNDLE_APP_CONFIG", settings.into());
    set("BUNDLE_GEMFILE", job.scratch.join("inputs").join(home).join(GEMFILE).into());
    set("BUNDLE_PATH", job.folder().join(BUNDLE).into());
    set("BUNDLE_DEPLOYMENT", "true".into());
    set("BUNDLE_WITHOUT", "development:test".into());
    set("BUNDLE_WITH", "".into());
    set("BUNDLE_DISABLE_VERSION_CHECK", "true".into());
    set("BUNDLE_SILENCE_ROOT_WARNING", "true".into());
    set("SOURCE_DATE_EPOCH", EPOCH.into());
    // Gemspecs are read in the locale's encoding.
    set("LC_ALL", "C.UTF-8".into());
    Ok(all)
}

/// Where the gems are vendored, nothing else is asked.
fn arguments(home: &Path) -> Vec<OsString> {
    let mut all: Vec<OsString> = vec!["install".into(), "--quiet".into()];
    if holds_gems(&home.join("vendor/cache")) {
        all.push("--local".into());
    }
    all
}

fn holds_gems(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| path.extension().is_some_and(|end| end == "gem"))
}

fn explain(mut failure: BuildFailure, home: &Path) -> BuildFailure {
    let output = failure.output.as_deref().unwrap_or_default();
    if holds_gems(&home.join("vendor/cache")) && output.contains("Could not find") {
        failure
            .hints
            .push("vendor/cache does not hold all gems of the lock file: run `bundle cache` and commit it".to_owned());
        failure.fault = Fault::Input;
    } else if output.contains("frozen") || output.contains("deployment mode") {
        failure.hints.push("run `bundle lock` beside the Gemfile and commit the lock file".to_owned());
        failure.fault = Fault::Input;
    }
    failure
}

/// Sees to it that the gems fit the Ruby and the machine that the function runs on. Returns what to tell the user.
fn fit_runtime(job: &Job<'_>, ruby: &Ruby, gems: &Path, libraries: &[PathBuf]) -> Result<Option<String>, BuildFailure> {
    let Platform::Lambda { architecture } = job.build.platform else { return Ok(None) };
    let here = (std::env::consts::OS, std::env::consts::ARCH);
    let wanted = job.build.runtime.as_str().strip_prefix("ruby").unwrap_or(&ruby.minor);
    let fits = wanted == ruby.minor && here == ("linux", native::processor(architecture));
    if let (false, Some(library)) = (fits, libraries.first()) {
        let shown = library.strip_prefix(job.folder()).unwrap_or(library).display();
        return Err(failure::input(
            format!(
                "`{shown}` is native code for Ruby {} on {} {}, and `{}` runs on Ruby {wanted} on linux {architecture}",
                ruby.minor, here.0, here.1, job.build.function
            ),
            &["build where the same Ruby and the same kind of machine is, such as in CI for that architecture"],
        ));
    }
    if wanted == ruby.minor {
        return Ok(None);
    }
    // Nothing native: the same files serve every Ruby, and Lambda looks in its own one's folder.
    let target = gems.with_file_name(format!("{wanted}.0"));
    fs::rename(gems, &target).map_err(|error| failure::io("rename", gems, &error))?;
    Ok(Some(format!(
        "gems were installed by Ruby {}, the function asks for Ruby {wanted}; none has native code",
        ruby.minor
    )))
}

/// A folder of the scratch copy, by its path relative to another that is relative to the project's.
fn input(job: &Job<'_>, folder: &str, path: &str) -> Option<PathBuf> {
    let whole = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    Some(job.scratch.join("inputs").join(within_project(&whole)?))
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
