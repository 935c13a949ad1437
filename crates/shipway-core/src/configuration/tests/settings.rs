//! Environments settled from files, flags and variables.

use insta::assert_snapshot;

use super::*;

pub(super) const EXAMPLE: &str = r#"
[project]
name = "orders"

[functions.create-order]
path = "functions/create-order"
runtime = "python3.13"
handler = "app.handler"
architecture = "arm64"
depends_on = ["libs/common"]
exclude = ["tests/**"]
python = { requirements = "requirements/production.txt" }
build_environment = ["PIP_INDEX_URL"]
[functions.create-order.requires]
environment = ["TABLE_NAME"]
memory = 256
timeout = 10

[functions.notify]
path = "functions/notify"
build = { command = ["make", "package"], output = "dist" }
build_timeout = "90s"

[functions.track]
path = "functions/track"
build = { prebuilt = "../../target/track.zip" }
function_name = "tracker-{environment}"

[environments.local]
provider = "local"
[environments.local.functions.create-order]
environment = { TABLE_NAME = "orders-local", API_KEY = "hunter2" }
memory = 512

[environments.development]
branches = ["develop", "feature/**"]
account = "111111111111"
region = "eu-west-1"
role_arn = "arn:aws:iam::111111111111:role/shipway-deploy"
store = { url = "s3://acme-artifacts-dev/shipway", kms_key = "alias/artifacts" }
function_name = "{function}-dev"
alias = "current"
[environments.development.functions.create-order]
name = "OrdersStack-CreateOrder8F2A"
[environments.development.functions.track]
enabled = false

[environments.staging]
branches = ["release/*", "hotfix/*"]
account = "222222222222"
alias = false
"#;

fn example() -> ProjectConfiguration {
    ProjectConfiguration::parse("shipway.toml", EXAMPLE).unwrap()
}

fn environment(name: &str, layers: &Layers) -> Result<ResolvedEnvironment, Problems> {
    resolve(&example(), layers, &name.parse().unwrap())
}

fn layers(flags: Flags, variables: &[(&str, &str)]) -> Layers {
    let environment_variables =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Layers { flags, environment_variables, ..Layers::default() }
}

fn explained(resolved: &ResolvedEnvironment) -> String {
    resolved
        .explain()
        .iter()
        .map(|setting| {
            let overridden = setting
                .overridden
                .as_ref()
                .map(|overridden| format!(", not {} of line {}", overridden.value, overridden.line));
            format!("{} = {} ({}{})\n", setting.key, setting.value, setting.origin, overridden.unwrap_or_default())
        })
        .collect()
}

#[test]
fn an_environment_is_settled_and_explained() {
    let resolved = environment("development", &Layers::default()).unwrap();
    assert_snapshot!(explained(&resolved), @r#"
    provider = aws (default)
    account = 111111111111 (line 37)
    region = eu-west-1 (line 38)
    role_arn = arn:aws:iam::111111111111:role/shipway-deploy (line 39)
    store = s3://acme-artifacts-dev/shipway (line 40)
    kms_key = alias/artifacts (line 40)
    alias = current (line 42)
    create_alias = false (default)
    unqualified = refuse (default)
    on_unknown = hold (default)
    on_drift = report (default)
    hold_for = 7d (default)
    enabled = true (default)
    branches = develop feature/** (line 36)
    functions.create-order.name = OrdersStack-CreateOrder8F2A (line 44)
    functions.create-order.enabled = true (default)
    functions.create-order.path = functions/create-order (line 6)
    functions.create-order.runtime = python3.13 (line 7)
    functions.create-order.handler = app.handler (line 8)
    functions.create-order.architecture = arm64 (line 9)
    functions.create-order.build = python (line 12)
    functions.create-order.python.requirements = requirements/production.txt (line 12)
    functions.create-order.depends_on = libs/common (line 10)
    functions.create-order.exclude = tests/** (line 11)
    functions.create-order.build_environment = PIP_INDEX_URL (line 13)
    functions.create-order.build_timeout = 15m (default)
    functions.create-order.requires.environment = TABLE_NAME (line 15)
    functions.create-order.requires.memory = 256 (line 16)
    functions.create-order.requires.timeout = 10 (line 17)
    functions.notify.name = notify-dev (line 41)
    functions.notify.enabled = true (default)
    functions.notify.path = functions/notify (line 20)
    functions.notify.architecture = x86_64 (default)
    functions.notify.build = command ["make", "package"], output dist (line 21)
    functions.notify.build_timeout = 90s (line 22)
    functions.track.name = tracker-development (line 27)
    functions.track.enabled = false (line 46)
    functions.track.path = functions/track (line 25)
    functions.track.architecture = x86_64 (default)
    functions.track.build = prebuilt ../../target/track.zip (line 26)
    functions.track.build_timeout = 15m (default)
    "#);
    let create = resolved.function("create-order").unwrap();
    assert_eq!(create.targets[0].target.to_string(), "OrdersStack-CreateOrder8F2A:current in 111111111111 eu-west-1");
    assert!(!resolved.function("track").unwrap().enabled);
    assert_eq!(resolved.function("notify").unwrap().targets[0].target.function.as_str(), "notify-dev");
    assert_eq!(resolved.function("track").unwrap().targets[0].target.function.as_str(), "tracker-development");
}

#[test]
fn the_local_environment_needs_nothing_and_shows_no_value() {
    let resolved = environment("local", &Layers::default()).unwrap();
    let shown = explained(&resolved);
    assert_snapshot!(shown.lines().filter(|line| !line.starts_with("functions.")).collect::<Vec<_>>().join("\n"), @r"
    provider = local (line 30)
    account = 000000000000 (default)
    region = us-east-1 (default)
    store = file://.shipway/local/store (default)
    alias = live (default)
    create_alias = true (default)
    unqualified = refuse (default)
    on_unknown = hold (default)
    on_drift = report (default)
    hold_for = 7d (default)
    enabled = true (default)
    ");
    assert!(shown.contains("functions.create-order.environment = API_KEY=… TABLE_NAME=… (line"), "{shown}");
    assert!(!shown.contains("hunter2") && !format!("{resolved:?}{:?}", example()).contains("hunter2"));
    let create = resolved.function("create-order").unwrap();
    assert_eq!(create.local.environment[&"API_KEY".parse().unwrap()].reveal(), "hunter2");
    assert_eq!((create.local.memory, create.local.timeout), (Megabytes(512), Seconds(30)));
}

#[test]
fn flags_go_over_variables_over_the_file() {
    let variables = [("AWS_REGION", "us-east-2"), ("SHIPWAY_STORE", "s3://other-bucket"), ("AWS_PROFILE", "")];
    let region = |layers: &Layers| {
        let resolved = environment("development", layers).unwrap();
        explained(&resolved)
            .lines()
            .filter(|line| line.starts_with("region") || line.starts_with("store"))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    assert_snapshot!(region(&Layers::default()), @r"
    region = eu-west-1 (line 38)
    store = s3://acme-artifacts-dev/shipway (line 40)
    ");
    assert_snapshot!(region(&layers(Flags::default(), &variables)), @r"
    region = us-east-2 (environment variable AWS_REGION, not eu-west-1 of line 38)
    store = s3://other-bucket (environment variable SHIPWAY_STORE, not s3://acme-artifacts-dev/shipway of line 40)
    ");
    let variables = [variables[0], variables[1], ("SHIPWAY_REGION", "us-west-2")];
    assert_snapshot!(region(&layers(Flags::default(), &variables)), @r"
    region = us-west-2 (environment variable SHIPWAY_REGION, not eu-west-1 of line 38)
    store = s3://other-bucket (environment variable SHIPWAY_STORE, not s3://acme-artifacts-dev/shipway of line 40)
    ");
    let flags = Flags { region: Some("ap-south-1".to_owned()), ..Flags::default() };
    assert_snapshot!(region(&layers(flags, &variables)), @r"
    region = ap-south-1 (flag --region, not eu-west-1 of line 38)
    store = s3://other-bucket (environment variable SHIPWAY_STORE, not s3://acme-artifacts-dev/shipway of line 40)
    ");
}

#[test]
fn variables_for_aws_do_not_move_the_local_environment() {
    let variables = [("AWS_REGION", "us-west-2"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:5000"), ("AWS_PROFILE", "x")];
    let resolved = environment("local", &layers(Flags::default(), &variables)).unwrap();
    assert_eq!(resolved.region.as_str(), "us-east-1");
    assert_eq!((resolved.endpoint_url, resolved.profile), (None, None));
}

#[test]
fn what_an_environment_lacks_is_said_at_once() {
    let problems = environment("staging", &Layers::default()).unwrap_err();
    assert_snapshot!(problems, @r"
    `environments.staging` lacks `region`
      --> shipway.toml:48:15
    48 | [environments.staging]
       |               ^^^^^^^
    hint: set it here, or with --region or SHIPWAY_REGION or AWS_REGION or AWS_DEFAULT_REGION

    `environments.staging` lacks `store`
      --> shipway.toml:48:15
    48 | [environments.staging]
       |               ^^^^^^^
    hint: set it here, or with --store or SHIPWAY_STORE
    ");
    let variables = [("AWS_REGION", "eu-west-1"), ("SHIPWAY_STORE", "s3://acme-artifacts")];
    let resolved = environment("staging", &layers(Flags::default(), &variables)).unwrap();
    assert_eq!(resolved.serving, crate::names::Serving::Latest);
}

#[test]
fn what_flags_and_variables_say_is_checked() {
    let flags = Flags { region: Some("Europe".to_owned()), ..Flags::default() };
    let variables = [
        ("SHIPWAY_STORE", "file:///tmp/store"),
        ("SHIPWAY_ROLE_ARN", "arn:aws:iam::333333333333:role/other"),
        ("AWS_ENDPOINT_URL", "localhost:5000"),
    ];
    assert_snapshot!(environment("development", &layers(flags, &variables)).unwrap_err(), @r"
    flag --region: `Europe` is not an AWS region: lower-case letters, digits and `-`, such as `eu-west-1`

    environment variable AWS_ENDPOINT_URL: `localhost:5000` is not an endpoint's URL: `http://` or `https://` and a host, without user or password

    the role to assume is in account 333333333333, the environment in 111111111111

    environment variable SHIPWAY_STORE: the store of an AWS environment is a folder, where other machines would not see its ledger
    hint: use `s3://BUCKET/PREFIX`; or set `single_machine = true` if nobody deploys here from another machine
    ");
    let flags = Flags { profile: Some("x".to_owned()), store: Some("s3://abc".to_owned()), ..Flags::default() };
    assert_snapshot!(environment("local", &layers(flags, &[])).unwrap_err(), @r"
    --profile means nothing to a local environment

    flag --store: a local environment keeps its store in a folder
    hint: use `file://FOLDER`, or say nothing
    ");
    let flags = Flags { format: Some("jsn".to_owned()), concurrency: Some("0".to_owned()), ..Flags::default() };
    assert_snapshot!(resolve_run(&layers(flags, &[])).unwrap_err(), @r"
    flag --format: `jsn` is no format: they are `text` and `json`
    hint: did you mean `json`?

    flag --concurrency: `0` is not a number from 1 to 64
    ");
    let variables = [("SHIPWAY_FORMAT", "json"), ("SHIPWAY_CONCURRENCY", "3")];
    let run = resolve_run(&layers(Flags::default(), &variables)).unwrap();
    assert_eq!(run, RunSettings { format: OutputFormat::Json, concurrency: 3, threads: None });
}

#[test]
fn the_environment_is_named_or_follows_from_the_branch() {
    let choose = |flag: Option<&str>, branch: Option<&str>| {
        let flags = Flags { environment: flag.map(ToOwned::to_owned), ..Flags::default() };
        let layers = Layers { branch: branch.map(ToOwned::to_owned), ..layers(flags, &[]) };
        match choose_environment(&example(), &layers) {
            Ok((name, origin)) => format!("{name}: {origin}"),
            Err(problems) => problems.to_string(),
        }
    };
    assert_snapshot!(choose(Some("local"), Some("develop")), @"local: flag --env");
    assert_snapshot!(choose(None, Some("release/1.2")), @"staging: branch release/1.2 matches `release/*`");
    assert_snapshot!(choose(None, Some("feature/a/b")), @"development: branch feature/a/b matches `feature/**`");
    assert_snapshot!(choose(None, Some("main")), @r"
    no environment has the branch `main` among its `branches`
    hint: name one with --env or SHIPWAY_ENV: `development`, `local`, `staging`
    ");
    assert_snapshot!(choose(None, None), @r"
    no environment was named
    hint: name one with --env or SHIPWAY_ENV: `development`, `local`, `staging`
    ");
    assert_snapshot!(choose(Some("stagin"), None), @r"
    there is no environment `stagin`
    hint: did you mean `staging`?
    ");
    assert_snapshot!(choose(Some("a b"), None), @"flag --env: `a b` is not an environment's name: letters, digits, `-` and `_`, at most 64 characters");
}

#[test]
fn a_laptop_needs_no_name_for_what_is_local() {
    let on_a_laptop = |text: &str, variables: &[(&str, &str)]| {
        let layers = Layers { place: Place::Laptop, ..layers(Flags::default(), variables) };
        let configuration = ProjectConfiguration::parse("shipway.toml", text).unwrap();
        choose_environment(&configuration, &layers).map(|(name, origin)| format!("{name}: {origin}"))
    };
    let local = format!("{PROJECT}[environments.local]\nprovider = \"local\"\n[environments.a]\nbranches = [\"x\"]\n");
    assert_eq!(on_a_laptop(&local, &[]).unwrap(), "local: default");
    let named = [("SHIPWAY_ENV", "a")];
    assert_eq!(on_a_laptop(&local, &named).unwrap(), "a: environment variable SHIPWAY_ENV");
    // The name alone makes no environment harmless, and neither does being the only local one.
    for text in [local.replace("provider = \"local\"", "single_machine = true"), local.replace(".local]", ".here]")] {
        assert!(on_a_laptop(&text, &[]).unwrap_err().to_string().starts_with("no environment was named"), "{text}");
    }
}

#[test]
fn a_branch_of_two_environments_decides_nothing() {
    let text = format!("{PROJECT}[environments.a]\nbranches = [\"x\"]\n[environments.b]\nbranches = [\"*\"]\n");
    let configuration = ProjectConfiguration::parse("shipway.toml", &text).unwrap();
    let layers = Layers { branch: Some("x".to_owned()), ..Layers::default() };
    assert_snapshot!(choose_environment(&configuration, &layers).unwrap_err(), @r"
    the branch `x` belongs to several environments: `a`, `b`
    hint: name one with --env or SHIPWAY_ENV: `a`, `b`
    ");
}

#[test]
fn an_unknown_function_gets_the_nearest() {
    let resolved = environment("local", &Layers::default()).unwrap();
    assert_snapshot!(resolved.function("create_ordr").unwrap_err(), @r"
    there is no function `create_ordr`
    hint: did you mean `create-order`?
    ");
}
