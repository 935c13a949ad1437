//! Rust functions, built by the machine's own Cargo and cargo-zigbuild and by stand-ins for them.

use std::path::Path;
use std::process::Command;

use shipway_core::build::{FunctionBuild, Platform};
use shipway_core::builder::{Builder, RustSettings};
use shipway_core::names::Architecture;
use shipway_engine::ports::{BuildFailure, Fault};
use shipway_host::CallerEnvironment;

use crate::project::{Project, environment, function};
use crate::toolchain::{Workshop, needed, tree, with_only};
use crate::toolchain_go::{AARCH64, X86_64, machine};

fn rust(folder: &str, settings: RustSettings) -> FunctionBuild {
    FunctionBuild {
        builder: Builder::Rust(settings),
        runtime: "provided.al2023".parse().unwrap(),
        handler: "bootstrap".parse().unwrap(),
        platform: Platform::Host,
        ..function(folder)
    }
}

/// A workspace: `api` needs `tax`, which needs a crate from the registry. `unrelated` does not even compile, and
/// `testing` is for tests alone.
const WORKSPACE: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"2\"\nmembers = [\"functions/*\", \"crates/*\"]\n\
         [workspace.package]\nversion = \"1.2.3\"\nedition = \"2021\"\n\
         [workspace.dependencies]\ntax = { path = \"crates/tax\" }\n",
    ),
    ("Cargo.lock", include_str!("rust/Cargo.lock")),
    (".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"configured\"]\n"),
    (
        "functions/api/Cargo.toml",
        "[package]\nname = \"api\"\nversion.workspace = true\nedition.workspace = true\n[features]\nloud = []\n\
         [dependencies]\ntax.workspace = true\n[dev-dependencies]\ntesting = { path = \"../../crates/testing\" }\n",
    ),
    (
        "functions/api/src/main.rs",
        "fn main() {\n    let flags = (cfg!(configured), cfg!(feature = \"loud\"), env!(\"FROM_SCRIPT\"));\n    \
         println!(\"{} {flags:?}\", tax::of(std::env::args().count()));\n}\n",
    ),
    ("functions/api/src/bin/other.rs", "fn main() {}\n"),
    ("functions/api/build.rs", "fn main() {\n    println!(\"cargo:rustc-env=FROM_SCRIPT=script\");\n}\n"),
    ("functions/api/templates/page.html", "<p>page</p>\n"),
    (
        "crates/tax/Cargo.toml",
        "[package]\nname = \"tax\"\nversion.workspace = true\n[dependencies]\nitoa = \"=1.0.19\"\n",
    ),
    (
        "crates/tax/src/lib.rs",
        "pub fn of(net: usize) -> String {\n    let rates = [19, 7];\n    \
         itoa::Buffer::new().format(net * rates[net - 1]).to_owned()\n}\n",
    ),
    ("crates/testing/Cargo.toml", "[package]\nname = \"testing\"\nversion = \"0.1.0\"\n[[bench]]\nname = \"all\"\n"),
    ("crates/testing/src/lib.rs", "this is no Rust\n"),
    (
        "crates/unrelated/Cargo.toml",
        "[package]\nname = \"unrelated\"\nversion = \"0.1.0\"\n[[bin]]\nname = \"one\"\n[dependencies]\ndeep = { path = \"deep\" }\n",
    ),
    ("crates/unrelated/src/bin/one.rs", "this is no Rust\n"),
    ("crates/unrelated/deep/Cargo.toml", "[package]\nname = \"deep\"\nversion = \"0.1.0\"\n[lib]\npath = \"lib.rs\"\n"),
    ("crates/unrelated/deep/lib.rs", "this is no Rust\n"),
];

/// A package in no workspace that depends on a neighbour, and keeps debug information.
const NEIGHBOURS: &[(&str, &str)] = &[
    (
        "functions/api/Cargo.toml",
        "[package]\nname = \"api\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[dependencies]\ntax = { path = \"../../libs/tax\" }\n\
         [profile.release]\ndebug = 1\npanic = \"abort\"\n",
    ),
    (
        "functions/api/Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"api\"\nversion = \"1.0.0\"\ndependencies = [\n \"tax\",\n]\n\n\
         [[package]]\nname = \"tax\"\nversion = \"1.0.0\"\n",
    ),
    ("functions/api/src/main.rs", "fn main() {\n    println!(\"{}\", tax::of(std::env::args().count()));\n}\n"),
    ("libs/tax/Cargo.toml", "[package]\nname = \"tax\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"),
    ("libs/tax/src/lib.rs", "pub fn of(net: usize) -> u32 {\n    let rates = [0, 19, 7];\n    rates[net]\n}\n"),
];

/// The environment with a `cargo` before the real one that takes permissions away from what it makes, lives elsewhere
/// and works alone.
fn otherwise(programs: &Project) -> CallerEnvironment {
    let cargo = needed("cargo");
    let script = format!(
        "#!/bin/sh\numask 077\nexport CARGO_BUILD_JOBS=1 TZ=Asia/Tokyo LANG=de_DE.UTF-8\nexec {} \"$@\"\n",
        cargo.display()
    );
    programs.write_program("cargo", &script);
    before_path(programs.path())
}

/// The environment with a folder of programs before the others.
fn before_path(folder: &Path) -> CallerEnvironment {
    #[expect(clippy::disallowed_methods, reason = "the tests stand in for the command line, which reads it")]
    let path = std::env::var("PATH").unwrap();
    environment().with("PATH", format!("{}:{path}", folder.display()))
}

fn run(program: &Path) -> String {
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn contains(content: &[u8], text: &str) -> bool {
    content.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a_member_of_a_workspace_becomes_the_same_program_anywhere() {
    needed("cargo");
    let programs = Project::new(&[]);
    let settings = RustSettings {
        features: vec!["loud".to_owned()],
        assets: vec!["templates/*.html".to_owned()],
        ..RustSettings::default()
    };
    let order = rust("functions/api", settings);
    let mut trees = Vec::new();
    for environment in [environment(), otherwise(&programs)] {
        // The one project is in git, the other is not; each is in a folder of its own.
        let project = if trees.is_empty() { Project::in_git(WORKSPACE) } else { Project::new(WORKSPACE) };
        let workshop = Workshop::new(&project, environment);
        let built = workshop.build(&order).await.unwrap();
        assert_eq!(built.tools.keys().collect::<Vec<_>>(), ["rustc"]);
        let files = tree(&built.path);
        let modes: Vec<(&str, u32)> = files.iter().map(|(path, (mode, _))| (path.as_str(), *mode)).collect();
        assert_eq!(modes, [("bootstrap", 0o755), ("templates/page.html", 0o644)]);
        assert_eq!(run(&built.path.join("bootstrap")), "19 (true, true, \"script\")");
        let scratch = workshop.scratch.path().to_str().unwrap();
        let paths = [scratch, project.path().to_str().unwrap(), "/registry/src/"];
        let shown: Vec<&&str> = paths.iter().filter(|path| contains(&files["bootstrap"].1, path)).collect();
        assert!(!shown.contains(&&scratch) && !shown.contains(&&paths[1]), "{shown:?}");

        // Again, after a change: dependencies are not compiled again, and the change is seen.
        workshop.lines.borrow_mut().clear();
        project.write("crates/tax/src/lib.rs", &WORKSPACE[9].1.replace("19, 7", "16, 5"));
        let again = workshop.build(&order).await.unwrap();
        assert_eq!(run(&again.path.join("bootstrap")), "16 (true, true, \"script\")");
        let compiled = workshop.lines.borrow().iter().filter(|line| line.contains("Compiling")).count();
        assert_eq!(compiled, 2, "{:?}", workshop.lines.borrow());
        trees.push(files);
    }
    assert!(trees[0] == trees[1]);
}

#[tokio::test]
async fn a_package_with_neighbours_becomes_the_same_program_anywhere() {
    needed("cargo");
    let order = rust("functions/api", RustSettings::default());
    let mut programs = Vec::new();
    for _ in 0..2 {
        let project = Project::new(NEIGHBOURS);
        let workshop = Workshop::new(&project, environment());
        let built = workshop.build(&order).await.unwrap();
        let program = tree(&built.path)["bootstrap"].1.clone();
        assert!(contains(&program, "/project"), "debug information names the sources");
        assert!(!contains(&program, workshop.scratch.path().to_str().unwrap()));
        assert_eq!(run(&built.path.join("bootstrap")), "19");
        programs.push(program);
    }
    assert!(programs[0] == programs[1]);
}

/// cargo-zigbuild and zig, as `tools/test-setup.sh` installs them.
fn with_zigbuild() -> CallerEnvironment {
    let programs = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("test-python/bin");
    assert!(programs.join("cargo-zigbuild").is_file(), "the tests need cargo-zigbuild: run tools/test-setup.sh");
    before_path(&programs.canonicalize().unwrap())
}

/// The newest glibc that a program names.
fn newest_glibc(program: &[u8]) -> u32 {
    let versions = program.windows(11).filter_map(|window| {
        let rest = window.strip_prefix(b"GLIBC_2.")?;
        let digits: String = rest.iter().map(|byte| char::from(*byte)).take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    versions.max().unwrap()
}

#[tokio::test]
async fn another_processor_and_an_older_glibc_are_linked_by_zig() {
    let environment = with_zigbuild();
    let arm = Platform::Lambda { architecture: Architecture::Arm64 };
    let intel = Platform::Lambda { architecture: Architecture::X86_64 };
    let cases = [("provided.al2023", arm, AARCH64, 34), ("provided.al2", intel, X86_64, 26)];
    for (runtime, platform, processor, glibc) in cases {
        let runtime = runtime.parse().unwrap();
        let order = FunctionBuild { runtime, platform, ..rust("functions/api", RustSettings::default()) };
        let mut programs = Vec::new();
        for _ in 0..2 {
            let project = Project::new(NEIGHBOURS);
            let workshop = Workshop::new(&project, environment.clone());
            let built = workshop.build(&order).await.unwrap_or_else(|failure| panic!("{failure:?}"));
            assert_eq!(built.tools.keys().collect::<Vec<_>>(), ["cargo-zigbuild", "rustc"]);
            assert_eq!(built.warnings, Vec::<String>::new());
            programs.push(tree(&built.path)["bootstrap"].1.clone());
        }
        assert!(programs[0] == programs[1], "{runtime}", runtime = order.runtime);
        assert_eq!(machine(&programs[0]), processor);
        assert!(newest_glibc(&programs[0]) <= glibc, "{}", newest_glibc(&programs[0]));
    }
}

async fn refused(files: &[(&str, &str)], settings: RustSettings) -> BuildFailure {
    let project = Project::new(files);
    let failure = Workshop::new(&project, environment()).build(&rust("f", settings)).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input, "{failure:?}");
    assert!(!failure.hints.is_empty());
    failure
}

#[tokio::test]
async fn what_cannot_be_built_is_named() {
    needed("cargo");
    let manifest = ("f/Cargo.toml", "[package]\nname = \"f\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    let lock = ("f/Cargo.lock", "version = 4\n\n[[package]]\nname = \"f\"\nversion = \"0.1.0\"\n");
    let program = ("f/src/main.rs", "fn main() {}\n");
    let (one, two) = (("f/src/bin/one.rs", program.1), ("f/src/bin/two.rs", program.1));
    let binary = |name: &str| RustSettings { binary: Some(name.to_owned()), ..RustSettings::default() };
    let none = RustSettings::default;
    for (files, settings, expected) in [
        (vec![program], none(), "there is no Cargo.toml in `f`, the folder of `orders`"),
        (vec![manifest, program], none(), "there is no Cargo.lock in `f`, or git ignores it"),
        (vec![manifest, lock, ("f/src/lib.rs", "")], none(), "the package of `f/Cargo.toml` has no binary target"),
        (vec![manifest, lock, one, two], none(), "`f/Cargo.toml` has several binary targets: `one`, `two`"),
        (vec![manifest, lock, one], binary("three"), "`f/Cargo.toml` has no binary target `three`; there are `one`"),
    ] {
        let failure = refused(&files, settings).await;
        assert!(failure.message.contains(expected), "{}", failure.message);
    }
    let feature = RustSettings { features: vec!["none".to_owned()], ..RustSettings::default() };
    let failure = refused(&[manifest, lock, program], feature).await;
    assert!(failure.output.unwrap().contains("none"));
    assert!(failure.hints[0].contains("correct `features`"), "{:?}", failure.hints);
    let other = ("f/Cargo.lock", "version = 4\n\n[[package]]\nname = \"g\"\nversion = \"0.1.0\"\n");
    let failure = refused(&[manifest, other, program], none()).await;
    assert!(failure.hints[0].contains("commit Cargo.lock"), "{:?}", failure.hints);
    let outside =
        ("f/Cargo.toml", "[package]\nname = \"f\"\nversion = \"0.1.0\"\n[dependencies]\ng = { path = \"../../g\" }\n");
    let failure = refused(&[outside, lock, program], none()).await;
    assert!(failure.hints[0].contains("must lie in the project's folder"), "{failure:?}");
}

/// Stand-ins: `rustc` that runs on x86_64, `cargo` that finds one binary and then says `text` and fails.
fn stand_ins(text: &str) -> Project {
    let programs = Project::new(&[]);
    let rustc = "#!/bin/sh\n[ $1 = --print ] && echo /sysroot && exit\necho 'release: 1.0.0'\necho 'host: x86_64-unknown-linux-gnu'\n";
    programs.write_program("rustc", rustc);
    let metadata = "{\\\"workspace_root\\\":\\\"$PWD\\\",\\\"packages\\\":[{\\\"name\\\":\\\"f\\\",\\\"manifest_path\\\":\\\"$PWD/Cargo.toml\\\",\
                    \\\"targets\\\":[{\\\"name\\\":\\\"f\\\",\\\"kind\\\":[\\\"bin\\\"]}]}]}";
    let cargo = format!(
        "#!/bin/sh\n[ $1 = metadata ] && echo \"{metadata}\" && exit\necho \"$@\" >&2\necho flags: $CARGO_ENCODED_RUSTFLAGS $RUSTFLAGS $CARGO_PROFILE_RELEASE_LTO >&2\necho '{text}' >&2\nexit 1\n"
    );
    programs.write_program("cargo", &cargo);
    programs
}

const STAND_IN: &[(&str, &str)] =
    &[("f/Cargo.toml", "[package]\nname = \"f\"\n"), ("f/Cargo.lock", ""), ("f/src/main.rs", "")];

#[tokio::test]
async fn failures_that_have_nothing_to_do_with_the_code_are_explained() {
    let project = Project::new(STAND_IN);
    for (text, expected) in [
        ("the target may not be installed", "rustup target add x86_64-unknown-linux-gnu"),
        ("Error: Failed to find zig", "pip install ziglang"),
        ("error: linker `cc` not found", "apt install gcc"),
    ] {
        let programs = stand_ins(text);
        let failure = Workshop::new(&project, with_only(&programs)).build(&rust("f", RustSettings::default())).await;
        let failure = failure.unwrap_err();
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.hints.iter().any(|hint| hint.contains(expected)), "{failure:?}");
    }
    let nothing = Project::new(&[]);
    let failure = Workshop::new(&project, with_only(&nothing)).build(&rust("f", RustSettings::default())).await;
    assert_eq!(failure.unwrap_err().message, "`cargo` is needed to build `orders`, and is not on PATH");
}

#[tokio::test]
async fn the_way_to_build_goes_by_the_platform_and_what_is_there() {
    let project = Project::new(STAND_IN);
    let programs = stand_ins("stop");
    let build = async |platform, environment, variables: &[&str]| {
        let workshop = Workshop::new(&project, environment);
        let variables = variables.iter().map(ToString::to_string).collect();
        let order = FunctionBuild { platform, variables, ..rust("f", RustSettings::default()) };
        let failure = workshop.build(&order).await.unwrap_err();
        (failure, workshop.lines.borrow().join("\n"))
    };
    let arm = Platform::Lambda { architecture: Architecture::Arm64 };
    let intel = Platform::Lambda { architecture: Architecture::X86_64 };
    let caller = with_only(&programs).with("RUSTFLAGS", "mine").with("CARGO_PROFILE_RELEASE_LTO", "fat");
    let (_, said) = build(intel, caller.clone(), &[]).await;
    assert!(said.contains("build --locked --release --bin f --manifest-path"), "{said}");
    assert!(said.contains("--target x86_64-unknown-linux-gnu --target-dir"), "{said}");
    assert!(said.contains("flags:\n"), "the caller's flags are no input: {said}");
    let (_, said) = build(intel, caller.clone(), &["RUSTFLAGS", "CARGO_PROFILE_RELEASE_LTO"]).await;
    assert!(said.contains("flags: mine\u{1f}--remap-path-prefix=") && said.ends_with(" fat\nstop"), "{said}");
    assert!(!said.contains("--config"), "{said}");
    let (failure, _) = build(arm, caller.clone(), &[]).await;
    assert_eq!(failure.fault, Fault::Input);
    assert_eq!(
        failure.message,
        "`orders` is for arm64, this machine is x86_64-unknown-linux-gnu, and cargo-zigbuild is not on PATH"
    );
    assert!(failure.hints[0].contains("pip install cargo-zigbuild ziglang"));
    let linker = caller.clone().with("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", "/usr/bin/aarch64-linux-gnu-gcc");
    let (_, said) = build(arm, linker, &[]).await;
    assert!(
        said.contains("build --locked") && said.contains("--target aarch64-unknown-linux-gnu --target-dir"),
        "{said}"
    );
    programs.write_program("cargo-zigbuild", "#!/bin/sh\n");
    let (_, said) = build(arm, caller.clone(), &[]).await;
    assert!(said.contains("zigbuild --locked") && said.contains("--target aarch64-unknown-linux-gnu.2.34 "), "{said}");
    let (_, said) = build(Platform::Host, caller, &[]).await;
    assert!(said.contains("build --locked") && !said.contains("2.34"), "{said}");
}
