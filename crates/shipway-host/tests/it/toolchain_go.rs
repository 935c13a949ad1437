//! Go functions, built by the machine's own `go` and by stand-ins for it.

use shipway_core::build::{FunctionBuild, Platform};
use shipway_core::builder::{Builder, GoSettings};
use shipway_core::names::Architecture;
use shipway_engine::ports::{BuildFailure, Fault};
use shipway_host::CallerEnvironment;

use crate::project::{Project, environment, function};
use crate::toolchain::{Workshop, needed, tree, with_only};

fn go(folder: &str, settings: GoSettings) -> FunctionBuild {
    FunctionBuild {
        builder: Builder::Go(settings),
        runtime: "provided.al2023".parse().unwrap(),
        handler: "bootstrap".parse().unwrap(),
        ..function(folder)
    }
}

/// A module whose packages fit into each other across folders, and one that does not even compile.
const MODULE: &[(&str, &str)] = &[
    ("go.mod", "module example.com/shop\n\ngo 1.21\n"),
    (
        "functions/api/main.go",
        "package main\n\nimport \"example.com/shop/internal/tax\"\n\nfunc main() {\n\tprintln(tax.Of(100), tax.Table)\n}\n",
    ),
    ("functions/api/templates/page.html", "<p>page</p>\n"),
    ("functions/api/templates/mail/text.txt", "mail\n"),
    ("functions/api/README.md", "about\n"),
    (
        "internal/tax/tax.go",
        "package tax\n\nimport _ \"embed\"\n\n//go:embed data/rates.csv\nvar Table string\n\nfunc Of(net int) int {\n\treturn net * 19 / 100\n}\n",
    ),
    ("internal/tax/data/rates.csv", "19\n"),
    ("internal/tax/tax_test.go", "package tax\n\nimport \"example.com/shop/internal/broken\"\n"),
    ("internal/broken/broken.go", "package broken\n\nthis is no Go\n"),
];

/// The environment with a `go` before the real one that takes permissions away from what it makes, lives elsewhere and
/// works alone.
fn otherwise(programs: &Project) -> CallerEnvironment {
    let go = needed("go");
    let script = format!(
        "#!/bin/sh\numask 077\nexport GOMAXPROCS=1 TZ=Asia/Tokyo LANG=de_DE.UTF-8\nexec {} \"$@\"\n",
        go.display()
    );
    programs.write_program("go", &script);
    let path = format!("{}:/usr/bin:/bin", programs.path().display());
    environment().with("PATH", path)
}

/// The processor that a program is for. Source: ELF, `e_machine`.
pub(crate) fn machine(program: &[u8]) -> u16 {
    assert_eq!(&program[..4], b"\x7fELF");
    u16::from_le_bytes([program[18], program[19]])
}

pub(crate) const X86_64: u16 = 0x3e;
pub(crate) const AARCH64: u16 = 0xb7;

#[tokio::test]
async fn a_package_of_a_module_becomes_the_same_program_anywhere() {
    needed("go");
    let programs = Project::new(&[]);
    let assets = vec!["templates".to_owned(), "*.md".to_owned()];
    for (architecture, expected) in [(Architecture::X86_64, X86_64), (Architecture::Arm64, AARCH64)] {
        let mut trees = Vec::new();
        // For one of them with a cache of its own too: that compiles Go's own packages again.
        let other = match architecture {
            Architecture::X86_64 => otherwise(&programs).with("GOCACHE", programs.file("cache")),
            Architecture::Arm64 => otherwise(&programs),
        };
        for environment in [environment(), other] {
            // The one project is in git, the other is not; each is in a folder of its own.
            let project = if trees.is_empty() { Project::in_git(MODULE) } else { Project::new(MODULE) };
            let workshop = Workshop::new(&project, environment);
            let settings = GoSettings { assets: assets.clone(), ..GoSettings::default() };
            let order = FunctionBuild { platform: Platform::Lambda { architecture }, ..go("functions/api", settings) };
            let built = workshop.build(&order).await.unwrap();
            assert_eq!((built.warnings.len(), built.tools.keys().collect::<Vec<_>>()), (0, vec![&"go".to_owned()]));
            trees.push(tree(&built.path));
        }
        let files: Vec<(&str, u32)> = trees[0].iter().map(|(path, (mode, _))| (path.as_str(), *mode)).collect();
        assert_eq!(
            files,
            [
                ("README.md", 0o644),
                ("bootstrap", 0o755),
                ("templates/mail/text.txt", 0o644),
                ("templates/page.html", 0o644)
            ]
        );
        assert!(trees[0] == trees[1], "{architecture}");
        assert_eq!(machine(&trees[0]["bootstrap"].1), expected);
    }
}

#[tokio::test]
async fn workspaces_replaced_modules_and_vendored_ones_are_built() {
    needed("go");
    let main = "package main\n\nimport \"example.com/tax\"\n\nfunc main() {\n\tprintln(tax.Of(100))\n}\n";
    let tax = ("libs/tax/tax.go", "package tax\n\nfunc Of(net int) int {\n\treturn net * 19 / 100\n}\n");
    let tax_module = ("libs/tax/go.mod", "module example.com/tax\n\ngo 1.21\n");
    let require = "module example.com/api\n\ngo 1.21\n\nrequire example.com/tax v1.0.0\n";
    let replaced = format!("{require}\nreplace example.com/tax => ../libs/tax\n");
    let vendored = ("api/vendor/example.com/tax/tax.go", tax.1);
    let listed = "# example.com/tax v1.0.0\n## explicit; go 1.21\nexample.com/tax\n";
    let workspace = "go 1.21\n\nuse (\n\t./api\n\t./libs/tax\n\t./unrelated\n)\n";
    let cases: [(&str, Vec<(&str, &str)>); 3] = [
        (
            "workspace",
            vec![
                ("go.work", workspace),
                ("api/go.mod", "module example.com/api\n\ngo 1.21\n"),
                tax,
                tax_module,
                ("unrelated/go.mod", "module example.com/unrelated\n\ngo 1.21\n"),
                ("unrelated/main.go", "this is no Go\n"),
            ],
        ),
        ("replaced", vec![("api/go.mod", &replaced), tax, tax_module]),
        ("vendored", vec![("api/go.mod", require), vendored, ("api/vendor/modules.txt", listed)]),
    ];
    for (name, mut files) in cases {
        // The main package is not the function's folder itself.
        files.push(("api/cmd/api/main.go", main));
        let project = Project::new(&files);
        let workshop = Workshop::new(&project, environment());
        let settings = GoSettings { package: Some("cmd/api".to_owned()), ..GoSettings::default() };
        let order = FunctionBuild { platform: Platform::Host, ..go("api", settings) };
        let built = workshop.build(&order).await.unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
        let output = std::process::Command::new(built.path.join("bootstrap")).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "19\n", "{name}");
    }
}

#[tokio::test]
async fn what_is_no_program_is_said_before_or_after_the_build() {
    needed("go");
    let module = ("go.mod", "module m\n\ngo 1.21\n");
    let library = ("f/lib.go", "package lib\n");
    for (files, settings, expected) in [
        (vec![library], GoSettings::default(), "`orders` is in no Go module: there is no go.mod in `f` or above it"),
        (vec![module, ("f/x.txt", "")], GoSettings::default(), "there are no Go files in `f`, which is to be the main"),
        (vec![module, library], GoSettings::default(), "`f/.` is not a main package"),
        (
            vec![module, library],
            GoSettings { package: Some("cmd/x".to_owned()), ..GoSettings::default() },
            "there are no Go files in `f/cmd/x`",
        ),
        (
            vec![module, ("f/main.go", "package main\n\nfunc main() {}\n")],
            GoSettings { assets: vec!["no/*.html".to_owned()], ..GoSettings::default() },
            "`assets` of `orders` names `no/*.html`, and there is no such file in `f`",
        ),
    ] {
        let project = Project::new(&files);
        let order = FunctionBuild { platform: Platform::Host, ..go("f", settings) };
        let failure = Workshop::new(&project, environment()).build(&order).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Input, "{failure:?}");
        assert!(failure.message.contains(expected), "{}", failure.message);
        assert!(!failure.hints.is_empty());
    }
}

/// Answers a question, and else says what it was called with and fails with a text.
async fn failing(text: &str) -> BuildFailure {
    let project = Project::new(&[("go.mod", "module m\n"), ("main.go", "package main\n")]);
    let programs = Project::new(&[]);
    programs.write_program("go", &format!("#!/bin/sh\n[ $1 = env ] && exit\necho '{text}' >&2\nexit 1\n"));
    Workshop::new(&project, with_only(&programs)).build(&go("", GoSettings::default())).await.unwrap_err()
}

#[tokio::test]
async fn failures_that_have_nothing_to_do_with_the_code_are_explained() {
    for (text, expected) in [
        ("go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)", "go.mod asks for a newer Go"),
        ("main.go:4:2: missing go.sum entry for module providing package x", "go mod tidy"),
        ("main.go:3:8: no required module provides package example.com/x", "go get"),
        ("fatal: could not read Username for https://git.example", "GOPRIVATE"),
        ("dial tcp: lookup proxy.golang.org: no such host", "GOPROXY"),
    ] {
        let failure = failing(text).await;
        assert_eq!(failure.fault, Fault::Input);
        assert!(failure.hints.iter().any(|hint| hint.contains(expected)), "{failure:?}");
    }
    let failure = failing("./main.go:3:1: syntax error").await;
    assert_eq!((failure.fault, failure.hints.len()), (Fault::Build, 0));

    let project = Project::new(&[("f/go.mod", "module m\n"), ("f/main.go", "package main\n")]);
    let nothing = Project::new(&[]);
    let failure =
        Workshop::new(&project, with_only(&nothing)).build(&go("f", GoSettings::default())).await.unwrap_err();
    assert_eq!(failure.message, "`go` is needed to build `orders`, and is not on PATH");
}

#[tokio::test]
async fn the_callers_settings_count_only_when_they_are_inputs() {
    let project = Project::new(&[("go.mod", "module m\n"), ("main.go", "package main\n")]);
    let programs = Project::new(&[]);
    let script = "#!/bin/sh\n[ $1 = env ] && exit\n\
                  echo $GOFLAGS / $GOOS $GOARCH $GOAMD64 $CGO_ENABLED $GOTOOLCHAIN $GOWORK\necho \"$@\"\n\
                  while [ \"$1\" != -o ]; do shift; done\n: > \"$2\"\n";
    programs.write_program("go", script);
    let environment =
        with_only(&programs).with("GOFLAGS", "-tags=mine").with("GOTOOLCHAIN", "auto").with("GOAMD64", "v3");
    let workshop = Workshop::new(&project, environment);
    let mut heard = Vec::new();
    for variables in [vec![], vec!["GOFLAGS".to_owned(), "GOAMD64".to_owned()]] {
        workshop.lines.borrow_mut().clear();
        workshop.build(&FunctionBuild { variables, ..go("", GoSettings::default()) }).await.unwrap();
        heard.push(workshop.lines.borrow().clone());
    }
    assert_eq!(heard[0][0], "-trimpath -tags=lambda.norpc / linux amd64 v1 0 local off");
    assert_eq!(heard[1][0], "-trimpath -tags=lambda.norpc -tags=mine / linux amd64 v3 0 local off");
    let command = "build -trimpath -buildvcs=false -ldflags=-buildid= -s -w -mod=readonly -o ";
    assert!(heard[0][1].starts_with(command) && heard[0][1].ends_with("/bootstrap ."), "{heard:?}");
}
