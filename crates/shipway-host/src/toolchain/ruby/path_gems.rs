//! Gems that the Gemfile names by path, put where Ruby finds gems without Bundler: their files, and a specification.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use shipway_engine::ports::BuildFailure;

use super::lock::{Lock, PathGem};
use super::{Ruby, input};
use crate::failure;
use crate::toolchain::job::Job;

/// Says version, folders on the load path and whether there is something to compile, and writes the specification.
/// Whole lines, so that nothing a gemspec prints is taken for an answer by accident.
const DESCRIBE: &str = "\
spec = Gem::Specification.load(ARGV[0]) or abort \"#{ARGV[0]} cannot be read\"
native = !spec.extensions.empty?
spec.files = []
spec.extensions = []
puts \"shipway version #{spec.version}\", \"shipway native #{native}\"
spec.require_paths.each { |path| puts \"shipway path #{path}\" }
puts \"shipway specification\", spec.to_ruby
";

/// Installs every gem by path into the folder of gems.
pub(super) async fn install(
    job: &Job<'_>,
    home: &str,
    lock: &Lock,
    ruby: &Ruby,
    gems: &Path,
    environment: &BTreeMap<OsString, OsString>,
) -> Result<(), BuildFailure> {
    for gem in &lock.paths {
        one(job, home, gem, ruby, gems, environment).await?;
    }
    Ok(())
}

async fn one(
    job: &Job<'_>,
    home: &str,
    gem: &PathGem,
    ruby: &Ruby,
    gems: &Path,
    environment: &BTreeMap<OsString, OsString>,
) -> Result<(), BuildFailure> {
    let missing = || {
        failure::input(
            format!("the gem `{}` is not in `{}`, which is not among the function's inputs", gem.name, gem.folder),
            &["a gem by path must lie in the project, with its gemspec in its folder"],
        )
    };
    let folder = input(job, home, &gem.folder).ok_or_else(missing)?;
    let specification = folder.join(format!("{}.gemspec", gem.name));
    if !specification.is_file() {
        return Err(missing());
    }
    let arguments: [OsString; 3] = ["-e".into(), DESCRIBE.into(), specification.into()];
    let said = job.run_with(&ruby.program, arguments, environment).await?.0;
    let (facts, text) = said.split_once("shipway specification\n").unwrap_or_default();
    let fact = |name: &str| {
        facts.lines().filter_map(|line| line.strip_prefix(&format!("shipway {name} "))).collect::<Vec<_>>()
    };
    if fact("native") == ["true"] {
        return Err(failure::input(
            format!(
                "the gem `{}` in `{}` has an extension to compile, which is done for packed gems alone",
                gem.name, gem.folder
            ),
            &["pack it (`gem build`) into vendor/cache and name it by its version"],
        ));
    }
    let version = fact("version").pop().unwrap_or_default().to_owned();
    let target = gems.join("gems").join(format!("{}-{version}", gem.name));
    let copied = if folder == job.folder() {
        // The function is the gem: its own files are at the package's root already.
        fact("path").into_iter().try_for_each(|path| copy(&folder.join(path), &target.join(path)))
    } else {
        copy(&folder, &target)
    };
    copied
        .and_then(|()| fs::create_dir_all(gems.join("specifications")))
        .and_then(|()| fs::write(gems.join(format!("specifications/{}-{version}.gemspec", gem.name)), text))
        .map_err(|error| failure::io("install a gem from", &folder, &error))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            // With its mode.
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
