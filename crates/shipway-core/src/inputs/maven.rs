//! Maven: parent projects and the modules that a module depends on, read from the `pom.xml` files alone.
//!
//! Maven wants the `pom.xml` of every module of a build, so all of these are inputs; sources are those of the modules
//! that the function's depends on. Modules in profiles count as well. Names with properties in them are not resolved.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};

use super::java::{JavaProject, JavaTool};
use super::{Project, join, upwards, within};

pub(super) const FILE: &str = "pom.xml";

/// What one `pom.xml` says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pom {
    artifact: String,
    /// Its own or, as far as it says itself, its parent's.
    group: Option<String>,
    /// Where its parent is, relative to its folder; `None` when it has none or is told not to look.
    parent: Option<String>,
    modules: Vec<String>,
    /// Group and artifact of all that it uses: dependencies, plugins, processors.
    uses: Vec<(Option<String>, String)>,
}

pub(super) fn project(folder: &str, project: &mut Project<'_>) -> JavaProject {
    // From the folder's parent up; the last that leads to the folder is the uppermost.
    let above: Vec<&str> = upwards(folder).skip(1).collect();
    let root = above.into_iter().rfind(|above| modules_of(above, project).contains_key(folder));
    let module = root.map(|root| folder.strip_prefix(&join(root, "")).unwrap_or(folder).to_owned());
    JavaProject { root: root.unwrap_or(folder).to_owned(), tool: JavaTool::Maven { module } }
}

pub(super) fn inputs(folder: &str, root: &str, project: &mut Project<'_>) -> BTreeSet<String> {
    let modules = modules_of(root, project);
    let mut found: BTreeSet<String> = modules.keys().map(|module| join(module, FILE)).collect();
    let mut needed = vec![folder.to_owned()];
    let mut seen: BTreeSet<String> = needed.iter().cloned().collect();
    while let Some(module) = needed.pop() {
        let Some(pom) = modules.get(&module) else { continue };
        for (other, _) in modules.iter().filter(|(other, candidate)| **other != module && uses(pom, candidate)) {
            if seen.insert(other.clone()) {
                needed.push(other.clone());
            }
        }
    }
    for module in seen.iter().filter(|module| *module != folder) {
        // A module's folder may hold other modules, whose sources are theirs.
        let inner: Vec<String> = modules.keys().filter(|other| *other != module).map(|other| join(other, "")).collect();
        let own = |path: &&String| {
            !inner.iter().any(|inner| inner.starts_with(&join(module, "")) && path.starts_with(inner.as_str()))
        };
        found.extend(project.below(module).filter(own).cloned());
    }
    for module in modules.keys() {
        found.extend(parents(module, project));
    }
    found.extend(project.below(&join(root, ".mvn")).cloned());
    found.extend(Some(join(root, "mvnw")).filter(|wrapper| project.files.contains(wrapper)));
    found
}

/// The modules of a build that begins in a folder, itself included, by folder.
fn modules_of(root: &str, project: &mut Project<'_>) -> BTreeMap<String, Pom> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        if found.contains_key(&folder) {
            continue;
        }
        let Some(pom) = project.text(&join(&folder, FILE)).and_then(|text| parse(&text)) else { continue };
        // A module may name the file itself.
        waiting.extend(pom.modules.iter().filter_map(|module| {
            let module = module.strip_suffix(FILE).unwrap_or(module);
            within(&folder, module)
        }));
        found.insert(folder, pom);
    }
    found
}

/// The files of a module's parents, as far as they are in the project.
fn parents(folder: &str, project: &mut Project<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut file = join(folder, FILE);
    while let Some(pom) = project.text(&file).and_then(|text| parse(&text)) {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let Some(parent) = pom.parent.and_then(|parent| within(&folder, &parent)) else { break };
        let parent = if parent.ends_with(".xml") { parent } else { join(&parent, FILE) };
        if !project.files.contains(&parent) || !found.insert(parent.clone()) {
            break;
        }
        file = parent;
    }
    found
}

fn uses(pom: &Pom, other: &Pom) -> bool {
    pom.uses.iter().any(|(group, artifact)| {
        let same_group = match (group, &other.group) {
            // What is not said, or said by a property, may be this one.
            (Some(group), Some(other)) => group == other || group.contains("${"),
            _ => true,
        };
        *artifact == other.artifact && same_group
    })
}

fn parse(text: &str) -> Option<Pom> {
    // A byte order mark is no part of the text.
    let document = Document::parse(text.trim_start_matches('\u{feff}')).ok()?;
    let project = document.root_element();
    let parent = child(project, "parent");
    let group = text_of(project, "groupId").or_else(|| text_of(parent?, "groupId"));
    let parent_path = parent.and_then(|parent| match child(parent, "relativePath") {
        None => Some(format!("../{FILE}")),
        Some(path) => Some(path.text()?.trim().to_owned()).filter(|path| !path.is_empty()),
    });
    let named = |name: &'static str| project.descendants().filter(move |node| node.tag_name().name() == name);
    let modules = named("module").chain(named("subproject")).filter_map(|node| Some(node.text()?.trim().to_owned()));
    let uses = ["dependency", "plugin", "extension", "path"].into_iter().flat_map(named);
    Some(Pom {
        artifact: text_of(project, "artifactId")?,
        group,
        parent: parent_path,
        modules: modules.collect(),
        uses: uses.filter_map(|node| Some((text_of(node, "groupId"), text_of(node, "artifactId")?))).collect(),
    })
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.tag_name().name() == name)
}

fn text_of(node: Node<'_, '_>, name: &str) -> Option<String> {
    Some(child(node, name)?.text()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pom(artifact: &str, inside: &str) -> String {
        format!(
            "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><parent><groupId>shop</groupId>\
             <artifactId>all</artifactId><version>1</version></parent><artifactId>{artifact}</artifactId>{inside}\
             </project>"
        )
    }

    fn dependency(group: &str, artifact: &str) -> String {
        format!(
            "<dependencies><dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId></dependency>\
             </dependencies>"
        )
    }

    fn found(files: &[(&str, String)], folder: &str) -> (JavaProject, Vec<String>) {
        let names: BTreeSet<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| text.clone());
        let mut all = Project::new(&names, &mut read);
        let java = project(folder, &mut all);
        let inputs = inputs(folder, &java.root, &mut all);
        (java, inputs.into_iter().filter(|path| !path.starts_with(&join(folder, ""))).collect())
    }

    #[test]
    fn a_module_brings_its_parents_and_the_modules_it_uses() {
        let root = "<project><groupId>shop</groupId><artifactId>all</artifactId><modules><module>api</module>\
                    <module>libs/money</module><module>libs/text</module><module>other</module></modules></project>";
        let files = [
            ("pom.xml", root.to_owned()),
            ("api/pom.xml", pom("api", &dependency("${project.groupId}", "money"))),
            ("api/src/main/java/A.java", String::new()),
            ("libs/money/pom.xml", pom("money", &dependency("shop", "text"))),
            ("libs/money/src/main/java/M.java", String::new()),
            ("libs/text/pom.xml", pom("text", &dependency("other", "api"))),
            ("libs/text/src/main/java/T.java", String::new()),
            ("other/pom.xml", pom("other", "")),
            ("other/src/main/java/O.java", String::new()),
            (".mvn/maven.config", String::new()),
            ("mvnw", String::new()),
        ];
        let (java, inputs) = found(&files, "api");
        assert_eq!(java.root, "");
        assert_eq!(java.tool, JavaTool::Maven { module: Some("api".to_owned()) });
        assert_eq!(
            inputs,
            [
                ".mvn/maven.config",
                "libs/money/pom.xml",
                "libs/money/src/main/java/M.java",
                "libs/text/pom.xml",
                "libs/text/src/main/java/T.java",
                "mvnw",
                "other/pom.xml",
                "pom.xml",
            ]
        );
    }

    #[test]
    fn a_project_of_its_own_begins_in_its_folder_and_may_have_a_parent_elsewhere() {
        let files = [
            ("pom.xml", "<project><artifactId>x</artifactId></project>".to_owned()),
            ("a/pom.xml", "<project><parent><artifactId>p</artifactId><relativePath>../parent</relativePath></parent><artifactId>a</artifactId></project>".to_owned()),
            ("parent/pom.xml", "<project><artifactId>p</artifactId></project>".to_owned()),
            ("b/pom.xml", "<project><parent><artifactId>q</artifactId><relativePath/></parent><artifactId>b</artifactId></project>".to_owned()),
        ];
        let (java, inputs) = found(&files, "a");
        assert_eq!(java, JavaProject { root: "a".to_owned(), tool: JavaTool::Maven { module: None } });
        assert_eq!(inputs, ["parent/pom.xml"]);
        assert_eq!(found(&files, "b").1, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_project_file_says_nothing() {
        for text in ["", "<project>", "<project/>", "<project><modules/></project>", "\u{feff}<a/>"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
