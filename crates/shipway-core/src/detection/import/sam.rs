//! AWS SAM and CloudFormation templates: `AWS::Serverless::Function`, with `Globals`, and `AWS::Lambda::Function` whose code
//! is a folder. Source: AWS SAM Developer Guide, "AWS::Serverless::Function" and "Building Lambda functions with esbuild".

use super::document::{Node, Value};
use super::{Described, Read, first_text, folder_of};
use crate::builder::{Builder, BundleSettings, NodeSettings};
use crate::configuration::PackageName;

const SERVERLESS: &str = "AWS::Serverless::Function";
const PLAIN: &str = "AWS::Lambda::Function";

pub(super) fn is_template(document: &Node) -> bool {
    document.get("Resources").is_some_and(|resources| !resources.entries().is_empty())
}

pub(super) fn read(document: &Node) -> Read {
    let globals = document.get("Globals").and_then(|globals| globals.get("Function"));
    let mut read = Read::default();
    let resources = document.get("Resources").map(Node::entries).unwrap_or_default();
    for (name, resource) in resources {
        let code_key = match resource.text("Type") {
            Some(SERVERLESS) => "CodeUri",
            Some(PLAIN) => "Code",
            Some("AWS::Serverless::LayerVersion" | "AWS::Lambda::LayerVersion") => {
                read.left_out.push(format!("`{name}` is a layer: describe it in [layers]"));
                continue;
            }
            _ => continue,
        };
        match function(name, resource, code_key, globals) {
            Ok(function) => read.functions.push(function),
            Err(reason) => read.left_out.push(format!("`{name}`: {reason}")),
        }
    }
    read
}

fn function(name: &str, resource: &Node, code_key: &str, globals: Option<&Node>) -> Result<Described, &'static str> {
    let nothing = Node { line: resource.line, value: Value::Table(Vec::new()) };
    let properties = resource.get("Properties").unwrap_or(&nothing);
    let get = |key: &str| properties.get(key).or_else(|| globals?.get(key));
    let plain = |key: &str| get(key)?.plain().map(str::to_owned);
    if plain("PackageType").as_deref() == Some("Image") {
        return Err("it is a container image, which Shipway does not deploy yet");
    }
    if properties.get("InlineCode").is_some() {
        return Err("its code stands in the template: put it into a file of its own");
    }
    let folder = match get(code_key) {
        None if code_key == "CodeUri" => ".".to_owned(),
        None => return Err("it has no code"),
        Some(code) => code.plain().ok_or("where its code is, only CloudFormation can tell")?.to_owned(),
    };
    if folder.starts_with("s3://") {
        return Err("its code is in a bucket already");
    }
    let mut described = Described {
        name: name.to_owned(),
        line: resource.line,
        folder,
        runtime: plain("Runtime"),
        handler: plain("Handler"),
        architecture: [Some(properties), globals].into_iter().flatten().find_map(architecture),
        function_name: plain("FunctionName"),
        memory: get("MemorySize").and_then(Node::plain).and_then(|text| text.parse().ok()),
        timeout: get("Timeout").and_then(Node::plain).and_then(|text| text.parse().ok()),
        ..Described::default()
    };
    if ["zip", "jar"].iter().any(|ending| described.folder.ends_with(&format!(".{ending}"))) {
        let file = described.folder.rsplit('/').next().unwrap_or_default().to_owned();
        described.builder = Some(Builder::Prebuilt { path: file });
        described.folder = folder_of(&described.folder).to_owned();
    }
    if get("FunctionName").is_some() && described.function_name.is_none() {
        described.doubts.push("what it is called in AWS, only CloudFormation can tell: see `function_name`".to_owned());
    }
    if get("Layers").is_some() {
        described.doubts.push("it has layers: what they bring need not be packed".to_owned());
    }
    if let Some(metadata) = resource.get("Metadata") {
        build_method(name, metadata, &mut described);
    }
    Ok(described)
}

fn architecture(properties: &Node) -> Option<String> {
    first_text(properties, "Architectures").map(str::to_owned)
}

/// SAM's own way to say how a function is built.
fn build_method(name: &str, metadata: &Node, described: &mut Described) {
    match metadata.text("BuildMethod") {
        Some("esbuild") => {
            let properties = metadata.get("BuildProperties");
            let entry = properties.and_then(|properties| first_text(properties, "EntryPoints"));
            let named = properties.and_then(|properties| properties.get("External")).map(Node::items);
            let named = named.unwrap_or_default().iter().filter_map(Node::plain);
            let (external, globs): (Vec<&str>, Vec<&str>) =
                named.partition(|package| package.parse::<PackageName>().is_ok());
            if !globs.is_empty() {
                described
                    .doubts
                    .push(format!("`external` takes packages by name, and SAM's says {}", globs.join(", ")));
            }
            let external = external.into_iter().map(str::to_owned).collect();
            let bundle = Some(BundleSettings { entry: entry.map(str::to_owned), external });
            described.builder = Some(Builder::Node(NodeSettings { bundle }));
        }
        Some("makefile") => {
            let command = format!("mkdir -p artifacts && make build-{name} ARTIFACTS_DIR=\"$PWD/artifacts\"");
            let command = vec!["sh".to_owned(), "-c".to_owned(), command];
            described.builder = Some(Builder::Command { command, output: "artifacts".to_owned() });
        }
        _ => {}
    }
}
