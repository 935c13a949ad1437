//! What settings of layers mean together, and with the functions that are to have them.

use std::collections::{BTreeMap, BTreeSet};

use super::check::check_function;
use super::file::{ConfigurationFile, EnvironmentSection, FunctionSection, LayerSection};
use super::problem::{ProblemCode, suggestion};
use super::reader::{Located, Reading};
use super::resolve_layer::layer_naming;
use crate::names::{EnvironmentName, LayerName, LogicalName};

/// What Lambda takes at most. Source: Lambda's model, and its recorded refusals.
const MOST_LAYERS: usize = 5;
const MOST_RUNTIMES: usize = 15;

/// Checks one layer, with the rules of functions and its own.
pub(super) fn check_layer(name: &LogicalName, layer: &LayerSection, reading: &mut Reading<'_>) {
    check_function(name, &layer.as_function(), reading);
    let runtimes = &layer.runtimes;
    if runtimes.value.is_empty() || runtimes.value.len() > MOST_RUNTIMES {
        let message = format!("a layer suits 1 to {MOST_RUNTIMES} runtimes, not {}", runtimes.value.len());
        reading.invalid(&runtimes.place, ProblemCode::InvalidValue, message, None);
    }
    if let Some(architectures) = layer.architectures.as_ref().filter(|list| list.value.is_empty()) {
        let hint = "leave the key out for `x86_64`";
        let message = "a layer suits at least one architecture".to_owned();
        reading.invalid(&architectures.place, ProblemCode::InvalidValue, message, Some(hint.to_owned()));
    }
}

/// A function's layers exist, each once, and are not too many.
pub(super) fn check_layers_of(
    file: &ConfigurationFile,
    name: &LogicalName,
    function: &FunctionSection,
    reading: &mut Reading<'_>,
) {
    let Some(layers) = &function.layers else { return };
    let known: Vec<&str> = file.layers.0.keys().map(LogicalName::as_str).collect();
    let mut seen = BTreeSet::new();
    for layer in &layers.value {
        if !file.layers.0.contains_key(layer) {
            let hint = suggestion(layer.as_str(), "the layers are", &known);
            reading.invalid(&layers.place, ProblemCode::InvalidValue, format!("there is no layer `{layer}`"), hint);
        } else if !seen.insert(layer) {
            let message = format!("`{name}` names the layer `{layer}` twice");
            reading.invalid(&layers.place, ProblemCode::Conflict, message, None);
        }
    }
    if layers.value.len() > MOST_LAYERS {
        let message = format!("a function has at most {MOST_LAYERS} layers, not {}", layers.value.len());
        reading.invalid(&layers.place, ProblemCode::InvalidValue, message, None);
    }
}

/// Every layer's name in an environment must be one that Lambda accepts, and no two may be the same.
pub(super) fn check_layer_names(
    file: &ConfigurationFile,
    environment: &EnvironmentName,
    section: &Located<EnvironmentSection>,
    reading: &mut Reading<'_>,
) {
    let mut taken: BTreeMap<LayerName, &LogicalName> = BTreeMap::new();
    for (logical, layer) in &file.layers.0 {
        let project = &file.project.value.name.value;
        let (name, place) = layer_naming(project, (environment, &section.value), (logical, &layer.value));
        let place = place.unwrap_or(&section.place);
        match name {
            Err(invalid) => {
                let message = format!("no name for the layer `{logical}`: {invalid}");
                reading.misplaced(place, ProblemCode::InvalidValue, message, None);
            }
            Ok(name) => {
                if let Some(other) = taken.insert(name.clone(), logical) {
                    let message =
                        format!("the layers `{other}` and `{logical}` would both be named `{name}` in `{environment}`");
                    let hint = Some("a template tells layers apart by `{layer}`".to_owned());
                    reading.misplaced(place, ProblemCode::Conflict, message, hint);
                }
            }
        }
    }
}
