//! Java functions: classes that implement an interface of Lambda's, or have a method that takes its `Context`.

use super::detect::{Evidence, Found, Read, company, names_for};
use super::folders::{Folders, join, split};
use crate::builder::{Builder, JavaSettings};

/// The files that say how a Java function is built; the folder with one is the function's.
pub(super) const MANIFESTS: [&str; 3] = ["pom.xml", "build.gradle", "build.gradle.kts"];

/// The versions of Java that Lambda has, the one to take when nothing says otherwise first.
const RELEASES: [u32; 5] = [21, 25, 17, 11, 8];

/// What a class must import, in one way or another, to take part.
const PACKAGE: &str = "com.amazonaws.services.lambda.runtime";

/// A class that may be a handler.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    /// `handleRequest`, or the method with a context.
    method: String,
    line: usize,
    seen: String,
}

pub(super) fn find(folders: &Folders<'_>, read: Read<'_>) -> Vec<Found> {
    let mut classes = Vec::new();
    for (folder, name) in folders.sources(&["java"]) {
        // Tests lie beside `src/main`, in `src/test`, and are ignored as such already.
        let Some(root) = folders.nearest_with(folder, &MANIFESTS) else { continue };
        let path = join(folder, name);
        let Some(text) = read(&path) else { continue };
        let Some(candidate) = handler(&text) else { continue };
        let class = name.trim_end_matches(".java");
        let package = package_of(&text).map_or_else(String::new, |package| format!("{package}."));
        classes.push((root, path.clone(), format!("{package}{class}"), candidate));
    }
    let company = company(classes.iter().map(|(root, ..)| *root));
    let mut found = Vec::new();
    for (root, path, class, candidate) in &classes {
        let names = names_for(root, &words(class.rsplit('.').next().unwrap_or(class)), company[root]);
        let mut evidence = vec![Evidence::code(path, candidate.line, &candidate.seen)];
        let mut doubts = Vec::new();
        if let Some(manifest) = folders.first_of(root, &MANIFESTS) {
            evidence.push(Evidence { file: join(root, manifest), line: None, what: "how it is built".to_owned() });
        }
        let runtime = runtime(folders, root, read, &mut evidence, &mut doubts);
        found.push(Found {
            names,
            folder: (*root).to_owned(),
            builder: Builder::Java(JavaSettings::default()),
            runtime,
            handler: format!("{class}::{}", candidate.method),
            evidence,
            doubts,
        });
    }
    found
}

/// The first handler of a source file.
fn handler(text: &str) -> Option<Candidate> {
    if !text.contains(PACKAGE) {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let is_code = |line: &str| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with('*') && !line.starts_with("/*") && !line.starts_with("import ")
    };
    let code = lines.iter().enumerate().filter(|(_, line)| is_code(line));
    let mut by_method = None;
    for (index, line) in code {
        let declares = line.contains("class ") || line.trim_start().starts_with("implements ");
        if line.contains("abstract ") || line.trim_start().starts_with("public interface ") {
            return None;
        }
        let implements = line.contains("RequestHandler<") || line.contains("RequestStreamHandler");
        if declares && implements {
            let seen = line.trim().trim_end_matches('{').trim_end().to_owned();
            return Some(Candidate { method: "handleRequest".to_owned(), line: index + 1, seen });
        }
        if by_method.is_none() {
            by_method = method_with_context(line).map(|method| Candidate {
                method,
                line: index + 1,
                seen: line.trim().trim_end_matches('{').trim_end().to_owned(),
            });
        }
    }
    by_method
}

/// The name of a public method whose last parameter is a `Context`.
fn method_with_context(line: &str) -> Option<String> {
    let line = line.trim();
    let (before, rest) = line.split_once('(')?;
    let (parameters, _) = rest.split_once(')')?;
    let last = parameters.rsplit(',').next()?.trim();
    let is_context = last.trim_start_matches("final ").starts_with("Context ");
    let name = before.split_whitespace().next_back()?;
    let is_method = before.starts_with("public ") && !before.contains('=') && before.split_whitespace().count() > 2;
    (is_context && is_method).then(|| name.to_owned())
}

fn package_of(text: &str) -> Option<&str> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("package "))?;
    Some(line.trim().trim_end_matches(';').trim())
}

/// `CreateOrder` as `create-order`.
fn words(class: &str) -> String {
    let mut words = String::new();
    let mut before_is_lower = false;
    for character in class.chars() {
        if character.is_ascii_uppercase() && before_is_lower {
            words.push('-');
        }
        before_is_lower = !character.is_ascii_uppercase();
        words.push(character.to_ascii_lowercase());
    }
    words
}

/// The runtime that the folder's build, or one above, asks for.
fn runtime(
    folders: &Folders<'_>,
    root: &str,
    read: Read<'_>,
    evidence: &mut Vec<Evidence>,
    doubts: &mut Vec<String>,
) -> String {
    let mut folder = root;
    while let Some(at) = folders.nearest_with(folder, &MANIFESTS) {
        for manifest in MANIFESTS.into_iter().filter(|manifest| folders.has(at, manifest)) {
            let file = join(at, manifest);
            let text = read(&file).unwrap_or_default();
            let stated = text.lines().enumerate().find_map(|(index, line)| Some((release_in(line)?, index)));
            let Some((release, index)) = stated else { continue };
            if let Some(runtime) = runtime_for(release) {
                evidence.push(Evidence { file, line: Some(index + 1), what: format!("Java {release}") });
                return runtime;
            }
            doubts.push(format!("it is for Java {release}, which no runtime of Lambda is"));
            return format!("java{}", RELEASES[0]);
        }
        if at.is_empty() {
            break;
        }
        folder = split(at).0;
    }
    doubts.push("nothing says which version of Java it is for".to_owned());
    format!("java{}", RELEASES[0])
}

/// The oldest runtime that runs classes for a release.
fn runtime_for(release: u32) -> Option<String> {
    let fitting = RELEASES.into_iter().filter(|runtime| *runtime >= release).min()?;
    Some(if fitting == 8 { "java8.al2".to_owned() } else { format!("java{fitting}") })
}

/// The release that a line of a `pom.xml` or a Gradle build states.
fn release_in(line: &str) -> Option<u32> {
    const STATEMENTS: [&str; 9] = [
        "<maven.compiler.release>",
        "<maven.compiler.target>",
        "<java.version>",
        "<release>",
        "targetCompatibility",
        "sourceCompatibility",
        "JavaLanguageVersion.of(",
        "options.release",
        "jvmToolchain(",
    ];
    let rest = STATEMENTS.into_iter().find_map(|statement| line.split_once(statement)).map(|(_, rest)| rest)?;
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let at = rest.find(|character: char| character.is_ascii_digit())?;
    let number = &rest[at..];
    // `1.8` and `VERSION_1_8` are Java 8.
    let number = number.strip_prefix("1.").or_else(|| number.strip_prefix("1_")).unwrap_or(number);
    digits(number).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORT: &str = "package shop;\nimport com.amazonaws.services.lambda.runtime.*;\n";

    fn found(code: &str) -> Option<String> {
        handler(&format!("{IMPORT}{code}")).map(|candidate| format!("{}:{}", candidate.line, candidate.method))
    }

    #[test]
    fn handlers_are_known_by_interface_or_context() {
        let class = "public class A implements RequestHandler<Map<String, String>, String> {\n";
        assert_eq!(found(class).as_deref(), Some("3:handleRequest"));
        assert_eq!(
            found("public class A\n    implements RequestStreamHandler {\n").as_deref(),
            Some("4:handleRequest")
        );
        let method = "public class A {\n  public String create(Order order, Context context) {\n";
        assert_eq!(found(method).as_deref(), Some("4:create"));
    }

    #[test]
    fn what_is_none_is_not_taken_for_one() {
        for code in [
            "public class A {}\n",
            "// public class A implements RequestHandler<A, B> {\n",
            "public abstract class A implements RequestHandler<A, B> {\n",
            "public class A {\n  private String create(Order order, Context context) {\n",
            "  A(Context context) {\n",
            "public class A {\n  public A(Context context) {\n",
        ] {
            assert_eq!(found(code), None, "{code}");
        }
        assert_eq!(handler("public class A implements RequestHandler<A, B> {\n"), None, "another's interface");
    }

    #[test]
    fn releases_are_read_and_rounded_up_to_a_runtime() {
        for (line, release) in [
            ("<maven.compiler.release>17</maven.compiler.release>", 17),
            ("  <java.version>1.8</java.version>", 8),
            ("sourceCompatibility = '21'", 21),
            ("sourceCompatibility = JavaVersion.VERSION_1_8", 8),
            ("languageVersion = JavaLanguageVersion.of(25)", 25),
        ] {
            assert_eq!(release_in(line), Some(release), "{line}");
        }
        assert_eq!(release_in("<maven.compiler.release>${release}</maven.compiler.release>"), None);
        assert_eq!(runtime_for(16).as_deref(), Some("java17"));
        assert_eq!(runtime_for(8).as_deref(), Some("java8.al2"));
        assert_eq!(runtime_for(26), None);
        assert_eq!(words("CreateOrderHandler"), "create-order-handler");
    }
}
