//! One artifact for several Lambda functions: how they are named, and what cannot be meant.

use insta::assert_snapshot;

use super::*;

const START: &str = "[project]\nname = \"p\"\n[functions.a]\npath = \"a\"\n[functions.b]\npath = \"b\"\n";

fn names(environment: &str, function: &str) -> Vec<(String, String)> {
    let text = START.replace("path = \"b\"\n", &format!("path = \"b\"\n{function}"))
        + "[environments.dev]\nprovider = \"local\"\n"
        + environment;
    let configuration = ProjectConfiguration::parse("shipway.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    let resolved = resolve(&configuration, &Layers::default(), &"dev".parse().unwrap()).unwrap();
    let targets = resolved.functions.iter().flat_map(|function| &function.targets);
    targets.map(|target| (target.name.to_string(), target.target.function.to_string())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

#[test]
fn a_list_of_names_makes_several_targets() {
    assert_eq!(names("", ""), pairs(&[("a", "a"), ("b", "b")]));
    let listed = "function_names = [\"{function}-eu-{environment}\", \"{function}-us\"]\n";
    assert_eq!(names("", listed), pairs(&[("a", "a"), ("b:b-eu-dev", "b-eu-dev"), ("b:b-us", "b-us")]));
    let here =
        "[environments.dev.functions.a]\nfunction_names = [\"x\"]\n[environments.dev.functions.b]\nname = \"y\"\n";
    assert_eq!(names(here, listed), pairs(&[("a:x", "x"), ("b", "y")]));
}

#[test]
fn targets_are_found_by_either_name() {
    let text = format!("{START}function_names = [\"b-eu\", \"b-us\"]\n[environments.dev]\nprovider = \"local\"\n");
    let configuration = ProjectConfiguration::parse("shipway.toml", &text).unwrap();
    let resolved = resolve(&configuration, &Layers::default(), &"dev".parse().unwrap()).unwrap();
    let found = |name: &str| {
        let (_, targets) = resolved.targets(name)?;
        Ok::<_, Problems>(targets.iter().map(|target| target.target.function.to_string()).collect::<Vec<_>>())
    };
    assert_eq!(found("b").unwrap(), ["b-eu", "b-us"]);
    assert_eq!(found("b:b-us").unwrap(), ["b-us"]);
    assert_snapshot!(found("b:b-uk").unwrap_err(), @"
    there is no target `b:b-uk`
    hint: did you mean `b:b-us`?
    ");
    assert_snapshot!(found("a:a").unwrap_err(), @"
    there is no target `a:a`
    hint: the targets are: `a`
    ");
    assert_snapshot!(found("c:b-us").unwrap_err(), @"
    there is no function `c`
    hint: did you mean `a`?
    ");
}

#[test]
fn what_cannot_be_meant_is_said() {
    let problems = |lines: &str| {
        let text = format!("{START}{lines}");
        ProjectConfiguration::parse("shipway.toml", &text).unwrap_err().to_string()
    };
    assert_snapshot!(problems("function_names = []\n"), @"
    no name is listed
     --> shipway.toml:7:18
    7 | function_names = []
      |                  ^^
    hint: leave the key out; `enabled = false` in an environment switches the function off there
    ");
    assert_snapshot!(problems("function_name = \"x\"\nfunction_names = [\"y\"]\n"), @r#"
    `function_name` and `function_names` both name the function
     --> shipway.toml:7:1
    7 | function_name = "x"
      | ^^^^^^^^^^^^^
    "#);
    let environment = "[environments.dev]\nprovider = \"local\"\n";
    assert_snapshot!(problems(&format!("function_names = [\"x\", \"x\"]\n{environment}")), @r#"
    `b` would be named `x` twice in `dev`
     --> shipway.toml:7:1
    7 | function_names = ["x", "x"]
      | ^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(problems(&format!("function_names = [\"a\", \"x\"]\n{environment}")), @r#"
    `a` and `b` would both be named `a` in `dev`
     --> shipway.toml:7:1
    7 | function_names = ["a", "x"]
      | ^^^^^^^^^^^^^^
    hint: a template tells functions apart by `{function}`
    "#);
    assert_snapshot!(
        problems(&format!("{environment}[environments.dev.functions.a]\nname = \"x\"\nfunction_names = [\"y\"]\n")),
        @r#"
    `name` and `function_names` both name the function
      --> shipway.toml:10:1
    10 | name = "x"
       | ^^^^
    "#
    );
}
