//! Whole files of the other tools, and what is written for them: always something that is accepted.

use insta::assert_snapshot;

use super::*;
use crate::configuration::ProjectConfiguration;
use crate::detection::write_configuration;

fn listing(paths: &[&str]) -> Vec<ListedFile> {
    paths.iter().map(|path| ListedFile { path: (*path).to_owned(), size: 10 }).collect()
}

/// What is written, up to the environments, after it was read back.
fn written(file: &str, text: &str, paths: &[&str]) -> String {
    let detections = import(file, text, &listing(paths)).unwrap();
    let written = write_configuration(&detections, &"shop".parse().unwrap());
    if let Err(problems) = ProjectConfiguration::parse("shipway.toml", &written) {
        panic!("{problems}\n{written}");
    }
    let from = written.find("name = \"shop\"").unwrap();
    let to = written.find("\n# The embedded Lambda").unwrap();
    written[from..to].to_owned()
}

const SAM: &str = r#"
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.13
    Timeout: 10
    Architectures: [arm64]
Resources:
  CreateOrderFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/create-order/
      Handler: app.handler
      MemorySize: 512
      Environment: { Variables: { TABLE_NAME: !Ref Table } }
      FunctionName: !Sub "${AWS::StackName}-create"
  Web:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: esbuild
      BuildProperties: { EntryPoints: [src/web.ts], External: ["@aws-sdk/*", sharp] }
    Properties: { CodeUri: web, Handler: web.handler, Runtime: nodejs22.x, FunctionName: shop-web }
  Native:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: makefile }
    Properties: { CodeUri: ./native, Handler: bootstrap, Runtime: provided.al2023, Architectures: [x86_64] }
  Api:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: target/api.jar, Handler: "shop.Api::handle", Runtime: java21 }
  Picture:
    Type: AWS::Serverless::Function
    Properties: { PackageType: Image }
  Inline:
    Type: AWS::Serverless::Function
    Properties: { Runtime: python3.13, Handler: index.handler, InlineCode: "def handler(e, c): pass" }
  Elsewhere:
    Type: AWS::Lambda::Function
    Properties: { Runtime: python3.13, Handler: index.handler, Code: { S3Bucket: b, S3Key: k } }
  Outside:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: ../other, Handler: app.handler }
  Common:
    Type: AWS::Serverless::LayerVersion
    Properties: { ContentUri: layer }
  Table:
    Type: AWS::DynamoDB::Table
"#;

#[test]
fn a_sam_template() {
    let text = written("template.yaml", SAM, &["functions/create-order/requirements.txt", "web/package.json"]);
    assert_snapshot!(text, @r#"
    name = "shop"

    # template.yaml:11: `CreateOrderFunction`
    # To check: what it is called in AWS, only CloudFormation can tell: see `function_name`.
    [functions.create-order]
    path = "functions/create-order"
    runtime = "python3.13"
    handler = "app.handler"
    architecture = "arm64"
    # What it has today; if its code needs that much at least:
    # requires = { memory = 512, timeout = 10 }

    # template.yaml:19: `Web`
    [functions.web]
    path = "web"
    runtime = "nodejs22.x"
    handler = "web.handler"
    architecture = "arm64"
    node = { bundle = { entry = "src/web.ts", external = ["@aws-sdk/*", "sharp"] } }
    function_name = "shop-web"
    # What it has today; if its code needs that much at least:
    # requires = { timeout = 10 }

    # template.yaml:25: `Native`
    [functions.native]
    path = "native"
    runtime = "provided.al2023"
    handler = "bootstrap"
    architecture = "x86_64"
    build = { command = ["sh", "-c", 'mkdir -p artifacts && make build-Native ARTIFACTS_DIR="$PWD/artifacts"'], output = "artifacts" }
    # What it has today; if its code needs that much at least:
    # requires = { timeout = 10 }

    # template.yaml:29: `Api`
    [functions.api]
    path = "target"
    runtime = "java21"
    handler = "shop.Api::handle"
    architecture = "arm64"
    build = { prebuilt = "api.jar" }
    # What it has today; if its code needs that much at least:
    # requires = { timeout = 10 }

    # Not taken over: `Picture`: it is a container image, which Shipway does not deploy yet.
    # Not taken over: `Inline`: its code stands in the template: put it into a file of its own.
    # Not taken over: `Elsewhere`: where its code is, only CloudFormation can tell.
    # Not taken over: `Common` is a layer: describe it in [layers].
    # Not taken over: `Outside`: its code is outside of the project's folder.
    "#);
}

#[test]
fn a_template_in_a_folder_of_its_own_names_folders_from_there() {
    let detections = import("infra/template.yaml", "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: ../code/a, Handler: app.handler, Runtime: python3.13}\n", &[]).unwrap();
    assert_eq!(detections.functions[0].path.as_str(), "code/a");
    assert_eq!(detections.functions[0].evidence[0].line, Some(3));
}

const SERVERLESS: &str = r#"
service: shop
provider:
  name: aws
  runtime: nodejs22.x
  architecture: arm64
  memorySize: 256
plugins: [serverless-esbuild]
functions:
  createOrder:
    handler: src/create.handler
    timeout: 20
    name: ${self:service}-create
    events: [{ httpApi: 'POST /orders' }]
  report:
    handler: src/report.handler
    runtime: python3.13
    name: shop-report
  picture: { image: "1.dkr.ecr/x" }
"#;

#[test]
fn a_serverless_service() {
    assert_snapshot!(written("serverless.yml", SERVERLESS, &["package.json"]), @r#"
    name = "shop"

    # serverless.yml:11: `createOrder`
    # To check: its name in AWS is put together by the framework: see `function_name`.
    # To check: its folder is the whole service: move its code to a folder of its own, or `exclude` the rest.
    [functions.create-order]
    path = "."
    runtime = "nodejs22.x"
    handler = "src/create.handler"
    architecture = "arm64"
    node = { bundle = true }
    # What it has today; if its code needs that much at least:
    # requires = { memory = 256, timeout = 20 }

    # serverless.yml:16: `report`
    # To check: its folder is the whole service: move its code to a folder of its own, or `exclude` the rest.
    [functions.report]
    path = "."
    runtime = "python3.13"
    handler = "src/report.handler"
    architecture = "arm64"
    function_name = "shop-report"
    # What it has today; if its code needs that much at least:
    # requires = { memory = 256 }

    # Not taken over: `picture`: it is a container image, which Shipway does not deploy yet.
    "#);
}

#[test]
fn functions_from_other_files_are_told() {
    let text = "service: s\nprovider: { name: aws, runtime: python3.13 }\nfunctions:\n  - ${file(a.yml)}\n  - b: { handler: b.handler }\n";
    let detections = import("serverless.yml", text, &[]).unwrap();
    assert_eq!(detections.functions.len(), 1);
    assert_eq!(detections.left_out, ["what line 4 brings in from another file"]);
}

#[test]
fn a_function_of_lambroll() {
    let text = r#"{
      "FunctionName": "hello", "Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": ["arm64"],
      "MemorySize": 128, "Timeout": 3, "Role": "arn:aws:iam::{{ must_env `ACCOUNT` }}:role/hello",
      "Environment": { "Variables": { "SECRET": "never written" } }
    }"#;
    let text = written("function.json", text, &["go.mod", "main.go"]);
    assert!(!text.contains("never written"));
    assert_snapshot!(text, @r#"
    name = "shop"

    # function.json:1: `hello`
    # To check: lambroll zips the folder that its `--src` names: correct `path` if that is another one.
    [functions.hello]
    path = "."
    runtime = "provided.al2023"
    handler = "bootstrap"
    architecture = "arm64"
    function_name = "hello"
    # What it has today; if its code needs that much at least:
    # requires = { memory = 128, timeout = 3 }
    "#);
}

#[test]
fn other_files_are_refused() {
    let told = |text: &str| import("x.yaml", text, &[]).unwrap_err().to_string();
    assert_snapshot!(told("a: [1"), @"`x.yaml` cannot be read as YAML or JSON: while parsing a flow sequence, expected ',' or ']' at byte 5 line 2 column 1");
    assert_snapshot!(told("a: 1"), @"`x.yaml` is no SAM or CloudFormation template, no serverless.yml and no function.json of lambroll");
}

#[test]
fn names_of_cloudformation_become_words() {
    assert_eq!(words("CreateOrderFunction"), "create-order");
    assert_eq!(words("Function"), "function");
    assert_eq!(words("createOrder"), "create-order");
    assert_eq!(words("HTTPApi"), "httpapi");
}
