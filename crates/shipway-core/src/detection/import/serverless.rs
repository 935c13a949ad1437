//! The Serverless Framework's serverless.yml: a service whose functions share one package root, the file's folder.
//! Source: Serverless Framework documentation, "AWS Lambda Functions" and "serverless.yml reference".

use super::document::{Node, Value};
use super::{Described, Read};
use crate::builder::{Builder, BundleSettings, NodeSettings};

pub(super) fn is_service(document: &Node) -> bool {
    document.get("service").is_some() && (document.get("provider").is_some() || document.get("functions").is_some())
}

pub(super) fn read(document: &Node) -> Read {
    let mut read = Read::default();
    let provider = document.get("provider");
    let bundles = bundles(document);
    for (name, function) in functions(document, &mut read) {
        if function.get("image").is_some() {
            read.left_out.push(format!("`{name}`: it is a container image, which Shipway does not deploy yet"));
            continue;
        }
        read.functions.push(describe(name, function, provider, bundles));
    }
    read
}

/// The functions: a table, or a list of tables.
fn functions<'d>(document: &'d Node, read: &mut Read) -> Vec<(&'d str, &'d Node)> {
    let Some(functions) = document.get("functions") else { return Vec::new() };
    let tables: Vec<&Node> = match &functions.value {
        Value::Table(_) => vec![functions],
        Value::List(items) => items.iter().collect(),
        Value::Text(_) | Value::Other => {
            read.left_out.push("`functions` comes from somewhere else: import that file's content".to_owned());
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    for table in tables {
        if table.entries().is_empty() {
            read.left_out.push(format!("what line {} brings in from another file", table.line));
        }
        found.extend(table.entries().iter().map(|(name, function)| (name.as_str(), function)));
    }
    found
}

/// What makes one file of each function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bundles {
    Esbuild,
    Nothing,
}

fn bundles(document: &Node) -> Bundles {
    let plugins = document.get("plugins").map(Node::items).unwrap_or_default();
    let plugin = plugins.iter().filter_map(Node::plain).any(|plugin| plugin.contains("esbuild"));
    // Version 4 of the framework bundles TypeScript without a plugin.
    let own = document.get("build").and_then(|build| build.get("esbuild")).is_some();
    if plugin || own { Bundles::Esbuild } else { Bundles::Nothing }
}

fn describe(name: &str, function: &Node, provider: Option<&Node>, bundles: Bundles) -> Described {
    let either = |key: &str| function.text(key).or_else(|| provider?.text(key)).map(str::to_owned);
    let number = |key: &str| function.number(key).or_else(|| provider?.number(key));
    let runtime = either("runtime");
    let handler = function.text("handler").map(str::to_owned);
    let mut described = Described {
        name: name.to_owned(),
        line: function.line,
        folder: ".".to_owned(),
        architecture: either("architecture"),
        function_name: function.text("name").map(str::to_owned),
        // The framework's own default; Lambda's is smaller.
        memory: number("memorySize"),
        timeout: number("timeout"),
        ..Described::default()
    };
    if bundles == Bundles::Esbuild && runtime.as_deref().is_some_and(|runtime| runtime.starts_with("nodejs")) {
        described.builder = Some(Builder::Node(NodeSettings { bundle: Some(BundleSettings::default()) }));
    }
    if function.get("name").is_some() && described.function_name.is_none() {
        described.doubts.push("its name in AWS is put together by the framework: see `function_name`".to_owned());
    }
    if let Some(artifact) = function.get("package").and_then(|package| package.text("artifact")) {
        described.builder = Some(Builder::Prebuilt { path: artifact.to_owned() });
    }
    described.doubts.push(
        "its folder is the whole service: move its code to a folder of its own, or `exclude` the rest".to_owned(),
    );
    Described { runtime, handler, ..described }
}
