//! What a Python function depends on, and which file says so. Reads declarations; resolves nothing.

use shipway_engine::ports::BuildFailure;

use crate::failure;
use crate::toolchain::job::Job;

/// What is to be installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Requirements {
    /// Nothing: no tool is needed.
    Nothing,
    /// A requirements file, relative to the function's folder.
    File { path: String, places: Places },
    /// Requirements as `pyproject.toml` lists them.
    Listed { lines: Vec<String>, places: Places },
    /// `uv.lock`, which only uv reads.
    UvLock,
}

/// Where required packages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    /// Indexes alone.
    Indexes,
    /// Also folders of the project, which must be built before they can be installed.
    Folders,
}

const WRITE_REQUIREMENTS: &str = "write the function's dependencies, with versions, to requirements.txt";

/// Finds out what the function depends on.
pub(super) fn find(job: &Job<'_>, named: Option<&str>) -> Result<Requirements, BuildFailure> {
    if let Some(path) = named {
        return match job.read(path)? {
            Some(text) => Ok(from_file(path, &text)),
            None => Err(failure::input(
                format!("the requirements file `{}` is not there", job.shown(path)),
                &["correct `requirements` in shipway.toml; what git ignores does not count"],
            )),
        };
    }
    if let Some(text) = job.read("requirements.txt")? {
        return Ok(from_file("requirements.txt", &text));
    }
    if let Some(text) = job.read("pyproject.toml")? {
        return from_project(job, &text);
    }
    for (file, export) in [
        ("Pipfile", "pipenv requirements > requirements.txt"),
        ("environment.yml", WRITE_REQUIREMENTS),
        ("setup.py", WRITE_REQUIREMENTS),
    ] {
        if job.has(file) {
            return Err(unsupported(job, file, export));
        }
    }
    Ok(Requirements::Nothing)
}

fn unsupported(job: &Job<'_>, what: &str, hint: &str) -> BuildFailure {
    failure::input(format!("the dependencies in `{}` cannot be read by Shipway", job.shown(what)), &[hint])
}

fn from_file(path: &str, text: &str) -> Requirements {
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    if lines.is_empty() {
        return Requirements::Nothing;
    }
    Requirements::File { path: path.to_owned(), places: places(lines) }
}

fn from_project(job: &Job<'_>, text: &str) -> Result<Requirements, BuildFailure> {
    let project: toml::Table = text
        .parse()
        .map_err(|error| failure::input(format!("`{}` cannot be read: {error}", job.shown("pyproject.toml")), &[]))?;
    if job.has("uv.lock") {
        return Ok(Requirements::UvLock);
    }
    let has_poetry = project.get("tool").and_then(|tool| tool.get("poetry")).is_some();
    let Some(table) = project.get("project").and_then(toml::Value::as_table) else {
        return if has_poetry {
            Err(unsupported(job, "pyproject.toml", "poetry export --output requirements.txt"))
        } else {
            Ok(Requirements::Nothing)
        };
    };
    let texts = |name: &str| -> Vec<String> {
        let values = table.get(name).and_then(toml::Value::as_array).into_iter().flatten();
        values.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    if texts("dynamic").iter().any(|name| name == "dependencies") {
        return Err(unsupported(job, "pyproject.toml", WRITE_REQUIREMENTS));
    }
    let lines = texts("dependencies");
    if lines.is_empty() {
        return Ok(Requirements::Nothing);
    }
    let places = places(lines.iter().map(String::as_str));
    Ok(Requirements::Listed { lines, places })
}

fn places<'a>(lines: impl IntoIterator<Item = &'a str>) -> Places {
    let is_folder = |line: &str| {
        let line = line.trim_start_matches("--editable").trim_start_matches("-e").trim_start_matches([' ', '=']);
        line.starts_with('.') || line.starts_with("file:") || line.contains("@ file:")
    };
    if lines.into_iter().any(is_folder) { Places::Folders } else { Places::Indexes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_alone_require_nothing() {
        assert_eq!(from_file("r.txt", "# none\n\n"), Requirements::Nothing);
        assert!(matches!(from_file("r.txt", "idna\n"), Requirements::File { places: Places::Indexes, .. }));
    }

    #[test]
    fn folders_are_told_from_indexes() {
        for line in ["./lib", "../../libs/common", "-e ../lib", "common @ file:../lib"] {
            assert_eq!(places([line]), Places::Folders, "{line}");
        }
        for line in ["idna==3.4", "-r more.txt", "x @ https://example.com/x.whl"] {
            assert_eq!(places([line]), Places::Indexes, "{line}");
        }
    }
}
