//! Settles what builds a function: the builder that `build` or a language's section names, with its settings. What is
//! left to the files in the function's folder is settled by detection.

use super::build_setting::{
    BuildSetting, BundleSetting, GoSection, JavaSection, Language, NodeSection, PythonSection, RustSection,
};
use super::check::language_sections;
use super::explain::Explainer;
use super::file::FunctionSection;
use super::layers::Origin;
use super::reader::{Located, Optional};
use crate::builder::{
    Builder, BundleSettings, GoSettings, JavaSettings, NodeSettings, PythonSettings, RuntimePackages, RustSettings,
};
use crate::names::LogicalName;

/// What builds the function, unless that is left to what is in its folder.
pub(super) fn resolve_builder(
    explainer: &mut Explainer<'_>,
    name: &LogicalName,
    function: &FunctionSection,
) -> Option<Builder> {
    let file = function.build.as_ref();
    let implied = language_sections(function).first().copied();
    let (builder, shown) = match file.map(|located| &located.value) {
        None | Some(BuildSetting::Auto) => match implied {
            None => (None, "auto".to_owned()),
            Some((language, _)) => (Some(of_language(function, language)), language.word().to_owned()),
        },
        Some(BuildSetting::Language(language)) => (Some(of_language(function, *language)), language.word().to_owned()),
        Some(BuildSetting::Command(command)) => {
            let (words, output) = (command.command.value.0.clone(), command.output.value.to_string());
            let shown = format!("command {words:?}, output {output}");
            (Some(Builder::Command { command: words, output }), shown)
        }
        Some(BuildSetting::Prebuilt(prebuilt)) => {
            let path = prebuilt.prebuilt.value.to_string();
            let shown = format!("prebuilt {path}");
            (Some(Builder::Prebuilt { path }), shown)
        }
    };
    let origin = match (file, implied) {
        (None, Some((_, place))) => Origin::File { line: explainer.line(place) },
        _ => explainer.origin(file),
    };
    explainer.show(&format!("functions.{name}.build"), shown, origin);
    explain_settings(explainer, name, function);
    builder
}

fn of_language(function: &FunctionSection, language: Language) -> Builder {
    match language {
        Language::Python => Builder::Python(section(function.python.as_ref(), python)),
        Language::Node => Builder::Node(section(function.node.as_ref(), node)),
        Language::Java => Builder::Java(section(function.java.as_ref(), java)),
        Language::Go => Builder::Go(section(function.go.as_ref(), go)),
        Language::Rust => Builder::Rust(section(function.rust.as_ref(), rust)),
        Language::Ruby => Builder::Ruby,
    }
}

fn section<S, T: Default>(section: Option<&Located<S>>, settings: fn(&S) -> T) -> T {
    section.map(|located| settings(&located.value)).unwrap_or_default()
}

fn python(section: &PythonSection) -> PythonSettings {
    PythonSettings {
        requirements: text(section.requirements.as_ref()),
        runtime_packages: section.runtime_packages.as_ref().map_or(RuntimePackages::Pack, |located| located.value),
        // The handler says whether there is one, and is not settled yet.
        entry_point: None,
    }
}

fn node(section: &NodeSection) -> NodeSettings {
    let bundle = section.bundle.as_ref().and_then(|bundle| match &bundle.value {
        BundleSetting::Off => None,
        BundleSetting::On => Some(BundleSettings::default()),
        BundleSetting::With(bundle) => {
            Some(BundleSettings { entry: text(bundle.entry.as_ref()), external: texts(bundle.external.as_ref()) })
        }
    });
    NodeSettings { bundle }
}

fn java(section: &JavaSection) -> JavaSettings {
    JavaSettings { jar: text(section.jar.as_ref()) }
}

fn go(section: &GoSection) -> GoSettings {
    GoSettings { package: text(section.package.as_ref()), assets: texts(section.assets.as_ref()) }
}

fn rust(section: &RustSection) -> RustSettings {
    RustSettings {
        binary: text(section.binary.as_ref()),
        features: texts(section.features.as_ref()),
        assets: texts(section.assets.as_ref()),
    }
}

fn text<T: ToString>(setting: Option<&Located<T>>) -> Option<String> {
    setting.map(|located| located.value.to_string())
}

fn texts<T: ToString>(setting: Option<&Located<Vec<T>>>) -> Vec<String> {
    setting.map(|located| located.value.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

/// Every setting of a language's section that the file has, by its key.
fn explain_settings(explainer: &mut Explainer<'_>, name: &LogicalName, function: &FunctionSection) {
    if let Some(Located { value: python, .. }) = &function.python {
        one(explainer, name, "python.requirements", &python.requirements);
        if let Some(packages) = &python.runtime_packages {
            let shown = super::values::word(packages.value);
            explainer.show(
                &format!("functions.{name}.python.runtime_packages"),
                shown,
                explainer.origin(Some(packages)),
            );
        }
    }
    if let Some(Located { value: node, .. }) = &function.node
        && let Some(bundle) = &node.bundle
    {
        let shown = if bundle.value == BundleSetting::Off { "false" } else { "true" };
        explainer.show(&format!("functions.{name}.node.bundle"), shown, explainer.origin(Some(bundle)));
        if let BundleSetting::With(section) = &bundle.value {
            one(explainer, name, "node.bundle.entry", &section.entry);
            several(explainer, name, "node.bundle.external", &section.external);
        }
    }
    if let Some(Located { value: java, .. }) = &function.java {
        one(explainer, name, "java.jar", &java.jar);
    }
    if let Some(Located { value: go, .. }) = &function.go {
        one(explainer, name, "go.package", &go.package);
        several(explainer, name, "go.assets", &go.assets);
    }
    if let Some(Located { value: rust, .. }) = &function.rust {
        one(explainer, name, "rust.binary", &rust.binary);
        several(explainer, name, "rust.features", &rust.features);
        several(explainer, name, "rust.assets", &rust.assets);
    }
}

fn one<T: Clone + std::fmt::Display>(
    explainer: &mut Explainer<'_>,
    name: &LogicalName,
    key: &str,
    setting: &Optional<T>,
) {
    explainer.optional(&format!("functions.{name}.{key}"), setting.as_ref());
}

fn several<T: Clone + std::fmt::Display>(
    explainer: &mut Explainer<'_>,
    name: &LogicalName,
    key: &str,
    setting: &Optional<Vec<T>>,
) {
    explainer.list(&format!("functions.{name}.{key}"), setting.as_ref());
}
