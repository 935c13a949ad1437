//! What is said of packages whose files cannot run where they are to run; the same for a tree and for its zip.

use std::fs;

use shipway_package::{
    Finding, GlibcVersion, HandlerFinding, Lint, LintTarget, Machine, Refusal, Refusals, RunsOn, RuntimeFamily,
    RuntimeLibc, handler_in_tree, handler_in_zip, lint_tree, lint_zip, read_zip, survey,
};

use crate::elf_file::{ARM64, ElfFile, WEAK, X86_64};
use crate::support::Fixture;

const OLD: RunsOn<'_> = RunsOn::Lambda {
    machine: Machine::X86_64,
    libc: Some(RuntimeLibc { runtime: "python3.11", glibc: GlibcVersion { major: 2, minor: 26 } }),
};

fn target<'a>(fixture: &'a Fixture, runs_on: RunsOn<'a>, family: RuntimeFamily) -> LintTarget<'a> {
    LintTarget {
        runs_on,
        family: Some(family),
        layers_bytes: None,
        allow: &fixture.allow,
        dependency_roots: &fixture.dependency_roots,
    }
}

/// Lints the tree and its zip, which must come to the same, and says what they say: refusals, findings, hints.
fn lint_for(fixture: &Fixture, runs_on: RunsOn<'_>, family: RuntimeFamily) -> (Vec<String>, Vec<String>, Vec<String>) {
    let target = target(fixture, runs_on, family);
    let root = fixture.root();
    let of_tree = texts(lint_tree(&survey(&fixture.tree(&root)).unwrap(), &target).unwrap());
    fixture.package();
    let of_zip = texts(lint_zip(&read_zip(&fixture.zip()).unwrap(), &target).unwrap());
    assert_eq!(of_tree, of_zip);
    of_tree
}

fn texts(lint: Lint) -> (Vec<String>, Vec<String>, Vec<String>) {
    let refusals: Vec<String> = lint.refusals.iter().map(Refusal::to_string).collect();
    let findings = lint.findings.iter().map(Finding::to_string).collect();
    (refusals, findings, Refusals(lint.refusals).hints())
}

fn lint(fixture: &Fixture) -> (Vec<String>, Vec<String>) {
    let (refusals, findings, _) = lint_for(fixture, OLD, RuntimeFamily::Python);
    (refusals, findings)
}

fn with_file(path: &str, elf: &ElfFile<'_>) -> Fixture {
    let fixture = Fixture::with_files(&[("app.py", "x")]);
    fixture.write(path, &elf.bytes());
    fixture
}

#[test]
fn what_fits_is_not_mentioned() {
    let fixture = with_file("x/native.so", &ElfFile::library(X86_64));
    assert_eq!(lint(&fixture), (vec![], vec![]));
    // Not a library by its name, nor executable: nothing loads it as it is.
    fixture.write("x/data.bin", &ElfFile::library(ARM64).bytes());
    fixture.write("x/half.so", &ElfFile::library(X86_64).bytes()[..30]);
    fixture.write("x/text.so", b"INPUT(-lssl)");
    fixture.write("x/object.so", &ElfFile { kind: 1, ..ElfFile::library(ARM64) }.bytes());
    assert_eq!(lint(&fixture), (vec![], vec![]));
}

#[test]
fn another_machine_is_refused() {
    let library = ElfFile::library;
    let said = |elf: ElfFile<'_>| lint(&with_file("x/native.so", &elf)).0;
    let expected =
        |found: &str| vec![format!("`x/native.so` is for {found}, and the function's architecture is x86_64")];
    assert_eq!(said(library(ARM64)), expected("arm64"));
    assert_eq!(said(ElfFile { class: 1, ..library(3) }), expected("32-bit x86"));
    assert_eq!(said(ElfFile { class: 1, ..library(X86_64) }), expected("x86_64 with 32-bit pointers (x32)"));
    assert_eq!(said(ElfFile { system: 9, ..library(X86_64) }), expected("x86_64 for FreeBSD"));
    assert_eq!(said(ElfFile { data: 2, ..library(22) }), expected("s390x"));
    assert_eq!(said(ElfFile { system: 3, ..library(X86_64) }), [""; 0]);
    let arm = RunsOn::Lambda { machine: Machine::Arm64, libc: None };
    let (refusals, _, hints) = lint_for(&with_file("x/native.so", &library(X86_64)), arm, RuntimeFamily::Python);
    assert_eq!(refusals, ["`x/native.so` is for x86_64, and the function's architecture is arm64"]);
    assert!(hints[0].starts_with("build for arm64, or set `architecture`"), "{hints:?}");
    assert_eq!(hints[1], "a file that is never loaded there may stay: allow = [\"x/native.so\"]");
}

#[test]
fn macos_is_another_machine() {
    let fixture = Fixture::new();
    fixture.write("bootstrap", &[&[0xcf, 0xfa, 0xed, 0xfe][..], &[0; 100]].concat());
    fixture.set_mode("bootstrap", 0o755);
    let (refusals, _, _) = lint_for(&fixture, OLD, RuntimeFamily::Provided);
    assert_eq!(refusals, ["`bootstrap` is for macOS, and the function's architecture is x86_64"]);
    assert_eq!(lint_for(&fixture, RunsOn::Host, RuntimeFamily::Provided).0, [""; 0]);
}

#[test]
fn many_are_one_refusal() {
    let fixture = Fixture::with_files(&[("app.py", "x")]);
    for number in 0..13 {
        fixture.write(&format!("x/{number:02}.so"), &ElfFile::library(ARM64).bytes());
    }
    let (refusals, _) = lint(&fixture);
    assert_eq!(refusals.len(), 1);
    let lines: Vec<&str> = refusals[0].lines().collect();
    assert_eq!(lines[0], "13 files cannot run there, the function's architecture is x86_64:");
    assert_eq!((lines[1], lines[10]), ("  `x/00.so` is for arm64", "  `x/09.so` is for arm64"));
    assert_eq!(lines[11..], ["  and 3 more"]);
}

#[test]
fn a_newer_glibc_is_refused() {
    let newer = ElfFile { versions: vec![("GLIBC_2.34", 0), ("GLIBC_2.3", 0)], ..ElfFile::library(X86_64) };
    let fixture = with_file("x/native.so", &newer);
    let (refusals, _, hints) = lint_for(&fixture, OLD, RuntimeFamily::Python);
    assert_eq!(refusals, ["`x/native.so` needs GLIBC_2.34, and python3.11 has glibc 2.26"]);
    assert!(hints[0].starts_with("build on or for glibc 2.26 or older"), "{hints:?}");
    assert!(hints[0].contains("x86_64-unknown-linux-gnu.2.26"), "{hints:?}");

    let said = |versions| lint(&with_file("x/native.so", &ElfFile { versions, ..ElfFile::library(X86_64) })).0;
    assert_eq!(said(vec![("GLIBC_2.26", 0), ("GLIBC_PRIVATE", 0), ("OTHER_9.9", 0)]), [""; 0]);
    assert_eq!(said(vec![("GLIBC_2.34", WEAK)]), [""; 0]);
    let relative = "`x/native.so` needs GLIBC_ABI_DT_RELR, and python3.11 has glibc 2.26";
    assert_eq!(said(vec![("GLIBC_2.26", 0), ("GLIBC_ABI_DT_RELR", 0)]), [relative]);

    let unknown = RunsOn::Lambda { machine: Machine::X86_64, libc: None };
    for runs_on in [unknown, RunsOn::Host] {
        assert_eq!(lint_for(&fixture, runs_on, RuntimeFamily::Python).0, [""; 0]);
    }
    let allowed = with_file("x/native.so", &newer).allowing(&["x/*.so"]);
    assert_eq!(lint(&allowed), (vec![], vec![]));
    fixture.write("lib/libc.so.6", &ElfFile::library(X86_64).bytes());
    let (refusals, findings) = lint(&fixture);
    assert_eq!(refusals, [""; 0]);
    assert!(findings[0].ends_with("has glibc 2.26; the package brings a glibc of its own"), "{findings:?}");
}

#[test]
fn tables_far_into_a_file_are_read() {
    let newer = ElfFile { versions: vec![("GLIBC_2.34", 0)], padding: 3 << 20, ..ElfFile::library(X86_64) };
    assert_eq!(lint(&with_file("x/native.so", &newer)).0.len(), 1);
}

#[test]
fn musl_is_not_there() {
    let library = ElfFile { needed: vec!["libc.musl-x86_64.so.1"], versions: vec![], ..ElfFile::library(X86_64) };
    let (refusals, _, hints) = lint_for(&with_file("x/native.so", &library), OLD, RuntimeFamily::Python);
    assert_eq!(refusals, ["`x/native.so` needs libc.musl-x86_64.so.1, and Lambda's systems have glibc, not musl"]);
    assert!(hints[0].contains("manylinux wheels"), "{hints:?}");
    let program = ElfFile { interpreter: Some("/lib/ld-musl-x86_64.so.1"), ..ElfFile::library(X86_64) };
    assert_eq!(lint(&with_file("bootstrap", &program)).0.len(), 1);
}

#[test]
fn a_loader_that_is_nowhere() {
    let program = |loader| ElfFile { interpreter: Some(loader), ..ElfFile::library(X86_64) };
    let (usual, nix) = ("/lib64/ld-linux-x86-64.so.2", "/nix/store/abc/ld-linux-x86-64.so.2");
    let lint = |path: &str, loader| lint_for(&with_file(path, &program(loader)), OLD, RuntimeFamily::Provided);
    assert_eq!(lint("bootstrap", usual).0, [""; 0]);
    let expected = format!("`bootstrap` is to be loaded by {nix}, and Lambda's systems do not have that");
    assert_eq!(lint("bootstrap", nix).0, [expected]);
    let (refusals, findings, _) = lint("bin/tool", nix);
    assert_eq!(refusals, [""; 0]);
    assert_eq!(findings, [format!("`bin/tool` is to be loaded by {nix}, which Lambda's systems do not have")]);
}

#[test]
fn what_a_dependency_ships_for_other_platforms_is_a_warning() {
    let fixture = Fixture::with_files(&[("index.js", "x")]);
    let musl = ElfFile { needed: vec!["libc.musl-x86_64.so.1"], ..ElfFile::library(X86_64) };
    let package = "node_modules/bufferutil/prebuilds";
    fixture.write(&format!("{package}/linux-x64/node.napi.glibc.node"), &ElfFile::library(X86_64).bytes());
    fixture.write(&format!("{package}/linux-x64/node.napi.musl.node"), &musl.bytes());
    fixture.write(&format!("{package}/linux-arm64/node.napi.node"), &ElfFile::library(ARM64).bytes());
    fixture.write(&format!("{package}/darwin-arm64/node.napi.node"), &[0xcf, 0xfa, 0xed, 0xfe, 0, 0, 0, 0]);
    let (refusals, findings) = lint(&fixture);
    assert_eq!(refusals, [""; 0]);
    let example = format!("`{package}/darwin-arm64/node.napi.node`");
    let expected =
        format!("3 files for other platforms in `node_modules/bufferutil` take 0.1 MB, {example} among them");
    assert_eq!(findings, [expected]);
    // Without the right one among them they are what was built for the wrong platform.
    fs::remove_dir_all(fixture.path(&format!("{package}/linux-x64"))).unwrap();
    assert_eq!(lint(&fixture).0.len(), 1);
}

#[test]
fn packages_that_are_each_for_one_platform_are_variants_of_one_another() {
    let fixture = Fixture::with_files(&[("index.js", "x")]);
    fixture.write("node_modules/@img/sharp-linux-x64/sharp.node", &ElfFile::library(X86_64).bytes());
    fixture.write("node_modules/@img/sharp-linux-arm64/sharp.node", &ElfFile::library(ARM64).bytes());
    let (refusals, findings) = lint(&fixture);
    assert_eq!((refusals.len(), findings.len()), (0, 1));
    fixture.write("node_modules/other/plain.node", &ElfFile::library(ARM64).bytes());
    assert_eq!(lint(&fixture).0.len(), 1);
}

#[test]
fn a_bootstrap_that_cannot_be_started() {
    let said = |content: &str| {
        let fixture = Fixture::with_files(&[("bootstrap", content)]);
        fixture.set_mode("bootstrap", 0o755);
        let (refusals, _, hints) = lint_for(&fixture, OLD, RuntimeFamily::Provided);
        assert_eq!(lint_for(&fixture, RunsOn::Host, RuntimeFamily::Provided).0, refusals);
        assert_eq!(lint_for(&fixture, OLD, RuntimeFamily::Python).0, [""; 0]);
        assert_eq!(refusals.len(), hints.len());
        refusals
    };
    assert_eq!(said("#!/bin/sh\nexec ./app\r\n"), [""; 0]);
    let windows = "`bootstrap` cannot be started: its first line ends with a carriage return, as on Windows, which \
        becomes a part of the interpreter's name";
    assert_eq!(said("#!/bin/sh\r\nexec ./app\r\n"), [windows]);
    let nothing = "`bootstrap` cannot be started: it is no program, and no script either: its first bytes are not `#!`";
    assert_eq!(said("exec ./app\n"), [nothing]);
    assert_eq!(said("\u{feff}#!/bin/sh\n"), [nothing]);
    assert_eq!(said(""), ["`bootstrap` cannot be started: it is empty"]);
}

#[test]
fn layers_count() {
    let fixture = Fixture::with_files(&[("app.py", "x"), ("lib/data", "12345")]);
    let root = fixture.root();
    let survey = survey(&fixture.tree(&root)).unwrap();
    let with = |bytes| {
        let target = LintTarget { layers_bytes: Some(bytes), ..target(&fixture, OLD, RuntimeFamily::Python) };
        texts(lint_tree(&survey, &target).unwrap())
    };
    assert_eq!(with(262_144_000 - 6).0, [""; 0]);
    let (refusals, _, hints) = with(262_144_000 - 5);
    let first = "0.1 MB unzipped and 250.0 MB of layers, and Lambda takes at most 250.0 MB together";
    assert!(refusals[0].starts_with(first), "{refusals:?}");
    assert!(refusals[0].find("lib/data") < refusals[0].find("app.py"), "largest first");
    assert_eq!(hints, ["leave out what the function does not need with `exclude`"]);
}

#[test]
fn a_real_program_is_read() {
    let fixture = Fixture::new();
    fs::copy(std::env::current_exe().unwrap(), fixture.path("bootstrap")).unwrap();
    let machine = if cfg!(target_arch = "aarch64") { Machine::Arm64 } else { Machine::X86_64 };
    let ancient = RuntimeLibc { runtime: "ancient", glibc: GlibcVersion { major: 2, minor: 0 } };
    let (refusals, _, _) = lint_for(&fixture, RunsOn::Lambda { machine, libc: Some(ancient) }, RuntimeFamily::Provided);
    assert!(refusals[0].starts_with("`bootstrap` needs GLIBC_2."), "{refusals:?}");
}

#[test]
fn the_handlers_function_is_looked_for_in_trees_and_zips() {
    let fixture = Fixture::with_files(&[
        ("app.py", "def lambda_handler(event, context):\n    pass\n"),
        ("index.mjs", "export const handler = async () => {};\n"),
    ]);
    fixture.package();
    let entries = read_zip(&fixture.zip()).unwrap().entries;
    let root = fixture.root();
    let survey = survey(&fixture.tree(&root)).unwrap();
    let find = |family, handler: &str, allow: &[String]| {
        let of_tree = handler_in_tree(&survey, family, handler, allow).unwrap();
        assert_eq!(handler_in_zip(&fixture.zip(), &entries, family, handler, allow).unwrap(), of_tree);
        of_tree
    };
    assert_eq!(find(RuntimeFamily::Node, "index.handler", &[]), HandlerFinding::Present);
    assert_eq!(find(RuntimeFamily::Python, "app.lambda_handler", &[]), HandlerFinding::Present);
    let problem = find(RuntimeFamily::Python, "app.handler", &[]).problem("app.handler");
    assert_eq!(problem.unwrap(), "`app.py` has no `handler` for the handler `app.handler`; it has `lambda_handler`");
    let allow = ["app.py".to_owned()];
    assert_eq!(find(RuntimeFamily::Python, "app.handler", &allow), HandlerFinding::Present);
    let absent = find(RuntimeFamily::Python, "main.handler", &[]);
    assert!(matches!(absent, HandlerFinding::ProvablyAbsent { .. }));
}
