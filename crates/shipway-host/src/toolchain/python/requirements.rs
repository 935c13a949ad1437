//! What is to be installed and what is to be built first: the function's declaration, with lock files turned into lists of
//! requirements. Decides nothing that `shipway-core` can decide.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::inputs::Project;
use shipway_core::python::{
    Dependencies, Entry, Line, LocalProject, LockProblem, OwnCode, Place, ProjectFile, Requirement, Target, declared,
    is_hashed, lines, local_projects, locked, sources_of,
};
use shipway_engine::ports::BuildFailure;

use super::installer::GET_UV;
use crate::failure;
use crate::sources::within_project;
use crate::toolchain::job::Job;

/// What the function needs besides its own files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wanted {
    /// A file with requirements from elsewhere.
    pub(super) file: Option<PathBuf>,
    /// Requirements besides.
    pub(super) lines: Vec<String>,
    /// Whether all of them are named already.
    pub(super) completeness: Completeness,
    /// Projects of the repository's own, to be built; the function's own, if it is a package, among them.
    pub(super) locals: Vec<LocalProject>,
    /// What the function requires by name.
    pub(super) named: Vec<Requirement>,
    /// The names in a file that says which files it accepts: nothing may be added for them.
    pub(super) hashed: BTreeSet<String>,
}

/// Whether what is required says all that is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Completeness {
    /// Packages may require others.
    #[default]
    Open,
    /// A lock file names every one.
    Locked,
}

/// What a function declares, before any tool is asked.
pub(super) struct Look {
    pub(super) dependencies: Dependencies,
    pub(super) own: OwnCode,
}

/// The inputs' copies, for what reads declarations.
pub(super) fn reading<T>(job: &Job<'_>, act: impl FnOnce(&mut Project<'_>) -> T) -> T {
    let inputs = job.scratch.join("inputs");
    let mut read = |path: &str| fs::read_to_string(inputs.join(path)).ok();
    act(&mut Project::new(&job.source.files, &mut read))
}

/// Reads what the function declares.
pub(super) fn look(job: &Job<'_>, named: Option<&str>) -> Result<Look, BuildFailure> {
    let declared = reading(job, |project| declared(&job.folder_name(), named, project));
    let declared = declared.map_err(|undeclared| failure::input(undeclared.to_string(), &[undeclared.hint()]))?;
    Ok(Look { dependencies: declared.dependencies, own: declared.own })
}

/// Works out what is to be installed and built.
pub(super) async fn find(
    job: &Job<'_>,
    look: &Look,
    target: &Target,
    uv: Option<&Path>,
) -> Result<Wanted, BuildFailure> {
    let mut wanted = match &look.dependencies {
        Dependencies::Nothing => Wanted::default(),
        Dependencies::File(path) => from_file(job, path, target)?,
        Dependencies::Listed(lines) => from_list(job, lines),
        Dependencies::UvLock(folder) => from_uv(job, folder, target, uv).await?,
        Dependencies::PoetryLock => from_poetry(job, target)?,
    };
    if look.own == OwnCode::Package {
        wanted.locals.insert(0, LocalProject { folder: job.folder_name(), extras: BTreeSet::new() });
    }
    let locals = std::mem::take(&mut wanted.locals);
    wanted.locals = match wanted.completeness {
        Completeness::Open => reading(job, |project| local_projects(locals, project)),
        Completeness::Locked => locals,
    };
    Ok(wanted)
}

fn from_list(job: &Job<'_>, lines: &[String]) -> Wanted {
    let named: Vec<Requirement> = lines.iter().filter_map(|line| Requirement::parse(line).ok().flatten()).collect();
    let locals = reading(job, |project| sources_of(&job.folder_name(), project));
    let is_local = |line: &String| line.contains("@ file:") || line.contains("@file:");
    let lines = lines.iter().filter(|line| !is_local(line)).cloned().collect();
    Wanted { lines, locals, named, ..Wanted::default() }
}

/// A requirements file, read with those that it includes. Where one names a folder of the repository, a copy without that
/// line takes its place: beside it, since what it names is relative to it.
fn from_file(job: &Job<'_>, path: &str, target: &Target) -> Result<Wanted, BuildFailure> {
    let mut files = Files {
        job,
        target,
        wanted: Wanted::default(),
        is_hashed: false,
        asks: false,
        without: Lines::All,
        rewritten: vec![],
    };
    files.read(path)?;
    let Files { mut wanted, is_hashed, asks, without, rewritten, .. } = files;
    if is_hashed {
        wanted.hashed = wanted.named.iter().map(|requirement| requirement.name.clone()).collect();
    }
    let inputs = job.scratch.join("inputs");
    let mut file = path.to_owned();
    if without == Lines::WithoutFolders {
        for (path, text) in &rewritten {
            let path = inputs.join(copy_name(path));
            fs::write(&path, text).map_err(|error| failure::io("write", &path, &error))?;
        }
        file = copy_name(path);
    }
    wanted.file = asks.then(|| inputs.join(file));
    Ok(wanted)
}

fn copy_name(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = format!(".shipway-{name}");
    if folder.is_empty() { name } else { format!("{folder}/{name}") }
}

/// Which lines of the files stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    All,
    WithoutFolders,
}

/// Requirements files as they are read.
struct Files<'f> {
    job: &'f Job<'f>,
    target: &'f Target,
    wanted: Wanted,
    is_hashed: bool,
    /// Whether anything is asked of an index.
    asks: bool,
    without: Lines,
    /// By path, each file without the lines that name folders.
    rewritten: Vec<(String, String)>,
}

impl Files<'_> {
    fn read(&mut self, path: &str) -> Result<(), BuildFailure> {
        if self.rewritten.iter().any(|(known, _)| known == path) {
            return Ok(());
        }
        let Some(text) = reading(self.job, |project| project.text(path)) else {
            let hint = "what git ignores does not count as an input, nor does what is outside of the project's folder";
            return Err(failure::input(format!("the requirements file `{path}` is not there"), &[hint]));
        };
        self.is_hashed |= is_hashed(&text);
        let index = self.rewritten.len();
        self.rewritten.push((path.to_owned(), String::new()));
        let mut kept = String::new();
        for line in lines(&text) {
            if let Some(line) = self.take(path, line)? {
                kept.push_str(&line);
                kept.push('\n');
            }
        }
        self.rewritten[index].1 = kept;
        Ok(())
    }

    /// What stays of a line; `None` for one that names a folder.
    fn take(&mut self, file: &str, line: Line) -> Result<Option<String>, BuildFailure> {
        let above = file.rsplit_once('/').map_or("", |(above, _)| above);
        match line.entry {
            Entry::Requirements(path) | Entry::Constraints(path) if path.contains("://") => {
                self.asks = true;
                Ok(Some(line.text))
            }
            Entry::Requirements(path) => {
                self.read(&self.inside(above, &path)?)?;
                Ok(Some(format!("-r {}", copy_name(&path))))
            }
            Entry::Constraints(path) => {
                self.inside(above, &path)?;
                Ok(Some(line.text))
            }
            Entry::Path { path, extras, marker, .. } => {
                let whole = self.inside(&self.job.folder_name(), &path)?;
                if self.job.source.files.contains_key(&whole) {
                    self.asks = true;
                    return Ok(Some(line.text));
                }
                self.without = Lines::WithoutFolders;
                if marker.is_none_or(|marker| marker.holds(self.target, "")) {
                    self.need_project(&whole)?;
                    self.wanted.locals.push(LocalProject { folder: whole, extras });
                }
                Ok(None)
            }
            Entry::Package(requirement) => {
                self.asks = true;
                self.wanted.named.push(requirement);
                Ok(Some(line.text))
            }
            Entry::FindLinks(_) => Ok(Some(line.text)),
            Entry::Other => {
                let text = line.text.trim();
                self.asks |= !(text.is_empty() || text.starts_with('#') || text.starts_with("--"));
                Ok(Some(line.text))
            }
        }
    }

    fn inside(&self, folder: &str, path: &str) -> Result<String, BuildFailure> {
        let joined =
            if folder.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
        within_project(&joined).ok_or_else(|| {
            failure::input(
                format!(
                    "the requirements of `{}` name `{path}`, which is outside of the project",
                    self.job.build.function
                ),
                &["what a build depends on must be below the folder that holds shipway.toml"],
            )
        })
    }

    fn need_project(&self, folder: &str) -> Result<(), BuildFailure> {
        let has = |name: &str| self.job.scratch.join("inputs").join(folder).join(name).is_file();
        if ["pyproject.toml", "setup.py", "setup.cfg"].into_iter().any(has) {
            return Ok(());
        }
        let shown = if folder.is_empty() { "the project's folder" } else { folder };
        Err(failure::input(
            format!(
                "the requirements of `{}` name `{shown}`, where there is no pyproject.toml and no setup.py",
                self.job.build.function
            ),
            &["correct the path; what git ignores does not count"],
        ))
    }
}

async fn from_uv(job: &Job<'_>, folder: &str, target: &Target, uv: Option<&Path>) -> Result<Wanted, BuildFailure> {
    let lock = if folder.is_empty() { "uv.lock".to_owned() } else { format!("{folder}/uv.lock") };
    let Some(uv) = uv else {
        let message = format!("`{lock}` can only be installed from by uv, which is not on PATH");
        return Err(failure::input(
            message,
            &[GET_UV, "or export it: uv export > requirements.txt, and name that file"],
        ));
    };
    let exported = job.scratch.join("exported.txt");
    let arguments = [
        "export",
        "--frozen",
        "--no-default-groups",
        "--no-emit-project",
        "--no-header",
        "--no-annotate",
        "--quiet",
        "--output-file",
    ];
    job.run(uv, arguments.iter().map(OsString::from).chain([exported.clone().into()])).await?;
    let text = fs::read_to_string(&exported).map_err(|error| failure::io("read", &exported, &error))?;
    let mut wanted = Wanted { completeness: Completeness::Locked, named: required_by_name(job), ..Wanted::default() };
    for line in lines(&text) {
        match line.entry {
            Entry::Path { path, extras, marker, .. } => {
                if !marker.is_none_or(|marker| marker.holds(target, "")) {
                    continue;
                }
                let whole = locked_path(job, &lock, folder, &path)?;
                if job.source.files.contains_key(&whole) {
                    let address = address(&job.scratch.join("inputs").join(&whole));
                    wanted.lines.push(line.text.replacen(&path, &address, 1));
                } else {
                    wanted.locals.push(LocalProject { folder: whole, extras });
                }
            }
            _ => wanted.lines.push(line.text),
        }
    }
    Ok(wanted)
}

fn from_poetry(job: &Job<'_>, target: &Target) -> Result<Wanted, BuildFailure> {
    let lock = job.shown("poetry.lock");
    let text = job.read("poetry.lock")?.unwrap_or_default();
    let manifest = job.read("pyproject.toml")?.unwrap_or_default();
    let unreadable =
        |reason: String| failure::input(format!("`{}` cannot be read: {reason}", job.shown("pyproject.toml")), &[]);
    let file = ProjectFile::parse(&manifest).map_err(unreadable)?;
    let found = locked(&text, &file, target)
        .map_err(|problem| failure::input(format!("`{lock}` {problem}"), &[hint(&problem)]))?;
    let mut wanted = Wanted { completeness: Completeness::Locked, named: required_by_name(job), ..Wanted::default() };
    let mut indexes = BTreeSet::new();
    for package in found {
        match &package.place {
            Place::Folder(path) => {
                let folder = locked_path(job, &lock, &job.folder_name(), path)?;
                wanted.locals.push(LocalProject { folder, extras: BTreeSet::new() });
            }
            Place::File(path) => {
                let whole = locked_path(job, &lock, &job.folder_name(), path)?;
                wanted.lines.push(package.line(Some(&address(&job.scratch.join("inputs").join(whole)))));
            }
            Place::Index(Some(index)) => {
                indexes.insert(format!("--extra-index-url {index}"));
                wanted.lines.push(package.line(None));
            }
            Place::Index(None) | Place::Address(_) => wanted.lines.push(package.line(None)),
        }
    }
    wanted.lines.splice(0..0, indexes);
    Ok(wanted)
}

fn hint(problem: &LockProblem) -> &'static str {
    match problem {
        LockProblem::Unreadable(_) | LockProblem::Missing(_) | LockProblem::NoHash(_) => "write it anew: poetry lock",
        LockProblem::Python { .. } => {
            "set `runtime` in shipway.toml to a Python that it is for; or widen `python` in pyproject.toml and run `poetry lock`"
        }
        LockProblem::NoWheel { .. } => {
            "build a wheel where it will run (a container of Amazon Linux) and depend on that: `{ path = \"wheels/….whl\" }`"
        }
    }
}

/// Where a lock file's path leads, relative to the project's folder. It must be there.
fn locked_path(job: &Job<'_>, lock: &str, folder: &str, path: &str) -> Result<String, BuildFailure> {
    let joined = if folder.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let whole = within_project(&joined);
    whole.filter(|whole| job.scratch.join("inputs").join(whole).exists()).ok_or_else(|| {
        failure::input(
            format!("`{lock}` names `{path}`, which is not among the function's inputs"),
            &[
                "what a build depends on must be below the folder that holds shipway.toml; what git ignores does not count",
                "if it is there, name it in `depends_on`",
            ],
        )
    })
}

/// What the function's `pyproject.toml` requires, whatever a lock file adds to that.
fn required_by_name(job: &Job<'_>) -> Vec<Requirement> {
    let manifest = job.read("pyproject.toml").ok().flatten().unwrap_or_default();
    ProjectFile::parse(&manifest).map(|file| file.required()).unwrap_or_default()
}

fn address(path: &Path) -> String {
    format!("file://{}", path.display())
}
