//! Adds the root module of a function with a stable entry point, once its package is complete.

use std::fs;
use std::path::Path;

use shipway_core::python::{EntryPoint, InvalidEntryPoint, ROOT_MODULE};
use shipway_engine::ports::BuildFailure;

use crate::failure;
use crate::toolchain::job::Job;

/// Writes the root module into the tree. The module and the function that it calls must be there.
pub(super) fn add(job: &Job<'_>, text: &str, tree: &Path) -> Result<(), BuildFailure> {
    let entry_point = EntryPoint::parse(text).map_err(|invalid| {
        failure::input(format!("the handler of `{}`: {invalid}", job.build.function), &[InvalidEntryPoint::HINT])
    })?;
    let root = format!("{ROOT_MODULE}.py");
    if let Some(taken) = [root.as_str(), ROOT_MODULE].into_iter().find(|name| tree.join(name).exists()) {
        return Err(failure::input(
            format!(
                "the package of `{}` has a `{taken}` already, where the entry point `{entry_point}` needs its root module",
                job.build.function
            ),
            &[&format!("rename it; or name the handler in it: handler = \"{ROOT_MODULE}.lambda_handler\"")],
        ));
    }
    let files = entry_point.files();
    let Some(module) = files.iter().map(|file| tree.join(file)).find(|file| file.is_file()) else {
        return Err(absent(job, &entry_point, tree));
    };
    let source = fs::read(&module).map_err(|error| failure::io("read", &module, &error))?;
    if !entry_point.may_be_in(&String::from_utf8_lossy(&source)) {
        let path = module.strip_prefix(tree).unwrap_or(&module).display();
        return Err(failure::input(
            format!(
                "`{path}` in the package of `{}` has no `{}`, which its handler names",
                job.build.function, entry_point.function
            ),
            &["correct `handler` in shipway.toml, or define the function"],
        ));
    }
    let path = tree.join(root);
    fs::write(&path, entry_point.root_module()).map_err(|error| failure::io("write", &path, &error))
}

fn absent(job: &Job<'_>, entry_point: &EntryPoint, tree: &Path) -> BuildFailure {
    let [package, module] = entry_point.files();
    let mut hints =
        vec!["correct `handler` in shipway.toml: the module's name is its path in the package, with dots".to_owned()];
    let top = entry_point.module.split('.').next().unwrap_or_default();
    let folder = tree.join(top);
    hints.push(if entry_point.module != top && folder.is_dir() {
        let mut names: Vec<String> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        names.truncate(8);
        format!("`{top}` holds {}", names.join(", "))
    } else {
        format!("the package has nothing called `{top}`: does its build backend leave it out?")
    });
    let hints: Vec<&str> = hints.iter().map(String::as_str).collect();
    failure::input(
        format!(
            "the package of `{}` has no module `{}`, which its handler names: looked for `{module}`, `{package}`",
            job.build.function, entry_point.module
        ),
        &hints,
    )
}
