//! Node functions that are bundled: by the esbuild among a project's own packages, and by stand-ins for it.

use std::fs;
use std::process::Command;

use shipway_core::build::{FunctionBuild, Platform};
use shipway_core::builder::{Builder, BundleSettings, NodeSettings};
use shipway_core::names::Architecture;
use shipway_engine::ports::Fault;

use crate::project::{Project, environment};
use crate::toolchain::{Workshop, needed, tree, with_only};
use crate::toolchain_node::node;

const HANDLER: &str = "import { check } from './check';
import semver from 'semver';
import { join } from 'node:path';

export const handler = async (event: { code?: string }): Promise<string> => {
  if (event.code === undefined) {
    throw new Error('no code');
  }
  return join(semver.clean(' =v1.2.3 ') ?? '', check(event.code).toString());
};
";
const CHECK: &str =
    "import { crc32 } from '@node-rs/crc32';\n\nexport const check = (code: string): number => crc32(code);\n";

fn bundled(settings: BundleSettings) -> FunctionBuild {
    FunctionBuild { builder: Builder::Node(NodeSettings { bundle: Some(settings) }), ..node() }
}

fn barcode() -> Project {
    Project::in_git(&[
        ("f/package.json", include_str!("node/bundle/package.json")),
        ("f/package-lock.json", include_str!("node/bundle/package-lock.json")),
        ("f/src/index.ts", HANDLER),
        ("f/src/check.ts", CHECK),
    ])
}

fn native() -> BundleSettings {
    BundleSettings { entry: None, external: vec!["@node-rs/crc32".to_owned()] }
}

#[tokio::test]
async fn typescript_becomes_one_file_with_its_map_and_what_stays_outside() {
    needed("npm");
    let mut trees = Vec::new();
    for _ in 0..2 {
        let project = barcode();
        let workshop = Workshop::new(&project, environment());
        let built = workshop.build(&bundled(native())).await.unwrap();
        assert_eq!(built.tools.keys().collect::<Vec<_>>(), ["esbuild", "node", "npm"]);
        assert_eq!(built.warnings, Vec::<String>::new());
        let files = tree(&built.path);
        let own: Vec<&String> = files.keys().filter(|path| !path.starts_with("node_modules/@node-rs/")).collect();
        assert_eq!(own, ["index.mjs", "index.mjs.map"]);
        let map: serde_json::Value = serde_json::from_slice(&files["index.mjs.map"].1).unwrap();
        let sources: Vec<&str> = map["sources"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
        assert!(sources.contains(&"src/index.ts") && sources.contains(&"node_modules/semver/index.js"), "{sources:?}");
        for content in ["index.mjs", "index.mjs.map"].map(|path| String::from_utf8_lossy(&files[path].1)) {
            assert!(!content.contains("shipway-build-") && !content.contains("inputs/"), "{content}");
        }
        trees.push(files);
        if cfg!(target_arch = "x86_64") {
            runs(&built.path);
        }
    }
    assert!(trees[0] == trees[1], "two builds differ");
}

/// A CommonJS package within is asked for what Node brings, a native one outside is found, and the map is used.
fn runs(tree: &std::path::Path) {
    let script = "import('./index.mjs').then(async ({ handler }) => {
        console.log(await handler({ code: '4006381333931' }));
        await handler({}).catch((error) => console.log(error.stack.split('\\n')[1]));
    })";
    let arguments = ["--enable-source-maps", "-e", script];
    let output = Command::new(needed("node")).args(arguments).current_dir(tree).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("1.2.3/"), "{output:?}");
    assert!(text.contains("/src/index.ts:7:"), "{text}");
}

#[tokio::test]
async fn what_stays_outside_is_for_the_functions_processor() {
    needed("npm");
    let (architecture, machine) = match std::env::consts::ARCH {
        "aarch64" => (Architecture::X86_64, 62),
        _ => (Architecture::Arm64, 183),
    };
    let project = barcode();
    let workshop = Workshop::new(&project, environment());
    let build = FunctionBuild { platform: Platform::Lambda { architecture }, ..bundled(native()) };
    let files = tree(&workshop.build(&build).await.unwrap().path);
    let native: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(".node")).collect();
    let [(_, (_, content))] = native.as_slice() else { panic!("{} native modules", native.len()) };
    assert_eq!((&content[..4], content[18]), (&b"\x7fELF"[..], machine));
}

/// Says its version, or writes what it was called with where it should write a bundle.
const ESBUILD: &str = "#!/bin/sh
[ \"$1\" = --version ] && echo 0.28.2 && exit
for argument; do
  case $argument in
    --outfile=*) out=${argument#--outfile=} ;;
    *) echo \"$argument\" ;;
  esac
done
/bin/mkdir -p \"$(/usr/bin/dirname \"$out\")\"
echo bundle >\"$out\"
echo '{\"sources\": []}' >\"$out.map\"
";

#[tokio::test]
async fn what_the_handler_names_decides_what_is_bundled_and_where_it_goes() {
    let programs = Project::new(&[]);
    programs.write_program("esbuild", ESBUILD);
    for (file, manifest, handler, entry, made, format) in [
        ("f/index.ts", "{}", "index.handler", None, "index.js", "--format=cjs"),
        ("f/src/index.mts", "{}", "index.handler", None, "index.mjs", "--format=esm"),
        ("f/src/api.ts", "{\"type\": \"module\"}", "dist/api.get", None, "dist/api.mjs", "--format=esm"),
        ("f/lib/x.cts", "{\"type\": \"module\"}", "index.handler", Some("lib/x.cts"), "index.js", "--format=cjs"),
    ] {
        let project = Project::new(&[(file, ""), ("f/package.json", manifest)]);
        let workshop = Workshop::new(&project, with_only(&programs));
        let settings = BundleSettings { entry: entry.map(str::to_owned), external: vec!["@aws-sdk/*".to_owned()] };
        let build = FunctionBuild { handler: handler.parse().unwrap(), ..bundled(settings) };
        let built = workshop.build(&build).await.unwrap();
        let map = format!("{made}.map");
        assert_eq!(tree(&built.path).keys().collect::<Vec<_>>(), [made, &map]);
        assert_eq!(built.tools["esbuild"], "0.28.2");
        let lines = workshop.lines.borrow().clone();
        assert_eq!(lines[0], file.replacen("f/", "./", 1));
        for argument in [format, "--target=node22", "--sourcemap=linked", "--external:@aws-sdk/*"] {
            assert!(lines.iter().any(|line| line == argument), "{argument}: {lines:?}");
        }
    }
}

#[tokio::test]
async fn what_a_bundle_lacks_is_named() {
    let (nothing, programs) = (Project::new(&[]), Project::new(&[]));
    programs.write_program("esbuild", ESBUILD);
    let project = Project::new(&[("f/package.json", "{}"), ("f/api.ts", "")]);
    let settings = |entry: Option<&str>| BundleSettings { entry: entry.map(str::to_owned), external: vec![] };

    let failure = Workshop::new(&project, with_only(&nothing)).build(&bundled(settings(None))).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("esbuild is needed to bundle `orders`"), "{}", failure.message);
    assert!(failure.hints[0].contains("npm install --save-dev esbuild"), "{failure:?}");

    let workshop = Workshop::new(&project, with_only(&programs));
    let failure = workshop.build(&bundled(settings(None))).await.unwrap_err();
    assert_eq!(failure.fault, Fault::Input);
    assert!(failure.message.contains("for its handler `index.handler`"), "{}", failure.message);
    assert!(failure.hints[0].contains("`f/index.ts`, `f/index.js`, `f/src/index.ts`"), "{failure:?}");

    let failure = workshop.build(&bundled(settings(Some("src/no.ts")))).await.unwrap_err();
    assert!(failure.message.starts_with("`f/src/no.ts`, with which the bundle of `orders` begins"), "{failure:?}");
}

#[tokio::test]
async fn what_esbuild_says_comes_with_advice() {
    let programs = Project::new(&[]);
    let project = Project::new(&[("f/index.ts", "")]);
    for (said, advice) in [
        ("[ERROR] Could not resolve \"zod\"", "belongs into package.json"),
        ("[ERROR] No loader is configured for \".node\" files: x.node", "node.bundle.external"),
        ("[ERROR] Top-level await is currently not supported with the \"cjs\" output format", "\"type\": \"module\""),
    ] {
        let script = format!("#!/bin/sh\n[ \"$1\" = --version ] && echo 0.28.2 && exit\necho '{said}' >&2\nexit 1\n");
        let _ = fs::remove_file(programs.file("esbuild"));
        programs.write_program("esbuild", &script);
        let workshop = Workshop::new(&project, with_only(&programs));
        let failure = workshop.build(&bundled(BundleSettings::default())).await.unwrap_err();
        assert_eq!(failure.fault, Fault::Build);
        assert!(failure.hints.iter().any(|hint| hint.contains(advice)), "{failure:?}");
    }
}
