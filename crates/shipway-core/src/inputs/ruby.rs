//! Ruby: gems by path, and the Gemfile, lock file and vendored gems of a folder above.

use std::collections::BTreeSet;

use super::{Project, join, upwards, within};
use crate::build::FunctionBuild;

const GEMFILE: &str = "Gemfile";
const LOCK: &str = "Gemfile.lock";

pub(super) fn find(build: &FunctionBuild, project: &mut Project<'_>) -> BTreeSet<String> {
    beyond(&build.folder, project)
}

fn beyond(folder: &str, project: &mut Project<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let holds = |folder: &&str| project.files.contains(&join(folder, GEMFILE));
    let Some(home) = upwards(folder).find(holds) else { return found };
    for name in [GEMFILE, LOCK, ".ruby-version", ".tool-versions"] {
        found.extend(Some(join(home, name)).filter(|file| project.files.contains(file)));
    }
    found.extend(project.below(&join(home, "vendor/cache")).cloned());
    // The lock file tells exactly; without it the build fails anyway.
    let lock = project.text(&join(home, LOCK)).unwrap_or_default();
    for gem in path_remotes(&lock).filter_map(|path| within(home, path)).filter(|gem| gem != home) {
        found.extend(project.below(&gem).cloned());
    }
    let inside = join(folder, "");
    found.retain(|path| folder.is_empty() || !path.starts_with(&inside));
    found
}

/// The folders of a lock file's PATH sections.
fn path_remotes(lock: &str) -> impl Iterator<Item = &str> {
    let mut in_path = false;
    lock.lines().filter_map(move |line| {
        if !line.starts_with(' ') {
            in_path = line.trim_end() == "PATH";
        }
        line.strip_prefix("  remote: ").filter(|_| in_path).map(str::trim)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let names: BTreeSet<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        beyond("functions/api", &mut Project::new(&names, &mut read)).into_iter().collect()
    }

    #[test]
    fn gems_by_path_and_a_gemfile_above_are_inputs() {
        let lock = "PATH\n  remote: libs/money\n  specs:\n    money (1.0)\n\nGEM\n  remote: libs/other\n  specs:\n";
        let files = [
            ("Gemfile", ""),
            ("Gemfile.lock", lock),
            ("vendor/cache/mustache-1.1.1.gem", ""),
            ("functions/api/app.rb", ""),
            ("libs/money/money.gemspec", ""),
            ("libs/money/lib/money.rb", ""),
            ("libs/other/other.gemspec", ""),
        ];
        let expected = [
            "Gemfile",
            "Gemfile.lock",
            "libs/money/lib/money.rb",
            "libs/money/money.gemspec",
            "vendor/cache/mustache-1.1.1.gem",
        ];
        assert_eq!(found(&files), expected);
    }

    #[test]
    fn a_gemfile_of_its_own_hides_the_one_above() {
        let lock = "PATH\n  remote: ../../libs/money\n  specs:\n    money (1.0)\n";
        let files = [
            ("Gemfile", ""),
            ("functions/api/Gemfile", ""),
            ("functions/api/Gemfile.lock", lock),
            ("libs/money/money.gemspec", ""),
        ];
        assert_eq!(found(&files), ["libs/money/money.gemspec"]);
    }
}
