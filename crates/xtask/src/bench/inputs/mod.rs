//! The trees that are packaged: from pinned lists at full scale, generated at the small one. Each is made once and kept;
//! each is read once before it is measured with, so that it is in the page cache.

mod generated;
mod large;
mod many_functions;
mod registries;

use std::path::{Path, PathBuf};

pub(crate) use generated::text;
pub(crate) use many_functions::{commit, function_name};

use super::measuring::remove;
use super::options::Scale;
use super::report::InputFacts;
use super::workshop::Workshop;
use crate::failure::Failure;
use crate::terminal::tell;
use crate::walk::one_by_one;

/// A tree that is there.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// Its name on the page.
    pub(crate) name: &'static str,
    /// Where it is.
    pub(crate) folder: PathBuf,
}

/// The file that changes in `py` and `node`, in the middle of the tree's order.
pub(crate) const CHANGING: &str = "m/changed_by_the_benchmark.txt";

/// What a service in Python brings along.
pub(crate) fn py(workshop: &Workshop) -> Result<Input, Failure> {
    let (key, what) = match workshop.scale {
        Scale::Full => (
            registries::python_key(workshop)?,
            "`pip install` of pinned boto3, pandas, numpy, pydantic, cryptography, requests and what they need, without bytecode",
        ),
        Scale::Small => ("1".to_owned(), "generated"),
    };
    let make = |folder: &Path| match workshop.scale {
        Scale::Full => registries::python(workshop, folder),
        Scale::Small => generated::tree(folder, 1, 300, 12_000),
    };
    with_changing_file(workshop, "py", &key, what, make)
}

/// What a service in Node brings along.
pub(crate) fn node(workshop: &Workshop) -> Result<Input, Failure> {
    let (key, what) = match workshop.scale {
        Scale::Full => {
            (registries::node_key(workshop)?, "`npm ci` of a committed lock: Express, AWS SDK v3 and 25 more")
        }
        Scale::Small => ("1".to_owned(), "generated"),
    };
    let make = |folder: &Path| match workshop.scale {
        Scale::Full => registries::node(workshop, folder),
        Scale::Small => generated::tree(folder, 2, 900, 4_000),
    };
    with_changing_file(workshop, "node", &key, what, make)
}

/// One native program.
pub(crate) fn bootstrap(workshop: &Workshop) -> Result<Input, Failure> {
    let (key, what) = match workshop.scale {
        Scale::Full => ("cargo-lambda 1.9.2", "the program in cargo-lambda's wheel, as `bootstrap`"),
        Scale::Small => ("1", "generated"),
    };
    prepared(workshop, "bootstrap", key, what, |folder| {
        let file = folder.join("bootstrap");
        match workshop.scale {
            Scale::Full => {
                let program = super::peers::cargo_lambda(workshop).map_err(Failure::Unexpected)?;
                std::fs::copy(&program, &file).map(drop).map_err(Failure::file("copying", &program))?;
            }
            Scale::Small => generated::binary(&file, 3, 4_000_000)?,
        }
        make_executable(&file)
    })
}

/// As much as Lambda takes, unzipped.
pub(crate) fn large(workshop: &Workshop) -> Result<Input, Failure> {
    let (py, bootstrap) = (py(workshop)?, bootstrap(workshop)?);
    let bytes = match workshop.scale {
        Scale::Full => 250_000_000,
        Scale::Small => 10_000_000,
    };
    let key = format!("{bytes} {}", key_of(&py.folder)?);
    let what = "`py`, and copies of `bootstrap` until it is 250 MB (10 MB at the small scale)";
    prepared(workshop, "large", &key, what, |folder| large::fill(folder, &py.folder, &bootstrap.folder, bytes))
}

/// Many functions in one repository.
pub(crate) fn mono(workshop: &Workshop) -> Result<Input, Failure> {
    let functions = match workshop.scale {
        Scale::Full => 1000,
        Scale::Small => 20,
    };
    let what = "generated: a git repository of folders with 20 files each, every folder a function in shipway.toml";
    prepared(workshop, "mono", &format!("2 {functions}"), what, |folder| many_functions::make(folder, functions))
}

/// The file that changes, with a content that differs for each number, in size too.
pub(crate) fn change(input: &Input, number: u64) -> Result<(), Failure> {
    let file = input.folder.join(CHANGING);
    let text = format!("{}{}\n", "changed ".repeat(2_500 + usize::try_from(number % 1_000).unwrap_or(0)), number);
    std::fs::write(&file, text).map_err(Failure::file("writing", &file))
}

fn with_changing_file(
    workshop: &Workshop,
    name: &'static str,
    key: &str,
    what: &str,
    make: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<Input, Failure> {
    let input = prepared(workshop, name, key, what, |folder| {
        make(folder)?;
        let file = folder.join(CHANGING);
        let parent = file.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(Failure::file("creating", parent))
    })?;
    // Whatever the last run left there.
    change(&input, 0)?;
    Ok(input)
}

/// Makes the input unless it is there already, and reads it.
fn prepared(
    workshop: &Workshop,
    name: &'static str,
    key: &str,
    what: &str,
    make: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<Input, Failure> {
    let scale = match workshop.scale {
        Scale::Full => "full",
        Scale::Small => "small",
    };
    let folder = workshop.work.join("inputs").join(scale).join(name);
    let stamp = folder.with_extension("made");
    if !std::fs::read_to_string(&stamp).is_ok_and(|there| there == key) {
        tell(format!("   making the input {name}"));
        remove(&folder)?;
        std::fs::create_dir_all(&folder).map_err(Failure::file("creating", &folder))?;
        make(&folder)?;
        std::fs::write(&stamp, key).map_err(Failure::file("writing", &stamp))?;
    }
    read_all(&folder)?;
    let seen = one_by_one(&folder)?;
    workshop.uses(&InputFacts { name: name.to_owned(), what: what.to_owned(), files: seen.files, bytes: seen.bytes });
    Ok(Input { name, folder })
}

fn key_of(folder: &Path) -> Result<String, Failure> {
    let stamp = folder.with_extension("made");
    std::fs::read_to_string(&stamp).map_err(Failure::file("reading", &stamp))
}

/// Reads every file, so that none is read from the disk later.
fn read_all(folder: &Path) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder).map_err(Failure::file("reading", folder))? {
        let entry = entry.map_err(Failure::file("reading", folder))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(Failure::file("looking at", folder))?);
        if kind.is_dir() {
            read_all(&path)?;
        } else if kind.is_file() {
            let mut file = std::fs::File::open(&path).map_err(Failure::file("opening", &path))?;
            std::io::copy(&mut file, &mut std::io::sink()).map_err(Failure::file("reading", &path))?;
        }
    }
    Ok(())
}

fn make_executable(file: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).map_err(Failure::file("changing", file))
}
