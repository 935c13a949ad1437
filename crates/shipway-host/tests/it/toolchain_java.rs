//! Java functions, built by the machine's own Maven and Gradle and by stand-ins for wrappers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use shipway_core::build::FunctionBuild;
use shipway_core::builder::{Builder, JavaSettings};
use shipway_engine::ports::Fault;
use shipway_host::CallerEnvironment;

use crate::project::{Project, environment, function};
use crate::toolchain::{Workshop, needed, tree, with_only};

/// Plugins that build on JDK 17, whatever the machine's Maven would take.
const PLUGINS: &str = "
  <build><pluginManagement><plugins>
    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>
    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>
    <plugin><artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin>
    <plugin><artifactId>maven-jar-plugin</artifactId><version>3.4.2</version></plugin>
    <plugin><artifactId>maven-shade-plugin</artifactId><version>3.6.0</version></plugin>
  </plugins></pluginManagement></build>";

const CSV: &str = "<dependency><groupId>org.apache.commons</groupId><artifactId>commons-csv</artifactId>\
                   <version>1.10.0</version></dependency>";

const MONEY: &str = "package shop; public class Money { public static long cents() { return 5; } }";
const HANDLER: &str = "package shop; public class Handler { public Object handle(Object event) { return Money.cents() + \
                       org.apache.commons.csv.CSVFormat.DEFAULT.toString(); } }";

fn root_pom() -> String {
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><groupId>shop</groupId>\
         <artifactId>all</artifactId><version>1.0</version><packaging>pom</packaging>\
         <modules><module>functions/api</module><module>libs/money</module><module>unrelated</module></modules>\
         <properties><maven.compiler.release>17</maven.compiler.release>\
         <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>{PLUGINS}</project>"
    )
}

fn module_pom(artifact: &str, parent: &str, inside: &str) -> String {
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><parent>\
         <groupId>shop</groupId><artifactId>all</artifactId><version>1.0</version>\
         <relativePath>{parent}</relativePath></parent><artifactId>{artifact}</artifactId>{inside}</project>"
    )
}

/// A module that uses a sibling and a library; a third module that could not be built.
fn maven_project(inside: &str) -> Project {
    let money = "<dependency><groupId>shop</groupId><artifactId>money</artifactId><version>1.0</version></dependency>";
    let dependencies = format!("<dependencies>{money}{CSV}</dependencies>{inside}");
    Project::in_git(&[
        ("pom.xml", &root_pom()),
        ("functions/api/pom.xml", &module_pom("api", "../../pom.xml", &dependencies)),
        ("functions/api/src/main/java/shop/Handler.java", HANDLER),
        ("functions/api/src/main/resources/prices.txt", "tea 350\n"),
        ("functions/api/src/test/java/shop/HandlerTest.java", "does not compile"),
        ("libs/money/pom.xml", &module_pom("money", "../../pom.xml", "")),
        ("libs/money/src/main/java/shop/Money.java", MONEY),
        ("unrelated/pom.xml", &module_pom("unrelated", "../pom.xml", "")),
        ("unrelated/src/main/java/Unrelated.java", "does not compile"),
    ])
}

fn java(settings: JavaSettings) -> FunctionBuild {
    FunctionBuild {
        builder: Builder::Java(settings),
        runtime: "java17".parse().unwrap(),
        handler: "shop.Handler::handle".parse().unwrap(),
        ..function("functions/api")
    }
}

/// Contents by path. Modes are the packager's affair, but for who may execute.
fn contents(folder: &Path) -> BTreeMap<String, (bool, Vec<u8>)> {
    tree(folder).into_iter().map(|(path, (mode, content))| (path, (mode & 0o100 != 0, content))).collect()
}

/// The test's environment with a tool that works under another umask.
pub(crate) fn with_umask(tools: &[&str], programs: &Project) -> CallerEnvironment {
    for tool in tools {
        let script = format!("#!/bin/sh\numask 077\nexec {} \"$@\"\n", needed(tool).display());
        programs.write_program(tool, &script);
    }
    let path = std::env::join_paths([programs.path()].into_iter().map(Path::to_owned).chain(search_path()));
    environment().with("PATH", path.unwrap())
}

#[expect(clippy::disallowed_methods, reason = "the tests stand in for the command line, which reads it")]
fn search_path() -> Vec<std::path::PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
}

/// Makes every file of a project a day old.
pub(crate) fn age(project: &Project) {
    let day_ago = fs::FileTimes::new().set_modified(SystemTime::now() - Duration::from_hours(24));
    for path in tree(project.path()).keys().filter(|path| !path.starts_with(".git/")) {
        let file = fs::File::options().append(true).open(project.file(path)).unwrap();
        file.set_times(day_ago).unwrap();
    }
}

#[tokio::test]
async fn maven_builds_a_module_with_its_siblings_and_twice_the_same() {
    needed("mvn");
    let (one, two, programs) = (maven_project(""), maven_project(""), Project::new(&[]));
    age(&two);
    let before = tree(one.path());
    let workshop = Workshop::new(&one, environment());
    let built = workshop.build(&java(JavaSettings::default())).await.unwrap();
    let files = contents(&built.path);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["lib/commons-csv-1.10.0.jar", "lib/money-1.0.jar", "prices.txt", "shop/Handler.class"]);
    assert_eq!(built.dependencies, ["lib"]);
    assert_eq!(built.tools.keys().collect::<Vec<_>>(), ["java", "maven"]);
    assert_eq!(tree(one.path()), before, "the user's tree is left alone");

    let other = Workshop::new(&two, with_umask(&["mvn"], &programs));
    let again = other.build(&java(JavaSettings::default())).await.unwrap();
    assert_eq!(contents(&again.path), files, "elsewhere, later, with another umask");
}

#[tokio::test]
async fn a_shaded_jar_is_unpacked_and_twice_the_same() {
    needed("mvn");
    let shade = "<build><plugins><plugin><artifactId>maven-shade-plugin</artifactId><executions><execution>\
                 <phase>package</phase><goals><goal>shade</goal></goals></execution></executions></plugin></plugins></build>";
    let settings = JavaSettings { jar: Some("target/api-1.0.jar".to_owned()) };
    let mut trees = Vec::new();
    for project in [maven_project(shade), maven_project(shade)] {
        let workshop = Workshop::new(&project, environment());
        let built = workshop.build(&java(settings.clone())).await.unwrap();
        trees.push(contents(&built.path));
    }
    assert_eq!(trees[0], trees[1]);
    let names = ["org/apache/commons/csv/CSVFormat.class", "prices.txt", "shop/Handler.class", "shop/Money.class"];
    assert!(names.iter().all(|name| trees[0].contains_key(*name)), "{:?}", trees[0].keys());
    let manifest = String::from_utf8_lossy(&trees[0]["META-INF/MANIFEST.MF"].1).into_owned();
    assert!(!manifest.contains("Created-By") && !manifest.contains("Build-Jdk"), "{manifest}");
}

fn gradle_project() -> Project {
    let library = "apply plugin: 'java'\nsourceCompatibility = '17'\ntargetCompatibility = '17'\n";
    let api = format!(
        "{library}repositories {{ mavenCentral() }}\ndependencies {{\n  implementation project(':libs:money')\n  \
         implementation 'org.apache.commons:commons-csv:1.10.0'\n}}\n"
    );
    Project::in_git(&[
        ("settings.gradle", "rootProject.name = 'shop'\ninclude 'functions:api', 'libs:money', 'unrelated'\n"),
        ("functions/api/build.gradle", &api),
        ("functions/api/src/main/java/shop/Handler.java", HANDLER),
        ("functions/api/src/main/resources/prices.txt", "tea 350\n"),
        ("libs/money/build.gradle", library),
        ("libs/money/src/main/java/shop/Money.java", MONEY),
        ("unrelated/build.gradle", library),
        ("unrelated/src/main/java/Unrelated.java", "does not compile"),
    ])
}

#[tokio::test]
async fn gradle_builds_a_project_with_its_siblings_and_twice_the_same() {
    needed("gradle");
    let (one, two, programs) = (gradle_project(), gradle_project(), Project::new(&[]));
    age(&two);
    let workshop = Workshop::new(&one, environment());
    let built = workshop.build(&java(JavaSettings::default())).await.unwrap();
    let files = contents(&built.path);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["lib/commons-csv-1.10.0.jar", "lib/money.jar", "prices.txt", "shop/Handler.class"]);
    assert_eq!(built.tools.keys().collect::<Vec<_>>(), ["gradle", "java"]);
    let other = Workshop::new(&two, with_umask(&["gradle"], &programs));
    let again = other.build(&java(JavaSettings::default())).await.unwrap();
    assert_eq!(contents(&again.path), files, "elsewhere, later, with another umask");
}

/// Says its version, or notes what it was called with and makes a class for Java 17.
const WRAPPER: &str = "#!/bin/sh
for last; do :; done
[ \"$last\" = --version ] && { echo 'Apache Maven 3.9.9'; echo 'Gradle 8.10'; echo 'Java version: 21.0.1, vendor: x'; exit; }
for argument; do case \"$argument\" in -Dshipway.output=*) out=${argument#*=}/classes;; esac; done
out=${out:-target/classes}
mkdir -p \"$out/shop\" && echo \"$@\" > \"$out/called\"
printf '\\312\\376\\272\\276\\000\\000\\000\\075' > \"$out/shop/Handler.class\"
";

/// A project whose wrapper stands in for the tool.
fn with_wrapper(wrapper: &str, file: &str) -> Project {
    let project = Project::new(&[("functions/api/src/main/java/A.java", "")]);
    project.write(&format!("functions/api/{file}"), "<project><artifactId>a</artifactId></project>");
    project.write_program(&format!("functions/api/{wrapper}"), WRAPPER);
    project
}

#[tokio::test]
async fn a_projects_own_wrapper_is_used() {
    needed("java");
    for (wrapper, file, expected) in [
        ("mvnw", "pom.xml", "-Dmaven.test.skip=true -Dproject.build.outputTimestamp=1980-01-01T00:00:02Z package "),
        ("gradlew", "build.gradle", " :shipwayPackage"),
    ] {
        let project = with_wrapper(wrapper, file);
        let workshop = Workshop::new(&project, environment());
        let built = workshop.build(&java(JavaSettings::default())).await.unwrap();
        let called = fs::read_to_string(built.path.join("called")).unwrap();
        assert!(called.contains(expected), "{called}");
        assert_eq!(built.tools["java"], "21.0.1");
    }
}

#[tokio::test]
async fn classes_that_are_too_new_and_a_jar_that_is_not_made_are_refused() {
    needed("java");
    let project = with_wrapper("mvnw", "pom.xml");
    let workshop = Workshop::new(&project, environment());
    let older = FunctionBuild { runtime: "java11".parse().unwrap(), ..java(JavaSettings::default()) };
    let failure = workshop.build(&older).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert_eq!(failure.message, "`shop/Handler.class` is compiled for Java 17, and `java11` cannot load it");
    assert!(failure.hints[0].contains("`maven.compiler.release` (Maven)"), "{failure:?}");

    let missing = JavaSettings { jar: Some("target/other.jar".to_owned()) };
    let failure = workshop.build(&java(missing)).await.unwrap_err();
    assert!(failure.message.contains("made no `functions/api/target/other.jar`"), "{}", failure.message);
}

#[tokio::test]
async fn a_missing_tool_is_named_and_so_is_a_missing_project() {
    let nothing = Project::new(&[]);
    let only_java = Project::new(&[]);
    only_java.write_program("java", "#!/bin/sh\n");
    for (file, programs, expected) in [
        ("pom.xml", &nothing, "`java` is needed to build `orders`, and is not on PATH"),
        ("pom.xml", &only_java, "`mvn` is needed to build `orders`, and is not on PATH"),
        ("build.gradle", &only_java, "`gradle` is needed to build `orders`, and is not on PATH"),
        ("README", &only_java, "has neither a pom.xml nor a build.gradle"),
    ] {
        let project =
            Project::new(&[(&format!("functions/api/{file}"), "<project><artifactId>a</artifactId></project>")]);
        let failure =
            Workshop::new(&project, with_only(programs)).build(&java(JavaSettings::default())).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.message.contains(expected), "{}", failure.message);
        assert!(!failure.hints.is_empty());
    }
}

#[tokio::test]
async fn what_does_not_compile_is_shown() {
    needed("mvn");
    let project = maven_project("");
    project.write("libs/money/src/main/java/shop/Money.java", "package shop; class Money {");
    let failure = Workshop::new(&project, environment()).build(&java(JavaSettings::default())).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Build);
    assert!(failure.output.unwrap().contains("Money.java:[1,28] reached end of file while parsing"));
    assert!(failure.command.unwrap().contains("-pl functions/api -am package"));
}
