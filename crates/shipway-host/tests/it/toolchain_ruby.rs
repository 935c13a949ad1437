//! Ruby functions, built by the machine's own Bundler.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use shipway_core::build::{FunctionBuild, Platform};
use shipway_core::builder::Builder;
use shipway_core::names::Architecture;
use shipway_engine::ports::Fault;

use crate::project::{Project, environment, function};
use crate::toolchain::{Workshop, needed, tree, with_only};
use crate::toolchain_java::{age, with_umask};

/// One gem in Ruby alone, in the cache; one by path; one that would have to be fetched, for development alone.
const PURE_GEMFILE: &str = "source 'https://rubygems.org'\ngem 'words'\ngem 'money', path: '../../libs/money'\n\
                            group(:development) { gem 'only-in-development' }\n";
const PURE_LOCK: &str = "PATH\n  remote: ../../libs/money\n  specs:\n    money (0.1.0)\n      words\n\n\
                         GEM\n  remote: https://rubygems.org/\n  specs:\n    only-in-development (1.0.0)\n    words (1.0.0)\n\n\
                         PLATFORMS\n  ruby\n\nDEPENDENCIES\n  money!\n  only-in-development\n  words\n";

const NATIVE_GEMFILE: &str = "source 'https://rubygems.org'\ngem 'fast'\n";
const NATIVE_LOCK: &str = "GEM\n  remote: https://rubygems.org/\n  specs:\n    fast (1.0.0)\n\nPLATFORMS\n  ruby\n\n\
                           DEPENDENCIES\n  fast\n";

fn gemspec(name: &str, version: &str, further: &str) -> String {
    format!(
        "Gem::Specification.new do |s|\n  s.name = '{name}'\n  s.version = '{version}'\n  s.summary = 'for a test'\n  \
         s.authors = ['us']\n  s.files = Dir['lib/**/*'] + Dir['ext/**/*'] + Dir['bin/*']\n  {further}\nend\n"
    )
}

/// Packs a gem into a project's cache.
fn vendor(project: &Project, name: &str, further: &str, files: &[(&str, &str)]) {
    let source = Project::new(files);
    source.write(&format!("{name}.gemspec"), &gemspec(name, "1.0.0", further));
    let cache = project.file("functions/api/vendor/cache");
    fs::create_dir_all(&cache).unwrap();
    let output = Command::new(needed("gem"))
        .args(["build", "--quiet", "--force", &format!("{name}.gemspec"), "-o"])
        .arg(cache.join(format!("{name}-1.0.0.gem")))
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .current_dir(source.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn pure_project() -> Project {
    let project = Project::new(&[
        ("functions/api/app.rb", "def handler(event:, context:) = 1\n"),
        ("functions/api/Gemfile", PURE_GEMFILE),
        ("functions/api/Gemfile.lock", PURE_LOCK),
        ("libs/money/money.gemspec", &gemspec("money", "0.1.0", "s.add_dependency 'words'")),
        ("libs/money/lib/money.rb", "MONEY = 1\n"),
    ]);
    let program = ("bin/words", "#!/usr/bin/env ruby\n");
    vendor(&project, "words", "s.executables = ['words']", &[("lib/words.rb", "WORDS = 1\n"), program]);
    project
}

fn native_project() -> Project {
    let project = Project::new(&[
        ("functions/api/app.rb", "require 'fast'\n"),
        ("functions/api/Gemfile", NATIVE_GEMFILE),
        ("functions/api/Gemfile.lock", NATIVE_LOCK),
    ]);
    let c = "#include <ruby.h>\nstatic VALUE fast(VALUE self) { return INT2FIX(42); }\n\
             void Init_fast(void) { rb_define_global_function(\"fast\", fast, 0); }\n";
    let files = [("ext/fast/extconf.rb", "require 'mkmf'\ncreate_makefile 'fast'\n"), ("ext/fast/fast.c", c)];
    vendor(&project, "fast", "s.extensions = ['ext/fast/extconf.rb']", &files);
    project
}

fn ruby(platform: Platform, runtime: &str) -> FunctionBuild {
    FunctionBuild {
        builder: Builder::Ruby,
        runtime: runtime.parse().unwrap(),
        handler: "app.handler".parse().unwrap(),
        platform,
        ..function("functions/api")
    }
}

/// `3.1` where Ruby 3.1.2 is installed.
fn installed() -> String {
    let output = Command::new(needed("ruby")).args(["-e", "puts RUBY_VERSION[/\\d+\\.\\d+/]"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn here() -> Platform {
    let architecture = if std::env::consts::ARCH == "aarch64" { Architecture::Arm64 } else { Architecture::X86_64 };
    Platform::Lambda { architecture }
}

/// Contents by path. Modes are the packager's affair, but for who may execute.
fn contents(folder: &Path) -> BTreeMap<String, (bool, Vec<u8>)> {
    tree(folder).into_iter().map(|(path, (mode, content))| (path, (mode & 0o100 != 0, content))).collect()
}

#[tokio::test]
async fn gems_of_the_cache_and_by_path_are_installed_and_twice_the_same() {
    needed("bundle");
    let (one, two, programs) = (pure_project(), pure_project(), Project::new(&[]));
    age(&two);
    let before = tree(one.path());
    let runtime = format!("ruby{}", installed());
    let workshop = Workshop::new(&one, environment());
    let built = workshop.build(&ruby(here(), &runtime)).await.unwrap();
    let files = contents(&built.path);
    let gems = format!("vendor/bundle/ruby/{}.0", installed());
    let expected = [
        ".bundle/config".to_owned(),
        "Gemfile".to_owned(),
        "Gemfile.lock".to_owned(),
        "app.rb".to_owned(),
        format!("{gems}/gems/money-0.1.0/lib/money.rb"),
        format!("{gems}/gems/money-0.1.0/money.gemspec"),
        format!("{gems}/gems/words-1.0.0/bin/words"),
        format!("{gems}/gems/words-1.0.0/lib/words.rb"),
        format!("{gems}/specifications/money-0.1.0.gemspec"),
        format!("{gems}/specifications/words-1.0.0.gemspec"),
    ];
    assert_eq!(files.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    assert_eq!(built.dependencies, ["vendor/bundle"]);
    assert_eq!(built.warnings, Vec::<String>::new());
    assert_eq!(built.tools.keys().collect::<Vec<_>>(), ["bundler", "ruby"]);
    assert_eq!(tree(one.path()), before, "the user's tree is left alone");

    // Ruby finds them as it does on Lambda, without Bundler.
    let folder = built.path.join(&gems);
    let output = Command::new(needed("ruby"))
        .args(["-e", "require 'words'; require 'money'; puts WORDS + MONEY"])
        .env("GEM_PATH", &folder)
        .env("GEM_HOME", &folder)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2\n", "{}", String::from_utf8_lossy(&output.stderr));

    let other = Workshop::new(&two, with_umask(&["bundle", "ruby"], &programs));
    let again = other.build(&ruby(here(), &runtime)).await.unwrap();
    assert_eq!(contents(&again.path), files, "elsewhere, later, with another umask");

    // Nothing native: they fit every Ruby, and lie where its own are looked for.
    let newer = workshop.build(&ruby(here(), "ruby9.9")).await.unwrap();
    assert!(newer.path.join("vendor/bundle/ruby/9.9.0/gems/words-1.0.0/lib/words.rb").is_file());
    assert!(
        newer.warnings[0].ends_with("the function asks for Ruby 9.9; none has native code"),
        "{:?}",
        newer.warnings
    );
}

#[tokio::test]
async fn native_gems_are_the_same_wherever_they_are_compiled_and_fit_one_ruby_and_machine() {
    needed("bundle");
    let runtime = format!("ruby{}", installed());
    let mut trees = Vec::new();
    for project in [native_project(), native_project()] {
        let workshop = Workshop::new(&project, environment());
        let built = workshop.build(&ruby(here(), &runtime)).await.unwrap();
        assert_eq!(built.warnings, Vec::<String>::new());
        trees.push(contents(&built.path));
    }
    assert!(trees[0].keys().any(|path| path.ends_with("/fast.so")), "{:?}", trees[0].keys());
    assert_eq!(trees[0], trees[1]);
    let other = match here() {
        Platform::Lambda { architecture: Architecture::X86_64 } => Architecture::Arm64,
        _ => Architecture::X86_64,
    };
    let project = native_project();
    let workshop = Workshop::new(&project, environment());
    for (platform, runtime) in [(here(), "ruby9.9"), (Platform::Lambda { architecture: other }, runtime.as_str())] {
        let failure = workshop.build(&ruby(platform, runtime)).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.message.contains("fast.so` is native code for Ruby"), "{}", failure.message);
    }
    workshop.build(&ruby(Platform::Host, "ruby9.9")).await.unwrap();
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let nothing = Project::new(&[]);
    let with_lock = [("functions/api/Gemfile", NATIVE_GEMFILE), ("functions/api/Gemfile.lock", NATIVE_LOCK)];
    for (files, expected) in [
        (&with_lock[..], "`bundle` is needed to build `orders`, and is not on PATH"),
        (&with_lock[..1], "`functions/api/Gemfile` has no Gemfile.lock"),
        (&[("functions/api/gems.rb", "")][..], "`functions/api/gems.rb` is not read"),
    ] {
        let project = Project::new(files);
        let failure = Workshop::new(&project, with_only(&nothing)).build(&ruby(here(), "ruby3.4")).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.message.contains(expected), "{}", failure.message);
        assert!(!failure.hints.is_empty());
    }
    let project = Project::new(&[("functions/api/app.rb", "")]);
    let workshop = Workshop::new(&project, with_only(&nothing));
    let built = workshop.build(&ruby(here(), "ruby3.4")).await.unwrap();
    assert_eq!(tree(&built.path).len(), 1, "without a Gemfile no tool is needed");
}

#[tokio::test]
async fn a_cache_that_lacks_a_gem_is_the_users_to_mend() {
    needed("bundle");
    let project = native_project();
    fs::remove_file(project.file("functions/api/vendor/cache/fast-1.0.0.gem")).unwrap();
    vendor(&project, "words", "", &[("lib/words.rb", "")]);
    let failure = Workshop::new(&project, environment()).build(&ruby(here(), "ruby3.4")).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input, "{failure:?}");
    assert!(failure.hints.iter().any(|hint| hint.contains("run `bundle cache`")), "{failure:?}");
}
