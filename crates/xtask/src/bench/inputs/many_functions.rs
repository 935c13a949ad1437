//! A repository with very many functions.

use std::fmt::Write as _;
use std::path::Path;

use super::generated::text;
use crate::bench::measuring::Invocation;
use crate::failure::Failure;

const FILES: u64 = 20;
const BYTES: usize = 5_300;

/// The name of the function with this number.
pub(crate) fn function_name(number: u64) -> String {
    format!("function-{number:04}")
}

/// Writes and commits it.
pub(super) fn make(folder: &Path, functions: u64) -> Result<(), Failure> {
    let mut configuration = "[project]\nname = \"mono\"\n\n[environments.local]\nprovider = \"local\"\n".to_owned();
    for number in 0..functions {
        let name = function_name(number);
        let home = folder.join("functions").join(&name);
        std::fs::create_dir_all(&home).map_err(Failure::file("creating", &home))?;
        for file in 0..FILES {
            let path = home.join(if file == 0 { "app.py".to_owned() } else { format!("part{file:02}.py") });
            let body = text(number * FILES + file, BYTES);
            let comment = body.replace('\n', "\n# ");
            let source = format!("def handler(event, context):\n    return {file}\n\n\n# {}\n", comment.trim_end());
            std::fs::write(&path, source).map_err(Failure::file("writing", &path))?;
        }
        write!(
            configuration,
            "\n[functions.{name}]\npath = \"functions/{name}\"\nruntime = \"python3.13\"\nhandler = \"app.handler\"\n"
        )
        .expect("writing into a text cannot fail");
    }
    let path = folder.join("shipway.toml");
    std::fs::write(&path, configuration).map_err(Failure::file("writing", &path))?;
    commit(folder)
}

/// Makes `folder` a repository with one commit of everything in it.
pub(crate) fn commit(folder: &Path) -> Result<(), Failure> {
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com"];
        Invocation::new("git", folder).args(identity).args(arguments.iter().copied()).run().map(drop)
    };
    git(&["init", "--quiet", "--initial-branch=main"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message=Everything"])
}
