//! The example, deployed, called, edited and rolled back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{EmbeddedLambda, Project, Run, Shims, contents, need, shipway};

fn run(project: &Project, arguments: &[&str]) -> Run {
    Run::of(shipway(project.path()).args(arguments))
}

#[test]
fn a_small_function_is_deployed_edited_and_rolled_back() {
    let project = Project::small();
    let edition = |expected: u32| {
        let answer = run(&project, &["invoke", "greet", "--env", "local"]).expect(0).json();
        assert_eq!(answer["edition"], expected, "{answer}");
    };
    let first = run(&project, &["deploy", "--env", "local", "--format", "json"]).expect(0).json();
    assert_eq!(first["functions"][0]["outcome"], "deployed");
    edition(1);
    project.write_edition(2);
    let second = run(&project, &["deploy", "--env", "local", "--format", "json"]).expect(0).json();
    assert_eq!(second["functions"][0]["changes"][0]["path"], "greet/app.py");
    edition(2);
    let back = run(&project, &["rollback", "--env", "local"]).expect(0);
    assert!(back.stdout.contains("rolled back"), "{}", back.stdout);
    edition(1);
    let refused = run(&project, &["deploy", "--env", "local"]).expect(4);
    assert!(refused.stderr.contains("--again"), "{}", refused.stderr);
    edition(1);
    let _again = run(&project, &["deploy", "--env", "local", "--again"]).expect(0);
    edition(2);
}

const FUNCTIONS: [&str; 3] = ["check-barcode", "create-order", "price-quote"];

/// What the example's build needs.
const TOOLS: &[&str] = &["git", "python3", "uv|pip|pip3", "node", "npm", "cargo"];

/// What no deployment may start that has nothing to build.
const BUILD_TOOLS: &[&str] = &[
    "python",
    "python3",
    "python3.13",
    "pip",
    "pip3",
    "uv",
    "node",
    "npm",
    "npx",
    "cargo",
    "rustc",
    "rustup",
    "sh",
    "bash",
    "make",
];

const HANDLER: &str = "functions/price-quote/index.mjs";

/// Cells of a table for people, by the name in the first column.
fn rows(table: &str) -> BTreeMap<String, Vec<String>> {
    let cells =
        |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
    let rows = table.lines().map(|line| -> Vec<String> { cells(line) });
    rows.filter_map(|row| Some((row.first()?.clone(), row))).collect()
}

fn outcomes(run: &Run) -> BTreeMap<String, Value> {
    let answer = run.json();
    let functions = answer["functions"].as_array().expect("a list").clone();
    functions
        .into_iter()
        .map(|function| (function["function"].as_str().expect("a name").to_owned(), function))
        .collect()
}

/// What a function answers to one of the example's events, and the version that answered.
fn answer(project: &Project, function: &str, event: &str) -> (Value, Value) {
    let payload = format!("@events/{event}.json");
    let arguments = ["invoke", function, "--env", "local", "--payload", &payload, "--format", "json"];
    let answer = run(project, &arguments).expect(0).json();
    (answer["payload"].clone(), answer["executed_version"].clone())
}

#[test]
fn the_example_goes_from_a_commit_to_running_code_and_back() {
    need(TOOLS);
    let project = Project::copy_of("examples/orders");
    deploys_three_functions(&project);
    answers_its_events(&project);
    has_nothing_to_do_without_a_change(&project);
    serves_an_edited_handler(&project);
    goes_back(&project);
    tells_what_is_wanted_and_does_not_run(&project);
}

fn deploys_three_functions(project: &Project) {
    let deployed = run(project, &["deploy", "--env", "local"]).expect(0);
    let table = rows(&deployed.stdout);
    assert_eq!(table["FUNCTION"][..6], ["FUNCTION", "OUTCOME", "VERSION", "ALIAS", "ARTIFACT", "TIME"]);
    for function in FUNCTIONS {
        let row = &table[function];
        assert_eq!(row[1..4], ["deployed", "1", "live"], "{row:?}");
        assert!(row[4].len() == 12 && row[4].chars().all(|digit| digit.is_ascii_hexdigit()), "{row:?}");
        assert!(row[5].ends_with('s'), "{row:?}");
    }
    assert_eq!(table.len(), 4, "{}", deployed.stdout);
}

fn answers_its_events(project: &Project) {
    let (order, version) = answer(project, "create-order", "create-order");
    assert_eq!(
        (&order["accepted"], &order["total"], &version),
        (&json!(true), &json!("21.25"), &json!("1")),
        "{order}"
    );
    let (refused, _) = answer(project, "create-order", "create-order-invalid");
    assert_eq!(refused["accepted"], false, "{refused}");
    let (quote, _) = answer(project, "price-quote", "price-quote");
    assert_eq!(quote, json!({ "ok": true, "currency": "EUR", "net": "19.12", "tax": "3.63", "total": "22.75" }));
    let (barcode, _) = answer(project, "check-barcode", "check-barcode");
    assert_eq!(barcode, json!({ "barcode": "4006381333931", "valid": true, "check_digit": 1 }));
}

fn has_nothing_to_do_without_a_change(project: &Project) {
    let shims = Shims::of(BUILD_TOOLS);
    let lambda = EmbeddedLambda::of(project.path());
    let store = project.path().join(".shipway/local/store");
    let before = contents(&store);
    assert!(!before.is_empty(), "the store is somewhere else");
    let deploy = ["deploy", "--env", "local", "--format", "json"];
    let again = Run::of(shipway(project.path()).args(deploy).env("PATH", shims.first_on_path())).expect(0);
    for (function, outcome) in outcomes(&again) {
        assert_eq!(outcome["outcome"], "unchanged", "{outcome}");
        assert_eq!(outcome["details"]["because"], "same-source", "{outcome}");
        assert!(again.stderr.contains(&format!("{function}: nothing to do: its inputs are those of what runs")));
    }
    let calls = lambda.take();
    assert!(!calls.is_empty(), "the command asked another Lambda than this one");
    for call in &calls {
        assert_eq!(call.method, "GET", "a write: {call:?}");
    }
    for function in FUNCTIONS {
        // Aliases and versions follow the function's name after a slash, a colon or a question mark.
        let about = |path: &str| {
            let name = path.split("/functions/").nth(1).unwrap_or_default();
            name.strip_prefix(function).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':', '%', '?']))
        };
        let reads: Vec<_> = calls.iter().filter(|call| about(&call.path)).collect();
        assert!((1..=2).contains(&reads.len()), "{function}: {reads:#?}");
    }
    assert!(calls.len() <= 2 * FUNCTIONS.len(), "{calls:#?}");
    assert_eq!(shims.called(), "", "a tool was started");
    assert_eq!(contents(&store), before, "the store was written to");
}

fn serves_an_edited_handler(project: &Project) {
    let handler = std::fs::read_to_string(project.path().join(HANDLER)).expect("a handler");
    assert!(handler.contains("ok: true,"));
    project.write(HANDLER, &handler.replace("ok: true,", "ok: \"yes\","));
    // What answers is what was deployed, not what lies in the project.
    assert_eq!(answer(project, "price-quote", "price-quote").0["ok"], true);
    let plan = run(project, &["plan", "--env", "local"]).expect(0);
    assert!(plan.stdout.contains(&format!("changed: {HANDLER}")), "{}", plan.stdout);
    let deployed = run(project, &["deploy", "--env", "local", "--format", "json"]).expect(0);
    let outcomes = outcomes(&deployed);
    assert_eq!(outcomes["price-quote"]["outcome"], "deployed");
    assert_eq!(outcomes["price-quote"]["changes"].as_array().map(Vec::len), Some(1), "{outcomes:#?}");
    assert_eq!(outcomes["price-quote"]["changes"][0]["path"], HANDLER);
    assert!(deployed.stderr.contains(&format!("price-quote: changed since what ran before: {HANDLER}")));
    assert_eq!(outcomes["create-order"]["outcome"], "unchanged");
    assert_eq!(outcomes["check-barcode"]["outcome"], "unchanged");
    let (quote, version) = answer(project, "price-quote", "price-quote");
    assert_eq!((&quote["ok"], &version), (&json!("yes"), &json!("2")));
}

fn goes_back(project: &Project) {
    let status = || rows(&run(project, &["status", "--env", "local"]).expect(0).stdout);
    let rejected = status()["price-quote"][3].clone();
    let back = run(project, &["rollback", "--env", "local", "price-quote"]).expect(0);
    assert_eq!(rows(&back.stdout)["price-quote"][1..4], ["rolled back", "1", "live"], "{}", back.stdout);
    let (quote, version) = answer(project, "price-quote", "price-quote");
    assert_eq!((&quote["ok"], &version), (&json!(true), &json!("1")));

    let refused = run(project, &["deploy", "--env", "local"]).expect(4);
    assert_eq!(rows(&refused.stdout)["price-quote"][1], "REFUSED", "{}", refused.stdout);
    let error = refused.stderr.lines().find(|line| line.starts_with("error: ")).expect("an error");
    assert!(error.contains("price-quote") && error.contains(&rejected), "{error}");
    assert!(refused.stderr.contains("hint: `--again` deploys it all the same"), "{}", refused.stderr);
    assert_eq!(answer(project, "price-quote", "price-quote").1, "1");

    let history = run(project, &["history", "--env", "local", "price-quote"]).expect(0).stdout;
    let commit = project.git(&["rev-parse", "--short=12", "HEAD"]);
    let first = status()["price-quote"][3].clone();
    let told = [
        format!("deploy of {first} (commit {}) begins", commit.trim()),
        format!("{first} (commit {}) as version 1 serves", commit.trim()),
        format!("{rejected} (commit {}+) as version 2 serves", commit.trim()),
        format!("as version 1 serves again (the alias was moved); {rejected} is rejected"),
    ];
    let places: Vec<usize> =
        told.iter().map(|line| history.find(line).unwrap_or_else(|| panic!("no `{line}` in\n{history}"))).collect();
    assert!(places.is_sorted(), "not in order:\n{history}");
    assert!(history.contains("tester@"), "{history}");

    let again = run(project, &["deploy", "--env", "local", "--again", "--format", "json"]).expect(0);
    assert_eq!(outcomes(&again)["price-quote"]["outcome"], "deployed");
    assert_eq!(answer(project, "price-quote", "price-quote").0["ok"], "yes");
}

fn tells_what_is_wanted_and_does_not_run(project: &Project) {
    // The code needs a variable that nobody has set.
    let configuration = std::fs::read_to_string(project.path().join("shipway.toml")).expect("a configuration");
    let needs_more =
        configuration.replace("environment = [\"PAYMENT_PAGE\"]", "environment = [\"PAYMENT_PAGE\", \"SHOP_NAME\"]");
    assert_ne!(needs_more, configuration);
    project.write("shipway.toml", &needs_more);
    let order = project.path().join("functions/create-order/app.py");
    let handler = std::fs::read_to_string(&order).expect("a handler");
    project.write("functions/create-order/app.py", &handler.replace("\"accepted\": True", "\"accepted\": \"yes\""));
    project.commit("take orders in words");
    let held = run(project, &["deploy", "--env", "local", "create-order"]).expect(3);
    assert!(held.stderr.contains("create-order is HELD") && held.stderr.contains("SHOP_NAME"), "{}", held.stderr);
    assert_eq!(answer(project, "create-order", "create-order").0["accepted"], true);

    let status = run(project, &["status", "--env", "local"]).expect(0);
    let table = rows(&status.stdout);
    assert_eq!(table["FUNCTION"], ["FUNCTION", "RUNS", "ALIAS", "ARTIFACT", "COMMIT", "SINCE", "WANTED"]);
    let first = project.git(&["rev-parse", "--short=12", "HEAD~1"]);
    let row = &table["create-order"];
    assert_eq!((row[1].as_str(), row[4].as_str()), ("1", first.trim()), "{row:?}");
    assert!(row[5].ends_with("ago") || row[5] == "just now", "{row:?}");
    assert!(row[6] != row[3] && row[6].len() == 12, "it does not say what is wanted: {row:?}");
    assert!(status.stderr.contains(&format!("{} is HELD", row[6])), "{}", status.stderr);
    assert!(status.stderr.contains("SHOP_NAME"), "{}", status.stderr);
}
