//! Gradle: the settings above a project, its build logic, and the projects that it depends on, as far as plain text
//! tells. Build files are programs: what they compute is not found.

use std::collections::{BTreeMap, BTreeSet};

use super::java::{JavaProject, JavaTool};
use super::{Project, join, upwards, within};

const SETTINGS: [&str; 2] = ["settings.gradle", "settings.gradle.kts"];
const BUILD: [&str; 2] = ["build.gradle", "build.gradle.kts"];
/// Files of the root that are part of every build.
const ROOT_FILES: [&str; 3] = ["gradle.properties", "gradlew", "gradle.lockfile"];
/// Folders of the root that are part of every build: the wrapper and catalogues, build logic.
const ROOT_FOLDERS: [&str; 2] = ["gradle", "buildSrc"];

/// A project's build file, if the folder has one.
pub(super) fn build_file(folder: &str, project: &Project<'_>) -> Option<String> {
    BUILD.into_iter().map(|name| join(folder, name)).find(|file| project.files.contains(file))
}

pub(super) fn project(folder: &str, project: &mut Project<'_>) -> JavaProject {
    let folders: Vec<&str> = upwards(folder).collect();
    for root in folders {
        let Some(settings) = settings(root, project) else { continue };
        let included = included(root, &settings);
        let own = if root == folder { Some("") } else { included.get(folder).map(String::as_str) };
        if let Some(own) = own {
            return JavaProject { root: root.to_owned(), tool: JavaTool::Gradle { project: own.to_owned() } };
        }
    }
    JavaProject { root: folder.to_owned(), tool: JavaTool::Gradle { project: String::new() } }
}

pub(super) fn inputs(folder: &str, root: &str, project: &mut Project<'_>) -> BTreeSet<String> {
    let settings_text = settings(root, project).unwrap_or_default();
    let included = included(root, &settings_text);
    let mut found = BTreeSet::new();
    for name in SETTINGS.into_iter().chain(ROOT_FILES) {
        found.extend(Some(join(root, name)).filter(|file| project.files.contains(file)));
    }
    for name in ROOT_FOLDERS {
        found.extend(project.below(&join(root, name)).cloned());
    }
    for built in calls(&settings_text, "includeBuild").into_iter().flatten() {
        found.extend(
            within(root, &built).into_iter().flat_map(|other| project.below(&other).cloned().collect::<Vec<_>>()),
        );
    }
    // Every project of the build is configured, needed or not.
    for other in included.keys().map(String::as_str).chain([root]) {
        found.extend(build_file(other, project));
        found.extend(Some(join(other, "gradle.properties")).filter(|file| project.files.contains(file)));
    }
    let mut needed = vec![folder.to_owned()];
    let mut seen: BTreeSet<String> = needed.iter().cloned().collect();
    while let Some(current) = needed.pop() {
        let text = build_file(&current, project).and_then(|file| project.text(&file)).unwrap_or_default();
        for (other, path) in &included {
            if depends_on(&text, path) && seen.insert(other.clone()) {
                needed.push(other.clone());
                found.extend(project.below(other).cloned());
            }
        }
    }
    found
}

fn settings(root: &str, project: &mut Project<'_>) -> Option<String> {
    SETTINGS.into_iter().find_map(|name| project.text(&join(root, name)))
}

/// The projects that the settings include: their folders, with their Gradle paths.
fn included(root: &str, settings: &str) -> BTreeMap<String, String> {
    let mut folders = BTreeMap::new();
    for path in calls(settings, "include").into_iter().flatten() {
        let path = format!(":{}", path.trim_start_matches(':'));
        // A project brings the projects above it.
        for (end, _) in path.match_indices(':').skip(1).chain([(path.len(), "")]) {
            folders.insert(path[..end].to_owned(), path[1..end].replace(':', "/"));
        }
    }
    for (path, folder) in moved(settings) {
        folders.insert(path, folder);
    }
    folders.into_iter().filter_map(|(path, folder)| Some((within(root, &folder)?, path))).collect()
}

/// `project(':a').projectDir = file('libs/a')`.
fn moved(settings: &str) -> Vec<(String, String)> {
    let lines = lines(settings);
    lines
        .filter_map(|line| {
            let (left, right) = line.split_once(".projectDir")?;
            let path = strings(left).pop()?;
            let folder = strings(right).pop()?;
            Some((format!(":{}", path.trim_start_matches(':')), folder))
        })
        .collect()
}

/// Whether a build file names a project: `project(':a')`, `project(path: ":a")` or `projects.a`.
fn depends_on(text: &str, path: &str) -> bool {
    let quoted = |line: &str| line.contains("project") && strings(line).iter().any(|string| string == path);
    let accessor = accessor(path);
    let by_accessor = |line: &str| {
        line.match_indices("projects.").any(|(at, _)| {
            let rest = &line[at + "projects.".len()..];
            rest.strip_prefix(accessor.as_str())
                .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
        })
    };
    lines(text).any(|line| quoted(line) || by_accessor(line))
}

/// What Gradle calls a project in build files: `:libs:money-words` is `libs.moneyWords`.
fn accessor(path: &str) -> String {
    let mut name = String::new();
    let mut upper = false;
    for character in path.trim_start_matches(':').chars() {
        match character {
            ':' => name.push('.'),
            '-' | '_' => upper = true,
            character if upper => {
                name.extend(character.to_uppercase());
                upper = false;
            }
            character => name.push(character),
        }
    }
    name
}

/// The strings after each call of `name`, up to the end of its line or bracket.
fn calls(text: &str, name: &str) -> Vec<Vec<String>> {
    let text: String = lines(text).map(|line| format!("{line}\n")).collect();
    text.match_indices(name)
        .filter_map(|(at, _)| {
            let before = text[..at].chars().next_back();
            let rest = &text[at + name.len()..];
            let alone = before.is_none_or(|before| before.is_whitespace() || before == ';' || before == '{');
            let called = rest.starts_with(['(', ' ', '\'', '"']);
            (alone && called).then(|| strings(argument(rest)))
        })
        .collect()
}

/// What follows a call's name: a bracket's content, or lines for as long as they end with a comma.
fn argument(rest: &str) -> &str {
    if rest.trim_start().starts_with('(') {
        return &rest[..rest.find(')').unwrap_or(rest.len())];
    }
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        end += line.len();
        if !line.trim_end().ends_with(',') {
            break;
        }
    }
    &rest[..end]
}

fn strings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = &rest[start..=start];
        let inner = &rest[start + 1..];
        let Some(end) = inner.find(quote) else { break };
        found.push(inner[..end].to_owned());
        rest = &inner[end + 1..];
    }
    found
}

/// The lines of a text without those that are comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)], folder: &str) -> (JavaProject, Vec<String>) {
        let names: BTreeSet<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        let mut all = Project::new(&names, &mut read);
        let java = project(folder, &mut all);
        let inputs = inputs(folder, &java.root, &mut all);
        (java, inputs.into_iter().filter(|path| !path.starts_with(&join(folder, ""))).collect())
    }

    #[test]
    fn a_project_brings_the_settings_and_the_projects_it_names() {
        let settings = "rootProject.name = 'shop'\ninclude 'functions:api',\n        ':libs:money-words'\n\
                        include(\"text\", \"other\")\n// include 'gone'\nproject(':text').projectDir = file('libs/text')\n";
        let files = [
            ("settings.gradle", settings),
            ("build.gradle", "subprojects {}"),
            ("gradle/wrapper/gradle-wrapper.properties", ""),
            ("gradlew", ""),
            ("functions/api/build.gradle", "dependencies {\n  implementation projects.libs.moneyWords\n}\n"),
            ("libs/money-words/build.gradle", "dependencies { api(project(path: ':text')) }"),
            ("libs/money-words/src/M.java", ""),
            ("libs/text/build.gradle", "// project(':other')\n"),
            ("libs/text/src/T.java", ""),
            ("other/build.gradle", ""),
            ("other/src/O.java", ""),
        ];
        let (java, inputs) = found(&files, "functions/api");
        assert_eq!(java.root, "");
        assert_eq!(java.tool, JavaTool::Gradle { project: ":functions:api".to_owned() });
        assert_eq!(
            inputs,
            [
                "build.gradle",
                "gradle/wrapper/gradle-wrapper.properties",
                "gradlew",
                "libs/money-words/build.gradle",
                "libs/money-words/src/M.java",
                "libs/text/build.gradle",
                "libs/text/src/T.java",
                "other/build.gradle",
                "settings.gradle",
            ]
        );
    }

    #[test]
    fn settings_that_do_not_include_a_folder_are_not_its_own() {
        let files = [("settings.gradle", "include 'x'"), ("a/build.gradle.kts", "")];
        let (java, inputs) = found(&files, "a");
        assert_eq!(java, JavaProject { root: "a".to_owned(), tool: JavaTool::Gradle { project: String::new() } });
        assert_eq!(inputs, Vec::<String>::new());
    }
}
