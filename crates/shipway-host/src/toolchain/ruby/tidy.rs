//! Takes out of installed gems what nobody needs at run time, or what tells where, when and by what they were installed.

use std::fs;
use std::io;
use std::path::Path;

use super::absent;

/// Beside the gems: archives, notes of the installation, documentation, programs whose first line names this machine's
/// Ruby, and plug-ins of the `gem` command.
const FOLDERS: [&str; 5] = ["cache", "build_info", "doc", "bin", "plugins"];

/// What compiling an extension leaves in its folder.
const LEFTOVERS: [&str; 3] = ["Makefile", "mkmf.log", "gem_make.out"];

/// Tidies a folder of gems, `vendor/bundle/ruby/X.Y.0`, if it is there.
pub(super) fn gems(folder: &Path) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for name in FOLDERS {
        fs::remove_dir_all(folder.join(name)).or_else(absent)?;
    }
    for name in ["gems", "extensions", "bundler"] {
        leftovers(&folder.join(name))?;
    }
    specifications(&folder.join("specifications"))?;
    empty_folders(folder)
}

fn leftovers(folder: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if name == ".git" || name == ".gem" {
                fs::remove_dir_all(&path)?;
            } else {
                leftovers(&path)?;
            }
        } else if LEFTOVERS.iter().any(|leftover| name == *leftover) || path.extension().is_some_and(|end| end == "o") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The version of RubyGems that installed a gem is no part of the gem.
fn specifications(folder: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if !path.is_file() {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        fs::write(&path, without_installer(&text))?;
    }
    Ok(())
}

fn without_installer(text: &str) -> String {
    let varies = |line: &str| {
        let line = line.trim_start();
        line.starts_with("s.installed_by_version") || line.starts_with("s.rubygems_version")
    };
    text.split_inclusive('\n').filter(|line| !varies(line)).collect()
}

/// An empty folder is no part of a package, but a list of what is there would show it.
fn empty_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            empty_folders(&entry.path())?;
            match fs::remove_dir(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_of_the_installation_goes() {
        let folder = tempfile::tempdir().unwrap();
        let specification = "Gem::Specification.new do |s|\n  s.name = \"a\"\n  s.rubygems_version = \"3.3.15\".freeze\n\n  \
                             s.installed_by_version = \"3.3.15\" if s.respond_to? :installed_by_version\nend\n";
        for (path, text) in [
            ("cache/a-1.gem", ""),
            ("bin/a", "#!/usr/bin/ruby3.1\n"),
            ("extensions/x/3.1.0/a-1/gem_make.out", "/tmp/x"),
            ("extensions/x/3.1.0/a-1/a.so", "x"),
            ("gems/a-1/ext/a/Makefile", "/tmp/x"),
            ("gems/a-1/ext/a/a.o", "x"),
            ("gems/a-1/lib/a.rb", "x"),
            ("specifications/a-1.gemspec", specification),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        gems(folder.path()).unwrap();
        assert!(
            ["extensions/x/3.1.0/a-1/a.so", "gems/a-1/lib/a.rb"].iter().all(|path| folder.path().join(path).is_file())
        );
        for path in ["cache", "bin", "extensions/x/3.1.0/a-1/gem_make.out", "gems/a-1/ext"] {
            assert!(!folder.path().join(path).exists(), "{path}");
        }
        let left = fs::read_to_string(folder.path().join("specifications/a-1.gemspec")).unwrap();
        assert_eq!(left, "Gem::Specification.new do |s|\n  s.name = \"a\"\n\nend\n");
    }
}
