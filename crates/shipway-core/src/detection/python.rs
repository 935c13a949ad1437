//! Python functions: modules with something that looks like a handler.

use super::detect::{Evidence, Found, Read, company, names_for};
use super::folders::{Folders, join, relative};
use crate::builder::{Builder, PythonSettings};
use crate::python::{Packaging, ProjectFile};

/// The files that say what a Python function depends on; the folder with one is the function's.
pub(super) const MANIFESTS: [&str; 5] = ["uv.lock", "poetry.lock", "requirements.txt", "pyproject.toml", "setup.py"];

/// Pipenv's, which the builder does not read.
const PIPFILE: &str = "Pipfile";

/// The minor versions of Python 3 that Lambda has, the one to take when nothing says otherwise first.
const MINORS: [u32; 5] = [13, 14, 12, 11, 10];

/// A function definition that may be a handler.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    name: String,
    line: usize,
    seen: String,
    doubt: Option<&'static str>,
}

pub(super) fn find(folders: &Folders<'_>, read: Read<'_>) -> Vec<Found> {
    let mut modules = Vec::new();
    for (folder, name) in folders.sources(&["py"]) {
        let path = join(folder, name);
        let Some(text) = read(&path) else { continue };
        let root = folders.nearest_with(folder, &MANIFESTS).unwrap_or(folder);
        for candidate in handlers(&text) {
            modules.push((root, path.clone(), candidate));
        }
    }
    let company = company(modules.iter().map(|(root, _, _)| *root));
    let mut found = Vec::new();
    for (root, path, candidate) in &modules {
        let module = relative(path, root).trim_end_matches(".py");
        let stem = if modules.iter().filter(|(_, other, _)| other == path).count() > 1 {
            candidate.name.as_str()
        } else {
            module.rsplit('/').next().unwrap_or(module)
        };
        let names = names_for(root, stem, company[root]);
        found.push(describe(folders, (root, path, module), candidate, names, read));
    }
    found
}

fn describe(
    folders: &Folders<'_>,
    (root, path, module): (&str, &str, &str),
    candidate: &Candidate,
    names: Vec<String>,
    read: Read<'_>,
) -> Found {
    let mut evidence = vec![Evidence::code(path, candidate.line, &candidate.seen)];
    let mut doubts: Vec<String> = candidate.doubt.map(ToOwned::to_owned).into_iter().collect();
    match folders.first_of(root, &MANIFESTS) {
        Some(manifest) => {
            evidence.push(Evidence { file: join(root, manifest), line: None, what: "its dependencies".to_owned() });
        }
        None if folders.has(root, PIPFILE) => {
            doubts.push(format!("{PIPFILE} is not read: `pipenv requirements > requirements.txt` writes what is"));
        }
        None => doubts.push(format!("no dependencies: there is none of {}", MANIFESTS.join(", "))),
    }
    let runtime = runtime(folders, root, read, &mut evidence, &mut doubts);
    let in_package = module.strip_prefix("src/").filter(|_| is_package(folders, root, read));
    if in_package.is_none() && module.starts_with("src/") && folders.has(root, "pyproject.toml") {
        doubts.push("if the project installs its packages from `src`, the handler begins without `src.`".to_owned());
    }
    // What a build backend finds in `src`, it installs without it.
    let module = in_package.unwrap_or(module);
    // Lambda takes `/` and `.` alike; a dot inside a folder's name leaves only `/`.
    let module = if module.contains('.') { module.to_owned() } else { module.replace('/', ".") };
    Found {
        names,
        folder: root.to_owned(),
        builder: Builder::Python(PythonSettings::default()),
        runtime,
        handler: format!("{module}.{}", candidate.name),
        evidence,
        doubts,
    }
}

/// Whether a build backend makes a package of the folder.
fn is_package(folders: &Folders<'_>, root: &str, read: Read<'_>) -> bool {
    let setup = folders.first_of(root, &["setup.py", "setup.cfg"]);
    match read(&join(root, "pyproject.toml")) {
        Some(text) => ProjectFile::parse(&text).is_ok_and(|file| file.packaging(setup) == Packaging::Package),
        None => setup == Some("setup.py"),
    }
}

/// The definitions of a module that look like handlers. One that is called so hides the others.
fn handlers(text: &str) -> Vec<Candidate> {
    let lines: Vec<&str> = text.lines().collect();
    let mut candidates: Vec<Candidate> =
        lines.iter().enumerate().filter_map(|(index, _)| candidate(&lines, index)).collect();
    let named = candidates.iter().position(|candidate| is_handlers_name(&candidate.name));
    match named {
        Some(named) => vec![candidates.swap_remove(named)],
        None => candidates,
    }
}

fn is_handlers_name(name: &str) -> bool {
    matches!(name, "handler" | "lambda_handler")
}

/// What begins in a line, if it is at the module's top level.
fn candidate(lines: &[&str], index: usize) -> Option<Candidate> {
    let line = lines[index];
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    if let Some(rest) = line.strip_prefix("def ") {
        let (name, _) = rest.split_once('(')?;
        let name = name.trim();
        // A signature may take several lines.
        let signature = lines[index..].iter().take(12).copied().collect::<Vec<_>>().join(" ");
        let parameters = parameters(&signature)?;
        let [first, second] = [parameters.first()?, parameters.get(1)?];
        let like_an_event = is_parameter(first, "event") && is_parameter(second, "context");
        let required = parameters.iter().filter(|parameter| !parameter.contains('=')).count();
        let fits = required <= 2 && (like_an_event || is_handlers_name(name));
        let seen = line.trim_end().trim_end_matches(':').to_owned();
        let private = name.starts_with('_');
        return (is_name(name) && fits && !private).then(|| Candidate {
            name: name.to_owned(),
            line: index + 1,
            seen,
            doubt: None,
        });
    }
    // `handler = Mangum(app)`, `handler = some_decorator(other)`
    let (name, value) = line.split_once('=')?;
    let name = name.split(':').next().unwrap_or(name).trim_end();
    let made = value.trim_start();
    let (callee, _) = made.split_once('(')?;
    let called = callee.starts_with(|character: char| character.is_ascii_alphabetic());
    // A handler of log records is something else.
    if name == "handler" && (callee.starts_with("logging.") || callee.ends_with("Handler")) {
        return None;
    }
    (is_handlers_name(name) && called).then(|| Candidate {
        name: name.to_owned(),
        line: index + 1,
        seen: line.trim_end().to_owned(),
        doubt: Some("the handler is made by a call: see that it takes an event and a context"),
    })
}

/// The parameters of a signature, split at the commas that are not in brackets.
fn parameters(signature: &str) -> Option<Vec<String>> {
    let (_, rest) = signature.split_once('(')?;
    let mut parameters = vec![String::new()];
    let mut depth = 0_usize;
    for character in rest.chars() {
        match character {
            ')' if depth == 0 => {
                let parameters = parameters.into_iter().map(|text| text.trim().to_owned());
                return Some(parameters.filter(|text| !text.is_empty()).collect());
            }
            ',' if depth == 0 => parameters.push(String::new()),
            _ => {
                match character {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                parameters.last_mut()?.push(character);
            }
        }
    }
    None
}

/// Whether a parameter is called so; a leading `_`, a type and a default do not matter, nor does `_` alone.
fn is_parameter(parameter: &str, name: &str) -> bool {
    let given = parameter.split([':', '=']).next().unwrap_or(parameter).trim();
    given == "_" || given.trim_start_matches('_') == name
}

/// The runtime that the folder's files ask for.
fn runtime(
    folders: &Folders<'_>,
    root: &str,
    read: Read<'_>,
    evidence: &mut Vec<Evidence>,
    doubts: &mut Vec<String>,
) -> String {
    if let Some(folder) = folders.nearest_with(root, &[".python-version"]) {
        let file = join(folder, ".python-version");
        let text = read(&file).unwrap_or_default();
        let minor = text.split_whitespace().next().and_then(minor_version);
        if let Some(minor) = minor.filter(|minor| MINORS.contains(minor)) {
            evidence.push(Evidence { file, line: Some(1), what: format!("Python 3.{minor}") });
            return format!("python3.{minor}");
        }
    }
    for (name, key) in
        [("pyproject.toml", "requires-python"), ("pyproject.toml", "python"), ("setup.py", "python_requires")]
    {
        if !folders.has(root, name) {
            continue;
        }
        let file = join(root, name);
        let text = read(&file).unwrap_or_default();
        let Some((line, wanted)) = setting(&text, key) else { continue };
        let Some(minor) = MINORS.into_iter().find(|minor| allows(&wanted, *minor)) else {
            doubts.push(format!("`{key}` is `{wanted}`, which no runtime of Lambda meets"));
            break;
        };
        evidence.push(Evidence { file, line: Some(line), what: format!("`{key}` is `{wanted}`") });
        return format!("python3.{minor}");
    }
    doubts.push("nothing says which version of Python it is for".to_owned());
    format!("python3.{}", MINORS[0])
}

/// The line, from 1, that sets a key to a text, and the text. Poetry's `python` is one among its dependencies.
fn setting(text: &str, key: &str) -> Option<(usize, String)> {
    text.lines().enumerate().find_map(|(index, line)| {
        let value = line.trim_start().strip_prefix(key)?.trim_start().strip_prefix('=')?.trim();
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        let (inside, _) = value[1..].split_once(quote)?;
        Some((index + 1, inside.to_owned()))
    })
}

/// `13` of `3.13`, `3.13.1`, `3.13.*`, `cpython-3.13`.
fn minor_version(text: &str) -> Option<u32> {
    let text = text.rsplit_once('-').map_or(text, |(_, version)| version);
    let rest = text.trim().strip_prefix("3.")?;
    rest.split(['.', ' ']).next()?.parse().ok()
}

/// Whether a version specifier (PEP 440, as far as minor versions go) allows Python 3.`minor`.
fn allows(specifiers: &str, minor: u32) -> bool {
    specifiers.split(',').map(str::trim).filter(|specifier| !specifier.is_empty()).all(|specifier| {
        let at = specifier.find(|character: char| character.is_ascii_digit()).unwrap_or(specifier.len());
        let (operator, version) = specifier.split_at(at);
        let Some(than) = minor_version(version) else {
            // `>=3`, `<4`: all that Lambda has is Python 3.
            return true;
        };
        match operator.trim() {
            ">=" | "^" => minor >= than,
            "~" => minor == than,
            "~=" if version.matches('.').count() == 1 => minor >= than,
            "~=" | "==" | "===" => minor == than,
            // `>3.12` still allows 3.12.1.
            ">" => minor >= than,
            "<" => minor < than,
            "<=" => minor <= than,
            "!=" => minor != than,
            _ => true,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        handlers(text).into_iter().map(|candidate| format!("{}:{}", candidate.line, candidate.name)).collect()
    }

    #[test]
    fn handlers_are_known_by_name_or_parameters() {
        assert_eq!(names("import x\n\ndef handler(event, context):\n    pass\n"), ["3:handler"]);
        assert_eq!(names("def lambda_handler(event: dict[str, int], _context) -> dict:\n"), ["1:lambda_handler"]);
        assert_eq!(names("def lambda_handler(\n    event: Event,\n    context=None,\n):\n"), ["1:lambda_handler"]);
        assert_eq!(names("def create(event, context):\ndef get(event, _):\n"), ["1:create", "2:get"]);
        assert_eq!(names("def helper(event, context):\ndef handler(request, ctx):\n"), ["2:handler"]);
        assert_eq!(names("handler = Mangum(app)\n"), ["1:handler"]);
    }

    #[test]
    fn what_is_none_is_not_taken_for_one() {
        for text in [
            "def main():\n",
            "def handler(event):\n",
            "    def handler(event, context):\n",
            "def _inner(event, context):\n",
            "async def handler(event, context):\n",
            "handler = None\n",
            "def handler(a, b, c):\n",
            "# def handler(event, context):\n",
            "def (event, context):\n",
            "def handler(event, context",
            "handlers = f(x)\n",
            "handler = logging.StreamHandler()\n",
            "handler = RotatingFileHandler(path)\n",
        ] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn specifiers_of_versions() {
        let best = |specifiers: &str| MINORS.into_iter().find(|minor| allows(specifiers, *minor));
        assert_eq!(best(">=3.11"), Some(13));
        assert_eq!(best(">=3.9,<3.13"), Some(12));
        assert_eq!(best("~=3.12.1"), Some(12));
        assert_eq!(best("==3.11.*"), Some(11));
        assert_eq!(best(">=3.14"), Some(14));
        assert_eq!(best("<3.10"), None);
        assert_eq!(best("^3.11"), Some(13));
        assert_eq!(best("~3.12"), Some(12));
    }
}
