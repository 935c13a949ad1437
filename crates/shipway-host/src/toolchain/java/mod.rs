//! Java: built by Maven or Gradle, the project's own wrapper first; the package is classes and resources at the root and
//! dependencies in `lib/`, or the content of one jar that the build makes.
//!
//! Tests are not run. What the build itself makes is freed of dates and tool names, so that it can be made again; other
//! people's jars stay as they are.

mod class_files;
mod gradle;
mod jar;
mod maven;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use shipway_core::builder::JavaSettings;
use shipway_core::inputs::{JavaProject, JavaTool, Project, java_project};
use shipway_engine::ports::{BuildFailure, BuiltTree};

use super::copy;
use super::job::Job;
use crate::failure;

const GET_JAVA: &str = "install a JDK: https://adoptium.net/, or `apt install default-jdk-headless`";

/// Where a tool left what it made.
struct Output {
    /// Folders whose content goes to the package's root.
    roots: Vec<PathBuf>,
    /// The folder with the dependencies' jars, if there are any.
    libraries: PathBuf,
    tools: BTreeMap<String, String>,
}

/// Builds a Java function.
pub(super) async fn build(job: &Job<'_>, settings: &JavaSettings) -> Result<BuiltTree, BuildFailure> {
    let java = project(job)?;
    job.need("java", GET_JAVA)?;
    let wants_jar = settings.jar.is_some();
    let output = match &java.tool {
        JavaTool::Maven { module } => maven::run(job, &java.root, module.as_deref(), wants_jar).await?,
        JavaTool::Gradle { project } => gradle::run(job, &java.root, project, wants_jar).await?,
    };
    let tree = job.scratch.join("tree");
    fs::create_dir_all(&tree).map_err(|error| failure::io("make", &tree, &error))?;
    let mut built =
        BuiltTree { path: tree.clone(), dependencies: vec![], tools: output.tools.clone(), warnings: vec![] };
    match &settings.jar {
        Some(path) => built.warnings.extend(unpack(job, path, &tree)?),
        None => {
            collect(job, &output, &tree)?;
            if tree.join("lib").is_dir() {
                built.dependencies.push("lib".to_owned());
            }
        }
    }
    jar::normalise_tree(&tree).map_err(|error| failure::io("normalise", &tree, &error))?;
    class_files::check(job, &tree)?;
    Ok(built)
}

/// The project, as its files lie in the scratch copy.
fn project(job: &Job<'_>) -> Result<JavaProject, BuildFailure> {
    let inputs = job.scratch.join("inputs");
    let mut read = |path: &str| fs::read_to_string(inputs.join(path)).ok();
    java_project(&job.folder_name(), &mut Project::new(&job.source.files, &mut read)).ok_or_else(|| {
        failure::input(
            format!("`{}` has neither a pom.xml nor a build.gradle", job.shown(".")),
            &["name the folder of the function's own module, or set a `build` of your own"],
        )
    })
}

/// The project's wrapper, in the function's folder or at the root of the build, or else the machine's tool.
fn tool(job: &Job<'_>, root: &Path, wrapper: &str, tool: &str, how_to_get_it: &str) -> Result<PathBuf, BuildFailure> {
    let wrappers = [job.folder().join(wrapper), root.join(wrapper)];
    match wrappers.into_iter().find(|wrapper| wrapper.is_file()) {
        Some(wrapper) => Ok(wrapper),
        None => job.need(tool, how_to_get_it),
    }
}

/// Puts classes and dependencies where Lambda looks for them.
fn collect(job: &Job<'_>, output: &Output, tree: &Path) -> Result<(), BuildFailure> {
    let mut classes = 0;
    for root in output.roots.iter().filter(|root| root.is_dir()) {
        classes += 1;
        copy::merge(root, tree).map_err(|error| failure::io("collect", root, &error))?;
    }
    if classes == 0 {
        let function = &job.build.function;
        return Err(failure::build(
            format!("the build of `{function}` left no classes in {}", output.roots[0].display()),
            &["is the folder that of the function's own module, and has it sources in src/main?"],
        ));
    }
    if output.libraries.is_dir() {
        let own = jar::built_below(&job.scratch.join("inputs"))
            .map_err(|error| failure::io("look at the jars of", &job.scratch, &error))?;
        let lib = tree.join("lib");
        copy::merge(&output.libraries, &lib).map_err(|error| failure::io("collect", &lib, &error))?;
        jar::normalise_own(&lib, &own).map_err(|error| failure::io("normalise the jars in", &lib, &error))?;
    }
    Ok(())
}

/// The content of the jar that the build made.
fn unpack(job: &Job<'_>, path: &str, tree: &Path) -> Result<Option<String>, BuildFailure> {
    let jar = job.input(path);
    if !jar.is_file() {
        return Err(failure::build(
            format!("the build of `{}` made no `{}`", job.build.function, job.shown(path)),
            &["correct `java.jar` in shipway.toml: the file that the shade, assembly or shadow plugin writes"],
        ));
    }
    let manifest = jar::unpack(&jar, tree).map_err(|error| failure::io("unpack", &jar, &error))?;
    let warning = format!(
        "`{path}` is a multi-release jar: on Lambda its content lies in a folder, where Java does not look into \
         META-INF/versions"
    );
    Ok(manifest.is_multi_release.then_some(warning))
}

/// Maven and Gradle tell their own and Java's version in lines of their own.
fn versions(text: &str, tool: &str, prefix: &str) -> BTreeMap<String, String> {
    let first_word = |line: &str| {
        line.split([' ', ',', '('])
            .find(|word| !word.is_empty())
            .map(|word| word.trim_matches(['\u{1b}', 'm']).to_owned())
    };
    let find = |prefix: &str| {
        text.lines().find_map(|line| {
            let at = line.find(prefix)?;
            first_word(&line[at + prefix.len()..])
        })
    };
    let java = find("Java version: ").or_else(|| find("JVM: ")).or_else(|| find("Launcher JVM: "));
    [(tool, find(prefix)), ("java", java)]
        .into_iter()
        .filter_map(|(name, version)| Some((name.to_owned(), version?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tools_say_their_versions() {
        let maven =
            "Apache Maven 3.8.7\nMaven home: /usr/share/maven\nJava version: 17.0.15, vendor: Debian, runtime: /x\n";
        let read = versions(maven, "maven", "Apache Maven ");
        assert_eq!((read["maven"].as_str(), read["java"].as_str()), ("3.8.7", "17.0.15"));
        let gradle =
            "\n------\nGradle 4.4.1\n------\n\nGroovy:       2.4.21\nJVM:          17.0.15 (Debian 17.0.15+6)\n";
        let read = versions(gradle, "gradle", "Gradle ");
        assert_eq!((read["gradle"].as_str(), read["java"].as_str()), ("4.4.1", "17.0.15"));
    }
}
