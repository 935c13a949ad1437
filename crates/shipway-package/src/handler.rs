//! Whether a package holds the file that a handler names. Names alone are looked at; whether the file defines the function is
//! for [`crate::handler_in_tree`] and [`crate::handler_in_zip`], whether a layer could supply what is missing for others to say.
//!
//! What each runtime looks for is read from its runtime interface client (awslambdaric for Python; `UserFunction.js` of
//! aws-lambda-nodejs-runtime-interface-client; aws_lambda_ric for Ruby) and from AWS's page on handlers of each language.

use std::collections::{BTreeMap, BTreeSet};

use crate::dependencies::{Dependencies, Place};
use crate::entry::{EntryMode, EntrySummary};

/// Runtimes that look for handlers in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuntimeFamily {
    Python,
    Node,
    Java,
    Ruby,
    Dotnet,
    /// `provided.*`: an executable named `bootstrap`.
    Provided,
}

impl RuntimeFamily {
    /// The family of a runtime by Lambda's identifier (`python3.13`, `nodejs22.x`); `None` for one that is not known.
    pub fn of_identifier(identifier: &str) -> Option<Self> {
        let families = [
            ("python", Self::Python),
            ("nodejs", Self::Node),
            ("java", Self::Java),
            ("ruby", Self::Ruby),
            ("dotnet", Self::Dotnet),
            ("provided", Self::Provided),
        ];
        families.into_iter().find(|(prefix, _)| identifier.starts_with(prefix)).map(|(_, family)| family)
    }
}

/// What a package's names say about a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandlerFinding {
    /// The file is there.
    Present,
    /// The package holds nothing that the runtime could take for it.
    ProvablyAbsent {
        /// The paths at which the runtime would look.
        looked_for: Vec<String>,
    },
    /// The file is there and cannot be executed.
    NotExecutable { path: String },
    /// The runtime cannot read the handler's text.
    Malformed {
        /// What it should look like, with an example.
        expected: &'static str,
    },
    /// The file is there, and certainly does not define the function.
    SymbolAbsent {
        path: String,
        /// The function, as the handler names it.
        name: String,
        /// What the file has instead.
        instead: Vec<String>,
    },
    /// The class has the method, and Lambda may not call it.
    SymbolNotPublic { path: String, name: String },
    /// It cannot be told.
    Unknown,
}

impl HandlerFinding {
    /// What is wrong, in a sentence; `None` when nothing is known to be.
    pub fn problem(&self, handler: &str) -> Option<String> {
        match self {
            Self::Present | Self::Unknown => None,
            Self::ProvablyAbsent { looked_for } => {
                let paths: Vec<String> = looked_for.iter().map(|path| format!("`{path}`")).collect();
                Some(format!("the package has no file for the handler `{handler}`: looked for {}", paths.join(", ")))
            }
            Self::NotExecutable { path } => Some(format!("`{path}` cannot be executed")),
            Self::SymbolAbsent { path, name, instead } => {
                let named: Vec<String> = instead.iter().take(5).map(|name| format!("`{name}`")).collect();
                let instead = if named.is_empty() { String::new() } else { format!("; it has {}", named.join(", ")) };
                Some(format!("`{path}` has no `{name}` for the handler `{handler}`{instead}"))
            }
            Self::SymbolNotPublic { path, name } => {
                Some(format!("`{name}` in `{path}` is not public, and the handler `{handler}` names it"))
            }
            Self::Malformed { expected } => Some(format!("the handler `{handler}` is not {expected}")),
        }
    }
}

/// Files of the package that have the name of one that was looked for, in another folder: what was meant, perhaps.
/// At most five, the least deep first; dependencies are not among them.
pub fn files_named_alike(entries: &[EntrySummary], looked_for: &[String]) -> Vec<String> {
    let name_of = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let names: BTreeSet<String> =
        looked_for.iter().map(|path| name_of(path)).filter(|name| name != "__init__.py").collect();
    let dependencies = Dependencies::default();
    let mut alike: Vec<&str> = entries
        .iter()
        .map(|entry| entry.path.as_str())
        .filter(|path| names.contains(&name_of(path)) && dependencies.place(path) == Place::Own)
        .collect();
    alike.sort_by_key(|path| (path.matches('/').count(), *path));
    alike.into_iter().take(5).map(str::to_owned).collect()
}

/// Looks for the file that a handler names.
pub fn handler_presence(entries: &[EntrySummary], family: RuntimeFamily, handler: &str) -> HandlerFinding {
    let package = Names { modes: entries.iter().map(|entry| (entry.path.as_str(), entry.mode)).collect() };
    match family {
        RuntimeFamily::Python => python(&package, handler),
        RuntimeFamily::Node => node(&package, handler),
        RuntimeFamily::Java => java(&package, handler),
        RuntimeFamily::Ruby => ruby(&package, handler),
        RuntimeFamily::Dotnet => dotnet(&package, handler),
        RuntimeFamily::Provided => provided(&package),
    }
}

/// The paths of a package.
struct Names<'entries> {
    modes: BTreeMap<&'entries str, EntryMode>,
}

impl Names<'_> {
    fn have(&self, path: &str) -> bool {
        self.modes.contains_key(path)
    }

    fn have_prefix(&self, prefix: &str) -> bool {
        self.with_prefix(prefix).next().is_some()
    }

    fn with_prefix<'names>(&'names self, prefix: &'names str) -> impl Iterator<Item = &'names str> {
        self.modes.range(prefix..).map(|(path, _)| *path).take_while(move |path| path.starts_with(prefix))
    }

    fn any_of(&self, candidates: Vec<String>) -> HandlerFinding {
        if candidates.iter().any(|candidate| self.have(candidate)) {
            HandlerFinding::Present
        } else {
            HandlerFinding::ProvablyAbsent { looked_for: candidates }
        }
    }
}

/// `module.function`: all before the last dot is the module, `/` and `.` in it being the same.
fn python(package: &Names<'_>, handler: &str) -> HandlerFinding {
    const EXPECTED: &str = "a module and a function, as in `app.handler`";
    let Some((module, function)) =
        handler.rsplit_once('.').filter(|(module, function)| !module.is_empty() && !function.is_empty())
    else {
        return HandlerFinding::Malformed { expected: EXPECTED };
    };
    if function.contains('/') {
        return HandlerFinding::Malformed { expected: EXPECTED };
    }
    let module = module.replace('.', "/");
    let module = module.trim_start_matches('/');
    // An extension module carries its interpreter in its name: `app.cpython-313-x86_64-linux-gnu.so`.
    if package.with_prefix(&format!("{module}.")).any(|path| path.ends_with(".so")) {
        return HandlerFinding::Present;
    }
    let endings = [".py", "/__init__.py", ".pyc", "/__init__.pyc"];
    package.any_of(endings.map(|ending| format!("{module}{ending}")).to_vec())
}

/// `folder/file.export`: the file's name ends at its first dot.
fn node(package: &Names<'_>, handler: &str) -> HandlerFinding {
    const EXPECTED: &str = "a file and an export, as in `index.handler`";
    let (folder, name) = handler.rsplit_once('/').map_or(("", handler), |(folder, name)| (folder, name));
    let Some((file, _)) = name.split_once('.').filter(|(file, export)| !file.is_empty() && !export.is_empty()) else {
        return HandlerFinding::Malformed { expected: EXPECTED };
    };
    let folder = folder.trim_start_matches("./").trim_matches('/');
    if folder.split('/').any(|part| part == "..") {
        return HandlerFinding::Unknown;
    }
    let path = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    let candidates = ["", ".js", ".mjs", ".cjs"].map(|ending| format!("{path}{ending}")).to_vec();
    match package.any_of(candidates) {
        // The client then asks Node's own resolution, which knows folders and installed packages.
        absent @ HandlerFinding::ProvablyAbsent { .. } => {
            let inside =
                [format!("{path}/"), format!("node_modules/{file}/"), format!("{folder}/node_modules/{file}/")];
            if inside.iter().any(|folder| package.have_prefix(folder)) { HandlerFinding::Unknown } else { absent }
        }
        found => found,
    }
}

/// `file.method` or `file.Module::Class.method`.
fn ruby(package: &Names<'_>, handler: &str) -> HandlerFinding {
    match handler.split_once('.').filter(|(file, method)| !file.is_empty() && !method.is_empty()) {
        Some((file, _)) => package.any_of(vec![format!("{}.rb", file.trim_start_matches("./"))]),
        None => HandlerFinding::Malformed { expected: "a file and a method, as in `function.handler`" },
    }
}

/// `package.Class::method` or `package.Class`. What is inside jars cannot be told from names.
fn java(package: &Names<'_>, handler: &str) -> HandlerFinding {
    let class = handler.split_once("::").map_or(handler, |(class, _)| class);
    if class.is_empty() {
        return HandlerFinding::Malformed { expected: "a class and a method, as in `example.Handler::handle`" };
    }
    let found = package.any_of(vec![format!("{}.class", class.replace('.', "/"))]);
    let has_jars = package.with_prefix("lib/").any(|path| path.ends_with(".jar"));
    if found != HandlerFinding::Present && has_jars { HandlerFinding::Unknown } else { found }
}

/// `Assembly::Namespace.Class::Method`, or the name of an executable assembly.
fn dotnet(package: &Names<'_>, handler: &str) -> HandlerFinding {
    let assembly = handler.split_once("::").map_or(handler, |(assembly, _)| assembly);
    if assembly.is_empty() {
        return HandlerFinding::Malformed {
            expected: "an assembly, a class and a method, as in `App::App.Function::Handle`",
        };
    }
    // Compiled ahead of time there may be an executable alone.
    if package.have("bootstrap") || package.have(assembly) {
        return HandlerFinding::Unknown;
    }
    package.any_of(vec![format!("{assembly}.dll")])
}

/// The handler's text is the program's own business.
fn provided(package: &Names<'_>) -> HandlerFinding {
    const BOOTSTRAP: &str = "bootstrap";
    match package.modes.get(BOOTSTRAP) {
        Some(mode) if mode.is_executable_by_all() => HandlerFinding::Present,
        Some(_) => HandlerFinding::NotExecutable { path: BOOTSTRAP.to_owned() },
        None => HandlerFinding::ProvablyAbsent { looked_for: vec![BOOTSTRAP.to_owned()] },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(paths: &[&str]) -> Vec<EntrySummary> {
        let entry = |path: &&str| EntrySummary { path: (*path).to_owned(), mode: EntryMode::REGULAR, bytes: 1 };
        paths.iter().map(entry).collect()
    }

    fn find(family: RuntimeFamily, paths: &[&str], handler: &str) -> HandlerFinding {
        handler_presence(&entries(paths), family, handler)
    }

    #[track_caller]
    fn present(family: RuntimeFamily, path: &str, handler: &str) {
        assert_eq!(find(family, &[path, "zzz/other"], handler), HandlerFinding::Present);
    }

    #[track_caller]
    fn absent(family: RuntimeFamily, path: &str, handler: &str, first: &str) {
        match find(family, &[path], handler) {
            HandlerFinding::ProvablyAbsent { looked_for } => assert_eq!(looked_for[0], first),
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn malformed(family: RuntimeFamily, handler: &str) {
        assert!(matches!(find(family, &["app.py"], handler), HandlerFinding::Malformed { .. }), "{handler}");
    }

    #[test]
    fn python_modules() {
        use RuntimeFamily::Python;
        present(Python, "app.py", "app.handler");
        present(Python, "a/b.py", "a/b.handler");
        present(Python, "a/b.py", "a.b.handler");
        present(Python, "a/b/__init__.py", "a.b.handler");
        present(Python, "a/b.pyc", "a.b.handler");
        present(Python, "a/b.cpython-313-x86_64-linux-gnu.so", "a.b.handler");
        absent(Python, "src/app.py", "app.handler", "app.py");
        absent(Python, "a/b.py", "a.handler", "a.py");
        absent(Python, "application.py", "app.handler", "app.py");
        for handler in ["app", "", ".handler", "app.", "app.x/handler"] {
            malformed(Python, handler);
        }
    }

    #[test]
    fn node_files() {
        use RuntimeFamily::Node;
        present(Node, "index.js", "index.handler");
        present(Node, "index.mjs", "index.handler");
        present(Node, "src/index.cjs", "src/index.handler");
        present(Node, "src/index.js", "./src/index.a.b");
        absent(Node, "index.ts", "index.handler", "index");
        absent(Node, "index.js", "src/index.handler", "src/index");
        assert_eq!(find(Node, &["node_modules/tool/index.js"], "tool.handler"), HandlerFinding::Unknown);
        assert_eq!(find(Node, &["src/index.js"], "src.handler"), HandlerFinding::Unknown);
        assert_eq!(find(Node, &["index.js"], "../index.handler"), HandlerFinding::Unknown);
        malformed(Node, "index");
    }

    #[test]
    fn ruby_java_and_dotnet_files() {
        use RuntimeFamily::{Dotnet, Java, Ruby};
        present(Ruby, "function.rb", "function.handler");
        present(Ruby, "lib/function.rb", "lib/function.App::Handler.call");
        absent(Ruby, "app.rb", "function.handler", "function.rb");
        malformed(Ruby, "function");
        present(Java, "example/Handler.class", "example.Handler::handle");
        present(Java, "example/Handler.class", "example.Handler");
        absent(Java, "example/Other.class", "example.Handler::handle", "example/Handler.class");
        assert_eq!(find(Java, &["lib/app.jar"], "example.Handler"), HandlerFinding::Unknown);
        present(Dotnet, "App.dll", "App::App.Function::Handle");
        absent(Dotnet, "Other.dll", "App::App.Function::Handle", "App.dll");
        assert_eq!(find(Dotnet, &["bootstrap"], "App"), HandlerFinding::Unknown);
    }

    #[test]
    fn provided_wants_an_executable_bootstrap() {
        use RuntimeFamily::Provided;
        let path = "bootstrap".to_owned();
        assert_eq!(find(Provided, &["bootstrap"], "any"), HandlerFinding::NotExecutable { path: path.clone() });
        absent(Provided, "bin/bootstrap", "any", "bootstrap");
        let entry = EntrySummary { path, mode: EntryMode::EXECUTABLE, bytes: 1 };
        assert_eq!(handler_presence(&[entry], Provided, "any"), HandlerFinding::Present);
    }

    #[test]
    fn an_absence_is_explained() {
        let entries = entries(&["a/b/app.py", "node_modules/x/app.py", "src/app.py"]);
        let finding = handler_presence(&entries, RuntimeFamily::Python, "app.handler");
        let problem = "the package has no file for the handler `app.handler`: looked for `app.py`, `app/__init__.py`, \
            `app.pyc`, `app/__init__.pyc`";
        assert_eq!(finding.problem("app.handler").as_deref(), Some(problem));
        let HandlerFinding::ProvablyAbsent { looked_for } = finding else { panic!("{finding:?}") };
        assert_eq!(files_named_alike(&entries, &looked_for), ["src/app.py", "a/b/app.py"]);
        assert_eq!(HandlerFinding::Present.problem("x"), None);
    }

    #[test]
    fn families_by_identifier() {
        let of = RuntimeFamily::of_identifier;
        assert_eq!(of("python3.13"), Some(RuntimeFamily::Python));
        assert_eq!(of("nodejs22.x"), Some(RuntimeFamily::Node));
        assert_eq!(of("java8.al2"), Some(RuntimeFamily::Java));
        assert_eq!(of("provided.al2023"), Some(RuntimeFamily::Provided));
        assert_eq!(of("cobol85"), None);
    }
}
