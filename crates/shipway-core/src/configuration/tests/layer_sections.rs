//! `[layers.NAME]`, and functions that name layers.

use insta::assert_snapshot;

use super::*;

const START: &str = "[project]\nname = \"p\"\n[functions.f]\npath = \"f\"\nlayers = [\"shared\"]\n\
                     [layers.shared]\npath = \"shared\"\nruntimes = [\"python3.13\", \"python3.12\"]\n";
const DEV: &str = "[environments.dev]\nprovider = \"local\"\n";

fn resolved(lines: &str) -> ResolvedEnvironment {
    let text = format!("{START}{lines}");
    let configuration = ProjectConfiguration::parse("shipway.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    resolve(&configuration, &Layers::default(), &"dev".parse().unwrap()).unwrap()
}

#[test]
fn a_layer_is_settled_with_its_name_and_what_it_suits() {
    let layer = resolved(DEV).layers.remove(0);
    assert_eq!(layer.layer_name.as_str(), "shared");
    assert_eq!(layer.runtimes.iter().map(|runtime| runtime.as_str()).collect::<Vec<_>>(), ["python3.13", "python3.12"]);
    assert_eq!(layer.architectures, [crate::names::Architecture::X86_64]);
    let layer = resolved(&format!(
        "architectures = [\"arm64\", \"x86_64\"]\nlicense = \"MIT\"\n{DEV}layer_name = \"{{project}}-{{layer}}\"\n"
    ));
    let layer = &layer.layers[0];
    assert_eq!((layer.layer_name.as_str(), layer.license.as_deref()), ("p-shared", Some("MIT")));
    assert_eq!(layer.settings.architecture, crate::names::Architecture::Arm64);
    let settings = resolved(DEV);
    let shown: Vec<&str> = settings.explain().iter().map(|setting| setting.key.as_str()).collect();
    assert!(shown.contains(&"layers.shared.runtimes") && shown.contains(&"functions.f.layers"), "{shown:?}");
    assert!(!shown.contains(&"functions.shared.path"), "{shown:?}");
}

#[test]
fn what_cannot_be_meant_is_said() {
    let problems = |text: &str| ProjectConfiguration::parse("shipway.toml", text).unwrap_err().to_string();
    assert_snapshot!(problems(&START.replace("[\"shared\"]", "[\"sharde\"]")), @r#"
    there is no layer `sharde`
     --> shipway.toml:5:10
    5 | layers = ["sharde"]
      |          ^^^^^^^^^^
    hint: did you mean `shared`?
    "#);
    assert_snapshot!(problems(&START.replace("[\"shared\"]", "[\"shared\", \"shared\"]")), @r#"
    `f` names the layer `shared` twice
     --> shipway.toml:5:10
    5 | layers = ["shared", "shared"]
      |          ^^^^^^^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(problems(&START.replace("[\"python3.13\", \"python3.12\"]", "[]")), @"
    a layer suits 1 to 15 runtimes, not 0
     --> shipway.toml:8:12
    8 | runtimes = []
      |            ^^
    ");
    assert_snapshot!(problems(&format!("{START}handler = \"x.y\"\nlayer_name = \"{{function}}\"\n")), @r#"
    unknown key `handler` in `layers.shared`
     --> shipway.toml:9:1
    9 | handler = "x.y"
      | ^^^^^^^
    hint: a layer has none

    `{function}` is not a template for layer names: its placeholders can be `{layer}`, `{project}` and `{environment}`
      --> shipway.toml:10:14
    10 | layer_name = "{function}"
       |              ^^^^^^^^^^^^
    "#);
    let two = format!("{START}[layers.other]\npath = \"o\"\nruntimes = [\"python3.13\"]\n{DEV}layer_name = \"same\"\n");
    assert_snapshot!(problems(&two), @r#"
    the layers `other` and `shared` would both be named `same` in `dev`
      --> shipway.toml:14:1
    14 | layer_name = "same"
       | ^^^^^^^^^^
    hint: a template tells layers apart by `{layer}`
    "#);
}
