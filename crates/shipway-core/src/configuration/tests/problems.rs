//! What is wrong with a file, as people see it.

use insta::assert_snapshot;

use super::*;

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
    hint: `shipway init` writes a file to start from
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
    hint: the keys here are: `path`, `runtime`, `handler`, `architecture`, `build`, `python`, `node`, `java`, `go`, `rust`, `depends_on`, `exclude`, `allow`, `build_environment`, `build_timeout`, `requires`, `function_name`, `function_names`, `layers`

    unknown key `environment` in the file
     --> shipway.toml:7:2
    7 | [environment.x]
      |  ^^^^^^^^^^^
    hint: did you mean `environments`?
    "#);
}

#[test]
fn keys_that_are_elsewhere() {
    assert_snapshot!(problems("[functions.a]\npath = \"a\"\nmemory = 256\nenvironment = { A = \"b\" }\n[environments.b]\nbucket = \"x\"\n"), @r#"
    unknown key `memory` in `functions.a`
     --> shipway.toml:5:1
    5 | memory = 256
      | ^^^^^^
    hint: what the code needs at least is `requires = { memory = 256 }`; provisioning sets what it gets

    unknown key `environment` in `functions.a`
     --> shipway.toml:6:1
    6 | environment = { A = … }
      | ^^^^^^^^^^^
    hint: provisioning sets variables: `requires = { environment = ["NAME"] }` says which the code needs, and a local environment sets them in `[environments.local.functions.NAME]`

    unknown key `bucket` in `environments.b`
     --> shipway.toml:8:1
    8 | bucket = "x"
      | ^^^^^^
    hint: it is `store = "s3://BUCKET/PREFIX"`
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
    hint: did you mean `x86_64`?

    `` is not a handler: not empty, no white space, at most 128 characters
     --> shipway.toml:9:11
    9 | handler = ""
      |           ^^

    `pyton` is no builder: they are `auto`, `python`, `node`, `java`, `go`, `rust`, `ruby`
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

    `command` is no builder: they are `auto`, `python`, `node`, `java`, `go`, `rust`, `ruby`
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
        "[functions.a]\npath = \"a\"\nruntime = \"python3.13\"\nhandler = \"shop/web:answer\"\n"
    ), @r#"
    `shop/web:answer` is not an entry point: `shop/web` cannot be a module's name: folders are separated by dots
     --> shipway.toml:6:11
    6 | handler = "shop/web:answer"
      |           ^^^^^^^^^^^^^^^^^
    hint: an entry point is `package.module:function`, such as `shop.web:answer` for `def answer` in shop/web.py
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
    hint: a template tells functions apart by `{function}`

    `a` and `b` would both be named `b` in `y`
      --> shipway.toml:10:1
    10 | name = "b"
       | ^^^^
    hint: a template tells functions apart by `{function}`

    no name for `a`: `a-0123456789012345678901234567890123456789012345678901234567890123` is not a Lambda function name: letters, digits, `-` and `_`, at most 64 characters
      --> shipway.toml:12:1
    12 | function_name = "{function}-0123456789012345678901234567890123456789012345678901234567890123"
       | ^^^^^^^^^^^^^

    no name for `b`: `b-0123456789012345678901234567890123456789012345678901234567890123` is not a Lambda function name: letters, digits, `-` and `_`, at most 64 characters
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

#[test]
fn a_value_is_hidden_in_broken_toml_too() {
    for text in [
        "[environments.local.functions.a.environment]\nKEY = \"hunter2\nB = 1\n",
        "[environments.local.functions.a]\nenvironment = { KEY = \"hunter2\", }}\n",
        "[environments.local.functions]\na.environment.KEY = hunter2\n",
        "[functions.a]\nenv = { KEY = \"hunter2\" \n",
        "[environments.local.functions.a.environment\nKEY = \"hunter2\"\n",
        "[environments.local.functions.a.environment]\nKEY = \"\"\"\nhunter2\n",
    ] {
        let rendered = problems(text);
        assert!(rendered.contains("not valid TOML") && !rendered.contains("hunter2"), "{rendered}");
    }
}
