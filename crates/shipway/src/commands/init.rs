//! `shipway init`: find the functions in a repository and write a `shipway.toml`.

use std::path::Path;

use serde_json::json;
use shipway_core::detection::{DetectedFunction, Detections, detect, import, write_configuration};
use shipway_core::exit::ExitCode;
use shipway_core::names::ProjectName;
use shipway_host::ProjectFiles;

use crate::arguments::InitArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, plural};
use crate::project::FILE_NAME;

pub(crate) fn run(arguments: &InitArguments, invocation: &Invocation, printer: &Printer) -> Result<ExitCode, Failure> {
    let folder = std::path::absolute(&invocation.directory).map_err(|source| Failure::File {
        attempt: "finding",
        path: invocation.directory.clone(),
        source,
    })?;
    let path = folder.join(FILE_NAME);
    if path.exists() && !arguments.force {
        return Err(Failure::usage(
            format!("{} is there already", path.display()),
            "`--force` writes over it; `-C FOLDER` works elsewhere",
        ));
    }
    let project = project_name(arguments.name.as_deref(), &folder)?;
    let files = ProjectFiles::of(&folder, "");
    let detections = match &arguments.from {
        Some(file) => imported(file, &files)?,
        None => detect(files.listing(), &mut |path| files.text(path)),
    };
    let text = write_configuration(&detections, &project);
    std::fs::write(&path, &text).map_err(|source| Failure::File { attempt: "writing", path: path.clone(), source })?;
    printer.answer(
        || format!("wrote {} with {}\n", path.display(), plural(detections.functions.len(), "function")),
        || {
            json!({
                "version": 1,
                "file": path.display().to_string(),
                "functions": detections.functions.iter().map(data).collect::<Vec<_>>(),
                "left_out": detections.left_out,
            })
        },
    );
    tell(&detections, printer);
    if arguments.from.is_none() {
        tell_importable(&files, printer);
    }
    Ok(ExitCode::Done)
}

/// The functions of another tool's file, which is named relative to the project's folder.
fn imported(file: &str, files: &ProjectFiles) -> Result<Detections, Failure> {
    let file = file.strip_prefix("./").unwrap_or(file);
    let text = files.text(file).ok_or_else(|| {
        Failure::usage(format!("`{file}` is no text file of this project"), "name it relative to the project's folder")
    })?;
    import(file, &text, files.listing()).map_err(|error| {
        Failure::usage(error.to_string(), "`shipway init` without `--from` looks for functions in the sources")
    })
}

/// Files of other tools that a first configuration could start from.
const IMPORTABLE: [&str; 6] =
    ["template.yaml", "template.yml", "template.json", "serverless.yml", "serverless.yaml", "function.json"];

fn tell_importable(files: &ProjectFiles, printer: &Printer) {
    let found = IMPORTABLE.into_iter().find(|name| files.listing().iter().any(|file| file.path == *name));
    if let Some(name) = found {
        printer.hint(&format!("`shipway init --force --from {name}` starts from what {name} says instead"));
    }
}

fn tell(detections: &Detections, printer: &Printer) {
    for function in &detections.functions {
        let (builder, handler) = (function.builder.name(), &function.handler);
        printer.status(&format!("  {}: {builder}, {handler}, {}", function.name, function.runtime));
        for doubt in &function.doubts {
            printer.status(&format!("    look at this: {doubt}"));
        }
    }
    for left_out in &detections.left_out {
        printer.warning(&format!("not taken over: {left_out}"));
    }
    if detections.functions.is_empty() {
        printer.warning("no function was found; the file says how to describe one");
    } else {
        printer.hint("look it over, then `shipway deploy --env local` runs it on this machine");
    }
}

fn data(function: &DetectedFunction) -> serde_json::Value {
    json!({
        "function": function.name,
        "path": function.path.as_str(),
        "builder": function.builder.name(),
        "runtime": function.runtime,
        "handler": function.handler,
        "evidence": function.evidence.iter().map(|evidence| json!({
            "file": evidence.file,
            "line": evidence.line,
            "what": evidence.what,
        })).collect::<Vec<_>>(),
        "doubts": function.doubts,
    })
}

/// The name that was given, else the folder's, with what no name may hold made `-`.
fn project_name(given: Option<&str>, folder: &Path) -> Result<ProjectName, Failure> {
    let name = match given {
        Some(name) => name.to_owned(),
        None => folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' })
            .take(64)
            .collect(),
    };
    name.parse().map_err(|invalid| Failure::usage(format!("{invalid}"), "`--name NAME` gives the project a name"))
}
