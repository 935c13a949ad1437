//! Layers: the same builders, and everything where the runtime looks for it.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;

use shipway_core::build::{FunctionBuild, Product};
use shipway_core::builder::{Builder, PythonSettings};
use shipway_core::layer::LayerLayout;
use shipway_engine::ports::Packager as _;
use shipway_host::FolderPackager;

use crate::project::{Project, environment, function};
use crate::toolchain::{Workshop, tree};

fn layer(builder: Builder) -> FunctionBuild {
    let layout = LayerLayout::of(&builder);
    FunctionBuild { builder, product: Product::Layer { layout }, ..function("f") }
}

fn paths(tree: &BTreeMap<String, (u32, Vec<u8>)>) -> Vec<&str> {
    tree.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_python_layer_lies_below_python_and_needs_no_handler() {
    let project = Project::new(&[]);
    project.write("f/shared.py", "WORD = 1\n");
    project.write("f/pkg/__init__.py", "");
    let workshop = Workshop::new(&project, environment());
    let build = layer(Builder::Python(PythonSettings::default()));
    let built = workshop.build(&build).await.unwrap();
    assert_eq!(paths(&tree(&built.path)), ["python/pkg/__init__.py", "python/shared.py"]);
    let kept = tempfile::tempdir().unwrap();
    let packaged = FolderPackager::new(kept.path()).package(&build, &built).await.unwrap();
    assert_eq!(packaged.unzipped_bytes, 9);
    // Where the same is a function, the handler is missed.
    let missed = FunctionBuild { product: Product::Function, ..build };
    assert!(FolderPackager::new(kept.path()).package(&missed, &built).await.is_err());
}

#[tokio::test]
async fn jars_lie_in_java_lib_and_what_has_no_place_is_told() {
    let project = Project::new(&[]);
    project.write("f/dist/lib/gson.jar", "jar");
    project.write("f/dist/shop/Order.class", "class");
    let workshop = Workshop::new(&project, environment());
    let prebuilt = layer(Builder::Prebuilt { path: "dist".to_owned() });
    let build = FunctionBuild { product: Product::Layer { layout: LayerLayout::Java }, ..prebuilt };
    let built = workshop.build(&build).await.unwrap();
    assert_eq!(paths(&tree(&built.path)), ["java/lib/gson.jar"]);
    assert_eq!(built.warnings, ["1 files are not in the layer: the runtime looks for jars in `lib/` alone"]);
    let one = FunctionBuild { builder: Builder::Prebuilt { path: "dist/lib/gson.jar".to_owned() }, ..build };
    assert_eq!(paths(&tree(&workshop.build(&one).await.unwrap().path)), ["java/lib/gson.jar"]);
}

#[tokio::test]
async fn links_become_what_they_lead_to_and_lead_nowhere_else() {
    let project = Project::new(&[]);
    project.write("f/dist/lib/libshared.so.1", "elf");
    symlink("libshared.so.1", project.path().join("f/dist/lib/libshared.so")).unwrap();
    symlink("lib", project.path().join("f/dist/lib64")).unwrap();
    let workshop = Workshop::new(&project, environment());
    let build = layer(Builder::Prebuilt { path: "dist".to_owned() });
    let built = workshop.build(&build).await.unwrap();
    let found = tree(&built.path);
    assert_eq!(paths(&found), ["lib/libshared.so", "lib/libshared.so.1", "lib64/libshared.so", "lib64/libshared.so.1"]);
    assert!(found.values().all(|(_, content)| content == b"elf"), "{found:?}");

    symlink("..", project.path().join("f/dist/lib/up")).unwrap();
    let failure = workshop.build(&build).await.unwrap_err();
    assert_eq!(failure.message, "the link `lib/up` leads to a folder that it is in itself");
    std::fs::remove_file(project.path().join("f/dist/lib/up")).unwrap();
    symlink("absent", project.path().join("f/dist/broken")).unwrap();
    let failure = workshop.build(&build).await.unwrap_err();
    assert!(failure.message.starts_with("the link `broken` leads nowhere"), "{failure}");
}
