//! lambroll's function.json: the members of Lambda's CreateFunction, for one function whose code is in the file's folder.
//! Source: lambroll's README, "function.json".

use super::document::Node;
use super::{Described, Read, first_text};

pub(super) fn is_function(document: &Node) -> bool {
    document.get("FunctionName").is_some()
        && (document.get("Runtime").is_some() || document.get("PackageType").is_some())
}

pub(super) fn read(document: &Node) -> Read {
    let function_name = document.text("FunctionName").map(str::to_owned);
    let name = function_name.clone().unwrap_or_else(|| "function".to_owned());
    if document.text("PackageType") == Some("Image") {
        let left_out = vec![format!("`{name}`: it is a container image, which Shipway does not deploy yet")];
        return Read { functions: Vec::new(), left_out };
    }
    let mut described = Described {
        name,
        line: document.line,
        folder: ".".to_owned(),
        runtime: document.text("Runtime").map(str::to_owned),
        handler: document.text("Handler").map(str::to_owned),
        architecture: first_text(document, "Architectures").map(str::to_owned),
        memory: document.number("MemorySize"),
        timeout: document.number("Timeout"),
        ..Described::default()
    };
    if function_name.is_none() {
        described.doubts.push("its name in AWS is a template of lambroll's: see `function_name`".to_owned());
    }
    if document.get("Layers").is_some_and(|layers| !layers.items().is_empty()) {
        described.doubts.push("it has layers: what they bring need not be packed".to_owned());
    }
    described
        .doubts
        .push("lambroll zips the folder that its `--src` names: correct `path` if that is another one".to_owned());
    described.function_name = function_name;
    Read { functions: vec![described], left_out: Vec::new() }
}
