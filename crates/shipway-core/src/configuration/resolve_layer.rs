//! Settles a layer: what it is called in an environment, and how it is built. A layer is built as a function is, so that
//! its settings go through the same rules.

use super::explain::Explainer;
use super::file::{EnvironmentSection, FunctionSection, LayerSection};
use super::layers::Origin;
use super::reader::{Located, Place};
use super::resolve_function::settings;
use super::resolved::ResolvedLayer;
use super::template::NameContext;
use crate::names::{Architecture, EnvironmentName, InvalidName, LayerName, LogicalName, ProjectName};

impl LayerSection {
    /// The settings that a layer shares with functions.
    pub(super) fn as_function(&self) -> FunctionSection {
        let first = |list: &Located<Vec<_>>| {
            list.value.first().copied().map(|value| Located { value, place: list.place.clone() })
        };
        FunctionSection {
            path: self.path.clone(),
            runtime: self
                .runtimes
                .value
                .first()
                .map(|runtime| Located { value: runtime.clone(), place: self.runtimes.place.clone() }),
            handler: None,
            architecture: self.architectures.as_ref().and_then(first),
            build: self.build.clone(),
            python: self.python.clone(),
            node: self.node.clone(),
            java: self.java.clone(),
            go: None,
            rust: None,
            depends_on: self.depends_on.clone(),
            exclude: self.exclude.clone(),
            allow: self.allow.clone(),
            build_environment: self.build_environment.clone(),
            build_timeout: self.build_timeout.clone(),
            requires: None,
            layers: None,
            function_name: None,
            function_names: None,
        }
    }
}

/// A layer's name in an environment and the place that decided it: the layer's own template, the environment's,
/// `{layer}`.
pub(super) fn layer_naming<'a>(
    project: &ProjectName,
    (environment, section): (&EnvironmentName, &'a EnvironmentSection),
    (logical, layer): (&LogicalName, &'a LayerSection),
) -> (Result<LayerName, InvalidName>, Option<&'a Place>) {
    match layer.layer_name.as_ref().or(section.layer_name.as_ref()) {
        Some(template) => {
            let name = template.value.render(NameContext { project, environment, function: logical });
            (name, Some(&template.place))
        }
        None => (logical.as_str().parse(), None),
    }
}

/// Settles a layer.
pub(super) fn resolve_layer(
    explainer: &mut Explainer<'_>,
    (name, layer): (&LogicalName, &LayerSection),
    layer_name: LayerName,
    origin: Origin,
) -> ResolvedLayer {
    explainer.show(&format!("layers.{name}.name"), &layer_name, origin);
    let before = explainer.settings.len();
    let settings = settings(explainer, name, &layer.as_function());
    for setting in explainer.settings.iter_mut().skip(before) {
        if let Some(rest) = setting.key.strip_prefix("functions.") {
            setting.key = format!("layers.{rest}");
        }
    }
    let key = |key: &str| format!("layers.{name}.{key}");
    let runtimes = explainer.list(&key("runtimes"), Some(&layer.runtimes));
    let architectures = match &layer.architectures {
        Some(_) => explainer.list(&key("architectures"), layer.architectures.as_ref()),
        None => vec![Architecture::X86_64],
    };
    ResolvedLayer {
        name: name.clone(),
        layer_name,
        runtimes: runtimes.into_iter().map(|runtime| runtime.0).collect(),
        architectures,
        description: explainer.optional(&key("description"), layer.description.as_ref()).map(|text| text.to_string()),
        license: explainer.optional(&key("license"), layer.license.as_ref()).map(|text| text.to_string()),
        settings,
    }
}
