//! What the room promises, seen from its door: files in, settings or rendered problems out.

use insta::assert_snapshot;

use super::*;

const PROJECT: &str = "[project]\nname = \"orders\"\n";

/// The rendered problems of a file that begins with a good `[project]`.
fn problems(rest: &str) -> String {
    problems_of(&format!("{PROJECT}{rest}"))
}

fn problems_of(text: &str) -> String {
    match ProjectConfiguration::parse("shipway.toml", text) {
        Ok(_) => "no problem".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

const EXAMPLE: &str = r#"
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
    Layers { flags, environment_variables, branch: None }
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
    enabled = true (default)
    branches = develop feature/** (line 36)
    functions.create-order.name = OrdersStack-CreateOrder8F2A (line 44)
    functions.create-order.enabled = true (default)
    functions.create-order.path = functions/create-order (line 6)
    functions.create-order.runtime = python3.13 (line 7)
    functions.create-order.handler = app.handler (line 8)
    functions.create-order.architecture = arm64 (line 9)
    functions.create-order.build = auto (default)
    functions.create-order.python.requirements = functions/create-order/requirements/production.txt (line 12)
    functions.create-order.depends_on = libs/common (line 10)
    functions.create-order.exclude = tests/** (line 11)
    functions.create-order.build_environment = PIP_INDEX_URL (line 13)
    functions.create-order.build_timeout = 15m (default)
    functions.create-order.requires.memory = 256 (line 16)
    functions.create-order.requires.timeout = 10 (line 17)
    functions.create-order.requires.environment = TABLE_NAME (line 15)
    functions.notify.name = notify-dev (line 41)
    functions.notify.enabled = true (default)
    functions.notify.path = functions/notify (line 20)
    functions.notify.architecture = x86_64 (default)
    functions.notify.build = command ["make", "package"], output functions/notify/dist (line 21)
    functions.notify.build_timeout = 90s (line 22)
    functions.track.name = tracker-development (line 27)
    functions.track.enabled = false (line 46)
    functions.track.path = functions/track (line 25)
    functions.track.architecture = x86_64 (default)
    functions.track.build = prebuilt target/track.zip (line 26)
    functions.track.build_timeout = 15m (default)
    "#);
    let create = resolved.function("create-order").unwrap();
    assert_eq!(create.target.to_string(), "OrdersStack-CreateOrder8F2A:current in 111111111111 eu-west-1");
    assert!(!resolved.function("track").unwrap().enabled);
    assert_eq!(resolved.function("notify").unwrap().target.function.as_str(), "notify-dev");
    assert_eq!(resolved.function("track").unwrap().target.function.as_str(), "tracker-development");
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
    create_alias = false (default)
    unqualified = refuse (default)
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
    assert_eq!(run, RunSettings { format: OutputFormat::Json, concurrency: 3 });
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

#[test]
fn broken_toml() {
    assert_snapshot!(problems_of("[project\nname = \"orders\"\n[functions.x]\npath = \n"), @r"
    not valid TOML: unclosed table, expected `]`
     --> shipway.toml:1:9
    1 | [project
      |         ^

    not valid TOML: string values must be quoted, expected literal string
     --> shipway.toml:4:8
    4 | path =
      |        ^
    ");
    assert_snapshot!(problems("[functions.a]\npath = \"a\"\npath = \"b\"\n"), @r#"
    not valid TOML: duplicate key
     --> shipway.toml:5:1
    5 | path = "b"
      | ^^^^
    "#);
}

#[test]
fn nothing_at_all() {
    assert_snapshot!(problems_of(""), @r"
    the file lacks `project`
     --> shipway.toml
    ");
}

#[test]
fn unknown_keys() {
    assert_snapshot!(problems("[functions.a]\npath = \"a\"\nhandlr = \"x.y\"\ncolour = 1\n[environment.x]\n"), @r#"
    unknown key `handlr` in `functions.a`
     --> shipway.toml:5:1
    5 | handlr = "x.y"
      | ^^^^^^
    hint: did you mean `handler`?

    unknown key `colour` in `functions.a`
     --> shipway.toml:6:1
    6 | colour = 1
      | ^^^^^^
    hint: the keys here are: `path`, `runtime`, `handler`, `architecture`, `build`, `python`, `depends_on`, `exclude`, `allow`, `build_environment`, `build_timeout`, `requires`, `function_name`

    unknown key `environment` in the file
     --> shipway.toml:7:2
    7 | [environment.x]
      |  ^^^^^^^^^^^
    hint: did you mean `environments`?
    "#);
}

#[test]
fn keys_of_later_versions() {
    assert_snapshot!(problems("[environments.a]\nrollout = { canary = \"10%\" }\ngates = {}\n[environments.a.functions.b]\n"), @r#"
    `rollout` is not supported yet
     --> shipway.toml:4:1
    4 | rollout = { canary = "10%" }
      | ^^^^^^^
    hint: take it out: this version of Shipway would not honour it

    `gates` is not supported yet
     --> shipway.toml:5:1
    5 | gates = {}
      | ^^^^^
    hint: take it out: this version of Shipway would not honour it
    "#);
}

#[test]
fn wrong_types() {
    assert_snapshot!(problems(concat!(
        "[functions.a]\npath = 1\nhandler = [\"x\"]\nexclude = \"tests\"\nallow = [\"a\", 2]\nbuild = true\n",
        "requires = { memory = \"256\", timeout = 1.5 }\n",
        "[environments.b]\nalias = true\nbranches = [1979-05-27]\nenabled = \"yes\"\nstore = 3\nfunctions = []\n",
    )), @r#"
    expected a string, found an integer
     --> shipway.toml:4:8
    4 | path = 1
      |        ^

    expected a string, found an array
     --> shipway.toml:5:11
    5 | handler = ["x"]
      |           ^^^^^

    expected an array, found a string
     --> shipway.toml:6:11
    6 | exclude = "tests"
      |           ^^^^^^^

    expected a string, found an integer
     --> shipway.toml:7:15
    7 | allow = ["a", 2]
      |               ^

    expected a builder's name or a table, found a boolean
     --> shipway.toml:8:9
    8 | build = true
      |         ^^^^

    expected an integer (MB), found a string
     --> shipway.toml:9:23
    9 | requires = { memory = "256", timeout = 1.5 }
      |                       ^^^^^

    expected an integer (seconds), found a float
     --> shipway.toml:9:40
    9 | requires = { memory = "256", timeout = 1.5 }
      |                                        ^^^

    `true` is not an alias's name
      --> shipway.toml:11:9
    11 | alias = true
       |         ^^^^
    hint: write the alias's name, such as `"live"`, or leave the key out

    expected a string, found a date or time
      --> shipway.toml:12:13
    12 | branches = [1979-05-27]
       |             ^^^^^^^^^^

    expected a boolean (`true` or `false`), found a string
      --> shipway.toml:13:11
    13 | enabled = "yes"
       |           ^^^^^

    expected a URL or a table with `url`, found an integer
      --> shipway.toml:14:9
    14 | store = 3
       |         ^

    expected a table, found an array
      --> shipway.toml:15:13
    15 | functions = []
       |             ^^
    "#);
}

#[test]
fn invalid_values() {
    assert_snapshot!(problems(concat!(
        "[functions.\"a b\"]\npath = \"../a\"\n",
        "[functions.a]\npath = \"a\"\nruntime = \"pyhton3.13\"\narchitecture = \"amd64\"\nhandler = \"\"\n",
        "build = \"pyton\"\nbuild_timeout = \"15\"\nrequires = { memory = 64, timeout = 901, environment = [\"A-B\"] }\n",
        "[environments.b]\nprovider = \"azure\"\naccount = \"1234\"\nregion = \"Ireland\"\nrole_arn = \"deploy\"\n",
        "store = \"acme\"\nfunction_name = \"{fn}\"\nunqualified = \"maybe\"\nbranches = [\"a[\"]\n",
    )), @r#"
    `a b` is not a function's name in the configuration: letters, digits, `-` and `_`, at most 64 characters
     --> shipway.toml:3:12
    3 | [functions."a b"]
      |            ^^^^^

    `../a` is not a path in the project: relative, with `/` between its parts, inside the project
     --> shipway.toml:4:8
    4 | path = "../a"
      |        ^^^^^^

    unknown runtime `pyhton3.13`
     --> shipway.toml:7:11
    7 | runtime = "pyhton3.13"
      |           ^^^^^^^^^^^^
    hint: did you mean `python3.13`?

    `amd64` is none of `x86_64`, `arm64`
     --> shipway.toml:8:16
    8 | architecture = "amd64"
      |                ^^^^^^^
    hint: did you mean `arm64`?

    `` is not a handler: not empty, no white space, at most 128 characters
     --> shipway.toml:9:11
    9 | handler = ""
      |           ^^

    `pyton` is no builder: they are `auto`, `python` and `node`
      --> shipway.toml:10:9
    10 | build = "pyton"
       |         ^^^^^^^
    hint: did you mean `python`?

    `15` is not a span of time: a number and `s`, `m` or `h`, at most a day: `90s`, `15m`, `2h`
      --> shipway.toml:11:17
    11 | build_timeout = "15"
       |                 ^^^^

    `64` is out of range: 128 to 10240 MB
      --> shipway.toml:12:23
    12 | requires = { memory = 64, timeout = 901, environment = ["A-B"] }
       |                       ^^

    `901` is out of range: 1 to 900 seconds
      --> shipway.toml:12:37
    12 | requires = { memory = 64, timeout = 901, environment = ["A-B"] }
       |                                     ^^^

    `A-B` is not the name of an environment variable: a letter, then at least one letter, digit or `_`
      --> shipway.toml:12:57
    12 | requires = { memory = 64, timeout = 901, environment = ["A-B"] }
       |                                                         ^^^^^

    `azure` is none of `aws`, `local`
      --> shipway.toml:14:12
    14 | provider = "azure"
       |            ^^^^^^^

    `1234` is not an AWS account id: twelve digits
      --> shipway.toml:15:11
    15 | account = "1234"
       |           ^^^^^^

    `Ireland` is not an AWS region: lower-case letters, digits and `-`, such as `eu-west-1`
      --> shipway.toml:16:10
    16 | region = "Ireland"
       |          ^^^^^^^^^

    `deploy` is not the ARN of a role: such as `arn:aws:iam::111111111111:role/shipway-deploy`
      --> shipway.toml:17:12
    17 | role_arn = "deploy"
       |            ^^^^^^^^

    `acme` is not the URL of a store: `s3://BUCKET/PREFIX`, `file:///ABSOLUTE/FOLDER` or `file://FOLDER/IN/THE/PROJECT`
      --> shipway.toml:18:9
    18 | store = "acme"
       |         ^^^^^^

    `{fn}` is not a template for function names: its placeholders can be `{function}`, `{project}` and `{environment}`
      --> shipway.toml:19:17
    19 | function_name = "{fn}"
       |                 ^^^^^^

    `maybe` is none of `refuse`, `accept`
      --> shipway.toml:20:15
    20 | unqualified = "maybe"
       |               ^^^^^^^

    `a[` is not a glob for branches: brackets and braces must be closed
      --> shipway.toml:21:13
    21 | branches = ["a["]
       |             ^^^^
    "#);
}

#[test]
fn builds_of_ones_own() {
    assert_snapshot!(problems(concat!(
        "[functions.a]\npath = \"a\"\nbuild = { command = \"make package\", output = \"dist\" }\n",
        "[functions.b]\npath = \"b\"\nbuild = { output = \"../../dist\" }\n",
        "[functions.c]\npath = \"c\"\nbuild = { prebuilt = \"x.zip\", output = \"dist\" }\n",
        "[functions.d]\npath = \"d\"\nbuild = \"command\"\n",
        "[functions.e]\npath = \"e\"\nbuild = { command = [], output = \"/tmp\" }\n",
    )), @r#"
    expected an array of strings: the program and its arguments
     --> shipway.toml:5:21
    5 | build = { command = "make package", output = "dist" }
      |                     ^^^^^^^^^^^^^^
    hint: such as `["make", "package"]`; for a shell, `["sh", "-c", "…"]`

    `functions.b.build` lacks `command`
     --> shipway.toml:8:1
    8 | build = { output = "../../dist" }
      | ^^^^^

    unknown key `output` in `functions.c.build`
      --> shipway.toml:11:31
    11 | build = { prebuilt = "x.zip", output = "dist" }
       |                               ^^^^^^
    hint: the keys here are: `prebuilt`

    `command` is no builder: they are `auto`, `python` and `node`
      --> shipway.toml:14:9
    14 | build = "command"
       |         ^^^^^^^^^
    hint: a build of your own is `{ command = ["make", "package"], output = "dist" }` or `{ prebuilt = "dist" }`

    a command needs a program to run
      --> shipway.toml:17:21
    17 | build = { command = [], output = "/tmp" }
       |                     ^^
    hint: such as `["make", "package"]`; for a shell, `["sh", "-c", "…"]`

    `/tmp` is not a path in the project: relative, with `/` between its parts, inside the project
      --> shipway.toml:17:34
    17 | build = { command = [], output = "/tmp" }
       |                                  ^^^^^^
    "#);
    assert_snapshot!(problems(
        "[functions.a]\npath = \"a\"\nbuild = { prebuilt = \"../../x.zip\" }\npython = { requirements = \"r.txt\" }\n"
    ), @r#"
    `../../x.zip` is not a path in the project: relative, with `/` between its parts, inside the project
     --> shipway.toml:5:22
    5 | build = { prebuilt = "../../x.zip" }
      |                      ^^^^^^^^^^^^^

    `python` has settings for `a`, which another builder builds
     --> shipway.toml:6:1
    6 | python = { requirements = "r.txt" }
      | ^^^^^^
    "#);
}

#[test]
fn settings_that_exclude_each_other() {
    assert_snapshot!(problems(concat!(
        "[functions.a]\npath = \"a\"\n",
        "[environments.local]\nprovider = \"local\"\naccount = \"111111111111\"\nstore = \"s3://acme\"\n",
        "[environments.b]\naccount = \"111111111111\"\nrole_arn = \"arn:aws:iam::222222222222:role/x\"\n",
        "store = { url = \"file:///tmp/x\", kms_key = \"alias/x\" }\nalias = false\ncreate_alias = true\n",
        "[environments.b.functions.a]\nenvironment = { SECRET = \"hunter2\" }\nmemory = 128\n",
        "[environments.b.functions.aa]\n",
    )), @r#"
    a local environment has no `account`
     --> shipway.toml:7:1
    7 | account = "111111111111"
      | ^^^^^^^

    a local environment keeps its store in a folder
     --> shipway.toml:8:1
    8 | store = "s3://acme"
      | ^^^^^
    hint: use `file://FOLDER`, or leave `store` out

    the role is in another account than `account`, 111111111111
      --> shipway.toml:11:12
    11 | role_arn = "arn:aws:iam::222222222222:role/x"
       |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    the store of an AWS environment is a folder, where other machines would not see its ledger
      --> shipway.toml:12:1
    12 | store = { url = "file:///tmp/x", kms_key = "alias/x" }
       | ^^^^^
    hint: use `s3://BUCKET/PREFIX`; or set `single_machine = true` if nobody deploys here from another machine

    a folder is not encrypted: `kms_key` is for `s3://`
      --> shipway.toml:12:34
    12 | store = { url = "file:///tmp/x", kms_key = "alias/x" }
       |                                  ^^^^^^^

    there is no alias to create: `alias` is `false`
      --> shipway.toml:14:1
    14 | create_alias = true
       | ^^^^^^^^^^^^

    `environment` is for the local environment alone
      --> shipway.toml:16:17
    16 | environment = { SECRET = … }
       |                 ^^^^^^
    hint: in AWS, provisioning owns the configuration; `requires` says what the code needs of it

    `memory` is for the local environment alone
      --> shipway.toml:17:1
    17 | memory = 128
       | ^^^^^^
    hint: in AWS, provisioning owns the configuration; `requires` says what the code needs of it

    there is no function `aa`
      --> shipway.toml:18:27
    18 | [environments.b.functions.aa]
       |                           ^^
    hint: did you mean `a`?
    "#);
    assert_eq!(problems("[environments.b]\nstore = \"file:///tmp/x\"\nsingle_machine = true\n"), "no problem");
}

#[test]
fn names_that_clash_or_are_no_names() {
    assert_snapshot!(problems(concat!(
        "[functions.a]\npath = \"a\"\n[functions.b]\npath = \"a\"\n",
        "[environments.x]\nfunction_name = \"{project}\"\n",
        "[environments.y.functions.a]\nname = \"b\"\n",
        "[environments.z]\nfunction_name = \"{function}-0123456789012345678901234567890123456789012345678901234567890123\"\n",
    )), @r#"
    `a` and `b` would both be named `orders` in `x`
     --> shipway.toml:8:1
    8 | function_name = "{project}"
      | ^^^^^^^^^^^^^
    hint: a template needs `{function}` to tell them apart

    `a` and `b` would both be named `b` in `y`
     --> shipway.toml:9:15
    9 | [environments.y.functions.a]
      |               ^
    hint: a template needs `{function}` to tell them apart

    function `a` would be named so: `a-0123456789012345678901234567890123456789012345678901234567890123` is not a Lambda function name: letters, digits, `-` and `_`, at most 64 characters
      --> shipway.toml:12:1
    12 | function_name = "{function}-0123456789012345678901234567890123456789012345678901234567890123"
       | ^^^^^^^^^^^^^

    function `b` would be named so: `b-0123456789012345678901234567890123456789012345678901234567890123` is not a Lambda function name: letters, digits, `-` and `_`, at most 64 characters
      --> shipway.toml:12:1
    12 | function_name = "{function}-0123456789012345678901234567890123456789012345678901234567890123"
       | ^^^^^^^^^^^^^
    "#);
}

#[test]
fn a_value_for_a_function_is_in_no_problem() {
    let rendered = problems(concat!(
        "[functions.a]\npath = \"a\"\n",
        "[environments.local]\nprovider = \"local\"\n",
        "functions = { a = { environment = { KEY = \"hunter2\", PORT = 80 }, nmae = \"x\" }, c = 1 }\n",
    ));
    assert!(!rendered.contains("hunter2"), "{rendered}");
    assert_snapshot!(rendered, @r#"
    expected a string, found an integer
     --> shipway.toml:7:61
    7 | functions = { a = { environment = { KEY = …, PORT = … }, nmae = "x" }, c = 1 }
      |                                                     ^

    unknown key `nmae` in `environments.local.functions.a`
     --> shipway.toml:7:67
    7 | functions = { a = { environment = { KEY = …, PORT = … }, nmae = "x" }, c = 1 }
      |                                                          ^^^^
    hint: did you mean `name`?

    expected a table, found an integer
     --> shipway.toml:7:85
    7 | functions = { a = { environment = { KEY = …, PORT = … }, nmae = "x" }, c = 1 }
      |                                                                            ^
    "#);
}
