//! Python: path dependencies and workspace members of uv and Poetry and their lock file; what requirements files name.

use std::collections::BTreeSet;

use super::{Project, join, within};
use crate::build::FunctionBuild;
use crate::builder::Builder;
use crate::python::{Dependencies, Entry, declared, leads_to, lines, packs_from, workspace_root};

/// What uv reads in a workspace's root besides its members.
const OF_A_WORKSPACE: [&str; 3] = ["pyproject.toml", "uv.lock", "uv.toml"];

pub(super) fn find(build: &FunctionBuild, project: &mut Project<'_>) -> BTreeSet<String> {
    let named = match &build.builder {
        Builder::Python(settings) => settings.requirements.as_deref(),
        _ => None,
    };
    let Some(folder) = within("", &build.folder) else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    let mut paths = vec![folder.clone()];
    // What cannot be read is said by the build itself.
    match declared(&folder, named, project).map(|declared| declared.dependencies) {
        Ok(Dependencies::File(path)) => paths.extend(from_requirements(&folder, path, project, &mut found)),
        Ok(Dependencies::UvLock(root)) => add_workspace(&root, project, &mut found),
        Ok(Dependencies::Nothing | Dependencies::Listed(_) | Dependencies::PoetryLock) | Err(_) => {}
    }
    follow(paths, project, &mut found);
    let inside = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    found.into_iter().filter(|path| !path.starts_with(&inside)).collect()
}

/// Adds all that is in the folders, and in those that their manifests lead to; a path may also be a file's.
fn follow(paths: Vec<String>, project: &mut Project<'_>, found: &mut BTreeSet<String>) {
    let mut seen = BTreeSet::new();
    let mut waiting = paths;
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        if project.has(&path) {
            found.insert(path);
            continue;
        }
        found.extend(project.below(&path).cloned());
        for packed in packs_from(&path, project) {
            found.extend(project.below(&packed).cloned());
        }
        if let Some(root) = workspace_root(&path, project) {
            add_workspace(&root, project, found);
        }
        waiting.extend(leads_to(&path, project));
    }
}

fn add_workspace(root: &str, project: &Project<'_>, found: &mut BTreeSet<String>) {
    found.extend(OF_A_WORKSPACE.iter().map(|name| join(root, name)).filter(|path| project.has(path)));
}

/// Adds the files that a requirements file includes, one through the other. The paths that they name: folders with projects,
/// wheels, folders of wheels.
fn from_requirements(
    folder: &str,
    file: String,
    project: &mut Project<'_>,
    found: &mut BTreeSet<String>,
) -> Vec<String> {
    let mut paths = Vec::new();
    let mut waiting = vec![file];
    while let Some(file) = waiting.pop() {
        let Some(text) = project.text(&file) else { continue };
        let above = file.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        if !found.insert(file) {
            continue;
        }
        for line in lines(&text) {
            match line.entry {
                Entry::Requirements(path) | Entry::Constraints(path) => waiting.extend(within(&above, &path)),
                Entry::Path { path, .. } => paths.extend(within(folder, &path)),
                Entry::FindLinks(path) => {
                    let links = within(folder, &path).into_iter().chain(within(&above, &path));
                    found.extend(links.flat_map(|links| project.below(&links).cloned().collect::<Vec<_>>()));
                }
                Entry::Package(_) | Entry::Other => {}
            }
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{Platform, Product};
    use crate::builder::PythonSettings;
    use crate::contract::{Contract, Corrections};
    use crate::names::Architecture;

    fn build(folder: &str, requirements: Option<&str>) -> FunctionBuild {
        let settings = PythonSettings { requirements: requirements.map(str::to_owned), ..PythonSettings::default() };
        FunctionBuild {
            product: Product::Function,
            function: "f".parse().unwrap(),
            folder: folder.to_owned(),
            builder: Builder::Python(settings),
            runtime: "python3.13".parse().unwrap(),
            handler: "app.handler".parse().unwrap(),
            platform: Platform::Lambda { architecture: Architecture::X86_64 },
            depends_on: vec![],
            exclude: vec![],
            allow: vec![],
            variables: vec![],
            timeout_seconds: 60,
            corrections: Corrections::default(),
            contract: Contract::new("python3.13".parse().unwrap(), "app.handler".parse().unwrap()),
        }
    }

    fn found(files: &[(&str, &str)], requirements: Option<&str>) -> Vec<String> {
        let names: BTreeSet<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        find(&build("services/f", requirements), &mut Project::new(&names, &mut read)).into_iter().collect()
    }

    #[test]
    fn requirements_lead_to_files_and_folders() {
        let files = [
            ("services/f/app.py", ""),
            ("services/f/requirements.txt", "-r ../base.txt\n-c ../limits.txt\n./inside\n-f ../../wheels\n"),
            ("services/base.txt", "# Relative to the folder where the tool runs.\n-e ../../libs/common[cli]\nidna\n"),
            ("services/limits.txt", "idna<4\n"),
            ("services/other.txt", ""),
            ("libs/common/pyproject.toml", "[project]\nname = \"common\"\ndependencies = [\"deep @ file:../deep\"]\n"),
            ("libs/common/common.py", ""),
            ("libs/deep/setup.py", ""),
            ("libs/unrelated/setup.py", ""),
            ("wheels/x-1-py3-none-any.whl", ""),
        ];
        let expected = [
            "libs/common/common.py",
            "libs/common/pyproject.toml",
            "libs/deep/setup.py",
            "services/base.txt",
            "services/limits.txt",
            "wheels/x-1-py3-none-any.whl",
        ];
        assert_eq!(found(&files, None), expected);
        assert_eq!(found(&files, Some("../other.txt")), Vec::<String>::new().as_slice());
    }

    #[test]
    fn a_member_of_uvs_workspace_brings_its_root_and_the_members_it_needs() {
        let member = |name: &str, needs: &str| format!("[project]\nname = \"{name}\"\ndependencies = [{needs}]\n");
        let function = member("f", "\"Common_Lib\"") + "[tool.uv.sources]\ncommon-lib = { workspace = true }\n";
        let common = member("common.lib", "\"tool\"") + "[tool.uv.sources]\ntool = { path = \"../../tool\" }\n";
        let files = [
            ("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"libs/*\", \"services/*\"]\n"),
            ("uv.lock", ""),
            ("README.md", ""),
            ("services/f/pyproject.toml", &function),
            ("libs/common/pyproject.toml", &common),
            ("libs/common/src/common/__init__.py", ""),
            ("libs/other/pyproject.toml", &member("other", "")),
            ("tool/pyproject.toml", &member("tool", "")),
            ("tool/tool.py", ""),
        ];
        let expected = [
            "libs/common/pyproject.toml",
            "libs/common/src/common/__init__.py",
            "pyproject.toml",
            "tool/pyproject.toml",
            "tool/tool.py",
            "uv.lock",
        ];
        assert_eq!(found(&files, None), expected);
    }

    #[test]
    fn poetry_leads_to_folders_wheels_and_code_of_others() {
        let function = "[tool.poetry]\nname = \"f\"\npackages = [{ include = \"shared/**/*.py\", from = \"../../parts\" }]\n\
            [tool.poetry.dependencies]\ncommon = { path = \"../../libs/common\", develop = true }\n\
            wheel = { path = \"../../wheels/w-1-py3-none-any.whl\" }\ngone = { path = \"../../../gone\" }\n";
        let files = [
            ("services/f/pyproject.toml", function),
            ("services/f/poetry.lock", ""),
            ("libs/common/pyproject.toml", "[tool.poetry.dependencies]\ndeep = { path = \"../deep\" }\n"),
            ("libs/deep/pyproject.toml", "[tool.poetry.dependencies]\nback = { path = \"../common\" }\n"),
            ("parts/shared/a.py", ""),
            ("parts/other/b.py", ""),
            ("wheels/w-1-py3-none-any.whl", ""),
        ];
        let expected = [
            "libs/common/pyproject.toml",
            "libs/deep/pyproject.toml",
            "parts/shared/a.py",
            "wheels/w-1-py3-none-any.whl",
        ];
        assert_eq!(found(&files, None), expected);
    }

    #[test]
    fn what_cannot_be_read_leads_nowhere() {
        assert_eq!(found(&[("services/f/pyproject.toml", "[")], None), Vec::<String>::new());
        assert_eq!(found(&[("services/f/app.py", "")], Some("../../../x.txt")), Vec::<String>::new());
    }
}
