//! Repositories in, configurations out.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::write::aws_environments;
use super::*;
use crate::configuration::ProjectConfiguration;

fn detected(files: &[(&str, &str)]) -> Detections {
    let listing: Vec<ListedFile> =
        files.iter().map(|(path, text)| ListedFile { path: (*path).to_owned(), size: text.len() as u64 }).collect();
    let mut read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
    detect(&listing, &mut read)
}

/// Name, folder, runtime and handler of each function found, and its doubts.
fn summary(files: &[(&str, &str)]) -> String {
    detected(files)
        .functions
        .iter()
        .map(|found| {
            let doubts: String = found.doubts.iter().map(|doubt| format!("\n  {doubt}")).collect();
            format!("{} in {}: {} {}{doubts}\n", found.name, found.path, found.runtime, found.handler)
        })
        .collect()
}

fn written(files: &[(&str, &str)]) -> String {
    let text = write_configuration(&detected(files), &"shop".parse().unwrap());
    if let Err(problems) = ProjectConfiguration::parse("shipway.toml", &text) {
        panic!("{problems}\n{text}");
    }
    text
}

const PYTHON: &str = "import json\n\ndef handler(event, context):\n    return {}\n";
const NODE: &str = "export const handler = async (event) => ({});\n";

#[test]
fn a_monorepo_becomes_a_commented_configuration() {
    assert_snapshot!(written(&[
        ("functions/create-order/app.py", PYTHON),
        ("functions/create-order/requirements.txt", "pydantic\n"),
        ("functions/create-order/tests/test_app.py", PYTHON),
        ("functions/price-quote/index.mjs", NODE),
        ("functions/price-quote/package.json", "{\"engines\": {\"node\": \">=22\"}}"),
        ("functions/price-quote/package-lock.json", "{}"),
        ("functions/price-quote/node_modules/x/index.js", "exports.handler = f"),
        ("functions/check-barcode/bootstrap", ""),
        ("libs/common/helpers.py", "def helper(a, b):\n    pass\n"),
        (".python-version", "3.12.4\n"),
    ]), @r#"
    # What Shipway builds, and where it puts it. `shipway config show` tells what every setting comes to.

    [project]
    name = "shop"

    # functions/check-barcode/bootstrap: the program that Lambda starts
    # To check: nothing builds it: see that it is made before it is deployed.
    [functions.check-barcode]
    path = "functions/check-barcode"
    runtime = "provided.al2023"
    handler = "bootstrap"
    build = { prebuilt = "." }

    # functions/create-order/app.py:3: `def handler(event, context)`
    # functions/create-order/requirements.txt: its dependencies
    # .python-version:1: Python 3.12
    [functions.create-order]
    path = "functions/create-order"
    runtime = "python3.12"
    handler = "app.handler"

    # functions/price-quote/index.mjs:1: `export const handler = async (event) => ({});`
    # functions/price-quote/package.json: its dependencies
    # functions/price-quote/package-lock.json: the versions to install, with npm
    # functions/price-quote/package.json: `engines.node` is `>=22`
    [functions.price-quote]
    path = "functions/price-quote"
    runtime = "nodejs24.x"
    handler = "index.handler"

    # The embedded Lambda on this machine: no account, no credentials.
    [environments.local]
    provider = "local"
    # Nobody provisions a laptop: the environment variables that a function needs here are given so.
    # [environments.local.functions.check-barcode]
    # environment = { TABLE_NAME = "orders-local" }

    # An environment in AWS. Your provisioning creates the functions there; Shipway updates their code.
    #
    # [environments.development]
    # branches = ["develop"] # The branches that deploy here when CI names no environment, as globs: `*` stays within one part of a name, `**` crosses `/`
    # account = "111111111111" # The AWS account, twelve digits
    # region = "eu-west-1" # The AWS region
    # role_arn = "arn:aws:iam::111111111111:role/shipway-deploy" # The role to assume before anything else
    # store = "s3://my-artifacts-development/shipway" # Where artifacts and the ledger are kept: `"s3://BUCKET/PREFIX"`, or a table with `url` and `kms_key`
    # function_name = "{function}-dev" # The template of the functions' names, with `{function}`, `{project}` and `{environment}`
    # alias = "live" # The alias that callers use, or `false` when they use the function itself
    #
    # [environments.staging]
    # branches = ["release/*", "hotfix/*"]
    # account = "222222222222"
    # region = "eu-west-1"
    # role_arn = "arn:aws:iam::222222222222:role/shipway-deploy"
    # store = "s3://my-artifacts-staging/shipway"
    # function_name = "{function}-staging"
    #
    # [environments.production]
    # branches = ["main", "master"]
    # account = "333333333333"
    # region = "eu-west-1"
    # role_arn = "arn:aws:iam::333333333333:role/shipway-deploy"
    # store = "s3://my-artifacts-production/shipway"
    # function_name = "{function}"
    "#);
}

#[test]
fn an_empty_repository_says_how_a_function_looks() {
    assert_snapshot!(written(&[("README.md", "")]).lines().take(12).collect::<Vec<_>>().join("\n"), @r#"
    # What Shipway builds, and where it puts it. `shipway config show` tells what every setting comes to.

    [project]
    name = "shop"

    # No function was found. One looks so:
    # [functions.my-function]
    # path = "functions/my-function"
    # runtime = "python3.13"
    # handler = "app.handler"

    # The embedded Lambda on this machine: no account, no credentials.
    "#);
}

#[test]
fn several_functions_of_one_folder_are_named_by_their_files() {
    assert_snapshot!(summary(&[
        ("pyproject.toml", "[project]\nrequires-python = \">=3.11,<3.13\"\n"),
        ("src/handlers/create.py", PYTHON),
        ("src/handlers/cancel.py", PYTHON),
        ("src/common.py", "x = 1\n"),
    ]), @r"
    cancel in .: python3.12 src.handlers.cancel.handler
      if the project installs its packages from `src`, the handler begins without `src.`
    create in .: python3.12 src.handlers.create.handler
      if the project installs its packages from `src`, the handler begins without `src.`
    ");
    assert_snapshot!(summary(&[("requirements.txt", ""), ("handler.py", "def create(event, context):\n    pass\n\ndef get(event, context):\n    pass\n")]), @r"
    create in .: python3.13 handler.create
      nothing says which version of Python it is for
    get in .: python3.13 handler.get
      nothing says which version of Python it is for
    ");
}

#[test]
fn packages_are_named_as_they_are_installed() {
    assert_snapshot!(summary(&[
        ("services/web/pyproject.toml", "[build-system]\n[tool.poetry.dependencies]\npython = \"^3.12\"\n"),
        ("services/web/poetry.lock", ""),
        ("services/web/src/shop/web.py", PYTHON),
        ("services/old/setup.py", "setup(\n    name='old',\n    python_requires='>=3.9,<3.12',\n)\n"),
        ("services/old/src/old.py", PYTHON),
        ("services/pipes/Pipfile", ""),
        ("services/pipes/app.py", PYTHON),
    ]), @r"
    old in services/old: python3.11 old.handler
    pipes in services/pipes: python3.13 app.handler
      Pipfile is not read: `pipenv requirements > requirements.txt` writes what is
      nothing says which version of Python it is for
    web in services/web: python3.13 shop.web.handler
    ");
}

#[test]
fn folders_of_the_same_name_get_names_of_their_own() {
    assert_snapshot!(summary(&[
        ("shop/api/app.py", PYTHON), ("shop/api/requirements.txt", ""),
        ("blog/api/app.py", PYTHON), ("blog/api/requirements.txt", ""),
        ("blog/api v2/app.py", PYTHON), ("blog/api v2/requirements.txt", ""),
    ]), @r"
    api in blog/api: python3.13 app.handler
      nothing says which version of Python it is for
    api-v2 in blog/api v2: python3.13 app.handler
      nothing says which version of Python it is for
    shop-api in shop/api: python3.13 app.handler
      nothing says which version of Python it is for
    ");
}

#[test]
fn functions_at_the_root_and_without_dependencies() {
    assert_snapshot!(summary(&[("lambda_function.py", "def lambda_handler(event, context):\n    pass\n")]), @r"
    lambda_function in .: python3.13 lambda_function.lambda_handler
      no dependencies: there is none of uv.lock, poetry.lock, requirements.txt, pyproject.toml, setup.py
      nothing says which version of Python it is for
    ");
    assert_snapshot!(summary(&[("hello/index.js", "exports.handler = async () => 1;\n")]), @r"
    hello in hello: nodejs24.x index.handler
      there is no package.json: the folder is packed as it is
      nothing says which version of Node it is for
    ");
}

#[test]
fn a_bundle_of_one_line_is_not_copied() {
    let bundle = format!("exports.handler=e=>{{{}}}", "é".repeat(10_000));
    let text = written(&[("a/index.js", &bundle), ("a/package.json", "{}")]);
    assert!(text.lines().all(|line| line.chars().count() < 250), "{text}");
}

#[test]
fn typescript_and_other_package_managers_are_doubted() {
    assert_snapshot!(summary(&[
        ("api/src/index.ts", "export const handler: Handler = async () => {};\n"),
        ("api/src/index.test.ts", NODE),
        ("api/package.json", "{\"main\": \"dist/index.js\", \"scripts\": {\"build\": \"tsc\"}}"),
        ("pnpm-lock.yaml", ""),
        ("api/.nvmrc", "v22\n"),
    ]), @"
    api in api: nodejs22.x dist/index.handler
      it is TypeScript: see that the `build` script makes dist/index.js
      `api/package.json` has no lock file: run `npm install --package-lock-only` (or `pnpm install --lockfile-only`, or `yarn install`) beside it and commit the lock file: without it, the same commit would not build the same package
    ");
    assert_snapshot!(summary(&[("api/handler.ts", NODE), ("api/package.json", "not json")]), @"
    api in api: nodejs24.x handler.handler
      `api/package.json` has no lock file: run `npm install --package-lock-only` (or `pnpm install --lockfile-only`, or `yarn install`) beside it and commit the lock file: without it, the same commit would not build the same package
      esbuild is not among its packages: `npm install --save-dev esbuild` adds it
      nothing says which version of Node it is for
    ");
}

const GO: &str = "package main\n\nimport (\n\t\"github.com/aws/aws-lambda-go/lambda\"\n)\n\nfunc main() {\n\tlambda.Start(handle)\n}\n";

#[test]
fn go_functions_are_main_packages_that_start_the_runtime() {
    assert_snapshot!(summary(&[
        ("go.mod", "module example.com/shop\n"),
        ("cmd/api/main.go", GO),
        ("cmd/api/main_test.go", GO),
        ("cmd/tool/main.go", "package main\n\nfunc main() {}\n"),
        ("functions/split/main.go", "package main\n\nfunc main() {\n\tlambda.StartWithOptions(handle)\n}\n"),
        ("functions/split/handle.go", "package main\n\nimport \"github.com/aws/aws-lambda-go/lambda\"\n"),
        ("internal/start/start.go", "package start\nimport \"github.com/aws/aws-lambda-go/lambda\"\nvar _ = lambda.Start\n"),
        ("vendor/github.com/aws/x/main.go", GO),
    ]), @"
    api in cmd/api: provided.al2023 bootstrap
    split in functions/split: provided.al2023 bootstrap
    ");
    assert_snapshot!(summary(&[("go.mod", "module example.com/shop\n"), ("main.go", GO)]), @"shop in .: provided.al2023 bootstrap");
    let indirect = GO.replace("lambda.Start", "start.Main");
    assert_snapshot!(summary(&[("api/main.go", &indirect)]), @"
    api in api: provided.al2023 bootstrap
      it imports AWS's library, and `lambda.Start` was not seen
      there is no go.mod, which the build needs: `go mod init` writes it
    ");
}

const RUST: &str =
    "use lambda_runtime::{run, service_fn};\n\nasync fn main() {\n    lambda_runtime::run(service_fn(f)).await\n}\n";

#[test]
fn rust_functions_are_binaries_that_use_the_runtimes_crates() {
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"functions/*\", \"tools\"]\n"),
        ("Cargo.lock", ""),
        ("functions/api/Cargo.toml", "[package]\nname = \"shop-api\"\n[dependencies]\nlambda_http = \"1\"\n"),
        ("functions/api/src/main.rs", RUST),
        (
            "functions/events/Cargo.toml",
            "[package]\nname = \"events\"\n[dependencies]\nlambda_runtime.workspace = true\n[[bin]]\nname = \"created\"\npath = \"src/created.rs\"\n",
        ),
        ("functions/events/src/created.rs", RUST),
        ("functions/events/src/bin/paid.rs", RUST),
        ("functions/events/src/bin/refunded/main.rs", RUST),
        ("functions/events/src/bin/migrate.rs", "fn main() {}\n"),
        ("tools/Cargo.toml", "[package]\nname = \"tools\"\n"),
        ("tools/src/main.rs", "fn main() {}\n"),
    ];
    assert_snapshot!(summary(&files), @"
    api in functions/api: provided.al2023 bootstrap
    created in functions/events: provided.al2023 bootstrap
    paid in functions/events: provided.al2023 bootstrap
    refunded in functions/events: provided.al2023 bootstrap
    ");
    let text = written(&files);
    let functions = text.split("[environments.local]").next().unwrap();
    assert_snapshot!(functions.split_once("[functions.api]").unwrap().1, @r#"
    path = "functions/api"
    runtime = "provided.al2023"
    handler = "bootstrap"

    # functions/events/src/created.rs:4: `lambda_runtime::run(service_fn(f)).await`
    # functions/events/Cargo.toml: it depends on `lambda_runtime`
    [functions.created]
    path = "functions/events"
    runtime = "provided.al2023"
    handler = "bootstrap"
    rust = { binary = "created" }

    # functions/events/src/bin/paid.rs:4: `lambda_runtime::run(service_fn(f)).await`
    # functions/events/Cargo.toml: it depends on `lambda_runtime`
    [functions.paid]
    path = "functions/events"
    runtime = "provided.al2023"
    handler = "bootstrap"
    rust = { binary = "paid" }

    # functions/events/src/bin/refunded/main.rs:4: `lambda_runtime::run(service_fn(f)).await`
    # functions/events/Cargo.toml: it depends on `lambda_runtime`
    [functions.refunded]
    path = "functions/events"
    runtime = "provided.al2023"
    handler = "bootstrap"
    rust = { binary = "refunded" }

    # The embedded Lambda on this machine: no account, no credentials.
    "#);
    assert_snapshot!(summary(&[
        ("Cargo.toml", "[package]\nname = \"shop\"\n[dependencies]\naws_lambda_events = \"1\"\n"),
        ("src/main.rs", "mod handler;\nfn main() {}\n"),
    ]), @"
    shop in .: provided.al2023 bootstrap
      src/main.rs does not name lambda_runtime or lambda_http: see that it takes invocations
      there is no Cargo.lock, which the build needs: `cargo generate-lockfile` writes it
    ");
}

#[test]
fn typescript_without_a_build_of_its_own_is_bundled() {
    let files = [
        ("package.json", "{\"workspaces\": [\"functions/*\"], \"devDependencies\": {\"esbuild\": \"0.28.2\"}}"),
        ("package-lock.json", "{}"),
        ("functions/api/package.json", "{\"engines\": {\"node\": \">=22\"}}"),
        ("functions/api/src/index.ts", "export const handler = async () => {};\n"),
    ];
    let text = written(&files);
    let section: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("# functions/api")).take(10).collect();
    assert_snapshot!(section.join("\n"), @r#"
    # functions/api/src/index.ts:1: `export const handler = async () => {};`
    # functions/api/package.json: its dependencies
    # package.json: the workspace that it is in
    # package-lock.json: the versions to install, with npm
    # functions/api/package.json: `engines.node` is `>=22`
    [functions.api]
    path = "functions/api"
    runtime = "nodejs24.x"
    handler = "index.handler"
    node = { bundle = { entry = "src/index.ts" } }
    "#);
}

#[test]
fn the_environments_in_aws_are_accepted_when_they_are_uncommented() {
    let text: String = aws_environments()
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with('[') || line.contains(" = "))
        .map(|line| format!("{line}\n"))
        .collect();
    let text = format!("[project]\nname = \"shop\"\n[functions.a]\npath = \"a\"\n{text}");
    let configuration =
        ProjectConfiguration::parse("shipway.toml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    let environments: Vec<&str> = configuration.environments().map(|name| name.as_str()).collect();
    assert_eq!(environments, ["development", "production", "staging"]);
}

fn file() -> impl Strategy<Value = (String, String)> {
    let part = prop_oneof!["[a-c]", "[a-z .\"'\\\\é#]{1,6}", Just("node_modules".to_owned()), any::<String>()];
    let name = prop_oneof![
        prop::sample::select(vec![
            "app.py",
            "index.mjs",
            "handler.ts",
            "package.json",
            "requirements.txt",
            "pyproject.toml",
            "bootstrap",
            ".python-version",
            "package-lock.json",
            "Cargo.toml",
            "main.rs",
            "main.go",
            "go.mod",
        ])
        .prop_map(str::to_owned),
        "[a-z\"\\\\ ]{1,5}\\.(py|js)",
    ];
    let line = prop_oneof![
        prop::sample::select(vec![
            "def handler(event, context):",
            "def \"x\"(event, context):",
            "export const handler = 1",
            "handler = f(\u{7})",
            "requires-python = \">=3.12\"",
            "3.12",
            "{\"engines\": {\"node\": \"\u{1b}20\"}}",
            "def a(event, context",
            "module.exports = {handler}",
            "package main\nimport \"github.com/aws/aws-lambda-go/lambda\"\nfunc main() { lambda.Start(f) }",
            "[package]\nname = \"a \\\"b\"\n[dependencies]\nlambda_runtime = \"1\"\n[[bin]]\nname = \"x y\"\n[[bin]]\nname = \"b\"\npath = \"main.rs\"",
            "module \"x y\"",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let folders = prop::collection::vec(part, 0..3);
    (folders, name, prop::collection::vec(line, 0..4)).prop_map(|(mut folders, name, lines)| {
        folders.push(name);
        (folders.join("/"), lines.join("\n"))
    })
}

proptest! {
    #[test]
    fn what_is_written_is_always_accepted(files in prop::collection::vec(file(), 0..8)) {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let detections = detected(&files);
        let text = write_configuration(&detections, &"shop".parse().unwrap());
        let configuration = ProjectConfiguration::parse("shipway.toml", &text);
        prop_assert!(configuration.is_ok(), "{}\n{text}", configuration.unwrap_err());
        prop_assert_eq!(configuration.unwrap().functions().count(), detections.functions.len());
    }
}

#[test]
fn java_and_ruby_functions_are_found_with_their_runtimes() {
    let import = "package shop;\nimport com.amazonaws.services.lambda.runtime.RequestHandler;\n";
    let java = format!("{import}public class CreateOrder implements RequestHandler<A, B> {{\n");
    assert_snapshot!(summary(&[
        ("pom.xml", "<project><properties><maven.compiler.release>17</maven.compiler.release></properties></project>"),
        ("orders/pom.xml", "<project/>"),
        ("orders/src/main/java/shop/CreateOrder.java", &java),
        ("orders/src/test/java/shop/CreateOrderTest.java", &java),
        ("quotes/build.gradle", "apply plugin: 'java'\n"),
        ("quotes/src/main/java/shop/Quote.java", &java),
        ("mail/Gemfile", "source 'https://rubygems.org'\nruby '~> 3.3.0'\n"),
        ("mail/Gemfile.lock", ""),
        ("mail/lib/send.rb", "module Mail\n  def self.send(event:, context:)\n  end\nend\n"),
        ("mail/vendor/bundle/ruby/3.3.0/gems/x/lib/x.rb", "def handler(event:, context:)\nend\n"),
        ("hello.rb", "def handler(event:, context:)\nend\n"),
    ]), @r"
    hello in .: ruby3.4 hello.handler
      no gems: there is no Gemfile
      nothing says which version of Ruby it is for
    mail in mail: ruby3.3 lib/send.Mail.send
    orders in orders: java17 shop.CreateOrder::handleRequest
    quotes in quotes: java17 shop.Quote::handleRequest
    ");
}
