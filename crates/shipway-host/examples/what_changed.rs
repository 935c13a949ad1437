//! Finds out what changed in a project's functions, so that this alone can be measured and compared with `git status`.
//!
//! ```text
//! what_changed PROJECT FUNCTIONS_FOLDER [--anew]
//! ```
//!
//! Every folder in FUNCTIONS_FOLDER (relative to PROJECT) is taken for a function. Looks at all of them and at the state of the
//! work tree as `shipway build` does, and prints one line: how many functions, one digest over all their source digests, and
//! whether the work tree is clean. What was found out is remembered in `PROJECT/.shipway`; with `--anew`, nothing is.
#![expect(clippy::print_stdout, reason = "a program of its own, which has no other output")]

use std::error::Error;
use std::path::{Path, PathBuf};

use futures::future::join_all;
use shipway_core::build::{FunctionBuild, Platform, Product};
use shipway_core::builder::{Builder, PythonSettings};
use shipway_core::contract::{Contract, Corrections};
use shipway_core::names::Architecture;
use shipway_engine::ports::{Git as _, Sources as _};
use shipway_host::{CallerEnvironment, GitProgram, ProjectSources, WorkTree};

#[expect(clippy::disallowed_methods, reason = "it stands in for the command line, which reads both")]
fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [project, functions, rest @ ..] = arguments.as_slice() else {
        return Err("usage: what_changed PROJECT FUNCTIONS_FOLDER [--anew]".into());
    };
    let environment = CallerEnvironment::new(std::env::vars_os());
    let project = PathBuf::from(project);
    let work_tree = if rest.is_empty() {
        WorkTree::remembering(&project, environment.clone(), &project.join(".shipway"))
    } else {
        WorkTree::new(&project, environment.clone())
    };
    let git = GitProgram::new(&project, &environment).with_work_tree(work_tree.clone());
    let sources = ProjectSources::of(work_tree);
    let builds = builds(&project, functions)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (head, looked) = runtime.block_on(async {
        let looks = join_all(builds.iter().map(|build| sources.look(build)));
        futures::join!(git.head(), looks)
    });
    let mut all = blake3::Hasher::new();
    for source in looked {
        all.update(&source?.digest().0);
    }
    println!("{} functions, {}, {:?}", builds.len(), all.finalize().to_hex(), head?.work_tree);
    Ok(())
}

fn builds(project: &Path, functions: &str) -> Result<Vec<FunctionBuild>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(project.join(functions))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    names.into_iter().map(|name| build(functions, &name)).collect()
}

fn build(functions: &str, name: &str) -> Result<FunctionBuild, Box<dyn Error>> {
    let (runtime, handler) = ("python3.13".parse()?, "app.handler".parse()?);
    let contract = Contract::new("python3.13".parse()?, "app.handler".parse()?);
    Ok(FunctionBuild {
        function: name.parse()?,
        folder: format!("{functions}/{name}"),
        builder: Builder::Python(PythonSettings::default()),
        runtime,
        handler,
        platform: Platform::Lambda { architecture: Architecture::X86_64 },
        depends_on: vec![],
        exclude: vec![],
        allow: vec![],
        variables: vec![],
        timeout_seconds: 600,
        corrections: Corrections::default(),
        contract,
        product: Product::Function,
    })
}
