//! Completes what a configuration leaves out, and makes a build's order of it.
//!
//! What the configuration says stands; only what it does not say is looked for in the function's folder.

use std::collections::BTreeMap;

use super::detect::{DetectedFunction, ListedFile, detect};
use super::folders::join;
use super::{java, node, prebuilt};
use crate::build::{FunctionBuild, LAYER_HANDLER, Platform, Product};
use crate::builder::{Builder, GoSettings, JavaSettings, NodeSettings, PythonSettings, RustSettings};
use crate::configuration::{
    FunctionSettings, LocalFunction, Megabytes, Problem, ProblemCode, Problems, ProjectPath, ResolvedFunction,
    ResolvedLayer, Seconds,
};
use crate::contract::{Contract, Corrections};
use crate::layer::LayerLayout;
use crate::names::{Handler, Runtime, RuntimeFamily};
use crate::python::{EntryPoint, InvalidEntryPoint};

/// Makes the order for a function's build. `listing` gives the files of the project (those of the function's folder are
/// enough), and is only asked where the configuration leaves something to be found out; `read` gives the text of one.
/// Files are read only when the configuration leaves out the runtime or the handler.
///
/// # Errors
/// When the runtime, the handler or the builder is neither configured nor to be found.
pub fn build_order<'l>(
    function: &ResolvedFunction,
    platform: Platform,
    listing: &dyn Fn() -> &'l [ListedFile],
    read: &mut dyn FnMut(&str) -> Option<String>,
) -> Result<FunctionBuild, Problems> {
    let settings = &function.settings;
    let inside = || inside(&settings.path, listing());
    let mut detected = Vec::new();
    let (runtime, handler) = match (&settings.runtime, &settings.handler) {
        (Some(runtime), Some(handler)) => (runtime.clone(), handler.clone()),
        _ => {
            detected = fitting(settings, &inside(), read);
            complete(function, &detected)?
        }
    };
    let builder = match &settings.builder {
        Some(builder) => builder.clone(),
        None if settings.handler.is_none()
            && let Some(bundle) = bundling(&detected) =>
        {
            bundle
        }
        None => builder_for(&runtime, &inside).ok_or_else(|| {
            let message = format!("cannot tell how `{}` is built: `{}` in {}", function.name, runtime, settings.path);
            let hint = "set `build`, such as `{ command = [\"make\", \"package\"], output = \"dist\" }`";
            problem(message, hint.to_owned())
        })?,
    };
    let (builder, handler) = with_entry_point(function, builder, handler)?;
    let texts = |texts: &[crate::configuration::PathPattern]| texts.iter().map(ToString::to_string).collect();
    let mut allow: Vec<String> = texts(&settings.allow);
    if !settings.layers.is_empty() {
        // What one of its layers may bring is not missed in the package.
        allow.push(HANDLER_IN_LAYER.to_owned());
    }
    let requires = &settings.requires;
    let contract = Contract {
        runtime: runtime.clone(),
        handler: handler.clone(),
        environment: requires.environment.iter().map(ToString::to_string).collect(),
        reads: None,
        memory_megabytes: requires.memory.map(|memory| memory.0),
        timeout_seconds: requires.timeout.map(|timeout| timeout.0),
        layers: requires.layers.iter().cloned().collect(),
        network: requires.network,
    };
    let corrections = Corrections {
        optional: requires.optional.iter().map(ToString::to_string).collect(),
        ignore: requires.ignore.iter().map(ToString::to_string).collect(),
    };
    Ok(FunctionBuild {
        function: function.name.clone(),
        folder: folder_text(&settings.path).to_owned(),
        builder,
        runtime,
        handler,
        platform,
        depends_on: texts(&settings.depends_on),
        exclude: texts(&settings.exclude),
        allow,
        variables: settings.build_environment.iter().map(ToString::to_string).collect(),
        timeout_seconds: settings.build_timeout.as_secs(),
        contract,
        corrections,
        product: Product::Function,
    })
}

/// Makes the order for a layer's build. `listing` gives the files of the project (those of the layer's folder are enough).
///
/// # Errors
/// When the builder is neither configured nor to be found.
pub fn layer_build_order<'l>(
    layer: &ResolvedLayer,
    platform: Platform,
    listing: &dyn Fn() -> &'l [ListedFile],
) -> Result<FunctionBuild, Problems> {
    let settings = FunctionSettings {
        runtime: layer.runtimes.first().cloned(),
        handler: Some(LAYER_HANDLER.parse().expect("a word makes a handler")),
        ..layer.settings.clone()
    };
    let function = ResolvedFunction {
        name: layer.name.clone(),
        enabled: true,
        targets: Vec::new(),
        settings,
        local: LocalFunction { environment: BTreeMap::new(), memory: Megabytes(128), timeout: Seconds(3) },
    };
    // With a runtime and a handler no file has to be read.
    let order = build_order(&function, platform, listing, &mut |_| None)?;
    let layout = LayerLayout::of(&order.builder);
    Ok(FunctionBuild { product: Product::Layer { layout }, ..order })
}

/// What `allow` holds when a layer brings the handler's file.
pub const HANDLER_IN_LAYER: &str = "handler-in-layer";

fn problem(message: String, hint: String) -> Problems {
    let problem =
        Problem { code: ProblemCode::MissingKey, message, keys: Vec::new(), location: None, hint: Some(hint) };
    Problems(vec![problem])
}

/// A folder's text in a [`FunctionBuild`], where the project's is empty.
fn folder_text(path: &ProjectPath) -> &str {
    if *path == ProjectPath::root() { "" } else { path.as_str() }
}

/// The files of a function's folder, as seen from there.
fn inside(path: &ProjectPath, listing: &[ListedFile]) -> Vec<ListedFile> {
    let folder = folder_text(path);
    let prefix = join(folder, "");
    listing
        .iter()
        .filter_map(|file| {
            let path = file.path.strip_prefix(prefix.as_str())?;
            Some(ListedFile { path: path.to_owned(), size: file.size })
        })
        .collect()
}

/// What seems to be in the folder and does not contradict the configuration.
fn fitting(
    settings: &FunctionSettings,
    inside: &[ListedFile],
    read: &mut dyn FnMut(&str) -> Option<String>,
) -> Vec<DetectedFunction> {
    let folder = folder_text(&settings.path);
    let detected = detect(inside, &mut |path| read(&join(folder, path)));
    let same_handler = |found: &DetectedFunction| settings.handler.as_ref().is_none_or(|given| *given == found.handler);
    let same_family = |found: &DetectedFunction| {
        settings.runtime.as_ref().is_none_or(|given| given.family() == found.runtime.family())
    };
    // One in a folder of its own within would have another handler from here.
    let here = |found: &DetectedFunction| found.path == ProjectPath::root();
    detected.functions.into_iter().filter(|found| here(found) && same_handler(found) && same_family(found)).collect()
}

/// The runtime and the handler, as configured or as found.
fn complete(function: &ResolvedFunction, detected: &[DetectedFunction]) -> Result<(Runtime, Handler), Problems> {
    let settings = &function.settings;
    let lacking = if settings.runtime.is_none() { "runtime" } else { "handler" };
    // Several programs of one package answer at the same handler, and which one it is the builder's settings say.
    let same = |found: &&DetectedFunction| {
        detected.iter().all(|other| (&other.runtime, &other.handler) == (&found.runtime, &found.handler))
    };
    let Some(found) = detected.first().filter(same) else {
        let what = if detected.is_empty() { "nothing" } else { "more than one function" };
        let message = format!("`{}` has no `{lacking}`, and {what} was found in {}", function.name, settings.path);
        let seen: Vec<String> = detected.iter().map(|found| format!("`{}`", found.handler)).collect();
        let hint = if seen.is_empty() {
            format!("set `{lacking}` in [functions.{}]", function.name)
        } else {
            format!("set `{lacking}` in [functions.{}]; there are {}", function.name, seen.join(", "))
        };
        return Err(problem(message, hint));
    };
    let runtime = settings.runtime.clone().unwrap_or_else(|| found.runtime.clone());
    let handler = settings.handler.clone().unwrap_or_else(|| found.handler.clone());
    Ok((runtime, handler))
}

/// What builds a function for a runtime in a folder (empty for the project's own), going by the files directly in it.
pub(super) fn builder_of_folder(runtime: &Runtime, folder: &str, listing: &[ListedFile]) -> Option<Builder> {
    let path = if folder.is_empty() { ProjectPath::root() } else { folder.parse().ok()? };
    builder_for(runtime, &|| inside(&path, listing))
}

/// `path` as seen from `folder`, relative to the project's folder (empty for that itself); `None` when it leaves the
/// project.
pub(super) fn within(folder: &str, path: &str) -> Option<String> {
    let whole: ProjectPath = if path.starts_with('/') { None } else { join(folder, path).parse().ok() }?;
    Some(folder_text(&whole).to_owned())
}

/// The bundle that makes the very file which a handler that was found is in.
fn bundling(detected: &[DetectedFunction]) -> Option<Builder> {
    let is_bundle = |builder: &&Builder| matches!(builder, Builder::Node(NodeSettings { bundle: Some(_) }));
    detected.first().map(|found| &found.builder).filter(is_bundle).cloned()
}

/// What builds a function for a runtime, going by the files directly in its folder.
fn builder_for(runtime: &Runtime, inside: &dyn Fn() -> Vec<ListedFile>) -> Option<Builder> {
    let has = |name: &str| inside().iter().any(|file| file.path == name);
    let as_it_is = Builder::Prebuilt { path: ".".to_owned() };
    match runtime.family()? {
        // Without requirements there is nothing to install, and the sources are the package.
        RuntimeFamily::Python => Some(Builder::Python(PythonSettings::default())),
        RuntimeFamily::Node if has(node::MANIFEST) => Some(Builder::Node(NodeSettings::default())),
        RuntimeFamily::Node => Some(as_it_is),
        RuntimeFamily::Java if java::MANIFESTS.iter().any(|name| has(name)) => {
            Some(Builder::Java(JavaSettings::default()))
        }
        RuntimeFamily::Ruby => Some(Builder::Ruby),
        RuntimeFamily::Provided if has(prebuilt::BOOTSTRAP) => Some(as_it_is),
        RuntimeFamily::Provided if has("Cargo.toml") => Some(Builder::Rust(RustSettings::default())),
        RuntimeFamily::Provided if has("go.mod") || inside().iter().any(|file| is_go_source(&file.path)) => {
            Some(Builder::Go(GoSettings::default()))
        }
        RuntimeFamily::Provided | RuntimeFamily::Java | RuntimeFamily::Dotnet => None,
    }
}

fn is_go_source(path: &str) -> bool {
    !path.contains('/') && path.ends_with(".go")
}

/// A handler that is no name in the package but a function's in the source, `package.module:function`: the package gets
/// a root module that calls it, at the name that AWS's own templates use.
fn with_entry_point(
    function: &ResolvedFunction,
    builder: Builder,
    handler: Handler,
) -> Result<(Builder, Handler), Problems> {
    match builder {
        Builder::Python(settings) if handler.as_str().contains(':') => {
            EntryPoint::parse(handler.as_str()).map_err(|invalid| {
                let mut problems = problem(
                    format!("the handler of `{}`: {invalid}", function.name),
                    InvalidEntryPoint::HINT.to_owned(),
                );
                problems.0.iter_mut().for_each(|problem| problem.code = ProblemCode::InvalidValue);
                problems
            })?;
            let entry_point = Some(handler.to_string());
            let generated = ENTRY_POINT_HANDLER.parse().expect("a literal that is a handler's name");
            Ok((Builder::Python(PythonSettings { entry_point, ..settings }), generated))
        }
        builder => Ok((builder, handler)),
    }
}

/// What provisioning knows of a Python function with an entry point. Source: the default of AWS's console.
const ENTRY_POINT_HANDLER: &str = "lambda_function.lambda_handler";

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::configuration::{Layers, ProjectConfiguration, resolve};

    /// The order for function `f`, configured by some lines, in a folder with some files.
    fn order(lines: &str, files: &[(&str, &str)]) -> Result<FunctionBuild, Problems> {
        let text = format!(
            "[project]\nname = \"p\"\n[functions.f]\npath = \"a\"\n{lines}\n[environments.local]\nprovider = \"local\"\n"
        );
        let configuration = ProjectConfiguration::parse("shipway.toml", &text).unwrap();
        let environment = resolve(&configuration, &Layers::default(), &"local".parse().unwrap()).unwrap();
        let listing: Vec<ListedFile> =
            files.iter().map(|(path, text)| ListedFile { path: (*path).to_owned(), size: text.len() as u64 }).collect();
        let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        build_order(environment.function("f").unwrap(), Platform::Host, &|| &listing, &mut read)
    }

    const APP: (&str, &str) = ("a/app.py", "def handler(event, context):\n    return 1\n");

    #[test]
    fn a_path_alone_is_enough_where_the_rest_can_be_found() {
        let order =
            order("", &[APP, ("a/.python-version", "3.12\n"), ("b/app.py", "def handler(event, context):")]).unwrap();
        assert_eq!((order.runtime.as_str(), order.handler.as_str()), ("python3.12", "app.handler"));
        assert_eq!(order.builder, Builder::Python(PythonSettings::default()));
        assert_eq!((order.folder.as_str(), order.timeout_seconds), ("a", 900));
    }

    #[test]
    fn what_is_configured_stands() {
        let lines =
            "runtime = \"nodejs22.x\"\nhandler = \"x.y\"\nrequires = { environment = [\"TABLE\"], memory = 256 }";
        let order = order(lines, &[APP, ("a/package.json", "{}")]).unwrap();
        assert_eq!((order.runtime.as_str(), order.handler.as_str()), ("nodejs22.x", "x.y"));
        assert_eq!(order.builder, Builder::Node(NodeSettings::default()));
        assert_eq!(order.contract.environment.into_iter().collect::<Vec<_>>(), ["TABLE"]);
        assert_eq!(order.contract.memory_megabytes, Some(256));
    }

    #[test]
    fn an_entry_point_of_python_leaves_the_handler_that_provisioning_knows() {
        let order = order("runtime = \"python3.13\"\nhandler = \"shop.web:answer\"", &[APP]).unwrap();
        assert_eq!(order.handler.as_str(), "lambda_function.lambda_handler");
        assert_eq!(order.contract.handler, order.handler);
        let entry_point = Some("shop.web:answer".to_owned());
        assert_eq!(order.builder, Builder::Python(PythonSettings { entry_point, ..PythonSettings::default() }));
        assert_eq!(ENTRY_POINT_HANDLER, format!("{}.lambda_handler", crate::python::ROOT_MODULE));
    }

    #[test]
    fn a_bootstrap_is_taken_as_it_is_and_other_runtimes_need_a_build() {
        let found = order("", &[("a/bootstrap", "")]).unwrap();
        assert_eq!(found.builder, Builder::Prebuilt { path: ".".to_owned() });
        let lines = "runtime = \"java21\"\nhandler = \"x.Y\"";
        assert_snapshot!(order(lines, &[]).unwrap_err(), @r#"
        cannot tell how `f` is built: `java21` in a
        hint: set `build`, such as `{ command = ["make", "package"], output = "dist" }`
        "#);
    }

    #[test]
    fn compiled_languages_are_known_by_their_manifests() {
        let runtime = "runtime = \"provided.al2023\"\nhandler = \"bootstrap\"";
        let found = order(runtime, &[("a/Cargo.toml", "")]).unwrap();
        assert_eq!(found.builder, Builder::Rust(RustSettings::default()));
        let found = order(runtime, &[("a/main.go", ""), ("go.mod", "")]).unwrap();
        assert_eq!(found.builder, Builder::Go(GoSettings::default()));
        // Several programs in one package: the runtime and the handler are the same.
        let manifest = "[package]\nname = \"x\"\n[dependencies]\nlambda_http = \"1\"\n";
        let program = "use lambda_http::run;\n";
        let files = [("a/Cargo.toml", manifest), ("a/src/bin/b.rs", program), ("a/src/bin/c.rs", program)];
        let found = order("rust = { binary = \"c\" }", &files).unwrap();
        assert_eq!((found.runtime.as_str(), found.handler.as_str()), ("provided.al2023", "bootstrap"));
        let binary = Some("c".to_owned());
        assert_eq!(found.builder, Builder::Rust(RustSettings { binary, ..RustSettings::default() }));
    }

    #[test]
    fn what_is_neither_configured_nor_found_is_asked_for() {
        assert_snapshot!(order("", &[]).unwrap_err(), @r"
        `f` has no `runtime`, and nothing was found in a
        hint: set `runtime` in [functions.f]
        ");
        assert_snapshot!(order("runtime = \"python3.13\"", &[("a/x.js", "exports.handler = f")]).unwrap_err(), @r"
        `f` has no `handler`, and nothing was found in a
        hint: set `handler` in [functions.f]
        ");
        let both = [APP, ("a/other.py", "def handler(event, context):\n    return 2\n")];
        assert_snapshot!(order("runtime = \"python3.13\"", &both).unwrap_err(), @r"
        `f` has no `handler`, and more than one function was found in a
        hint: set `handler` in [functions.f]; there are `app.handler`, `other.handler`
        ");
        assert_eq!(order("handler = \"other.handler\"", &both).unwrap().runtime.as_str(), "python3.13");
    }
}
