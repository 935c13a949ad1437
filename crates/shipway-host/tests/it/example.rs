//! The example's functions, from their sources to artifacts, by the ports that a deployment uses.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use shipway_core::build::{FunctionBuild, Platform};
use shipway_core::builder::{Builder, NodeSettings};
use shipway_core::names::Architecture;
use shipway_engine::ports::{Packager as _, Sources as _, Toolchain as _};
use shipway_host::{BuildTools, FolderPackager, ProjectSources};

use crate::project::{environment, function};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/orders").canonicalize().unwrap()
}

fn create_order() -> FunctionBuild {
    FunctionBuild {
        function: "create-order".parse().unwrap(),
        platform: Platform::Lambda { architecture: Architecture::Arm64 },
        ..function("functions/create-order")
    }
}

fn price_quote() -> FunctionBuild {
    FunctionBuild {
        function: "price-quote".parse().unwrap(),
        builder: Builder::Node(NodeSettings::default()),
        runtime: "nodejs22.x".parse().unwrap(),
        handler: "index.handler".parse().unwrap(),
        ..function("functions/price-quote")
    }
}

#[tokio::test]
async fn the_examples_functions_become_the_same_artifacts_twice() {
    let (scratch, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let sources = ProjectSources::new(&example(), environment());
    let packager = FolderPackager::new(cache.path());
    for build in [create_order(), price_quote()] {
        let mut artifacts = Vec::new();
        for _ in 0..2 {
            let tools = BuildTools::new(&example(), scratch.path(), environment());
            let source = sources.look(&build).await.unwrap();
            let tree = tools.build(&build, &source).await.unwrap();
            assert_eq!(tree.warnings, Vec::<String>::new());
            let packaged = packager.package(&build, &tree).await.unwrap();
            assert_eq!(packaged.warnings, Vec::<String>::new());
            assert_eq!(sources.look(&build).await.unwrap(), source, "a build leaves its inputs alone");
            artifacts.push((packaged.file.artifact, packaged.package_digest));
        }
        assert_eq!(artifacts[0], artifacts[1], "{}", build.function);
    }
}

#[tokio::test]
async fn a_look_at_three_functions_takes_a_blink() {
    let sources = ProjectSources::new(&example(), environment());
    let barcode = FunctionBuild { function: "check-barcode".parse().unwrap(), ..function("functions/check-barcode") };
    let (one, two) = (create_order(), price_quote());
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        let looked = futures::join!(sources.look(&one), sources.look(&two), sources.look(&barcode));
        best = best.min(started.elapsed());
        assert!(looked.0.is_ok() && looked.1.is_ok() && looked.2.is_ok());
    }
    // All of a deployment with nothing to do has 100 ms.
    assert!(best < Duration::from_millis(50), "{best:?}");
}
